"""All runs of one shape: each in a new process, in another order in each round."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peers
from localalt import machine
from peers.shapes import INSTRUCTION, SHAPES, pair_of

__all__ = ["N_WARM_UP", "Results", "Run", "SweepSettings", "runs_of", "sweep"]

COMMAND = Path(__file__).resolve().parent.parent / "throughput.py"
N_WARM_UP = 2
MAX_TRIES = 5
"""Of a run that other programs disturb."""


@dataclass(frozen=True, slots=True)
class Run:
    """One way at one width, to be measured in a new process."""

    way: str
    width: int
    """Pictures at a time; 0 for a way that does one after the other."""

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.way}, {self.width} at a time" if self.width else self.way


def runs_of(ways: Sequence[str], widths: Sequence[int]) -> Iterator[Run]:
    """Each way at each width, or once where it knows no width."""
    for way in ways:
        for width in widths if way in peers.BATCHED else [0]:
            yield Run(way, width)


Results = dict[Run, list[dict[str, Any]]]
"""One result per round."""


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """How to measure, the same for every run."""

    n_tokens: int
    n_rounds: int
    by_cpu_time: bool
    others: float | None
    """The most that other programs may take of the processor during a run, or it is repeated."""
    native: Path | None
    """See `peers.Workload`."""


def sweep(name: str, runs: Sequence[Run], paths: Sequence[Path], settings: SweepSettings) -> Results:
    """All runs of one shape, in another order in each round."""
    weights, mmproj = pair_of(name)
    shape = SHAPES[name]
    results: Results = {run: [] for run in runs}
    for number in range(settings.n_rounds):
        for run in random.sample(runs, len(runs)):
            workload = peers.Workload(
                weights=weights,
                mmproj=mmproj,
                opening=shape.opening,
                instruction=INSTRUCTION,
                closing=shape.closing,
                n_tokens=settings.n_tokens,
                n_slots=max(1, run.width),
                n_threads=machine.compute_threads().n,
                image_tokens=shape.image_tokens,
                peer_image_tokens=shape.peer_image_tokens,
                native=settings.native,
            )
            results[run].append(
                _undisturbed(f"{name}, round {number + 1}: {run.label}", run, workload, paths, settings)
            )
    return results


def _undisturbed(
    label: str, run: Run, workload: peers.Workload, paths: Sequence[Path], settings: SweepSettings
) -> dict[str, Any]:
    """The result of the first try that others left alone, or of the one they disturbed least."""
    tries: list[dict[str, Any]] = []
    while len(tries) < MAX_TRIES:
        result = _start(run, workload, paths, settings.by_cpu_time)
        if "error" in result:
            print(f"{label}: {result['error']}", file=sys.stderr, flush=True)
            return result
        tries.append(result)
        share = result["others_share"] or 0.0
        print(f"{label}: {result['images_per_s']:.3f} images/s, others {share:.0%}", file=sys.stderr, flush=True)
        if settings.others is None or share <= settings.others:
            break
    return min(tries, key=lambda result: result["others_share"] or 0.0)


def _start(run: Run, workload: peers.Workload, paths: Sequence[Path], by_cpu_time: bool) -> dict[str, Any]:
    """The result of a child, or {"error": why there is none}."""
    work = {
        "way": run.way,
        "workload": dataclasses.asdict(workload),
        "warm_up": paths[-N_WARM_UP:],
        "paths": paths[:-N_WARM_UP],
        "by_cpu_time": by_cpu_time,
    }
    command = [sys.executable, str(COMMAND), "--child", json.dumps(work, default=str)]
    child = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if child.returncode == 0:
        result: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
        return result
    lines = [line for line in child.stderr.splitlines() if line.strip()]
    return {"error": f"exit status {child.returncode}: {lines[-1] if lines else 'it said nothing'}"}
