"""Which of many arms is best, with a fixed number of texts: successive halving on one half of the cases.

All arms write about a few cases, the better half about twice as many, and so on (Jamieson and Talwalkar, AISTATS
2016). The winner is then compared with what is usual on the other half of the cases, which no choice has seen:
what was chosen for its score has a score that flatters it. Knows no models: a score is a number for a text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from localalt.errors import OptionError
from localalt.evaluation.cases import Case
from localalt.evaluation.measures import measured
from localalt.evaluation.outputs import Output
from localalt.evaluation.statistics import comparison

__all__ = ["Rung", "Tuned", "n_texts", "rungs_of", "score_of", "tune"]

LEAST_CASES = 4
"""Of the first rung: fewer say nothing about an arm."""

Write = Callable[[Sequence[str], Sequence[Case]], Mapping[str, Mapping[str, float]]]
"""(arms, cases) -> the score of each arm's text about each case."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A round: how many arms write about how many cases."""

    n_arms: int
    n_cases: int


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was found."""

    winner: str
    baseline: str
    rungs: tuple[tuple[Rung, Mapping[str, float]], ...]
    """Each round with the mean score of the arms that were in it, on the dev half."""
    held_out: comparison.Difference | None
    """The winner minus the baseline on the other half; None where the baseline won."""
    n_texts: int

    @property
    def is_better(self) -> bool:
        """Whether the winner was shown to be better on cases that it was not chosen on."""
        return self.held_out is not None and self.held_out.p <= 0.05 and (self.held_out.mean.estimate or 0) > 0


def rungs_of(n_arms: int, n_cases: int, budget: int) -> list[Rung]:
    """The rounds that `budget` texts pay for: arms halve, cases double, all of `n_cases` at the most.

    Raises:
        OptionError: the budget does not pay for a first round of all arms.
    """
    n_rounds = max(1, math.ceil(math.log2(n_arms))) if n_arms > 1 else 1
    each = budget // n_rounds
    rungs, left = [], n_arms
    seen = 0
    for _ in range(n_rounds):
        n = min(n_cases, max(seen, each // left))
        if n < min(LEAST_CASES, n_cases):
            needed = n_arms * min(LEAST_CASES, n_cases) * n_rounds
            raise OptionError(f"{n_arms} arms need at least {needed} texts, not {budget}: allow more, or try fewer.")
        rungs.append(Rung(left, n))
        seen, left = n, math.ceil(left / 2)
    return rungs


def n_texts(n_arms: int, cases: Sequence[Case], budget: int) -> tuple[int, int]:
    """How many texts `tune` writes at the most, and at the least: where the baseline wins none of the other half.

    Raises:
        OptionError: the budget is too small.
    """
    n_dev, n_held_out = (sum(case.split == half for case in cases) for half in ("dev", "held-out"))
    seen = least = 0
    for rung in rungs_of(n_arms, n_dev, budget):
        least, seen = least + rung.n_arms * (rung.n_cases - seen), rung.n_cases
    return least + 2 * n_held_out, least


def tune(
    arms: Sequence[str],
    baseline: str,
    cases: Sequence[Case],
    write: Write,
    *,
    budget: int,
    seed: int = 0,
    on_rung: Callable[[Rung, Mapping[str, float]], None] = lambda *_: None,
) -> Tuned:
    """The best arm on the dev half of the cases, compared with `baseline` on the held-out half.

    The texts about the held-out half, two for each case, come on top of the budget.

    Raises:
        OptionError: a half has no cases, there is no such baseline, or the budget is too small.
    """
    dev = [case for case in cases if case.split == "dev"]
    held_out = [case for case in cases if case.split == "held-out"]
    if not dev or not held_out:
        raise OptionError(
            f"There are {len(dev)} dev and {len(held_out)} held-out cases: add cases until both halves have some."
        )
    if baseline not in arms:
        raise OptionError(f"The baseline {baseline!r} is not one of the arms: add it.")
    left, rounds, n_texts, seen = list(arms), [], 0, 0
    for rung in rungs_of(len(arms), len(dev), budget):
        scores = write(left, dev[: rung.n_cases])
        known = {arm: fmean(scores[arm].values()) if scores[arm] else -math.inf for arm in left}
        n_texts += len(left) * (rung.n_cases - seen)  # what an arm wrote before is not written again
        seen = rung.n_cases
        rounds.append((rung, known))
        on_rung(rung, known)
        ranked = sorted(left, key=lambda arm: (-known[arm], arm != baseline, arms.index(arm)))
        left = ranked[: math.ceil(len(left) / 2)] if len(left) > 1 else left
    winner = left[0]
    difference = None
    if winner != baseline:
        scores = write([winner, baseline], held_out)
        difference = comparison.paired_difference(scores[winner], scores[baseline], seed=seed)
        n_texts += 2 * len(held_out)
    return Tuned(winner, baseline, tuple(rounds), difference, n_texts)


def score_of(case: Case, output: Output) -> float:
    """A number for a text without a judge, from -1 to 1: what it mentions, less what it invents and breaks.

    The share of what must be mentioned (1 where the case names nothing), minus 1 for an invention, and 0.25 for each
    broken rule of level error up to two: a wrong detail harms more than a missing one (arXiv 2605.01733).
    """
    if not output.text:
        return -1.0
    found = measured(case, output)
    return max(
        -1.0, found.get("mentioned", 1.0) - found.get("invented", 0.0) - 0.25 * min(2.0, found.get("errors", 0.0))
    )
