"""This machine as a plan sees it: RAM and its limits, threads, and the GPUs that llama.cpp can use."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from localalt import native
from localalt.devices import Device, Machine
from localalt.errors import OptionError
from localalt.machine import cgroups, graphics, load_limits, plugins, verdicts
from localalt.machine.processors import compute_threads
from localalt.planning.cards import one_each

__all__ = ["all_devices", "devices_named", "gpu_names", "this_machine", "with_free_memory"]

MACOS_USABLE = 0.75
"""Of a Mac's RAM: macOS does not say what is free, but compresses and drops what is idle."""


def this_machine(*, device: str = "auto") -> Machine:
    """The machine that this process runs on: "auto" and "gpu" with all GPUs, "cpu" with none, a GPU's name with that.

    Raises:
        OptionError: there is no such device, or no GPU where one is asked for.
        BackendMissingError: llama-cpp-python is missing, broken or too old.
    """
    devices, name = _gpus(device)
    unused, lost = ("", "") if name == "cpu" else _left_over()
    free, total = _ram()
    threads = compute_threads()
    return Machine(
        ram_free_bytes=free,
        ram_total_bytes=total,
        n_cores=threads.n,
        cores_because=threads.because,
        devices=load_limits.with_limits(_as_here(devices)),
        instructions=native.cpu_instructions(),
        unused_gpu=unused,
        lost_gpu=lost,
        device=name,
    )


def with_free_memory(machine: Machine) -> Machine:
    """A machine that was looked at before, with the memory that is free now; all else as it was."""
    free, _ = _ram()
    now = {each.name: each.free_bytes for each in native.devices()} if machine.devices else {}
    devices = tuple(
        dataclasses.replace(
            each,
            free_bytes=now.get(each.name, each.free_bytes),
            carve_out_bytes=min(each.carve_out_bytes, now.get(each.name, each.free_bytes)),
        )
        for each in machine.devices
    )
    return dataclasses.replace(machine, ram_free_bytes=free, devices=devices)


def _gpus(name: str) -> tuple[tuple[Device, ...], str]:
    """The GPUs that an option stands for, and the option as it is written here."""
    if name.lower() == "auto":
        return native.gpus(), "auto"
    if name.lower() == "cpu":
        return (), "cpu"
    if name.lower() == "gpu":
        if found := native.gpus():
            return found, "gpu"
        raise OptionError(_no_gpu("gpu"))
    (own,) = devices_named([name], [each for each in native.devices() if each.kind == "gpu"], others='"auto", "cpu"')
    return (own,), own.name


def all_devices() -> tuple[Device, ...]:
    """Everything that llama.cpp can compute on, with what the doctor found, and what the system says of GPUs' memory.

    Raises:
        BackendMissingError: llama-cpp-python is missing, broken or too old.
    """
    return _as_here(native.devices())


def _as_here(devices: Sequence[Device]) -> tuple[Device, ...]:
    return verdicts.with_verdicts([_with_memory(each) if each.kind == "gpu" else each for each in devices])


def _with_memory(gpu: Device) -> Device:
    own = graphics.free_carve_out(gpu.device_id, gpu.backend, gpu.total_bytes) if gpu.integrated else 0
    has_screen = graphics.drives_display(gpu.device_id)
    return dataclasses.replace(gpu, drives_display=has_screen, carve_out_bytes=min(own, gpu.free_bytes))


def gpu_names() -> list[str]:
    """The names of all GPUs that a model can be loaded on, each card once.

    Raises:
        OptionError: there is none.
    """
    names = [each.name for each in one_each(_as_here(native.gpus()))]
    if not names:
        raise OptionError(_no_gpu("all"))
    return names


def devices_named(names: Sequence[str], devices: Sequence[Device], *, others: str = "") -> list[Device]:
    """Those of `devices` that options name, each once, in whatever case: "gpu" stands for all GPUs.

    `others` is what may be written, too, for the message.

    Raises:
        OptionError: there is no such device, or no GPU for "gpu".
    """
    found: dict[str, Device] = {}
    for name in names:
        own = [each for each in devices if name.lower() in (each.name.lower(), each.kind if each.kind == "gpu" else "")]
        if not own and name.lower() == "gpu":
            raise OptionError(_no_gpu(name))
        if not own:
            here = ", ".join(filter(None, [others, *(each.name for each in devices)]))
            raise OptionError(f"There is no device {name!r}: write one of {here}.")
        found.update((each.name, each) for each in own)
    return list(found.values())


def _no_gpu(name: str) -> str:
    here = " ".join(_left_over()).strip() or 'None that could compute is found in it: take the device "auto".'
    return (
        f'The device "{name}" was asked for, but the installed llama-cpp-python can use no GPU of this machine. {here}'
    )


def _left_over() -> tuple[str, str]:
    """(what builds for the best card that is not used, what keeps a backend that is installed for it from it).

    For people; "" is nothing, and at least one of the two is that.
    """
    seen = [(each.backend, each.description) for each in one_each(native.gpus())]
    left = graphics.unused(graphics.cards(), seen)
    if not left:
        return "", ""
    here = f"In this machine is {left[0].name}, which the installed llama-cpp-python cannot use: "
    fault = next((each for each in plugins.faults() if left[0].name in each.cards), None)
    if fault is not None:
        return "", f"{here}{fault.sentence} {fault.steps[0]}"
    command = graphics.advise(left[0]).command
    return f"{here}{command}, in a clone of localalt, builds for it (localalt devices says more).", ""


def _ram() -> tuple[int, int]:
    """(free, total) bytes of RAM, as far as this process may use it."""
    free, total = native.ram()
    if sys.platform == "darwin":
        return int(total * MACOS_USABLE), total
    if sys.platform == "linux":
        with contextlib.suppress(OSError, KeyError, ValueError):  # no /proc, or an unusual one
            free, total = _meminfo(Path("/proc/meminfo").read_text())
        free, total = _limited(free, total, Path("/"))
    return free, total


def _meminfo(text: str) -> tuple[int, int]:
    """(available, total) bytes from /proc/meminfo, whose figures are in KiB."""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    total, available = (int(fields[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
    return available, total


def _limited(free: int, total: int, root: Path) -> tuple[int, int]:
    """What the limits of this process's control groups, versions 1 and 2, leave of `free` and `total`."""
    for version, folder in cgroups.folders("memory", root):
        free, total = _limited_by(folder, _CGROUP_2 if version == 2 else _CGROUP_1, free, total)
    return free, total


# Files of the limit, the use, and its statistics.
_CGROUP_2 = ("memory.max", "memory.current", "memory.stat")
_CGROUP_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat")


def _limited_by(folder: Path, names: tuple[str, str, str], free: int, total: int) -> tuple[int, int]:
    try:
        limit, used, stat = ((folder / name).read_text() for name in names)
        cached = dict(line.split() for line in stat.splitlines()).get("inactive_file", "0")
        taken = int(used) - int(cached)  # the kernel drops cached files first
    except (OSError, ValueError):
        return free, total
    if limit.strip().isdigit() and int(limit) < total:  # "max", or a number beyond all RAM, is not a limit
        total = int(limit)
        free = max(0, min(free, total - taken))
    return free, total
