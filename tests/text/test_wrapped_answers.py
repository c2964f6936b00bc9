"""What models put around a description goes, in the languages whose words are known."""

import json
from pathlib import Path

import pytest

from localalt import lint
from localalt.text.cleaning import clean, clean_paragraphs

LINES = Path(__file__).parents[1].joinpath("data", "wrapped_answers.jsonl").read_text("utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['language']}-{n}" for n, case in enumerate(CASES)])
def test_a_wrapper_goes_and_the_description_stays(case):
    assert lint.fix(clean(case["raw"], finish_reason="stop").text, language=case["language"]) == case["text"]


# What might be one and is not clear stays, for a rule to say so.
UNCLEAR = {
    "two alt texts": '<img alt="A dog."><img alt="A cat.">',
    "two keys": '{"short": "A dog.", "long": "A dog asleep on a sofa."}',
    "boxes": '[{"bbox_2d": [1, 2, 3, 4], "label": "dog"}]',
    "a credit": "Photograph: Ada Weber",
    "a second answer": "A dog asleep on a sofa. Or, for a shorter version: A dog.",
    "brackets that are a button": "[Add to basket]",
}


@pytest.mark.parametrize("text", UNCLEAR.values(), ids=UNCLEAR)
def test_what_is_not_clear_stays(text):
    assert clean(text, finish_reason="stop").text == text


def test_two_labels_are_two_answers():
    raw = "A park.\n\nAlt text: A dog asleep on a sofa.\n\nAlt text: A dog on a sofa."
    assert clean(raw, finish_reason="stop").text == " ".join(raw.split())


CUT = {
    "JSON": ('{"alt_text": "A dog asleep on a sofa. It', "A dog asleep on a sofa."),
    "a tag": ('<img src="dog.jpg" alt="A dog asleep on a sofa. It', "A dog asleep on a sofa."),
    "an answer's tag": ("<answer>A dog asleep on a sofa. It", "A dog asleep on a sofa."),
    "a fence": ("```\nA dog asleep on a sofa. It", "A dog asleep on a sofa."),
}


@pytest.mark.parametrize(("raw", "text"), CUT.values(), ids=CUT)
def test_a_wrapper_that_was_cut_off_goes_too(raw, text):
    assert clean(raw, finish_reason="length").text == text


def test_a_long_description_keeps_its_paragraphs_inside_a_wrapper():
    text = "A street at night.\n\nA dog sits on the left."
    raw = f"Sure! Here is a long description of the image:\n\n{text}\n\nI hope this helps!"
    assert clean_paragraphs(raw, finish_reason="stop").text == text


def test_json_that_is_nested_without_end_stays():
    for raw in ("[" * 50_000, '{"a":' * 50_000, '{"alt_text": ' * 2_000):
        assert clean(raw, finish_reason="stop").text in (raw.strip(), "")
