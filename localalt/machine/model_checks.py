"""How a person's own model computes on a device, as was found when it was first loaded there.

A check holds for the model's files, and for the device, driver and llama.cpp that a verdict of the doctor's holds for.
Never fails: what cannot be read counts as not stored.
"""

from __future__ import annotations

import dataclasses
import logging
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from localalt.devices import Device, DeviceVerdict, Machine
from localalt.machine import json_cache, verdicts
from localalt.planning.model_check import ModelCheck
from localalt.planning.plan import Plan

__all__ = ["applied", "explained", "lookup", "of_device", "store", "store_path", "with_verdict"]

logger = logging.getLogger(__name__)

VERSION = 1
MAX_ENTRIES = 200


def store_path() -> Path:
    """Where checks are stored: a file that may be deleted at any time."""
    return json_cache.path_of("models.json")


def lookup(fingerprint: str, device: Device) -> ModelCheck | None:
    """What is stored of the model with these files on a device, or None."""
    return _check(_entries().get(_key(fingerprint, device)))


def store(fingerprint: str, device: Device, check: ModelCheck) -> None:
    """Store a check in place of an earlier one; where that fails, the next load checks again."""
    entry = {**dataclasses.asdict(check), "device": verdicts.key(device)}
    try:
        json_cache.store(store_path(), _key(fingerprint, device), entry, version=VERSION, most=MAX_ENTRIES)
    except (OSError, ValueError) as error:
        logger.warning("The check of %s on %s cannot be stored: %s", check.model, device.name, error)


def of_device(device: Device) -> tuple[ModelCheck, ...]:
    """All checks of models on a device, as it is with its driver and build, the oldest first."""
    here = verdicts.key(device)
    entries = (each for each in _entries().values() if isinstance(each, dict) and each.get("device") == here)
    return tuple(check for check in map(_check, entries) if check is not None)


def with_verdict(machine: Machine, names: Sequence[str], kind: str, verdict: DeviceVerdict) -> Machine:
    """`machine` with a verdict on the devices with these names, for models of a `model_kind`, beside what is known."""
    return dataclasses.replace(
        machine,
        devices=tuple(_with_verdict(each, kind, verdict) if each.name in names else each for each in machine.devices),
    )


def applied(machine: Machine, fingerprint: str, kind: str) -> Machine:
    """`machine` with what its devices were found to compute wrong of the model with these files.

    Args:
        machine: what a plan is made for.
        fingerprint: of the model's files: `ModelFiles.fingerprint`.
        kind: of the model: `devices.model_kind`.
    """
    entries = _entries()
    if not entries:  # asking for a driver's version may take a while
        return machine
    return dataclasses.replace(machine, devices=tuple(_applied(each, fingerprint, kind) for each in machine.devices))


def _applied(device: Device, fingerprint: str, kind: str) -> Device:
    check = lookup(fingerprint, device)
    if check is None or check.verdict == DeviceVerdict():
        return device
    return _with_verdict(device, kind, check.verdict)


def _with_verdict(device: Device, kind: str, verdict: DeviceVerdict) -> Device:
    known = {**dict(device.verdicts), kind: device.verdict(kind).also(verdict)}
    return dataclasses.replace(device, verdicts=tuple(known.items()))


def explained(plan: Plan, machine: Machine, fingerprint: str) -> Plan:
    """`plan` with what the first load of the model found of each device that it uses, or of one that it left out."""
    if not machine.devices or not _entries():
        return plan
    return dataclasses.replace(plan, reasons=(*plan.reasons, *_sentences(machine.devices, fingerprint)))


def _sentences(devices: Sequence[Device], fingerprint: str) -> Iterator[str]:
    for device in devices:
        check = lookup(fingerprint, device)
        if check is not None:
            yield f"This model on {device.name}, as its first load there found: {check.words}."


def _key(fingerprint: str, device: Device) -> str:
    return f"{fingerprint}; {verdicts.key(device)}"


def _entries() -> dict[str, Any]:
    try:
        return json_cache.read(store_path(), version=VERSION)
    except (OSError, ValueError) as error:
        logger.debug("No checks of models can be read: %s", error)
        return {}


def _check(entry: Any) -> ModelCheck | None:  # noqa: ANN401 (what somebody's JSON holds)
    """An entry, read with suspicion."""
    if not isinstance(entry, dict):
        return None
    verdict = verdicts.read_one(entry.get("verdict"))
    numbers = {name: entry.get(name) for name in _NUMBERS}
    not_checked = entry.get("not_checked")
    is_sound = (
        verdict is not None
        and all(each is None or (type(each) in (int, float) and not math.isnan(each)) for each in numbers.values())
        and isinstance(not_checked, list)
        and all(isinstance(each, str) for each in not_checked)
    )
    if not is_sound:
        return None
    assert verdict is not None
    assert isinstance(not_checked, list)
    seconds = numbers.pop("seconds")
    return ModelCheck(
        str(entry.get("model", "")),
        **{name: None if each is None else float(each) for name, each in numbers.items()},
        not_checked=tuple(not_checked),
        verdict=verdict,
        doubt=str(entry.get("doubt", "")),
        seconds=float(seconds or 0.0),
        checked=str(entry.get("checked", "")),
    )


_NUMBERS = ("embeddings_error", "logits_error", "log_likelihood", "log_likelihood_cpu", "seconds")
