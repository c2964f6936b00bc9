"""The words of figures: short titles, what was measured, and the text for those who do not see them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from localalt.bench.compare import ResultTable
from localalt.bench.figures import answers_in_words, number, pictures_in_words
from localalt.bench.metrics import AXIS_TITLES, LOWER_IS_BETTER
from localalt.console import visible

__all__ = ["alt_text", "direction", "measured", "short_title"]


def short_title(metric: str) -> str:
    """An axis title without its unit."""
    return AXIS_TITLES[metric].split(" (")[0]


def direction(metric: str) -> str:
    """Whether "less" or "more" of a metric is better."""
    return "less" if metric in LOWER_IS_BETTER else "more"


def measured(group: ResultTable, metric: str) -> str:
    """What was measured, of what, how often and when, in a few sentences."""
    rows = [row for row in group.rows if metric in row.entry.result.metrics]
    dates = sorted({row.entry.identity.test_time[:10] for row in rows})
    counts = sorted({len(row.entry.result.metrics[metric].samples) for row in rows})
    pictures, answers = pictures_in_words(group.common("n_pictures")), answers_in_words(group.common("n_gen"))
    return " ".join(
        [
            f"{group.common('model')}, {group.common('weights')} weights.",
            f"{pictures},",
            f"{group.common('n_image_tokens')} image tokens each, {answers}.",
            f"{_span(counts)} {'run' if counts == [1] else 'runs'}, {_span(dates)}.",
        ]
    )


def _span(values: Sequence[object]) -> str:
    return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"


def alt_text(group: ResultTable, metric: str, *, ratios: bool = False) -> str:
    """What the figure says, for those who do not see it."""
    parts = []
    for series in group.series:
        rows = [row for row in group.rows if row.series == series]
        if ratios:
            values = [f"{row.ratios[metric].value:.2f} at {row.width}" for row in rows if metric in row.ratios]
        else:
            values = [
                f"{number(metric, row.entry.result.metrics[metric].median)} at {row.width}"
                for row in rows
                if metric in row.entry.result.metrics
            ]
        if values:
            parts.append(f"{series}: {', '.join(values)}.")
    what = f"Bar chart, times as good as {group.baseline}" if ratios else "Line chart"
    said = f"{what}, by pictures at a time. {AXIS_TITLES[metric]}. {' '.join(parts)} {measured(group, metric)}"
    return visible(said)  # an SVG with a control character in it is not XML
