"""Draws what compare.py found: a metric over the width, and ratios to the baseline.

Figures are for print without colour, too: lines differ in marker, dashes and grey, bars in hatches, and
names stand beside what they name. Knows matplotlib, imported where it draws, and tables; reads no files.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.bench.compare import LOWER_IS_BETTER, Group, Row
from localalt.bench.compare_text import n_ratio_decimals, number
from localalt.console import visible
from localalt.errors import LocalAltError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from localalt.bench.stats import Ratio

__all__ = ["AXIS_TITLES", "PlotError", "write_plots"]

AXIS_TITLES: Mapping[str, str] = {
    "load_s": "Loading the model (seconds)",
    "prepare_ms": "Preparing one picture (milliseconds)",
    "encode_ms": "Encoding one picture (milliseconds)",
    "encode_tps": "Image tokens encoded per second",
    "prefill_tps": "Prompt tokens prefilled per second",
    "decode_tps": "Answer tokens per second, of one picture",
    "decode_tps_all": "Answer tokens per second, of all pictures",
    "ttft_ms": "Wait for the first token (milliseconds)",
    "images_per_min": "Pictures per minute",
    "peak_rss_bytes": "Most memory held (gigabytes)",
    "peak_device_bytes": "Most memory held on the device (gigabytes)",
    "energy_j_per_image": "Energy for one picture (joules)",
    "others_share": "Share of the processors that other programs took",
    "decode_bandwidth_share": "Share of the memory bandwidth, decoding",
    "prefill_compute_share": "Share of the computing rate, prefilling",
    "encode_compute_share": "Share of the computing rate, encoding",
}
"""What an axis says, for all of record.METRICS."""

_LOG_SPAN = 10.0
"""Values that span more than this get a logarithmic axis."""
_WIDTH_IN = 8.0
_MARGIN_IN = 0.15
_NAME_LINE_IN = 0.18
_NAME_GAP_LINES = 0.35
_MARKERS = "osD^vPX*"
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (9, 3)))
# Dark enough to be read as text on white, and of different lightness for printers without colour.
_INKS = ("#111111", "#1f4e9e", "#a8481a", "#2f7d5b", "#7b4f9d", "#666666", "#8a6d00")
_HATCHES = ("", "///", "...", "xxx", "\\\\\\", "---", "ooo")
_FILLS = ("#4a4a4a", "#ffffff", "#d9d9d9", "#ffffff", "#bdbdbd", "#ececec", "#ffffff")


class PlotError(LocalAltError):
    """Nothing can be drawn; the message says what to do."""


def write_plots(groups: Sequence[Group], folder: Path) -> tuple[Path, ...]:
    """Draw each metric of each group, and its ratios where there are any, as PNG and SVG.

    Returns the files, in the order in which they were written; the folder is made where it is missing.

    Raises:
        PlotError: matplotlib is missing, or the folder cannot be written.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise PlotError("Plots need matplotlib: pip install 'localalt[plot]'.") from error
    settings = {
        "font.family": "DejaVu Sans",  # comes with matplotlib: labels are placed by its widths
        "font.size": 10,
        "text.parse_math": False,  # a dollar in a device's name is a dollar
        "hatch.linewidth": 0.7,
        "svg.hashsalt": "localalt",  # the same results give the same file
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    written: list[Path] = []
    with matplotlib.rc_context(settings):
        for group, name in zip(groups, _file_names(groups), strict=True):
            for metric in group.metrics:
                written += _save(_lines(group, metric), folder / f"{name}-{metric}", _alt_text(group, metric))
                if any(metric in row.ratios for row in group.rows):
                    text = _alt_text(group, metric, ratios=True)
                    written += _save(_bars(group, metric), folder / f"{name}-{metric}-ratio", text)
    return tuple(written)


def _file_names(groups: Sequence[Group]) -> list[str]:
    """One name for each group, that file systems take; a number where two would be the same."""
    names: list[str] = []
    for group in groups:
        slug = re.sub(r"[^a-z0-9.]+", "-", f"{group.common('model')} {group.common('weights')}".lower()).strip("-.")
        name, further = slug[:80], 1
        while name in names:
            further += 1
            name = f"{slug[:80]}-{further}"
        names.append(name)
    return names


def _save(figure: Figure, stem: Path, text: str) -> list[Path]:
    paths = [stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.svg")]
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        # The text goes with the picture, for whoever needs an alt text for it.
        figure.savefig(paths[0], dpi=160, metadata={"Description": text})
        figure.savefig(paths[1], metadata={"Description": text, "Date": None})
    except OSError as error:
        raise PlotError(f"{stem.parent} cannot be written ({error}): name another folder.") from error
    return paths


# --- a metric over the width


def _lines(group: Group, metric: str) -> Figure:
    from matplotlib.figure import Figure

    n_lines = sum(_wrapped(series).count("\n") + 1 for series in group.series)
    # Names of many series need a higher figure to stand below each other.
    names_in = _NAME_LINE_IN * (n_lines + _NAME_GAP_LINES * len(group.series))
    figure = Figure(figsize=(_WIDTH_IN, max(4.9, names_in + 1.9)))
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
    _value_axis(axes.yaxis, extremes)
    axes.set_ylabel(AXIS_TITLES[metric])
    axes.grid(axis="y", color="#e2e2e2", linewidth=0.7)
    axes.set_axisbelow(True)
    top = _title(figure, group, f"{_short(metric)}: {_direction(metric)} is better")
    bottom = _caption(figure, group, metric, "Points are medians; bars, the middle half of the runs.")
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
        # Every second one is hollow, which tells a circle from a diamond at a glance.
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


# --- ratios


def _bars(group: Group, metric: str) -> Figure:
    """Horizontal, so that each bar has its name beside it and needs no legend."""
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
    figure = Figure(figsize=(_WIDTH_IN, 1.95 + 0.36 * position))
    axes = figure.add_subplot()
    found = [row.ratios[metric] for row in shown]
    is_log = _is_log([value for each in found for value in (each.low, each.high, 1.0)])
    for place, row, each in zip(places, shown, found, strict=True):
        index = group.series.index(row.series)
        # On a logarithmic axis there is no 0 to start from; equal to the baseline is where bars begin.
        start = 1.0 if is_log else 0.0
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
            (max(each.high, each.value, 1.0 if is_log else 0.0), place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            zorder=5,
        )
    axes.axvline(1, color="#000000", linewidth=1.1, linestyle=(0, (4, 2)), zorder=3)
    _value_axis(axes.xaxis, [value for each in found for value in (each.low, each.high, 1.0)])
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
    top = _title(figure, group, f"{_short(metric)}: times as good as {group.baseline}")
    bottom = _caption(figure, group, metric, "Black lines are the middle half of the ratios of all pairs of runs.")
    figure.subplots_adjust(
        left=0.36, right=_bars_end(shown, metric), top=top, bottom=bottom + 0.5 / figure.get_figheight()
    )
    return figure


def _said(row: Row, found: Ratio) -> str:
    """What stands beside a bar, at most 34 characters."""
    value = f"{found.value:.{n_ratio_decimals(found.value)}f}"
    return value + ("" if found.is_clear else ", about equal") + (", not the same work" if row.unequal else "")


def _bars_end(rows: Sequence[Row], metric: str) -> float:
    """Where axes end that leave room for the longest text beside a bar, as a share of the width."""
    longest = max(len(_said(row, row.ratios[metric])) for row in rows)
    return 0.94 - 0.0085 * longest


def _at_a_time(width: int) -> str:
    return f"{width} {'picture' if width == 1 else 'pictures'} at a time"


# --- what both have


def _short(metric: str) -> str:
    return AXIS_TITLES[metric].split(" (")[0]


def _direction(metric: str) -> str:
    return "less" if metric in LOWER_IS_BETTER else "more"


def _scale(metric: str) -> float:
    return 1e-9 if metric.endswith("_bytes") else 1.0


def _title(figure: Figure, group: Group, text: str) -> float:
    """Write the model as the title and a text below it; returns where the axes may end, as a share of the height."""
    height = figure.get_figheight()
    left, y_in = _MARGIN_IN / _WIDTH_IN, _MARGIN_IN
    for line in textwrap.wrap(visible(f"{group.common('model')}, {group.common('weights')} weights"), 76):
        figure.text(left, 1 - y_in / height, line, fontsize=12, fontweight="bold", va="top")
        y_in += 0.24
    for line in textwrap.wrap(visible(text), 100):
        figure.text(left, 1 - y_in / height, line, fontsize=10, color="#444444", va="top")
        y_in += 0.2
    return 1 - (y_in + 0.16) / height


def _caption(figure: Figure, group: Group, metric: str, marks: str) -> float:
    """Write what was measured at the bottom; returns where it ends, as a share of the height."""
    height = figure.get_figheight()
    lines = textwrap.wrap(visible(f"{_measured(group, metric)} {marks}"), 118)
    figure.text(
        _MARGIN_IN / _WIDTH_IN,
        _MARGIN_IN / height,
        "\n".join(lines),
        fontsize=8,
        color="#444444",
        va="bottom",
        linespacing=1.3,
    )
    return (_MARGIN_IN + 0.155 * len(lines) + 0.05) / height


def _measured(group: Group, metric: str) -> str:
    rows = [row for row in group.rows if metric in row.entry.result.metrics]
    dates = sorted({row.entry.identity.test_time[:10] for row in rows})
    counts = sorted({len(row.entry.result.metrics[metric].samples) for row in rows})
    n_pictures, n_gen = group.common("n_pictures"), group.common("n_gen")
    answers = "answers as long as the model makes them" if n_gen == "0" else f"{n_gen} tokens in each answer"
    return " ".join(
        [
            f"{group.common('model')}, {group.common('weights')} weights.",
            f"{n_pictures} {'picture' if n_pictures == '1' else 'pictures'},",
            f"{group.common('n_image_tokens')} image tokens each, {answers}.",
            f"{_span(counts)} {'run' if counts == [1] else 'runs'}, {_span(dates)}.",
        ]
    )


def _span(values: Sequence[object]) -> str:
    return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"


def _alt_text(group: Group, metric: str, *, ratios: bool = False) -> str:
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
    said = f"{what}, by pictures at a time. {AXIS_TITLES[metric]}. {' '.join(parts)} {_measured(group, metric)}"
    return visible(said)  # an SVG with a control character in it is not XML


def _is_log(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) / min(values) > _LOG_SPAN


def _value_axis(axis: Any, values: Sequence[float]) -> None:  # noqa: ANN401 (matplotlib's XAxis or YAxis)
    """From 0, or logarithmic where the values span much; ticks in plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    limits = axis.axes.set_ylim if axis.axis_name == "y" else axis.axes.set_xlim
    highest = max(values, default=1.0)
    if _is_log(values):
        (axis.axes.set_yscale if axis.axis_name == "y" else axis.axes.set_xscale)("log")
        limits(min(values) / 1.4, highest * 1.4)
        axis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=20))
        axis.set_minor_formatter(NullFormatter())
    else:
        limits(0, highest * 1.1 if highest > 0 else 1.0)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _width_axis(axes: Axes, widths: Sequence[int]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    lowest, highest = widths[0], widths[-1]
    if highest / lowest > _LOG_SPAN:
        axes.set_xscale("log", base=2)
        axes.set_xlim(lowest / 1.25, highest * 1.12)
    else:
        axes.set_xlim(0, highest * (1.04 if highest > lowest else 2))
    axes.xaxis.set_major_locator(FixedLocator(widths))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
