"""HTML -> tags with the spans of their attributes, and text: the tokenizer of the HTML Standard, section 13.2.5.

`html.parser` says where a tag starts and not where an attribute does, and what it takes for a comment or for raw text
has changed with security releases of Python. This one is the same everywhere, and takes time that grows with the
length of the document alone. It knows tags, not elements: `is_foreign` is set by whoever builds a tree.

What templates (Jinja, PHP, ERB …) write into a tag is stepped over and marked, so that a ">" of theirs does not end it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Attribute", "EndTag", "Other", "StartTag", "Text", "Token", "Tokenizer", "is_computed", "lowered"]

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_TAG_NAME = re.compile(r"[^\t\n\f\r />]*")
_BETWEEN = re.compile(r"[\t\n\f\r /]*")
_SPACE = re.compile(r"[\t\n\f\r ]*")
_NAME = re.compile(r"=?[^\t\n\f\r />=]*")
_UNQUOTED = re.compile(r"[^\t\n\f\r >]*")
_COMMENT_END = re.compile(r"--!?>")
_IN_SCRIPT = re.compile(r"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
_RAW = frozenset(("style", "xmp", "iframe", "noembed", "noframes", "textarea", "title", "script", "plaintext"))

_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}", "<?": "?>", "<%": "%>"}
_MOST_OF_A_TEMPLATE = 4_000
"""Characters of one construct in a tag: a bound, so that a page of openers is not searched again from each."""
_COMPUTED = re.compile(r"\{\{|\{%|\{!!|\{\$|<\?|<%|\$\{|#\{|\[\[[^\[\]]{1,200}\]\]|@Model\.|@\(")


def lowered(name: str) -> str:
    """In lower case where it is ASCII: all that HTML does with names."""
    return name.translate(_LOWER)


def is_computed(value: str) -> bool:
    """Whether a template writes a value, or a part of it."""
    return _COMPUTED.search(value) is not None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute, whose value is written at `start` to `end`, without quotes."""

    name: str
    start: int
    end: int
    quote: str = ""
    has_value: bool = True
    """False for a name alone, with `start` at its end."""


@dataclass(frozen=True, slots=True)
class StartTag:
    """A start tag from "<" to behind ">"."""

    name: str
    start: int
    end: int
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    """By name, the first of each: later ones do not count."""
    is_self_closing: bool = False
    is_templated: bool = False
    """Whether a template writes attributes of it, so that it may have more than can be seen."""


@dataclass(frozen=True, slots=True)
class EndTag:
    """An end tag."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """Characters between tags; `is_raw` where character references do not count."""

    start: int
    end: int
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """A comment, a document type, a processing instruction, a part of a template, the inside of a script."""

    start: int
    end: int


Token: TypeAlias = "StartTag | EndTag | Text | Other"


class Tokenizer:
    """The tokens of a document. A tag that the document's end cuts off is dropped (13.2.5.33, eof-in-tag)."""

    def __init__(self, content: str, *, is_xml: bool = False) -> None:
        self.content = content
        self.is_foreign = is_xml
        """Whether what comes next is within `svg` or `math`, where CDATA is text and no element is raw."""
        self._is_xml = is_xml

    def __iter__(self) -> Iterator[Token]:
        content, at = self.content, 0
        while at < len(content):
            opening = content.find("<", at)
            while opening >= 0 and not self._is_opening(opening):
                opening = content.find("<", opening + 1)
            if opening < 0:
                yield Text(at, len(content))
                return
            if opening > at:
                yield Text(at, opening)
            token = self._token(opening)
            if token is None:  # cut off
                yield Other(opening, len(content))
                return
            is_raw = isinstance(token, StartTag) and token.name in _RAW and self._is_raw(token)
            yield token
            at = token.end
            if isinstance(token, StartTag) and is_raw:
                end = self._end_of_raw(token.name, at)
                if end > at:
                    is_text = token.name in ("textarea", "title")
                    yield Text(at, end) if is_text else Other(at, end)
                at = end

    def _is_raw(self, tag: StartTag) -> bool:
        if self._is_xml:
            return tag.name in ("script", "style") and not tag.is_self_closing
        return not self.is_foreign

    def _is_opening(self, at: int) -> bool:
        following = self.content[at + 1 : at + 2]
        if following == "%":
            return self.content.find("%>", at, at + _MOST_OF_A_TEMPLATE) > 0
        return following in ("!", "?", "/") or (following.isascii() and following.isalpha())

    def _token(self, at: int) -> Token | None:
        content = self.content
        following = content[at + 1]
        if following.isalpha():
            return self._start_tag(at)
        if following == "/":
            name = content[at + 2 : at + 3]
            if name.isascii() and name.isalpha():
                tag = self._start_tag(at, skipped=2)
                return None if tag is None else EndTag(tag.name, tag.start, tag.end)
            return Text(at, len(content)) if not name else self._until(at, ">", at + 2)
        if content.startswith("<!--", at):
            if content.startswith((">", "->"), at + 4):
                return Other(at, content.index(">", at) + 1)
            match = _COMMENT_END.search(content, at + 4)
            return Other(at, match.end() if match else len(content))
        if content.startswith("<![CDATA[", at) and self.is_foreign:
            end = content.find("]]>", at)
            return Text(at, len(content) if end < 0 else end + 3, is_raw=True)
        if following == "%" or content.startswith(("<?php", "<?="), at):
            return self._until(at, "%>" if following == "%" else "?>", at)
        return self._until(at, ">", at)

    def _until(self, at: int, closing: str, since: int) -> Other:
        end = self.content.find(closing, since)
        return Other(at, len(self.content) if end < 0 else end + len(closing))

    def _start_tag(self, start: int, skipped: int = 1) -> StartTag | None:
        content = self.content
        match = _TAG_NAME.match(content, start + skipped)
        assert match is not None
        name, at = lowered(match[0]), match.end()
        attributes: dict[str, Attribute] = {}
        is_templated = False
        while True:
            before, at = at, _after(_BETWEEN, content, at)
            if at >= len(content):
                return None
            if content[at] == ">":
                is_closing = at > before and content[at - 1] == "/"
                return StartTag(name, start, at + 1, attributes, is_closing, is_templated)
            behind = self._behind_template(at)
            if behind:
                at, is_templated = behind, True
                continue
            attribute, at, has_template = self._attribute(at)
            if attribute is None:
                return None
            is_templated = is_templated or has_template
            attributes.setdefault(attribute.name, attribute)

    def _attribute(self, at: int) -> tuple[Attribute | None, int, bool]:
        content = self.content
        end = _after(_NAME, content, at)
        name = lowered(content[at:end])
        at = _after(_SPACE, content, end)
        if content[at : at + 1] != "=":
            return Attribute(name, end, end, has_value=False), at, False
        at = _after(_SPACE, content, at + 1)
        quote = content[at : at + 1]
        if quote not in ('"', "'"):
            end = _after(_UNQUOTED, content, at)
            return Attribute(name, at, end), end, False
        start, has_template = at + 1, False
        end = content.find(quote, start)
        while end >= 0:
            behind = self._behind_unclosed_template(start, end)
            if not behind:
                return Attribute(name, start, end, quote), end + 1, has_template
            has_template = True
            end = content.find(quote, behind)
        return None, at, False

    def _behind_template(self, at: int) -> int:
        """Where a template's construct that begins here ends, 0 where none does."""
        closing = _CLOSERS.get(self.content[at : at + 2])
        if closing is None:
            return 0
        end = self.content.find(closing, at + 2, at + _MOST_OF_A_TEMPLATE)
        return 0 if end < 0 else end + len(closing)

    def _behind_unclosed_template(self, start: int, end: int) -> int:
        """Where a construct ends that a value opens and does not close: the quote within it is its own."""
        value = self.content[max(start, end - _MOST_OF_A_TEMPLATE) : end]
        for opening, closing in _CLOSERS.items():
            at = value.rfind(opening)
            if opening != "{#" and at >= 0 and closing not in value[at:]:
                found = self.content.find(closing, end, end + _MOST_OF_A_TEMPLATE)
                if found >= 0:
                    return found + len(closing)
        return 0

    def _end_of_raw(self, name: str, at: int) -> int:
        """Where the text of an element ends in which no tag counts but its own end."""
        content = self.content
        if name == "plaintext":
            return len(content)
        if name != "script":
            match = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII).search(content, at)
            return match.start() if match else len(content)
        is_escaped = is_double = False
        while match := _IN_SCRIPT.search(content, at):
            at = match.end()
            if match[0] == "<!--":
                is_escaped = True
                at -= 2  # its dashes may be those of "-->"
            elif match[0] == "-->":
                is_escaped = is_double = False
            elif match[1] and not is_double:
                return match.start()
            elif match[1]:
                is_double = False
            elif is_escaped:
                is_double = True
        return len(content)


def _after(pattern: re.Pattern[str], content: str, at: int) -> int:
    match = pattern.match(content, at)
    return at if match is None else match.end()
