"""Figures, intervals and p values as text, for reports and for the command: written here and nowhere else.

What was not measured is a dash. Must not know what a figure is about.
"""

from __future__ import annotations

import math
from typing import TypeGuard

from localalt.evaluation.statistics.intervals import Interval

__all__ = [
    "NOTHING",
    "coefficient",
    "count",
    "estimate_texts",
    "figures",
    "interval_text",
    "is_number",
    "p_value",
    "p_value_text",
    "percent",
]

NOTHING = "–"


def figures(*values: float | None, signed: bool = False) -> list[str]:
    """Numbers that belong together, all with as many decimals as the largest of them needs."""
    largest = max((abs(value) for value in values if is_number(value)), default=0.0)
    decimals = 0 if largest >= 100 else 1 if largest >= 10 else 2 if largest >= 0.1 or not largest else 3
    return [_figure(value, decimals, signed) for value in values]


def _figure(value: float | None, decimals: int, signed: bool) -> str:
    if not is_number(value):
        return NOTHING
    number = f"{abs(value):.{decimals}f}"
    if not float(number):
        return number
    # A true minus: screen readers pass over a hyphen.
    return ("\N{MINUS SIGN}" if value < 0 else "+" if signed else "") + number


def interval_text(low: str, high: str) -> str:
    """An interval between two figures."""
    return NOTHING if NOTHING in (low, high) else f"{low} to {high}"


def estimate_texts(interval: Interval) -> tuple[str, str]:
    """An estimate and its interval, with equally many decimals: ("0.50", "0.32 to 0.68")."""
    estimate, low, high = figures(interval.estimate, interval.low, interval.high)
    return estimate, interval_text(low, high)


def p_value(value: float | None) -> str:
    """A p value, never as 0."""
    if not is_number(value):
        return NOTHING
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def p_value_text(value: float | None) -> str:
    """A p value in a sentence: "p 0.012"."""
    return f"p {p_value(value)}"


def percent(share: float | None) -> str:
    """A share of 0 to 1 in per cent, without decimals."""
    return f"{100 * share:.0f} %" if is_number(share) else "unknown"


def coefficient(value: float | None) -> str:
    """A correlation or a kappa, -1 to 1, with two decimals."""
    return f"{value:.2f}" if is_number(value) else "unknown"


def count(value: int | None) -> str:
    """A whole number."""
    return str(value) if isinstance(value, int) else NOTHING


def is_number(value: float | None) -> TypeGuard[float]:
    """Whether it is a finite number."""
    return isinstance(value, (int, float)) and math.isfinite(value)
