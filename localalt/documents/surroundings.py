"""Images, the text of the document, its headings and ids -> references with what is around each image.

Knows no tags: an `Outline` finds what is here by reading them.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
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
    name: str = ""
    images: list[FoundImage] = field(default_factory=list)
    caption: str = ""
    n_named: int = 0
    """Of its images, those that say something."""


@dataclass(slots=True)
class FoundImage:
    """An image as its tag says it is, and where it is in the text that a reader sees."""

    kind: ReferenceKind
    line: int
    src: str
    alt: Alt
    at: int
    """Offset in the text."""
    is_hidden: bool
    is_presentation: bool
    name: str
    labelled_by: str
    language: str | None
    heading: tuple[int, int]
    """Where the nearest heading begins and ends in the text; the end is -1 while it is open."""
    figure: Container | None
    around: Container | None
    within: str = ""
    """What is in the element itself: the title of a graphic, the fallback of an object."""
    is_needed: bool = True

    @property
    def says(self) -> str:
        """What a screen reader says of it."""
        return (self.alt.text or self.name).strip()


class VisibleText:
    """What a reader sees of a document that is over.

    Args:
        text: all of it, without what is hidden.
        headings: where each begins and ends in the text, in their order.
        ids: the same of elements with an id, by it.
    """

    def __init__(self, text: str, headings: Sequence[tuple[int, int]], ids: Mapping[str, tuple[int, int]]) -> None:
        self._text = text
        self._starts = [start for start, _ in headings]
        self._ends = dict(headings)
        self._ids = ids

    def reference(self, image: FoundImage) -> ImageReference:
        """An image with what is around it."""
        alt, name = image.alt, image.name or self._labelled(image)
        said, state = alt.text, alt.state
        if image.kind in ("role", "object", "embed") and state == "missing":
            name = name or " ".join(image.within.split())
            said, state, name = (name, "text", "") if name else (None, "missing", "")
        around = image.around
        is_alone = around is not None and not around.name
        is_named = around is not None and around.n_named > bool(image.says)
        is_control = image.kind in ("input", "area")
        is_decorative = (state == "empty" or (image.is_presentation and not said)) and not is_control
        if is_decorative and is_alone and not is_named:
            is_decorative = False
        return ImageReference(
            said,
            image.line,
            image.src,
            image.kind,
            state,
            alt.span,
            is_decorative=is_decorative,
            is_brief=is_alone or is_control,
            is_hidden=image.is_hidden,
            name=name,
            language=image.language,
            around=self._surroundings(image),
        )

    def _labelled(self, image: FoundImage) -> str:
        said = (self._text[slice(*self._ids[each])] for each in image.labelled_by.split() if each in self._ids)
        return " ".join(" ".join(said).split())

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
            before=_single_spaced(text[max(since, image.at - 2 * MOST_AROUND) : image.at])[-MOST_AROUND:].lstrip(),
            after=_single_spaced(text[image.at : min(until, image.at + 2 * MOST_AROUND)])[:MOST_AROUND].rstrip(),
        )


def _single_spaced(text: str) -> str:
    return " ".join(text.split())
