"""Searches for the fastest settings of a machine, one setting after the other.

A full grid of six settings takes days, and they hardly depend on each other. So each is tried with the best of the
others so far, and again when a later one changed. Pure: the caller measures.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.bench.setup import Setup
from localalt.bench.stats import Metric, Ratio, ratio
from localalt.machine.disturbance import QUIET_SHARE
from localalt.planning.tuning import Tuning

__all__ = ["GAIN", "N_CONFIRMING", "Goal", "SweepResult", "is_faster", "n_setups", "search", "sure_gain", "why_not"]

Goal: TypeAlias = Literal["latency", "throughput"]
Score: TypeAlias = Callable[[Setup], "Metric | None"]
"""Pictures per minute of a setup in all its runs, the higher the better; None where it could not be measured."""

GAIN = 1.02
"""Times the best so far that a change must reach, beyond the spread of the runs: a plan's own choice should stay."""
N_CONFIRMING = 5
"""Runs of both settings that decide whether the best ones are stored: if it were noise, all five of one would be above
all five of the other once in 252 times."""


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a search found."""

    goal: Goal
    setup: Setup
    found: Metric
    """Pictures per minute of it."""
    first: Setup
    """What the search began with: the plan's own settings."""
    started_with: Metric
    """Pictures per minute of that."""

    @property
    def images_per_min(self) -> float:
        """The median of its runs."""
        return self.found.median

    @property
    def gain(self) -> Ratio:
        """How many times as fast it was as what the search began with, in the runs of the search."""
        return ratio(self.found, self.started_with)


def search(
    first: Setup, goal: Goal, values: Mapping[str, Sequence[int | bool]], score: Score, *, rounds: int = 2
) -> SweepResult | None:
    """The best setup for a goal, beginning with `first`; None where not even that could be measured.

    `values` are what to try, by the names of `Setup.n_seq_max` and `Tuning`'s fields, in the order in which they are
    tried. For latency pictures are described one at a time, whatever `values` has for that.
    """
    best = first = dataclasses.replace(first, n_seq_max=1) if goal == "latency" else first
    start = top = score(best)
    if start is None or top is None:
        return None
    for _ in range(rounds):
        before = best
        for name, tried in values.items():
            if name == "n_seq_max" and goal == "latency":
                continue
            for value in tried:
                setup = changed(best, name, value)
                found = None if setup == best else score(setup)
                if found is not None and is_faster(found, top):
                    best, top = setup, found
        if best == before:
            break
    return SweepResult(goal, best, top, first, start)


def is_faster(own: Metric, other: Metric) -> bool:
    """Whether it gains enough, and beyond the spread of the runs of both."""
    gain = ratio(own, other)
    return gain.value >= GAIN and gain.low > 1


def why_not(best: Metric, first: Metric, others: Sequence[float]) -> str:
    """Why settings are not to be stored, by runs that had no part in choosing them; "" where they are.

    `others` are the shares that other programs took during those runs, none where nobody knows.
    """
    if others and max(others) > QUIET_SHARE:
        return (
            f"other programs took up to {max(others):.0%} of the processors while they were measured "
            f"(at most {QUIET_SHARE:.0%} is quiet): end those and run it again"
        )
    if min(len(best.samples), len(first.samples)) < N_CONFIRMING:
        return f"fewer than {N_CONFIRMING} runs of each could be measured"
    low, high = sure_gain(best, first), max(best.samples) / min(first.samples)
    if low <= 1 or best.median / first.median < GAIN:
        return (
            f"{best.median / first.median:.2f} times the plan's own settings lies within the spread of "
            f"{len(best.samples)} runs of each ({low:.2f} to {high:.2f})"
        )
    return ""


def sure_gain(best: Metric, first: Metric) -> float:
    """How many times as fast its slowest run is as the fastest of the other."""
    return min(best.samples) / max(first.samples)


def n_setups(goal: Goal, values: Mapping[str, Sequence[int | bool]], *, rounds: int = 2) -> tuple[int, int]:
    """How many setups a search measures, at the least and at the most: one seen before is not measured again."""
    n_each = sum(len(tried) for name, tried in values.items() if not (name == "n_seq_max" and goal == "latency"))
    return 1 + max(0, n_each - len(values)), 1 + rounds * n_each


def changed(setup: Setup, name: str, value: int | bool) -> Setup:
    """The setup with another value of one setting."""
    if name == "n_seq_max":
        return dataclasses.replace(setup, n_seq_max=int(value))
    settings = {field.name: getattr(setup.tuning, field.name) for field in dataclasses.fields(Tuning)}
    assert name in settings, name
    return dataclasses.replace(setup, tuning=Tuning(**settings | {name: value}))
