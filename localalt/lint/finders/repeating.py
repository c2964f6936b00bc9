"""Words that a text says again and again: loops of a model, and sentences that come twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from localalt.lint.finders.patterns import excerpt, is_cjk
from localalt.lint.subject import Fault, Subject

__all__ = ["repetition"]

N_GRAM = 6
"""Words in a row, or signs of Chinese and Japanese, that count as said again where they stood before."""
N_GRAM_UNSPACED = 15
"""The same in letters, in alphabets that write no spaces between words."""
MOST_REPEATED = 0.4
"""The share of words that may stand in runs that were said before. People's descriptions reach 0.30, of charts with
the same axes and of rows of screens; a text that is said twice has a half, and a loop more."""
MIN_SENTENCE = 3
"""Words of a sentence that may not follow itself: "No. No." may."""
MIN_SENTENCE_UNSPACED = 6
COPIES = 3
"""Copies one after the other that are a loop wherever they stand."""
SAME_WORD = 4
"""The same word in a row, which is seldom meant."""

_WORD = re.compile(r"[^\s,.;:!?…‥。、，；：！？()\[\]{}\"“”«»।]+")
_SENTENCE = re.compile(r"[^.!?。！？।\n]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_LETTER = re.compile(r"[^\W\d_]")

Words: TypeAlias = "Sequence[re.Match[str]]"


def repetition(subject: Subject) -> Iterator[Fault]:
    """A loop, a sentence that follows itself, or a text of which much is said twice; the first of them alone."""
    words, n = _words(subject.outside)
    said = [word[0].lower() for word in words]
    found = _sentence_twice(subject) or _loop(words, said) or _much(subject, words, said, n)
    if found is not None:
        start, end = found
        yield Fault(start, end, f"“{excerpt(subject.text[start:end])}” is said more than once: say it once.")
        return
    found = _same_word(subject.outside, words)
    if found is not None:
        start, end = found
        message = f"“{excerpt(subject.text[start:end])}” says one word again and again: say it once."
        yield Fault(start, end, message, is_mild=True)


def _words(text: str) -> tuple[Words, int]:
    """What is counted, and how many in a row count: words, or letters where no spaces part words."""
    if sum(map(is_cjk, text)) > len(text) / 2:
        return list(_LETTER.finditer(text)), N_GRAM
    if len(_UNSPACED.findall(text)) > len(text) / 2:
        return list(re.finditer(r"\S", text)), N_GRAM_UNSPACED
    return list(_WORD.finditer(text)), N_GRAM


def _sentence_twice(subject: Subject) -> tuple[int, int] | None:
    before: list[str] = []
    for match in _SENTENCE.finditer(subject.outside):
        outside = _WORD.findall(match[0])
        if not outside:
            continue
        # Two sentences may differ in what they quote alone.
        said = [word.lower() for word in _WORD.findall(subject.text[match.start() : match.end()])]
        is_long = len(outside) >= MIN_SENTENCE or sum(map(is_cjk, match[0])) >= MIN_SENTENCE_UNSPACED
        if is_long and said == before:
            return match.span()
        before = said
    return None


def _loop(words: Words, said: Sequence[str]) -> tuple[int, int] | None:
    """Where `COPIES` of the same words follow each other, at least `N_GRAM` words of them said before."""
    before: dict[str, int] = {}
    period = run = lettered = 0
    for index, word in enumerate(said):
        last = before.get(word)
        before[word] = index
        if period and index >= period and said[index - period] == word:
            run += 1
        else:
            period, run = (index - last, 1) if last is not None else (0, 0)
            lettered = 0
        lettered += _LETTER.search(word) is not None
        if period and lettered and run >= max((COPIES - 1) * period, N_GRAM):
            return words[index - run + 1].start(), words[index].end()
    return None


def _much(subject: Subject, words: Words, said: Sequence[str], n: int) -> tuple[int, int] | None:
    """The first run that was said before, where such runs hold more than `MOST_REPEATED` of the words."""
    seen: set[tuple[str, ...]] = set()
    first: tuple[int, int] | None = None
    repeated = covered_to = 0
    for index in range(len(words) - n + 1):
        start, end = words[index].start(), words[index + n - 1].end()
        # A quotation within a run is not part of it: the words around several may well be the same.
        if subject.text[start:end] != subject.outside[start:end]:
            continue
        run = tuple(said[index : index + n])
        if run in seen:
            first = first or (start, end)
            repeated += index + n - max(index, covered_to)
            covered_to = index + n
        seen.add(run)
    return first if repeated > MOST_REPEATED * len(words) else None


def _same_word(text: str, words: Words) -> tuple[int, int] | None:
    run = 1
    for index in range(1, len(words)):
        before, word = words[index - 1], words[index]
        is_same = before[0] == word[0] and text[before.end() : word.start()].isspace()
        run = run + 1 if is_same and _LETTER.match(word[0]) else 1
        if run >= SAME_WORD:
            return words[index - run + 1].start(), word.end()
    return None
