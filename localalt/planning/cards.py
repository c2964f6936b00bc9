"""Which backend computes on a GPU that several of them offer."""

from __future__ import annotations

from collections.abc import Iterable

from localalt.devices import Device
from localalt.planning.budget import room_of

__all__ = ["MUCH_MORE", "one_each"]

MUCH_MORE = 1.25
"""Times as much memory that another backend must be able to use to be preferred. ggml names the GPU's own backend
first, which computes faster; drivers count a little differently. ROCm may see only an APU's carve-out of 6 GB, where
Vulkan sees the 53 that it can share (llama.cpp's issue 19818)."""


def one_each(devices: Iterable[Device], kind: str = "") -> tuple[Device, ...]:
    """Each GPU once, in their order: by the first backend that offers it, or one that can use much more of it.

    A backend that computes models of a `model_kind` wrong there comes after the others.
    """
    best: dict[str, Device] = {}
    for device in devices:
        card = device.device_id or device.name
        other = best.get(card)
        if other is None or _is_better(device, other, kind):
            best[card] = device
    return tuple(best.values())


def _is_better(device: Device, other: Device, kind: str) -> bool:
    is_usable, other_is = device.verdict(kind).is_usable, other.verdict(kind).is_usable
    if is_usable != other_is:
        return is_usable
    return room_of(device).usable > MUCH_MORE * room_of(other).usable
