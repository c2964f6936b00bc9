"""What a plan may take of GPUs on which memory ran out although the estimate said otherwise.

Pure.
"""

from __future__ import annotations

import dataclasses

from localalt.devices import Device, Machine
from localalt.planning.budget import room_of
from localalt.planning.plan import ModelSpec

__all__ = ["LIMIT_SHARE", "within_limits"]

LIMIT_SHARE = 0.85
"""Of the memory that did not suffice and ended a process, the most that the next one takes. How much was missing is not
known, and a process that ends costs what it was doing."""


def within_limits(spec: ModelSpec, machine: Machine) -> Machine:
    """`machine` with as much free on its devices as loading `spec` showed that they can give."""
    devices = tuple(_within(device, device.failed_bytes(spec.load_key)) for device in machine.devices)
    return dataclasses.replace(machine, devices=devices)


def _within(device: Device, failed_bytes: int | None) -> Device:
    if failed_bytes is None:
        return device
    excess = room_of(device).usable - int(LIMIT_SHARE * failed_bytes)
    return dataclasses.replace(device, free_bytes=device.free_bytes - max(0, excess))
