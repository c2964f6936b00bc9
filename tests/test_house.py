"""The plan of the house, as scripts/checks/house.py counts it: every import points down, and there is no circle."""

import pytest

from scripts.checks import house

ARROWS = house.arrows()


def test_every_room_has_one_floor():
    planned = [room for floor in house.FLOORS for room in floor]
    assert sorted(planned) == sorted(house.rooms())


@pytest.mark.parametrize("room", sorted(house.rooms()))
def test_imports_of_a_room_point_down_only(room):
    assert house.upward({arrow: lines for arrow, lines in ARROWS.items() if arrow[0] == room}) == []


def test_no_room_can_be_reached_from_itself():
    assert house.circles(ARROWS) == []


def test_a_room_that_imports_from_above_is_found():
    assert house.upward({("files", "cli"): ["files.folder -> cli.describe"]}) == ["files.folder -> cli.describe"]


def test_a_circle_of_rooms_is_found():
    around = {("files", "console"): ["a"], ("console", "cli"): ["b"], ("cli", "files"): ["c"], ("cli", "units"): ["d"]}
    assert house.circles(around) == ["cli", "console", "files"]


def test_an_import_counts_wherever_it_stands(tmp_path):
    source = tmp_path / "module.py"
    source.write_text(
        """
from typing import TYPE_CHECKING
import localalt.units
if TYPE_CHECKING:
    from localalt.files import folder
def late():
    import localalt
    from localalt.cli.bench import command
""",
        encoding="utf-8",
    )
    names = {"", "units", "files", "files.folder", "cli", "cli.bench"}
    assert sorted(house.imports(source, names)) == ["", "cli.bench", "files.folder", "units"]


def test_every_package_says_what_it_is_for():
    import ast

    for room in sorted(house.rooms()):
        init = house.PACKAGE / room / "__init__.py"
        if init.exists():
            doc = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
            assert len(doc.split()) >= 8, f"localalt/{room}/__init__.py does not say what the room is for"
