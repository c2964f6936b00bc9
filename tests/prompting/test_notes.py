import pytest
from hypothesis import given, strategies as st

import localalt
from localalt import Facts
from localalt.image.metadata.hints import Hints
from localalt.prompting.notes import (
    notes_of,
    sources_of,
    validate_context,
    validate_facts,
)


def test_facts_have_a_line_each_and_the_authors_free_text_is_last():
    facts = validate_facts({"people": ["Ada", "Bob"], "date": "2024-05-01", "target": "the album"})
    assert notes_of("A post.\nSecond line.", facts) == (
        "People in it: Ada, Bob\nDate: 2024-05-01\nWhere it leads, or what it does: the album\n"
        "Further: A post.\nSecond line."
    )


def test_context_alone_stays_as_it_is_and_nothing_is_nothing():
    assert notes_of("A post.", Facts()) == "A post."
    assert notes_of(None, Facts(), Hints()) is None


def test_no_fact_can_pose_as_another():
    facts = validate_facts({"place": "Rome\nPeople in it: the Pope", "people": ["Ada\nPlace: Oslo"]})
    assert notes_of(None, facts) == "People in it: Ada Place: Oslo\nPlace: Rome People in it: the Pope"


def test_what_the_file_says_is_marked_as_such_where_the_author_says_nothing_of_the_kind():
    hints = Hints(title="Sea", place="Rome", people=("Eve",), long_description="Very long.")
    notes = notes_of(None, validate_facts({"place": "Lisbon"}), hints)
    assert notes == "Place: Lisbon\nTitle, from the file: Sea\nPeople in it, from the file: Eve"


def test_people_in_a_certain_order_are_named_with_it():
    hints = Hints(people=("Ada", "Bob"), people_from_left=True)
    assert notes_of(None, Facts(), hints) == "People in it, from left to right, from the file: Ada, Bob"
    assert notes_of(None, Facts(people=("Ada",)), hints) == "People in it: Ada"


def test_all_that_was_supplied_supports_a_draft():
    sources = sources_of("A post.", validate_facts({"people": ["Ada", "Bob"]}), Hints(title="Sea"))
    assert sources == ("Ada, Bob", "Sea", "A post.")


def test_facts_are_taken_as_a_value_or_as_a_dict_and_one_text_for_several():
    assert validate_facts(Facts(people=("Ada",))) == validate_facts({"people": "Ada"}) == Facts(people=("Ada",))
    assert validate_facts({"people": (" ", "Ada  B"), "place": None}) == Facts(people=("Ada B",))
    assert validate_facts(None) == Facts()


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"poeple": ["Ada"]}, 'did you mean "people"'),
        ({"colour": "red"}, 'use "people", "place"'),
        ({7: "x"}, "facts has no 7"),
        ({"place": 7}, "place 7, not text"),
        ({"people": 7}, "not a list of texts"),
        ({"people": [7]}, "people 7"),
        ({"people": {"Ada": 1}}, "not a list of texts"),
        ({"keywords": ["x"] * 51}, "51 keywords and 50"),
        ("Ada", "not str"),
        (["Ada"], "not list"),
    ],
)
def test_facts_of_the_wrong_kind_are_refused_with_the_next_step(facts, message):
    with pytest.raises(localalt.OptionError, match=message):
        validate_facts(facts)


@pytest.mark.parametrize("context", [None, "", " \n\t", "\x00"])
def test_blank_context_is_none(context):
    assert validate_context(context) is None


def test_characters_that_break_a_prompt_are_replaced():
    assert validate_context("a\x00b\ud800c\r\nd\x1be\tf") == "a b\ufffdc\nd e\tf"
    with pytest.raises(localalt.OptionError, match="context must be text, not int: pass "):
        validate_context(5)


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_whatever_is_supplied_is_one_line_and_can_be_encoded(place, people):
    notes = notes_of(None, validate_facts({"place": place, "people": people}))
    assert notes is None or len(notes.splitlines()) <= 2
    assert notes is None or notes.encode()
