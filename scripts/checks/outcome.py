"""What a soak found."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a soak found."""

    n_cases: int
    failures: tuple[str, ...] = ()
    """A line for each case that must not be so; empty where all is well."""
    figures: tuple[str, ...] = ()
    """What was counted, a line each, for the person who reads it."""
