"""What the doctor found of devices, stored by build, device and driver.

A verdict holds for the llama.cpp, the driver and the device that it was found with, and for no other; what is
stored for others stays, since people go back to an older driver. Never fails: what cannot be read counts as not stored.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from localalt import native
from localalt._version import llama_cpp_version
from localalt.devices import Device, DeviceVerdict
from localalt.machine import json_cache
from localalt.machine.versions import driver_of

__all__ = ["key", "rule_out", "store", "store_path", "with_verdicts"]

logger = logging.getLogger(__name__)

VERSION = 1
MAX_ENTRIES = 100


def store_path() -> Path:
    """Where verdicts are stored: a file that may be deleted at any time."""
    return json_cache.path_of("doctor.json")


def key(device: Device) -> str:
    """What a verdict on a device holds for."""
    driver = driver_of(device.backend) or "?"
    return (
        f"{device.backend} {device.name} ({device.description}); driver {driver}; "
        f"llama-cpp-python {llama_cpp_version()}, ggml {native.ggml_build()}"
    )


def with_verdicts(devices: Sequence[Device]) -> tuple[Device, ...]:
    """The devices, each with the verdicts that are stored for it, if there are some."""
    try:
        entries = json_cache.read(store_path(), version=VERSION) if devices else {}
    except (OSError, ValueError) as error:
        logger.debug("No verdicts of the doctor can be read: %s", error)
        return tuple(devices)
    if not entries:  # asking for a driver's version may take a while
        return tuple(devices)
    return tuple(dataclasses.replace(each, verdicts=_verdicts(entries.get(key(each)))) for each in devices)


def store(device: Device, found: Mapping[str, DeviceVerdict]) -> bool:
    """Store verdicts by `model_kind` in place of earlier ones. Whether that was possible."""
    entry = {kind: dataclasses.asdict(verdict) for kind, verdict in found.items()}
    try:
        json_cache.store(store_path(), key(device), entry, version=VERSION, most=MAX_ENTRIES)
    except (OSError, ValueError) as error:
        logger.warning("The verdicts on %s cannot be stored: %s", device.name, error)
        return False
    return True


def rule_out(name: str, kind: str) -> bool:
    """Store that models of a `model_kind` crash on the device `name`, beside what is known of it otherwise.

    Returns whether that was possible.

    The doctor finds it usable again, or a driver of another version is a device that nobody has examined.
    """
    for device in native.gpus():
        if device.name == name:
            (known,) = with_verdicts([device])
            return store(device, {**dict(known.verdicts), kind: DeviceVerdict(is_usable=False)})
    logger.warning("There is no device %s to be ruled out.", name)
    return False


def _verdicts(entry: Any) -> tuple[tuple[str, DeviceVerdict], ...]:  # noqa: ANN401 (what somebody's JSON holds)
    if not isinstance(entry, dict):
        return ()
    found = ((str(kind), _verdict(each)) for kind, each in entry.items())
    return tuple((kind, verdict) for kind, verdict in found if verdict is not None)


def _verdict(entry: Any) -> DeviceVerdict | None:  # noqa: ANN401
    """An entry, read with suspicion: None where it is not a verdict."""
    if not isinstance(entry, dict):
        return None
    fields = {field.name: entry.get(field.name, field.default) for field in dataclasses.fields(DeviceVerdict)}
    allowed = {name: (bool, type(None)) if name.endswith("flash_attn") else (bool,) for name in fields}
    is_sound = all(isinstance(value, allowed[name]) for name, value in fields.items())
    return DeviceVerdict(**fields) if is_sound else None
