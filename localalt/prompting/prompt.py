"""What a prompt is made of: its words, as values, and how an answer is drawn.

The words themselves are data in `builtin`, in a person's own file, and around them in `presets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from localalt.request import Sampling

__all__ = ["Prompt", "TextKind", "Wording"]


@dataclass(frozen=True, slots=True)
class TextKind:
    """How another text about a picture than its alt text is asked for."""

    instruction: str
    name: str
    """What it is called where the author's notes end and the model is to begin."""
    copied: bool = False
    """Whether it is copied from the picture: then it is asked for without the author's notes and language."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said around an instruction. `{language}`, `{most}` and `{name}` are filled in."""

    language: str
    limit: str
    notes: str
    """Before the author's notes, which are fenced."""
    notes_on_use: str
    """The same for a link, a button or a logo, whose text the author may know better than the picture."""
    now: str
    """After the notes: what is to be done."""
    again: str
    """Before the faults of an earlier answer."""
    without: str
    """After them."""
    faults: Mapping[str, str]
    """By the rule of `localalt.lint` that found one; "echo" is for an answer that says the question again."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A way to ask for alt text."""

    name: str
    version: str
    """Counts up with every change of what is asked; a digest of the words for a person's own."""
    instruction: str
    """For a picture that informs, the default purpose."""
    purposes: Mapping[str, str]
    """Instructions for other purposes of a picture (W3C WAI's alt decision tree); one that is missing is asked as
    for a picture that informs."""
    also: Mapping[str, TextKind]
    """TextKind texts, by the name under which callers ask for them, and "review", which looks at a person's text."""
    wording: Wording
    notes_first: bool = False
    """Whether the author's notes come before the instruction. After the picture they come in any case."""
    sampling: Sampling | None = None
    """How tokens are drawn; None is the family's preset."""
    max_tokens: int | None = None
    """Of an answer; None is the family's preset."""
    seed: int = 0
    """Of random draws."""
    grammar: str = ""
    """GBNF that an answer follows, for answers that a program reads; prose needs none."""
    fixed: bool = field(default=False, kw_only=True)
    """Whether nothing can be added: the known-answer models know one question."""

    @property
    def identity(self) -> str:
        """Name and version, such as "plain/1"."""
        return f"{self.name}/{self.version}"
