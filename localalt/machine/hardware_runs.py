"""Which GPUs this project has run each backend on, as results in benchmarks/results prove.

A device that is a program on the CPU counts for nothing here. `python -m scripts.checks.hardware --write` brings the
list up to date; a test holds it to the results.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FILE", "Run", "all_runs", "in_words", "label", "of"]

FILE = Path(__file__).with_name("hardware_runs.json")


@dataclass(frozen=True, slots=True)
class Run:
    """A GPU that a backend has run on."""

    backend: str
    """As ggml calls it: "CUDA"."""
    gpu: str
    """What its driver calls it."""
    date: str
    """Of the newest result, such as "2026-11-27"."""
    result: str
    """The file in benchmarks/results."""


@functools.cache
def all_runs() -> tuple[Run, ...]:
    """The runs that are known, by backend and GPU."""
    return tuple(Run(**each) for each in json.loads(FILE.read_text(encoding="utf-8")))


def of(backend: str) -> tuple[Run, ...]:
    """Those of one backend."""
    return tuple(run for run in all_runs() if run.backend == backend)


def in_words(backend: str) -> str:
    """What is known of a backend, for people."""
    runs = of(backend)
    if not runs:
        return f"This project has never run {label(backend)} on real hardware."
    gpus = "; ".join(f"{run.gpu}, {run.date}, benchmarks/results/{run.result}" for run in runs)
    return f"This project has run {label(backend)} on real hardware ({gpus})."


def label(backend: str) -> str:
    """A backend's name for people: ggml calls Metal MTL."""
    return {"MTL": "Metal"}.get(backend, backend)
