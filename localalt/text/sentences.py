"""The sentences of a text, roughly: pieces between signs that end one, for looking at what each of them says.

`truncation` is the one that knows where a text may end; here an abbreviation too many does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from localalt.text.quotations import blanked

__all__ = ["Sentence", "sentences"]

_END = re.compile(r"[.!?…](?=[\s\"'”’»)\]*]|$)|[。！？।۔؟]|\n")


class Sentence(NamedTuple):
    """One of them, at `start` to `end` in the text, its end sign included."""

    start: int
    end: int
    plain: str
    """In lower case, with straight apostrophes, single spaces, and none of what is quoted."""


def sentences(text: str) -> Iterator[Sentence]:
    """All sentences that have something in them."""
    outside = blanked(text.replace("’", "'") if "‘" not in text else text)
    at = 0
    for end in (*(match.end() for match in _END.finditer(outside)), len(text)):
        plain = " ".join(outside[at:end].lower().replace("’", "'").split())
        if plain.strip(".!?…。！？।۔؟ "):
            yield Sentence(at, end, plain)
        at = end
