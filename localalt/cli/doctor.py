"""`localalt doctor`: whether each device computes what the CPU computes."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from localalt import suggest
from localalt.cli import operations_card
from localalt.cli.devices import print_fault
from localalt.cli.terminal import NO_BACKEND, OK, SOME_FAILED, USAGE, say
from localalt.console import print_json, print_line, print_lines, visible
from localalt.errors import BackendMissingError, OptionError

if TYPE_CHECKING:
    from localalt.devices import Device
    from localalt.doctor.examination import Report, TrialResult
    from localalt.doctor.operations import OperationsCard

__all__ = ["add_parser"]

DESCRIPTION = """\
Compute llama.cpp's own operations on every device, at the shapes of real models, and compare them with the CPU's. Then
let small models with known answers describe pictures there, in several ways, each in a process of its own, and compare
texts and numbers with those of torch and the CPU. The findings are stored for this build, device and driver, and every
later plan follows them.
"""
EPILOG = """\
exit status:
  0    every device computes right
  1    at least one device computes wrong in some way, or a backend that is installed does not find its GPU
  2    wrong usage: an option, or a device that is not there
  3    llama-cpp-python is missing or broken

JSON fields: docs/json.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    doctor = commands.add_parser(
        "doctor",
        help="check that each device computes what the CPU computes",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    doctor.set_defaults(run=_doctor)
    doctor.add_argument(
        "--device",
        action="append",
        metavar="NAME",
        help='examine only this device, as "localalt devices" names it; repeatable',
    )
    doctor.add_argument(
        "--model",
        action="append",
        metavar="NAME",
        help="use only this known-answer model, and no single operations; repeatable. Nothing is stored then, because "
        "plans need all of them",
    )
    doctor.add_argument("--json", action="store_true", help="print one JSON object")


def _doctor(arguments: argparse.Namespace) -> int:
    from localalt import native
    from localalt.doctor import operations, trial
    from localalt.doctor.examination import examine
    from localalt.machine import compute_threads, devices_named, plugins, verdicts

    try:
        devices = [device for device in native.devices() if device.kind != "accelerator"]
        if arguments.device:
            devices = devices_named(arguments.device, devices)
        unknown = [name for name in arguments.model or () if name not in trial.models()]
        if unknown:
            say(f"There is no known-answer model {unknown[0]}: {suggest.advice(unknown[0], trial.models())}")
            return USAGE
        faults = () if arguments.device else plugins.faults()
        for fault in () if arguments.json else faults:
            print_fault(fault)
        printer = _Printer()
        on_finding = (lambda *_: None) if arguments.json else printer
        reports = []
        models = arguments.model or ()
        n_threads = compute_threads().n
        cards = {}
        for card in operations.examine(() if models else devices, n_threads=n_threads):
            cards[card.device.name] = card
            if not arguments.json:
                print_lines("\n".join(map(visible, operations_card.lines(card))))
        for report in examine(devices, n_threads=n_threads, models=models, on_finding=on_finding):
            reports.append(report)
            if report.device.kind == "gpu" and not models:
                verdicts.store(report.device, report.verdicts)
            if not arguments.json:
                print_lines("\n".join(f"  -> {visible(line)}" for line in _advice(report)))
    except OptionError as error:
        say(error.in_command)
        return USAGE
    except BackendMissingError as error:
        say(error.in_command)
        return NO_BACKEND
    if arguments.json:
        print_json(
            {
                "devices": [_as_json(report, cards.get(report.device.name)) for report in reports],
                "backend_faults": [dataclasses.asdict(fault) for fault in faults],
            },
            indent=2,
        )
    are_right = all(report.is_right for report in reports) and all(card.is_right for card in cards.values())
    # A backend that another one stands in for costs nothing.
    has_lost = any(fault.cards for fault in faults)
    return OK if are_right and not has_lost else SOME_FAILED


class _Printer:
    """Findings as they come, each device's under its name."""

    def __init__(self) -> None:
        self._device = ""

    def __call__(self, device: Device, finding: TrialResult) -> None:
        if device.name != self._device:
            self._device = device.name
            print_line(f"{device.name}, {device.description}")
        off = "" if finding.logits_error is None else f"{finding.logits_error:8.2%} off"
        what = f"{finding.settings.model}: {finding.name}"
        print_line(f"  {finding.status.value:8} {what:64}{off}")
        if finding.detail:
            print_line(f"           {finding.detail}")


def _advice(report: Report) -> Iterator[str]:
    """What follows for localalt's plans."""
    if report.is_right:
        yield "It computes right."
        return
    firsts = report.firsts
    for model, chosen in report.chosen.items():
        if chosen is None:
            yield f"It computes {model} wrong in every way that was tried: localalt does not use it for such models."
        elif chosen is not firsts[model]:
            yield f"It computes {model} right only in this way: {chosen.name}."


def _as_json(report: Report, card: OperationsCard | None) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "device": report.device.name,
        "description": report.device.description,
        "backend": report.device.backend,
        "operations": card and operations_card.as_json(card),
        "findings": [{**asdict(finding), "status": finding.status.value} for finding in report.findings],
        "chosen": {model: chosen and chosen.name for model, chosen in report.chosen.items()},
    }
