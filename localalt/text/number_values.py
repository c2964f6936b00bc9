"""What digits with signs between them mean: a number, a range, a date, a time, a fraction or a code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from localalt.text import dates
from localalt.text.number_words import FRACTIONS

__all__ = ["SPACES", "readings", "scaled", "value_of"]

_LONG_CODE = 7
"""Digits from which on two groups with a dash are one code, such as a phone number."""
_N_MINUTES = 60
SPACES = " \u00a0\u2009\u202f"
"""Between groups of thousands."""
_DIGITS = re.compile(r"\d+")
_DASH = re.compile(r"[\u2010-\u2013\u2212-]")
_DECIMAL_SIGN = re.compile(r"[.,٫·]")
_GROUPED = "|".join(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+" for sign in f".,'’٬{SPACES}")
_WHOLE = re.compile(rf"\d+|{_GROUPED}|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}")


def readings(run: str) -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    """What digits and signs mean, what they support besides, and the ends of a range."""
    if run[-1] in FRACTIONS:
        return frozenset(_fraction(run[:-1], FRACTIONS[run[-1]])), frozenset(), ()
    groups = [str(int(group)) for group in _DIGITS.findall(run)]
    if found := dates.readings(run):
        days = frozenset("d-" + date.partition("-")[2] for date in found)
        years = frozenset(date[1:].partition("-")[0] for date in found)
        return found, frozenset([*groups, *days, *years]), ()
    value = value_of(run)
    if value is not None:
        hours, sign, minutes = run.partition(".")
        is_time = sign and len(minutes) == 2 and len(hours) <= 2 and int(minutes) < _N_MINUTES
        return frozenset([value]), frozenset([f"{int(hours)}:{minutes}"] if is_time else []), ()
    parts = _DASH.split(run)
    if len(parts) > 2 or (len(parts) == 2 and _is_code(run)):
        return frozenset(["#" + "".join(_DIGITS.findall(run))]), frozenset(groups), ()
    if len(parts) == 2:
        ends = [value_of(part) for part in parts]
        low, high = ends
        if low is None or high is None:
            return frozenset([run]), frozenset(filter(None, ends)), ()
        is_range = float(low) < float(high)
        return frozenset([f"{low}:{high}"]), frozenset([low, high]), (low, high) if is_range else ()
    if "/" in run and len(groups) == 2:
        return frozenset(_fraction("", "/".join(groups))), frozenset(groups), ()
    if ":" in run and run.replace(":", "").isdecimal():
        first, *rest = run.split(":")
        return frozenset([":".join([str(int(first)), *rest])]), frozenset([":".join(groups)]), ()
    starts = [run[: match.start()] for match in _DECIMAL_SIGN.finditer(run)]
    given = {value for each in starts if (value := value_of(each))}
    return frozenset([run]), frozenset([*given, *starts]), ()


def _is_code(run: str) -> bool:
    groups = _DIGITS.findall(run)
    return sum(map(len, groups)) >= _LONG_CODE and any(len(group) != 4 for group in groups)


def value_of(run: str) -> str | None:
    """The number that digits with signs between them are; None where they are several, or a time."""
    whole, decimals = run, ""
    if not _WHOLE.fullmatch(run) or run[0] == "0":
        *_, sign = [None, *_DECIMAL_SIGN.finditer(run)]
        if sign is None:
            return str(int(run)) if run.isdecimal() else None
        whole, decimals = run[: sign.start()], run[sign.end() :]
        if not _WHOLE.fullmatch(whole) or not decimals.isdecimal() or sign[0] in _DECIMAL_SIGN.findall(whole):
            return None
    number = str(int("".join(_DIGITS.findall(whole))))
    decimals = decimals.rstrip("0")
    return f"{number}.{decimals}" if decimals else number


def _fraction(whole: str, fraction: str) -> Iterable[str]:
    above, _, below = fraction.partition("/")
    if int(below) and int(above) < int(below):
        yield f"{int(whole or 0) + int(above) / int(below):.6g}"
    if not whole:
        yield fraction


def scaled(value: str, zeros: int) -> str:
    """A value times ten to the power of `zeros`; empty where it is not a number."""
    whole, _, decimals = value.partition(".")
    if not whole.lstrip("-").isdecimal() or len(decimals) > zeros:
        return ""
    return str(int(whole + decimals.ljust(zeros, "0")))
