"""How many columns of a terminal a text takes (UAX 11). Terminals do not agree on all of it. Pure."""

from __future__ import annotations

import unicodedata

__all__ = ["columns_of"]


def columns_of(text: str, *, at_most: bool = False) -> int:
    """Columns of a text in one line: as most terminals draw it, or the most that one may take for it."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character, at_most) for character in text)


def _columns_of(character: str, at_most: bool) -> int:
    if character == "\ufe0f":  # makes an emoji of a sign that was narrow
        return int(at_most)
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    kind = unicodedata.east_asian_width(character)
    return 2 if kind in "WF" or (at_most and kind == "A") else 1
