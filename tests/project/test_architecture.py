"""ARCHITECTURE.md: the rooms that it names are those that there are, in the order of imports."""

import re

import pytest

from scripts.checks import house
from tests.support.paths import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def rows(heading):
    """The first cells of the table under a heading."""
    body = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    return [line.split("|")[1].strip() for line in body.splitlines() if line.startswith("|")][2:]


def rooms_named():
    """By room, the number of its row."""
    return {room: number for number, cell in enumerate(rows("The rooms")) for room in re.findall(r"`(\w+)`", cell)}


def packages():
    return {room for room in house.rooms() if (house.PACKAGE / room).is_dir()}


def test_every_package_is_named_and_every_room_that_is_named_is_there():
    assert packages() <= set(rooms_named())
    assert set(rooms_named()) <= house.rooms()


@pytest.mark.slow
def test_imports_point_down_the_table():
    row = rooms_named()
    upward = [arrow for arrow in house.arrows() if set(arrow) <= set(row) and row[arrow[0]] > row[arrow[1]]]
    assert upward == []


def test_rooms_on_the_way_of_a_picture_are_there():
    way = PAGE.split("## The way of a picture", 1)[1].split("\n## ")[0]
    named = set(re.findall(r"`([a-z]+)`", way))
    assert len(named) > 8
    assert named <= house.rooms()


def test_the_glossary_has_twenty_words_or_so():
    words = rows("Glossary")
    assert 15 <= len(words) <= 25
    assert len(set(words)) == len(words)


def test_it_is_one_page():
    assert len(PAGE.splitlines()) <= 100
