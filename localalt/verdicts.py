"""What the doctor found of devices, kept by build, device and driver.

A verdict holds for the llama.cpp, the driver and the device that it was found with, and for no other; what is
kept for others stays, since people go back to an older driver. Never fails: what cannot be read is not kept.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localalt import kept, native
from localalt.drivers import driver_of
from localalt.types import Device, Verdict

__all__ = ["attached", "keep", "key", "store_path"]

logger = logging.getLogger(__name__)

VERSION = 1
MAX_ENTRIES = 100


def store_path() -> Path:
    """Where verdicts are kept: a file that may be deleted at any time."""
    return kept.path_of("doctor.json")


def key(device: Device) -> str:
    """What a verdict on a device holds for."""
    try:
        version = importlib.metadata.version("llama-cpp-python")
    except importlib.metadata.PackageNotFoundError:  # put on the path by hand
        version = "?"
    driver = driver_of(device.backend) or "?"
    return (
        f"{device.backend} {device.name} ({device.description}); driver {driver}; "
        f"llama-cpp-python {version}, ggml {native.ggml_build()}"
    )


def attached(devices: Sequence[Device]) -> tuple[Device, ...]:
    """The devices, each with the verdict that is kept for it, if there is one."""
    try:
        entries = kept.read(store_path(), version=VERSION) if devices else {}
    except (OSError, ValueError) as error:
        logger.debug("No verdicts of the doctor can be read: %s", error)
        return tuple(devices)
    if not entries:  # asking for a driver's version may take a while
        return tuple(devices)
    return tuple(dataclasses.replace(each, verdict=_verdict(entries.get(key(each)))) for each in devices)


def keep(device: Device, verdict: Verdict) -> None:
    """Keep a verdict in place of an earlier one."""
    try:
        kept.keep(store_path(), key(device), dataclasses.asdict(verdict), version=VERSION, most=MAX_ENTRIES)
    except (OSError, ValueError) as error:
        logger.warning("The verdict on %s cannot be kept: %s", device.name, error)


def _verdict(entry: Any) -> Verdict:  # noqa: ANN401 (what somebody's JSON holds)
    """An entry, read with suspicion: what is no verdict is none."""
    if not isinstance(entry, dict):
        return Verdict()
    fields = {field.name: entry.get(field.name, field.default) for field in dataclasses.fields(Verdict)}
    allowed = {name: (bool, type(None)) if name.endswith("flash_attn") else (bool,) for name in fields}
    is_sound = all(isinstance(value, allowed[name]) for name, value in fields.items())
    return Verdict(**fields) if is_sound else Verdict()
