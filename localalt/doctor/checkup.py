"""Everything that the doctor finds out about a device, put together: operations, what helps, models, and the verdicts.

Knows no command line and stores nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from localalt.devices import AS_A_WHOLE, Device, DeviceVerdict
from localalt.doctor import examination, operations
from localalt.doctor.examination import Report, TrialResult
from localalt.doctor.operations import OperationsCard
from localalt.doctor.remedies import remedy
from localalt.switches import Environment

__all__ = ["Checkup", "Listener", "examine"]


class Listener:
    """Hears what is found out as it comes. Whoever needs less leaves it out."""

    def on_card(self, card: OperationsCard, helps: DeviceVerdict | None) -> None:
        """The operations of a device are done, and what helps where they are wrong: None for nothing."""

    def on_finding(self, device: Device, finding: TrialResult) -> None:
        """A try is done."""

    def on_checkup(self, checkup: Checkup) -> None:
        """A device is done."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found out about one device."""

    report: Report
    card: OperationsCard | None = None
    """None where only named models were asked for."""
    helps: DeviceVerdict | None = AS_A_WHOLE
    """What helps where operations are wrong: None for nothing."""

    @property
    def device(self) -> Device:
        """Which device."""
        return self.report.device

    @property
    def is_right(self) -> bool:
        """Whether it computes right as localalt would use it without having examined it."""
        return self.report.is_right and (self.card is None or self.card.is_right)

    @property
    def verdicts(self) -> Mapping[str, DeviceVerdict]:
        """How localalt should use the device, by `model_kind`.

        Operations that are wrong whatever is tried rule nothing out by themselves: which models have them is not known,
        and a model is compared with the CPU at its first load.
        """
        return self.report.verdicts


def examine(
    devices: Sequence[Device], *, n_threads: int, models: Sequence[str] = (), listener: Listener | None = None
) -> Iterator[Checkup]:
    """A checkup of each device that computes, in their order; with `models`, of these known-answer models alone.

    Raises:
        BackendMissingError: not even the CPU answers.
    """
    listener = listener or Listener()
    cards: dict[str, OperationsCard] = {}
    helps: dict[str, DeviceVerdict | None] = {}
    for card in operations.examine(() if models else devices, n_threads=n_threads):
        name = card.device.name
        cards[name] = card
        helps[name] = remedy(card, functools.partial(_again, card.device, n_threads))
        listener.on_card(card, helps[name])
    bases = {name: verdict for name, verdict in helps.items() if verdict is not None}
    for report in examination.examine(
        devices, n_threads=n_threads, models=models, bases=bases, on_finding=listener.on_finding
    ):
        name = report.device.name
        checkup = Checkup(report, cards.get(name), helps.get(name, AS_A_WHOLE))
        listener.on_checkup(checkup)
        yield checkup


def _again(device: Device, n_threads: int, kinds: Sequence[str], environment: Environment) -> OperationsCard:
    """The cases of some kinds, computed with some variables."""
    (card,) = operations.examine([device], n_threads=n_threads, kinds=kinds, variables=dict(environment))
    return card
