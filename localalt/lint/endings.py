"""A kind of ending that a text does not have: its last word, and what lets it stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Ending"]


@dataclass(frozen=True, slots=True)
class Ending:
    """Last words after which something is missing. All words are in lower case."""

    last: frozenset[str]
    after: frozenset[str] = frozenset()
    """The words before the last that make it so; with none, any does."""
    not_after: frozenset[str] = frozenset()
    """The words before the last that let it stand: "the letter a", "he has one"."""
    unless: frozenset[str] = frozenset()
    """A word anywhere before that lets it stand: "where they come from"."""
    unless_within: frozenset[str] = frozenset()
    """The same, and not as the first word: "the chair she sits on", and not "she sits on"."""
    not_second_after: frozenset[str] = frozenset()
    """The words two before the last that let it stand: "a tree to lean on"."""
    may_label: bool = False
    """Whether two words may end so, which are a label: "made with", "part of"."""

    def is_of(self, said: Sequence[str]) -> bool:
        """Whether the words of a sentence, in lower case, end so."""
        if len(said) < 2 or said[-1] not in self.last:
            return False
        before = said[-2]
        if before in self.not_after or (self.after and before not in self.after):
            return False
        if self.may_label and len(said) == 2 and before not in self.last:
            return False
        if len(said) > 2 and said[-3] in self.not_second_after:
            return False
        return self.unless.isdisjoint(said[:-1]) and self.unless_within.isdisjoint(said[1:-1])
