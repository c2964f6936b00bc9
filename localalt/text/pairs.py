"""Openings and their closings in a text, found in one pass.

A pattern such as `“[^”\n]*”` looks from every opening to the end of the text where no closing comes, which takes a
minute for 100,000 openings. Here a closing that was looked for in vain is not looked for again: all looking
together takes as many steps as a text has characters, a few for each kind of pair. Knows nothing of what is paired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Finder", "Pair", "PairKind"]


@dataclass(frozen=True, slots=True)
class PairKind:
    """A kind of pair: what opens it, and what ends it or shows that it has no end.

    `closing` has its end in group 1; where it matches without that group, the pair has no end. Whether an offset is an
    end must not depend on where the pair was opened, and no character of an opening may begin a longer search.
    """

    opening: str
    closing: str
    least: int = 0
    """Characters between an opening and its end, at least."""


class Pair(NamedTuple):
    """One of them: where it starts and ends in the text, and where what it holds does."""

    start: int
    inner_start: int
    inner_end: int
    end: int


class Finder:
    """Finds pairs of several kinds, none of which overlap; of two that begin at one offset the first kind counts."""

    def __init__(self, kinds: Sequence[PairKind], flags: int = 0) -> None:
        self._opening = re.compile("|".join(f"(?P<k{n}>{kind.opening})" for n, kind in enumerate(kinds)), flags)
        self._closings: Mapping[str, tuple[re.Pattern[str], int]] = {
            f"k{n}": (re.compile(kind.closing, flags), kind.least) for n, kind in enumerate(kinds)
        }

    def __call__(self, text: str) -> Iterator[Pair]:
        """All pairs of a text, in its order."""
        endless: dict[str, int] = {}
        """By kind, up to where there is no end."""
        at = 0
        while (opening := self._opening.search(text, at)) is not None:
            at = opening.start() + 1
            kind = str(opening.lastgroup)
            if opening.end() < endless.get(kind, 0):
                continue
            closing, least = self._closings[kind]
            end = closing.search(text, opening.end() + least)
            if end is None or end.start(1) < 0:
                endless[kind] = len(text) + 1 if end is None else end.start()
                continue
            yield Pair(opening.start(), opening.end(), end.start(1), end.end(1))
            at = max(end.end(1), at)

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """All that it looks for with."""
        return (self._opening, *(closing for closing, _ in self._closings.values()))
