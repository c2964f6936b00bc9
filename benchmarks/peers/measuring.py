"""Measures one way in a new process, whose result is one line of JSON."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import peers
from localalt.bench.monitor import peak_rss
from localalt.machine.disturbance import busy_s

__all__ = ["child", "measure"]


def measure(
    way: str, workload: peers.Workload, warm_up: Sequence[Path], paths: Sequence[Path], *, by_cpu_time: bool
) -> dict[str, Any]:
    """Load, warm up, describe all, and return what it took. To be run in a new process."""
    started = time.perf_counter()
    loaded = peers.WAYS[way].load(workload)
    try:
        load_s = time.perf_counter() - started
        loaded.describe(warm_up)
        started, started_cpu, started_busy = time.perf_counter(), _cpu_s(loaded.pid), busy_s()
        tokens = loaded.describe(paths)
        elapsed_s, cpu_s = time.perf_counter() - started, _cpu_s(loaded.pid) - started_cpu
        others = None if started_busy is None else (busy_s() or 0.0) - started_busy - cpu_s
        peak = _peak_rss(loaded.pid)
    finally:
        loaded.close()
    return {
        "images_per_s": len(paths) / (cpu_s if by_cpu_time else elapsed_s),
        "elapsed_s": elapsed_s,
        "cpu_s": cpu_s,
        "others_share": None if others is None else max(0.0, others) / elapsed_s / (os.cpu_count() or 1),
        "load_s": load_s,
        "peak_rss_bytes": peak,
        "n_prompt_tokens": [each.prompt for each in tokens],
        "n_output_tokens": [each.output for each in tokens],
        "kernels": peers.WAYS[way].kernels(),
    }


def _cpu_s(pid: int | None) -> float:
    """Of this process, and of the one that works for it, if there is one."""
    if pid is None:
        return time.process_time()
    # Behind the name, which may hold anything: state, parent and so on; user and system time are the 12th and 13th.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_rss(pid: int | None) -> int | None:
    """Of this process, or of the one that works for it."""
    if pid is not None:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    return peak_rss()


def child(text: str) -> None:
    """What `sweeping` started: the work is in `text`, and the result goes to the last line of standard output."""
    work = json.loads(text)
    files = {key: Path(path) for key in ("weights", "mmproj", "native") if (path := work["workload"][key]) is not None}
    workload = peers.Workload(**work["workload"] | files)
    warm_up, paths = ([Path(path) for path in work[key]] for key in ("warm_up", "paths"))
    result = measure(work["way"], workload, warm_up, paths, by_cpu_time=work["by_cpu_time"])
    print(f"\n{json.dumps(result)}", flush=True)
    os._exit(0)  # a peer that hangs or crashes while it unloads has been measured all the same
