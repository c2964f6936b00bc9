"""Numbers from few runs: medians with their spread, and ratios of two of them.

Standard library alone. A spread is the middle half of the runs: with five of them, from the second
lowest to the second highest, so that one disturbed run moves neither the median nor the spread.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Metric", "Ratio", "ratio"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing measured in several runs."""

    samples: tuple[float, ...]
    """One per run, at least one."""

    @property
    def median(self) -> float:
        """The middle of the runs."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The middle half of the runs, from low to high."""
        return _middle_half(self.samples)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How often one thing fits another."""

    value: float
    """Of the medians."""
    low: float
    high: float
    """The middle half of the ratios of all pairs of runs."""

    @property
    def is_clear(self) -> bool:
        """Whether the spread leaves out 1, so that one of the two is faster."""
        return not self.low <= 1 <= self.high


def ratio(own: Metric, baseline: Metric) -> Ratio:
    """`own` over `baseline`, whose samples are all above 0."""
    pairs = [mine / theirs for mine, theirs in itertools.product(own.samples, baseline.samples)]
    low, high = _middle_half(pairs)
    return Ratio(own.median / baseline.median, low, high)


def _middle_half(samples: Sequence[float]) -> tuple[float, float]:
    if len(samples) < 2:
        return samples[0], samples[0]
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return low, high
