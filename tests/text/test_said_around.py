"""What else models say before and after a description, or a copy."""

from __future__ import annotations

import pytest

from localalt.text.cleaning import clean, clean_copy

TEXT = "A grey heron stands in a shallow pond."


@pytest.mark.parametrize(
    "before",
    ["You could use this alt text:\n\n", "I would recommend: ", "Te sugiero: ", "◁think▷Look at it.◁/think▷"],
)
def test_a_preamble_comes_off(before: str) -> None:
    assert clean(before + TEXT, finish_reason="stop").text == TEXT


@pytest.mark.parametrize(
    "after",
    [
        "I avoided phrases such as “photo of”.",
        "I have not mentioned the reeds.",
        "¡Espero que te sirva!",
        "Ich habe Wendungen wie „Foto von“ vermieden.",
    ],
)
def test_a_rationale_comes_off(after: str) -> None:
    assert clean(f"{TEXT}\n\n{after}", finish_reason="stop").text == TEXT


@pytest.mark.parametrize(
    ("raw", "copy"),
    [("None.", ""), ("N/A", ""), ("<no text>", ""), ("The image contains the following text:\n\nOPEN", "OPEN")],
)
def test_a_copy_has_the_words_of_the_picture_alone(raw: str, copy: str) -> None:
    assert clean_copy(raw, finish_reason="stop", nothing="NO TEXT").text == copy


def test_a_number_inside_brackets_of_the_text_stays() -> None:
    text = "A voucher with a blank line (max. 120 characters)"
    assert clean(text, finish_reason="stop").text == text
