"""How a model is put on a machine: layers, projector, slots, context and threads that fit its memory.

Pure: numbers in, numbers and their reasons out.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence

from localalt.devices import Device, DeviceVerdict, Machine
from localalt.errors import NotEnoughMemoryError, OptionError
from localalt.planning.budget import MemoryBudget, budget_of, ram_budget
from localalt.planning.cpu_kernels import can_repack, computes_bf16, computes_tiled
from localalt.planning.memory import Memory, RuntimeSettings
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.reasons import reasons_of, too_large, with_faults
from localalt.planning.settings import N_SEQ_MAX, memory_of, runtime_settings, sizes_to_try

__all__ = ["MAX_SLOTS_CPU", "MAX_SLOTS_GPU", "max_slots_worth_measuring", "plan", "without_faulty_devices"]

MAX_SLOTS_CPU = 16
"""The most worth measuring where a CPU computes layers: its gains end at 4 to 16."""
MAX_SLOTS_GPU = 64
"""Where all is on GPUs, whose arithmetic outruns their memory further. No more are allowed to be asked for."""
SLOTS_SHARE = 0.25
"""Of the memory that a plan leaves free, the most that more slots than `N_SEQ_MAX` take: other
programs need it, and what is estimated here may be more."""
N_BATCH = 2048
"""Tokens per call of llama_decode, llama.cpp's default."""


def plan(spec: ModelSpec, machine: Machine, *, n_seq_max: int | None = None) -> Plan:
    """The settings that suit `spec` on `machine`, with at most `n_seq_max` slots, if that is given.

    In this order, as far as memory demands it: all on the GPU; fewer slots; fewer image tokens; more
    GPUs; some layers on the CPU; all on the CPU. What is computed on the CPU gets the kernels that
    suit it, as far as memory is left. A device that computes wrong is left out, or used as far as it
    computes right.

    Raises:
        OptionError: a GPU was asked for, and computes such a model wrong.
        NotEnoughMemoryError: not even the smallest settings fit the machine's RAM, or no layer fits the GPU that was
            asked for.
    """
    whole, machine = machine, without_faulty_devices(spec, machine)
    if whole.wants_gpu and not machine.devices:
        which = "every GPU here" if whole.device == "gpu" else "it"
        raise OptionError(
            f'The device "{whole.device}" was asked for, but {which} computes such models wrong, as localalt doctor '
            'found: run it again after an update of the driver, or take the device "auto".'
        )
    for devices in _device_groups(machine.devices):
        budget = budget_of(machine, devices)
        verdict = _verdict(spec, devices)
        for settings in _on_gpu(spec, n_seq_max, verdict, partly=devices == _all_of(machine.devices)):
            memory = memory_of(spec, settings)
            if not budget.missing(memory):
                own = _finish(spec, machine, devices, settings, memory, 0, wanted=n_seq_max or N_SEQ_MAX)
                return with_faults(own, spec, whole)
    if whole.wants_gpu:
        raise NotEnoughMemoryError(
            f'The device "{whole.device}" was asked for, but no layer of {spec.name} fits the memory that is free '
            'there: choose a smaller model, or take the device "auto".'
        )
    return with_faults(_on_cpu(spec, machine, n_seq_max), spec, whole)


def without_faulty_devices(spec: ModelSpec, machine: Machine) -> Machine:
    """`machine` without the devices that compute such a model wrong whatever is tried."""
    usable = tuple(device for device in machine.devices if device.verdict(spec.kind).is_usable)
    return dataclasses.replace(machine, devices=usable)


def _verdict(spec: ModelSpec, devices: Sequence[Device]) -> DeviceVerdict:
    """How these devices together compute such a model right."""
    return functools.reduce(DeviceVerdict.also, (device.verdict(spec.kind) for device in devices), DeviceVerdict())


def max_slots_worth_measuring(own: Plan, spec: ModelSpec, machine: Machine) -> int:
    """The most slots worth measuring, where `own` is the plan that is made without a number: a power of two.

    A plan with so many, or fewer, has the devices, layers and image tokens of the one without a number. Where memory
    is too short for `N_SEQ_MAX`, as many as it allows.
    """
    n_slots = own.n_seq_max
    if n_slots < N_SEQ_MAX:
        return n_slots
    devices = [device for device in machine.devices if device.name in own.devices]
    room = budget_of(machine, devices).part(own.memory, SLOTS_SHARE)
    most = MAX_SLOTS_GPU if own.decodes_on_gpu else MAX_SLOTS_CPU
    while n_slots < most:
        settings = runtime_settings(
            spec, 2 * n_slots, own.n_image_tokens, own.n_gpu_layers, projector_on_gpu=own.projector_on_gpu
        )
        if room.missing(memory_of(spec, settings)):
            break
        n_slots *= 2
    return n_slots


# --- the steps of plan() ---


def _device_groups(devices: Sequence[Device]) -> Iterator[tuple[Device, ...]]:
    """The GPUs to try, best first: the one with the most memory of its own, then all such, then integrated ones."""
    own = sorted((device for device in devices if not device.integrated), key=lambda each: -each.free_bytes)
    if own:
        yield (own[0],)
    if len(own) > 1:
        yield tuple(own)
    if not own and devices:
        yield (max(devices, key=lambda each: each.free_bytes),)


def _all_of(devices: Sequence[Device]) -> tuple[Device, ...]:
    """The last of the groups: where layers are left to the CPU rather than to another GPU."""
    *_, last = _device_groups(devices)
    return last


def _on_gpu(
    spec: ModelSpec, n_seq_max: int | None, verdict: DeviceVerdict, *, partly: bool
) -> Iterator[RuntimeSettings]:
    """Settings that use a GPU as far as it computes right, best first."""
    every_layer = spec.shape.text.n_layer + 1
    sizes = list(sizes_to_try(spec, 1 if verdict.one_at_a_time else n_seq_max))
    projector_on_gpu = verdict.projector_on_device and spec.tuning.projector_on_gpu is not False
    for n_slots, n_image_tokens in sizes:
        yield runtime_settings(spec, n_slots, n_image_tokens, every_layer, projector_on_gpu=projector_on_gpu)
    if not partly:
        return
    # One slot from here on: what it frees holds more layers, and those decide the speed.
    n_image_tokens = sizes[0][1]
    for n_gpu_layers in range(every_layer - 1, 0, -1):
        yield runtime_settings(spec, 1, n_image_tokens, n_gpu_layers, projector_on_gpu=projector_on_gpu)


def _on_cpu(spec: ModelSpec, machine: Machine, n_seq_max: int | None) -> Plan:
    free = ram_budget(machine, machine.ram_free_bytes)
    # What other programs hold can be freed or swapped out: a warning, where more than all is an error.
    whole = ram_budget(machine, machine.ram_total_bytes)
    tried = [runtime_settings(spec, *size, 0) for size in sizes_to_try(spec, n_seq_max)]
    for budget in (free, whole):
        for settings in tried if budget is free else tried[-1:]:
            memory = memory_of(spec, settings)
            if not budget.missing(memory):
                missing_bytes = free.missing(memory)
                in_bf16 = _in_bf16(spec, machine, settings, free)
                return _finish(
                    spec,
                    machine,
                    (),
                    settings,
                    in_bf16 or memory,
                    missing_bytes,
                    wanted=n_seq_max or N_SEQ_MAX,
                    projector_in_bf16=in_bf16 is not None,
                )
    raise NotEnoughMemoryError(too_large(spec, machine, "with its smallest settings"))


def _in_bf16(spec: ModelSpec, machine: Machine, settings: RuntimeSettings, budget: MemoryBudget) -> Memory | None:
    """What it takes with its projector in BF16, or None where that gains nothing or does not fit."""
    if spec.bf16_growth is None or not computes_bf16(machine.instructions):
        return None
    wider = dataclasses.replace(spec, mmproj_bytes=spec.mmproj_bytes + spec.bf16_growth)
    memory = memory_of(wider, settings)
    # While it is loaded, the file is there as well, and temporary files may lie in RAM.
    room = dataclasses.replace(budget, ram=budget.ram - wider.mmproj_bytes)
    return None if room.missing(memory) else memory


def _finish(
    spec: ModelSpec,
    machine: Machine,
    devices: tuple[Device, ...],
    settings: RuntimeSettings,
    memory: Memory,
    missing_bytes: int,
    *,
    wanted: int,
    projector_in_bf16: bool = False,
) -> Plan:
    is_on_cpu = settings.n_gpu_layers <= spec.shape.text.n_layer
    verdict, tuning = _verdict(spec, devices), spec.tuning
    plan = Plan(
        devices=tuple(device.name for device in devices),
        n_layer=spec.shape.text.n_layer,
        n_gpu_layers=settings.n_gpu_layers,
        layers=tuple(_layers(devices, settings.n_gpu_layers, spec.shape.text.n_layer + 1)),
        projector_on_gpu=settings.projector_on_gpu,
        n_image_tokens=settings.n_image_tokens,
        n_seq_max=settings.n_seq_max,
        n_ctx_seq=settings.n_ctx_seq,
        n_batch=max(N_BATCH, settings.n_ubatch),
        n_ubatch=settings.n_ubatch,
        n_threads=tuning.n_threads or machine.n_cores,
        repacks_weights=can_repack(machine.instructions)
        and not (is_on_cpu and spec.has_tiled_kernels and computes_tiled(machine.instructions)),
        projector_in_bf16=projector_in_bf16,
        flash_attn=tuning.flash_attn if verdict.flash_attn is None else verdict.flash_attn,
        projector_flash_attn=(
            tuning.flash_attn if verdict.projector_flash_attn is None else verdict.projector_flash_attn
        ),
        faults=(),
        memory=memory,
        missing_bytes=missing_bytes,
        reasons=(),
    )
    return plan.because(*reasons_of(plan, spec, machine, wanted))


def _layers(devices: Sequence[Device], n_gpu_layers: int, n_all: int) -> Iterator[tuple[str, int]]:
    """Layers per device: GPUs share theirs by free memory (llama-model.cpp, load_tensors)."""
    if n_gpu_layers < n_all:
        yield "CPU", n_all - n_gpu_layers
    free, taken = sum(device.free_bytes for device in devices), 0
    before = 0
    for device in devices:
        before += device.free_bytes
        # A layer belongs to the first device whose share ends beyond the layer's own start.
        until = min(n_gpu_layers, -(-n_gpu_layers * before // free)) if free else n_gpu_layers
        yield device.name, until - taken
        taken = until
