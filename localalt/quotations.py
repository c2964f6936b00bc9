"""Quotations in a text: wording that is copied from a picture and stands for itself.

What is quoted keeps its own language, markup and repetitions, so most rules look beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["QUOTED", "blanked", "outside_quotes"]

QUOTED = re.compile(
    r'"[^"\n]*"|“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|»[^«»\n]*«|「[^」\n]*」|『[^』\n]*』'
    r"|(?<!\w)‘[^‘’\n]*(?:(?<=\w)’(?=\w)[^‘’\n]*)*’(?!\w)|(?<![\w'])'[^'\n]*(?:(?<=\w)'(?=\w)[^'\n]*)*'(?![\w'])"
)
"""A quotation with its marks; an apostrophe inside a word ends none."""


def blanked(text: str) -> str:
    """The text with a space for every character that is quoted, its marks included: places stay where they are."""
    return QUOTED.sub(lambda match: " " * len(match[0]), text)


def outside_quotes(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    """Replace matches neither of whose ends lies inside a quotation."""
    quoted = [match.span() for match in QUOTED.finditer(text)]

    def inside(position: int) -> bool:
        return any(start < position < end for start, end in quoted)

    return pattern.sub(lambda match: match[0] if inside(match.start()) or inside(match.end()) else replace(match), text)
