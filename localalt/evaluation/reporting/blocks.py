"""Blocks: what a report is made of, whatever it is rendered as.

What others wrote, such as names and texts, is `Given`, and each rendering defends itself against it. Must not know what
a report says (`content`) nor how blocks are rendered (`markdown`, `html`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from localalt.evaluation.reporting.words import Text

__all__ = ["Block", "DefinitionList", "Example", "Heading", "Paragraph", "Points", "Table"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    level: int
    text: Text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences."""

    text: Text


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences that each stand alone."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Values under their names."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A picture, and what was written about it."""

    case: str
    text: str
    reference: str
    against: tuple[str, ...]
    language: str = ""
    """Of both texts; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as `columns`, of which the first `n_headers` cells say what the row is about."""

    caption: Text
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    n_headers: int = 1


Block: TypeAlias = "Heading | Paragraph | Points | DefinitionList | Example | Table"
