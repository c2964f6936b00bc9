"""Images, the text of the document, its headings and ids -> references with what is around each image.

Knows no tags: an `Outline` finds what is here by reading them.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from localalt.documents.references import AltState, ImageReference, ReferenceKind, Span, Surroundings

__all__ = ["MOST_AROUND", "Alt", "Container", "FoundImage", "VisibleText"]

MOST_AROUND = 300
"""Characters of the text before and after an image."""
MOST_IN_A_LABEL = 20
"""Images of a link or a button whose alt texts are part of what it says."""


@dataclass(frozen=True, slots=True)
class Alt:
    """The alt attribute of an element, as it is written."""

    state: AltState
    text: str | None = None
    span: Span | None = None


@dataclass(slots=True)
class Container:
    """A link, a button or a figure, and the images in it."""

    kind: Literal["link", "button", "figure"]
    start: int
    target: str = ""
    label: str = ""
    """Its aria-label or its title; from `aria-labelledby` once the document is over."""
    labelled_by: str = ""
    is_named_by_program: bool = False
    """Whether a program writes what names it."""
    text: str = ""
    """What a reader sees in it."""
    inner: list[str] = field(default_factory=list)
    """The labels of what is in it, images left out."""
    images: list[FoundImage] = field(default_factory=list)
    caption: str = ""
    n_named: int = 0
    """Of its images, those that say something."""

    @property
    def name(self) -> str:
        """What it says besides its images."""
        return " ".join(" ".join((self.text, self.label, *self.inner)).split())

    @property
    def is_named(self) -> bool:
        """Whether it says something besides its images, or may do."""
        return self.is_named_by_program or bool(self.name)


@dataclass(slots=True)
class FoundImage:
    """An image as its tag says it is, and where it is in the text that a reader sees."""

    kind: ReferenceKind
    line: int
    src: str
    alt: Alt
    at: int
    """Offset in the text."""
    language: str | None
    heading: tuple[int, int]
    """Where the nearest heading begins and ends in the text; the end is -1 while it is open."""
    figure: Container | None
    around: Container | None
    label: str = ""
    """What is heard in place of its alt text: its aria-label; from `aria-labelledby` once the document is over."""
    labelled_by: str = ""
    title: str = ""
    """What is heard where there is no alt text."""
    within: str = ""
    """What is in the element itself: the title of a graphic, the fallback of an object."""
    is_hidden: bool = False
    is_left_out: bool = False
    """Whether it is hidden by its own attributes, and nothing that it is in is."""
    is_presentation: bool = False
    is_graphic: bool = False
    """Whether it is an `svg` that has no role: its link or button may have no other name."""
    is_needed: bool = True

    @property
    def says(self) -> str:
        """What a screen reader says of it."""
        return (self.label or self.alt.text or self.within or self.title).strip()

    @property
    def is_named(self) -> bool:
        """Whether it says something, or may do."""
        return self.alt.state == "computed" or bool(self.says)


class VisibleText:
    """What a reader sees of a document that is over.

    Args:
        text: all of it, without what is hidden.
        headings: where each begins and ends in the text, in their order.
    """

    def __init__(self, text: str, headings: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._starts = [start for start, _ in headings]
        self._ends = dict(headings)

    def reference(self, image: FoundImage) -> ImageReference:
        """An image with what is around it."""
        alt = image.alt
        said, state, name = alt.text, alt.state, image.label or image.title
        is_renamed = bool(image.label)
        if image.kind in ("role", "object", "embed") and state == "missing":
            said, state, name = (image.says, "text", "") if image.says else (None, "missing", "")
            is_renamed = False
        around = image.around
        is_alone = around is not None and not around.is_named
        is_whole = is_alone and around is not None and around.n_named <= image.is_named
        is_control = image.kind in ("input", "area")
        is_hidden = image.is_hidden and not (image.is_left_out and is_whole and not image.says)
        is_silent = image.is_presentation and not is_whole
        return ImageReference(
            said,
            image.line,
            image.src,
            image.kind,
            state,
            alt.span,
            is_decorative=(state == "empty" or (is_silent and not said)) and not is_control and not is_whole,
            is_brief=is_alone or is_control,
            is_hidden=is_hidden or (is_silent and bool(said)),
            name=name,
            is_renamed=is_renamed,
            language=image.language,
            around=self._surroundings(image),
        )

    def _surroundings(self, image: FoundImage) -> Surroundings:
        text, headings = self._text, self._starts
        start, end = image.heading
        if end < 0:
            end = self._ends.get(start, len(text))
        since = end if end <= image.at else start
        following = bisect.bisect_left(headings, image.at)
        until = headings[following] if following < len(headings) else len(text)
        around = image.around
        others = (
            [] if around is None else [other.says for other in around.images[:MOST_IN_A_LABEL] if other is not image]
        )
        label = "" if around is None else " ".join(filter(None, [around.name, *others]))
        return Surroundings(
            heading=_single_spaced(text[start:end])[:MOST_AROUND],
            caption=_single_spaced(image.figure.caption)[:MOST_AROUND] if image.figure else "",
            within="" if around is None else around.kind,  # type: ignore[arg-type]  # a figure is none of these
            target="" if around is None else around.target,
            label=label,
            text="" if around is None else around.text,
            before=_single_spaced(text[max(since, image.at - 2 * MOST_AROUND) : image.at])[-MOST_AROUND:].lstrip(),
            after=_single_spaced(text[image.at : min(until, image.at + 2 * MOST_AROUND)])[:MOST_AROUND].rstrip(),
        )


def _single_spaced(text: str) -> str:
    return " ".join(text.split())
