"""Two texts -> what to replace in the first for it to become the second, as little as may be.

What stays is copied as it is written, with its entities and escapes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

__all__ = ["differences"]

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
MOST_WORDS = 600
"""Beyond which the middle of a text is replaced as a whole: comparing takes time by the square."""


def differences(old: str, new: str) -> list[tuple[int, int, str]]:
    """(start, end, what comes there) in the order of the old text; they do not overlap."""
    return list(_differences(old, new))


def _differences(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    first, last = _WORD.findall(old), _WORD.findall(new)
    if max(len(first), len(last)) > MOST_WORDS:
        yield from _trimmed(old, new, 0)
        return
    starts, at = [], 0
    for word in first:
        starts.append(at)
        at += len(word)
    starts.append(at)
    for tag, i, j, k, m in difflib.SequenceMatcher(None, first, last, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _trimmed("".join(first[i:j]), "".join(last[k:m]), starts[i])


def _trimmed(old: str, new: str, offset: int) -> Iterator[tuple[int, int, str]]:
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start < len(old) - end or start < len(new) - end:
        yield offset + start, offset + len(old) - end, new[start : len(new) - end]
