"""Markdown: its images, those of HTML in it, and what stands around them.

The parser is markdown-it-py, an extra: CommonMark, tables, and what people write beyond both that has images: front
matter, footnotes, admonitions, wiki embeds, directives, and attributes behind an image.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from localalt.documents.blocks import Block, Lines, block_of, cell_of, heading_of
from localalt.documents.entities import decoded
from localalt.documents.html import Page, attributes_of, line_starts
from localalt.documents.outline import Alt, Outline
from localalt.documents.references import Piece, Place, Reading
from localalt.documents.tags import is_computed
from localalt.errors import OptionError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["alt_of", "images_alone", "read_markdown"]

_FRONT_MATTER = re.compile(r"\ufeff?(?:---|\+\+\+)[ \t]*(?:\r\n?|\n)")
_WRITTEN = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);)|(?<![ \t])[ \t]*\n[ \t]*"
)
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
    return _Reader(content).read()


def alt_of(label: str) -> str:
    """The alt text of an image whose text is written as `label`."""
    token = next((each for each in _inline(f"![{label}](x)") if each.type == "image"), None)
    return "\0" if token is None or token.content != label else _said(token)


def images_alone(content: str) -> tuple[Reading, str]:
    """The images of MDX that are written as in Markdown, and the content with spaces for its code.

    Raises:
        OptionError: markdown-it-py is not installed.
    """
    reader = _Reader(content, is_mdx=True)
    reading = reader.read()
    parts, at = [], 0
    for start, end in sorted(reader.code):
        if start >= at:
            parts += [content[at:start], re.sub(r"[^\r\n]", " ", content[start:end])]
            at = end
    return reading, "".join([*parts, content[at:]])


class _Reader:
    def __init__(self, content: str, *, is_mdx: bool = False) -> None:
        self.code: list[tuple[int, int]] = []
        """Where code stands that is no part of the text."""
        self._parser = _parser_of_mdx() if is_mdx else _parser()
        self._content = content
        self._lines = Lines(content, line_starts(content))
        self._first = _behind_front_matter(content, self._lines)
        self._outline = Outline()
        self._rest = hashlib.sha256()
        self._cell = 0
        self._opening: Token

    def read(self) -> Reading:
        body = self._content[self._lines.start(self._first) :]
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
                    self._figure_of_myst(token)
                    self._code(token)
        return Reading(self._outline.references(), self._rest.digest())

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
        place = None
        text = None if meta.get("is_missing") else _said(token)
        if text is not None and block is not None and not meta.get("is_fixed"):
            place = self._place(token, block, text, content)
        self._note("image", src, title, meta.get("name", ""), text or "" if place is None else "")
        state = "missing" if text is None else "text" if text else "empty"
        if text is not None and is_computed(text):
            state, text, place = "computed", None, None
        self._outline.image(src, Alt(state, text, place), line, title=meta.get("name") or title)  # type: ignore[arg-type]

    def _place(self, token: Token, block: Block, text: str, content: str) -> Place | None:
        start = token.meta["start"] + 2
        end = start + len(token.content)
        pieces = tuple(_pieces(content, start, end))
        if "".join(piece.text for piece in pieces) != text or content[start:end] != token.content:
            return None  # it has markup in it, which a new text would lose
        in_table = self._opening.type in ("td_open", "th_open")
        place = block.moved(Place(start, end, "markdown", pieces, in_table=in_table))
        after = content[end : token.meta["end"]]
        if place is None or after.startswith("](") or (after.startswith("][") and after != "][]"):
            return place
        if "\n" in token.content or (in_table and "|" in token.content):
            return None
        label = (block.at(end), block.at(end) + len(after))
        return Place(place.start, place.end, "markdown", place.pieces, in_table=in_table, label=label)

    def _html(self, html: str, block: Block | None, start: int | None = 0) -> None:
        offset = start or 0

        def moved(place: Place) -> Place | None:
            if block is None or start is None:
                return None
            return block.moved(_shifted(place, offset))

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

    def _figure_of_myst(self, token: Token) -> None:
        """The directive of MyST: a fence that begins with {image} or {figure} and has ":alt:" among its options."""
        match = re.match(r"\{(?:image|figure)\}[ \t]*(\S*)", token.info.strip())
        if match is None or token.map is None:
            return
        found = re.search(r"^:alt:[ \t]*(.*)$", token.content, re.MULTILINE)
        alt = Alt("missing") if found is None else Alt("text" if found[1].strip() else "empty", found[1].strip())
        self._outline.image(match[1], alt, token.map[0] + self._first + 1)


def _shifted(place: Place, offset: int) -> Place:
    pieces = tuple(Piece(each.start + offset, each.end + offset, each.text) for each in place.pieces)
    return Place(place.start + offset, place.end + offset, place.syntax, pieces, place.quote, place.lead)


def _behind_front_matter(content: str, lines: Lines) -> int:
    """The first line behind YAML or TOML at the beginning, 0 where there is none."""
    if not _FRONT_MATTER.match(content) or not lines.text(1).strip():
        return 0
    fence = lines.text(0).strip("\ufeff \t")
    closing = (fence, "...") if fence == "---" else (fence,)
    return next((line + 1 for line in range(1, len(lines)) if lines.text(line).rstrip(" \t") in closing), 0)


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
    return [child for token in _parser().parseInline(text) for child in token.children or ()]


# --- the parser ---


@functools.cache
def _parser() -> MarkdownIt:
    return _built()


@functools.cache
def _parser_of_mdx() -> MarkdownIt:
    """Where "<" begins a component and an indent means nothing."""
    return _built().disable(["html_block", "html_inline", "autolink", "code"])


def _built() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
        from markdown_it.rules_block import reference
        from markdown_it.rules_inline import backtick, html_inline, image
    except ImportError as error:
        raise OptionError(
            "Reading Markdown needs markdown-it-py, which is not installed: pip install 'localalt[markdown]'."
        ) from error
    parser = MarkdownIt("commonmark").enable("table")
    parser.inline.ruler.at("image", _located(image))
    parser.inline.ruler.at("html_inline", _located(html_inline))
    parser.inline.ruler.at("backticks", _located(backtick))
    parser.inline.ruler.before("image", "embed", _embed)
    parser.inline.ruler.before("image", "directive", _directive)
    parser.inline.ruler.before("image", "templated", _templated)
    parser.block.ruler.at("reference", _not_for_footnotes(reference))
    parser.block.ruler.before("reference", "container", _container)
    return parser


def _located(rule: Any) -> Any:  # noqa: ANN401 (rules have no types)
    """A rule whose token says where it begins and ends in the content of its block."""

    def located(state: Any, silent: bool) -> bool:  # noqa: ANN401
        start, n_tokens = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent and len(state.tokens) > n_tokens:
            token = state.tokens[-1]
            token.meta = {**token.meta, "start": start, "end": state.pos}
            if token.type == "image":
                _attributes_behind(state, token)
        return True

    return located


_BEHIND = re.compile(r"\{:?([^{}\n]{0,1000})\}")


def _attributes_behind(state: Any, token: Token) -> None:  # noqa: ANN401
    """kramdown's and Pandoc's attributes, `![](a.png){alt="A dog"}`, and Quarto's `fig-alt`: a name for the image."""
    match = _BEHIND.match(state.src, state.pos)
    if match is not None:
        values = attributes_of(match[1])
        token.meta["name"] = values.get("fig-alt") or values.get("alt") or values.get("aria-label") or ""


_EMBED = re.compile(r"!\[\[([^\[\]|\n]{1,1000})(?:\|([^\[\]\n]{0,2000}))?\]\]")
_SIZE = re.compile(r"[\dx%]*|left|right|center|inline", re.IGNORECASE)


def _embed(state: Any, silent: bool) -> bool:  # noqa: ANN401
    """A wiki embed of a picture, `![[a.png]]` or `![[a.png|A dog]]`, as Obsidian has it."""
    from localalt.documents.elements import PICTURE_SUFFIXES

    match = _EMBED.match(state.src, state.pos)
    if match is None or not match[1].strip().partition("#")[0].lower().endswith(PICTURE_SUFFIXES):
        return False
    if not silent:
        said = next((part for part in (match[2] or "").split("|") if not _SIZE.fullmatch(part.strip())), None)
        _push_image(state, match, match[1].strip(), said)
    state.pos = match.end()
    return True


_DIRECTIVE = re.compile(
    r":{1,3}(?:img|image|figure)(?:\[[^\[\]\n]{0,2000}\])?\{([^{}\n]{0,4000})\}"
    r"|\{\{[<%]\s{0,9}(?:figure|img|image)\s([^{}\n]{0,4000}?)/?\s{0,9}[>%]\}\}"
)


def _directive(state: Any, silent: bool) -> bool:  # noqa: ANN401
    """A directive, `::img{src=a.png alt="A dog"}`, or a shortcode of Hugo, `{{< figure src="a.png" alt="A dog" >}}`."""
    if state.src[state.pos] not in ":{":
        return False
    match = _DIRECTIVE.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        values = attributes_of(match[1] or match[2] or "")
        _push_image(state, match, values.get("src", ""), values.get("alt"))
    state.pos = match.end()
    return True


_TEMPLATED = re.compile(
    r"!\[([^\[\]]{0,2000})\]\([^()\s]{0,500}(?:\{\{[^{}]{0,500}\}\}|\{%[^{}]{0,500}%\})[^()\s]{0,500}\)"
)


def _templated(state: Any, silent: bool) -> bool:  # noqa: ANN401
    """An image whose address a template writes, `![A dog]({{ "/a.png" | relative_url }})`: none to CommonMark."""
    match = _TEMPLATED.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        _push_image(state, match, match[0].partition("](")[2][:-1], match[1])
    state.pos = match.end()
    return True


def _push_image(state: Any, match: re.Match[str], src: str, text: str | None) -> None:  # noqa: ANN401
    token = state.push("image", "img", 0)
    token.attrs = {"src": src}
    token.content = text or ""
    token.children = []
    token.meta = {"start": match.start(), "end": match.end(), "is_fixed": True, "is_missing": text is None}
    if text:
        from markdown_it.token import Token

        token.children = [Token("text", "", 0, content=text)]


def _not_for_footnotes(rule: Any) -> Any:  # noqa: ANN401
    """A footnote, `[^1]: …`, is no definition of a link, though it looks like one to CommonMark."""

    def reference(state: Any, start: int, end: int, silent: bool) -> bool:  # noqa: ANN401
        at = state.bMarks[start] + state.tShift[start]
        return not state.src.startswith("[^", at) and bool(rule(state, start, end, silent))

    return reference


_CONTAINER = re.compile(r'!!! ?[\w"]|\?\?\?\+? ?[\w"]|===[+!]? "|\[\^[^\]\s]{1,200}\]:')


def _container(state: Any, start: int, end: int, silent: bool) -> bool:  # noqa: ANN401
    """An admonition, a tab or a footnote: a line, and all that is indented by four under it."""
    at = state.bMarks[start] + state.tShift[start]
    if silent or state.sCount[start] - state.blkIndent >= 4 or not _CONTAINER.match(state.src, at, state.eMarks[start]):
        return False
    behind = start + 1
    while behind < end and (state.isEmpty(behind) or state.sCount[behind] >= state.blkIndent + 4):
        behind += 1
    if not any(not state.isEmpty(line) for line in range(start + 1, behind)):
        return False
    state.push("paragraph_open", "p", 1).map = [start, start + 1]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = state.src[at : state.eMarks[start]].strip(), [start, start + 1], []
    state.push("paragraph_close", "p", -1)
    indent, last = state.blkIndent, state.lineMax
    state.blkIndent, state.lineMax = indent + 4, behind
    state.md.block.tokenize(state, start + 1, behind)
    state.blkIndent, state.lineMax = indent, last
    state.line = behind
    return True
