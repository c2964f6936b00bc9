"""What computes here: devices as llama.cpp sees them, what the doctor found of each, and the machine as a whole.

Values alone: frozen, compared by value, of the standard library."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from localalt import switches
from localalt.switches import Environment

__all__ = ["AS_A_WHOLE", "RAM", "Device", "DeviceKind", "DeviceVerdict", "Machine", "Share", "model_kind"]


DeviceKind: TypeAlias = Literal["cpu", "gpu", "accelerator"]
"""What computes: an accelerator, such as a BLAS library, serves the CPU and holds no layers."""


@dataclass(frozen=True, slots=True)
class DeviceVerdict:
    """How a device computes a kind of model right, as `localalt doctor` found."""

    is_usable: bool = True
    """Whether there is a way at all."""
    projector_on_device: bool = True
    flash_attn: bool | None = None
    """Of the language model; None leaves it to llama.cpp."""
    projector_flash_attn: bool | None = None
    one_at_a_time: bool = False
    """Whether only one sequence may be in a batch."""
    environment: Environment = ()
    """Variables that a process has to have before it uses the device: rows of `switches.SWITCHES`."""
    off: float = 0.0
    """How far the numbers are off all the same, as a share of the CPU's, where that is more than rounding as a rule
    explains; the texts are right. 0.0 otherwise."""
    after_crash: bool = False
    """Whether nobody examined this way: it is the next to be tried, after the process ended with the one before."""

    def also(self, other: DeviceVerdict) -> DeviceVerdict:
        """What holds for two devices together."""
        return DeviceVerdict(
            self.is_usable and other.is_usable,
            self.projector_on_device and other.projector_on_device,
            other.flash_attn if self.flash_attn is None else self.flash_attn,
            other.projector_flash_attn if self.projector_flash_attn is None else self.projector_flash_attn,
            self.one_at_a_time or other.one_at_a_time,
            switches.merged(self.environment, other.environment),
            max(self.off, other.off),
            self.after_crash or other.after_crash,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """How the device is used in place of as a whole; nothing where it computes right so."""
        if not self.is_usable:
            return ("not at all",)
        is_without = self.flash_attn is False and (self.projector_flash_attn is False or not self.projector_on_device)
        care = {
            "the projector on the CPU": not self.projector_on_device,
            "without flash attention": is_without,
            "the projector without flash attention": self.projector_flash_attn is False and not is_without,
            "the language model without flash attention": self.flash_attn is False and not is_without,
            "with flash attention": self.flash_attn is True or self.projector_flash_attn is True,
            "one picture at a time": self.one_at_a_time,
        }
        return (*(word for word, applies in care.items() if applies), *switches.words_of(self.environment))


AS_A_WHOLE = DeviceVerdict()
"""The verdict on a device that computes right."""


def model_kind(architecture: str, projector: str) -> str:
    """What models have in common whose graphs are the same but for their sizes."""
    return f"{architecture} with {projector}"


@dataclass(frozen=True, slots=True)
class Device:
    """Something that llama.cpp can compute on, as its backend sees it: a GPU, unless `kind` says otherwise."""

    name: str
    """As ggml names it, such as "CUDA0" or "Vulkan0"."""
    description: str
    """What the driver calls it."""
    backend: str
    """"CUDA", "ROCm", "Metal", "Vulkan" …"""
    integrated: bool
    """Whether it computes in the machine's own RAM instead of memory of its own."""
    free_bytes: int
    total_bytes: int
    kind: DeviceKind = "gpu"
    verdicts: tuple[tuple[str, DeviceVerdict], ...] = ()
    """What the doctor found, by `model_kind`; empty for a device that was never examined."""
    device_id: str = ""
    """Its address on the PCI bus, such as "0000:01:00.0"; "" where the backend does not say."""
    changed: str = ""
    """What the doctor examined it with, for people, where that is no longer so, such as "another driver"; "" where it
    is, or it was never examined."""
    drives_display: bool = False
    """Whether it drives a display, whose programs need its memory too."""
    carve_out_bytes: int = 0
    """Of the free memory of an integrated GPU, what the firmware set aside for it: not part of the machine's RAM."""
    failed: tuple[tuple[str, int], ...] = ()
    """By `ModelSpec.load_key`, the bytes that a plan was to take of it for which its memory did not suffice."""

    def failed_bytes(self, load_key: str) -> int | None:
        """The bytes that a plan was to take and that did not fit, of the model with that key; None where all fits."""
        return dict(self.failed).get(load_key)

    def verdict(self, kind: str) -> DeviceVerdict:
        """How models of a `model_kind` compute right here; one that was not tried as all that were tried together.

        A device that was never examined is taken to compute right.
        """
        known = dict(self.verdicts)
        return known[kind] if kind in known else functools.reduce(DeviceVerdict.also, known.values(), DeviceVerdict())


RAM = "RAM"
"""Beside the names of devices: what the CPU computes in."""


@dataclass(frozen=True, slots=True)
class Share:
    """How several processes share a machine equally, of which one is about to plan."""

    n_processes: int = 1
    """That share its cores and its RAM."""
    n_on_device: int = 1
    """Those of them that share its GPUs, too."""
    free_bytes: Mapping[str, int] = field(default_factory=dict)
    """What each of them has, by device and `RAM`, as the first of them found it. What it has taken since is its own
    part, and is not missing from those of the others. Empty for the first."""
    n_slots: int | None = None
    """How many slots another of them was measured to be fastest with, on such a device. None: measure."""
    failed: tuple[tuple[str, str, int], ...] = ()
    """(device, `ModelSpec.load_key`, bytes): what ended a process before this one: see `Device.failed`."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a model can run on here."""

    ram_free_bytes: int
    """RAM that a process may still take without swapping, limits of its container included."""
    ram_total_bytes: int
    n_cores: int
    """Threads that compute: one for each physical core that this process may use, within its container's quota."""
    devices: tuple[Device, ...] = ()
    """The GPUs that the installed llama-cpp-python can use."""
    instructions: frozenset[str] = frozenset()
    """Of the CPU, those that the installed llama-cpp-python uses, by ggml's names, such as "AVX512_VNNI"."""
    cores_because: str = ""
    """Why `n_cores` is so, for people; "" where it is all physical cores."""
    unused_gpu: str = ""
    """What to do about a GPU that is in the machine and that the installed llama-cpp-python cannot use, for people."""
    lost_gpu: str = ""
    """What keeps a backend that is installed from a GPU of this machine, and what to do about it, for people."""
    device: str = "auto"
    """What was asked for: "auto", "cpu", "gpu", or a GPU's name. The last two are demands: see `wants_gpu`."""
    n_processes: int = 1
    """That share the real machine, of which this is one's part."""

    @property
    def wants_gpu(self) -> bool:
        """Whether a GPU was asked for, so that all on the CPU is not what the person wants."""
        return self.device not in ("auto", "cpu")

    @property
    def free_bytes(self) -> dict[str, int]:
        """What is free, by device and `RAM`."""
        return {RAM: self.ram_free_bytes, **{each.name: each.free_bytes for each in self.devices}}

    def part(self, share: Share) -> Machine:
        """What one of several processes has of it."""
        n, n_on_device = share.n_processes, share.n_on_device
        if share.failed:
            return self._with_failed(share.failed).part(dataclasses.replace(share, failed=()))
        if n == 1:
            return self
        because = f"{n} processes share {self.n_cores} core{'s' * (self.n_cores != 1)}"
        return dataclasses.replace(
            self,
            ram_free_bytes=_part(self.ram_free_bytes, n, share.free_bytes.get(RAM)),
            ram_total_bytes=self.ram_total_bytes // n,
            n_cores=max(1, self.n_cores // n),
            cores_because=f"{because}, and {self.cores_because}" if self.cores_because else because,
            devices=tuple(
                dataclasses.replace(
                    each,
                    free_bytes=_part(each.free_bytes, n_on_device, share.free_bytes.get(each.name)),
                    total_bytes=each.total_bytes // n_on_device,
                    carve_out_bytes=each.carve_out_bytes // n_on_device,
                )
                for each in self.devices
            ),
            n_processes=n,
        )

    def _with_failed(self, failed: Iterable[tuple[str, str, int]]) -> Machine:
        devices = {each.name: each for each in self.devices}
        for name, load_key, n_bytes in failed:
            if name in devices:
                before = devices[name].failed_bytes(load_key)
                least = n_bytes if before is None else min(before, n_bytes)
                own = {**dict(devices[name].failed), load_key: least}
                devices[name] = dataclasses.replace(devices[name], failed=tuple(own.items()))
        return dataclasses.replace(self, devices=tuple(devices.values()))


def _part(free_bytes: int, n_parts: int, first: int | None) -> int:
    return free_bytes // n_parts if first is None else min(free_bytes, first)
