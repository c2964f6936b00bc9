"""How a model is put on a machine: layers, projector, slots, context and threads that fit its memory.

Pure: numbers in, numbers and their reasons out.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence

from localalt.devices import Device, DeviceVerdict, Machine
from localalt.errors import NotEnoughMemoryError, OptionError
from localalt.planning.accumulation import with_f32_sums
from localalt.planning.budget import MemoryBudget, budget_of, ram_budget, room_of
from localalt.planning.cards import one_each
from localalt.planning.cpu_kernels import can_repack, computes_bf16, computes_tiled
from localalt.planning.image_tokens import with_room
from localalt.planning.limits import within_limits
from localalt.planning.memory import Memory, RuntimeSettings
from localalt.planning.placements import Placed, fastest_split, placed
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.reasons import reasons_of, too_large, with_faults
from localalt.planning.settings import N_SEQ_MAX, memory_of, runtime_settings, sizes_to_try
from localalt.planning.speed import typical_s

__all__ = ["MAX_SLOTS_CPU", "MAX_SLOTS_GPU", "max_slots_worth_measuring", "plan", "step_down", "without_faulty_devices"]

MAX_SLOTS_CPU = 16
"""The most worth measuring where a CPU computes layers: its gains end at 4 to 16."""
MAX_SLOTS_GPU = 64
"""Where all is on GPUs, whose arithmetic outruns their memory further. No more are allowed to be asked for."""
SLOTS_SHARE = 0.25
"""Of the memory that a plan leaves free, the most that more slots than `N_SEQ_MAX` take: other
programs need it, and what is estimated here may be more."""
CUT_GAIN = 1.5
"""Times as long that a photograph may take, as estimated, before pictures are cut rather than layers or experts left to
the CPU: image tokens are what small writing is read by."""
N_BATCH = 2048
"""Tokens per call of llama_decode, llama.cpp's default."""


def plan(spec: ModelSpec, machine: Machine, *, n_seq_max: int | None = None) -> Plan:
    """The settings that suit `spec` on `machine`, with at most `n_seq_max` slots, if that is given.

    In this order, as far as memory demands it: all on the GPU; fewer slots; more GPUs; then the
    fastest, as estimated, of some layers on the CPU, experts of a mixture on the CPU, the projector
    alone on a GPU, and all on the CPU, or all on the GPU with fewer image tokens, if that is much
    faster. What is computed on the CPU gets the kernels that suit it, as far as memory is left. A
    device that computes wrong is left out, or used as far as it computes right.

    Raises:
        OptionError: a GPU was asked for, and computes such a model wrong.
        NotEnoughMemoryError: not even the smallest settings fit the machine's RAM, or nothing fits the GPU that was
            asked for.
    """
    machine = within_limits(spec, machine)
    whole, machine = machine, without_faulty_devices(spec, machine)
    if whole.wants_gpu and not machine.devices:
        which = "every GPU here" if whole.device == "gpu" else "it"
        raise OptionError(
            f'The device "{whole.device}" was asked for, but {which} computes such models wrong, as localalt doctor '
            'found: run it again after an update of the driver, or take the device "auto".'
        )
    wanted = n_seq_max or N_SEQ_MAX
    groups = list(_device_groups(machine.devices))
    found = _best(spec, machine, groups, n_seq_max)
    if found is not None:
        flash_attn = _projector_flash_attn(spec, found.devices)
        found = with_room(spec, found, budget_of(machine, found.devices), projector_flash_attn=flash_attn)
        return with_faults(_finish(spec, machine, found, 0, wanted=wanted), spec, whole)
    try:
        on_cpu = None if whole.wants_gpu else _on_cpu(spec, machine, n_seq_max)
    except NotEnoughMemoryError:
        on_cpu = None
        freed = dataclasses.replace(machine, ram_free_bytes=machine.ram_total_bytes)
        found = _best(spec, freed, groups, 1)
        if found is None:
            raise
        missing_bytes = budget_of(machine, found.devices).missing(found.memory)
        return with_faults(_finish(spec, machine, found, missing_bytes, wanted=wanted), spec, whole)
    if on_cpu is not None:
        return with_faults(on_cpu, spec, whole)
    if any(device.failed_bytes(spec.load_key) is not None for device in machine.devices):
        why = f"loading {spec.name} there ended a process before: run localalt doctor, which tries again"
    else:
        why = f"no layer of {spec.name} fits the memory that is free there: choose a smaller model"
    raise NotEnoughMemoryError(f'The device "{whole.device}" was asked for, but {why}, or take the device "auto".')


def without_faulty_devices(spec: ModelSpec, machine: Machine) -> Machine:
    """`machine` without the devices that compute such a model wrong whatever is tried, and each GPU once: by the
    backend that can use the most of it."""
    usable = tuple(device for device in machine.devices if device.verdict(spec.kind).is_usable)
    return dataclasses.replace(machine, devices=one_each(usable))


def _verdict(spec: ModelSpec, devices: Sequence[Device]) -> DeviceVerdict:
    """How these devices together compute such a model right."""
    return functools.reduce(DeviceVerdict.also, (device.verdict(spec.kind) for device in devices), DeviceVerdict())


def _projector_flash_attn(spec: ModelSpec, devices: Sequence[Device]) -> bool | None:
    """Whether a projector on these devices computes attention so; None leaves it to llama.cpp."""
    found = _verdict(spec, devices).projector_flash_attn
    return spec.tuning.flash_attn if found is None else found


def max_slots_worth_measuring(own: Plan, spec: ModelSpec, machine: Machine) -> int:
    """The most slots worth measuring, where `own` is the plan that is made without a number: a power of two.

    A plan with so many, or fewer, has the devices and layers of the one without a number, and image tokens to read
    with. Where memory is too short for `N_SEQ_MAX`, as many as it allows.
    """
    n_slots = own.n_seq_max
    if n_slots < N_SEQ_MAX:
        return n_slots
    devices = [device for name in own.devices for device in machine.devices if device.name == name]
    # Slots come before pictures larger than reading takes, which get what they leave.
    _, n_to_read = next(sizes_to_try(spec, n_slots))
    settings = functools.partial(_settings_of, spec, own, n_image_tokens=min(own.n_image_tokens, n_to_read))
    room = budget_of(machine, devices).part(memory_of(spec, settings(n_seq_max=n_slots)), SLOTS_SHARE)
    most = MAX_SLOTS_GPU if own.decodes_on_gpu else MAX_SLOTS_CPU
    while n_slots < most and not room.missing(memory_of(spec, settings(n_seq_max=2 * n_slots))):
        n_slots *= 2
    return n_slots


def step_down(spec: ModelSpec, own: Plan, machine: Machine) -> Plan | None:
    """The next smaller plan where the memory for `own` did not suffice, or None where there is none.

    No more image tokens than reading takes; half of the slots; with one slot, half of the image tokens; then an eighth
    of what is on GPUs, experts before layers, until all is on the CPU, unless a GPU was asked for. Says so in its
    first reason.
    """
    devices = tuple(device for name in own.devices for device in machine.devices if device.name == name)
    for settings, why in _smaller(spec, own):
        smaller = placed(spec, machine, devices, settings, must_fit=False) if settings.gpu_layers else None
        if settings.gpu_layers and smaller is None:
            continue
        if not settings.gpu_layers and machine.wants_gpu:
            return None
        found = smaller or Placed((), settings, memory_of(spec, settings))
        missing = ram_budget(machine, machine.ram_free_bytes).missing(Memory(found.memory.host, found.memory.gpu))
        stepped = _finish(spec, machine, found, missing if not found.devices else 0, wanted=found.settings.n_seq_max)
        return with_faults(stepped, spec, machine).because(f"The memory did not suffice for {why}.")
    return None


def _smaller(spec: ModelSpec, own: Plan) -> Iterator[tuple[RuntimeSettings, str]]:
    """Smaller settings, the next ones first, and what memory did not suffice for."""
    n_slots, n_image_tokens = next(sizes_to_try(spec, own.n_seq_max))
    if n_image_tokens < own.n_image_tokens:
        yield (
            _settings_of(spec, own, n_seq_max=n_slots, n_image_tokens=n_image_tokens),
            f"pictures of {own.n_image_tokens} image tokens",
        )
    if own.n_seq_max > 1:
        yield _settings_of(spec, own, n_seq_max=own.n_seq_max // 2), f"{own.n_seq_max} pictures at a time"
    for _, n_image_tokens in sizes_to_try(spec, 1):
        if n_image_tokens < own.n_image_tokens:
            yield (
                _settings_of(spec, own, n_seq_max=1, n_image_tokens=n_image_tokens),
                f"pictures of {own.n_image_tokens} image tokens",
            )
    if not own.devices:
        return
    every_layer = own.n_layer + 1
    step = max(1, every_layer // 8)
    if spec.shape.text.n_expert and own.n_gpu_layers == every_layer:
        for n_cpu_moe in range(own.n_cpu_moe + step, own.n_layer + step, step):
            n_experts = min(n_cpu_moe, own.n_layer)
            if n_experts > own.n_cpu_moe:
                yield (
                    _settings_of(spec, own, n_seq_max=1, n_cpu_moe=n_experts),
                    f"the experts of {own.n_layer - own.n_cpu_moe} layers on GPUs",
                )
    for n_gpu_layers in range(own.n_gpu_layers - step, 0, -step):
        yield (
            _settings_of(spec, own, n_seq_max=1, n_gpu_layers=n_gpu_layers),
            f"{own.n_gpu_layers} of {every_layer} layers on GPUs",
        )
    yield (
        runtime_settings(spec, 1, own.n_image_tokens, 0, projector_on_gpu=False),
        f"{own.n_gpu_layers} of {every_layer} layers on GPUs" if own.n_gpu_layers else "the projector on a GPU",
    )


def _settings_of(
    spec: ModelSpec,
    own: Plan,
    *,
    n_seq_max: int,
    n_image_tokens: int | None = None,
    n_gpu_layers: int | None = None,
    n_cpu_moe: int | None = None,
) -> RuntimeSettings:
    """The settings of a plan, but for those that are given."""
    moved = n_gpu_layers is not None or n_cpu_moe is not None
    on = dict(own.layers)
    several = len(own.devices) > 1 and own.n_gpu_layers > 0 and not moved
    return runtime_settings(
        spec,
        n_seq_max,
        own.n_image_tokens if n_image_tokens is None else n_image_tokens,
        own.n_gpu_layers if n_gpu_layers is None else n_gpu_layers,
        projector_on_gpu=own.projector_on_gpu,
        op_offload=own.op_offload,
        n_cpu_moe=own.n_cpu_moe if n_cpu_moe is None else n_cpu_moe,
        tensor_split=tuple(on.get(name, 0) for name in own.devices) if several else (),
    )


# --- the steps of plan() ---


def _device_groups(devices: Sequence[Device]) -> Iterator[tuple[Device, ...]]:
    """The GPUs to try, best first: the one with the most room of its own, it with the next one, and so on to all such;
    an integrated one where there is no other."""
    own = sorted((device for device in devices if not device.integrated), key=lambda each: -room_of(each).usable)
    for count in range(1, len(own) + 1):
        yield tuple(own[:count])
    if not own and devices:
        yield (max(devices, key=lambda each: room_of(each).usable),)


def _best(
    spec: ModelSpec, machine: Machine, groups: Sequence[tuple[Device, ...]], n_seq_max: int | None
) -> Placed | None:
    """The best that uses GPUs, or None where there is nothing or the CPU alone is faster."""
    found = _whole(spec, machine, groups, n_seq_max, cuts_tokens=False)
    if found is not None:
        return found
    split = fastest_split(spec, machine, [(devices, _verdict(spec, devices)) for devices in groups], n_seq_max)
    cut = _whole(spec, machine, groups[-1:], n_seq_max, cuts_tokens=True)
    if split is None or cut is None:
        return split or cut
    n_threads = spec.tuning.n_threads or machine.n_cores
    of_split, of_cut = (
        typical_s(spec, each.settings, machine, each.devices, n_threads, only_photograph=True) for each in (split, cut)
    )
    return split if of_split <= CUT_GAIN * of_cut else cut


def _whole(
    spec: ModelSpec,
    machine: Machine,
    groups: Sequence[tuple[Device, ...]],
    n_seq_max: int | None,
    *,
    cuts_tokens: bool,
) -> Placed | None:
    """All layers on GPUs, on as few of them as hold the largest picture, or with `cuts_tokens` a smaller one."""
    every_layer = spec.shape.text.n_layer + 1
    for devices in groups:
        verdict = _verdict(spec, devices)
        projector_on_gpu = verdict.projector_on_device and spec.tuning.projector_on_gpu is not False
        sizes = list(sizes_to_try(spec, 1 if verdict.one_at_a_time else n_seq_max))
        for n_slots, n_image_tokens in sizes:
            if cuts_tokens != (n_image_tokens < sizes[0][1]):
                continue
            settings = runtime_settings(spec, n_slots, n_image_tokens, every_layer, projector_on_gpu=projector_on_gpu)
            found = placed(spec, machine, devices, settings)
            if found is not None:
                return found
    return None


def _on_cpu(spec: ModelSpec, machine: Machine, n_seq_max: int | None) -> Plan:
    free = ram_budget(machine, machine.ram_free_bytes)
    # What other programs hold can be freed or swapped out: a warning, where more than all is an error.
    whole = ram_budget(machine, machine.ram_total_bytes)
    tried = [runtime_settings(spec, *size, 0, projector_on_gpu=False) for size in sizes_to_try(spec, n_seq_max)]
    for budget in (free, whole):
        for settings in tried if budget is free else tried[-1:]:
            memory = memory_of(spec, settings)
            if not budget.missing(memory):
                in_bf16 = _in_bf16(spec, machine, settings, free)
                wider = _wider(spec) if in_bf16 is not None else spec
                flash_attn = _projector_flash_attn(spec, ())
                found = Placed((), settings, in_bf16 or memory)
                found = with_room(wider, found, free, projector_flash_attn=flash_attn)
                return _finish(
                    spec,
                    machine,
                    found,
                    free.missing(memory),
                    wanted=n_seq_max or N_SEQ_MAX,
                    projector_in_bf16=in_bf16 is not None,
                )
    raise NotEnoughMemoryError(too_large(spec, machine, "with its smallest settings"))


def _in_bf16(spec: ModelSpec, machine: Machine, settings: RuntimeSettings, budget: MemoryBudget) -> Memory | None:
    """What it takes with its projector in BF16, or None where that gains nothing or does not fit."""
    if spec.bf16_growth is None or not computes_bf16(machine.instructions):
        return None
    wider = _wider(spec)
    memory = memory_of(wider, settings)
    # While it is loaded, the file is there as well, and temporary files may lie in RAM.
    room = dataclasses.replace(budget, ram=budget.ram - wider.mmproj_bytes)
    return None if room.missing(memory) else memory


def _wider(spec: ModelSpec) -> ModelSpec:
    """`spec` with its projector in BF16."""
    return dataclasses.replace(spec, mmproj_bytes=spec.mmproj_bytes + (spec.bf16_growth or 0))


def _finish(
    spec: ModelSpec,
    machine: Machine,
    found: Placed,
    missing_bytes: int,
    *,
    wanted: int,
    projector_in_bf16: bool = False,
) -> Plan:
    devices, settings, memory = found
    is_on_cpu = settings.n_gpu_layers <= spec.shape.text.n_layer or settings.n_cpu_moe > 0
    verdict, tuning = _verdict(spec, devices), spec.tuning
    plan = Plan(
        devices=tuple(device.name for device in devices),
        n_layer=spec.shape.text.n_layer,
        n_gpu_layers=settings.n_gpu_layers,
        n_layer_nextn=spec.shape.text.n_layer_nextn,
        layers=tuple(_layers(devices, settings, spec.shape.text.n_layer + 1)),
        n_cpu_moe=settings.n_cpu_moe,
        op_offload=settings.op_offload,
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
        projector_flash_attn=_projector_flash_attn(spec, devices),
        environment=verdict.environment,
        faults=(),
        memory=memory,
        missing_bytes=missing_bytes,
        reasons=(),
    )
    return with_f32_sums(plan.because(*reasons_of(plan, spec, machine, wanted)), spec, machine)


def _layers(devices: Sequence[Device], settings: RuntimeSettings, n_all: int) -> Iterator[tuple[str, int]]:
    """Layers per device, the CPU's first."""
    if settings.n_gpu_layers < n_all:
        yield "CPU", n_all - settings.n_gpu_layers
    for device, n_layers in zip(devices, settings.gpu_layers, strict=True):
        if n_layers:
            yield device.name, n_layers
