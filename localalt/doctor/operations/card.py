"""What came of each operation on a device, and what follows from all of them. Values alone."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from localalt.devices import Device
from localalt.doctor.operations.cases import Attention, Case, Product

__all__ = ["OperationResult", "OperationsCard", "Status"]


class Status(enum.Enum):
    """What came of a case."""

    RIGHT = "right"
    """Within upstream's tolerance of the CPU's F32."""
    WRONG = "wrong"
    """Further off, or not numbers."""
    UNSUPPORTED = "not supported"
    """The backend says itself that it does not have the operation: llama.cpp computes it on the CPU then."""
    CRASHED = "crashed"
    """The process ended, or did not end in time, or the backend reported an error."""
    UNTRIED = "not tried"
    """Others of its kind had crashed several times, or the CPU itself has no finite numbers."""


@dataclass(frozen=True, slots=True)
class OperationResult:
    """One case and what came of it."""

    case: Case
    status: Status
    nmse: float | None = None
    """Normalized mean squared error against the CPU, of places the share that is wrong; None where there are no numbers
    to compare."""
    detail: str = ""
    """What is wrong besides the number: what is not supported, or a process's last words."""


@dataclass(frozen=True, slots=True)
class OperationsCard:
    """What a device made of all cases."""

    device: Device
    results: tuple[OperationResult, ...]
    seconds: float = 0.0
    """What the examination took, the CPU's own part included."""

    @property
    def by_kind(self) -> Mapping[str, tuple[OperationResult, ...]]:
        """The results by the kind of their case, in the order of the cases."""
        found: dict[str, list[OperationResult]] = {}
        for result in self.results:
            found.setdefault(result.case.kind, []).append(result)
        return {kind: tuple(results) for kind, results in found.items()}

    @property
    def overflowing(self) -> tuple[OperationResult, ...]:
        """Those that are wrong with large sums and right without: the device adds up in F16 there."""
        right = {result.case for result in self.results if result.status is Status.RIGHT}
        return tuple(
            result
            for result in self.results
            if result.status is Status.WRONG and dataclasses.replace(result.case, large="") in right
        )

    @property
    def faults(self) -> tuple[OperationResult, ...]:
        """Those that are wrong whatever the numbers, or crashed."""
        overflowing = set(self.overflowing)
        bad = (Status.WRONG, Status.CRASHED)
        return tuple(each for each in self.results if each.status in bad and each not in overflowing)

    @property
    def overflows(self) -> frozenset[str]:
        """Types of weights, such as "F16", whose products overflow with large sums."""
        return frozenset(each.case.weights for each in self.overflowing if isinstance(each.case, Product))

    @property
    def attention_overflows(self) -> bool:
        """Whether attention does, with flash attention or without."""
        return any(isinstance(each.case, Attention) for each in self.overflowing)

    @property
    def is_right(self) -> bool:
        """Whether nothing that the device has is wrong with ordinary numbers, and nothing crashed."""
        return not self.faults
