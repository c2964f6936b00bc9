"""The series of a comparison: results of one backend and device, and what else distinguishes them. Pure.

A series is a line of a plot: it has one result at each width, and a name for people.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from localalt.bench.record import Identity
from localalt.bench.result_files import Entry
from localalt.bench.same_work import MUST_BE_EQUAL, as_text, work_of

__all__ = ["MAY_DIFFER", "name_series"]

MAY_DIFFER = (
    "localalt_version",
    "llama_cpp_version",
    "ggml_version",
    "build_commit",
    "cpu_instructions",
    "n_threads",
    "n_batch",
    "n_ubatch",
    "flash_attn",
    "type_k",
    "type_v",
    "cpu_info",
    "n_cores",
    "os",
)
"""Fields that may differ and that a reader should know of. Those that follow from the backend are left out."""

_NEVER_TELLS = frozenset({"test_time", "setup", "copy_bytes_per_s", "matmul_flops", "energy_source", "n_seq_max"})
_TELLS_FIRST = (*MUST_BE_EQUAL, "device", *MAY_DIFFER)
_TELLS_APART = (
    *_TELLS_FIRST,
    *(
        each.name
        for each in dataclasses.fields(Identity)
        if each.name not in _TELLS_FIRST and each.name not in _NEVER_TELLS
    ),
)
"""Fields that may distinguish rows of one backend, device and width, in the order in which they are tried."""


def name_series(entries: Sequence[Entry]) -> list[str]:
    """A name for each entry's line in a plot: at one width no two are the same."""
    # Of results that were forced together, what each is of belongs to its name.
    works = zip(MUST_BE_EQUAL, zip(*(work_of(entry.identity) for entry in entries), strict=True), strict=True)
    shared = _distinguishing([()] * len(entries), works)
    by_device: dict[tuple[str, str], list[int]] = {}
    for index, entry in enumerate(entries):
        by_device.setdefault((entry.identity.backend, _device(entry.identity)), []).append(index)
    names = [""] * len(entries)
    for (backend, device), indices in by_device.items():
        identities = [entries[index].identity for index in indices]
        columns = ((name, [getattr(each, name) for each in identities]) for name in _TELLS_APART)
        found = _distinguishing([(each.n_seq_max,) for each in identities], columns)
        further = (*shared, *(name for name in found if name not in shared))
        for index, each in zip(indices, identities, strict=True):
            # The CPU's backend and device are both called CPU; its name alone says enough.
            parts = [backend, *([device] if device != backend else [])]
            names[index] = ", ".join(parts + [f"{name} {as_text(name, getattr(each, name))}" for name in further])
    return names


def _distinguishing(marks: Sequence[tuple[Any, ...]], columns: Iterable[tuple[str, Sequence[Any]]]) -> tuple[str, ...]:
    """The first of the named columns that together with the marks make as many rows different as all do."""
    found: list[str] = []
    for name, values in columns:
        finer = [(*mark, value) for mark, value in zip(marks, values, strict=True)]
        # A column that goes with one that was taken already adds nothing.
        if len(set(finer)) > len(set(marks)):
            marks = finer
            found.append(name)
    return tuple(found)


def _device(identity: Identity) -> str:
    return identity.gpu_info or identity.cpu_info or identity.device
