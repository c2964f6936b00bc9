"""Tags, text and images in their order -> references to images with what stands around them.

For HTML and for Markdown, which becomes HTML. Builds no tree: a stack of open elements says what an image is in, and
one text of all that a reader sees says what is before it, after it, and around it. Knows nothing of how it is written.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from localalt.documents.elements import (
    BLOCKS,
    BREAKOUT,
    CLOSED_BY,
    FOREIGN,
    HEADINGS,
    HTML_AGAIN,
    PICTURE_SUFFIXES,
    SCOPES,
    VOID,
)
from localalt.documents.references import AltState, ImageReference, Kind, Place, Surroundings

__all__ = ["Alt", "Outline"]

MAX_DEPTH = 512
"""Of open elements, as in browsers: what is deeper counts as their child."""
MOST_AROUND = 300
"""Characters of the text before and after an image."""


@dataclass(frozen=True, slots=True)
class Alt:
    """The alt attribute of an element, as it is written."""

    state: AltState
    text: str | None = None
    place: Place | None = None


_MISSING = Alt("missing")


@dataclass(slots=True)
class _Around:
    """A link, a button or a figure, and the images in it."""

    kind: Literal["link", "button", "figure"]
    start: int
    target: str = ""
    name: str = ""
    images: list[_Image] = field(default_factory=list)
    caption: str = ""
    n_named: int = 0
    """Of its images, those that say something."""


@dataclass(slots=True)
class _Image:
    kind: Kind
    line: int
    src: str
    alt: Alt
    at: int
    is_hidden: bool
    is_presentation: bool
    name: str
    labelled_by: str
    language: str | None
    heading: tuple[int, int]
    figure: _Around | None
    around: _Around | None
    within: str = ""
    """What is in the element itself: the title of a graphic, the fallback of an object."""
    is_needed: bool = True

    @property
    def says(self) -> str:
        """What is heard of it."""
        return (self.alt.text or self.name).strip()


@dataclass(slots=True)
class _Open:
    name: str
    start: int
    is_foreign: bool
    is_hidden: bool
    language: str | None
    id: str = ""
    around: _Around | None = None
    image: _Image | None = None


class Outline:
    """Collects the references of one document.

    Args:
        is_xml: whether every "/>" ends its element.
        templates_count: whether what is in `template` is shown, as it is in Vue's files.
    """

    def __init__(self, *, is_xml: bool = False, templates_count: bool = False) -> None:
        self._is_xml = is_xml
        self._templates_count = templates_count
        self._stack: list[_Open] = []
        self._n_open: dict[str, int] = {}
        self._text: list[str] = []
        self._length = 0
        self._images: list[_Image] = []
        self._ids: dict[str, tuple[int, int]] = {}
        self._headings: list[tuple[int, int]] = []
        self._ends: dict[int, int] = {}

    @property
    def is_foreign(self) -> bool:
        """Whether what comes next is within `svg` or `math`."""
        return bool(self._stack) and self._stack[-1].is_foreign

    def text(self, text: str) -> None:
        """Characters that a reader sees, unless they are in something hidden."""
        if not (self._stack and self._stack[-1].is_hidden):
            self._text.append(text)
            self._length += len(text)

    def start(
        self, name: str, values: Mapping[str, str], line: int, alt: Alt = _MISSING, *, is_closing: bool = False
    ) -> None:
        """A start tag with its attributes, its alt attribute among them where the element may have one."""
        if self.is_foreign and name in BREAKOUT:
            while self._stack and self._stack[-1].is_foreign:
                self._pop()
        is_foreign = self.is_foreign
        if not is_foreign:
            self._close_before(name)
        self._part(name)
        parent = self._stack[-1] if self._stack else None
        opened = _Open(
            name,
            self._length,
            (is_foreign and name not in HTML_AGAIN) or name in FOREIGN,
            self._is_hidden(name, values) or (parent is not None and parent.is_hidden),
            _language(values) or (parent.language if parent else None),
            values.get("id", ""),
        )
        opened.image = self._image(name, values, line, alt, opened, is_foreign=is_foreign)
        opened.around = _around(name, values, self._length)
        is_strict = is_foreign or opened.is_foreign
        is_empty = is_closing if is_strict else name in VOID or (self._is_xml and is_closing)
        self._push(opened)
        if is_empty:
            self._pop()

    def end(self, name: str) -> None:
        """An end tag; one without its start is passed over, and so are those of `html` and `body`."""
        if not self._n_open.get(name) or name in ("html", "body"):
            return
        while self._pop().name != name:
            pass

    def image(self, src: str, alt: Alt, line: int, *, title: str = "") -> None:
        """An image of Markdown."""
        parent = self._stack[-1] if self._stack else None
        is_hidden = parent is not None and parent.is_hidden
        self._add("markdown", line, src, alt, is_hidden, False, title, "", parent.language if parent else None)

    def references(self) -> tuple[ImageReference, ...]:
        """All of them, in order. The document is over."""
        while self._stack:
            self._pop()
        text = "".join(self._text)
        starts = [start for start, _ in self._headings]
        self._ends = dict(self._headings)
        for image in self._images:
            if image.around is not None and not image.is_hidden and image.says:
                image.around.n_named += 1
        return tuple(self._reference(image, text, starts) for image in self._images if image.is_needed)

    # --- elements ---

    def _push(self, opened: _Open) -> None:
        # At the limit the innermost makes room: what is in it stays in what it was in.
        if len(self._stack) >= MAX_DEPTH:
            self._pop()
        self._stack.append(opened)
        self._n_open[opened.name] = self._n_open.get(opened.name, 0) + 1

    def _pop(self) -> _Open:
        opened = self._stack.pop()
        self._n_open[opened.name] -= 1
        if opened.id:
            self._ids.setdefault(opened.id, (opened.start, self._length))
        if opened.name in HEADINGS and not opened.is_hidden:
            self._headings.append((opened.start, self._length))
        if opened.name == "figcaption":
            figure = self._nearest("figure")
            if figure is not None:
                figure.caption = self._since(opened.start)
        if opened.image is not None:
            opened.image.within = self._since(opened.start)
            if opened.image.kind == "object":  # what is in it is its text, and images in it have their own
                is_told = bool(opened.image.within.strip()) or self._images[-1] is not opened.image
                opened.image.is_needed = not is_told
        if opened.around is not None and opened.around.kind != "figure":
            opened.around.name = " ".join((self._since(opened.start) + " " + opened.around.name).split())
        self._part(opened.name)
        return opened

    def _close_before(self, name: str) -> None:
        closed = CLOSED_BY.get(name)
        if closed is None or not any(map(self._n_open.get, closed)):
            return
        limits = SCOPES.get(name, _P_SCOPE)
        for index in range(len(self._stack) - 1, -1, -1):
            opened = self._stack[index]
            if opened.name in limits:
                return
            if opened.name in closed:
                while len(self._stack) > index:
                    self._pop()

    def _part(self, name: str) -> None:
        if name in BLOCKS:
            self.text("\n")

    def _is_hidden(self, name: str, values: Mapping[str, str]) -> bool:
        if name == "template":
            return not self._templates_count
        if name in ("script", "style"):
            return True
        return values.get("aria-hidden", "").strip().lower() == "true" or "hidden" in values

    def _nearest(self, *kinds: str) -> _Around | None:
        for opened in reversed(self._stack):
            if opened.around is not None and opened.around.kind in kinds:
                return opened.around
        return None

    def _since(self, start: int) -> str:
        """The text from a place to here. Parts are joined once only, so that time stays linear."""
        parts: list[str] = []
        length = self._length
        for part in reversed(self._text):
            if length <= start or len(parts) > _MOST_PARTS:
                break
            length -= len(part)
            parts.append(part)
        text = "".join(reversed(parts))
        return text[max(0, start - length) :][:_MOST_SAID]

    # --- images ---

    def _image(
        self, name: str, values: Mapping[str, str], line: int, alt: Alt, opened: _Open, *, is_foreign: bool
    ) -> _Image | None:
        kind = _kind(name, values, is_foreign=is_foreign)
        if kind is None:
            return None
        roles = values.get("role", "").lower().split()
        label = values.get("aria-label", "").strip()
        title = values.get("title", "").strip()
        if kind in ("role", "object", "embed"):
            alt = Alt("computed") if alt.state == "computed" else _MISSING
        return self._add(
            kind,
            line,
            _src(kind, values),
            alt,
            opened.is_hidden,
            bool(roles) and roles[0] in ("presentation", "none"),
            label or title,
            values.get("aria-labelledby", ""),
            opened.language,
        )

    def _add(
        self,
        kind: Kind,
        line: int,
        src: str,
        alt: Alt,
        is_hidden: bool,
        is_presentation: bool,
        name: str,
        labelled_by: str,
        language: str | None,
    ) -> _Image:
        heading = self._open_heading() or (self._headings[-1] if self._headings else (0, 0))
        around = self._nearest("link", "button")
        figure = self._nearest("figure")
        image = _Image(
            kind,
            line,
            src,
            alt,
            self._length,
            is_hidden,
            is_presentation,
            name,
            labelled_by,
            language,
            heading,
            figure,
            around,
        )
        self._images.append(image)
        if around is not None and not is_hidden:
            around.images.append(image)
        return image

    def _open_heading(self) -> tuple[int, int] | None:
        if not any(self._n_open.get(name) for name in HEADINGS):
            return None
        return next(((opened.start, -1) for opened in reversed(self._stack) if opened.name in HEADINGS), None)

    def _reference(self, image: _Image, text: str, headings: list[int]) -> ImageReference:
        alt, name = image.alt, image.name or self._labelled(image, text)
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
            alt.place,
            is_decorative=is_decorative,
            is_brief=is_alone or is_control,
            is_hidden=image.is_hidden,
            name=name,
            language=image.language,
            around=self._surroundings(image, text, headings),
        )

    def _labelled(self, image: _Image, text: str) -> str:
        said = (text[slice(*self._ids[each])] for each in image.labelled_by.split() if each in self._ids)
        return " ".join(" ".join(said).split())

    def _surroundings(self, image: _Image, text: str, headings: list[int]) -> Surroundings:
        start, end = image.heading
        if end < 0:
            end = self._ends.get(start, len(text))
        since = end if end <= image.at else start
        following = bisect.bisect_left(headings, image.at)
        until = headings[following] if following < len(headings) else len(text)
        around = image.around
        others = (
            [] if around is None else [other.says for other in around.images[:_MOST_IN_A_LABEL] if other is not image]
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


_P_SCOPE = frozenset(("button", "table", "td", "th", "caption", "object", "template", "applet", "marquee"))
_MOST_SAID = 2_000
_MOST_PARTS = 2_000
_MOST_IN_A_LABEL = 20


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _language(values: Mapping[str, str]) -> str | None:
    return values.get("lang") or values.get("xml:lang") or None


def _around(name: str, values: Mapping[str, str], at: int) -> _Around | None:
    label = values.get("aria-label", "").strip() or values.get("title", "").strip() or values.get("aria-labelledby", "")
    if name == "a" and ("href" in values or "xlink:href" in values):
        return _Around("link", at, values.get("href", ""), label)
    if name == "button":
        return _Around("button", at, "", label)
    return _Around("figure", at) if name == "figure" else None


def _kind(name: str, values: Mapping[str, str], *, is_foreign: bool) -> Kind | None:
    if not is_foreign:
        if name in ("img", "image", "amp-img", "amp-anim"):
            return "img"
        if name == "input" and values.get("type", "").strip().lower() == "image":
            return "input"
        if name == "area" and "href" in values:
            return "area"
        if name == "object" and _is_picture(values.get("type", ""), values.get("data", "")):
            return "object"
        if name == "embed" and _is_picture(values.get("type", ""), values.get("src", "")):
            return "embed"
    roles = values.get("role", "").lower().split()
    return "role" if roles and roles[0] in ("img", "image", "graphics-document", "graphics-symbol") else None


def _is_picture(media_type: str, address: str) -> bool:
    path = address.strip().lower().partition("#")[0].partition("?")[0]
    return media_type.strip().lower().startswith("image/") or path.endswith(PICTURE_SUFFIXES)


def _src(kind: Kind, values: Mapping[str, str]) -> str:
    if kind == "area":
        return values.get("href", "")
    if kind == "object":
        return values.get("data", "")
    lazy = values.get("data-src") or values.get("srcset", "").strip().partition(" ")[0]
    return values.get("src") or lazy or ""
