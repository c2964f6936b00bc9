import pytest
from hypothesis import given, strategies as st

from localalt.text.claims import Sources, claims


def found(text, **options):
    return [(claim.kind, claim.text) for claim in claims(text, **options)]


CLAIMS = {
    "name in a sentence": ("A dog named Ada sits here.", [("name", "Ada")]),
    "several words": ("The Eiffel Tower in Paris at night.", [("name", "Eiffel Tower"), ("name", "Paris")]),
    "at the start, with another": ("Eiffel Tower at night.", [("name", "Eiffel Tower")]),
    "at the start, alone": ("Ada sits here.", []),
    "particles inside": ("A sign by Plaza de la Merced here.", [("name", "Plaza de la Merced")]),
    "possessive": ("A picture of Ada's dog.", [("name", "Ada")]),
    "initials": ("A long book by J. Smith lies here.", [("name", "J. Smith")]),
    "calendar and styles": ("A Gothic church on a Monday in May.", []),
    "abbreviations": ("A QR code on a TV by a T-shirt.", []),
    "openers": ("Two Labradors near a pond.", [("name", "Labradors")]),
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
    text = "Ein Hund sitzt im Garten vor 3 Häusern."
    assert found(text, language="de") == [("number", "3")]
    assert found(text, language="de-AT") == [("number", "3")]


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
    "a word within another": ('It reads "Open".', "Opened", True),
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
