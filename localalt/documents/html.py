"""HTML: elements that refer to images, their alt attributes, and what is around them."""

from __future__ import annotations

import bisect
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping

from localalt.documents.bindings import is_bound
from localalt.documents.entities import decoded, pieces_of
from localalt.documents.outline import Outline
from localalt.documents.references import Reading, Span
from localalt.documents.surroundings import Alt
from localalt.documents.tags import Attribute, EndTag, StartTag, Text, Tokenizer, is_computed

__all__ = ["Page", "line_starts", "read_html"]

_WITH_ALT = frozenset(("img", "image", "amp-img", "amp-anim", "input", "area", "object", "embed"))
_NONE = Alt("missing")
_LINE_BREAK = re.compile(r"\r\n?|\n")
_XML = re.compile(r"\s*<\?xml\s")


def read_html(content: str) -> Reading:
    """The references to images, in the order of the document."""
    is_xml = _XML.match(content) is not None
    page = Page(Outline(is_xml=is_xml), content, is_xml=is_xml)
    page.read()
    return Reading(page.outline.references(), page.rest.digest())


def line_starts(content: str) -> list[int]:
    """Where each line begins. A line ends with LF, CR LF or CR."""
    return [0, *(match.end() for match in _LINE_BREAK.finditer(content))]


class Page:
    """Hands tags and text of HTML to an outline, with the spans of alt attributes.

    Args:
        outline: what it is handed to.
        content: the HTML.
        is_xml: whether it is XHTML.
        moved: a span in `content` -> the span in the document that it comes from; None where it is the document.
        rest: the digest of all that is not an alt text with a span.
        is_read_only: whether no alt text has a span.
    """

    def __init__(
        self,
        outline: Outline,
        content: str,
        *,
        is_xml: bool = False,
        moved: Callable[[Span], Span | None] | None = None,
        line_of: Callable[[int], int] | None = None,
        rest: hashlib._Hash | None = None,
        is_read_only: bool = False,
    ) -> None:
        self.outline = outline
        self.rest = rest or hashlib.sha256()
        self._content = content
        self._is_xml = is_xml
        self._moved = moved
        self._starts = [] if line_of else line_starts(content)
        self._line_of = line_of or (lambda at: bisect.bisect_right(self._starts, at))
        self._is_read_only = is_read_only

    def read(self) -> None:
        """Hand over all of it."""
        tokenizer = Tokenizer(self._content, is_xml=self._is_xml)
        for token in tokenizer:
            if isinstance(token, StartTag):
                self._start(token)
            elif isinstance(token, EndTag):
                self.outline.end(token.name)
                self._note("end", token.name)
            else:
                raw = self._content[token.start : token.end]
                if isinstance(token, Text):
                    plain = raw if token.is_raw else decoded(self._content, token.start, token.end, in_attribute=False)
                    self.outline.text(plain)
                self._note(type(token).__name__, raw)
            tokenizer.is_foreign = self._is_xml or self.outline.is_foreign

    def _start(self, tag: StartTag) -> None:
        content = self._content
        values = {name: decoded(content, each.start, each.end) for name, each in tag.attributes.items()}
        alt = self._alt(tag, values) if tag.name in _WITH_ALT or "role" in values else _NONE
        has_span = alt.span is not None
        self._note(
            "start",
            tag.name,
            *(
                part
                for name, each in tag.attributes.items()
                if not (has_span and name == "alt")
                for part in (name, content[each.start : each.end], each.quote)
            ),
            str(tag.is_self_closing),
        )
        self.outline.start(tag.name, values, self._line_of(tag.start), alt, is_closing=tag.is_self_closing)

    def _note(self, *parts: str) -> None:
        self.rest.update("\0".join(parts).encode("utf-8", "surrogatepass"))
        self.rest.update(b"\1")

    def _alt(self, tag: StartTag, values: Mapping[str, str]) -> Alt:
        attribute = tag.attributes.get("alt")
        is_templated = tag.is_templated or any(map(is_computed, values.values()))
        if is_bound("alt", tag.attributes) or (attribute is None and tag.is_templated):
            return Alt("computed")
        if attribute is None:
            span = None if is_templated else self._placed(self._behind_attributes(tag))
            return Alt("missing", None, span)
        text = values["alt"]
        if is_computed(text) or (attribute.quote == "" and text.startswith("{")):  # Svelte's alt={text}
            return Alt("computed")
        span = None if is_templated else self._placed(self._span(attribute))
        return Alt("text" if text else "empty", text, span)

    def _span(self, attribute: Attribute) -> Span:
        return Span(
            attribute.start,
            attribute.end,
            "xml" if self._is_xml else "html",
            pieces_of(self._content, attribute.start, attribute.end),
            attribute.quote,
            "" if attribute.has_value else "=",
        )

    def _behind_attributes(self, tag: StartTag) -> Span:
        at = tag.end - 1
        if tag.is_self_closing:
            at -= 1
        at = len(self._content[tag.start : at].rstrip("\t\n\f\r ")) + tag.start
        return Span(at, at, "xml" if self._is_xml else "html", lead=" alt=")

    def _placed(self, span: Span) -> Span | None:
        if self._is_read_only:
            return None
        return span if self._moved is None else self._moved(span)


def attributes_of(content: str) -> dict[str, str]:
    """The attributes that are written one after another, as in a tag: `src=a.png alt="A dog"`."""
    tag: Iterable[object] = Tokenizer(f"<a {content}>")
    first = next(iter(tag), None)
    if not isinstance(first, StartTag):
        return {}
    text = f"<a {content}>"
    return {name: decoded(text, each.start, each.end) for name, each in first.attributes.items()}
