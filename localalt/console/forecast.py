"""How many things are to be done and how long they take: said before, after the first few, and on the way.

Pure: the clock and where it is said are the caller's. A range, not a figure: some things take longer than others,
and the first ones are few.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from localalt.units import format_time_left

__all__ = ["Forecast"]

N_FIRST = 3
"""Things that are done before the first guess."""
FEW = 8
"""Things below which the range is from the fastest to the slowest of them; later it is their middle half."""
MARGIN = 0.1
"""Of a range whose ends are equal: the machine's own changes."""


class Forecast:
    """Counts what is done, and says how long the rest will take.

    Args:
        n_all: things to be done, at the most.
        unit: what they are, for more than one: "questions".
        report: takes each sentence.
        n_least: things to be done at the least, where it is not certain.
        counts_start: whether the time before the first one is done is a thing's own; not where it loads a model.
        clock: seconds now.
    """

    def __init__(
        self,
        n_all: int,
        unit: str,
        report: Callable[[str], None],
        *,
        n_least: int | None = None,
        counts_start: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._n_all, self._unit, self._report, self._clock = n_all, unit, report, clock
        self._n_least = n_all if n_least is None else n_least
        self._last = clock() if counts_start else None
        self._seconds: list[float] = []
        self._n_done, self._next = 0, N_FIRST
        self._on_done: Callable[[], object] = lambda: None

    @property
    def n_done(self) -> int:
        """Things that are done."""
        return self._n_done

    def begin(self, what: str = "") -> None:
        """Say how many there are, before any is done."""
        if not self._n_all:
            self._report(f"There are no {self._unit} left{what}: all of it was done before.")
            return
        count = f"{self._n_all:,}" if self._n_least == self._n_all else f"{self._n_least:,} to {self._n_all:,}"
        when = f" How long they take is said after the first {N_FIRST}." if self._n_all > N_FIRST else ""
        self._report(f"{count} {self._unit}{what}.{when}")

    def show(self, *, report: Callable[[str], None], on_done: Callable[[], object]) -> None:
        """From now on pass it to `report`, and call `on_done` for each thing: a bar stands below."""
        self._report, self._on_done = report, on_done

    def skip(self, n: int) -> None:
        """So many turn out to be done already."""
        self._n_all, self._n_least = max(0, self._n_all - n), max(0, self._n_least - n)

    def done(self) -> None:
        """One more is done; says what is left after the first ones, and whenever twice as many are done."""
        now = self._clock()
        if self._last is not None:
            self._seconds.append(now - self._last)
        self._last = now
        self._n_done += 1
        self._on_done()
        left = self.left()
        if self._n_done >= self._next and left is not None and self._n_done < self._n_all:
            self._next = 2 * self._n_done
            self._report(f"{self._n_done:,} of {self._n_all:,} {self._unit} done, {format_time_left(*left)} left.")

    def left(self) -> tuple[float, float] | None:
        """Seconds that the rest takes, from and to; None before the first ones are done."""
        seconds = self._seconds
        if self._n_done < N_FIRST or len(seconds) < 2:
            return None
        if len(seconds) < FEW:
            fast, slow = min(seconds), max(seconds)
        else:
            fast, _, slow = statistics.quantiles(seconds, n=4, method="inclusive")
        mean = statistics.fmean(seconds)  # one slow thing of many moves the sum, and no quartile
        fast, slow = min(fast, (1 - MARGIN) * mean), max(slow, (1 + MARGIN) * mean)
        return max(0, self._n_least - self._n_done) * fast, max(0, self._n_all - self._n_done) * slow
