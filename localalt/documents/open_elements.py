"""The elements of HTML that are open: which one is innermost, and which ones a start tag ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from localalt.documents.elements import CLOSED_BY, HEADINGS, SCOPES
from localalt.documents.surroundings import Container, FoundImage
from localalt.documents.visibility import SHOWN, Visibility

__all__ = ["OpenElement", "OpenElements"]

MAX_DEPTH = 512
"""Of open elements, as in browsers: what is deeper counts as their child."""
_P_SCOPE = frozenset(("button", "table", "td", "th", "caption", "object", "template", "applet", "marquee"))
"""Elements that keep an open `p` from being closed by what is in them (HTML Standard, button scope)."""


@dataclass(slots=True)
class OpenElement:
    """An element whose end has not come."""

    name: str
    start: int
    """In the text that a reader sees."""
    spoken_from: int
    """In the text that ids stand for."""
    is_foreign: bool
    visibility: Visibility
    language: str | None
    id: str = ""
    label: str = ""
    """What it is called where an id refers to it."""
    around: Container | None = None
    image: FoundImage | None = None
    is_in_image: bool = False
    """Whether it is in an element that is an image as a whole, so that images in it are not images of their own."""

    @property
    def is_hidden(self) -> bool:
        """Whether no one gets to hear what is in it."""
        return self.visibility.is_hidden


class OpenElements:
    """A stack of them. Whoever ends one takes it off by `pop`."""

    def __init__(self) -> None:
        self._stack: list[OpenElement] = []
        self._n_open: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._stack)

    @property
    def last(self) -> OpenElement | None:
        """The innermost."""
        return self._stack[-1] if self._stack else None

    @property
    def visibility(self) -> Visibility:
        """That of what comes next."""
        return self._stack[-1].visibility if self._stack else SHOWN

    @property
    def is_foreign(self) -> bool:
        """Whether what comes next is within `svg` or `math`."""
        return bool(self._stack) and self._stack[-1].is_foreign

    @property
    def is_full(self) -> bool:
        """Whether the innermost has to make room for another: what is in it stays in what it was in."""
        return len(self._stack) >= MAX_DEPTH

    def push(self, opened: OpenElement) -> None:
        """Open an element."""
        self._stack.append(opened)
        self._n_open[opened.name] = self._n_open.get(opened.name, 0) + 1

    def pop(self) -> OpenElement:
        """End the innermost."""
        opened = self._stack.pop()
        self._n_open[opened.name] -= 1
        return opened

    def has(self, name: str) -> bool:
        """Whether an element of this name is open."""
        return bool(self._n_open.get(name))

    def n_ended_before(self, name: str) -> int:
        """How many of the innermost a start tag of this name ends, as their own end tags may be left out."""
        closed = CLOSED_BY.get(name)
        n_ended = 0
        if closed is None or not any(map(self._n_open.get, closed)):
            return 0
        limits = SCOPES.get(name, _P_SCOPE)
        for depth, opened in enumerate(reversed(self._stack), start=1):
            if opened.name in limits:
                break
            if opened.name in closed:
                n_ended = depth
        return n_ended

    def nearest(self, *kinds: str) -> Container | None:
        """The innermost link, button or figure."""
        return next((each.around for each in self._inwards() if each.around and each.around.kind in kinds), None)

    def heading(self) -> OpenElement | None:
        """The innermost heading."""
        if not any(map(self._n_open.get, HEADINGS)):
            return None
        return next((each for each in self._inwards() if each.name in HEADINGS), None)

    def _inwards(self) -> Iterator[OpenElement]:
        return reversed(self._stack)
