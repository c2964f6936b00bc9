"""Characters that a model wrote as something else: entities of HTML, escapes of JSON, a formula between marks of LaTeX.

A text about code keeps them: its picture shows them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from localalt.text.code_words import mentions_code
from localalt.text.pairs import Finder, PairKind
from localalt.text.quotations import outside_quotes

__all__ = ["without_escapes"]

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,6});")
_UNICODE = re.compile(r"(?:\\u[0-9a-fA-F]{4}){1,64}")
_BREAKS = re.compile(
    r"(?:\\r)?\\n(?:(?:\\r)?\\n)+"  # blank lines
    r"|(?<=[.!?。！？।…\"”»])(?:\\r)?\\n(?=\s|$|[^a-z])"  # and the end of a line
)
_BEFORE_A_QUOTE = re.compile(r"\\(?=[\"“”])")
_IN_A_WORD = re.compile(r"(?<=\w)\\'(?=\w)")
_BEFORE_A_SIGN = re.compile(r"(?<=\d )\\(?=%)|(?<=\d)\\(?=%)|(?<=\s)\\(?=&\s)|(?<=\s)\\(?=\$\d)")
_FORMULAS = tuple(
    Finder((kind,))
    for kind in (
        PairKind(r"\\\(", r"(\\\))|\n"),
        PairKind(r"\\\[", r"(\\\])"),
        PairKind(r"(?<![\w$\\])\$(?=[^\s$\d.,])", r"((?<=[^\s$\\])\$(?![\w$]))|[$\n]"),
    )
)


def without_escapes(text: str) -> str:
    """The text with the characters themselves, where no code is spoken of."""
    if not any(mark in text for mark in "\\&$") or mentions_code(text):
        return text
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "\\" in text:
        text = _without_backslashes(text)
    for find in _FORMULAS:
        text = outside_quotes(lambda said, find=find: _formulas(find, said), text)  # type: ignore[misc]
    return text


def _without_backslashes(text: str) -> str:
    text = _UNICODE.sub(_decoded, text)
    if text.count('\\"') == text.count('"'):
        text = _BEFORE_A_QUOTE.sub("", text)
    text = _IN_A_WORD.sub("'", text)
    text = _BEFORE_A_SIGN.sub("", text)
    return _BREAKS.sub("\n", text)


def _decoded(escapes: re.Match[str]) -> str:
    said = str(json.loads(f'"{escapes[0]}"'))
    is_whole = not any("\ud800" <= character <= "\udfff" for character in said)
    return said if is_whole else escapes[0]


def _formulas(find: Finder, text: str) -> Iterator[tuple[int, int, str]]:
    for pair in find(text):
        inner = text[pair.inner_start : pair.inner_end].strip()
        is_formula = text[pair.start] == "\\" or any(mark in inner for mark in "\\^_=")
        if inner and is_formula:
            yield pair.start, pair.end, inner
