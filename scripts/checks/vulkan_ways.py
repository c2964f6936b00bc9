"""Faults on purpose in a device's known answers, and the ways and verdicts that must follow: a part of vulkan.sh.

    python scripts/checks/vulkan_ways.py [DEVICE]

DEVICE is the first GPU unless it is named. With `CPU` the CPU poses as one: that takes seconds, and proves this check.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest import mock

import localalt
from localalt import native
from localalt.devices import Device, DeviceVerdict
from localalt.doctor import examination
from localalt.doctor.examination import Report, Status
from localalt.machine import verdicts
from localalt.machine.versions import driver_of
from localalt.selftest import held_out
from scripts.checks.planted_fault import planted
from scripts.checks.vulkan_pairs import TIMEOUT_S

MODEL = "selftest"
N_THREADS = 2

FAULTY = """
import json, os, shutil, sys, tempfile
from pathlib import Path
import numpy as np
from localalt import native
from localalt.doctor import trial
from localalt.gguf.reader import read_header

settings = json.loads(sys.argv[1])
Model, encode = native.Model, native.Projector.encode

def with_tensor(path, name, change):
    header = read_header(path)
    tensor = header.tensors[name]
    copy = Path(tempfile.gettempdir()) / "changed.gguf"
    shutil.copyfile(path, copy)
    numbers = np.memmap(copy, np.uint8, "r+", header.data_start + tensor.offset, (tensor.n_bytes,))
    numbers[:] = change(numbers.copy())
    numbers.flush()
    return copy

def changed_model(name, change):
    trial.Model = lambda path, **options: Model(with_tensor(path, name, change), **options)

def changed_embeddings(change):
    native.Projector.encode = lambda *arguments: change(encode(*arguments))

if settings["device"]:
    {fault}
trial.main(sys.argv[1:])
"""
"""The program of a try, with a fault where it computes on the device; the CPU's own try has none."""
REVERSED = "changed_embeddings(lambda found: found[::-1].copy())"
FAULTS = {
    "a fault between encode and decode": (REVERSED, (Status.GARBAGE,)),
    "numbers that are none": (
        "changed_embeddings(lambda found: found * np.float32('nan'))",
        (Status.GARBAGE, Status.CRASHES),
    ),
    "a tensor zeroed": (
        "changed_model('blk.0.ffn_down.weight', lambda data: data * 0)",
        (Status.DIFFERS, Status.GARBAGE),
    ),
    "a scale perturbed": (
        "changed_model('blk.0.post_ffw_norm.weight', lambda data: (data.view(np.float32) * 2).view(np.uint8))",
        (Status.DIFFERS, Status.GARBAGE),
    ),
    "a layer computed elsewhere": ("trial.ALL_LAYERS = 2", (Status.UNTESTED,)),
    "an end of the process": ("os.abort()", (Status.CRASHES,)),
}
"""What is done to the device's tries, and what must come of the first."""
SWITCH = "FUSION"
"""What a made-up fault is right without: the third way of Vulkan, and of CUDA."""


def faulty(fault: str) -> AbstractContextManager[None]:
    """Within it the tries' processes have the fault."""
    return planted("localalt.doctor.trial", FAULTY.replace("{fault}", fault))


def first_try(device: Device) -> Report:
    """What comes of the way in which localalt would use the device."""
    tries = examination.tries
    examination.tries = lambda *arguments, **options: list(tries(*arguments, **options))[:1]  # type: ignore[assignment]
    try:
        return every_way(device)
    finally:
        examination.tries = tries


def every_way(device: Device) -> Report:
    """What comes of all ways until one is right."""
    return next(examination.examine([device], n_threads=N_THREADS, models=[MODEL]))


def found_faults(device: Device) -> Iterator[str]:
    """Each fault on purpose; what is wrong in how it was found."""
    for name, (fault, expected) in FAULTS.items():
        if device.name == "CPU" and expected == (Status.UNTESTED,):
            continue
        with faulty(fault):
            (finding,) = first_try(device).findings
        error = f", {finding.error:.1%} off" if finding.embeddings_error is not None else ""
        print(f"{name}: {finding.status.value}{error} {finding.detail}", flush=True)
        if finding.status not in expected:
            yield f"{name} was not found"


def found_way(device: Device) -> Iterator[str]:
    """A device that is garbage unless something is switched off: the way that is found, stored, and reaches a load."""
    with faulty(f"any('{SWITCH}' in name for name in os.environ) or {REVERSED}"):
        report = every_way(device)
    for finding in report.findings:
        print(f"{finding.status.value:8} {finding.name}", flush=True)
    (verdict,) = report.verdicts.values()
    expected = {name for name, _ in verdict.environment if SWITCH in name}
    if verdict != DeviceVerdict(environment=verdict.environment) or len(expected) != 1 or len(verdict.environment) != 1:
        yield f"the way that was found is {verdict}"
    if device.kind == "gpu" and device.name != "CPU":
        yield from _reaches_a_load(device, report)


def _reaches_a_load(device: Device, report: Report) -> Iterator[str]:
    verdicts.store(device, report.verdicts)
    ((_, verdict),) = verdicts.with_verdicts([device])[0].verdicts
    picture = held_out()[0]
    with localalt.load(MODEL, device=device.name, isolation="process") as describer:
        service: Any = describer._service
        (place,) = service._here().pool._places
        started_with = Path(f"/proc/{place.worker.process.pid}/environ").read_text().split("\0")
        text = describer.describe(picture.picture).text
        print(f"{[each.message for each in describer.notices if each.name == 'device-fault']}", flush=True)
    missing = [name for name, value in verdict.environment if f"{name}={value}" not in started_with]
    if missing:
        yield f"the child was started without {missing}"
    if text != picture.torch_texts[MODEL]:
        yield f"{text!r} in place of {picture.torch_texts[MODEL]!r}"
    with localalt.load(MODEL, device=device.name, isolation="none") as describer:
        print(f"in this process: {describer.plan.environment}", flush=True)
    if not set(verdict.environment) <= set(os.environ.items()):
        yield "this process does not have the variables"


def asked_again(device: Device) -> Iterator[str]:
    """Another driver's verdict asks for the doctor."""
    verdicts.store(device, {"a kind": DeviceVerdict()})
    with mock.patch.object(verdicts, "driver_of", return_value="another"):
        (found,) = verdicts.with_verdicts([device])
    print(f"examined with {found.changed}", flush=True)
    if found.changed != "another driver" or found.verdicts:
        yield "a change of the driver was not noticed"


def main(arguments: list[str]) -> int:
    """Print what is found; 1 where something is missed."""
    examination.TIMEOUT_S = TIMEOUT_S
    if arguments == ["CPU"]:
        cpu = next(device for device in native.devices() if device.kind == "cpu")
        device = dataclasses.replace(cpu, kind="gpu", backend="Vulkan")
    else:
        gpus = [each for each in native.gpus() if each.name in arguments or not arguments]
        if not gpus:
            print("There is no such device: see localalt devices.", file=sys.stderr)
            return 2
        device = gpus[0]
    print(f"{device.name}, driver {driver_of(device) or '?'}", flush=True)
    missed = [*found_faults(device), *found_way(device), *asked_again(device)]
    for each in missed:
        print(f"MISSED: {each}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
