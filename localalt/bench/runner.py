"""Runs many setups, each run in a new process, in another order in each round; each result is written at once.

So stopping loses nothing, and what a file already has is not measured again. Knows how a run is started and how its
numbers become results, not what is worth measuring.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from localalt.bench import identity, record
from localalt.bench.metrics import METRICS
from localalt.bench.record import Identity, Result
from localalt.bench.setup import Setup
from localalt.bench.stats import Metric
from localalt.child_process import EndedError, run_module
from localalt.machine.disturbance import QUIET_SHARE

__all__ = ["ResultStore", "RunError", "in_a_process", "measure"]

Start = Callable[[Setup], Mapping[str, Any]]
TIMEOUT_S = 3600
"""Of a run: a large model on a slow CPU takes long, and something that hangs takes longer."""

BUSY = "Other programs took"


class RunError(Exception):
    """A run gave no figures; the message says why."""


class ResultStore:
    """The results of setups, also in a file where there is one."""

    def __init__(self, path: Path | None = None) -> None:
        """With the results that the file has.

        Raises:
            ResultError: it is there and cannot be read.
        """
        self.path = path
        found = record.read(path) if path is not None and path.exists() else ()
        self._results: dict[str, Result] = {result.identity.setup: result for result in found}

    def n_runs(self, setup: Setup) -> int:
        """How often a setup has been measured."""
        result = self._results.get(setup.key)
        return 0 if result is None else max(len(metric.samples) for metric in result.metrics.values())

    def result(self, setup: Setup) -> Result | None:
        """The result of a setup, None before its first run."""
        return self._results.get(setup.key)

    def results(self, setups: Sequence[Setup]) -> tuple[Result, ...]:
        """Those of these setups that there are."""
        found = (self.result(setup) for setup in setups)
        return tuple(result for result in found if result is not None)

    def add(self, setup: Setup, run: Mapping[str, Any]) -> Result:
        """Add one run's numbers to those of its setup, and write the file.

        Raises:
            OSError: it cannot be written.
        """
        result = _with_busy_note(_joined(self._results.get(setup.key), _result(setup, run)))
        self._results[setup.key] = result
        if self.path is not None:
            record.write(tuple(self._results.values()), self.path)
        return result


def in_a_process(setup: Setup) -> Mapping[str, Any]:
    """One run in a new process: see `child.run`.

    Raises:
        RunError: it crashed, hung, or could not be measured.
    """
    with tempfile.TemporaryDirectory(prefix="localalt-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "setup.json").write_text(json.dumps(setup.as_json()), encoding="utf-8")
        try:
            run_module("localalt.bench.child", ["setup.json", "result.json"], folder, timeout_s=TIMEOUT_S)
        except EndedError as error:
            raise RunError(str(error)) from error
        found: dict[str, Any] = json.loads((folder / "result.json").read_bytes())
    if "error" in found:
        raise RunError(str(found["error"]))
    return found


def measure(
    setups: Sequence[Setup],
    store: ResultStore,
    *,
    n_runs: int,
    start: Start = in_a_process,
    on_run: Callable[[Setup, int, Mapping[str, Any]], None] = lambda *_: None,
) -> dict[Setup, str]:
    """Measure each setup until it has `n_runs`; returns why those that failed did.

    A setup that failed once is not tried again. `on_run` gets each run's setup, its round and its
    numbers, or {"error": why there are none}.
    """
    failed: dict[Setup, str] = {}
    for number in range(1, n_runs + 1):
        for setup in random.sample(list(setups), len(setups)):
            if setup in failed or store.n_runs(setup) >= number:
                continue
            try:
                run = start(setup)
            except RunError as error:
                failed[setup] = str(error)
                on_run(setup, number, {"error": str(error)})
                continue
            store.add(setup, run)
            on_run(setup, number, run)
    return failed


_model_fields = functools.cache(identity.model_fields)
"""Once for a model and not for each run: both files are read whole."""


def _result(setup: Setup, run: Mapping[str, Any]) -> Result:
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    fields = {**run["fields"], **_model_fields(setup.target.weights, setup.target.mmproj)}
    own = Identity(**fields, test_time=now, setup=setup.key)
    metrics = {name: Metric((float(run["metrics"][name]),)) for name in METRICS if name in run["metrics"]}
    return Result(own, metrics, tuple(run["notes"]))


def _with_busy_note(result: Result) -> Result:
    """With one sentence for all runs, if other programs disturbed some."""
    notes = [note for note in result.notes if not note.startswith(BUSY)]
    others = result.metrics.get("others_share")
    if others is not None and max(others.samples) >= QUIET_SHARE:
        notes.append(f"{BUSY} up to {max(others.samples):.0%} of the processors during a run.")
    return dataclasses.replace(result, notes=tuple(notes))


def _joined(earlier: Result | None, later: Result) -> Result:
    """Two results of one setup, the identity being the later's and the rates the better ones."""
    if earlier is None:
        return later
    names = [name for name in METRICS if name in earlier.metrics or name in later.metrics]
    metrics = {
        name: Metric(
            tuple(sample for each in (earlier, later) if name in each.metrics for sample in each.metrics[name].samples)
        )
        for name in names
    }
    own = dataclasses.replace(
        later.identity,
        copy_bytes_per_s=max(earlier.identity.copy_bytes_per_s, later.identity.copy_bytes_per_s),
        matmul_flops=max(earlier.identity.matmul_flops, later.identity.matmul_flops),
    )
    return Result(own, metrics, tuple(dict.fromkeys((*earlier.notes, *later.notes))))
