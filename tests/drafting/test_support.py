"""What supports a claim: its author, an OCR engine, and a transcription only where that engine cannot read it."""

import pytest

from localalt.drafting.support import MOST_OF_A_COPY, Support
from localalt.recognition.reading import Reading
from tests.support.readings import reading_of

CLOCK = "A station clock above a sign that reads “Platform 14”, dated 1962."


def names(text, *, supplied=(), copied=(), reading=None, is_assisted=False):
    support = Support("en", supplied, copied, reading, is_assisted=is_assisted)
    return [(notice.name, text[slice(*notice.span)]) for notice in support.notices(text)]


def messages(text, **known):
    support = Support("en", known.get("supplied", ()), known.get("copied", ()), known.get("reading"))
    return [notice.message for notice in support.notices(text)]


def test_what_the_ocr_engine_reads_needs_no_warning():
    assert names(CLOCK, reading=reading_of("PLATFORM 14", "since 1962")) == []


def test_what_it_does_not_read_is_to_be_checked_even_if_the_model_reads_it_twice():
    reading = reading_of("Platform 14")
    assert names(CLOCK, copied=["Platform 14\n1962"], reading=reading) == [("unsupported-number", "1962")]
    (message,) = messages(CLOCK, copied=["Platform 14\n1962"], reading=reading)
    assert message == "“1962”: the model reads it in the picture twice, but the OCR engine does not. Check it."


@pytest.mark.parametrize("planted", ["1692", "I962", "19 62", "1 9 6 2", "196Z", ""])
def test_a_planted_ocr_error_only_ever_leads_to_a_warning(planted):
    assert names(CLOCK, reading=reading_of("Platform 14", planted)) == [("unsupported-number", "1962")]


def test_a_planted_ocr_error_that_the_model_was_shown_needs_the_transcription_too():
    draft = "A station clock dated 1692."
    reading = reading_of("1692")
    assert names(draft, reading=reading, is_assisted=True) == [("unsupported-number", "1692")]
    assert names(draft, copied=["1962"], reading=reading, is_assisted=True) == [("unsupported-number", "1692")]
    assert names(draft, copied=["1692"], reading=reading, is_assisted=True) == []


def test_a_line_of_which_the_engine_is_not_sure_supports_nothing():
    reading = reading_of("Platform 14", "since 1962", score=0.6)
    assert [name for name, _ in names(CLOCK, reading=reading)] == ["unsupported-quotation", "unsupported-number"]


def test_a_script_that_the_engine_lacks_is_named_and_left_to_the_transcription():
    draft = "A sign that reads “Москва”."
    reading = reading_of("MOCKBA")
    assert messages(draft, reading=reading) == [
        "“Москва”: the author did not supply it, and the OCR engine does not read Cyrillic. Check it."
    ]
    assert names(draft, copied=["Москва"], reading=reading) == []
    assert names(draft, copied=["Минск"], reading=reading) == [("unsupported-quotation", "“Москва”")]


def test_what_the_author_supplies_is_asked_of_nobody():
    support = Support("en", [CLOCK], (), None)
    assert support.unsupplied(CLOCK) == []
    assert names(CLOCK, supplied=[CLOCK], reading=reading_of()) == []


def test_an_engine_that_failed_is_as_none():
    reading = Reading((), fault="The OCR engine failed (no memory).")
    assert names(CLOCK, copied=["Platform 14\n1962"], reading=reading) == []
    assert len(names(CLOCK, reading=reading)) == 2


@pytest.mark.parametrize(
    ("reading", "is_assisted", "is_wanted"),
    [
        (None, False, True),
        (reading_of("Platform 14", "1962"), False, False),
        (reading_of("Platform 14"), False, False),  # a transcription could not support it
        (reading_of("Platform 14", "1962"), True, True),
        (Reading((), fault="It failed."), False, True),
    ],
)
def test_a_transcription_is_wanted_only_where_it_can_settle_something(reading, is_assisted, is_wanted):
    assert Support("en", (), (), reading, is_assisted=is_assisted).is_copy_wanted(CLOCK) is is_wanted


def test_who_has_a_claim_that_needs_no_warning_is_said():
    support = Support("en", ["From 1962."], ["Platform 14"], reading_of("Platform 14", "1962"))
    assert [(each.kind, each.by) for each in support.supported(CLOCK)] == [
        ("quotation", ("ocr", "transcription")),
        ("number", ("author", "ocr")),
    ]
    assert [CLOCK[slice(*each.span)] for each in support.supported(CLOCK)] == ["“Platform 14”", "1962"]
    assert [each.kind for each in Support("en", (), ["1962"], reading_of("Platform 14")).supported(CLOCK)] == [
        "quotation"
    ]


def test_numbers_of_a_transcription_are_looked_up():
    support = Support("en", ["Room 7"], (), reading_of("Total 1284.50 for 3 nights"))
    copy = "Total 1,284.50\nfor 8 nights\nRoom 7"
    assert [(each.name, copy[slice(*each.span)]) for each in support.notices_of_copy(copy)] == [
        ("unsupported-number", "8")
    ]
    assert list(Support("en", (), (), None).notices_of_copy(copy)) == []


def test_a_page_of_numbers_that_are_not_read_is_one_warning_more():
    copy = "\n".join(str(number) for number in range(100, 130))
    *each, rest = Support("en", (), (), reading_of("no number")).notices_of_copy(copy)
    assert len(each) == MOST_OF_A_COPY
    assert rest.message == "The OCR engine does not read 20 more of its numbers. Check them."
