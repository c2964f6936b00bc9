"""What other programs take of the processors while something is measured, and whether that is too much to store it.

Looks only, and never fails: where the platform does not say, which is elsewhere than on Linux, the share is None and
the repeats of a measurement have to show how steady it was. Standard library alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from pathlib import Path

__all__ = ["QUIET_SHARE", "Disturbance", "busy_s", "own_s"]

QUIET_SHARE = 0.05
"""Of the processors' time, what others may take on a quiet machine: a desktop with nothing to do stays below it."""
LEAST_S = 0.2
"""Seconds from which on a share says something: the kernel counts in hundredths."""


class Disturbance:
    """What others take from the making of this on.

    Args:
        proc: where Linux reports about itself.
        clock, own: seconds now, and those that this process has computed so far.
    """

    def __init__(
        self,
        *,
        proc: Path = Path("/proc"),
        clock: Callable[[], float] = time.monotonic,
        own: Callable[[], float] | None = None,
    ) -> None:
        self._proc, self._clock, self._own = proc, clock, own or own_s
        self._processors = usable()
        self._started = clock(), busy_s(proc, self._processors), self._own()

    def share(self, *, least_s: float = LEAST_S) -> float | None:
        """Of the time of the processors that this process may use, 0 to 1; None where unknown, or before `least_s`."""
        started, busy, own = self._started
        elapsed, now = self._clock() - started, busy_s(self._proc, self._processors)
        if busy is None or now is None or elapsed <= 0 or elapsed < least_s:
            return None
        others = (now - busy) - (self._own() - own)
        return min(1.0, max(0.0, others / elapsed / max(1, len(self._processors))))


def usable() -> Collection[int]:
    """The processors that this process may use, by the kernel's numbers."""
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return range(os.cpu_count() or 1)


def busy_s(proc: Path = Path("/proc"), processors: Collection[int] | None = None) -> float | None:
    """Seconds that processors, or all of them, have been busy with anything since the start; None where unknown."""
    try:
        lines = (proc / "stat").read_text().splitlines()
        counted = {line.split(" ", 1)[0]: line for line in lines if line.startswith("cpu")}
        names = [name for number in processors or () if (name := f"cpu{number}") in counted] or ["cpu"]
        ticks = 0
        for name in names:
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, counted[name].split()[1:9])
            ticks += user + nice + system + irq + softirq + steal
        return ticks / os.sysconf("SC_CLK_TCK")
    except (AttributeError, KeyError, OSError, ValueError):
        return None


def own_s() -> float:
    """Seconds that this process, all its threads and the children that it waited for, have computed."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
