"""Which settings are the best here: one after the other, each kept where it gains.

A full grid of six settings takes days; they hardly depend on each other. So each is tried with the best
of the others so far, and tried again where a later one changed. Pure policy: how a setup is measured is
the caller's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.types import Tuning
from localalt_bench.setup import Setup

__all__ = ["GAIN", "Choice", "Goal", "search"]

Goal: TypeAlias = Literal["latency", "throughput"]
Score: TypeAlias = Callable[[Setup], "float | None"]
"""Pictures per minute of a setup, the higher the better; None where it could not be measured."""

GAIN = 1.02
"""Times the best so far that a change must reach: less is noise, and a plan's own choice should stay."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What came of a search."""

    goal: Goal
    setup: Setup
    images_per_min: float
    started_with: float
    """Pictures per minute of the setup that the search began with."""


def search(
    first: Setup, goal: Goal, values: Mapping[str, Sequence[int | bool]], score: Score, *, rounds: int = 2
) -> Choice | None:
    """The best setup for a goal, beginning with `first`; None where not even that could be measured.

    `values` are what to try, by the names of `Setup.n_seq_max` and `Tuning`'s fields, in the order in which they are
    tried. For latency pictures are described one at a time, whatever `values` has for that.
    """
    best = dataclasses.replace(first, n_seq_max=1) if goal == "latency" else first
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
                if found is not None and found >= GAIN * top:
                    best, top = setup, found
        if best == before:
            break
    return Choice(goal, best, top, start)


def changed(setup: Setup, name: str, value: int | bool) -> Setup:
    """The setup with another value of one setting."""
    if name == "n_seq_max":
        return dataclasses.replace(setup, n_seq_max=int(value))
    settings = {field.name: getattr(setup.tuning, field.name) for field in dataclasses.fields(Tuning)}
    assert name in settings, name
    return dataclasses.replace(setup, tuning=Tuning(**settings | {name: value}))
