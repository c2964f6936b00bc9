"""Markup in an answer, which a screen reader would read aloud: Markdown, and what a model's format leaves."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from localalt.text.artifacts import without_special_tokens, without_thinking
from localalt.text.pairs import Finder, PairKind
from localalt.text.quotations import outside_quotes

__all__ = ["without_markdown", "without_markup"]

_LINE_MARKUP = re.compile(
    r"^[ \t]*(?:(?:```|~~~)[\w+-]*[ \t]*|(?:[-*_][ \t]*){3,})$"  # fences, rules
    r"|^[ \t]*(?:(?:#{1,6}|>)[ \t]+)+",  # headings, block quotes
    re.MULTILINE,
)
_BULLET = re.compile(r"^[ \t]*(?:[-*+•][ \t]+)+", re.MULTILINE)
_NEXT_BULLET = re.compile(r"(?<=[^\s.!?;:,。！？…])\s*\n[ \t]*[-*+•][ \t]+")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")  # and a picture
# Each takes its markup off and leaves what it holds.
_INLINE_MARKUP = tuple(
    Finder((kind,))
    for kind in (
        PairKind("```", "(```)|`"),
        PairKind(r"(?<!`)`(?=[^`\n])", r"(`(?!`))|[`\n]"),
        PairKind(r"\*\*(?=\S)", r"((?<=\S)\*\*)|\n", 1),
        PairKind(r"(?<!\w)__(?=\S)", r"((?<=\S)__(?![\w(]))|\n", 1),
        PairKind(r"~~(?=\S)", r"((?<=\S)~~)|\n", 1),
        PairKind(r"(?<![\w*])\*(?=[^\s*])", r"((?<=\S)\*(?![\w*]))|[*\n]", 1),
        PairKind(r"(?<![\w_])_(?=[^\s_])", r"((?<=\S)_(?![\w_]))|[_\n]", 1),
    )
)
_STRAY_MARKUP = re.compile(r"(?<!\w)\*\*|\*\*(?!\w)|```|<br ?/?>")  # and not the power of "x**3"


def without_markup(text: str) -> str:
    """The text without thinking, special tokens and Markdown; what is quoted stays as it is."""
    return without_markdown(without_special_tokens(without_thinking(text)))


def without_markdown(text: str) -> str:
    """The text without Markdown: what it holds stays, and a list becomes one sentence with semicolons."""
    text = _LINE_MARKUP.sub("", text)
    # A list read aloud needs its pauses.
    text = _BULLET.sub("", _NEXT_BULLET.sub("; ", text))
    text = outside_quotes(_links, text)
    for find in _INLINE_MARKUP:
        text = outside_quotes(functools.partial(_held, find), text)
    return outside_quotes(_stray_markup, text)


def _links(text: str) -> Iterator[tuple[int, int, str]]:
    return ((*match.span(), match[1]) for match in _LINK.finditer(text))


def _held(find: Finder, text: str) -> Iterator[tuple[int, int, str]]:
    return ((pair.start, pair.end, text[pair.inner_start : pair.inner_end]) for pair in find(text))


def _stray_markup(text: str) -> Iterator[tuple[int, int, str]]:
    return ((*match.span(), "") for match in _STRAY_MARKUP.finditer(text))
