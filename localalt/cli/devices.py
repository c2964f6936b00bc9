"""`localalt devices`: what the installed llama-cpp-python can compute on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from localalt.cli.terminal import NO_BACKEND, OK, print_columns, say
from localalt.console import print_json, print_line
from localalt.errors import BackendMissingError

if TYPE_CHECKING:
    from localalt.types import Device

__all__ = ["add_parser"]

EPILOG = """\
exit status:
  0    at least the CPU computes
  3    llama-cpp-python is missing or broken
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    devices = commands.add_parser(
        "devices",
        help="list what llama-cpp-python can compute on here",
        description="List the devices that the installed llama-cpp-python can compute on, with memory and driver.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    devices.set_defaults(run=_devices)
    devices.add_argument("--json", action="store_true", help="one JSON object, sizes in bytes")


def _devices(arguments: argparse.Namespace) -> int:
    import importlib.metadata
    from dataclasses import asdict, replace

    from localalt import native, verdicts
    from localalt.drivers import driver_of
    from localalt.machine import this_machine

    try:
        machine = this_machine()
        devices = verdicts.attached(native.devices())
    except BackendMissingError as error:
        say(str(error))
        return NO_BACKEND
    ram = machine.ram_free_bytes, machine.ram_total_bytes  # ggml calls all of it free
    devices = tuple(
        replace(each, free_bytes=ram[0], total_bytes=ram[1]) if each.kind == "cpu" else each for each in devices
    )
    build: dict[str, Any] = {
        "llama_cpp_python": importlib.metadata.version("llama-cpp-python"),
        "ggml": native.ggml_build(),
        "cpu_instructions": sorted(machine.instructions),
    }
    drivers = {backend: driver_of(backend) for backend in {device.backend for device in devices}}
    if arguments.json:
        listed = [
            {
                **asdict(device),
                "driver": drivers[device.backend],
                "verdicts": {kind: asdict(verdict) for kind, verdict in device.verdicts},
            }
            for device in devices
        ]
        print_json({**build, "devices": listed}, indent=2)
        return OK
    print_columns([_HEADINGS, *(_row(device, drivers[device.backend]) for device in devices)], right=(3, 4))
    print_line()
    print_line(f"llama-cpp-python {build['llama_cpp_python']}, ggml {build['ggml']}.")
    print_line(f"Kernels of the CPU: {' '.join(build['cpu_instructions']) or 'none beyond the plain ones'}.")
    for device in devices:
        if device.kind == "gpu":
            print_line(f"{device.name}: {_found(device)}")
    if not any(device.kind == "gpu" for device in devices):
        print_line(
            "No GPU is seen: python scripts/build_backend.py lists how to build for one, in a clone of localalt."
        )
    return OK


def _found(device: Device) -> str:
    """What the doctor found, in words."""
    if not device.verdicts:
        return "never examined; localalt doctor proves whether it computes right."
    wrong = [f"{kind} ({', '.join(verdict.words)})" for kind, verdict in device.verdicts if verdict.words]
    if not wrong:
        return "it computes right, as localalt doctor found."
    return f"computes wrong, as localalt doctor found, and is used with care for {'; '.join(wrong)}."


_HEADINGS = ("DEVICE", "BACKEND", "KIND", "FREE", "MEMORY", "DRIVER", "WHAT IT IS")


def _row(device: Device, driver: str) -> tuple[str, ...]:
    from localalt.units import amount

    kind = {"cpu": "CPU", "gpu": "GPU", "accelerator": "accelerator"}[device.kind]
    sizes = (amount(device.free_bytes), amount(device.total_bytes)) if device.total_bytes else ("-", "-")
    shared = ", shares RAM" if device.integrated else ""
    return device.name, device.backend, f"{kind}{shared}", *sizes, driver or "-", device.description
