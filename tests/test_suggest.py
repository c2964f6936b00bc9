"""What somebody probably meant to write."""

import re
from pathlib import Path

import pytest

import localalt
from localalt import suggest

COLOURS = ("red", "green", "blue")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("gren", 'did you mean "green"?'),
        ("blue ", 'did you mean "blue"?'),
        ("xyzzy", 'use "red", "green" or "blue".'),
        ("", 'use "red", "green" or "blue".'),
        (7, 'use "red", "green" or "blue".'),
        (None, 'use "red", "green" or "blue".'),
        ("green" * 100_000, 'use "red", "green" or "blue".'),
    ],
)
def test_the_nearest_name_is_suggested_or_all_are_listed(written, message):
    assert suggest.advice(written, COLOURS) == message


def test_other_advice_may_take_the_place_of_the_list():
    assert suggest.advice("xyzzy", COLOURS, "see the list.") == "see the list."
    assert suggest.advice("gren", COLOURS, "see the list.") == 'did you mean "green"?'


def test_a_prefix_stands_before_names_and_takes_no_part_in_the_comparison():
    assert suggest.advice("gren", COLOURS, prefix="colours.") == 'did you mean "colours.green"?'
    assert suggest.advice("xyzzy", COLOURS, prefix="colours.").startswith('use "colours.red", ')


@pytest.mark.parametrize(
    ("names", "note", "message"),
    [
        (("a",), None, 'did you mean "a"?'),
        (("a", "b"), None, 'did you mean "a" or "b"?'),
        (("a", "b", "c"), None, 'did you mean "a", "b" or "c"?'),
        (("tlh",), "Klingon", 'did you mean "tlh" (Klingon)?'),
    ],
)
def test_a_question_lists_its_names(names, note, message):
    assert suggest.did_you_mean(*names, note=note) == message


def test_a_higher_cutoff_suggests_less():
    assert suggest.nearest("gre", COLOURS) == ["green"]
    assert suggest.nearest("gre", COLOURS, cutoff=0.8) == []


def test_no_other_module_words_a_suggestion():
    package = Path(localalt.__file__).parent
    for path in package.rglob("*.py"):
        if path.name != "suggest.py":
            source = path.read_text(encoding="utf-8")
            assert not re.search(r"get_close_matches|did you mean", source), path.name
