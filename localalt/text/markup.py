"""Markup in an answer, which a screen reader would read aloud: Markdown, and what a model's format leaves.

Marks that a picture may show stay: powers and pointers, footnotes, names with underscores, prices that are struck out.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

from localalt.text.artifacts import without_special_tokens, without_thinking
from localalt.text.lists import without_block_quotes, without_bullets, without_tables
from localalt.text.pairs import Finder, PairKind
from localalt.text.quotations import outside_quotes

__all__ = ["without_markdown", "without_markup"]

_LINE_MARKUP = re.compile(
    r"^[ \t]*(?:(?:```|~~~)[\w+-]*|-{3,5}|\*{3}|_{3}|\*[ \t]\*[ \t]\*|-[ \t]-[ \t]-)[ \t]*$"  # fences, rules
    r"|^[ \t]*#{2,6}[ \t]+(?=[^\W\d_a-z]|[*_\"“„«「])",  # headings
    re.MULTILINE,
)
_TITLE = re.compile(r"\s*(?:#{1,6}[ \t]+)+(?=[^\W\d_a-z]|[*_\"“„«「])")
# Not "a[0](1)" in a program, and not "[12](p. 3)" in a paper.
_LINK = re.compile(r"!\[([^\[\]\n]*)\]\([^()\n]*\)|(?<!\w)\[([^\[\]\n]*)\]\(([^()\s]*)(?:[ \t]\"[^\"()\n]*\")?\)")
_ADDRESS = re.compile(r"[a-z]{2,10}:|\.{0,2}/|#|www\.|[^\s/]{1,80}/|[^\s/]{1,80}\.[a-z]{2,5}$", re.IGNORECASE)

# A star between letters of scripts that have no spaces is a mark; between others it may be a product.
_JOINED = r"[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"


def _emphasis(mark: str) -> PairKind:
    """A pair of marks of Markdown, as CommonMark flanks them, with nothing of the kind right before or after them."""
    own = re.escape(mark[0])
    opening, closing = f"(?<!{_JOINED})(?<!{own}){re.escape(mark)}", f"{re.escape(mark)}(?!{_JOINED})(?!{own}|\\.\\w)"
    no_end = rf"[{own}\n]" if mark == own[-1] else r"\n"
    return PairKind(rf"{opening}(?=[^\s{own}])", rf"((?<=[^\s{own}]){closing})|{no_end}", 1)


_AT_ITS_START = "\"“„«「『'‘([¿¡#$€£+-–—`"
_AT_ITS_END = "\"”“»」』'’)].,:;!?…。！？、：%°€`"


def _is_emphasized(inner: str) -> bool:
    """Whether what stands between two marks is words, so that the marks are Markdown's and not a picture's."""
    # A footnote's digit ends no emphasis of letters, as in "*NSYNC and a hotel with 5*".
    return _is_strong(inner) and not (inner[-1].isdigit() and inner[0].isalpha() and " " in inner)


def _is_strong(inner: str) -> bool:
    """Whether it has words at both ends: "*.txt and src/*" has none."""
    first, last = inner[0], inner[-1]
    has_word = any(c.isalnum() for c in inner)
    return has_word and (first.isalnum() or first in _AT_ITS_START) and (last.isalnum() or last in _AT_ITS_END)


def _is_underlined(inner: str) -> bool:
    """As `_is_emphasized`, and no name of a program's: those have a second underscore, or no space."""
    return _is_emphasized(inner) and "_" not in inner


def _is_underlined_twice(inner: str) -> bool:
    return _is_emphasized(inner) and "_" not in inner and (" " in inner or inner[0].isupper()) and not inner.isupper()


def _is_code(inner: str) -> bool:
    return not (inner[:1].isspace() or inner[-1:].isspace())


# Each takes its markup off and leaves what it holds, where that is what such marks hold.
_INLINE_MARKUP: tuple[tuple[Finder, Callable[[str], bool]], ...] = (
    (Finder((PairKind("```", "(```)|`"),)), bool),
    (Finder((PairKind(r"(?<!`)`(?=[^`\n])", r"(`(?!`))|[`\n]"),)), _is_code),
    (Finder((_emphasis("***"),)), _is_strong),
    (Finder((_emphasis("**"),)), _is_strong),
    (Finder((PairKind(r"(?<![\w_])__(?=[^\s_])", r"((?<=[^\s_])__(?![\w(_/]))|\n", 1),)), _is_underlined_twice),
    (Finder((_emphasis("*"),)), _is_emphasized),
    (Finder((PairKind(r"(?<![\w_/.])_(?=[^\s_])", r"((?<=[^\s_])_(?![\w_/.]))|[_\n]", 1),)), _is_underlined),
)
_STRAY_MARKUP = re.compile(
    r"\A\s*\*\*(?=[^\W\d_][^*]*\Z)"  # bold that never ends, or ends with the text
    r"|(?<=[.!?。！？…])\*\*(?=\s*\Z)"
    r"|```"
    r"|(?<=[\w.,;:!?…。！？\"”])<br ?/?>(?=\s*(?:[\w\"“„«]|\Z))",
    re.IGNORECASE,
)


def without_markup(text: str) -> str:
    """The text without thinking, special tokens and Markdown; what is quoted stays as it is."""
    return without_markdown(without_special_tokens(without_thinking(text)))


def without_markdown(text: str) -> str:
    """The text without Markdown: what it holds stays, a list becomes one sentence with semicolons, a table a few."""
    text = without_tables(without_block_quotes(text))
    text = _LINE_MARKUP.sub("", text)
    if title := _TITLE.match(text):
        text = text[title.end() :]
    # A list read aloud needs its pauses.
    text = without_bullets(text)
    text = outside_quotes(_links, text)
    for find, holds in _INLINE_MARKUP:
        text = outside_quotes(functools.partial(_held, find, holds), text)
    return outside_quotes(_stray_markup, text)


def _links(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _LINK.finditer(text):
        if match[1] is not None:
            yield (*match.span(), match[1])
        elif sum(map(str.isalpha, match[2])) > 2 or (match[2].strip() and _ADDRESS.match(match[3])):
            yield (*match.span(), match[2])


def _held(find: Finder, holds: Callable[[str], bool], text: str) -> Iterator[tuple[int, int, str]]:
    for pair in find(text):
        inner = text[pair.inner_start : pair.inner_end]
        if holds(inner):
            yield pair.start, pair.end, inner


def _stray_markup(text: str) -> Iterator[tuple[int, int, str]]:
    return ((*match.span(), " " if match[0].startswith("<") else "") for match in _STRAY_MARKUP.finditer(text))
