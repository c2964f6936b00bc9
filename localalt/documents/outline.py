"""Tags, text and images in their order -> references to images with what is around them.

For HTML and for Markdown, which becomes HTML. Builds no tree: a stack of open elements says what an image is in, and
one text of all that a reader sees says what is before it, after it, and around it. Knows nothing of how it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from localalt.documents.elements import (
    BLOCKS,
    BREAKOUT,
    CLOSED_BY,
    FOREIGN,
    HEADINGS,
    HTML_AGAIN,
    SCOPES,
    VOID,
)
from localalt.documents.image_elements import kind_of, source_of
from localalt.documents.references import ImageReference, ReferenceKind
from localalt.documents.surroundings import Alt, Container, FoundImage, VisibleText

__all__ = ["Outline"]

MAX_DEPTH = 512
"""Of open elements, as in browsers: what is deeper counts as their child."""
_MOST_SAID = 2_000
"""Characters of the text of an element that are looked at."""
_MOST_PARTS = 2_000
"""Pieces of text that it is joined from."""
_P_SCOPE = frozenset(("button", "table", "td", "th", "caption", "object", "template", "applet", "marquee"))
"""Elements that keep an open `p` from being closed by what is in them (HTML Standard, button scope)."""
_MISSING = Alt("missing")


@dataclass(slots=True)
class _Open:
    name: str
    start: int
    is_foreign: bool
    is_hidden: bool
    language: str | None
    id: str = ""
    around: Container | None = None
    image: FoundImage | None = None


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
        self._images: list[FoundImage] = []
        self._ids: dict[str, tuple[int, int]] = {}
        self._headings: list[tuple[int, int]] = []

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
        opened.around = _container(name, values, self._length)
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
        language = parent.language if parent else None
        self._add("markdown", line, src, alt, is_hidden=is_hidden, name=title, language=language)

    def references(self) -> tuple[ImageReference, ...]:
        """All of them, in order. The document is over."""
        while self._stack:
            self._pop()
        for image in self._images:
            if image.around is not None and not image.is_hidden and image.says:
                image.around.n_named += 1
        visible = VisibleText("".join(self._text), self._headings, self._ids)
        return tuple(visible.reference(image) for image in self._images if image.is_needed)

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

    def _nearest(self, *kinds: str) -> Container | None:
        for opened in reversed(self._stack):
            if opened.around is not None and opened.around.kind in kinds:
                return opened.around
        return None

    def _since(self, start: int) -> str:
        """The text from an offset to here. Parts are joined once only, so that time stays linear."""
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
    ) -> FoundImage | None:
        kind = kind_of(name, values, is_foreign=is_foreign)
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
            source_of(kind, values),
            alt,
            is_hidden=opened.is_hidden,
            is_presentation=bool(roles) and roles[0] in ("presentation", "none"),
            name=label or title,
            labelled_by=values.get("aria-labelledby", ""),
            language=opened.language,
        )

    def _add(
        self,
        kind: ReferenceKind,
        line: int,
        src: str,
        alt: Alt,
        *,
        is_hidden: bool,
        is_presentation: bool = False,
        name: str,
        labelled_by: str = "",
        language: str | None,
    ) -> FoundImage:
        image = FoundImage(
            kind=kind,
            line=line,
            src=src,
            alt=alt,
            at=self._length,
            is_hidden=is_hidden,
            is_presentation=is_presentation,
            name=name,
            labelled_by=labelled_by,
            language=language,
            heading=self._open_heading() or (self._headings[-1] if self._headings else (0, 0)),
            figure=self._nearest("figure"),
            around=self._nearest("link", "button"),
        )
        self._images.append(image)
        if image.around is not None and not is_hidden:
            image.around.images.append(image)
        return image

    def _open_heading(self) -> tuple[int, int] | None:
        if not any(self._n_open.get(name) for name in HEADINGS):
            return None
        return next(((opened.start, -1) for opened in reversed(self._stack) if opened.name in HEADINGS), None)


def _language(values: Mapping[str, str]) -> str | None:
    return values.get("lang") or values.get("xml:lang") or None


def _container(name: str, values: Mapping[str, str], at: int) -> Container | None:
    label = values.get("aria-label", "").strip() or values.get("title", "").strip() or values.get("aria-labelledby", "")
    if name == "a" and ("href" in values or "xlink:href" in values):
        return Container("link", at, values.get("href", ""), label)
    if name == "button":
        return Container("button", at, "", label)
    return Container("figure", at) if name == "figure" else None
