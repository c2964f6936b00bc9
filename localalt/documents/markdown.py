"""Markdown: its images, those of HTML in it, and what is around them.

Hands the parser's tokens to an outline, with the spans of texts in the document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from localalt.documents.blocks import Block, Lines, block_of, cell_of, heading_of
from localalt.documents.entities import decoded
from localalt.documents.front_matter import behind_front_matter, language_of
from localalt.documents.html import Page, line_starts
from localalt.documents.markdown_parser import parser, parser_of_mdx
from localalt.documents.myst import FIGURES, OF_MARKDOWN, alt_option, directive_of
from localalt.documents.outline import Outline
from localalt.documents.references import Piece, Reading, Span
from localalt.documents.surroundings import Alt
from localalt.documents.tags import is_computed

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["alt_of", "images_alone", "read_markdown"]

_WRITTEN = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);)|(?<![ \t])[ \t]*\n[ \t]*"
)
_MOST_DEPTH = 8
"""Of directives in each other."""
_PREFIXES = (
    re.compile(r"(?:[ \t]*>)*[ \t]*"),
    re.compile(r"(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])(?![^ \t>]))*[ \t]*"),  # the first row in a list's item
)
_BLOCK_TAGS = {
    "paragraph": "p", "blockquote": "blockquote", "list_item": "li", "bullet_list": "ul", "ordered_list": "ol",
    "table": "table", "tr": "tr", "th": "th", "td": "td",
}  # fmt: skip


def read_markdown(content: str) -> Reading:
    """The references to images, in the order of the document.

    Raises:
        OptionError: markdown-it-py is not installed.
    """
    return _MarkdownReader(content).read()


def alt_of(label: str) -> str:
    """The alt text of an image whose text is written as `label`."""
    token = next((each for each in _inline(f"![{label}](x)") if each.type == "image"), None)
    return "\0" if token is None or token.content != label else _said(token)


def images_alone(content: str) -> tuple[Reading, str]:
    """The images of MDX that are written as in Markdown, and the content with spaces for its code.

    Raises:
        OptionError: markdown-it-py is not installed.
    """
    content = _without_comments(content)
    reader = _MarkdownReader(content, is_mdx=True)
    reading = reader.read()
    parts, at = [], 0
    for start, end in sorted(reader.code):
        if start >= at:
            parts += [content[at:start], re.sub(r"[^\r\n]", " ", content[start:end])]
            at = end
    return reading, "".join([*parts, content[at:]])


def _without_comments(content: str) -> str:
    """The content of MDX with spaces for the comments of its components."""
    parts, at = [], 0
    while (start := content.find("{/*", at)) >= 0 and (end := content.find("*/}", start)) >= 0:
        parts += [content[at:start], re.sub(r"[^\r\n]", " ", content[start : end + 3])]
        at = end + 3
    return "".join([*parts, content[at:]])


class _MarkdownReader:
    def __init__(self, content: str, *, is_mdx: bool = False) -> None:
        self.code: list[tuple[int, int]] = []
        """Where code is that is not part of the text."""
        self._parser = parser_of_mdx() if is_mdx else parser()
        self._content = content
        self._lines = Lines(content, line_starts(content))
        self._first = behind_front_matter(self._lines)
        self._outline = Outline(language=language_of(content[: self._lines.start(self._first)]))
        self._rest = hashlib.sha256()
        self._cell = self._depth = 0
        self._opening: Token

    def read(self) -> Reading:
        self._read(self._content[self._lines.start(self._first) :])
        return Reading(self._outline.references(), self._rest.digest())

    def _read(self, body: str) -> None:
        for token in self._parser.parse(body):
            name, _, edge = token.type.rpartition("_")
            if edge in ("open", "close") and token.type != "html_block":
                self._note(token.type, token.tag)
                tag = _BLOCK_TAGS.get(name, token.tag)
                if edge == "open":
                    self._opening = token
                    self._outline.start(tag, {}, 0)
                else:
                    self._outline.end(tag)
                self._count(token)
            elif token.type == "inline":
                self._inline(token)
            elif token.type == "html_block":
                self._html(token.content, self._block(token))
            else:
                self._note(token.type, token.info, token.content)
                if token.type == "fence":
                    self._fence(token)

    def _note(self, *parts: str) -> None:
        self._rest.update("\0".join(parts).encode("utf-8", "surrogatepass"))
        self._rest.update(b"\1")

    def _count(self, token: Token) -> None:
        if token.type == "tr_open":
            self._cell = 0
        elif token.type in ("td_close", "th_close"):
            self._cell += 1

    def _block(self, token: Token) -> Block | None:
        if token.map is None:
            return None
        first = token.map[0] + self._first
        if token.type == "html_block":
            return block_of(self._lines, first, token.content)
        opening = self._opening
        if opening.type == "heading_open" and opening.markup.startswith("#"):
            return heading_of(self._lines, first, opening.markup, token.content)
        if opening.type in ("td_open", "th_open"):
            return next(filter(None, (self._cell_behind(first, prefix, token.content) for prefix in _PREFIXES)), None)
        return block_of(self._lines, first, token.content)

    def _cell_behind(self, line: int, prefix: re.Pattern[str], content: str) -> Block | None:
        match = prefix.match(self._lines.text(line))
        return cell_of(self._lines, line, self._cell, match.end() if match else 0, content)

    def _inline(self, token: Token) -> None:
        block = self._block(token)
        first = 1 if token.map is None else token.map[0] + self._first + 1
        for child in token.children or ():
            if child.type == "image":
                self._image(child, block, first, token.content)
            elif child.type == "html_inline":
                self._html(child.content, block, child.meta.get("start"))
            elif child.type == "link_open":
                self._note("link", str(child.attrs))
                self._outline.start("a", {name: str(value) for name, value in child.attrs.items()}, 0)
            elif child.type == "link_close":
                self._note("/link")
                self._outline.end("a")
            else:
                if block is not None and "end" in child.meta:
                    self.code.append((block.at(child.meta["start"]), block.at(child.meta["end"] - 1) + 1))
                self._note(child.type, child.content, child.info)
                self._outline.text("\n" if child.type.endswith("break") else child.content)

    def _image(self, token: Token, block: Block | None, first: int, content: str) -> None:
        meta: dict[str, Any] = token.meta
        start = meta.get("start", 0)
        line = first if block is None else block.line(start)
        src, title = str(token.attrs.get("src", "")), str(token.attrs.get("title", ""))
        span = None
        text = None if meta.get("is_missing") else _said(token)
        if text is not None and block is not None and not meta.get("is_fixed"):
            span = self._span(token, block, text, content)
        values: Mapping[str, str] = meta.get("attributes", {})
        self._note("image", src, title, str(values), text or "" if span is None else "")
        state = "missing" if text is None else "text" if text else "empty"
        if text is not None and is_computed(text):
            state, text, span = "computed", None, None
        alt = Alt(state, text, span)  # type: ignore[arg-type]  # one of its states
        self._outline.image(src, alt, line, title=title, values=values)

    def _span(self, token: Token, block: Block, text: str, content: str) -> Span | None:
        start = token.meta["start"] + 2
        end = start + len(token.content)
        pieces = tuple(_pieces(content, start, end))
        if "".join(piece.text for piece in pieces) != text or content[start:end] != token.content:
            return None  # it has markup in it, which a new text would lose
        in_table = self._opening.type in ("td_open", "th_open")
        span = block.moved(Span(start, end, "markdown", pieces, in_table=in_table))
        after = content[end : token.meta["end"]]
        if span is None or after.startswith("](") or (after.startswith("][") and after != "][]"):
            return span
        if "\n" in token.content or (in_table and "|" in token.content):
            return None
        label = (block.at(end), block.at(end) + len(after))
        return Span(span.start, span.end, "markdown", span.pieces, in_table=in_table, label=label)

    def _html(self, html: str, block: Block | None, start: int | None = 0) -> None:
        offset = start or 0

        def moved(span: Span) -> Span | None:
            if block is None or start is None:
                return None
            return block.moved(_shifted(span, offset))

        page = Page(
            self._outline,
            html,
            moved=moved,
            line_of=lambda at: 1 if block is None else block.line(at + offset),
            rest=self._rest,
        )
        page.read()

    def _code(self, token: Token) -> None:
        if token.map is not None:
            first, behind = token.map
            self.code.append((self._lines.start(first + self._first), self._lines.start(behind + self._first)))

    def _fence(self, token: Token) -> None:
        """Code, or a directive of MyST: a figure has ":alt:" among its options, and an admonition is Markdown."""
        name, argument = directive_of(token.info)
        if token.map is None:
            self._code(token)
        elif name in FIGURES:
            said = alt_option(token.content)
            alt = Alt("missing") if said is None else Alt("text" if said else "empty", said)
            self._outline.image(argument, alt, token.map[0] + self._first + 1)
            self._code(token)
        elif name in OF_MARKDOWN and self._depth < _MOST_DEPTH:
            first, self._first, self._depth = self._first, self._first + token.map[0] + 1, self._depth + 1
            self._read(token.content)
            self._first, self._depth = first, self._depth - 1
        else:
            self._code(token)


def _shifted(span: Span, offset: int) -> Span:
    pieces = tuple(Piece(each.start + offset, each.end + offset, each.text) for each in span.pieces)
    return Span(span.start + offset, span.end + offset, span.syntax, pieces, span.quote, span.lead)


def _pieces(content: str, start: int, end: int) -> Iterator[Piece]:
    at = start
    for match in _WRITTEN.finditer(content, start, end):
        text = match[1] or ("\n" if match[2] is None else decoded(match[2], 0, len(match[2]), in_attribute=False))
        if text == match[2]:
            continue
        if at < match.start():
            yield Piece(at, match.start(), content[at : match.start()])
        yield Piece(match.start(), match.end(), text)
        at = match.end()
    if at < end:
        yield Piece(at, end, content[at:end])


def _said(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type == "image":
            parts.append(_said(child))
        else:
            parts.append("\n" if child.type.endswith("break") else child.content)
    return "".join(parts)


def _inline(text: str) -> list[Token]:
    return [child for token in parser().parseInline(text) for child in token.children or ()]
