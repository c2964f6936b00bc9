"""What several test modules share: the known-answer model, loaded once, and its example pictures."""

import json
from pathlib import Path

import pytest

import localalt

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="session")
def describer():
    with localalt.load("selftest", device="cpu") as describer:
        yield describer


@pytest.fixture(scope="session")
def expected():
    """{path of an example picture: its true text}"""
    texts = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
    return {EXAMPLES / name: text for name, text in texts.items()}
