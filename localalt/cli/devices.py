"""`localalt devices`: what the installed llama-cpp-python can compute on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from localalt.cli.layout import print_paragraph, print_step, print_table
from localalt.cli.terminal import NO_BACKEND, OK, say
from localalt.console import print_json, print_line
from localalt.errors import BackendMissingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localalt.devices import Device
    from localalt.machine.graphics import Card
    from localalt.machine.plugins import PluginFault

__all__ = ["add_parser"]

EPILOG = """\
exit status:
  0    the devices are listed
  3    llama-cpp-python is missing or broken

JSON fields: docs/json.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    devices = commands.add_parser(
        "devices",
        help="list the devices that llama-cpp-python can compute on",
        description="List the devices that the installed llama-cpp-python can compute on, with memory and driver. "
        "List the graphics cards that it cannot use, and what to do about that.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    devices.set_defaults(run=_devices)
    devices.add_argument("--json", action="store_true", help="print one JSON object, sizes in bytes")


def _devices(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict, replace

    from localalt import native
    from localalt._version import llama_cpp_version
    from localalt.machine import all_devices, graphics, hardware_runs, model_checks, plugins, this_machine
    from localalt.machine.versions import driver_of
    from localalt.planning.cards import one_each

    try:
        machine = this_machine()
        devices = all_devices()
        faults = plugins.faults()
    except BackendMissingError as error:
        say(error.in_command)
        return NO_BACKEND
    ram = machine.ram_free_bytes, machine.ram_total_bytes  # ggml calls all of it free
    devices = tuple(
        replace(each, free_bytes=ram[0], total_bytes=ram[1]) if each.kind == "cpu" else each for each in devices
    )
    build: dict[str, Any] = {
        "llama_cpp_python": llama_cpp_version(),
        "ggml": native.ggml_build(),
        "cpu_instructions": sorted(machine.instructions),
    }
    cards = graphics.cards()
    left = graphics.unused(cards, [(each.backend, each.description) for each in one_each(native.gpus())])
    drivers = {device.name: driver_of(device) for device in devices}
    if arguments.json:
        listed = [
            {
                **asdict(device),
                "driver": drivers[device.name],
                "hardware_runs": [asdict(run) for run in hardware_runs.of(device.backend)],
                "verdicts": {kind: asdict(verdict) for kind, verdict in device.verdicts},
                "models": [asdict(check) for check in model_checks.of_device(device)],
            }
            for device in devices
        ]
        in_machine = [_card_as_json(card, left) for card in cards]
        print_json(
            {
                **build,
                "devices": listed,
                "backend_faults": [asdict(fault) for fault in faults],
                "graphics_cards": in_machine,
            },
            indent=2,
        )
        return OK
    print_table([_HEADINGS, *map(_row, devices)], right=(3, 4), flexible=(5,))
    print_line()
    print_line(f"llama-cpp-python {build['llama_cpp_python']}, ggml {build['ggml']}.")
    print_paragraph(
        f"CPU instructions that its kernels use: {' '.join(build['cpu_instructions']) or 'none beyond the plain ones'}."
    )
    for device in devices:
        if device.kind == "gpu":
            ran = hardware_runs.in_words(device.backend)
            print_paragraph(f"{_in_full(device, drivers[device.name])}: {_found(device)} {ran}")
            for check in model_checks.of_device(device):
                print_paragraph(f"{check.model}, at its first load there: {check.words}.", indent="  ")
    _print_cards(cards, left, faults, has_gpu=any(device.kind == "gpu" for device in devices))
    return OK


def _print_cards(cards: Sequence[Card], left: Sequence[Card], faults: Sequence[PluginFault], *, has_gpu: bool) -> None:
    """The cards that are in the machine and not used, each with what builds for it and what is in the way."""
    from localalt.machine.graphics import advise

    for fault in faults:
        print_line()
        print_fault(fault)
    for card in left:
        advice = advise(card)
        print_line()
        driver = f", driver {card.driver}" if card.driver else ""
        chip = ", ".join(filter(None, [card.pci_id, card.gfx]))
        print_paragraph(f"Not used: {card.name}{f' ({chip})' if chip and chip not in card.name else ''}{driver}")
        own = [fault.backend for fault in faults if card.name in fault.cards]
        if own:
            print_paragraph(f"{' and '.join(own)} would compute on it: see above.", indent="  ")
            continue
        for note in advice.notes:
            print_step(note)
        print_line("  Build for it, in a clone of localalt:")
        print_line(f"    {advice.command}")
        for note in advice.otherwise:
            print_step(note)
    for card in cards:
        if not card.could_compute:
            print_paragraph(f"Not used: {card.name}: {card.why_not}.")
    if not any(card.could_compute for card in cards) and not has_gpu:
        print_paragraph(
            "No GPU that could compute was found in this machine. In a clone of localalt, "
            "`python scripts/build_backend.py` lists what can be built for one."
        )


def print_fault(fault: PluginFault) -> None:
    """A backend that is installed and computes on nothing, with what is said of it and what to do."""
    print_paragraph(f"{fault.sentence[0].upper()}{fault.sentence[1:]}")
    for step in fault.steps:
        print_step(step)


def _card_as_json(card: Card, left: Sequence[Card]) -> dict[str, Any]:
    from dataclasses import asdict

    from localalt.machine.graphics import advise

    advice = advise(card)
    is_used = card.could_compute and card not in left
    build = {"preset": advice.preset, "command": advice.command, "notes": (*advice.notes, *advice.otherwise)}
    return {**asdict(card), "is_used": is_used, **build}


def _found(device: Device) -> str:
    """What the doctor found, in words."""
    if device.changed:
        return f"localalt doctor examined it with {device.changed}: run localalt doctor again."
    if not device.verdicts:
        return "not examined yet; `localalt doctor` finds out whether it computes right."
    crashed = [f"{kind} ({', '.join(each.words)})" for kind, each in device.verdicts if each.after_crash]
    wrong = [
        f"{kind} ({', '.join(each.words)})" for kind, each in device.verdicts if each.words and not each.after_crash
    ]
    off = max(verdict.off for _, verdict in device.verdicts)
    said = []
    if wrong:
        said.append(f"it computes wrong, as localalt doctor found; localalt works around that for {'; '.join(wrong)}.")
    if crashed:
        said.append(
            f"processes ended there; until localalt doctor has examined it, it is used so: {'; '.join(crashed)}."
        )
    if not said:
        said.append("it computes right, as localalt doctor found.")
    if off:
        said.append(f"Its numbers are up to {off:.1%} off, and its texts are right.")
    return " ".join(said)


def _in_full(device: Device, driver: str) -> str:
    parts = [device.name, device.description, "shares RAM" * device.integrated, f"driver {driver}" if driver else ""]
    return ", ".join(filter(None, parts))


_HEADINGS = ("DEVICE", "BACKEND", "KIND", "FREE", "MEMORY", "WHAT IT IS")


def _row(device: Device) -> tuple[str, ...]:
    from localalt.units import format_bytes

    kind = {"cpu": "CPU", "gpu": "GPU", "accelerator": "accelerator"}[device.kind]
    sizes = (format_bytes(device.free_bytes), format_bytes(device.total_bytes)) if device.total_bytes else ("-", "-")
    return device.name, device.backend, kind, *sizes, device.description
