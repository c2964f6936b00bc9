"""The cases on one device, one after the other, meant for a process of its own.

    python -m localalt.doctor.operations.program SETTINGS RESULTS REFERENCES

`SETTINGS` are a `Settings` as JSON. `RESULTS` receives a line of JSON as each case is done, so that a backend that ends
the process costs the case that it was at. `REFERENCES` is a folder where the CPU's numbers are, or come to be.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from localalt.doctor.operations.card import OperationResult, Status
from localalt.doctor.operations.cases import CASES, Case
from localalt.doctor.operations.graphs import RefusedError, compute
from localalt.doctor.operations.inputs import Array
from localalt.doctor.operations.judging import judge
from localalt.errors import NativeError
from localalt.native.graph import CPU, Backend

__all__ = ["Settings", "as_json", "main", "read", "results", "wanted"]

CASE_TIMEOUT_S = 600
"""For one case. A software device compiles shaders first, which took five minutes while a dozen others computed."""
HUNG = 3
"""The exit status after that."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What to compute, and where."""

    device: str
    """ggml's name of it."""
    n_threads: int
    """Of the CPU."""
    first: int = 0
    """The case to begin with: those before it are done."""
    kinds: tuple[str, ...] = ()
    """Only these kinds of cases; all of them where there are none."""


def wanted(kinds: Sequence[str] = ()) -> tuple[Case, ...]:
    """The cases of these kinds, or all."""
    return tuple(case for case in CASES if not kinds or case.kind in kinds)


def results(settings: Settings, references: Path) -> Iterator[OperationResult]:
    """Compute the cases, and judge each.

    Raises:
        BackendMissingError: there is no such device.
        NativeError: it does not start.
    """
    with (
        Backend(CPU, n_threads=settings.n_threads) as cpu,
        Backend(settings.device, n_threads=settings.n_threads) as device,
    ):
        for case in wanted(settings.kinds)[settings.first :]:
            with _deadline():
                result = _result(case, device, cpu, references)
            yield result


def _result(case: Case, device: Backend, cpu: Backend, references: Path) -> OperationResult:
    try:
        found = compute(case, device)
    except RefusedError as error:
        return OperationResult(case, Status.UNSUPPORTED, detail=str(error))
    except NativeError as error:
        return OperationResult(case, Status.CRASHED, detail=str(error))
    return judge(case, found, _reference(case, cpu, references))


def _reference(case: Case, cpu: Backend, references: Path) -> Array:
    """The CPU's numbers, computed once for all devices."""
    path = references / f"{zlib.crc32(case.name.encode()):08x}.npy"
    with contextlib.suppress(OSError, ValueError):
        saved: Array = np.load(path, allow_pickle=False)
        return saved
    reference = compute(case, cpu, is_reference=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.save(file, reference)
    unfinished.replace(path)
    return reference


@contextlib.contextmanager
def _deadline() -> Iterator[None]:
    """End the process if what is inside takes too long: a driver that hangs cannot be interrupted."""
    timer = threading.Timer(CASE_TIMEOUT_S, _hung)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hung() -> None:
    sys.stderr.write(f"no answer within {CASE_TIMEOUT_S} seconds\n")
    sys.stderr.flush()
    os._exit(HUNG)


# --- between processes ---


def read(path: Path, cases: Sequence[Case]) -> list[OperationResult]:
    """What `main` wrote of these cases, in their order; the last line may have been cut off."""
    found = []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    for case, line in zip(cases, lines, strict=False):
        entry = json.loads(line)
        found.append(OperationResult(case, Status(entry["status"]), entry["nmse"], entry["detail"]))
    return found


def main(argv: Sequence[str]) -> None:
    """What `examination` starts."""
    text, output, references = argv
    entry: dict[str, Any] = json.loads(text)
    settings = Settings(**{**entry, "kinds": tuple(entry["kinds"])})
    with Path(output).open("a", encoding="utf-8") as file:
        for result in results(settings, Path(references)):
            line = {"status": result.status.value, "nmse": result.nmse, "detail": result.detail}
            file.write(json.dumps(line) + "\n")
            file.flush()


def as_json(settings: Settings) -> str:
    """The argument that `main` takes."""
    return json.dumps(dataclasses.asdict(settings))


if __name__ == "__main__":
    main(sys.argv[1:])
