"""Lists of words, as data modules write them: as a set, and as one pattern for several languages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["any_of", "words"]


def words(*lines: str) -> frozenset[str]:
    """The words of a few lines."""
    return frozenset(" ".join(lines).split())


def any_of(*lists: Mapping[str, str]) -> str:
    """A pattern for what any of these has, whose values are patterns by language."""
    return "|".join(pattern for each in lists for pattern in each.values())
