"""Tags, text and images in their order -> references to images with what is around them.

For HTML and for Markdown, which becomes HTML. Builds no tree: a stack of open elements says what an image is in, and
one text of all that a reader sees says what is before it, after it, and around it. Knows nothing of how it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from localalt.documents.bindings import is_bound
from localalt.documents.controls import container_of
from localalt.documents.elements import (
    BLOCKS,
    BREAKOUT,
    FOREIGN,
    HEADINGS,
    HTML_AGAIN,
    VOID,
)
from localalt.documents.image_elements import is_graphic, kind_of, source_of
from localalt.documents.open_elements import OpenElement, OpenElements
from localalt.documents.references import ImageReference, ReferenceKind
from localalt.documents.spoken import Spoken
from localalt.documents.surroundings import Alt, Container, FoundImage, VisibleText
from localalt.documents.tags import is_computed
from localalt.documents.visibility import Visibility, visibility_of

__all__ = ["Outline"]

_MOST_SAID = 2_000
"""Characters of the text of an element that are looked at."""
_MOST_PARTS = 2_000
"""Pieces of text that it is joined from."""
_MOST_LABELS = 20
"""Of what is in a link or a button."""
_MISSING = Alt("missing")
_NO_VALUES: Mapping[str, str] = MappingProxyType({})


class Outline:
    """Collects the references of one document.

    Args:
        is_xml: whether every "/>" ends its element.
        templates_count: whether what is in `template` is shown, as it is in Vue's files.
        language: of the document, where something else than its elements says so.
    """

    def __init__(self, *, is_xml: bool = False, templates_count: bool = False, language: str | None = None) -> None:
        self._is_xml = is_xml
        self._templates_count = templates_count
        self._open = OpenElements()
        self._text: list[str] = []
        self._length = 0
        self._images: list[FoundImage] = []
        self._language: str | None = language
        self._controls: list[Container] = []
        self._spoken = Spoken()
        self._headings: list[tuple[int, int]] = []

    @property
    def is_foreign(self) -> bool:
        """Whether what comes next is within `svg` or `math`."""
        return self._open.is_foreign

    def text(self, text: str) -> None:
        """Characters of the page, which a reader sees unless they are in something hidden."""
        visibility = self._open.visibility
        if not visibility.is_hidden:
            self._text.append(text)
            self._length += len(text)
        if not visibility.is_absent:
            self._spoken.say(text)

    def start(
        self, name: str, values: Mapping[str, str], line: int, alt: Alt = _MISSING, *, is_closing: bool = False
    ) -> None:
        """A start tag with its attributes, its alt attribute among them where the element may have one."""
        if self.is_foreign and name in BREAKOUT:
            while self._open.is_foreign:
                self._pop()
        is_foreign = self.is_foreign
        if not is_foreign:
            for _ in range(self._open.n_ended_before(name)):
                self._pop()
        self._part(name)
        parent, above = self._open.last, self._open.visibility
        opened = OpenElement(
            name,
            self._length,
            self._spoken.length,
            (is_foreign and name not in HTML_AGAIN) or name in FOREIGN,
            visibility_of(name, values, above, templates_count=self._templates_count),
            _language(values, parent.language if parent else self._language),
            values.get("id", ""),
            values.get("aria-label", "").strip(),
            is_in_image=parent is not None and (parent.is_in_image or _is_one_image(parent.image)),
        )
        opened.image = self._image(name, values, line, alt, opened, above, is_foreign=is_foreign)
        if opened.image is not None:
            opened.label = opened.label or (alt.text or "").strip() or values.get("title", "").strip()
            self._spoken.say(f" {opened.label} ")
        elif not opened.is_hidden:
            self._add_label(values)
        opened.around = container_of(name, values, self._length)
        if opened.around is not None:
            self._controls.append(opened.around)
        if name == "meta" and values.get("http-equiv", "").strip().lower() == "content-language":
            self._language = values.get("content", "").partition(",")[0].strip() or None
        is_strict = is_foreign or opened.is_foreign
        is_empty = is_closing if is_strict else name in VOID or (self._is_xml and is_closing)
        if self._open.is_full:
            self._pop()
        self._open.push(opened)
        if is_empty:
            self._pop()

    def end(self, name: str) -> None:
        """An end tag; one without its start is passed over, and so are those of `html` and `body`."""
        if not self._open.has(name) or name in ("html", "body"):
            return
        while self._pop().name != name:
            pass

    def image(self, src: str, alt: Alt, line: int, *, title: str = "", values: Mapping[str, str] = _NO_VALUES) -> None:
        """An image of Markdown, with the values of attributes that are written behind it."""
        parent, above = self._open.last, self._open.visibility
        visibility = visibility_of("img", values, above, templates_count=False)
        image = self._found(
            "markdown", line, src, alt, _language(values, parent.language if parent else self._language)
        )
        image.title = title
        image.label = values.get("fig-alt") or values.get("alt") or values.get("aria-label") or ""
        is_decorative = values.get("role", "").lower() in ("presentation", "none")
        image.is_hidden = visibility.is_hidden or is_decorative or (parent is not None and parent.is_in_image)
        self._spoken.say(f" {image.says} ")
        self._add(image)

    def references(self) -> tuple[ImageReference, ...]:
        """All of them, in order. The document is over."""
        while self._open:
            self._pop()
        for control in self._controls:
            control.label = self._spoken.named(control.labelled_by) or control.label
        for image in self._images:
            image.label = self._spoken.named(image.labelled_by) or image.label
            if image.around is not None and not image.is_hidden and image.is_named:
                image.around.n_named += 1
        visible = VisibleText("".join(self._text), self._headings)
        return tuple(visible.reference(image) for image in self._images if _is_needed(image))

    # --- elements ---

    def _pop(self) -> OpenElement:
        opened = self._open.pop()
        if opened.id and not opened.visibility.is_absent:
            self._spoken.close(opened.id, opened.spoken_from, opened.label)
        if opened.name in HEADINGS and not opened.is_hidden:
            self._headings.append((opened.start, self._length))
        if opened.name == "figcaption":
            figure = self._open.nearest("figure")
            if figure is not None:
                figure.caption = self._since(opened.start)
        if opened.image is not None and opened.image.kind == "object":
            # What is in it is its text, and images in it have their own.
            opened.image.within = " ".join(self._since(opened.start).split())
            opened.image.is_needed = not opened.image.within and self._images[-1] is opened.image
        above = self._open.last.image if self._open.last else None
        if opened.name == "title" and above is not None and not above.within:  # of a graphic, and not of a part of it
            above.within = " ".join(self._since(opened.start).split())
        if opened.around is not None and opened.around.kind != "figure":
            opened.around.text = " ".join(self._since(opened.start).split())
        self._part(opened.name)
        return opened

    def _part(self, name: str) -> None:
        if name in BLOCKS:
            self.text("\n")

    def _add_label(self, values: Mapping[str, str]) -> None:
        """What an element is called is a part of what its link or button says, as the label of an icon is."""
        if not {"aria-label", "title"}.isdisjoint(values) or is_bound("aria-label", values):
            around = self._open.nearest("link", "button")
            if around is not None and len(around.inner) < _MOST_LABELS:
                around.inner.append(values.get("aria-label", "").strip() or values.get("title", "").strip())
                around.is_named_by_program |= is_bound("aria-label", values)

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
        self,
        name: str,
        values: Mapping[str, str],
        line: int,
        alt: Alt,
        opened: OpenElement,
        above: Visibility,
        *,
        is_foreign: bool,
    ) -> FoundImage | None:
        kind = kind_of(name, values, is_foreign=is_foreign)
        is_bare = kind is None and is_graphic(name, values) and self._open.nearest("link", "button") is not None
        if kind is None and not is_bare:
            return None
        kind = kind or "role"
        roles = values.get("role", "").lower().split()
        if kind in ("role", "object", "embed"):
            alt = Alt("computed") if alt.state == "computed" else _MISSING
        if alt.state == "missing" and any(is_bound(each, values) for each in ("aria-label", "aria-labelledby")):
            alt = Alt("computed")
        image = self._found(kind, line, source_of(kind, values), alt, opened.language)
        image.label, image.title = (
            opened.label,
            values.get("title", "").strip() or values.get("xlink:title", "").strip(),
        )
        image.labelled_by = values.get("aria-labelledby", "")
        image.is_hidden = opened.is_hidden or opened.is_in_image
        image.is_left_out = opened.is_hidden and not above.is_hidden and not opened.is_in_image
        image.is_presentation = bool(roles) and roles[0] in ("presentation", "none")
        image.is_graphic = is_bare
        self._add(image)
        return image

    def _found(self, kind: ReferenceKind, line: int, src: str, alt: Alt, language: str | None) -> FoundImage:
        within = self._open.heading()
        last = self._headings[-1] if self._headings else (0, 0)
        heading = last if within is None else (within.start, -1)
        return FoundImage(
            kind=kind,
            line=line,
            src=src,
            alt=alt,
            at=self._length,
            language=language,
            heading=heading,
            figure=self._open.nearest("figure"),
            around=self._open.nearest("link", "button"),
        )

    def _add(self, image: FoundImage) -> None:
        self._images.append(image)
        if image.around is not None and not image.is_hidden:
            image.around.images.append(image)


def _language(values: Mapping[str, str], above: str | None) -> str | None:
    """The tag that an element declares, "" where it says that its language is not known, or what is above it."""
    declared = values.get("lang", values.get("xml:lang"))
    return above if declared is None or is_computed(declared) else declared.strip().replace("_", "-")


def _is_one_image(image: FoundImage | None) -> bool:
    """Whether what is in it is a part of one image (WAI-ARIA 1.2, "Children Presentational")."""
    return image is not None and image.kind == "role" and not image.is_graphic


def _is_needed(image: FoundImage) -> bool:
    """A graphic without a role matters where a link or a button has nothing else that names it."""
    around = image.around
    is_whole = around is not None and not around.is_named and not around.n_named
    return image.is_needed and (not image.is_graphic or is_whole)
