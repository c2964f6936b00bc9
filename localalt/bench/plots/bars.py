"""Draws ratios to the baseline as horizontal bars, each with its name beside it. Bars differ in hatches, too."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from localalt.bench.compare import ResultTable, TableRow
from localalt.bench.figures import n_ratio_decimals, pictures_in_words
from localalt.bench.plots.frame import WIDTH_IN, is_log, value_axis, write_caption, write_title
from localalt.bench.plots.wording import short_title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from localalt.bench.stats import Ratio

__all__ = ["draw_bars"]

_HATCHES = ("", "///", "...", "xxx", "\\\\\\", "---", "ooo")
_FILLS = ("#4a4a4a", "#ffffff", "#d9d9d9", "#ffffff", "#bdbdbd", "#ececec", "#ffffff")


def draw_bars(group: ResultTable, metric: str) -> Figure:
    """A figure of one metric's ratios, above 1 where a row is better than the baseline."""
    from matplotlib.figure import Figure

    position, places, headings, last = 0.0, [], [], 0
    shown = [row for row in group.rows if metric in row.ratios]
    for row in shown:
        if row.width != last:
            position += 0.6 if last else 0.0
            headings.append((position, _at_a_time(row.width)))
            position += 1.0
            last = row.width
        places.append(position)
        position += 1.0
    names = [textwrap.fill(row.series, 34, break_long_words=True, max_lines=2, placeholder="…") for row in shown]
    figure = Figure(figsize=(WIDTH_IN, 1.95 + 0.36 * position))
    axes = figure.add_subplot()
    found = [row.ratios[metric] for row in shown]
    is_logarithmic = is_log([value for each in found for value in (each.low, each.high, 1.0)])
    for place, row, each in zip(places, shown, found, strict=True):
        index = group.series.index(row.series)
        # On a logarithmic axis there is no 0 to start from; equal to the baseline is where bars begin.
        start = 1.0 if is_logarithmic else 0.0
        axes.barh(
            place,
            each.value - start,
            left=start,
            height=0.72,
            color=_FILLS[index % len(_FILLS)],
            hatch=_HATCHES[index % len(_HATCHES)],
            edgecolor="#222222",
            linewidth=0.9,
        )
        axes.plot([each.low, each.high], [place, place], color="#ffffff", linewidth=3.2, solid_capstyle="butt")
        axes.plot(
            [each.low, each.high], [place, place], color="#000000", linewidth=1.4, marker="|", markersize=8, zorder=4
        )
        axes.annotate(
            _said(row, each),
            (max(each.high, each.value, 1.0 if is_logarithmic else 0.0), place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            zorder=5,
        )
    axes.axvline(1, color="#000000", linewidth=1.1, linestyle=(0, (4, 2)), zorder=3)
    value_axis(axes.xaxis, [value for each in found for value in (each.low, each.high, 1.0)])
    axes.set_ylim(position - 0.3, -0.6)
    axes.set_yticks(places, names, fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for place, heading in headings:
        axes.annotate(
            heading,
            (0, place),
            xycoords=("axes fraction", "data"),
            xytext=(-5, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=9,
            fontweight="bold",
            annotation_clip=False,
        )
    axes.grid(axis="x", color="#e2e2e2", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel("Times as good as the baseline (dashed line)")
    top = write_title(figure, group, f"{short_title(metric)}: times as good as {group.baseline}")
    bottom = write_caption(figure, group, metric, "Black lines are the middle half of the ratios of all pairs of runs.")
    figure.subplots_adjust(
        left=0.36, right=_bars_end(shown, metric), top=top, bottom=bottom + 0.5 / figure.get_figheight()
    )
    return figure


def _said(row: TableRow, found: Ratio) -> str:
    """What stands beside a bar, at most 34 characters."""
    value = f"{found.value:.{n_ratio_decimals(found.value)}f}"
    return value + ("" if found.is_clear else ", about equal") + (", not the same work" if row.unequal else "")


def _bars_end(rows: Sequence[TableRow], metric: str) -> float:
    """Where axes end that leave room for the longest text beside a bar, as a share of the width."""
    longest = max(len(_said(row, row.ratios[metric])) for row in rows)
    return 0.94 - 0.0085 * longest


def _at_a_time(width: int) -> str:
    return f"{pictures_in_words(width)} at a time"
