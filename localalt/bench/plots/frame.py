"""What all figures have: the title, the caption, axes with plain numbers. Knows matplotlib, imported where it draws."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from localalt.bench.compare import ResultTable
from localalt.bench.plots.wording import measured
from localalt.console import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LOG_SPAN", "WIDTH_IN", "is_log", "value_axis", "write_caption", "write_title"]

LOG_SPAN = 10.0
"""Values that span more than this get a logarithmic axis."""
WIDTH_IN = 8.0
MARGIN_IN = 0.15


def write_title(figure: Figure, group: ResultTable, text: str) -> float:
    """Write the model as the title and a text below it; returns where the axes may end, as a share of the height."""
    height = figure.get_figheight()
    left, y_in = MARGIN_IN / WIDTH_IN, MARGIN_IN
    for line in textwrap.wrap(visible(f"{group.common('model')}, {group.common('weights')} weights"), 76):
        figure.text(left, 1 - y_in / height, line, fontsize=12, fontweight="bold", va="top")
        y_in += 0.24
    for line in textwrap.wrap(visible(text), 100):
        figure.text(left, 1 - y_in / height, line, fontsize=10, color="#444444", va="top")
        y_in += 0.2
    return 1 - (y_in + 0.16) / height


def write_caption(figure: Figure, group: ResultTable, metric: str, marks: str) -> float:
    """Write what was measured at the bottom; returns where it ends, as a share of the height."""
    height = figure.get_figheight()
    lines = textwrap.wrap(visible(f"{measured(group, metric)} {marks}"), 118)
    figure.text(
        MARGIN_IN / WIDTH_IN,
        MARGIN_IN / height,
        "\n".join(lines),
        fontsize=8,
        color="#444444",
        va="bottom",
        linespacing=1.3,
    )
    return (MARGIN_IN + 0.155 * len(lines) + 0.05) / height


def is_log(values: Sequence[float]) -> bool:
    """Whether the values span so much that the axis is logarithmic."""
    return bool(values) and min(values) > 0 and max(values) / min(values) > LOG_SPAN


def value_axis(axis: Any, values: Sequence[float]) -> None:  # noqa: ANN401 (matplotlib's XAxis or YAxis)
    """From 0, or logarithmic where the values span much; ticks in plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    limits = axis.axes.set_ylim if axis.axis_name == "y" else axis.axes.set_xlim
    highest = max(values, default=1.0)
    if is_log(values):
        (axis.axes.set_yscale if axis.axis_name == "y" else axis.axes.set_xscale)("log")
        limits(min(values) / 1.4, highest * 1.4)
        axis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=20))
        axis.set_minor_formatter(NullFormatter())
    else:
        limits(0, highest * 1.1 if highest > 0 else 1.0)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
