"""How much memory a plan may take: what is free, without a reserve for the driver, the desktop and other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localalt.devices import Device, Machine
from localalt.planning.memory import Memory
from localalt.planning.plan import Plan

__all__ = [
    "DISPLAY_BYTES",
    "RESERVE_BYTES",
    "RESERVE_SHARE",
    "GpuRoom",
    "MemoryBudget",
    "budget_of",
    "ram_budget",
    "room_of",
    "taken_ram",
    "usable_ram",
]

RESERVE_SHARE = 0.03
RESERVE_BYTES = 256 * 1024 * 1024
"""Left free for the driver, other programs and what the estimate misses: the larger of the two."""
DISPLAY_BYTES = 1 << 30
"""Left free where a GPU drives a display, as llama.cpp does by itself (common.h, fit_params_target): browsers and
desktops take more as they are used, and a driver that runs out swaps to RAM, ten times as slow, or resets."""
DISPLAY_SHARE = 0.25
"""Of a GPU with a screen, the most that is left free: 1 GiB would be half of a card of 2 GB."""


@dataclass(frozen=True, slots=True)
class GpuRoom:
    """Bytes that may be taken of one GPU."""

    usable: int
    in_ram: bool = False
    """Whether it computes in RAM."""
    carve_out: int = 0
    """Of `usable`, what is not RAM although it computes there."""

    def ram_of(self, n_bytes: int) -> int:
        """How much RAM `n_bytes` on this GPU take: the carve-out is filled first."""
        return max(0, n_bytes - self.carve_out) if self.in_ram else 0


@dataclass(frozen=True, slots=True)
class MemoryBudget:
    """Bytes that may be taken."""

    ram: int
    gpus: tuple[GpuRoom, ...] = ()
    """In the order of the plan's devices. A plan may use fewer, the first ones."""

    def missing(self, memory: Memory) -> int:
        """Bytes that `memory` takes beyond this budget, 0 where it fits."""
        lacking = sum(max(0, n_bytes - room.usable) for n_bytes, room in self._pairs(memory))
        return lacking + max(0, self._ram(memory) - self.ram)

    def part(self, memory: Memory, share: float) -> MemoryBudget:
        """A budget of what `memory` takes and `share` of what it leaves."""
        ram = self._ram(memory)
        return MemoryBudget(
            ram + int((self.ram - ram) * share),
            tuple(
                GpuRoom(n_bytes + int((room.usable - n_bytes) * share), room.in_ram, room.carve_out)
                for n_bytes, room in self._pairs(memory)
            ),
        )

    def _pairs(self, memory: Memory) -> list[tuple[int, GpuRoom]]:
        return [(parts.total, room) for parts, room in zip(memory.gpus, self.gpus, strict=False)]

    def _ram(self, memory: Memory) -> int:
        """Bytes of RAM, with those that GPUs take of it."""
        return memory.host.total + sum(room.ram_of(n_bytes) for n_bytes, room in self._pairs(memory))


def budget_of(machine: Machine, devices: Sequence[Device]) -> MemoryBudget:
    """What may be taken of RAM and of each of these GPUs."""
    return MemoryBudget(_usable(machine.ram_free_bytes, machine.ram_total_bytes), tuple(map(room_of, devices)))


def room_of(device: Device) -> GpuRoom:
    """What may be taken of a GPU."""
    usable = _usable(device.free_bytes, device.total_bytes)
    if device.drives_display:
        usable = min(usable, max(0, device.free_bytes - min(DISPLAY_BYTES, int(device.total_bytes * DISPLAY_SHARE))))
    return GpuRoom(usable, device.integrated, min(device.carve_out_bytes, device.free_bytes))


def taken_ram(own: Plan, machine: Machine) -> int:
    """Bytes of RAM that a plan takes, with what GPUs take of it."""
    rooms = {device.name: room_of(device) for device in machine.devices}
    shared = (
        rooms[name].ram_of(parts.total)
        for name, parts in zip(own.devices, own.memory.gpus, strict=True)
        if name in rooms
    )
    return own.memory.host.total + sum(shared)


def ram_budget(machine: Machine, free_bytes: int) -> MemoryBudget:
    """What may be taken of RAM alone, where `free_bytes` of it are free."""
    return MemoryBudget(_usable(free_bytes, machine.ram_total_bytes))


def usable_ram(machine: Machine) -> int:
    """The most that a model may take, were no other program running."""
    return _usable(machine.ram_total_bytes, machine.ram_total_bytes)


def _usable(free: int, total: int) -> int:
    return max(0, free - max(RESERVE_BYTES, int(total * RESERVE_SHARE)))
