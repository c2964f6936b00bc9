"""Words of strangers between two lines that they do not have: data, whatever they say."""

from __future__ import annotations

import re

__all__ = ["fenced"]

_SHORTEST = 3
_DASHES = re.compile(rf"-{{{_SHORTEST},}}")


def fenced(text: str) -> str:
    """A text between two lines of dashes, longer than any row of dashes in it."""
    longest = max(map(len, _DASHES.findall(text)), default=_SHORTEST - 1)
    fence = "-" * (longest + 1)
    return f"{fence}\n{text}\n{fence}"
