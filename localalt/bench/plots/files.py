"""Writes the figures of comparisons as PNG and SVG, each with its text as the file's description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localalt.bench.compare import ResultTable
from localalt.bench.plots.bars import draw_bars
from localalt.bench.plots.lines import draw_lines
from localalt.bench.plots.wording import alt_text
from localalt.errors import LocalAltError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


__all__ = ["PlotError", "write_plots"]


class PlotError(LocalAltError):
    """Nothing can be drawn; the message says what to do."""


def write_plots(groups: Sequence[ResultTable], folder: Path) -> tuple[Path, ...]:
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
                written += _save(draw_lines(group, metric), folder / f"{name}-{metric}", alt_text(group, metric))
                if any(metric in row.ratios for row in group.rows):
                    text = alt_text(group, metric, ratios=True)
                    written += _save(draw_bars(group, metric), folder / f"{name}-{metric}-ratio", text)
    return tuple(written)


def _file_names(groups: Sequence[ResultTable]) -> list[str]:
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
