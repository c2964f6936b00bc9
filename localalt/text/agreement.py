"""Several texts about one picture: where they agree, and which of them agrees with the others most.

What one text says and most of the others leave out is the likeliest to be invented (as in self-consistency and in
SelfCheckGPT, arXiv 2303.08896). Compares words, not meanings: "sofa" and "couch" count as a disagreement, which costs
a person one look. Knows no models and no pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from localalt.text.folding import without_accents
from localalt.text.function_words import function_words

__all__ = ["disputed", "most_agreed"]

SHARE = 0.5
"""Of the other texts: what fewer than these have is disputed."""
_MIN_WORD = 3
"""Letters of a word that counts; a word with a digit always does."""
_MAX_ENDING = 3
"""Letters that a word may have more than another and still be the same: "dog" and "dogs", "lie" and "lying" not."""
_LETTERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Of Thai, Lao, Burmese and Khmer, which are written without spaces."""
_IDEOGRAPHS = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KATAKANA, _HIRAGANA = "\u30a1-\u30fa\u30fc-\u30ff", "\u3041-\u309f"
_ALONE = rf"[^\W_{_LETTERS}{_IDEOGRAPHS}{_KATAKANA}{_HIRAGANA}]"
# Hiragana is left out: what it writes in a sentence is endings and particles.
_WORD = re.compile(
    rf"(?P<grouped>(?<![\d.,])\d{{1,3}}(?:[.,]\d{{3}}){{1,6}}(?!\d))"
    rf"|(?P<ideograph>[{_IDEOGRAPHS}])|(?P<katakana>[{_KATAKANA}]+)|(?P<letters>[{_LETTERS}]+)"
    rf"|{_ALONE}+(?:['’]{_ALONE}+)*"
)
_GRAM = 3
"""Letters that are compared together where words have no spaces between them."""
_PARTICLES = frozenset("的地得了着在有是和与上一")
"""Ideographs that say little by themselves."""

_Word: TypeAlias = tuple[tuple[str, ...], int, int]
"""What is compared, of which one is enough, with its place in the text."""


def disputed(texts: Sequence[str], *, language: str | None = None) -> list[tuple[tuple[int, int], ...]]:
    """For each text the spans, (start, end), that most of the others do not support. Nothing for one text alone."""
    words = [_words(text, language) for text in texts]
    vocabularies = [_Vocabulary(part for parts, _, _ in each for part in parts) for each in words]
    return [
        _merged(text, [(start, end) for parts, start, end in each if _support(parts, vocabularies, index) < SHARE])
        for index, (text, each) in enumerate(zip(texts, words, strict=True))
    ]


def most_agreed(texts: Sequence[str], *, language: str | None = None) -> int:
    """The index of the text whose words the others share most; the first of those that are equal."""
    words = [[parts for parts, _, _ in _words(text, language)] for text in texts]
    vocabularies = [_Vocabulary(part for parts in each for part in parts) for each in words]

    def share(index: int) -> float:
        each = words[index]
        return sum(_support(parts, vocabularies, index) for parts in each) / len(each) if each else 0.0

    return max(range(len(texts)), key=lambda index: (round(share(index), 6), -index))


def _words(text: str, language: str | None) -> list[_Word]:
    left_out = function_words((language or "en").partition("-")[0])
    found: list[_Word] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if match.lastgroup == "letters":
            found += _letters(match[0], start)
        elif match.lastgroup == "grouped":  # 1,000 and 1.000
            found.append((("".join(c for c in match[0] if c.isdigit()),), start, end))
        elif match.lastgroup is not None:
            if match[0] not in _PARTICLES and match[0] not in left_out:
                found.append(((match[0],), start, end))
        else:
            word = _folded(match[0])
            counts = any(c.isdigit() for c in word) or len(word) >= _MIN_WORD or not word.isascii()
            if counts and word not in left_out:
                found.append(((word,), start, end))
    return found


def _letters(run: str, start: int) -> Iterator[_Word]:
    """Each letter of a run without spaces, with the groups of letters that it is in."""
    grams = [run[at : at + _GRAM] for at in range(max(1, len(run) - _GRAM + 1))]
    for at in range(len(run)):
        yield tuple(grams[max(0, at - _GRAM + 1) : at + 1]) or (run,), start + at, start + at + 1


def _support(parts: tuple[str, ...], vocabularies: Sequence[_Vocabulary], own: int) -> float:
    """The share of the other texts that have a word."""
    others = [vocabulary for index, vocabulary in enumerate(vocabularies) if index != own]
    if not others:
        return 1.0
    return sum(any(part in other for part in parts) for other in others) / len(others)


class _Vocabulary:
    """The words of a text. Its `in` takes a word and the same word with an ending for one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = set(words)
        self._stems = {stem for word in self._words for stem in _stems(word)}

    def __contains__(self, word: str) -> bool:
        return word in self._words or word in self._stems or any(stem in self._words for stem in _stems(word))


def _stems(word: str) -> Iterator[str]:
    """What is left of a word without endings of up to three letters, if it is most of it."""
    for n_ending in range(1, _MAX_ENDING + 1):
        stem = word[:-n_ending]
        if len(stem) >= _MIN_WORD and len(stem) > n_ending and not stem.isdigit():
            yield stem


def _merged(text: str, spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Neighbouring words as one span."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _folded(word: str) -> str:
    return without_accents(word.casefold())
