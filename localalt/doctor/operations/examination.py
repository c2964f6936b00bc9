"""The operations card of each device: cases run in a process of its own, which is started again after a crash."""

from __future__ import annotations

import functools
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from localalt.child_process import EndedError, run_module
from localalt.devices import Device
from localalt.doctor.operations.card import OperationResult, OperationsCard, Status
from localalt.switches import SWITCHES

__all__ = ["Run", "examine"]

TIMEOUT_S = 3600
"""For a process with all cases, each of which has a time of its own: a software device takes minutes."""
CRASHES_OF_A_KIND = 2
"""After so many the rest of a kind is not tried."""
MAX_CRASHES = 12
"""After so many nothing more is tried: each costs the start of a process and of a driver."""

Run = Callable[[str, Path, Path], None]
"""Runs `program` with settings, for results, with references; raises EndedError if it does not come to its end."""


def examine(
    devices: Sequence[Device],
    *,
    n_threads: int,
    kinds: Sequence[str] = (),
    variables: Mapping[str, str] = MappingProxyType({}),
    run: Run | None = None,
) -> Iterator[OperationsCard]:
    """A card for each device that computes, in their order: the CPU and GPUs. `kinds` are all unless they are named.

    `variables` are set in the environment of the processes, which have no others of `SWITCHES`: a way of computing that
    llama.cpp has them for, such as sums in F32.
    """
    run = run or functools.partial(_in_a_process, variables=variables)
    with tempfile.TemporaryDirectory(prefix="localalt-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for device in devices:
            if device.kind != "accelerator":
                yield _card(device, n_threads, tuple(kinds), run, folder)


def _card(device: Device, n_threads: int, kinds: tuple[str, ...], run: Run, folder: Path) -> OperationsCard:
    from localalt.doctor.operations import program  # and with it numpy

    started = time.monotonic()
    cases = program.wanted(kinds)
    found: list[OperationResult] = []
    crashes: Counter[str] = Counter()
    while len(found) < len(cases):
        case = cases[len(found)]
        if crashes[case.kind] >= CRASHES_OF_A_KIND or crashes.total() >= MAX_CRASHES:
            found.append(OperationResult(case, Status.UNTRIED, detail="others crashed"))
            continue
        settings = program.Settings(device.name, n_threads, len(found), kinds)
        output = folder / f"results-{device.name}-{len(found)}.jsonl"
        ending = "it ended too early"
        try:
            run(program.as_json(settings), output, folder)
        except EndedError as error:
            ending = str(error)
        found += program.read(output, cases[len(found) :])
        if len(found) < len(cases):
            crashed = cases[len(found)]
            crashes[crashed.kind] += 1
            found.append(OperationResult(crashed, Status.CRASHED, detail=ending))
    return OperationsCard(device, tuple(found), time.monotonic() - started)


def _in_a_process(settings: str, output: Path, references: Path, *, variables: Mapping[str, str]) -> None:
    run_module(
        "localalt.doctor.operations.program",
        [settings, str(output), str(references)],
        references,
        timeout_s=TIMEOUT_S,
        variables=variables,
        without=SWITCHES,
    )
