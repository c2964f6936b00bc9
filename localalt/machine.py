"""What this machine has for a model to run on: GPUs, RAM and cores.

Only looks; what follows from it is decided in `hardware`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from localalt import native
from localalt.types import Machine

__all__ = ["this_machine"]

MACOS_USABLE = 0.75
"""Of a Mac's RAM: macOS does not tell what is free, but compresses and drops what is idle."""


def this_machine(*, gpu: bool = True) -> Machine:
    """The machine that this process runs on; without its GPUs where `gpu` is False.

    Raises:
        BackendMissingError: llama-cpp-python is missing, broken or too old.
    """
    free, total = _ram()
    return Machine(
        ram_free_bytes=free,
        ram_total_bytes=total,
        n_cores=physical_cores(),
        devices=native.gpus() if gpu else (),
    )


def _ram() -> tuple[int, int]:
    """(free, total) bytes of RAM, as far as this process may use it."""
    free, total = native.ram()
    if sys.platform == "darwin":
        return int(total * MACOS_USABLE), total
    if sys.platform == "linux":
        with contextlib.suppress(OSError, KeyError, ValueError):  # no /proc, or an unusual one
            free, total = _meminfo(Path("/proc/meminfo").read_text())
        free, total = _limited(free, total, Path("/sys/fs/cgroup"))
    return free, total


def _meminfo(text: str) -> tuple[int, int]:
    """(available, total) bytes from /proc/meminfo, whose figures are in KiB."""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    total, available = (int(fields[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
    return available, total


def _limited(free: int, total: int, root: Path) -> tuple[int, int]:
    """What a container's limit leaves of `free` and `total`; cgroup version 2, then 1."""
    for limit_name, used_name, cache_name in (
        ("memory.max", "memory.current", "memory.stat"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"),
    ):
        try:
            limit = (root / limit_name).read_text().strip()
            used = int((root / used_name).read_text())
            stat = dict(line.split() for line in (root / cache_name).read_text().splitlines())
        except (OSError, ValueError):
            continue
        if limit.isdigit() and int(limit) < total:  # "max", or a number beyond all RAM, is no limit
            reclaimable = int(stat.get("inactive_file", 0))
            total = int(limit)
            free = max(0, min(free, total - used + reclaimable))
    return free, total


def physical_cores() -> int:
    """Cores that this process may use, hyper-threads counted once: more threads than that slow llama.cpp down."""
    usable = set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    if sys.platform == "linux":
        siblings = {_first_sibling(cpu) for cpu in usable}
        if None not in siblings:
            return len(siblings)
    if sys.platform == "darwin":
        return len(usable)  # Apple silicon has no hyper-threads
    return max(1, len(usable) // 2)


def _first_sibling(cpu: int) -> str | None:
    """What names the core that `cpu` is a hyper-thread of, or None where the kernel does not say."""
    try:
        return Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text()
    except OSError:
        return None
