"""How many threads compute here: cores, and what a container, an affinity or a person's environment leaves of them.

`limits` looks, `threads` decides and is pure. Whatever starts threads that compute takes its number from
`compute_threads`.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from localalt.machine import cgroups

__all__ = ["Limits", "Quota", "Threads", "compute_threads", "cpu_list", "limits", "quota_of", "threads"]

MAX_THREADS = 1024
"""As `options` allows it."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Processor time that a control group may use."""

    n_processors: float
    """Seconds of processor time a second, such as 1.5."""
    source: str
    """The file that says so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the threads of this process."""

    n_online: int
    """Processors that the system has, hyper-threads counted each."""
    n_usable: int
    """Those that this process may be scheduled on."""
    n_cores: int
    """Physical cores among these."""
    is_cpuset: bool = False
    """Whether a control group's cpuset, rather than an affinity of the process's own, holds it to these."""
    quota: Quota | None = None
    wanted: tuple[int, str] | None = None
    """How many threads the person asks for, and the variable that says so."""
    thread_limit: int | None = None
    """OMP_THREAD_LIMIT: OpenMP starts no more, whatever it is asked for."""


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads compute, and why so many."""

    n: int
    because: str
    """For people, to stand behind "2 threads: "; "" where it is one for each physical core and nothing bounds them."""


def compute_threads(root: Path = Path("/"), environment: Mapping[str, str] = os.environ) -> Threads:
    """The threads that compute in this process."""
    return threads(limits(root, environment))


def threads(own: Limits) -> Threads:
    """One for each physical core, as far as this process may use them, or as many as the person asks for.

    A quota is rounded to the nearest whole number, halves up, and never to 0. With half a processor too much, all
    threads stand still for the rest of each period once the quota is used up, in step, and the processor time is used
    in full; with less than half too much, a thread more gains little and the pauses make single answers unsteady.
    Two threads over one, a matrix product on two busy cores of a Xeon: 0.7 to 0.8 with a quota of 0.5, 1.0 to 1.2
    with 1.25, 1.0 to 1.25 with 1.5, 1.0 to 1.7 with 1.75.
    """
    of = f"{own.n_online} processor{'s' * (own.n_online != 1)}"
    most, because = own.n_usable, ""
    if own.n_usable < own.n_online:
        by = "cgroup cpuset" if own.is_cpuset else "CPU affinity"
        because = f"this {_who(own.is_cpuset)} may use {own.n_usable} of {of} ({by})"
    if own.quota is not None and _rounded(own.quota.n_processors) < min(most, own.n_cores):
        most = _rounded(own.quota.n_processors)
        because = f"this container may use {own.quota.n_processors:.3g} of {of} ({own.quota.source})"
    elif own.quota is not None:
        most = min(most, _rounded(own.quota.n_processors))
    n = max(1, min(most, own.n_cores))
    if own.wanted is not None:
        wanted, name = own.wanted
        n = max(1, min(wanted, most))
        because = f"{name} asks for {wanted}" + (f", and {because or f'this machine has {of}'}" if wanted > n else "")
    if own.thread_limit is not None and own.thread_limit < n:
        n, because = max(1, own.thread_limit), f"OMP_THREAD_LIMIT allows {own.thread_limit}"
    return Threads(min(n, MAX_THREADS), because)


def _who(is_cpuset: bool) -> str:
    return "container" if is_cpuset else "process"


def _rounded(n_processors: float) -> int:
    return max(1, math.floor(n_processors + 0.5))


# --- looking ---


def limits(root: Path = Path("/"), environment: Mapping[str, str] = os.environ) -> Limits:
    """What bounds this process. Never fails: what cannot be read bounds nothing."""
    usable = _usable()
    n_online = max(len(usable), _n_online(root))
    return Limits(
        n_online=n_online,
        n_usable=len(usable),
        n_cores=_physical(usable, root),
        is_cpuset=len(usable) < n_online and _cpuset(root) == usable,
        quota=_quota(root) if sys.platform == "linux" else None,
        wanted=_wanted(environment),
        thread_limit=_positive(environment.get("OMP_THREAD_LIMIT", "")),
    )


def _usable() -> set[int]:
    """The numbers of the processors that this process may be scheduled on."""
    if sys.platform != "win32" and hasattr(os, "sched_getaffinity"):  # not on macOS
        return set(os.sched_getaffinity(0))
    count = getattr(os, "process_cpu_count", os.cpu_count)  # from Python 3.13
    return set(range(count() or 1))


def _n_online(root: Path) -> int:
    """Also where Python's own count is bounded by PYTHON_CPU_COUNT."""
    return len(cpu_list(cgroups.read(root / "sys/devices/system/cpu/online"))) or os.cpu_count() or 1


def cpu_list(text: str) -> set[int]:
    """The numbers in the kernel's notation, such as "0-3,8": none of what is damaged or absurd."""
    found: set[int] = set()
    for part in text.strip().split(","):
        span = re.fullmatch(r"\s*(\d{1,6})(?:-(\d{1,6}))?\s*", part, re.ASCII)
        if span is not None and int(span[2] or span[1]) < 1 << 16:
            found.update(range(int(span[1]), int(span[2] or span[1]) + 1))
    return found


def _physical(usable: set[int], root: Path) -> int:
    """Cores, hyper-threads counted once: more threads than that slow llama.cpp down."""
    if sys.platform == "linux":
        siblings = {
            cgroups.read(root / f"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list") for cpu in usable
        }
        if "" not in siblings:
            return len(siblings)
    if sys.platform == "darwin":
        return len(usable)  # Apple silicon has no hyper-threads
    return max(1, len(usable) // 2)


def _cpuset(root: Path) -> set[int]:
    """The processors of the nearest control group that says which, none where no one does."""
    for version, folder in cgroups.folders("cpuset", root):
        for name in ("cpuset.cpus.effective",) if version == 2 else ("cpuset.effective_cpus", "cpuset.cpus"):
            found = cpu_list(cgroups.read(folder / name))
            if found:
                return found
    return set()


def _quota(root: Path) -> Quota | None:
    """The smallest of all control groups on the way to the root. Weights and shares are not limits."""
    return min(_quotas(root), key=lambda each: each.n_processors, default=None)


def _quotas(root: Path) -> Iterable[Quota]:
    for version, folder in cgroups.folders("cpu", root):
        if version == 2:
            own, source = quota_of(cgroups.read(folder / "cpu.max")), "cgroup cpu.max"
        else:
            fields = (cgroups.read(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
            own, source = quota_of(" ".join(fields)), "cgroup cpu.cfs_quota_us"
        if own is not None:
            yield Quota(own, source)


def quota_of(text: str) -> float | None:
    """Processors from "QUOTA PERIOD" in microseconds, as cpu.max has it; None for "max", -1 and what is damaged."""
    quota, _, period = text.strip().partition(" ")
    n, of = _positive(quota), _positive(period or "100000")
    return n / of if n is not None and of is not None else None


def _wanted(environment: Mapping[str, str]) -> tuple[int, str] | None:
    """What OMP_NUM_THREADS ("4", or "4,2": the first is for the outermost level), or else Python's own setting says."""
    own = _positive(environment.get("OMP_NUM_THREADS", "").partition(",")[0])
    if own is not None:
        return own, "OMP_NUM_THREADS"
    # Python 3.13 reads both; a person who sets them means what they say with an older one, too.
    option = _positive(str(sys._xoptions.get("cpu_count", "")))
    if option is not None:
        return option, "-X cpu_count"
    own = _positive(environment.get("PYTHON_CPU_COUNT", ""))
    return None if own is None else (own, "PYTHON_CPU_COUNT")


def _positive(text: str) -> int | None:
    found = re.fullmatch(r"\s*\+?0*([1-9]\d{0,14})\s*", text, re.ASCII)
    return int(found[1]) if found else None
