"""What a rule looks at, and what it answers: a text with all that is known about it, and the faults in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.lint.profiles import Profile
from localalt.text.claims import Sources
from localalt.text.platforms import Limit
from localalt.types import FinishReason

__all__ = ["Fault", "Find", "Kind", "Subject"]

Kind: TypeAlias = Literal["alt", "long"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A text, and all that rules may know about it."""

    text: str
    kind: Kind
    outside: str
    """The text with a space for every character that is quoted, so that positions are the same."""
    language: str
    """ISO 639 code of the language whose words are looked for."""
    asked: str | None
    """The language that it should be in, as a tag; None where any will do."""
    profile: Profile
    limits: tuple[Limit, ...]
    sources: Sources | None
    """What the author supplied; None where the text is the author's."""
    finish_reason: FinishReason
    is_detailed: bool
    """Whether the picture is one of text, a chart or a screen, which take more words."""
    is_short: bool
    """Whether a few words are enough: a link's, a button's or a logo's."""
    source_name: str | None = None
    """The path or address of the picture's file, where it is known."""
    nearby: tuple[str, ...] = ()
    """What a reader reads beside the picture: its caption, the text of the link around it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule found, at `start` to `end` of the text."""

    start: int
    end: int
    message: str
    fix: str | None = None
    """What to put in its place, where that is safe."""
    is_mild: bool = False
    """Whether it is a warning where the rule's others are errors."""


Find: TypeAlias = Callable[[Subject], Iterator[Fault]]
