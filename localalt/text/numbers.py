"""Numbers in a text and their values, however they are grouped and whichever script has their digits.

1,000, 1.000 and 1 000 are one number, and so are 21,5 and 21.5, 12 and 12 %, "5 million" and 5,000,000, 14:30 and
14.30. A date is one number too, in whatever order its parts stand. Small counts ("3 dogs") are marked: they can be
seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from localalt.text import dates, number_values
from localalt.text.function_words import function_words
from localalt.text.number_words import COUNTERS, FRACTIONS, HOMONYMS, MULTIPLIERS, NUMBERED, SMALL, UNITS
from localalt.text.word_lists import words

__all__ = ["Number", "codes", "lone_multipliers", "numbers", "values_of_words"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number, at `start` to `end` in the text."""

    start: int
    end: int
    values: frozenset[str]
    """What it may be read as: one of these supports it."""
    gives: frozenset[str] = frozenset()
    """What it supports besides: the ends of a range, the year of a date."""
    bounds: tuple[str, ...] = ()
    """The ends of a range: together they support it too."""
    scaled: tuple[str, int] | None = None
    """Of "5 million" the 5 and the zeros, for a chart that is "in millions"."""
    is_count: bool = False
    """Whether it counts what can be seen: "3 dogs"."""
    is_code: bool = False
    """Whether it is part of a word: Q1, 3D, 4K."""


_MOST_DIGITS = 40
"""Of a number with a value: one with more is compared as it is written."""
_MOST_SEEN = 12
"""What can be seen can be counted up to about here."""
_MOST_GROUPS = 12
"""Of a code."""
_N_HOURS = 24
_JOINS = words("and und the der die das for von bis auf til les des con per para from with")
"""Words of three letters and more that name nothing."""
_GROUP = 3
"""Digits in a group of thousands."""
_VULGAR = "".join(FRACTIONS)
# Each group begins with what separates it from the one before: a run of digits can be taken in one way only.
_RUN = re.compile(rf"\d+(?:[.,:/'’٫٬·\u2010-\u2013\u2212-]\d+)*[{_VULGAR}]?|[{_VULGAR}]")
_CODE = re.compile(r"(?<!\d)\d+(?:[ ./()\u2010-\u2013-]{1,2}\d+)+")
_DIGITS = re.compile(r"\d+")
_AFTER = re.compile(r"([ \u00a0\u202f]?)([^\W\d_]{1,14})")
_SIGN = re.compile(r"(?:(?<=[\s(\[:;,=])|^)[-\u2212]$")
_HOURS = re.compile(r"[ \u00a0\u202f]?[hH時时點点시][ \u00a0\u202f]?(\d{2})(?!\d)")
_HALF_DAY = re.compile(r"[ \u00a0\u202f]?([AaPp])\.?[Mm](?!\w)")
_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,24})\.?\s?\Z")
_LETTER = re.compile(r"[A-Za-zÀ-ɏͰ-ϿЀ-ӿ_]")
_WORD = re.compile(r"[^\W\d_]+")
_LONE = re.compile(r"(?<![\w.,])[^\W\d_]+")


def numbers(text: str) -> Iterator[Number]:
    """The numbers of a text, in its order."""
    plain = _with_plain_digits(text)
    at = 0
    for date in dates.dates(plain):
        yield from _between(plain, at, date.start)
        yield Number(date.start, date.end, date.values, date.gives)
        at = date.end
    yield from _between(plain, at, len(plain))


def values_of_words(text: str) -> frozenset[str]:
    """The values of the number words in a text, from one to twelve."""
    words = {word.casefold() for word in _WORD.findall(text)}
    return frozenset(
        SMALL[word]
        for word in words & SMALL.keys()
        if word not in HOMONYMS or not words.isdisjoint(function_words(HOMONYMS[word]))
    )


def lone_multipliers(text: str) -> frozenset[int]:
    """The zeros of words such as "millions" that stand after no number: the unit of a chart."""
    plain = _with_plain_digits(text)
    found = (match for match in _LONE.finditer(plain) if len(match[0]) > 1 and match[0].casefold() in MULTIPLIERS)
    return frozenset(
        MULTIPLIERS[match[0].casefold()]
        for match in found
        if not plain[max(0, match.start() - 2) : match.start()].strip()[-1:].isdecimal()
    )


def codes(text: str) -> Iterator[str]:
    """The digits of phone numbers and the like, whatever separates them, from each of their groups on."""
    for match in _CODE.finditer(_with_plain_digits(text)):
        groups = _DIGITS.findall(match[0])[:_MOST_GROUPS]
        for first in range(len(groups)):
            for last in range(first + 2, len(groups) + 1):
                yield "#" + "".join(groups[first:last])


def _with_plain_digits(text: str) -> str:
    """The text with 0 to 9 for the digits of every script; offsets stay the same."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _between(text: str, start: int, end: int) -> Iterator[Number]:
    for first, last in _joined(text, [match.span() for match in _RUN.finditer(text, start, end)]):
        run = text[first:last]
        if run.count(",") > 1 and number_values.value_of(run) is None:
            for each in _DIGITS.finditer(text, first, last):
                yield _number(text, *each.span())
        else:
            yield _number(text, first, last)


def _joined(text: str, runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Runs of digits, those with a space between them as one where it separates thousands."""
    index = 0
    while index < len(runs):
        stop = index + 1
        while stop < len(runs) and _is_thousands(text, runs[stop - 1], runs[stop], is_first=stop == index + 1):
            stop += 1
        is_list = text[runs[index][1] : runs[index][1] + 1] == " " and (
            (index > 0 and runs[index - 1][1] == runs[index][0] - 1 and text[runs[index][0] - 1] == " ")
            or (stop < len(runs) and runs[stop][0] == runs[stop - 1][1] + 1 and text[runs[stop][0] - 1] == " ")
            or runs[index][1] - runs[index][0] == _GROUP
        )
        if is_list:
            yield from runs[index:stop]
        else:
            yield runs[index][0], runs[stop - 1][1]
        index = stop


def _is_thousands(text: str, before: tuple[int, int], run: tuple[int, int], *, is_first: bool) -> bool:
    head, tail = text[slice(*before)], text[slice(*run)]
    whole = tail[:_GROUP]
    return (
        run[0] == before[1] + 1
        and text[before[1]] in number_values.SPACES
        and head.isdecimal()
        and (len(head) <= _GROUP if is_first else len(head) == _GROUP)
        and len(whole) == _GROUP
        and whole.isdecimal()
        and (len(tail) == _GROUP or (tail[_GROUP] in ".," and tail[_GROUP + 1 :].isdecimal()))
    )


def _number(text: str, start: int, end: int) -> Number:
    run = text[start:end]
    is_code = bool(start and _LETTER.match(text[start - 1]))
    if len(run) > _MOST_DIGITS:
        return Number(start, end, frozenset([run]), is_code=is_code or bool(_LETTER.match(text[end : end + 1])))
    negative = bool(_SIGN.search(text[max(0, start - 2) : start]))
    values, gives, bounds = number_values.readings(run)
    if negative:
        start -= 1
        values, gives, bounds = frozenset("-" + value for value in values), frozenset(), ()
    if (minutes := _HOURS.match(text, end)) and run.isdecimal() and int(run) < _N_HOURS:
        return Number(start, minutes.end(), frozenset([f"{int(run)}:{minutes[1]}"]), is_code=is_code)
    if half := _HALF_DAY.match(text, end):
        in_day = frozenset(_in_day(value, half[1]) for value in values)
        return Number(start, half.end(), in_day, gives | values, is_code=is_code)
    after = _AFTER.match(text, end)
    word = after[2] if after else ""
    is_attached = after is not None and not after[1]
    zeros = _zeros(word)
    if after is not None and zeros and (len(word) > 1 or is_attached or not word.isascii()):
        end = after.start(2) + (len(word) if _LETTER.match(word) else 1)
        values_scaled = frozenset(scaled for value in values if (scaled := number_values.scaled(value, zeros)))
        mantissa = next(iter(values), "")
        is_kind = is_attached and word == "K" and len(run) == 1  # a 4K screen
        more = values if len(word) == 1 else frozenset[str]()
        return Number(start, end, values_scaled or values, more, (), (mantissa, zeros), is_code=is_code or is_kind)
    if is_attached and _LETTER.match(word):
        if word.casefold() in UNITS and after is not None:
            end = after.end()
        elif word != "x":
            is_code = True
        is_code = is_code or word in ("x", "D")
    elif text[end : end + 1] == "%":
        end += 1
    is_count = not negative and run.isdecimal() and _is_count(text, start, word, int(run), is_attached=is_attached)
    return Number(start, end, values, gives, bounds, None, is_count, is_code)


def _zeros(word: str) -> int:
    if not word:
        return 0
    if len(word) == 1:
        return MULTIPLIERS.get(word, 0)
    return MULTIPLIERS.get(word.casefold(), 0) or (0 if word[0].isascii() else MULTIPLIERS.get(word[0], 0))


def _in_day(value: str, half: str) -> str:
    hours, sign, minutes = value.replace(".", ":").partition(":")
    if not hours.isdecimal():
        return value
    in_day = int(hours) % 12 + (12 if half in "Pp" else 0)
    return f"{in_day}{sign}{minutes}" if sign else f"{in_day}:00"


def _is_count(text: str, start: int, word: str, value: int, *, is_attached: bool) -> bool:
    """Whether a small number says how many there are: a word follows, and none before it numbers things."""
    if not 0 < value <= _MOST_SEEN or not word:
        return False
    if word[0] in COUNTERS:
        return True
    if is_attached or word.casefold() in UNITS or len(word) < 3 or word.casefold() in _JOINS:
        return False
    near = max(0, start - 24)
    before = _BEFORE.search(text[near:start])
    if before is None:
        return True
    starts = not text[max(0, near + before.start() - 2) : near + before.start()].strip(" \n\t.!?:")
    return before[1].casefold() not in NUMBERED and (starts or before[1].islower() or not _LETTER.match(before[1]))
