"""Unicode's normal forms, in time that grows with the text.

`unicodedata.normalize` sorts the marks on one letter by insertion: 8,000 letters' worth of marks in mixed order take
it half a second, and twice as many two. The Stream-Safe Text Format (Unicode Standard Annex 15, section 13) allows 30
marks in a row, which no language comes near.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

__all__ = ["MAX_MARKS", "normalized", "without_accents"]

MAX_MARKS = 30
"""In a row, as in the Stream-Safe Text Format: those that follow are left out."""

_LONG = re.compile(rf"[^\x00-\u02ff]{{{MAX_MARKS + 1}}}")
"""Below U+0300 nothing combines: where this finds nothing, nothing is to be left out."""


def normalized(text: str, form: Literal["NFKC", "NFKD"]) -> str:
    """The text in a normal form; of more than 30 combining marks in a row the first 30."""
    return unicodedata.normalize(form, _stream_safe(text) if _LONG.search(text) else text)


def without_accents(text: str) -> str:
    """The text decomposed, its combining marks left out."""
    return "".join(c for c in normalized(text, "NFKD") if not unicodedata.combining(c))


def _stream_safe(text: str) -> str:
    characters = []
    n_marks = 0
    for c in text:
        n_marks = n_marks + 1 if unicodedata.combining(c) else 0
        if n_marks <= MAX_MARKS:
            characters.append(c)
    return "".join(characters)
