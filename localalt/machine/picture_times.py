"""Seconds that a picture takes here: as `localalt bench` measured them on this machine, or else estimated by its class.

What was measured holds for the model's files, where its layers are, the CPU with its threads, and llama.cpp's version,
and is stored for exactly those. Never fails: what cannot be read is not there.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

from localalt.devices import Machine
from localalt.machine import batch_size, json_cache as files
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.speed import PictureTime, estimate

__all__ = ["forget", "key", "lookup", "picture_time", "store", "store_path"]

logger = logging.getLogger(__name__)

VERSION = 1
MAX_ENTRIES = 200


def picture_time(spec: ModelSpec, plan: Plan, machine: Machine) -> PictureTime:
    """How long a picture takes with `plan`, one at a time and once the model is loaded."""
    return lookup(key(spec, plan, machine)) or estimate(spec, plan, machine)


def key(spec: ModelSpec, plan: Plan, machine: Machine) -> str:
    """What a measurement holds for."""
    decoding = batch_size.key(spec.shape.text.architecture, spec.weights_bytes, plan, machine)
    where = "the GPU" if plan.projector_on_gpu else "the CPU"
    return f"projector of {spec.mmproj_bytes} bytes on {where}; {decoding}"


def store_path() -> Path:
    """Where they are stored: a file that may be deleted at any time."""
    return files.path_of("picture-times.json")


def lookup(key: str) -> PictureTime | None:
    """What is stored for `key`, or None."""
    try:
        return _time(files.read(store_path(), version=VERSION).get(key))
    except (OSError, ValueError) as error:
        logger.debug("No seconds a picture can be read: %s", error)
        return None


def store(key: str, seconds: Sequence[float], *, n_pictures: int, day: str) -> None:
    """Store what was measured, in place of what was measured before.

    Args:
        seconds: of one picture, one number for each run; at least one.
        n_pictures: of each run.
        day: when, ISO 8601.

    Raises:
        OSError, ValueError: it cannot be written.
    """
    entry = {"seconds": [min(seconds), max(seconds)], "n_pictures": n_pictures * len(seconds), "day": day}
    files.store(store_path(), key, entry, version=VERSION, most=MAX_ENTRIES)


def forget(keys: Container[str] | None = None) -> list[str]:
    """Forget what is stored for `keys`, or all of it; returns the keys that there were.

    Raises:
        OSError: the file cannot be read or written.
    """
    return files.forget(store_path(), keys, version=VERSION)


def _time(entry: Any) -> PictureTime | None:  # noqa: ANN401 (what somebody's JSON holds)
    """An entry, read with suspicion."""
    try:
        low, high = map(float, entry["seconds"])
        of = f"{int(entry['n_pictures'])} pictures on {str(entry['day'])[:10]}"
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None
    return PictureTime(low, high, "measured", of) if 0 < low <= high < math.inf else None
