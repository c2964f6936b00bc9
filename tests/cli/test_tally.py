"""The last line of a run over many pictures."""

import subprocess
import sys

import pytest

from localalt.cli.tally import Tally
from localalt.types import Notice
from localalt.units import format_elapsed


def tally(monkeypatch, elapsed_s, *pictures):
    """After pictures with these names of warnings; None has failed."""
    made = Tally()
    for names in pictures:
        if names is None:
            made.fail()
        else:
            made.add([Notice(name, "A sentence.") for name in names.split()])
    monkeypatch.setattr(Tally, "elapsed_s", elapsed_s)
    return made.sentence()


def test_a_long_run_says_how_many_how_long_and_what_to_look_at(monkeypatch):
    pictures = [*[""] * 190, *["hedge"] * 5, *["cut-off hedge"] * 3, "cut-off cut-off", None, None]
    assert tally(monkeypatch, 723.4, *pictures) == (
        "201 pictures in 12 min 3 s, 16.7 a minute; look at 9: hedge 8, cut-off 4; 2 failed."
    )


def test_a_run_without_faults_says_how_many_and_how_long(monkeypatch):
    assert tally(monkeypatch, 10.0, *[""] * 1_200) == "1,200 pictures in 10 s, 7,200 a minute."


@pytest.mark.parametrize(
    ("elapsed_s", "pictures", "sentence"),
    [
        (59.0, ["hedge"] * 20, ""),
        (61.0, ["hedge", ""], "2 pictures in 1 min 1 s, 2.0 a minute; look at 1: hedge 1."),
        (300.0, ["hedge"], ""),
        (5.0, ["", None], "1 of 2 pictures failed."),
        (5.0, [None], ""),
        (5.0, [], ""),
    ],
)
def test_a_short_run_says_at_most_what_failed(monkeypatch, elapsed_s, pictures, sentence):
    assert tally(monkeypatch, elapsed_s, *pictures) == sentence


def test_durations_are_as_people_say_them():
    reported = ["0 s", "60 s", "1 min 0 s", "1 h 1 min"]
    assert [format_elapsed(each) for each in (0.2, 59.4, 59.6, 3661)] == [reported[0], "59 s", *reported[2:]]


@pytest.mark.slow
def test_the_command_says_it_on_standard_error_and_not_with_quiet(expected, tmp_path):
    path = next(iter(expected))
    command = [sys.executable, "-m", "localalt", "describe", *[str(path)] * 21, "gone.png", "--model", "selftest"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "localalt: 22 pictures in " in result.stderr
    assert result.stderr.splitlines()[-1].endswith("1 failed.")
    assert len(result.stdout.splitlines()) == 21
