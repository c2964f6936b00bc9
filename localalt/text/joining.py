"""Copies of parts of a page that overlap -> one text without repeats.

Two parts share a few lines, as far as whoever cut the page knows. What the copies have in common there is looked for
where one ends and the next begins, and nowhere else: a line that stands twice on the page stays twice. Words that were
cut, or read differently at an edge, are taken from the copy in which they are further inside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from localalt.text.spelling import spelled

__all__ = ["Part", "joined"]

MAX_WORDS = 120
"""Compared from each of two copies: ten lines of print, where tiles share two or three. Lines of a copy may be whole
paragraphs."""

LEAST_SHARE = 0.6
"""Of the words from the first to the last that two copies have in common, those that are the same or nearly so."""

LEAST_PAIRS = 3
"""Words that two copies have in common at least, where their lines are not the same: one or two are chance."""

_WORD = re.compile(r"\S+")


_Entry: TypeAlias = tuple[int, tuple[int, int, object] | None]
"""Of an alignment: its score, and its latest pair with those before it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A copy of a part of a page."""

    text: str
    n_shared: int = 0
    """Lines at its beginning that the part before has at its end, as far as is known; 0 for none."""


def joined(parts: Sequence[Part]) -> str:
    """The copies of parts in their order, as one text."""
    text = ""
    for part in parts:
        copy = part.text.strip("\n")
        if not copy.strip():
            continue
        if not text:
            text = copy
        elif not part.n_shared:
            text = f"{text}\n\n{copy}"
        else:
            text = _stitched(text, copy, part.n_shared)
    return text


def _stitched(text: str, copy: str, n_shared: int) -> str:
    before, after = _last_lines(text, n_shared), _first_lines(copy, n_shared)
    if _spelled(text[before:]) == _spelled(copy[:after]):
        rest = copy[after:].lstrip("\n")
        return f"{text}\n{rest}" if rest else text
    # One line more on either side: where nothing shows where lines end, one may be cut.
    before, after = _last_lines(text, n_shared + 1), _first_lines(copy, n_shared + 1)
    left = [*_WORD.finditer(text, before)][-MAX_WORDS:]
    right = [*_WORD.finditer(copy, 0, after)][:MAX_WORDS]
    common = _common([match[0] for match in left], [match[0] for match in right])
    if not common:
        return f"{text}\n{copy}"
    # In the middle of what they share both are far from their edges.
    here, there = common[len(common) // 2]
    return text[: left[here].end()] + copy[right[there].end() :]


def _common(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of words, of the end of one text and the beginning of another, that are the same words of the page.

    An alignment that begins anywhere in `left` and ends anywhere in `right`: what comes before it in `right`, and after
    it in `left`, is what an edge did to words.
    """
    one, other = [_spelled(word) for word in left], [_spelled(word) for word in right]
    above: list[_Entry] = [(-index, None) for index in range(len(other) + 1)]
    for i, word in enumerate(one):
        row: list[_Entry] = [(0, None)]
        for j, its in enumerate(other):
            is_same = _is_same(word, its)
            score, so_far = above[j]
            paired: _Entry = (score + 2, (i, j, so_far)) if is_same else (score - 1, so_far)
            row.append(max(paired, (above[j + 1][0] - 1, above[j + 1][1]), (row[j][0] - 1, row[j][1]), key=_score))
        above = row
    pairs = _listed(max(above, key=_score)[1])
    if len(pairs) < LEAST_PAIRS:
        return []
    (i, j), (k, n) = pairs[0], pairs[-1]
    within, beyond = max(k - i, n - j) + 1, max(j, len(one) - 1 - k)
    return pairs if len(pairs) >= max(LEAST_SHARE * within, beyond) else []


def _score(entry: tuple[int, object]) -> int:
    return entry[0]


def _listed(pairs: object) -> list[tuple[int, int]]:
    found = []
    while isinstance(pairs, tuple):
        found.append((pairs[0], pairs[1]))
        pairs = pairs[2]
    return found[::-1]


def _is_same(one: str, other: str) -> bool:
    """Whether two words are one, cut or misread by a letter."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4 or len(longer) > 2 * len(shorter):
        return False
    if longer.startswith(shorter) or longer.endswith(shorter):
        return True
    return len(one) == len(other) and not any(map(str.isdecimal, one)) and sum(map(str.__ne__, one, other)) == 1


def _spelled(text: str) -> str:
    return " ".join(spelled(text)) or " ".join(text.split())


def _last_lines(text: str, n_lines: int) -> int:
    """Where the last `n_lines` lines with words begin."""
    at = len(text)
    for _ in range(n_lines):
        at = len(text[:at].rstrip())
        at = text.rfind("\n", 0, at) + 1
        if not at:
            break
    return at


def _first_lines(text: str, n_lines: int) -> int:
    """Where the first `n_lines` lines with words end."""
    at = 0
    for _ in range(n_lines):
        start = _WORD.search(text, at)
        end = -1 if start is None else text.find("\n", start.end())
        if end < 0:
            return len(text)
        at = end
    return at
