"""HTML: elements that refer to images, and their alt attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from localalt.documents.references import ImageReference, Place

__all__ = ["read_html"]

_ALT = re.compile(r"""\balt\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+)""", re.IGNORECASE)


class _Pictures(HTMLParser):
    """Collects what has an alt attribute, and whether it is all that a link or a button says."""

    def __init__(self, starts: list[int], first_line: int) -> None:
        super().__init__()
        self.found: list[ImageReference] = []
        self._starts = starts
        self._first_line = first_line
        self._inside: list[str] = []
        self._said = ""
        self._linked: list[int] = []
        self._language: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html" and values.get("lang"):
            self._language = values["lang"]
        if tag in ("a", "button"):
            self._inside.append(tag)
            self._said, self._linked = "", []
        is_picture = tag in ("img", "area") or (tag == "input" and values.get("type", "") == "image")
        if is_picture and values.get("aria-hidden") != "true":
            if self._inside:
                self._linked.append(len(self.found))
            self.found.append(self._text(values))

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if not self._inside or tag != self._inside[-1]:
            return
        self._inside.pop()
        if not self._said.strip():
            for index in self._linked:
                # What is all of a link's text is never decorative (W3C technique H30).
                self.found[index] = replace(self.found[index], is_decorative=False, is_brief=True)
        self._linked = []

    def _text(self, values: dict[str, str | None]) -> ImageReference:
        line, column = self.getpos()
        picture = values.get("src") or ""
        is_presentation = values.get("role") in ("presentation", "none")
        if "alt" not in values:
            return ImageReference(
                None,
                line + self._first_line - 1,
                picture,
                "img",
                "missing",
                is_decorative=is_presentation,
            )
        alt = values["alt"] or ""
        start = self._starts[line - 1] + column
        match = _ALT.search(self.get_starttag_text() or "")
        place = None if match is None else _place(start + match.start(1), match[1])
        number = line + self._first_line - 1
        return ImageReference(
            alt,
            number,
            picture,
            "img",
            "text" if alt else "empty",
            place,
            is_decorative=not alt,
            language=self._language,
        )


def _place(start: int, written: str) -> Place:
    quote = written[0] if written[0] in "\"'" else ""
    return Place(start + len(quote), start + len(written) - len(quote), "html", quote=quote)


def read_html(content: str, *, first_line: int = 1, offset: int = 0) -> Iterator[ImageReference]:
    """The references to images, in the order of the document."""
    starts = [offset]
    for line in content.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    parser = _Pictures(starts, first_line)
    parser.feed(content)
    parser.close()
    yield from parser.found
