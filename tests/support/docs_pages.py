"""The pages in docs/ as data: their examples, and the fields that each section's table names."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from tests.support.paths import DOCS


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def fields_of(page: str) -> dict[str, list[str]]:
    """By section, the names in the first column of its table."""
    sections = re.split(r"^## (.+)$", text_of(page), flags=re.MULTILINE)[1:]
    return {
        title: re.findall(r"^\| `([^`]+)` \|", body, re.MULTILINE)
        for title, body in zip(sections[::2], sections[1::2], strict=True)
    }


def example_of(page: str) -> tuple[str, str]:
    """The kind and the text of the first code block, which comes before everything else but the title."""
    found = re.match(r"# [^\n]+\n\n```(\w+)\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)
    assert found, f"{page} does not open with an example"
    return found[1], found[2]


def lines_of(page: str) -> list[Any]:
    """The objects of an example of JSON lines."""
    return [json.loads(line) for line in example_of(page)[1].splitlines()]


def paths_in(
    value: object, by_name: Collection[str] = (), whole: Collection[str] = (), before: str = ""
) -> Iterator[str]:
    """Every field in a value of JSON: "a.b", "a[].b", and "a.*" for the entries of what `by_name` has.

    What `whole` names is not looked into.
    """
    if isinstance(value, list):
        for each in value:
            if isinstance(each, dict):
                yield from paths_in(each, by_name, whole, f"{before}[]")
    elif isinstance(value, dict):
        for name, each in value.items():
            path = ".".join(filter(None, [before, "*" if before in by_name else name]))
            yield path
            if path not in whole:
                yield from paths_in(each, by_name, whole, path)
