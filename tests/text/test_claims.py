import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from localalt.text.claims import Claim, Sources, claims

DATA = Path(__file__).parents[1] / "data/claim_texts.jsonl"
LINES = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
MOST_WRONG = 0.1
"""Of all claims: missed, or reported though they are supported."""


def found(text, **options):
    return [(claim.kind, claim.text) for claim in claims(text, **options)]


CLAIMS = {
    "name in a sentence": ("A dog named Ada sits here.", [("name", "Ada")]),
    "several words": ("The Eiffel Tower in Paris at night.", [("name", "Eiffel Tower"), ("name", "Paris")]),
    "at the start, with another": ("Eiffel Tower at night.", [("name", "Eiffel Tower")]),
    "at the start, alone": ("Ada and a dog.", []),
    "particles inside": ("A sign by Plaza de la Merced here.", [("name", "Plaza de la Merced")]),
    "possessive": ("A picture of Ada's dog.", [("name", "Ada")]),
    "initials": ("A long book by J. Smith lies here.", [("name", "J. Smith")]),
    "calendar and styles": ("A Gothic church on a Monday in May.", []),
    "abbreviations": ("A QR code on a TV by a T-shirt.", []),
    "openers": ("Two Ferraris near a pond.", [("name", "Ferraris")]),
    "title case": ("Sales By Region And Month In Europe", []),
    "numbers": ("In 2020, 3.5% of 1,200 cars.", [("number", "2020"), ("number", "3.5%"), ("number", "1,200")]),
    "counts in words": ("Three dogs and two cats.", []),
    "quotation": ('A sign: "No Parking 24h" at Ada.', [("quotation", "No Parking 24h"), ("name", "Ada")]),
    "quotes of all kinds": (
        "“A b” „C d“ «E f» 「G」 ‘H i’ 'J k'",
        [("quotation", each) for each in ("A b", "C d", "E f", "G", "H i", "J k")],
    ),
    "apostrophes": ("The dog's bowl isn't full.", []),
    "empty quotation": ('A sign with "" on it.', []),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_a_text_claims_names_numbers_and_quotations(case):
    text, expected = CLAIMS[case]
    assert found(text) == expected
    for claim in claims(text):
        assert claim.text in text[claim.start : claim.end]


def test_german_nouns_are_not_names():
    text = "Ein Hund sitzt im Garten vor 30 Häusern."
    assert found(text, language="de") == [("number", "30")]
    assert found(text, language="de-AT") == [("number", "30")]


def test_german_is_known_by_its_function_words():
    assert found("Ein Hund sitzt im Garten vor der Tür.") == []
    assert found("A dog named Ada sits in the garden.") == [("name", "Ada")]


SUPPORT = {
    "case": ("A dog named Ada here.", "ADA", True),
    "accents": ("The café in Orléans here.", "orleans", True),
    "possessive in the source": ("A dog named Ada here.", "Ada's dog", True),
    "one word of two": ("Near Eiffel Tower here.", "a tower", False),
    "order of a name": ("By Ada Lovelace here.", "Lovelace, Ada", True),
    "quotation across lines": ('It reads "No parking today".', "NO\nPARKING\ntoday!", True),
    "quotation with a gap": ('It reads "No … today".', "No parking today", True),
    "another quotation": ('It reads "No parking".', "No smoking", False),
    "a word within another": ('It reads "Open".', "Opened", False),
    "thousands": ("It has 1,200 cars.", "1200", True),
    "another number": ("It has 1,200 cars.", "12,000 or 200", False),
    "percent": ("It is 5% more.", "5", True),
    "nothing": ("It is 5% more.", "", False),
}


@pytest.mark.parametrize("case", SUPPORT)
def test_sources_bear_out_what_they_have(case):
    text, source, expected = SUPPORT[case]
    (claim,) = claims(text)
    assert Sources([source]).support(claim) is expected


def test_several_sources_are_one():
    (claim,) = claims("By Ada Lovelace here.")
    assert Sources(["Ada", "Lovelace"]).support(claim)
    assert not Sources([]).support(claim)


def test_words_are_had_in_their_order():
    assert Sources(["Portrait of a Black man, singing"]).have("black man")
    assert not Sources(["A man in black"]).have("black man")


@given(st.text(max_size=200))
def test_a_text_bears_its_own_claims_out(text):
    for claim in claims(text):
        assert 0 <= claim.start < claim.end <= len(text)
        assert Sources([text]).support(claim)


def test_claims_that_nothing_supports_are_reported_and_others_are_not():
    missed, false, n_wanted, n_found = [], [], 0, 0
    for line in (line for line in LINES if "draft" in line):
        sources = Sources([line["proof"]] if line["proof"] else [])
        reported = [each for each in claims(line["draft"], language=line["language"]) if not sources.support(each)]
        same = {each: [wanted for wanted in line["flag"] if overlap(each, wanted)] for each in reported}
        missed += [wanted for wanted in line["flag"] if not any(wanted in each for each in same.values())]
        false += [each for each, wanted in same.items() if not wanted]
        n_wanted, n_found = n_wanted + len(line["flag"]), n_found + len(reported)
    assert len(missed) <= MOST_WRONG * n_wanted, missed
    assert len(false) <= MOST_WRONG * n_found, false


def overlap(claim, wanted):
    return claim.kind == wanted[0] and (claim.text in wanted[1] or wanted[1] in claim.text)


@pytest.mark.parametrize("line", [line for line in LINES if "claim" in line], ids=lambda line: line["claim"])
def test_a_source_supports_what_it_says_and_nothing_else(line):
    claim = Claim(line["kind"], line["claim"], 0, len(line["claim"]))
    assert Sources([line["source"]]).support(claim) is line["want"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_more_sources_never_support_less(text, other):
    alone, both = Sources([text]), Sources([other, text])
    assert all(both.support(claim) for claim in claims(other + text) if alone.support(claim))
