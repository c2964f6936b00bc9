"""A claim: a name, a number or a quotation in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Claim", "ClaimKind"]

ClaimKind: TypeAlias = Literal["name", "number", "quotation"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One of them, at `start` to `end` in the text."""

    kind: ClaimKind
    text: str
    start: int
    end: int
    language: str = ""
    """The code of the text's language, where it is known: a name has the case endings of that language."""
