"""How many sequences one batch should hold: measured once for a model on a device, and stored.

A wider batch reads the weights once for more tokens, until arithmetic is the limit. Where that is
depends on the model, its quantization and the device, so it is measured. What is stored are the
measured times, not the choice: the rule can change later. Knows nothing of llama.cpp; `native`
takes the times.
"""

from __future__ import annotations

import contextlib
import logging
import math
import platform
import statistics
import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localalt._version import llama_cpp_version
from localalt.devices import Machine
from localalt.machine import json_cache as files
from localalt.planning.plan import Plan
from localalt.planning.settings import N_SEQ_MAX

__all__ = [
    "MAX_SPREAD",
    "choose",
    "cpu_name",
    "forget",
    "key",
    "lookup",
    "measure",
    "spread",
    "store",
    "store_path",
]

logger = logging.getLogger(__name__)

GOOD_SHARE = 0.95
"""Of the best tokens/s, what a narrower batch must reach to be preferred: beyond the knee, slots
only cost memory and delay each answer."""
MIN_GAIN = 1.1
"""Times the best tokens/s so far, what a doubling must reach to count as a gain: less is lost in noise."""
MAX_MISSES = 2
"""Doublings in a row without a gain that end the measurement. One is not the end: other kernels
take over at some widths, and what is slower than 8 in a batch of 16 may be fast in one of 32."""
BUDGET_S = 2.0
"""Seconds that measuring may take: it is part of loading a model for the first time, and a person waits."""

MAX_SPREAD = 0.25
"""Of `spread`, what a measurement may have that is stored. A doubling counts as a gain from `MIN_GAIN` on, and the
fastest step of a width is as far from its other steps as this at the most."""

VERSION = 2
"""1 was measured on busy machines, too, and by several processes at once."""
MAX_ENTRIES = 200
"""Measurements in the file, at about 300 bytes each; the oldest make room."""


# --- what to measure, and what follows from it ---


def measure(
    limit: int,
    step_s: Callable[[int], float],
    *,
    clock: Callable[[], float] = time.perf_counter,
    is_disturbed: Callable[[], bool] = lambda: False,
) -> dict[int, float]:
    """Seconds of a decode step by width: for 1, 2, 4, 8, ... up to `limit`, as far as they gain and time allows.

    `step_s(width)` takes the measurement of one width. The first is always taken; another only if
    it will be within `BUDGET_S`, were it to take twice as long as the last, and if nothing is disturbing.
    """
    measured: dict[int, float] = {}
    width = 1
    started = ended = clock()
    while True:
        before = ended
        measured[width] = step_s(width)
        ended = clock()
        width *= 2
        expected_s = 2 * (ended - before)
        is_enough = width > limit or _misses(measured) == MAX_MISSES
        if is_enough or ended - started + expected_s > BUDGET_S or is_disturbed():
            return measured


def choose(step_s: Mapping[int, float], *, limit: int) -> int:
    """The width to use, at most `limit`: the smallest whose tokens/s are nearly the best that were measured.

    Where time did not allow to measure `N_SEQ_MAX`, that.
    """
    tps = {width: _tps(width, seconds) for width, seconds in step_s.items() if width <= limit}
    if not tps or 2 * max(tps) <= min(N_SEQ_MAX, limit):  # too few: a batch of two often gains little yet
        return min(N_SEQ_MAX, limit)
    enough = max(tps.values()) * GOOD_SHARE
    return min(width for width, value in tps.items() if value >= enough)


def spread(repeats: Mapping[int, Sequence[float]]) -> float:
    """By how much steps of one width differ: the median over the fastest, less 1, of the width that varies most."""
    return max((statistics.median(each) / max(min(each), 1e-9) - 1 for each in repeats.values() if each), default=0.0)


def _tps(width: int, seconds: float) -> float:
    return width / max(seconds, 1e-9)  # a clock that ticks slowly may say 0


def _misses(step_s: Mapping[int, float]) -> int:
    """How many of the widest, in a row, gained nothing on the best one before them."""
    best, misses = 0.0, 0
    for width in sorted(step_s):
        tps = _tps(width, step_s[width])
        misses = 0 if tps >= MIN_GAIN * best else misses + 1
        best = max(best, tps)
    return misses


# --- the file ---


def key(architecture: str, weights_bytes: int, plan: Plan, machine: Machine) -> str:
    """What a measurement holds for: all that the speed of a decode step depends on.

    The weights, for which architecture and bytes stand, under whatever name they were loaded; the
    devices with the layers each has, and what of them is elsewhere; the CPU, whose cache folder may
    be shared with other machines, and its threads; and llama.cpp's kernels. Slots, context and the
    projector are not part of it: the measurement has a small cache of its own.
    """
    names = {device.name: f"{device.name} ({device.description})" for device in machine.devices}
    placed = [f"{n} on {names.get(name, name)}" for name, n in plan.layers]
    kernels = "" if plan.repacks_weights else ", not repacked"
    if plan.n_cpu_moe:
        placed.append(f"the experts of {plan.n_cpu_moe} on the CPU")
    if plan.op_offload and not plan.n_gpu_layers:
        placed.append(f"prompts on {', '.join(plan.devices)}")
    return (
        f"{architecture}, {weights_bytes} bytes{kernels}; layers: {', '.join(placed)}; "
        f"{plan.n_threads} threads, {cpu_name()}; llama-cpp-python {llama_cpp_version()}"
    )


def cpu_name() -> str:
    """What the CPU is called; Python knows only its instruction set on Linux."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def store_path() -> Path:
    """Where measurements are stored: a file that may be deleted at any time."""
    return files.path_of("widths.json")


def lookup(key: str, *, limit: int) -> int | None:
    """The width that follows from what is stored for `key`, or None where it must be measured.

    Also None where measuring ended at a lower limit, with the knee not yet in sight. Never fails: what
    cannot be read counts as not measured.
    """
    try:
        entry = _measured(files.read(store_path(), version=VERSION).get(key))
    except (OSError, ValueError) as error:
        logger.debug("No batch widths can be read: %s", error)
        return None
    if entry is None or (entry.limit < limit and entry.ended_at_limit):
        return None
    return choose(entry.step_s, limit=limit)


def store(key: str, step_s: Mapping[int, float], *, limit: int) -> None:
    """Store what was measured for `key` up to `limit`. Never fails: what cannot be written is measured again.

    Of two processes that write at once, one's entry may be lost, and is measured again.
    """
    try:
        entry = {"limit": limit, "step_s": dict(step_s)}
        files.store(store_path(), key, entry, version=VERSION, most=MAX_ENTRIES)
    except (OSError, ValueError) as error:
        logger.debug("Batch widths cannot be stored: %s", error)


def forget(keys: Container[str] | None = None) -> list[str]:
    """Forget what is stored for `keys`, or all of it, so that it is measured again; returns what there was.

    Raises:
        OSError: the file cannot be read or written.
    """
    return files.forget(store_path(), keys, version=VERSION)


@dataclass(frozen=True, slots=True)
class _Measured:
    """An entry of the file."""

    step_s: Mapping[int, float]
    limit: int

    @property
    def ended_at_limit(self) -> bool:
        """Whether it was the limit that ended measuring, neither time nor the knee."""
        return 2 * max(self.step_s) > self.limit and _misses(self.step_s) < MAX_MISSES


def _measured(entry: Any) -> _Measured | None:  # noqa: ANN401 (what somebody's JSON holds)
    """An entry, read with suspicion: memory is taken by what it says."""
    try:
        limit, steps = entry["limit"], {int(width): float(seconds) for width, seconds in entry["step_s"].items()}
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None
    is_sound = steps and type(limit) is int and min(steps) > 0 and all(0 <= each < math.inf for each in steps.values())
    return _Measured(steps, limit) if is_sound else None
