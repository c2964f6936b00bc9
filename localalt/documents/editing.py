"""Other texts in the places of some: spans are replaced, and nothing is written anew."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable

from localalt.documents.references import ImageReference, Place

__all__ = ["replaced"]


def replaced(content: str, changes: Iterable[tuple[ImageReference, str]]) -> str:
    """The content with other texts in the places of some; those without a place stay."""
    placed = [(reference.place, text) for reference, text in changes if reference.place is not None]
    for place, text in sorted(placed, key=lambda each: each[0].start, reverse=True):
        content = content[: place.start] + _written(text, place, content) + content[place.end :]
    return content


def _written(text: str, place: Place, content: str) -> str:
    if place.syntax == "html":
        quote = "" if place.quote else '"'
        return f"{quote}{html.escape(text)}{quote}"
    if place.syntax == "json":
        return json.dumps(text, ensure_ascii=content[place.start : place.end].isascii())[1:-1]
    return re.sub(r"([\\\[\]])", r"\\\1", text) if place.syntax == "markdown" else text
