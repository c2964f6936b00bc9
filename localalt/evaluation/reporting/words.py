"""Words and numbers of a report: what is ours, what others wrote, and figures that belong together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["NOTHING", "Given", "Text", "count", "ends", "figures", "is_number", "p_value", "plain"]

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Given:
    """Words that are not ours, in whatever direction they are written."""

    text: str


Text: TypeAlias = "tuple[str | Given, ...]"


def plain(text: Text) -> str:
    """The words as one string, for programs."""
    return "".join(part if isinstance(part, str) else part.text for part in text)


def ends(low: str, high: str) -> str:
    """An interval of two figures."""
    return NOTHING if NOTHING in (low, high) else f"{low} to {high}"


def figures(*values: float | None, signed: bool = False) -> list[str]:
    """Numbers that belong together, all with as many decimals as the largest of them needs."""
    largest = max((abs(value) for value in values if is_number(value)), default=0.0)  # type: ignore[arg-type]
    decimals = 0 if largest >= 100 else 1 if largest >= 10 else 2 if largest >= 0.1 or not largest else 3
    return [_figure(value, decimals, signed) for value in values]


def _figure(value: float | None, decimals: int, signed: bool) -> str:
    if not is_number(value):
        return NOTHING
    number = f"{abs(value):.{decimals}f}"  # type: ignore[arg-type]
    if not float(number):
        return number
    # A true minus: screen readers pass over a hyphen.
    return ("\N{MINUS SIGN}" if value < 0 else "+" if signed else "") + number  # type: ignore[operator]


def p_value(value: float | None) -> str:
    """A p value, never as 0."""
    if not is_number(value):
        return NOTHING
    return "below 0.001" if value < 0.001 else f"{value:.3f}"  # type: ignore[operator]


def count(value: int | None) -> str:
    """A whole number."""
    return str(value) if isinstance(value, int) else NOTHING


def is_number(value: Any) -> bool:  # noqa: ANN401 (what JSON held)
    """Whether it is a finite number."""
    return isinstance(value, (int, float)) and math.isfinite(value)
