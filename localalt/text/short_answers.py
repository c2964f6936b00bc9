"""Short answers that stand for nothing: that a picture has no text, that nothing is wrong with a description.

A model is asked for fixed words and answers in its own. Such an answer has no word but those that speak of a picture,
its text and whether there is one; any other word is a copy of the picture's, or an objection. A picture that shows the
words "No text" alone is taken for one without text: that is rarer than a model that says so.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from localalt.text.short_answer_words import SIGNS, VOCABULARIES, Vocabulary

__all__ = ["says_all_is_right", "says_there_is_no_text"]

_MOST_CHARS = 240
_WORD = re.compile(r"[^\s.,!?;:…()\[\]\"“”«»।؟،。！？、，–—]+")
_SENTENCE_END = re.compile(r"(?<=[.!?;:。！？।۔])\s*|\n+")
_NOTHING = frozenset(
    ("none", "nothing", "n/a", "nichts", "keine", "keiner", "rien", "aucun", "aucune", "nada", "ninguna")
)
_NO_TEXT = frozenset(("none", "n/a", "no text", "null", "not applicable", "(none)"))
"""Whole answers that a program's form has."""
_NOTHING_MORE = frozenset(
    ("niente", "nessuna", "nenhuma", "geen", "niets", "inga", "ingen", "ничего", "нет", "无", "無", "なし")
)


def says_there_is_no_text(answer: str) -> bool:
    """Whether an answer to "what is written in the picture?" says: nothing."""
    said = _plain(answer)
    if said.strip(" .!。<>-–—") in _NO_TEXT:
        return True
    return bool(said) and any(
        all(any(_negations(each, kind)) or _is_apology(each, kind) for each in _sentences(said))
        for kind in _kinds(said)
        if _has(said, kind, "text") and any(_negations(said, kind))
    )


def says_all_is_right(answer: str) -> bool:
    """Whether an answer to "what is not as the text says?" says: nothing.

    Negations and faults are counted: an even number of them leaves nothing wrong, as in "Nothing is wrong".
    """
    said = _plain(answer)
    if not said:
        return False
    if said.strip(" .!。-–—") in _NOTHING | _NOTHING_MORE:
        return True
    return any(
        all(
            _is_right(each, kind) or all(_is_right(part, kind) for part in each.split(",")) for each in _sentences(said)
        )
        for kind in _kinds(said)
    )


def _plain(answer: str) -> str:
    """An answer in lower case without what may be around it; empty where it is too long for one of these."""
    said = " ".join(answer.split()).strip("\"'“”„«»‘’()[]*_- ").casefold()
    return said if len(said) <= _MOST_CHARS else ""


def _sentences(said: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(said) if each.strip(" .!?;:。！？,-")]


class _Kind:
    """A language's words, ready to be looked up."""

    def __init__(self, vocabulary: Vocabulary, *, has_spaces: bool) -> None:
        self.has_spaces = has_spaces
        self.are_doubled = vocabulary.are_doubled
        self._lists: Mapping[str, frozenset[str]] = {
            name: frozenset(words.casefold().split())
            for name, words in vocabulary._asdict().items()
            if isinstance(words, str)
        }
        self._starts = {name: tuple(w[:-1] for w in words if w.endswith("*")) for name, words in self._lists.items()}
        by_length = sorted({word for words in self._lists.values() for word in words}, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, by_length)))

    def words(self, said: str) -> list[str] | None:
        """The words of an answer; None where one of them is not this language's."""
        if self.has_spaces:
            found: list[str] = []
            for word in _WORD.findall(said):
                # "n'y" is two words, "can't" is one.
                found += [word] if self._is_known(word) else word.replace("’", "'").split("'")
            return found if found and all(self._is_known(word) for word in found if word) else None
        rest = self._any.sub("", said)
        return None if any(c.isalnum() for c in rest) else self._any.findall(said)

    def _is_known(self, word: str) -> bool:
        return any(self.has(word, name) for name in self._lists)

    def has(self, word: str, name: str) -> bool:
        """Whether a word is in one of the lists."""
        return word in self._lists[name] or (bool(self._starts[name]) and word.startswith(self._starts[name]))


@functools.cache
def _all_kinds() -> tuple[_Kind, ...]:
    spaced = (_Kind(each, has_spaces=True) for each in VOCABULARIES.values())
    return (*spaced, *(_Kind(each, has_spaces=False) for each in SIGNS.values()))


def _kinds(said: str) -> list[_Kind]:
    """The languages all of whose words these are."""
    return [kind for kind in _all_kinds() if kind.words(said) is not None]


def _has(said: str, kind: _Kind, name: str) -> bool:
    return any(kind.has(word, name) for word in kind.words(said) or ())


def _negations(said: str, kind: _Kind) -> Iterator[bool]:
    return (True for word in kind.words(said) or () if kind.has(word, "no"))


def _is_apology(said: str, kind: _Kind) -> bool:
    return any(word in {"sorry", "unfortunately", "leider", "désolé", "siento"} for word in kind.words(said) or ())


def _is_right(said: str, kind: _Kind) -> bool:
    """Whether a sentence says that nothing is wrong."""
    words = kind.words(said) or ()
    n_against = sum(kind.has(word, "no") for word in words)
    if kind.are_doubled:
        n_against = min(n_against, 1)
    n_wrong = min(1, sum(kind.has(word, "wrong") for word in words))
    n_right = sum(kind.has(word, "right") and not kind.has(word, "wrong") for word in words)
    return bool(n_right or n_wrong) and (n_against + n_wrong) % 2 == 0
