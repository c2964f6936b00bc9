"""Words for search engines in place of a description."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from localalt.lint.subject import Fault, Subject

__all__ = ["stuffing"]

_PART = re.compile(r"[^,;|/•·\n、，；｜]+")
_WORD = re.compile(r"[^\W_]{2,}")
_LEAST_PARTS = 4
_LEAST_TIMES = 3
_LEAST_KEYWORDS = 2
_MOST_WORDS_OF_A_PART = 5
_MOST_PARTS = 200
_SENTENCE = re.compile(r"[.!?。]\s")
_LEAST_ALONE = 9
"""Single words in a row, without "and": a list of tags."""
_SHARE = 0.5
"""Of the words of a short text without commas that the two commonest ones make up."""
_LONGEST_RUN = 30


def stuffing(subject: Subject) -> Iterator[Fault]:
    """Lists of nearly the same keywords, and keywords over and over."""
    text = subject.outside
    if _SENTENCE.search(text):
        return  # a list within sentences enumerates what is there
    parts = [_WORD.findall(part.lower()) for part in _PART.findall(text)]
    parts = [part for part in parts if part]
    if _is_list_of_keywords(parts) or _is_list_of_tags(text, parts) or _is_run_of_keywords(parts):
        message = "It reads like keywords for search engines: describe the picture in a sentence."
        yield Fault(0, len(subject.text), message)


def _is_list_of_keywords(parts: list[list[str]]) -> bool:
    if not _LEAST_PARTS <= len(parts) <= _MOST_PARTS or max(map(len, parts)) > _MOST_WORDS_OF_A_PART:
        return False
    times = Counter(word for part in parts for word in set(part) if len(word) > _MIN_LETTERS)
    most = max(_LEAST_TIMES, len(parts) / 2)
    return sum(n >= most for n in times.values()) >= _LEAST_KEYWORDS


_MIN_LETTERS = 3


def _is_list_of_tags(text: str, parts: list[list[str]]) -> bool:
    return len(parts) >= _LEAST_ALONE and all(len(part) == 1 for part in parts) and text == text.lower()


def _is_run_of_keywords(parts: list[list[str]]) -> bool:
    words = [word for part in parts for word in part]
    if not 2 * _LEAST_TIMES <= len(words) <= _LONGEST_RUN:
        return False
    pairs = Counter(pair for pair in itertools.pairwise(words) if len(set(pair)) > 1)
    (first, n), *_ = pairs.most_common(1) or [(("", ""), 0)]
    return n >= _LEAST_TIMES and 2 * n >= _SHARE * len(words) and min(map(len, first)) > _MIN_LETTERS
