"""Intervals, by resampling, and the checks that all statistics share.

What cannot be estimated is None: never NaN, which JSON does not have, and never infinite. The same seed gives the same
interval. SciPy and choix come with `pip install 'localalt[eval]'`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from types import ModuleType
from typing import TYPE_CHECKING

from localalt.errors import OptionError
from localalt.first_imports import importing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "LEVEL",
    "MIN_RESAMPLES",
    "N_REFITS",
    "N_RESAMPLES",
    "Interval",
    "check",
    "check_share",
    "imported",
    "interval_around",
    "number",
    "percentiles",
    "resampled",
    "scipy_stats",
]

LEVEL = 0.95
N_RESAMPLES = 10_000
"""A p value near 0.05 of random permutations is then right to 0.005, and 13 pictures are tested exactly."""
N_REFITS = 2_000
"""Where each resample costs a fit: what its percentiles wobble by is still well below the interval's width."""
MIN_RESAMPLES = 100
"""Fewer do not have a tail of 2.5 %."""
_LARGEST = 1e100
"""Of a score or a length: what is computed from it stays finite."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What was estimated, and between what it lies."""

    estimate: float | None
    """None where nothing was measured, or where it is not defined."""
    low: float | None
    high: float | None
    """None where they cannot be estimated: one picture alone says nothing of how pictures vary."""
    n: int
    """Of pictures, or of trials for a rate."""
    level: float


def resampled(
    statistic: Callable[[npt.NDArray[np.intp]], float | None], n: int, *, seed: int, n_resamples: int, level: float
) -> Interval:
    """A bootstrap percentile interval. Resamples for which the statistic is not defined are left out."""
    import numpy as np

    estimate = statistic(np.arange(n))
    if estimate is None or n < 2:
        return Interval(estimate, None, None, n, level)
    generator = np.random.default_rng(seed)
    found = [statistic(generator.integers(n, size=n)) for _ in range(n_resamples)]
    return percentiles(estimate, np.array([each for each in found if each is not None] or [estimate]), n, level)


def percentiles(estimate: float, draws: npt.NDArray[np.float64], n: int, level: float) -> Interval:
    """The interval in which draws of a statistic lie."""
    import numpy as np

    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return interval_around(estimate, float(low), float(high), n, level)


def interval_around(estimate: float, low: float, high: float, n: int, level: float) -> Interval:
    """With the estimate inside, which rounding may leave out, or a low level of a skewed bootstrap."""
    return Interval(estimate, min(low, estimate), max(high, estimate), n, level)


def number(value: float) -> float:
    """A number as a float.

    Raises `OptionError` for what is not a finite number.
    """
    if not isinstance(value, Real) or not abs(value) <= _LARGEST:
        raise OptionError(f"{value!r:.40} is not a number that can be computed with: leave out what has no score.")
    return float(value)


def check(n_resamples: int, level: float) -> None:
    """Raises `OptionError` for too few resamples, or a level that is not between 0 and 1."""
    check_share(level, "level")
    if n_resamples < MIN_RESAMPLES:
        raise OptionError(f"n_resamples is {n_resamples}: pass at least {MIN_RESAMPLES}.")


def check_share(value: float, name: str) -> None:
    """Raises `OptionError` for what is not between 0 and 1."""
    if not 0 < value < 1:
        raise OptionError(f"{name} is {value!r:.20}: pass a number between 0 and 1.")


def scipy_stats() -> ModuleType:
    """SciPy's statistics."""
    return imported("scipy.stats")


def imported(name: str) -> ModuleType:
    """A module of the extra `eval`.

    Raises `OptionError` where it is not installed.
    """
    import importlib

    try:
        with importing():
            return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise OptionError(f"Statistics need {package}, which is missing: pip install 'localalt[eval]'.") from error
