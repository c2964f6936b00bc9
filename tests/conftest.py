"""What several test modules share: the known-answer model, loaded once, and its example pictures."""

import json
import sys
from pathlib import Path

import pytest

import localalt

EXAMPLES = Path(__file__).parent.parent / "examples"


def pytest_unconfigure():
    # llama_cpp opens these two at import and never closes them, of which Python would tell at the end.
    utils = sys.modules.get("llama_cpp._utils")
    for name in ("outnull_file", "errnull_file"):
        if (file := getattr(utils, name, None)) is not None:
            file.close()


@pytest.fixture(scope="session")
def describer():
    with localalt.load("selftest", device="cpu") as describer:
        yield describer


@pytest.fixture(scope="session")
def expected():
    """{path of an example picture: its true text}"""
    texts = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
    return {EXAMPLES / name: text for name, text in texts.items()}
