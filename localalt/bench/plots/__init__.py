"""Figures of comparisons: a metric over the width, and ratios to the baseline.

For print without colour, too: names stand beside what they name. Knows matplotlib, imported where it draws, and what
`compare` found; reads no results. Doors: `write_plots`, `PlotError`.
"""

from localalt.bench.plots.files import PlotError, write_plots

__all__ = ["PlotError", "write_plots"]
