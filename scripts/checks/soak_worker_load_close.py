"""A model loaded in a child, asked and closed, or ended in every other way, and what is left of it in the host.

Linux only, since it reads /proc. Most cycles end the child: by closing, by forgetting, by signals while it loads and
while it describes. The others end a host of their own with its child: by kill -9, by leaving without a word, and at the
end of the interpreter. After each there may be no process, no thread, no open file, no shared memory and no temporary
file more than before; the host may grow by `MAX_GROWTH_MB` in all after the first `SETTLED` cycles.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import localalt
from localalt import selftest
from localalt.describer.describer import Describer

from .outcome import Outcome

__all__ = ["COUNT", "soak"]

COUNT = 1000
SETTLED = 100
MAX_GROWTH_MB = 5.0
PATIENCE_S = 5.0
"""Seconds for the system to take back what a dead process had."""

_HOST = """
import os, signal, sys, threading, time
import localalt
describer = localalt.load("selftest", device="cpu", isolation="process")
describer.describe(sys.stdin.buffer.read())
def describe_on():
    try:
        while True: describer.describe(sys.argv[1])
    except localalt.ClosedError: pass
"""
_HOST_ENDS = {
    "host killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "host killed while it loads": None,
    "host leaves by os._exit": "os._exit(0)",
    "host exits without closing": "",
    "host ends by an exception": "raise SystemExit(3)",
    "host ends while a thread describes": "threading.Thread(target=describe_on, daemon=True).start()",
}


def soak(count: int = COUNT, *, seed: int = 0) -> Outcome:
    """Load and end a child `count` times, in ways that are drawn by `seed`: in each of them once, before any again."""
    draw = random.Random(seed)
    before_temporary = tempfile.gettempdir()
    figures: list[str] = []
    failures: list[str] = []
    ways = [*_WAYS, *_HOST_ENDS]
    first = draw.sample(ways, len(ways))
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="localalt-soak-") as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        try:
            _by_closing(draw)
            settled = start = _memory_mb()
            expected = _counts(folder)
            for cycle in range(1, count + 1):
                way = first[cycle - 1] if cycle <= len(first) else draw.choice(ways)
                counts[way] += 1
                if way in _WAYS:
                    _WAYS[way](draw)
                else:
                    _end_a_host(way, draw)
                left = _settle(folder, expected)
                if left != expected:
                    failures.append(f"cycle {cycle}, {way}: {left} in place of {expected}")
                    expected = left
                if cycle == min(SETTLED, max(1, count // 3)):
                    settled = _memory_mb()
                if cycle in (1, 10, 100, 300, 600) or cycle == count:
                    figures.append(f"after {cycle:4}: {_memory_mb():6.1f} MB, {_in_words(left)}")
        finally:
            tempfile.tempdir = before_temporary
            os.environ["TMPDIR"] = before_temporary
    grown = _memory_mb() - settled
    figures.insert(0, f"before    : {start:6.1f} MB, {_in_words(expected)}")
    figures.append(", ".join(f"{way}: {n}" for way, n in sorted(counts.items())))
    if grown > MAX_GROWTH_MB:
        failures.append(f"the host grew by {grown:.1f} MB after it had settled")
    return Outcome(count, tuple(failures), tuple(figures))


# --- ways to end ---


def _load() -> Describer:
    return localalt.load("selftest", device="cpu", isolation="process")


def _picture(draw: random.Random) -> bytes:
    return draw.choice(selftest.held_out()).picture


def _by_closing(draw: random.Random) -> None:
    with _load() as describer:
        describer.describe(_picture(draw), checks="off")


def _by_closing_in_the_middle(draw: random.Random) -> None:
    describer = _load()
    results = describer.as_completed([_picture(draw)] * 20, checks="off")
    next(results)
    describer.close()
    with contextlib.suppress(localalt.ClosedError):
        for _ in results:
            pass


def _by_forgetting(draw: random.Random) -> None:
    describer = _load()
    describer.describe(_picture(draw), checks="off")
    del describer
    gc.collect()


def _by_closing_while_it_loads(draw: random.Random) -> None:
    def end(_: float) -> None:
        raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        localalt.load("selftest", device="cpu", isolation="process", progress=end)


def _by_killing_while_it_loads(draw: random.Random) -> None:
    ready = threading.Event()
    killer = threading.Thread(target=_kill_soon, args=(draw.uniform(0.0, 1.5), signal.SIGKILL, ready))
    killer.start()
    with _load() as describer:
        ready.set()
        describer.describe(_picture(draw), checks="off")
    killer.join()


def _by_a_signal_to_the_idle(draw: random.Random) -> None:
    with _load() as describer:
        _kill_children(draw.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT]))
        describer.describe(_picture(draw), checks="off")


def _by_a_signal_in_the_middle(draw: random.Random) -> None:
    with _load() as describer:
        results = describer.as_completed([_picture(draw)] * 10, checks="off")
        next(results)
        _kill_children(draw.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT]))
        assert len(list(results)) == 9


_WAYS: dict[str, Callable[[random.Random], None]] = {
    "closed": _by_closing,
    "closed in the middle": _by_closing_in_the_middle,
    "forgotten": _by_forgetting,
    "closed while it loads": _by_closing_while_it_loads,
    "killed while it loads": _by_killing_while_it_loads,
    "killed with nothing to do": _by_a_signal_to_the_idle,
    "killed in the middle": _by_a_signal_in_the_middle,
}


def _kill_soon(after_s: float, number: int, ready: threading.Event) -> None:
    if not ready.wait(after_s):
        _kill_children(number)


def _kill_children(number: int) -> None:
    for pid in _children():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _end_a_host(way: str, draw: random.Random) -> None:
    ending = _HOST_ENDS[way]
    with subprocess.Popen(
        [sys.executable, "-c", _HOST + (ending or ""), "examples/shape.png"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as host:
        if ending is None:
            time.sleep(draw.uniform(0.2, 2.0))
            host.kill()
        _, said = host.communicate(_picture(draw))
    if said:
        raise AssertionError(f"{way}: {said.decode(errors='replace')}")


# --- what is left ---


def _settle(folder: str, expected: tuple[int, ...]) -> tuple[int, ...]:
    end = time.monotonic() + PATIENCE_S
    while (left := _counts(folder)) != expected and time.monotonic() < end:
        gc.collect()
        time.sleep(0.05)
    return left


def _counts(folder: str) -> tuple[int, ...]:
    """Children and orphans, threads, open files, temporary files, and shared memory."""
    tasks, files = (sum(1 for _ in Path("/proc/self", kind).iterdir()) for kind in ("task", "fd"))
    temporary = sum(1 for _ in Path(folder).rglob("*"))
    shared = sum(1 for _ in Path("/dev/shm").iterdir())
    return len(_children()) + _n_orphans(folder), tasks, files, temporary, shared


def _in_words(counts: tuple[int, ...]) -> str:
    names = ("processes", "threads", "open files", "temporary files", "in /dev/shm")
    return ", ".join(f"{n} {name}" for n, name in zip(counts, names, strict=True))


def _children() -> list[int]:
    """Of all threads of this process, those that nobody has reaped as well."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def _n_orphans(folder: str) -> int:
    """Children of hosts that are gone: those that have this soak's folder for temporary files."""
    mark, n_found = f"TMPDIR={folder}".encode(), 0
    own = {os.getpid(), *_children()}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            n_found += int(process.name) not in own and mark in (process / "environ").read_bytes().split(b"\0")
    return n_found


def _memory_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
