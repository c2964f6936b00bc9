"""Dates in a text: with a month's name, or with numbers and signs for year, month and day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from localalt.text.number_words import MONTHS

__all__ = ["Date", "dates", "readings"]


@dataclass(frozen=True, slots=True)
class Date:
    """A date with a month's name, at `start` to `end`; without its year where that is not said."""

    start: int
    end: int
    year: str
    month: int
    day: int

    @property
    def values(self) -> frozenset[str]:
        """The date as one value."""
        return frozenset([_written(self.year, self.month, self.day)])

    @property
    def gives(self) -> frozenset[str]:
        """What it supports besides: the same without its year, and its parts."""
        return frozenset([_written("", self.month, self.day), str(self.day), *([self.year] if self.year else [])])


_N_MONTHS, _N_DAYS = 12, 31
_YEAR = 4
_NAME = r"[^\W\d_]{3,12}"
_DAY_FIRST = re.compile(
    rf"(?<![\w.,])(\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?\s(?:of\s|de\s)?({_NAME})"
    r"(?:\.?,?\s(?:del?\s)?(\d{4}))?(?!\w)"
)
_MONTH_FIRST = re.compile(rf"(?<!\w)({_NAME})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(\d{{4}}))?(?![\w:]|[.,]\d)")
_EASTERN = re.compile(
    r"(?:(?<!\d)(\d{4})\s?[年년]\s?)?(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日號号일]"  # 5月3日 without a year too
)
_SIGNED = re.compile(r"(\d{1,4})([./-])(\d{1,2})([./-])(\d{2}|\d{4})")


def dates(text: str) -> tuple[Date, ...]:
    """The dates with a month's name or sign, in the order of the text; none overlap."""
    found = []
    for match in _DAY_FIRST.finditer(text):
        end = match.end() if match[3] else match.end(2)
        found.append((match.start(), end, match[3], MONTHS.get(match[2].casefold(), "0"), match[1]))
    for match in _MONTH_FIRST.finditer(text):
        found.append((match.start(), match.end(), match[3], MONTHS.get(match[1].casefold(), "0"), match[2]))
    found += [(*match.span(), match[1], match[2], match[3]) for match in _EASTERN.finditer(text)]
    return tuple(_apart(found))


def _apart(found: list[tuple[int, int, str | None, str, str]]) -> Iterator[Date]:
    at = 0
    for start, end, year, month, day in sorted(found, key=lambda each: (each[0], -each[1])):
        if start >= at and _is_day(int(month), int(day)):
            yield Date(start, end, year or "", int(month), int(day))
            at = end


def readings(run: str) -> frozenset[str]:
    """What digits with two signs may mean as a date: 03/05/2023 may be of March or of May."""
    match = _SIGNED.fullmatch(run)
    if match is None or match[2] != match[4]:
        return frozenset()
    first, last = match[1], match[5]
    middle = int(match[3])
    if len(first) == _YEAR:
        orders = [(first, middle, int(last))]
    elif len(first) <= 2:
        year = last if len(last) == _YEAR else f"20{last}"
        orders = [(year, middle, int(first))] + ([(year, int(first), middle)] if match[2] != "." else [])
    else:
        orders = []
    return frozenset(_written(*order) for order in orders if _is_day(order[1], order[2]))


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= _N_MONTHS and 1 <= day <= _N_DAYS


def _written(year: str, month: int, day: int) -> str:
    return f"d{year}-{month:02}-{day:02}"
