"""A model loaded, asked about another picture each time, and closed, again and again, and how the process grows.

Linux only, since it reads /proc. After the 100th cycle the process may grow by `MAX_GROWTH_MB` up to the end; what
the C library holds in its arenas is counted apart, and so are threads and open files.
"""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

import localalt
from localalt import selftest

from .outcome import Outcome

__all__ = ["COUNT", "MAX_GROWTH_MB", "SETTLED", "soak"]

COUNT = 300
SETTLED = 100
"""Cycles after which caches are full and pools have their threads."""
MAX_GROWTH_MB = 5.0
_SHOWN = (1, 10, 30, 60, 100, 200, 300)


def soak(count: int = COUNT, *, seed: int = 0) -> Outcome:
    """Load, ask and close `count` times, from the picture with the number `seed` on."""
    pictures = _pictures(seed)
    settled = _usage()
    figures, failures = [], []
    for cycle in range(1, count + 1):
        with localalt.load("selftest", device="cpu", n_seq_max=1 + cycle % 4) as describer:
            describer.describe(next(pictures), checks="off")
        if cycle == min(SETTLED, max(1, count // 3)):
            settled = _usage()
        if cycle in _SHOWN or cycle == count:
            usage = _usage()
            figures.append(f"after {cycle:4}: {usage[0]:6.1f} MB, {usage[1]} threads, {usage[2]} open files")
    grown = [now - before for now, before in zip(_usage(), settled, strict=True)]
    if grown[0] > MAX_GROWTH_MB or grown[1] > 0 or grown[2] > 0:
        failures.append(f"grew by {grown[0]:.1f} MB, {grown[1]} threads and {grown[2]} open files after it had settled")
    return Outcome(count, tuple(failures), tuple(figures))


def _pictures(start: int) -> Iterator[Image.Image]:
    cases = selftest.held_out()
    number = start
    while True:
        yield Image.open(io.BytesIO(cases[number % len(cases)].picture))
        number += 1


def _usage() -> tuple[float, int, int]:
    """(resident memory in 10^6 bytes, threads, open files) of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    counts = [sum(1 for _ in Path("/proc/self", kind).iterdir()) for kind in ("task", "fd")]
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, counts[0], counts[1]
