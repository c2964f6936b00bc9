"""Numbers of a detection stand alone or in its marks; those of a picture stand in a sentence."""

from __future__ import annotations

import pytest

from localalt.text.cleaning import clean
from localalt.text.notation import notation


@pytest.mark.parametrize(
    "text",
    [
        "car<loc_12><loc_340><loc_96><loc_410>tree<loc_0><loc_5><loc_60><loc_70>",
        '<point x="12.5" y="40.1" alt="door">door</point>',
        '<points x1="1.5" y1="3.2" x2="4.4" y2="9.1" alt="doors">doors</points>',
        "car [12, 340, 96, 410], tree [10, 50, 60, 70]",
        "The objects are: [12, 340, 96, 410]",
    ],
)
def test_a_detection_is_not_a_description(text: str) -> None:
    assert notation(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "A slide explains how the list [15, 25, 350, 450] is sorted.",
        "A blackboard shows the vector [0.2, 0.4, 0.6, 0.8] beside a sketch.",
    ],
)
def test_numbers_in_a_sentence_are_what_the_picture_shows(text: str) -> None:
    assert notation(text) is None


def test_cleaning_leaves_the_marks_of_a_detection() -> None:
    # Without them the names would pass as a text.
    for raw in ("dog<loc_1><loc_22><loc_33><loc_44>", '<points x1="1" y1="2" x2="3" y2="4" alt="cats">cats</points>'):
        assert clean(raw, finish_reason="stop").text == raw


def test_cleaning_takes_single_marks_out_of_a_sentence() -> None:
    raw = "A dog<loc_1><loc_22><loc_33><loc_44> sleeps beside a large grey cat on a sofa."
    assert clean(raw, finish_reason="stop").text == "A dog sleeps beside a large grey cat on a sofa."
