"""`python=` names the interpreter of the child: what is not one that has this localalt is one clear error."""

import json
import os
import shutil
import sys

import pytest

import localalt
from localalt.isolation.frames import PROTOCOL
from tests.support.paths import EXAMPLES, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="scripts in the place of interpreters")]
TEXT = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))["shape.png"]


def load(python):
    return localalt.load("selftest", device="cpu", isolation="process", python=python)


@pytest.fixture
def script(tmp_path):
    """Makes a program of a shell's script."""

    def make(text):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    return make


def test_a_script_that_starts_one_is_one(script, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    python = script(f'PYTHONPATH="{ROOT}" "{sys.executable}" "$@"')
    with load(python) as describer:
        assert str(describer.describe(EXAMPLES / "shape.png", checks="off")) == TEXT


@pytest.mark.parametrize("name", ["true", "false", "cat"])
def test_a_program_that_is_not_a_python(name):
    program = shutil.which(name)
    words = rf"as it started \(.*\): check that '{program}' is a Python interpreter that has localalt installed"
    with pytest.raises(localalt.EngineError, match=words):
        load(program)


def test_a_program_that_says_something_else(script):
    with pytest.raises(
        localalt.EngineError, match=r"it sent what is not a message.*: check that '.*python' is a Python"
    ):
        load(script("yes"))


def test_a_python_without_localalt_is_named_with_what_it_said(script):
    python = script(f'exec "{os.path.realpath(sys.executable)}" -S "$@"')
    with pytest.raises(localalt.EngineError, match=r"No module named.*localalt.*has localalt installed"):
        load(python)


@pytest.mark.parametrize("other", [{"localalt": "0.0.7"}, {"protocol": PROTOCOL + 1}])
def test_another_localalt_is_named_with_both_versions(script, other):
    hello = {"event": "hello", "protocol": PROTOCOL, "localalt": localalt.__version__, "python": "3.11", **other}
    code = f"import json, struct, sys; text = json.dumps([{hello!r}, []]).encode(); "
    code += "sys.stdout.buffer.write(struct.pack('<I', len(text)) + text); sys.stdout.flush(); sys.stdin.read()"
    python = script(f'exec "{sys.executable}" -c "{code}"')
    version = hello["localalt"]
    with pytest.raises(
        localalt.EngineError, match=f"python has localalt {version}, and this.*install the same version"
    ):
        load(python)
