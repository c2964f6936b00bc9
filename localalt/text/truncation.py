"""Where a text may end: after a sentence, after a word, within a limit.

Knows abbreviations and quotations, and scripts that write no spaces between words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from localalt.text.abbreviations import BEFORE_NAMES, BEFORE_NUMBERS, MAY_END, STARTS
from localalt.text.graphemes import boundary_at_or_before
from localalt.text.platforms import Limit, length

__all__ = ["ELLIPSIS", "cut_off", "fits", "sentence_ends", "shortened"]

ELLIPSIS = "…"

# Where it begins inside a row of signs, the row's beginning has been tried.
_SENTENCE_END = re.compile(r"(?<![.!?…؟।۔॥։።])[.!?…؟।۔॥։።]+(?:[\"'”’»)\]]*)(?=\s|$)|[。！？｡]+[」』”’）〕》\"')]*")
_BEFORE_A_WORD = frozenset("([\"'“‘«")
_INITIALS = re.compile(r"(?:\w\.)*[^\W\d_]")
_NEXT = re.compile(r"\S")
_WORD = re.compile(r"[^\W\d_]+")
_ORDINAL = re.compile(r"\d{1,2}|(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")


def sentence_ends(text: str) -> Iterator[int]:
    """Positions after each complete sentence, its closing quotes and brackets included."""
    quotation = _Quotation()
    counted = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        if match[0][0] in ".…":
            following = _NEXT.search(text, end)
            if match[0] == "." and _goes_on(
                _word_before(text, match.start()).lower(), text, None if following is None else following.start()
            ):
                continue
            if following is not None and following[0].islower():
                continue
        quotation.count(text[counted:end])
        counted = end
        if not quotation.is_open:
            yield end


def _goes_on(word: str, text: str, following: int | None) -> bool:
    """Whether a full stop after `word` ends no sentence: an abbreviation's, an ordinal number's.

    `following` is where the text goes on, or None.
    """
    if word in BEFORE_NAMES:
        return True
    if word in BEFORE_NUMBERS:
        return following is not None and text[following].isdigit()
    is_at_end = following is None
    if word in MAY_END:
        return not is_at_end and not _starts(text, following)
    if _INITIALS.fullmatch(word):
        return True
    # "3. Mai", "Ludwig XIV. von": a number that is counted with stands before a noun.
    return not is_at_end and _ORDINAL.fullmatch(word) is not None and not _starts(text, following)


def _starts(text: str, at: int | None) -> bool:
    """Whether what stands at `at` begins a sentence, as far as its first word says."""
    word = None if at is None else _WORD.match(text, at, at + _LONGEST_START)
    return word is not None and word[0].lower() in STARTS


_LONGEST_START = 12


def _word_before(text: str, end: int) -> str:
    start = end
    while start and not text[start - 1].isspace() and text[start - 1] not in _BEFORE_A_WORD:
        start -= 1
    return text[start:end]


class _Quotation:
    """Whether a text, taken piece by piece, ends inside a quotation or brackets."""

    def __init__(self) -> None:
        self._n: Counter[str] = Counter()

    def count(self, piece: str) -> None:
        for mark in '"“”«»「」『』()':
            self._n[mark] += piece.count(mark)

    @property
    def is_open(self) -> bool:
        n = self._n
        return n['"'] % 2 == 1 or any(n[a] > n[b] for a, b in ("“”", "«»", "「」", "『』", "()"))


# Chinese, Japanese, Thai, Lao, Khmer, Burmese: no spaces between words.
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]"
)
_LAST_WORD = re.compile(r"\s\S*$")


def cut_off(text: str, *, in_a_word: bool, in_sentences: bool) -> str:
    """Whole sentences of a text that has no end, or whole words and "…"."""
    ends = list(sentence_ends(text)) if in_sentences else []
    if ends:
        return text[: ends[-1]]
    words = _LAST_WORD.sub("", text) if in_a_word else ""
    return _trailing_off(words or text)


def fits(text: str, limits: Sequence[Limit]) -> bool:
    """Whether a text is within all limits."""
    return all(length(text, limit.unit) <= limit.most for limit in limits)


def shortened(text: str, limits: Sequence[Limit]) -> str:
    """As many whole sentences of a text as the limits allow, or whole words and "…"; nothing where no word fits.

    Only scripts without spaces between words are cut between two characters.
    """
    if fits(text, limits):
        return text
    ends = list(sentence_ends(text))
    # The length of a beginning grows with it: those that fit come first.
    n_fitting = bisect_left(ends, True, key=lambda end: not fits(text[:end], limits))
    if n_fitting:
        return text[: ends[n_fitting - 1]]
    fitting, too_long = 0, len(text)
    while too_long - fitting > 1:
        middle = (fitting + too_long) // 2
        if fits(text[:middle] + ELLIPSIS, limits):
            fitting = middle
        else:
            too_long = middle
    return _trailing_off(_whole_words(text, boundary_at_or_before(text, fitting)))


def _whole_words(text: str, room: int) -> str:
    while 0 < room < len(text) and _is_of_a_word(text[room - 1]) and _is_of_a_word(text[room]):
        room -= 1
    return text[:room]


def _is_of_a_word(c: str) -> bool:
    if _WITHOUT_SPACES.match(c):
        return False
    return c.isalnum() or c in "'’-" or unicodedata.category(c)[0] == "M"


_UNFINISHED = frozenset(',;:…-–—(["“„«「『、，')
"""Nothing ends with them."""


def _trailing_off(text: str) -> str:
    end = len(text)
    while end and (text[end - 1].isspace() or text[end - 1] in _UNFINISHED):
        end -= 1
    return text[:end] + ELLIPSIS if end else ""
