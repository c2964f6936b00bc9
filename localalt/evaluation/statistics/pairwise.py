"""Verdicts on pairs of texts: how strong each arm is, and how far two judges agree.

Knows no judge and no text. Bradley-Terry models are choix's.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeGuard

from localalt.errors import OptionError
from localalt.evaluation.statistics.comparison import rate_interval
from localalt.evaluation.statistics.intervals import (
    LEVEL,
    N_REFITS,
    Interval,
    check,
    imported,
    number,
    percentiles,
    resampled,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "PRIOR",
    "Agreement",
    "PairVerdict",
    "Preference",
    "agreement",
    "bradley_terry",
    "is_preference",
    "strengths",
]

PRIOR = 0.5
"""Wins of each arm against each other one that nobody saw. Half a win and half a loss are Jeffreys' prior of a rate
(Brown, Cai and DasGupta, Interval estimation for a binomial proportion, 2001)."""
_LEAST = 1e-6
"""The least of it that is drawn, so that every fit ends."""


Preference: TypeAlias = Literal["first", "second", "tie"]


def is_preference(value: object) -> TypeGuard[Preference]:
    """Whether a value says which of two texts is better, or that neither is."""
    return value in ("first", "second", "tie")


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """Which of two arms' texts a judge preferred for a picture, in the order in which it was shown them."""

    picture: str
    first: str
    second: str
    outcome: Preference

    def __post_init__(self) -> None:
        if not is_preference(self.outcome):
            raise OptionError(f'outcome is {self.outcome!r:.40}: write "first", "second" or "tie".')
        if self.first == self.second:
            raise OptionError(f"{self.first!r:.60} is compared with itself: name two arms.")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree."""

    kappa: Interval
    """Cohen's: 1 for always, 0 for as often as chance would have it; not defined if both said one same thing only."""
    raw: Interval
    """The share of verdicts that are equal."""


def bradley_terry(wins: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The strength of each arm, from how often the first of two beat the second; a tie is half a win for each.

    In log odds around their mean 0: by 1 stronger is to win 73 %, by 2 to win 88 %. `PRIOR` is added to what was
    seen. Arms that won everything, or that were never compared even by way of others, would otherwise be infinitely
    far apart, or anywhere; it draws all of them a little together.
    """
    for (first, second), count in wins.items():
        if first == second:
            raise OptionError(f"{first!r:.60} is compared with itself: leave it out.")
        if number(count) < 0:
            raise OptionError(f"{first!r:.60} has {count} wins: count from 0.")
    arms = sorted({arm for pair in wins for arm in pair})
    if not arms:
        return {}
    import numpy as np

    table = np.zeros((len(arms), len(arms)))
    for (first, second), count in wins.items():
        table[arms.index(first), arms.index(second)] += count
    return dict(zip(arms, _fit(table + PRIOR).tolist(), strict=True))


def strengths(
    verdicts: Iterable[PairVerdict], *, seed: int, n_resamples: int = N_REFITS, level: float = LEVEL
) -> dict[str, Interval]:
    """The strength of each arm as `bradley_terry` has it, with an interval over pictures, the strongest first.

    Verdicts in both orders may both be given: where they disagree, they count as a tie. The bootstrap is Bayesian
    (Rubin 1981): pictures get random weights, and so does `PRIOR`. For two arms without ties that is Jeffreys'
    interval, and it stays wide where resampling would see no variation: an arm that won all of five pictures is not
    known to win always, and arms that were never compared may be far apart. `n` is the pictures an arm was judged on.
    """
    check(n_resamples, level)
    verdicts = list(verdicts)
    arms = sorted({arm for verdict in verdicts for arm in (verdict.first, verdict.second)})
    pictures = sorted({verdict.picture for verdict in verdicts})
    if not arms:
        return {}
    import numpy as np

    arm_index = {arm: index for index, arm in enumerate(arms)}
    picture_index = {picture: index for index, picture in enumerate(pictures)}
    tables = np.zeros((len(pictures), len(arms), len(arms)))
    for verdict in verdicts:
        table = tables[picture_index[verdict.picture]]
        first, second = arm_index[verdict.first], arm_index[verdict.second]
        share = {"first": 1.0, "tie": 0.5, "second": 0.0}[verdict.outcome]
        table[first, second] += share
        table[second, first] += 1 - share
    generator = np.random.default_rng(seed)
    draws = np.empty((n_resamples, len(arms)))
    for draw in draws:
        weights = generator.gamma(1.0, size=len(pictures))
        prior = generator.gamma(PRIOR, size=(len(arms), len(arms))).clip(_LEAST)
        draw[:] = _fit(np.tensordot(weights, tables, axes=1) + prior)
    wins = tables.sum(axis=0)
    estimates = bradley_terry({(a, b): wins[arm_index[a], arm_index[b]] for a, b in itertools.permutations(arms, 2)})
    found = {}
    for arm in sorted(arms, key=lambda arm: (-round(estimates[arm], 9), arm)):
        seen = len({verdict.picture for verdict in verdicts if arm in (verdict.first, verdict.second)})
        found[arm] = percentiles(estimates[arm], draws[:, arm_index[arm]], seen, level)
    return found


def agreement(
    a: Sequence[Hashable], b: Sequence[Hashable], *, seed: int, n_resamples: int = N_REFITS, level: float = LEVEL
) -> Agreement:
    """How far two judges agree on the same questions, of which `a` and `b` have the verdicts in the same order.

    Of each picture one question: several would make the intervals too narrow.
    """
    check(n_resamples, level)
    if len(a) != len(b):
        raise OptionError(f"One judge has {len(a)} verdicts, the other {len(b)}: pass those on the same questions.")
    import numpy as np

    labels = {label: index for index, label in enumerate(dict.fromkeys([*a, *b]))}
    cells = np.array([labels[x] * len(labels) + labels[y] for x, y in zip(a, b, strict=True)], dtype=int)

    def kappa(chosen: npt.NDArray[np.intp]) -> float | None:
        n = len(chosen)
        table = np.bincount(cells[chosen], minlength=len(labels) ** 2).reshape(len(labels), len(labels))
        equal, by_chance = int(np.trace(table)), int(table.sum(axis=0) @ table.sum(axis=1))
        return (n * equal - by_chance) / (n * n - by_chance) if n * n > by_chance else None

    return Agreement(
        resampled(kappa, len(a), seed=seed, n_resamples=n_resamples, level=level),
        rate_interval(sum(x == y for x, y in zip(a, b, strict=True)), len(a), level=level),
    )


def _fit(wins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bradley-Terry log strengths with mean 0. Every arm has won a little against every other: the fit exists."""
    import numpy as np

    table = wins.copy()
    np.fill_diagonal(table, 0)
    fitted: npt.NDArray[np.float64] = imported("choix").ilsr_pairwise_dense(table, max_iter=1000)
    return fitted
