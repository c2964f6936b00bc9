"""What did not fit devices although a plan said so, where that ended a process: the next start takes less.

Stored by device, driver and build, as the doctor's verdicts are, and by model. Never fails: what cannot be read counts
as not stored.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from localalt import native
from localalt.devices import Device
from localalt.machine import json_cache, verdicts

__all__ = ["forget", "store", "store_path", "with_limits"]

logger = logging.getLogger(__name__)

VERSION = 1
MAX_ENTRIES = 100


def store_path() -> Path:
    """Where they are stored: a file that may be deleted at any time."""
    return json_cache.path_of("loads.json")


def with_limits(devices: Sequence[Device]) -> tuple[Device, ...]:
    """The devices, each with what is stored for it: see `Device.failed`."""
    entries = _entries() if devices else {}
    if not entries:  # asking for a driver's version may take a while
        return tuple(devices)
    return tuple(
        dataclasses.replace(each, failed=tuple(_limits(entries.get(verdicts.key(each))).items())) for each in devices
    )


def store(name: str, load_key: str, n_bytes: int) -> bool:
    """Store that a plan of a model, which was to take so many bytes of the device `name`, ended its process.

    The smallest such plan counts. Returns whether that was possible.
    """
    for device in native.devices():
        if device.name == name and device.kind == "gpu":
            key = verdicts.key(device)
            known = _limits(_entries().get(key))
            entry = {**known, load_key: min(n_bytes, known.get(load_key, n_bytes))}
            try:
                json_cache.store(store_path(), key, entry, version=VERSION, most=MAX_ENTRIES)
            except (OSError, ValueError) as error:
                logger.warning("It cannot be stored what does not fit %s: %s", name, error)
                return False
            return True
    logger.warning("There is no device %s of which to take less.", name)
    return False


def forget(device: Device) -> bool:
    """Forget what did not fit a device; whether there was something.

    Raises:
        OSError: what is stored cannot be read or written.
    """
    return bool(json_cache.forget(store_path(), {verdicts.key(device)}, version=VERSION))


def _entries() -> dict[str, Any]:
    try:
        return json_cache.read(store_path(), version=VERSION)
    except (OSError, ValueError) as error:
        logger.debug("It cannot be read what does not fit: %s", error)
        return {}


def _limits(entry: Any) -> Mapping[str, int]:  # noqa: ANN401 (what somebody's JSON holds)
    """An entry, read with suspicion."""
    if not isinstance(entry, dict):
        return {}
    return {str(key): value for key, value in entry.items() if type(value) is int and value >= 0}
