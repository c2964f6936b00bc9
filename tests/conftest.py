"""What several test modules share: the known-answer model, loaded once, and its example pictures."""

import json
import os
import shutil
import signal
import sys
import tempfile

import hypothesis
import pytest

from tests.support import source_package
from tests.support.hub import Hub
from tests.support.paths import EXAMPLES, ROOT

# No test asserts a time: an example that loads something, on a machine that others use, is not a fault.
hypothesis.settings.register_profile("localalt", deadline=None)
hypothesis.settings.register_profile("localalt-quick", deadline=None, max_examples=20)
hypothesis.settings.load_profile("localalt")

# Before anything imports huggingface_hub, which reads them once: tests neither see the person's own
# models nor reach the real hub. Tests of downloads speak to a hub of their own on loopback.
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="localalt-tests-")
os.environ["XDG_CACHE_HOME"] = os.environ["HF_HOME"]  # of what is measured; processes that tests start heed it too
os.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"  # the discard port: nobody answers there
for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN"):
    os.environ.pop(name, None)

# Processes that tests start, in whatever folder, have the working tree as well.
_paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(path for path in _paths if path)

# Where the run is to ignore signals (nohup, a background job) the processes that tests start would ignore them too, and
# wait for ever for one. With a handler that does nothing the run goes on as before, and its children have the default.
for name in ("SIGINT", "SIGHUP", "SIGTERM"):
    number = getattr(signal, name, None)  # Windows has not all of them
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)

import localalt  # noqa: E402


def pytest_configure(config):
    # The quick run (CONTRIBUTING.md) tries a property with 20 examples in place of 100, as far as a test does not say.
    if "not slow" in config.option.markexpr:
        hypothesis.settings.load_profile("localalt-quick")


def pytest_collection_modifyitems(items):
    for item in items:
        if "package" in item.fixturenames:  # the source package is fetched, or unpacked
            item.add_marker("slow")


def pytest_unconfigure():
    shutil.rmtree(os.environ["HF_HOME"], ignore_errors=True)
    # llama_cpp opens these two at import and never closes them, which Python would report at the end.
    utils = sys.modules.get("llama_cpp._utils")
    for name in ("outnull_file", "errnull_file"):
        if (file := getattr(utils, name, None)) is not None:
            file.close()


@pytest.fixture(scope="session")
def describer():
    with localalt.load("selftest", device="cpu") as describer:
        yield describer


@pytest.fixture
def hub():
    """A hub on loopback without models; `use_hub` has huggingface-hub speak to it."""
    with Hub() as hub:
        yield hub


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The folder with the files of llama-cpp-python's source package that tests read."""
    return source_package.folder(tmp_path_factory.mktemp("source-package"))


@pytest.fixture(scope="session")
def expected():
    """{path of an example picture: its true text}"""
    texts = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
    return {EXAMPLES / name: text for name, text in texts.items()}
