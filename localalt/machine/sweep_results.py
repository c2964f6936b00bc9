"""Settings that `localalt bench sweep` found best for a model on a machine, stored for every later plan.

What they do to speed depends on the model's files, the devices, the CPU and llama.cpp's kernels, and they are
stored for exactly those. How many image tokens a picture has is not part of them: it is a matter of the text's
quality. Never fails: what cannot be read counts as not stored.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localalt._version import llama_cpp_version
from localalt.devices import Machine
from localalt.errors import OptionError
from localalt.machine import json_cache as files
from localalt.machine.batch_size import cpu_name
from localalt.planning.plan import ModelSpec
from localalt.planning.tuning import MAX_SLOTS, Tuning, check_tuning

__all__ = ["Best", "forget", "key", "lookup", "store", "store_path", "stored"]

logger = logging.getLogger(__name__)

VERSION = 2
"""1 has what was best in a search, whatever noise there was."""
MAX_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Best:
    """The best settings, and for what."""

    goal: str
    """"latency": one picture as fast as possible; "throughput": as many a minute as possible."""
    n_seq_max: int
    tuning: Tuning
    model: str = ""
    """What it was called, for people."""
    gain: float | None = None
    """Times the pictures a minute of the plan's own settings, at least: the lower end of what was measured."""
    measured: str = ""
    """The day, ISO 8601."""

    @property
    def words(self) -> str:
        """For people, on one line."""
        set_ = {name: value for name, value in dataclasses.asdict(self.tuning).items() if value is not None}
        settings = ", ".join([f"{self.n_seq_max} at a time", *(f"{name} {value}" for name, value in set_.items())])
        gain = f", at least {self.gain:.2f} times as fast as the plan's own settings" if self.gain else ""
        day = f" (measured on {self.measured})" if self.measured else ""
        return f"{settings}, for {self.goal}{gain}{day}"


def store_path() -> Path:
    """Where they are stored: a file that may be deleted at any time."""
    return files.path_of("tuned.json")


def key(spec: ModelSpec, machine: Machine) -> str:
    """What settings hold for."""
    devices = ", ".join(f"{each.name} ({each.description})" for each in machine.devices) or "no GPU"
    return (
        f"{spec.kind}, {spec.weights_bytes} and {spec.mmproj_bytes} bytes; {devices}; "
        f"{machine.n_cores} cores, {cpu_name()}; llama-cpp-python {llama_cpp_version()}"
    )


def lookup(spec: ModelSpec, machine: Machine) -> Best | None:
    """What is stored for a model on a machine, or None."""
    try:
        entry = files.read(store_path(), version=VERSION).get(key(spec, machine))
    except (OSError, ValueError) as error:
        logger.debug("No tuned settings can be read: %s", error)
        return None
    return None if entry is None else _best(entry)


def store(spec: ModelSpec, machine: Machine, best: Best) -> None:
    """Store settings in place of earlier ones.

    Raises:
        OSError, ValueError: they cannot be written.
    """
    entry = dataclasses.asdict(dataclasses.replace(best, tuning=dataclasses.replace(best.tuning, n_image_tokens=None)))
    files.store(store_path(), key(spec, machine), entry, version=VERSION, most=MAX_ENTRIES)


def stored() -> dict[str, Best]:
    """All that is stored, by what it holds for."""
    try:
        entries = files.read(store_path(), version=VERSION)
    except (OSError, ValueError) as error:
        logger.debug("No tuned settings can be read: %s", error)
        return {}
    found = {key: _best(entry) for key, entry in entries.items()}
    return {key: best for key, best in found.items() if best is not None}


def forget(keys: Container[str] | None = None) -> list[str]:
    """Forget settings by their keys, or all of them; returns the keys that there were.

    Raises:
        OSError: the file cannot be read or written.
    """
    return files.forget(store_path(), keys, version=VERSION)


def _best(entry: Any) -> Best | None:  # noqa: ANN401 (what somebody's JSON holds)
    """An entry, read with suspicion."""
    try:
        names = [field.name for field in dataclasses.fields(Tuning)]
        gain = entry.get("gain")
        best = Best(
            str(entry["goal"]),
            entry["n_seq_max"],
            Tuning(**{name: entry["tuning"].get(name) for name in names}),
            model=str(entry.get("model", "")),
            gain=float(gain) if isinstance(gain, (int, float)) else None,
            measured=str(entry.get("measured", "")),
        )
        check_tuning(best.tuning)
    except (AttributeError, KeyError, OptionError, OverflowError, TypeError):
        return None
    return best if type(best.n_seq_max) is int and 1 <= best.n_seq_max <= MAX_SLOTS else None
