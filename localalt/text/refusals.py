"""Refusals, apologies and requests for the picture in an answer: sentences that describe nothing.

A sentence refuses where somebody speaks of what they cannot do, of a task and of what the task is about, in any order;
words alone ("cannot", "sorry") say nothing, since people in pictures say them, too. What is quoted is left out, as it
is the picture's. A model may refuse in another language than it was asked in: the text's own words decide.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from localalt.text.hindrance_words import HINDRANCES
from localalt.text.missing_picture_words import ABSENT, ASKING, BLURRED, GIVING, PICTURES, TALK
from localalt.text.refusal_words import APOLOGIES, IMPERSONAL, SELVES, UNABLE
from localalt.text.sentences import Sentence, sentences
from localalt.text.task_words import OBJECTS, TASKS

__all__ = ["refusals", "without_refusals"]

MOST_CHARS = 6_000
"""Of a text that is looked at: a refusal stands early, and no description is longer."""
_SHORT = 80
"""Characters of a request that is one without a task: "Please upload the picture."."""
_LEAST_CHARS = 8
"""Of a sentence that describes something, in scripts that write few."""
_LEAST_WORDS = 4
"""The same in words."""
_UNSPACED = frozenset(("ja", "zh", "ko", "th"))
_GREEK = "\u0370"
"""From here on letters are not Latin."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What the refusals of a language are made of."""

    apology: re.Pattern[str]
    unable: tuple[re.Pattern[str], ...]
    impersonal: re.Pattern[str]
    task: re.Pattern[str]
    object: re.Pattern[str]
    self: re.Pattern[str]
    asking: re.Pattern[str]
    giving: re.Pattern[str]
    picture: re.Pattern[str]
    absent: re.Pattern[str]
    blurred: re.Pattern[str]
    talk: re.Pattern[str]
    hindered: re.Pattern[str]


_TABLES = (TASKS, OBJECTS, SELVES, ASKING, GIVING, PICTURES, ABSENT, BLURRED, TALK, HINDRANCES)


def _compiled(code: str, pattern: str, end: str = "") -> re.Pattern[str]:
    """A pattern of the data, at the beginning of a word where words have spaces between them."""
    return re.compile(pattern if code in _UNSPACED else rf"(?<!\w)(?:{pattern}){end}")


@functools.cache
def _words(code: str) -> _Words:
    return _Words(
        _compiled(code, APOLOGIES[code]),
        tuple(_compiled(code, part, r"(?!\w)") for part in UNABLE[code]),
        _compiled(code, IMPERSONAL[code], r"(?!\w)"),
        *(_compiled(code, table.get(code, "(?!)")) for table in _TABLES),
    )


@functools.cache
def _cues(code: str) -> tuple[re.Pattern[str], ...]:
    """Negations, words of asking, what is not clear enough, and what is in the way: no refusal is without one."""
    others = (_compiled(code, table.get(code, "(?!)")) for table in (BLURRED, HINDRANCES))
    return _compiled(code, IMPERSONAL[code], r"(?!\w)"), _compiled(code, ASKING[code]), *others


@functools.cache
def _is_latin(code: str) -> bool:
    return next(c for c in APOLOGIES[code] if c.isalpha()) < _GREEK


def _spoken(every: Sequence[Sentence]) -> list[str]:
    """The languages that a text may refuse in."""
    has_others = max((max(each.plain) for each in every), default="") >= _GREEK
    codes = (code for code in UNABLE if has_others or _is_latin(code))
    return [code for code in codes if any(cue.search(each.plain) for cue in _cues(code) for each in every)]


def refusals(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences that refuse or ask for the picture, as (start, end), in the order of the text."""
    return tuple((each.start, each.end) for each in _refusing(list(sentences(text[:MOST_CHARS])))[0])


def without_refusals(text: str) -> str:
    """The sentences of a refusing text that describe something all the same; "" where none does."""
    every = list(sentences(text))
    found, languages = _refusing(every)
    refusing = set(found)
    left = [each for each in every if each not in refusing and _describes(each, languages)]
    return " ".join(text[each.start : each.end].strip() for each in left)


def _refusing(every: Sequence[Sentence]) -> tuple[list[Sentence], list[_Words]]:
    """The sentences that refuse, and the languages that they may be in."""
    languages = [_words(code) for code in _spoken(every)]
    found = []
    was_sorry = False
    for each in every:
        is_sorry = [words.apology.match(each.plain) is not None for words in languages]
        if any(
            _refuses(each.plain, words, sorry or was_sorry) for words, sorry in zip(languages, is_sorry, strict=True)
        ):
            found.append(each)
        was_sorry = any(is_sorry) and len(each.plain) <= _SHORT
    return found, languages


def _refuses(said: str, words: _Words, is_sorry: bool) -> bool:
    cannot = all(part.search(said) for part in words.unable) or (is_sorry and words.impersonal.search(said))
    if cannot and words.task.search(said) and (is_sorry or words.object.search(said)):
        return True
    if words.self.search(said) or words.absent.search(said) or words.hindered.search(said):
        return True
    return bool(words.blurred.search(said) and words.task.search(said)) or _asks(said, words)


def _asks(said: str, words: _Words) -> bool:
    """Whether a sentence asks for the picture."""
    asked = list(words.asking.finditer(said))
    if not (asked and words.giving.search(said) and words.picture.search(said)):
        return False
    # "Upload an image" alone is what a button says.
    is_polite = any(not words.giving.match(said, match.start()) for match in asked)
    if words.task.search(said) and (is_polite or words.talk.search(said)):
        return True
    return is_polite and len(said) <= _SHORT


def _describes(sentence: Sentence, languages: Sequence[_Words]) -> bool:
    """Whether a sentence may be one of a description: long enough, and neither said to anybody nor asked."""
    said = sentence.plain
    is_long = len(said.split()) >= _LEAST_WORDS or (max(said) > "\u0e00" and len(said) >= _LEAST_CHARS)
    return is_long and said[-1] not in "?？؟" and not any(words.talk.search(said) for words in languages)
