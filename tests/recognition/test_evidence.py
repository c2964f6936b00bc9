"""What a reading supports: whole words and values in lines that the engine is sure of, whatever their layout."""

import pytest
from hypothesis import given, strategies as st

from localalt.recognition.evidence import Evidence
from localalt.recognition.reading import LEAST_SCORE, Line, Reading
from localalt.text.claims import Claim
from tests.support.readings import ALPHABET, reading_of


def claim(text, kind="quotation"):
    return Claim(kind, text, 0, len(text))


def test_a_quotation_goes_on_in_the_next_line_of_its_column():
    lines = [
        ("Opening hours of", 0.1, 0.1),
        ("Lost property", 0.6, 0.1),
        ("the museum", 0.1, 0.2),
        ("on floor two", 0.6, 0.2),
    ]
    read = tuple(Line(text, 0.99, (left, top, left + 0.3, top + 0.08)) for text, left, top in lines)
    evidence = Evidence(Reading(read, alphabet=ALPHABET))
    assert evidence.supports(claim("Opening hours of the museum"))
    assert evidence.supports(claim("Lost property on floor two"))
    assert not evidence.supports(claim("Opening hours on floor two"))


@pytest.mark.parametrize(("score", "counts"), [(LEAST_SCORE, True), (LEAST_SCORE - 0.01, False)])
def test_lines_count_by_their_score(score, counts):
    assert Evidence(reading_of("Platform 14", score=score)).supports(claim("14", "number")) is counts


def test_letters_that_are_only_alike_support_nothing():
    assert not Evidence(reading_of("MOCKBA")).supports(claim("МОСКВА"))


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=5))
def test_nothing_is_supported_that_cannot_be_read_or_was_not_read(text, lines):
    evidence = Evidence(reading_of(*lines))
    if evidence.supports(claim(text)):
        assert not evidence.unread(claim(text))
        assert lines
