"""What the doctor found of devices, stored by build, device and driver.

A verdict holds for the llama.cpp, the driver and the device that it was found with, and for no other; what is
stored for others stays, since people go back to an older driver, and shows that the device should be examined again.
Never fails: what cannot be read counts as not stored. What a file says is read with suspicion: of variables, only rows
of `switches.SWITCHES` can come out of it.
"""

from __future__ import annotations

import dataclasses
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from localalt import native, switches, ways
from localalt._version import llama_cpp_version
from localalt.devices import Device, DeviceVerdict
from localalt.machine import json_cache
from localalt.machine.versions import driver_of
from localalt.switches import Environment

__all__ = ["key", "read_one", "rule_out", "step_down", "store", "store_path", "with_verdicts"]

logger = logging.getLogger(__name__)

VERSION = 2
MAX_ENTRIES = 100


def store_path() -> Path:
    """Where verdicts are stored: a file that may be deleted at any time."""
    return json_cache.path_of("doctor.json")


def key(device: Device) -> str:
    """What a verdict on a device holds for."""
    return "; ".join(_holds_for(device).values())


def _holds_for(device: Device) -> dict[str, str]:
    return {
        "device": f"{device.backend} {device.name} ({device.description})",
        "driver": f"driver {driver_of(device) or '?'}",
        "build": f"llama-cpp-python {llama_cpp_version()}, ggml {native.ggml_build()}",
    }


def with_verdicts(devices: Sequence[Device]) -> tuple[Device, ...]:
    """The devices, each with the verdicts that are stored for it, if there are some."""
    try:
        entries = json_cache.read(store_path(), version=VERSION) if devices else {}
    except (OSError, ValueError) as error:
        logger.debug("No verdicts of the doctor can be read: %s", error)
        return tuple(devices)
    if not entries:  # asking for a driver's version may take a while
        return tuple(devices)
    return tuple(_with_verdicts(each, entries) if each.kind == "gpu" else each for each in devices)


def _with_verdicts(device: Device, entries: Mapping[str, Any]) -> Device:
    own = _holds_for(device)
    found = _verdicts(entries.get("; ".join(own.values())))
    if found:
        return dataclasses.replace(device, verdicts=found)
    earlier = [each for each in entries.values() if isinstance(each, dict) and each.get("device") == own["device"]]
    return dataclasses.replace(device, changed=_changed(own, earlier[-1])) if earlier else device


def _changed(own: Mapping[str, str], earlier: Mapping[str, Any]) -> str:
    """What is another now than in an entry for the same device."""
    words = {"driver": "another driver", "build": "another llama-cpp-python"}
    return " and ".join(word for name, word in words.items() if own[name] != earlier.get(name))


def store(device: Device, found: Mapping[str, DeviceVerdict]) -> bool:
    """Store verdicts by `model_kind` in place of earlier ones. Whether that was possible."""
    entry = {**_holds_for(device), "kinds": {kind: dataclasses.asdict(verdict) for kind, verdict in found.items()}}
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
    return _replace(name, kind, lambda *_: DeviceVerdict(is_usable=False, after_crash=True)) is not None


def step_down(name: str, kind: str) -> DeviceVerdict | None:
    """Store the next way to try for models of a `model_kind` on the device `name`, after they ended a process there.

    Returns that way, whose `is_usable` is False once none is left; None where it could not be stored. See
    `ways.after_crash`.
    """
    return _replace(name, kind, lambda device, known: ways.after_crash(known, device.backend))


def _replace(name: str, kind: str, make: Callable[[Device, DeviceVerdict], DeviceVerdict]) -> DeviceVerdict | None:
    for device in native.gpus():
        if device.name == name:
            (known,) = with_verdicts([device])
            verdict = make(device, known.verdict(kind))
            return verdict if store(device, {**dict(known.verdicts), kind: verdict}) else None
    logger.warning("There is no device %s to be avoided.", name)
    return None


def _verdicts(entry: Any) -> tuple[tuple[str, DeviceVerdict], ...]:  # noqa: ANN401 (what somebody's JSON holds)
    kinds = entry.get("kinds") if isinstance(entry, dict) else None
    if not isinstance(kinds, dict):
        return ()
    found = ((str(kind), read_one(each)) for kind, each in kinds.items())
    return tuple((kind, verdict) for kind, verdict in found if verdict is not None)


def read_one(entry: Any) -> DeviceVerdict | None:  # noqa: ANN401
    """A verdict as JSON, read with suspicion: None where it is not one."""
    if not isinstance(entry, dict):
        return None
    fields = {field.name: entry.get(field.name, field.default) for field in dataclasses.fields(DeviceVerdict)}
    environment, off = _environment(fields.pop("environment")), fields.pop("off")
    allowed = {name: (bool, type(None)) if name.endswith("flash_attn") else (bool,) for name in fields}
    is_sound = all(isinstance(value, allowed[name]) for name, value in fields.items())
    if not is_sound or environment is None or not isinstance(off, int | float) or not math.isfinite(off):
        return None
    return DeviceVerdict(**fields, environment=environment, off=float(off))


def _environment(pairs: Any) -> Environment | None:  # noqa: ANN401
    """Pairs of which each is a row of the table; None where one is not: a file must not set any other variable."""
    if not isinstance(pairs, list | tuple) or not all(isinstance(each, list | tuple) for each in pairs):
        return None
    if not all(len(pair) == 2 and switches.is_known(*pair) for pair in pairs):
        return None
    return switches.merged((str(name), str(value)) for name, value in pairs)
