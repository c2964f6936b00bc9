"""Plain text: one alt text a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalt.documents.references import ImageReference, Piece, Reading, Span

__all__ = ["read_plain"]

_LINE = re.compile(r"[^\r\n]+|\r\n?|\n")


def read_plain(content: str) -> Reading:
    """The texts of the lines that are not blank."""
    return Reading(tuple(_lines(content)))


def _lines(content: str) -> Iterator[ImageReference]:
    line = 1
    for match in _LINE.finditer(content):
        if match[0][0] in "\r\n":
            line += 1
            continue
        text = match[0].strip()
        if text:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            end = start + len(text)
            yield ImageReference(text, line, span=Span(start, end, "text", (Piece(start, end, text),)))
