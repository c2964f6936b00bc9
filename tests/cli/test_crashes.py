"""What a person sees of crashes: the words, the JSON and the exit status, with faults planted in the child."""

import json
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

CODE = """
import sys
from pathlib import Path
from unittest import mock
from localalt import cli
from localalt.isolation import interpreter
from tests.support.misbehaving_child import MODULE, planted
with planted(sys.argv[1], "assertion", counted_in=Path(sys.argv[2])), mock.patch.object(interpreter, "MODULE", MODULE):
    sys.exit(cli.main(sys.argv[3:]))
"""


@pytest.fixture
def run(tmp_path):
    def run(when, *arguments):
        words = [sys.executable, "-c", CODE, when, str(tmp_path), *map(str, arguments)]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    return run


def test_a_picture_that_crashes_the_child_is_an_error_and_the_others_have_their_texts(run, expected, tmp_path):
    (first, text), (second, other) = list(expected.items())[:2]
    guilty = tmp_path / f"planted{first.suffix}"
    shutil.copy(first, guilty)
    result = run("encoding", "describe", first, guilty, second, "--model", "selftest", "--jsonl")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 1
    assert [each.get("text") for each in found] == [text, None, other]
    assert (found[1]["source"], found[1]["error"]["type"]) == (str(guilty), "WorkerCrashedError")
    assert "GGML_ASSERT" in found[1]["error"]["message"]
    assert f"localalt: {guilty}: {found[1]['error']['message']}" in result.stderr.splitlines()
    assert "localalt: The process for the model ended (SIGABRT)" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("when", "words"), [("load", "3 times while it loaded"), ("every picture", "at every picture")]
)
def test_a_model_that_cannot_be_used_ends_the_command_with_its_status(run, expected, when, words):
    result = run(when, "describe", *list(expected)[:2], "--model", "selftest", "--quiet")
    assert (result.returncode, result.stdout) == (3, "")
    assert words in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_a_crash_costs_one_cell_of_the_table(run, expected, tmp_path):
    first, text = next(iter(expected.items()))
    guilty = tmp_path / f"planted{first.suffix}"
    shutil.copy(first, guilty)
    result = run("encoding", "compare", first, guilty, "--models", "selftest", "--quiet")
    assert result.returncode == 1
    assert [row["captions"] for row in json.loads(result.stdout)] == [{"selftest": text}, {"selftest": ""}]
    assert f"localalt: {guilty}: The process that describes pictures ended twice" in result.stderr
