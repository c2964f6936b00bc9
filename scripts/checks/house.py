"""The house: rooms, floors and import arrows of localalt, counted from its source.

    python -m scripts.checks.house

A room is a package of localalt, or a module that stands beside the packages. FLOORS is the plan; an import must point
to a room on a lower floor. Every import counts: inside functions and under TYPE_CHECKING too, and there is no exempt
room. tests/test_house.py holds it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

__all__ = ["FLOORS", "PACKAGE", "arrows", "circles", "depth", "imports", "room_of", "rooms", "upward"]

PACKAGE = Path(__file__).resolve().parents[2] / "localalt"

ROOT = "localalt"
"""The room of the package's own `__init__`, which hands the public names out: nothing imports it from within."""

FLOORS: tuple[frozenset[str], ...] = tuple(
    frozenset(floor.split())
    for floor in (
        "__main__",
        "cli",
        "bench localalt",
        "api evaluation worker",
        "describer doctor",
        "isolation random_pair",
        "drafting models",
        "engine machine",
        "hub native",
        "console lint planning prompting recognition",
        "documents gguf image text",
        "concurrency containers limits selftest types ways",
        "_version child_process devices errors files first_imports frozen plugin_trial request suggest units",
        "switches",
    )
)
"""The rooms, from the roof to the ground. `__main__` stands for every package's: nothing imports it."""


def modules() -> Iterator[tuple[str, Path]]:
    """(dotted name below localalt, path) of every module; the package's own is ""."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


def room_of(module: str) -> str:
    """The room of a module by its dotted name below localalt."""
    first, _, _ = module.partition(".")
    return "__main__" if module.rpartition(".")[2] == "__main__" else first or ROOT


def rooms() -> set[str]:
    """Every room that the source has."""
    return {room_of(module) for module, _ in modules()}


def imports(path: Path, names: Set[str]) -> Iterator[str]:
    """Dotted names below localalt of the modules that a file imports, wherever in it; "" is localalt itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path.name} has a relative import in line {node.lineno}: write it in full.")
            targets = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in targets:
            parts = target.split(".")
            if parts[0] != ROOT:
                continue
            below = parts[1:]
            while below and ".".join(below) not in names:
                below.pop()  # what is imported is a name in the module before it
            yield ".".join(below)


def arrows() -> dict[tuple[str, str], list[str]]:
    """{(importing room, imported room): the imports, each as "module -> module"}."""
    found: dict[tuple[str, str], list[str]] = {}
    everything = dict(modules())
    for module, path in everything.items():
        for target in imports(path, everything.keys()):
            if room_of(module) != room_of(target):
                arrow = room_of(module), room_of(target)
                found.setdefault(arrow, []).append(f"{module or ROOT} -> {target or ROOT}")
    return found


def upward(found: Mapping[tuple[str, str], list[str]]) -> list[str]:
    """The imports that do not point to a lower floor of the plan."""
    floor = {room: number for number, floor in enumerate(FLOORS) for room in floor}
    return [line for (above, below), lines in found.items() if floor[above] >= floor[below] for line in lines]


def circles(found: Mapping[tuple[str, str], list[str]]) -> list[str]:
    """Rooms that can be reached from themselves."""
    return sorted(room for room in rooms() if room in _below(room, found))


def _below(room: str, found: Mapping[tuple[str, str], list[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = {room}
    while ahead:
        ahead = {below for above, below in found if above in ahead} - reached
        reached |= ahead
    return reached


def depth(found: Mapping[tuple[str, str], list[str]]) -> int:
    """How many floors the imports need: the rooms on the longest way from the roof to the ground.

    Raises:
        ValueError: there is a circle, which has no floors.
    """
    if ring := circles(found):
        raise ValueError(f"These rooms import each other in a circle: {', '.join(ring)}.")
    deepest: dict[str, int] = {}

    def of(room: str) -> int:
        if room not in deepest:
            deepest[room] = 1 + max((of(below) for above, below in found if above == room), default=0)
        return deepest[room]

    return max(map(of, rooms()))


def main() -> int:
    """Print the figures, and what breaks the plan; 1 where something does."""
    found = arrows()
    source = dict(modules())
    packages = {room for room in rooms() if (PACKAGE / room).is_dir()}
    high, ring = upward(found), circles(found)
    print(f"packages             {len(packages)}")
    print(f"modules beside them  {len(rooms() - packages - {ROOT})}")
    print(f"modules in all       {len(source)}")
    print(f"floors               {'-' if ring else depth(found)}")
    print(f"arrows               {len(found)} between rooms, for {sum(map(len, found.values()))} imports")
    print(f"arrows upward        {len(high)}")
    print(f"rooms in circles     {len(ring)}")
    for line in high:
        print(f"  upward: {line}")
    if ring:
        print(f"  in circles: {', '.join(ring)}")
    return 1 if high or ring else 0


if __name__ == "__main__":
    sys.exit(main())
