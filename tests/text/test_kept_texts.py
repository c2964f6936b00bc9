"""Cleaning changes nothing in a text that a person wrote, whatever its picture shows."""

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from localalt import lint
from localalt.text.cleaning import clean, clean_paragraphs

LINES = Path(__file__).parents[1].joinpath("data", "kept_texts.jsonl").read_text("utf-8").splitlines()
KEPT = [json.loads(line)["text"] for line in LINES]


@pytest.mark.parametrize("text", KEPT)
def test_a_text_without_a_wrapper_keeps_all_but_its_line_breaks(text):
    assert clean(text, finish_reason="stop").text == " ".join(text.split())


@pytest.mark.parametrize("text", KEPT)
def test_a_long_description_without_a_wrapper_keeps_all_but_its_line_breaks(text):
    assert clean_paragraphs(text, finish_reason="stop").text.split() == text.split()


@pytest.mark.parametrize("text", KEPT)
def test_the_rule_for_labels_finds_none_in_them(text):
    assert [finding.rule for finding in lint.check(text) if finding.rule == "label"] == []


# A reader of such a text misses a mark or a word: far more often, it is Markdown, or a model's.
LOST = {
    "Sure. A brand of soap on a shelf.": "A brand of soap on a shelf.",
    "* Required fields in a form.": "Required fields in a form.",
    "A shell with `ls` typed in it.": "A shell with ls typed in it.",
    "A piano score marked *p* at its start.": "A piano score marked p at its start.",
    "A column named _hidden_ in a table.": "A column named hidden in a table.",
}


@pytest.mark.parametrize("text", LOST)
def test_what_is_nearly_always_a_models_is_taken_for_that(text):
    assert clean(text, finish_reason="stop").text == LOST[text]


WORDS = st.text(alphabet="abcdefgxyzABCéüñßабвгде犬猫山川بتث ,;", max_size=80)


@given(st.lists(WORDS, max_size=6).map(" ".join))
def test_a_text_of_letters_changes_in_its_white_space_alone(text):
    assert clean(text, finish_reason="stop").text in (" ".join(text.split()), "")
