"""Draws a metric over the width, a line for each series, each with its name at its end.

Lines differ in marker, dashes and grey, so that they can be distinguished in print without colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from localalt.bench.compare import ResultTable
from localalt.bench.metrics import AXIS_TITLES
from localalt.bench.plots.frame import LOG_SPAN, WIDTH_IN, value_axis, write_caption, write_title
from localalt.bench.plots.wording import direction, short_title
from localalt.console import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_lines"]

_NAME_LINE_IN = 0.18
_NAME_GAP_LINES = 0.35
_MARKERS = "osD^vPX*"
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (9, 3)))
# Dark enough to be read as text on white, and of different lightness for printers without colour.
_INKS = ("#111111", "#1f4e9e", "#a8481a", "#2f7d5b", "#7b4f9d", "#666666", "#8a6d00")


def draw_lines(group: ResultTable, metric: str) -> Figure:
    """A figure of one metric: medians with the middle half of their runs."""
    from matplotlib.figure import Figure

    n_lines = sum(_wrapped(series).count("\n") + 1 for series in group.series)
    # Names of many series need a higher figure to stand below each other.
    names_in = _NAME_LINE_IN * (n_lines + _NAME_GAP_LINES * len(group.series))
    figure = Figure(figsize=(WIDTH_IN, max(4.9, names_in + 1.9)))
    axes = figure.add_subplot()
    scale = _scale(metric)
    ends: list[tuple[int, str, tuple[float, float]]] = []
    extremes: list[float] = []
    for index, series in enumerate(group.series):
        points = [
            (row.width, row.entry.result.metrics[metric])
            for row in group.rows
            if row.series == series and metric in row.entry.result.metrics
        ]
        if not points:
            continue
        widths = [width for width, _ in points]
        medians = [found.median * scale for _, found in points]
        lows = [found.spread[0] * scale for _, found in points]
        highs = [found.spread[1] * scale for _, found in points]
        extremes += lows + highs
        axes.errorbar(
            widths,
            medians,
            # With an even number of runs a median may lie a rounding error outside.
            yerr=[
                [max(0.0, middle - low) for middle, low in zip(medians, lows, strict=True)],
                [max(0.0, high - middle) for middle, high in zip(medians, highs, strict=True)],
            ],
            capsize=4,
            elinewidth=1.1,
            **_line_style(index),
        )
        ends.append((index, series, (widths[-1], medians[-1])))
    _width_axis(axes, sorted({row.width for row in group.rows}))
    value_axis(axes.yaxis, extremes)
    axes.set_ylabel(AXIS_TITLES[metric])
    axes.grid(axis="y", color="#e2e2e2", linewidth=0.7)
    axes.set_axisbelow(True)
    top = write_title(figure, group, f"{short_title(metric)}: {direction(metric)} is better")
    bottom = write_caption(figure, group, metric, "Points are medians; bars, the middle half of the runs.")
    axes.set_xlabel("Pictures at a time")
    figure.subplots_adjust(left=0.1, right=0.66, top=top, bottom=bottom + 0.5 / figure.get_figheight())
    _label_ends(figure, axes, ends)
    return figure


def _wrapped(series: str) -> str:
    return textwrap.fill(visible(series), 24, break_long_words=True, max_lines=4, placeholder="…")


def _line_style(index: int) -> dict[str, Any]:
    return {
        "marker": _MARKERS[index % len(_MARKERS)],
        "markersize": 6.5,
        # Every second one is hollow, so that circles and diamonds differ at a glance.
        "markerfacecolor": "white" if index % 2 else _INKS[index % len(_INKS)],
        "markeredgewidth": 1.4,
        "linestyle": _DASHES[index % len(_DASHES)],
        "linewidth": 1.7,
        "color": _INKS[index % len(_INKS)],
    }


def _label_ends(figure: Figure, axes: Axes, ends: Sequence[tuple[int, str, tuple[float, float]]]) -> None:
    """Names in the right margin, as near to their lines' ends as they can be without touching each other."""
    from matplotlib.lines import Line2D

    texts = {index: _wrapped(series) for index, series, _ in ends}
    box = axes.get_position()
    height_px = figure.get_figheight() * figure.dpi
    width_px = figure.get_figwidth() * figure.dpi
    line_px = _NAME_LINE_IN * figure.dpi
    room = (box.y0 * height_px, box.y1 * height_px)
    wanted = {index: float(axes.transData.transform(point)[1]) for index, _, point in ends}
    sizes = {index: (text.count("\n") + 1 + _NAME_GAP_LINES) * line_px for index, text in texts.items()}
    placed = _apart(wanted, sizes, room)
    edge = box.x1 * width_px
    # A line that ends before the others is not led to its name: a leader would look like more of the line.
    last = max(point[0] for _, _, point in ends)
    for index, _, point in ends:
        end = axes.transData.transform(point)
        sample = (edge + 0.34 * figure.dpi, placed[index])
        pixels = [(end[0] + 0.09 * figure.dpi, end[1]), (edge + 0.08 * figure.dpi, placed[index]), sample]
        spots = [(x / width_px, y / height_px) for x, y in pixels]
        if point[0] == last:
            xs, ys = zip(*spots[:2], strict=True)
            figure.add_artist(Line2D(xs, ys, transform=figure.transFigure, color="#9a9a9a", linewidth=0.8))
        style = {**_line_style(index), "linewidth": 1.4}
        across = [spots[1][0], spots[2][0], 2 * spots[2][0] - spots[1][0]]
        figure.add_artist(Line2D(across, [spots[2][1]] * 3, transform=figure.transFigure, markevery=[1], **style))
        figure.text(
            across[2] + 0.08 / figure.get_figwidth(),
            spots[2][1],
            texts[index],
            color=_INKS[index % len(_INKS)],
            fontsize=9,
            va="center",
            linespacing=1.15,
        )


def _apart(wanted: Mapping[int, float], sizes: Mapping[int, float], room: tuple[float, float]) -> dict[int, float]:
    """Centres near those wanted, in the same order, that keep apart by the sizes and within the room if they can."""
    order = sorted(wanted, key=lambda each: wanted[each])
    blocks: list[tuple[list[int], float, float]] = []  # what is stuck together, its centre, its size
    for each in order:
        block = ([each], wanted[each], sizes[each])
        block = _within(block, room)
        while blocks and blocks[-1][1] + blocks[-1][2] / 2 > block[1] - block[2] / 2:
            members, size = blocks[-1][0] + block[0], blocks[-1][2] + block[2]
            blocks.pop()
            # Together they go where they are least far from where they wanted to be: offsets are averaged.
            offsets, below = [], 0.0
            for member in members:
                offsets.append(wanted[member] - (below + sizes[member] / 2))
                below += sizes[member]
            block = _within((members, sum(offsets) / len(offsets) + size / 2, size), room)
        blocks.append(block)
    placed: dict[int, float] = {}
    for members, centre, size in blocks:
        below = centre - size / 2
        for member in members:
            placed[member] = below + sizes[member] / 2
            below += sizes[member]
    return placed


def _within(block: tuple[list[int], float, float], room: tuple[float, float]) -> tuple[list[int], float, float]:
    members, centre, size = block
    low, high = room[0] + size / 2, room[1] - size / 2
    return members, (room[0] + room[1]) / 2 if low > high else min(max(centre, low), high), size


def _scale(metric: str) -> float:
    return 1e-9 if metric.endswith("_bytes") else 1.0


def _width_axis(axes: Axes, widths: Sequence[int]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    lowest, highest = widths[0], widths[-1]
    if highest / lowest > LOG_SPAN:
        axes.set_xscale("log", base=2)
        axes.set_xlim(lowest / 1.25, highest * 1.12)
    else:
        axes.set_xlim(0, highest * (1.04 if highest > lowest else 2))
    axes.xaxis.set_major_locator(FixedLocator(widths))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
