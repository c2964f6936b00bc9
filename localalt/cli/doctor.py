"""`localalt doctor`: whether each device computes what the CPU computes."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from localalt import suggest
from localalt.cli import operations_card
from localalt.cli.devices import print_fault
from localalt.cli.layout import n_columns, print_paragraph, wrapped
from localalt.cli.terminal import NO_BACKEND, OK, SOME_FAILED, USAGE, say
from localalt.console import print_json, print_line
from localalt.errors import BackendMissingError, OptionError

if TYPE_CHECKING:
    from localalt.devices import Device, DeviceVerdict
    from localalt.doctor.checkup import Checkup, Listener
    from localalt.doctor.examination import Report, TrialResult
    from localalt.doctor.operations import OperationsCard
    from localalt.machine.plugins import PluginFault

__all__ = ["add_parser"]

DESCRIPTION = """\
Compute llama.cpp's own operations on every device, at the shapes of real
models, and compare them with the CPU's. Then let small models with known
answers describe pictures there, in several ways, each in a process of its own,
and compare texts and numbers with those of torch and the CPU. The findings are
stored for this build, device and driver, and every later plan follows them.
"""
EPILOG = """\
exit status:
  0    every device computes right
  1    at least one device computes wrong in some way, or an installed backend
       does not find its GPU
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
    from localalt.doctor import trial
    from localalt.doctor.checkup import Listener, examine
    from localalt.machine import compute_threads, devices_named, load_limits, plugins, verdicts

    try:
        devices = [device for device in native.devices() if device.kind != "accelerator"]
        if arguments.device:
            devices = devices_named(arguments.device, devices)
        unknown = [name for name in arguments.model or () if name not in trial.models()]
        if unknown:
            say(f"There is no known-answer model {unknown[0]}: {suggest.advice(unknown[0], trial.models())}")
            return USAGE
        faults = () if arguments.device else plugins.faults()
        if not arguments.json and not arguments.device:
            _print_unseen(faults)
        checkups = []
        models = arguments.model or ()
        listener = Listener() if arguments.json else _printer()
        for checkup in examine(devices, n_threads=compute_threads().n, models=models, listener=listener):
            checkups.append(checkup)
            if checkup.device.kind == "gpu" and not models:
                verdicts.store(checkup.device, checkup.verdicts)
                with contextlib.suppress(OSError):  # what did not fit may fit now
                    load_limits.forget(checkup.device)
    except OptionError as error:
        say(error.in_command)
        return USAGE
    except BackendMissingError as error:
        say(error.in_command)
        return NO_BACKEND
    if arguments.json:
        print_json(
            {
                "devices": [_as_json(checkup) for checkup in checkups],
                "backend_faults": [dataclasses.asdict(fault) for fault in faults],
            },
            indent=2,
        )
    # A backend that another one stands in for costs nothing.
    has_lost = any(fault.cards for fault in faults)
    return OK if all(checkup.is_right for checkup in checkups) and not has_lost else SOME_FAILED


def _print_unseen(faults: Sequence[PluginFault]) -> None:
    """What cannot be examined: a card that no installed backend sees."""
    from localalt.machine import this_machine

    for fault in faults:
        print_fault(fault)
    unused = this_machine().unused_gpu
    if unused:
        print_paragraph(f"Not examined: {unused[0].lower()}{unused[1:]}")
    if faults or unused:
        print_line()


def _printer() -> Listener:
    """Prints what is found out as it comes, each device's under its name."""
    from localalt.doctor.checkup import Listener

    class Printer(Listener):
        device = ""

        def on_card(self, card: OperationsCard, helps: DeviceVerdict | None) -> None:
            for line in operations_card.lines(card):
                text = line.lstrip()
                print_paragraph(text, indent=" " * (len(line) - len(text)))
            for text in _help_in_words(card, helps):
                print_paragraph(f"-> {text}", indent="  ", hanging="   ")

        def on_finding(self, device: Device, finding: TrialResult) -> None:
            if device.name != self.device:
                self.device = device.name
                print_paragraph(f"{device.name}, {device.description}: models with known answers")
            for line in _finding_in_lines(finding):
                print_line(line)

        def on_checkup(self, checkup: Checkup) -> None:
            for text in _advice(checkup.report):
                print_paragraph(f"-> {text}", indent="  ", hanging="   ")

    return Printer()


_COLUMNS = "  {:9} {:>9}  {}"
"""Status, error, and what was tried."""


def _finding_in_lines(finding: TrialResult) -> Iterator[str]:
    """What was tried and how far it is off, within the width."""
    off = f"{finding.error:.2%}" if math.isfinite(finding.error) else "none" if finding.logits_error else ""
    model, name = finding.settings.model, finding.name
    beginning = _COLUMNS.format(finding.status.value, off, "")
    width = n_columns() - len(beginning)
    first, *others = wrapped(f"{model}: {name}", width)
    yield f"{beginning}{first}"
    for line in (*others, *wrapped(finding.detail, width)):
        yield f"{' ' * len(beginning)}{line}"


def _help_in_words(card: OperationsCard, helps: DeviceVerdict | None) -> Iterator[str]:
    """What follows from the operations."""
    if helps is None:
        yield "None of the ways that were tried makes all of them right: update the driver."
    elif helps.words:
        what = "all of them" if card.faults else "large sums, too,"
        yield f"{what[0].upper()}{what[1:]} are right so, and localalt computes so: {', '.join(helps.words)}."


def _advice(report: Report) -> Iterator[str]:
    """What follows for localalt's plans."""
    from localalt.doctor.examination import Status

    chosen, firsts = report.chosen, report.firsts
    wrong = [model for model, finding in chosen.items() if finding is None]
    others = {model: finding for model, finding in chosen.items() if finding not in (None, firsts[model])}
    untested = [model for model, finding in chosen.items() if finding and finding.status is Status.UNTESTED]
    notes = [finding.error for finding in chosen.values() if finding and finding.status is Status.NOTE]
    if report.is_right:
        yield "It computes right."
    if notes:
        yield (
            f"The texts of {len(notes)} of {len(chosen)} models are right, and their numbers up to {max(notes):.1%} "
            "off the CPU's: more than rounding makes as a rule, and far less than a wrong kernel. It is used."
        )
    for model in wrong:
        yield f"It computes {model} wrong in every way that was tried: localalt does not use it for such models."
    for name in dict.fromkeys(finding.name for finding in others.values() if finding):
        models = [model for model, finding in others.items() if finding and finding.name == name]
        yield f"It computes {', '.join(models)} right only in this way: {name}."
    if report.wrong_in_part:
        models = [finding.settings.model for finding in report.wrong_in_part]
        yield f"With half of the layers on the CPU it computes {', '.join(models)} wrong: put all on one device."
    if untested:
        yield f"Other devices computed a part of {', '.join(untested)}, of which nothing is known here."


def _as_json(checkup: Checkup) -> dict[str, Any]:
    from dataclasses import asdict

    from localalt.machine.versions import driver_of

    report, card, helps = checkup.report, checkup.card, checkup.helps
    return {
        "device": report.device.name,
        "description": report.device.description,
        "backend": report.device.backend,
        "driver": driver_of(report.device),
        "operations": card and operations_card.as_json(card),
        "helps": helps and list(helps.words),
        "findings": [{**asdict(finding), "status": finding.status.value} for finding in report.findings],
        "chosen": {model: chosen and chosen.name for model, chosen in report.chosen.items()},
        "verdicts": {kind: asdict(verdict) for kind, verdict in checkup.verdicts.items()},
    }
