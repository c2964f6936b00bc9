"""Several texts about one picture: where they agree, and which of them agrees with the others most.

What one text says and most of the others leave out is the likeliest to be invented (as in self-consistency and in
SelfCheckGPT, arXiv 2303.08896). Compares words, not meanings: "sofa" and "couch" count as a disagreement, which costs
a person one look. Knows no models and no pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from localalt.text.folding import without_accents
from localalt.text.function_words import function_words

__all__ = ["disputed", "most_agreed"]

SHARE = 0.5
"""Of the other texts: what fewer than these have is disputed."""
_MIN_WORD = 3
"""Letters of a word that counts; a word with a digit always does."""
_MAX_ENDING = 3
"""Letters that a word may have more than another and still be the same: "dog" and "dogs", "lie" and "lying" not."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def disputed(texts: Sequence[str], *, language: str | None = None) -> list[tuple[tuple[int, int], ...]]:
    """For each text the spans, (start, end), that most of the others do not support. Nothing for one text alone."""
    words = [_words(text, language) for text in texts]
    vocabularies = [_Vocabulary(word for word, _, _ in each) for each in words]
    return [
        _merged(text, [(start, end) for word, start, end in each if _support(word, vocabularies, index) < SHARE])
        for index, (text, each) in enumerate(zip(texts, words, strict=True))
    ]


def most_agreed(texts: Sequence[str], *, language: str | None = None) -> int:
    """The index of the text whose words the others share most; the first of those that are equal."""
    words = [[word for word, _, _ in _words(text, language)] for text in texts]
    vocabularies = [_Vocabulary(each) for each in words]

    def share(index: int) -> float:
        each = words[index]
        return sum(_support(word, vocabularies, index) for word in each) / len(each) if each else 0.0

    return max(range(len(texts)), key=lambda index: (round(share(index), 6), -index))


def _words(text: str, language: str | None) -> list[tuple[str, int, int]]:
    found = []
    for match in _WORD.finditer(text):
        word = _folded(match[0])
        counts = any(c.isdigit() for c in word) or len(word) >= _MIN_WORD or not word.isascii()
        if counts and word not in function_words((language or "en").partition("-")[0]):
            found.append((word, *match.span()))
    return found


def _support(word: str, vocabularies: Sequence[_Vocabulary], own: int) -> float:
    """The share of the other texts that have a word."""
    others = [vocabulary for index, vocabulary in enumerate(vocabularies) if index != own]
    if not others:
        return 1.0
    return sum(word in other for other in others) / len(others)


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
