"""Quotations in a text: words that are copied from a picture.

What is quoted has its own language, markup and repetitions, so most rules leave it out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from localalt.text.pairs import Finder, Pair, PairKind

__all__ = ["blanked", "outside_quotes", "quotations"]

_find = Finder(
    (
        PairKind('"', r'(")|\n'),
        PairKind("“", r"(”)|\n"),
        PairKind("„", r"([“”])|\n"),
        PairKind("«", r"(»)|\n"),
        PairKind("»", r"(«)|[»\n]"),
        PairKind("「", r"(」)|\n"),
        PairKind("『", r"(』)|\n"),
        PairKind("›", r"(‹)|\n"),
        PairKind("‹", r"(›)|\n"),
        PairKind(r"(?<!\w)‚", r"([‘’](?!\w))|\n"),
        # An apostrophe inside a word ends none; one before a word, or two in a row, cannot be inside a quotation.
        PairKind(r"(?<!\w)‘", r"(’(?!\w))|(?<!\w)’|[‘\n]"),
        PairKind(r"(?<![\w'])'", r"('(?![\w']))|(?<!\w)'|'(?=')|\n"),
    )
)


def quotations(text: str) -> Iterator[Pair]:
    """Where the quotations are, each on one line, in the order of the text."""
    return _find(text)


def blanked(text: str) -> str:
    """The text with a space for every character that is quoted, its marks included: offsets stay the same."""
    parts: list[str] = []
    at = 0
    for pair in quotations(text):
        parts += text[at : pair.start], " " * (pair.end - pair.start)
        at = pair.end
    return "".join([*parts, text[at:]])


def outside_quotes(find: Callable[[str], Iterable[tuple[int, int, str]]], text: str) -> str:
    """Replace what `find` gives, as (start, end, replacement), where neither end lies inside a quotation."""
    found = list(find(text))
    if not found:
        return text
    quoted = list(quotations(text))
    starts = [pair.start for pair in quoted]

    def inside(position: int) -> bool:
        before = bisect_left(starts, position) - 1
        return before >= 0 and position < quoted[before].end

    parts: list[str] = []
    at = 0
    for start, end, replacement in found:
        if not inside(start) and not inside(end):
            parts += text[at:start], replacement
            at = end
    return "".join([*parts, text[at:]])
