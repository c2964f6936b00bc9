"""Figures and rows of tables as text, the same way in every report. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from localalt.bench.stats import Metric, Ratio
from localalt.units import format_bytes

__all__ = [
    "NO_VALUE",
    "answers_in_words",
    "n_ratio_decimals",
    "number",
    "pictures_in_words",
    "ratio_text",
    "table_row",
    "with_spread",
]

NO_VALUE = "–"


def number(name: str, value: float) -> str:
    """A metric's value with three figures, or whole from 100 on; bytes as amounts ("1.95 GB")."""
    return format_bytes(round(value)) if name.endswith("_bytes") else f"{value:,.{_n_decimals(value)}f}"


def _n_decimals(value: float) -> int:
    if value == 0:
        return 0
    return min(max(0, 2 - math.floor(math.log10(abs(value)))), 6)


def with_spread(name: str, metric: Metric) -> str:
    """A metric's median, and the ends of its spread in brackets."""
    low, high = metric.spread
    if name.endswith("_bytes"):
        return f"{number(name, metric.median)} ({number(name, low)}–{number(name, high)})"
    # One number of decimals for all three, so that they can be compared by eye.
    decimals = _n_decimals(metric.median)
    return f"{metric.median:,.{decimals}f} ({low:,.{decimals}f}–{high:,.{decimals}f})"


def n_ratio_decimals(value: float) -> int:
    """Decimals that a ratio above 0 is written with: two, fewer from 10 on, more below 0.1."""
    if value >= 10:
        return 1
    return 2 if value >= 0.1 else max(2, _n_decimals(value) - 1)


def ratio_text(found: Ratio) -> str:
    """A ratio with the ends of its spread, and whether it says that one is faster."""
    decimals = n_ratio_decimals(found.value)
    text = f"{found.value:.{decimals}f} ({found.low:.{decimals}f}–{found.high:.{decimals}f})"
    return text if found.is_clear else f"{text}, about equal"


def table_row(cells: Iterable[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def pictures_in_words(count: int | str) -> str:
    """ "1 picture", "8 pictures"."""
    return f"{count} {'picture' if str(count) == '1' else 'pictures'}"


def answers_in_words(n_tokens: str) -> str:
    """How long answers are, by the number of their tokens; 0 where the model ends them."""
    return "answers as long as the model makes them" if n_tokens == "0" else f"{n_tokens} tokens in each answer"
