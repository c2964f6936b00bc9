"""What a run over many pictures came to, in one line at its end: how many, how long, and what to look at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from localalt.units import format_elapsed

if TYPE_CHECKING:
    from localalt.types import Notice

__all__ = ["Tally"]

MANY, LONG_S = 20, 60.0
"""Pictures, or seconds, above which nobody has watched all of them go by."""


class Tally:
    """Counts pictures as they are done."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.n_pictures = self.n_failed = self.n_to_look_at = 0
        self._names: Counter[str] = Counter()

    def add(self, warnings: Iterable[Notice]) -> None:
        """Count a picture that has its text, with the warnings that it does not share with all."""
        names = {warning.name for warning in warnings}
        self.n_pictures += 1
        self.n_to_look_at += bool(names)
        self._names.update(names)

    def fail(self) -> None:
        """Count a picture that has none: it could not be read, or its model described nothing."""
        self.n_pictures += 1
        self.n_failed += 1

    @property
    def elapsed_s(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._started

    def sentence(self) -> str:
        """For the end of the run; "" where it was a short one, and none failed."""
        several = self.n_pictures > 1
        elapsed_s = self.elapsed_s
        if not several or (self.n_pictures <= MANY and elapsed_s <= LONG_S):
            return f"{self.n_failed} of {self.n_pictures} pictures failed." if several and self.n_failed else ""
        rate = 60 * self.n_pictures / max(elapsed_s, 0.001)
        parts = [
            f"{self.n_pictures:,} pictures in {format_elapsed(elapsed_s)}, {rate:,.{1 if rate < 100 else 0}f} a minute"
        ]
        if self.n_to_look_at:
            names = ", ".join(f"{name} {n:,}" for name, n in sorted(self._names.items(), key=lambda each: -each[1]))
            parts.append(f"look at {self.n_to_look_at:,}: {names}")
        if self.n_failed:
            parts.append(f"{self.n_failed:,} failed")
        return f"{'; '.join(parts)}."
