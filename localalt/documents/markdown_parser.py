"""The parser of Markdown: markdown-it-py, an extra, whose tokens here say where they begin and end in their block.

CommonMark and tables, and what people write beyond both that has images: footnotes, admonitions, wiki embeds,
directives, shortcodes, addresses that a template writes, and attributes behind an image.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from localalt.documents.html import attributes_of
from localalt.documents.myst import IN_COLONS, alt_option
from localalt.errors import OptionError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["parser", "parser_of_mdx"]


@functools.cache
def parser() -> MarkdownIt:
    """That of Markdown.

    Raises:
        OptionError: markdown-it-py is not installed.
    """
    return _built()


@functools.cache
def parser_of_mdx() -> MarkdownIt:
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
    built = MarkdownIt("commonmark").enable("table")
    built.inline.ruler.at("image", _located(image))
    built.inline.ruler.at("html_inline", _located(html_inline))
    built.inline.ruler.at("backticks", _located(backtick))
    built.inline.ruler.before("image", "embed", _embed)
    built.inline.ruler.before("image", "directive", _directive)
    built.inline.ruler.before("image", "templated", _templated)
    built.block.ruler.at("reference", _not_for_footnotes(reference))
    built.block.ruler.before("reference", "container", _container)
    return built


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
        token.meta["attributes"] = attributes_of(match[1])


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
    """A directive, `::img{src=a.png alt="A dog"}` or MyST's `:::{figure} a.png`, or a shortcode of Hugo."""
    if state.src[state.pos] not in ":{":
        return False
    myst = IN_COLONS.match(state.src, state.pos)
    if myst is not None:
        if not silent:
            _push_image(state, myst, myst[1], alt_option(myst[2]))
        state.pos = myst.end()
        return True
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
    """A footnote, `[^1]: …`, is not a definition of a link, though it looks like one to CommonMark."""

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
