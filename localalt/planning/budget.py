"""How much memory a plan may take: what is free, without a reserve for the driver, the desktop and other programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from localalt.devices import Device, Machine
from localalt.planning.memory import Memory

__all__ = ["RESERVE_BYTES", "RESERVE_SHARE", "MemoryBudget", "budget_of", "ram_budget", "usable_ram"]

RESERVE_SHARE = 0.03
RESERVE_BYTES = 256 * 1024 * 1024
"""Left free on each device for the driver, the desktop and what the estimate misses: the larger of the two."""


@dataclass(frozen=True, slots=True)
class MemoryBudget:
    """Bytes that may be taken."""

    ram: int
    gpu: int
    shared: bool
    """Whether the GPU computes in RAM, so that both are one."""
    n_gpus: int = 0

    def missing(self, memory: Memory) -> int:
        """Bytes that `memory` takes beyond this budget, 0 where it fits."""
        ram, gpu = self._taken(memory)
        if self.shared:
            return max(0, gpu - self.gpu, ram - self.ram)
        return max(0, ram - self.ram) + max(0, gpu - self.gpu)

    def part(self, memory: Memory, share: float) -> MemoryBudget:
        """A budget of what `memory` takes and `share` of what it leaves."""
        ram, gpu = self._taken(memory)
        return dataclasses.replace(
            self, ram=ram + int((self.ram - ram) * share), gpu=gpu + int((self.gpu - gpu) * share)
        )

    def _taken(self, memory: Memory) -> tuple[int, int]:
        """Bytes of (RAM, GPUs)."""
        # Every GPU has its own driver's context, and a buffer for the graphs of its layers.
        gpu = memory.gpu.total + max(0, self.n_gpus - 1) * (memory.gpu.overhead + memory.gpu.compute)
        return memory.host.total + gpu * self.shared, gpu


def budget_of(machine: Machine, devices: Sequence[Device]) -> MemoryBudget:
    """What may be taken of RAM and of these GPUs together."""
    return MemoryBudget(
        ram=_usable(machine.ram_free_bytes, machine.ram_total_bytes),
        gpu=sum(_usable(device.free_bytes, device.total_bytes) for device in devices),
        shared=any(device.integrated for device in devices),
        n_gpus=len(devices),
    )


def ram_budget(machine: Machine, free_bytes: int) -> MemoryBudget:
    """What may be taken of RAM alone, where `free_bytes` of it are free."""
    return MemoryBudget(_usable(free_bytes, machine.ram_total_bytes), 0, shared=False)


def usable_ram(machine: Machine) -> int:
    """The most that a model may take, were no other program running."""
    return _usable(machine.ram_total_bytes, machine.ram_total_bytes)


def _usable(free: int, total: int) -> int:
    return max(0, free - max(RESERVE_BYTES, int(total * RESERVE_SHARE)))
