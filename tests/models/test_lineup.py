"""Several models for one piece of work: resolved before the first runs, each once, and what exists is printed."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from localalt import selftest
from localalt.errors import ModelError, ModelNotFoundError, OfflineError
from localalt.evaluation.arms import arms_of
from localalt.machine import this_machine
from localalt.models import lineup, resolve
from tests.support.hub import Hub, use_hub

NAME = "owner/Seeing-GGUF"


@pytest.fixture(scope="module")
def machine():
    return this_machine(device="cpu")


def command(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "localalt", *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )


@pytest.fixture
def pair(tmp_path):
    folder = tmp_path / "pair"
    folder.mkdir()
    weights, mmproj = selftest.MODELS["selftest-gemma4"]
    shutil.copy(weights, folder / "Own.gguf")
    shutil.copy(mmproj, folder / "eyes.gguf")
    return folder


def test_every_bad_name_is_in_one_error_with_what_is_meant(machine):
    with pytest.raises(ModelNotFoundError) as reported:
        lineup.distinct(["selftest", "qwen3.5-2", "gemma-4-e4", "./no.gguf"], machine, offline=True)
    message = str(reported.value)
    assert message.startswith("3 of 4 models cannot be used.")
    for word in ("qwen3.5-2b", "gemma-4-e4b", "no.gguf"):
        assert word in message
    with pytest.raises(ModelError) as reported:
        lineup.distinct(["typo-of-nothing", "qwen3.5-2b"], machine, offline=True)
    assert "`localalt pull qwen3.5-2b`" in str(reported.value)
    with pytest.raises(OfflineError):
        lineup.distinct(["qwen3.5-2b", "selftest"], machine, offline=True)


def test_two_names_of_one_model_are_one_and_the_second_is_reported(machine, pair, tmp_path, monkeypatch):
    link = tmp_path / "link"
    link.symlink_to(pair)
    same = []
    named = ["selftest", str(pair), str(link), pair, "selftest", "selftest-gemma4"]
    found = lineup.distinct(named, machine, on_same=lambda *both: same.append(both))
    assert found == ["selftest", str(pair)]
    assert [first for _, first in same] == [str(pair), str(pair), "selftest", str(pair)]


@pytest.mark.slow
def test_a_model_of_the_hub_is_one_by_any_of_its_names_downloaded_or_not(machine, tmp_path, monkeypatch):
    with Hub() as hub:
        use_hub(monkeypatch, hub.url, tmp_path)
        hub.add(NAME, {"Model-Q4_K_M.gguf": selftest.WEIGHTS, "mmproj-F16.gguf": selftest.MMPROJ})
        names = [NAME, f"{NAME}:Q4_K_M"]
        assert lineup.distinct(names, machine) == [NAME]
        assert hub.downloads() == []
        resolve.obtain(resolve.reference.parse(NAME))
        hub.requests.clear()
        assert lineup.distinct([*names, NAME.lower()], machine) == [NAME]
        assert hub.requests == []
        with pytest.raises(ModelError, match="owner/typo"):
            lineup.distinct([NAME, "owner/typo"], machine)


def test_a_prompt_or_budget_named_twice_makes_one_arm():
    assert len(arms_of(["selftest"], ["plain", "plain"], samplings=["greedy", "greedy"], details=["low", "low"])) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "{picture}", "--models", "selftest,qwen3.5-2,gemma-4-e4"),
        ("eval", "run", "--models", "selftest,qwen3.5-2,gemma-4-e4", "--out", "{out}"),
        ("eval", "tune", "--models", "selftest,qwen3.5-2,gemma-4-e4", "--out", "{out}"),
        ("bench", "--model", "selftest", "--model", "qwen3.5-2", "--model", "gemma-4-e4", "--device", "cpu"),
    ],
)
def test_nothing_runs_before_all_names_are_known(expected, tmp_path, arguments):
    filled = [each.format(picture=next(iter(expected)), out=tmp_path / "o.jsonl") for each in arguments]
    result = command(*filled)
    assert (result.returncode, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    assert "2 of 3 models" in line
    assert "qwen3.5-2b" in line
    assert "gemma-4-e4b" in line


@pytest.mark.slow
def test_compare_has_one_column_for_a_model_of_two_names(expected, pair):
    picture = next(iter(expected))
    result = command("compare", picture, "--models", f"{pair},selftest,{pair}/", "-q", "--offline", "--device", "cpu")
    assert result.returncode == 0, result.stderr
    (row,) = json.loads(result.stdout)
    assert list(row["captions"]) == [str(pair), "selftest"]
    assert "used once" in result.stderr


STOPPING = """
import os, signal, sys
from localalt.errors import ModelLoadError
from localalt.cli import compare, main
load, n = compare.load_model, 0
def second(*arguments):
    global n
    n += 1
    if n == 2:
        if sys.argv[1] == "error":
            raise ModelLoadError("The second one is broken: download it again.")
        os.kill(os.getpid(), int(sys.argv[1]))
    return load(*arguments)
compare.load_model = second
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no signals to a process on this platform")
@pytest.mark.parametrize(
    ("how", "status", "message"),
    [(int(signal.SIGINT), 130, "Stopped."), (int(signal.SIGTERM), 143, "Stopped."), ("error", 3, "second one")],
)
def test_what_there_is_is_printed_whatever_ends_it(expected, how, status, message):
    picture = next(iter(expected))
    arguments = ["compare", str(picture), "--models", "selftest,selftest-gemma4", "--device", "cpu", "-q"]
    result = subprocess.run(
        [sys.executable, "-c", STOPPING, str(how), *arguments], capture_output=True, text=True, check=False
    )
    assert (result.returncode, message in result.stderr) == (status, True), result.stderr
    (row,) = json.loads(result.stdout)
    assert row["captions"] == {"selftest": expected[picture]}
