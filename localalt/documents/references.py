"""What a reader finds in a document: references to images, the alt text that each has, and where it is written.

Data alone. Knows formats by their names only, and not what a good text is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["AltState", "ImageReference", "Piece", "Reading", "ReferenceKind", "Span", "Surroundings", "Syntax"]

AltState: TypeAlias = Literal["missing", "empty", "text", "computed"]
"""Of an alt attribute: "missing" where there is none, "empty" where it declares an image decorative (HTML Standard,
4.8.4.4.2), "text", or "computed" where a program or a template writes it, so that the file does not say what it is."""
ReferenceKind: TypeAlias = Literal[
    "img", "area", "input", "object", "embed", "role", "markdown", "component", "json", "line"
]
"""What refers to the image: an element of HTML, one with role=img, an image of Markdown, a component of JSX, Vue,
Svelte or Astro, an object of JSON, or a line of plain text."""
Syntax: TypeAlias = Literal["text", "json", "html", "xml", "markdown"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value as it is written, at `start` to `end` in the file's text, and what it means.

    One that is as long as its text is written literally; any other (an entity, an escape) is indivisible.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Where and how a text is written: at `start` to `end` in the file's text, without the quotes around it."""

    start: int
    end: int
    syntax: Syntax
    pieces: tuple[Piece, ...] = ()
    """All of it, in order."""
    quote: str = ""
    """The character around it, where there is one."""
    lead: str = ""
    """What comes before a text that is written where there is none: "=" after a name alone, " alt=" in a tag."""
    in_table: bool = False
    """Whether it is in a cell of a Markdown table, where "|" is escaped."""
    label: tuple[int, int] | None = None
    """Of a Markdown image whose text is also the name of its definition: the rest, from the closing bracket on."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around an image. Texts are those that a reader sees, with single spaces, and without alt texts."""

    heading: str = ""
    """The nearest heading before it, or the one that it is in."""
    caption: str = ""
    """Of the figure that it is in (`figcaption`)."""
    within: Literal["", "link", "button"] = ""
    target: str = ""
    """Where the link leads."""
    label: str = ""
    """All else that the link or button says: its text, its aria-label or title, and the alt of its other images."""
    text: str = ""
    """What a reader sees in the link or button."""
    before: str = ""
    """The text before it in its block, at most 300 characters."""
    after: str = ""
    """The text after it in its block, at most 300 characters."""


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image that a document refers to, and the alt text that it has there."""

    text: str | None
    """None where there is none, or none that the file says."""
    line: int
    """Counted from 1."""
    src: str = ""
    """What the image is called there."""
    kind: ReferenceKind = "line"
    state: AltState = "text"
    span: Span | None = None
    """Where the text is written; None where it cannot be replaced."""
    is_decorative: bool = False
    """Declared so, and not all that a link or a button says (W3C technique H30)."""
    is_brief: bool = False
    """Whether it is the whole text of a link or a button."""
    is_hidden: bool = False
    """Whether no one gets to hear it: aria-hidden, hidden, or in a template."""
    is_long: bool = False
    """Whether the text is a long description and not an alt text."""
    name: str = ""
    """What else names the image, where its alt text does not: aria-label or title."""
    is_renamed: bool = False
    """Whether its name is heard in place of its alt text, as an aria-label is and a title is not."""
    language: str | None = None
    """The tag of the nearest element with one; "" where that says that its language is not known."""
    around: Surroundings = Surroundings()
    problem: str = ""
    """Why the text cannot be read here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a document."""

    references: tuple[ImageReference, ...]
    rest: bytes = b""
    """A digest of all else that it read: two readings with the same one differ only in texts that have a span."""
