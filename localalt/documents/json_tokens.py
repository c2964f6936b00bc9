"""JSON with the spans of its strings: the standard library's reader says what a text is, and not where.

RFC 8259, with NaN and Infinity as Python writes them. Reads one value; takes time that grows with its length alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from localalt.documents.references import Piece

__all__ = ["JsonError", "JsonValue", "Node", "behind_space", "pieces_of", "plain", "read_value"]

MAX_DEPTH = 64
"""Of arrays and objects in each other: drafts have five."""
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_OTHER = re.compile(r"true|false|null|NaN|-?Infinity|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")

JsonValue: TypeAlias = "dict[str, Node] | list[Node] | str | None"


class JsonError(ValueError):
    """What is wrong, and where: `at` is an offset."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Node:
    """A value, written at `start` to `end`, strings with their quotes."""

    value: JsonValue
    start: int
    end: int
    raw: str = ""
    """Of a number, true, false or null: how it is written."""


def read_value(content: str, at: int = 0, end: int | None = None) -> Node:
    """The value that begins at an offset, after spaces.

    Raises:
        JsonError: there is none.
    """
    return _value(content, at, len(content) if end is None else end, 0)


def plain(node: Node) -> object:
    """A value without its spans; numbers as they are written."""
    if isinstance(node.value, dict):
        return {key: plain(each) for key, each in node.value.items()}
    if isinstance(node.value, list):
        return [plain(each) for each in node.value]
    return node.value if isinstance(node.value, str) else (node.raw,)


def pieces_of(content: str, start: int, end: int) -> Iterator[Piece]:
    """The pieces of a string that is written at `start` to `end`, without quotes."""
    at = start
    for match in _ESCAPE.finditer(content, start, end):
        if at < match.start():
            yield Piece(at, match.start(), content[at : match.start()])
        yield Piece(match.start(), match.end(), json.loads(f'"{match[0]}"'))
        at = match.end()
    if at < end:
        yield Piece(at, end, content[at:end])


def _value(content: str, at: int, end: int, depth: int) -> Node:
    at = behind_space(content, at, end)
    opening = content[at : at + 1] if at < end else ""
    if opening == '"':
        return _string(content, at, end)
    if opening in ("{", "["):
        if depth >= MAX_DEPTH:
            raise JsonError(f"more than {MAX_DEPTH} arrays and objects in each other", at)
        return _object(content, at, end, depth) if opening == "{" else _array(content, at, end, depth)
    match = _OTHER.match(content, at, end)
    if match is None:
        raise JsonError("a value is missing", min(at, end))
    return Node(None, at, match.end(), match[0])


def _string(content: str, at: int, end: int) -> Node:
    match = _STRING.match(content, at, end)
    if match is None:
        raise JsonError("a string without its end, or with a wrong escape", at)
    raw = match[0]
    return Node(json.loads(raw) if "\\" in raw else raw[1:-1], at, match.end())


def _array(content: str, start: int, end: int, depth: int) -> Node:
    items: list[Node] = []
    at = behind_space(content, start + 1, end)
    if content[at : at + 1] == "]" and at < end:
        return Node(items, start, at + 1)
    while True:
        items.append(_value(content, at, end, depth + 1))
        at = behind_space(content, items[-1].end, end)
        closing = content[at : at + 1] if at < end else ""
        if closing == "]":
            return Node(items, start, at + 1)
        if closing != ",":
            raise JsonError("a comma or ] is missing", at)
        at += 1


def _object(content: str, start: int, end: int, depth: int) -> Node:
    fields: dict[str, Node] = {}
    at = behind_space(content, start + 1, end)
    if content[at : at + 1] == "}" and at < end:
        return Node(fields, start, at + 1)
    while True:
        at = behind_space(content, at, end)
        if content[at : at + 1] != '"' or at >= end:
            raise JsonError("a name in quotation marks is missing", at)
        name = _string(content, at, end)
        at = behind_space(content, name.end, end)
        if content[at : at + 1] != ":" or at >= end:
            raise JsonError("a colon is missing", at)
        each = _value(content, at + 1, end, depth + 1)
        assert isinstance(name.value, str)
        fields[name.value] = each  # of two with one name the last one counts, as everywhere
        at = behind_space(content, each.end, end)
        closing = content[at : at + 1] if at < end else ""
        if closing == "}":
            return Node(fields, start, at + 1)
        if closing != ",":
            raise JsonError("a comma or } is missing", at)
        at += 1


def behind_space(content: str, at: int, end: int | None = None) -> int:
    """Where something begins that is not a space of JSON."""
    match = _SPACE.match(content, at, len(content) if end is None else end)
    return at if match is None else match.end()
