"""Copies of overlapping parts, joined."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from localalt.text.joining import Part, joined

# From few, so that lines stand twice, side by side too.
lines = st.lists(
    st.sampled_from(["0 | 0", "Total 12", "Total 13", "a", "Second Street 4", "—"]), min_size=1, max_size=30
)


def split(text, cuts, n_shared):
    """Windows of lines, each of which begins with the last lines of the one before."""
    parts, start = [], 0
    for end in [*cuts, len(text)]:
        begin = max(0, start - n_shared)
        parts.append(Part("\n".join(text[begin:end]), start - begin))
        start = end
    return parts


@given(lines, st.data())
def test_no_line_is_lost_and_none_is_there_twice(text, data):
    n_shared = data.draw(st.integers(1, 3))
    cuts = sorted(data.draw(st.sets(st.integers(n_shared, max(n_shared, len(text) - 1)), max_size=4)))
    cuts = [cut for cut in cuts if cut < len(text)]
    assert joined(split(text, cuts, n_shared)) == "\n".join(text)


@given(st.lists(lines, max_size=4))
def test_parts_that_share_nothing_stand_one_after_the_other(parts):
    texts = ["\n".join(each) for each in parts]
    assert joined([Part(text) for text in texts]) == "\n\n".join(texts)


@given(st.lists(st.builds(Part, st.text(max_size=60), st.integers(0, 4)), max_size=5))
def test_whatever_the_copies_are_nothing_is_raised_or_made_up(parts):
    text = joined(parts)
    assert set(text) <= {*"".join(part.text for part in parts), "\n"}


def test_equal_rows_of_a_table_stay():
    parts = [Part("North | 0\nEast | 0\n0 | 0\n0 | 0"), Part("0 | 0\n0 | 0\n0 | 0\nWest | 1", 2)]
    assert joined(parts) == "North | 0\nEast | 0\n0 | 0\n0 | 0\n0 | 0\nWest | 1"


def test_a_word_that_was_cut_is_taken_from_the_copy_that_has_it_whole():
    parts = [
        Part("The fox jumps over the lazy dog and runs into the wo"),
        Part("umps over the lazy dog and runs into the woods, where it sleeps.", 2),
    ]
    assert joined(parts) == "The fox jumps over the lazy dog and runs into the woods, where it sleeps."


def test_lines_that_were_cut_in_two_are_taken_from_the_copy_that_has_them_whole():
    parts = [
        Part("First line of all\nSecond line here\nThird line there\nLirn fcur"),
        Part("Secnnd lnie\nThird line there\nFourth line again\nFifth line", 2),
    ]
    assert joined(parts) == "First line of all\nSecond line here\nThird line there\nFourth line again\nFifth line"


def test_spelling_of_shared_lines_may_differ():
    parts = [Part("One\nTwo, three"), Part("two three\nFour", 1)]
    assert joined(parts) == "One\nTwo, three\nFour"


@pytest.mark.parametrize("shared", [1, 2])
def test_a_number_that_both_read_differently_is_shown_twice_and_not_dropped(shared):
    parts = [Part("Total 12\nTotal 13"), Part("Total 18\nTotal 14", shared)]
    assert joined(parts) == "Total 12\nTotal 13\nTotal 18\nTotal 14"


def test_parts_without_text_are_nothing():
    assert joined([]) == ""
    assert joined([Part(""), Part("one", 2), Part(" \n"), Part("two", 1)]) == "one\ntwo"
