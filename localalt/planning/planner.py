"""How a model is put on a machine: layers, projector, slots, context and threads that fit its memory.

Pure: numbers in, numbers and their reasons out. `machine` looks at the machine, `memory` reckons
what a model takes.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from localalt.errors import NotEnoughMemoryError, OptionError
from localalt.planning.cpu_kernels import can_repack, computes_bf16, computes_tiled
from localalt.planning.memory import Memory, RuntimeSettings, estimate
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.settings import UNMEASURED
from localalt.types import Device, DeviceVerdict, Machine
from localalt.units import format_bytes

__all__ = [
    "Choice",
    "choose",
    "drawback_of",
    "is_slow_on_cpu",
    "max_slots_worth_measuring",
    "plan",
    "smallest_bytes",
    "usable_ram",
    "without_faulty_devices",
]

N_SEQ_MAX = UNMEASURED
"""Slots where memory allows and nothing is measured."""
MAX_SLOTS_CPU = 16
"""The most worth measuring where a CPU computes layers: its gains end at 4 to 16."""
MAX_SLOTS_GPU = 64
"""Where all is on GPUs, whose arithmetic outruns their memory further. No more are allowed to be asked for."""
SLOTS_SHARE = 0.25
"""Of the memory that a plan leaves free, the most that more slots than `N_SEQ_MAX` take: other
programs need it, and what is estimated here may be more."""
N_BATCH = 2048
"""Tokens per call of llama_decode, llama.cpp's default."""
N_UBATCH = 512
"""Tokens per graph, llama.cpp's default: larger ones gain little and their buffers cost memory."""
N_TEXT_CELLS = 1536
"""Cells for the instruction (about 150 tokens) and what the author says about the picture."""
N_TILED_CELLS = 4096
"""Cells for a picture that the projector cuts into tiles by rules of its own."""
MIN_IMAGE_TOKENS = 256
"""As far as the image-token budget is cut for lack of memory: about 512 x 512 pixels for Qwen."""

RESERVE_SHARE = 0.03
RESERVE_BYTES = 256 * 1024 * 1024
"""Left free on each device for the driver, the desktop and what the estimate misses: the larger of the two."""
AUTO_RAM_SHARE = 0.6
"""Of the RAM, the most that a model chosen by "auto" takes: the rest is for the person's other programs."""
AUTO_CPU_BYTES = 1_400_000_000
"""Weights that "auto" lets a CPU read for each token. A CPU decodes as fast as it reads memory (20 to
60 GB/s on laptops): larger models answer slower than a person waits."""


@dataclass(frozen=True, slots=True)
class _Budget:
    """Bytes that may be taken."""

    ram: int
    gpu: int
    shared: bool
    """Whether the GPU computes in RAM, so that both are one."""
    n_gpus: int = 0

    def missing(self, memory: Memory) -> int:
        """Bytes that `memory` takes beyond this budget, 0 where it fits."""
        ram, gpu = self._taken(memory)
        if self.shared:
            return max(0, gpu - self.gpu, ram - self.ram)
        return max(0, ram - self.ram) + max(0, gpu - self.gpu)

    def part(self, memory: Memory, share: float) -> _Budget:
        """A budget of what `memory` takes and `share` of what it leaves."""
        ram, gpu = self._taken(memory)
        return dataclasses.replace(
            self, ram=ram + int((self.ram - ram) * share), gpu=gpu + int((self.gpu - gpu) * share)
        )

    def _taken(self, memory: Memory) -> tuple[int, int]:
        """Bytes of (RAM, GPUs)."""
        # Every GPU has its own driver's context, and a buffer for the graphs of its layers.
        gpu = memory.gpu.total + max(0, self.n_gpus - 1) * (memory.gpu.overhead + memory.gpu.compute)
        return memory.host.total + gpu * self.shared, gpu


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
        budget = _budget(machine, devices)
        verdict = _verdict(spec, devices)
        for settings in _on_gpu(spec, n_seq_max, verdict, partly=devices == _all_of(machine.devices)):
            memory = _estimate(spec, settings)
            if not budget.missing(memory):
                own = _finish(spec, machine, devices, settings, memory, 0, wanted=n_seq_max or N_SEQ_MAX)
                return _with_faults(own, spec, whole)
    if whole.wants_gpu:
        raise NotEnoughMemoryError(
            f'The device "{whole.device}" was asked for, but no layer of {spec.name} fits the memory that is free '
            'there: choose a smaller model, or take the device "auto".'
        )
    return _with_faults(_on_cpu(spec, machine, n_seq_max), spec, whole)


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
    room = _budget(machine, devices).part(own.memory, SLOTS_SHARE)
    most = MAX_SLOTS_GPU if own.decodes_on_gpu else MAX_SLOTS_CPU
    while n_slots < most:
        settings = _settings(
            spec, 2 * n_slots, own.n_image_tokens, own.n_gpu_layers, projector_on_gpu=own.projector_on_gpu
        )
        if room.missing(_estimate(spec, settings)):
            break
        n_slots *= 2
    return n_slots


class Choice(NamedTuple):
    """What was chosen of several models."""

    spec: ModelSpec
    plan: Plan
    why: str
    """In a sentence for people."""


def choose(
    specs: Sequence[ModelSpec], machine: Machine, *, n_seq_max: int | None = None, strict: bool = False
) -> Choice:
    """The first of `specs`, best first, that runs well on `machine`.

    Well means: whole on the GPU, or with weights that a CPU reads fast enough; and in a share of the
    RAM that leaves room for other programs. Where none does, the last one that runs at all, unless
    `strict`.

    Raises:
        OptionError: a GPU was asked for, and computes all of them wrong.
        NotEnoughMemoryError: none fits.
    """
    passed = ""
    wrong: OptionError | None = None
    runs: tuple[ModelSpec, Plan] | None = None
    for spec in specs:
        try:
            own = plan(spec, machine, n_seq_max=n_seq_max)
        except NotEnoughMemoryError:
            passed = f"{spec.name}, {_short(spec, machine)}"
            continue
        except OptionError as error:
            passed, wrong = f"{spec.name}, is computed wrong there", wrong or error
            continue
        runs = spec, own
        drawback = drawback_of(spec, own, machine)
        if drawback is None:
            better = f"; the next better one, {passed}" if passed else ""
            return Choice(spec, own, f"It is the best model that runs well here{better}.")
        passed = f"{spec.name}, {drawback}"
    if runs is None and wrong is not None:
        raise wrong
    if runs is None or strict:
        raise NotEnoughMemoryError(_too_large(min(specs, key=smallest_bytes), machine, "the smallest choice"))
    return Choice(*runs, f"It is the smallest choice, though it does not run well here: {passed}.")


def smallest_bytes(spec: ModelSpec) -> int:
    """The least RAM that `spec` runs with, all on the CPU."""
    return _estimate(spec, _settings(spec, *list(_sizes(spec, 1))[-1], 0)).host.total


def _short(spec: ModelSpec, machine: Machine) -> str:
    """What a spec needs that the machine cannot give, as the predicate of a sentence."""
    gpu = ", and its GPU does not make up for it" if machine.devices else ""
    return (
        f"needs {format_bytes(smallest_bytes(spec))} of RAM and can have {format_bytes(usable_ram(machine))} here{gpu}"
    )


def usable_ram(machine: Machine) -> int:
    """The most that a model may take, were no other program running."""
    return _usable(machine.ram_total_bytes, machine.ram_total_bytes)


def is_slow_on_cpu(spec: ModelSpec) -> bool:
    """Whether a CPU would read more for each token than a person waits for."""
    return spec.weights_bytes * spec.active_share > AUTO_CPU_BYTES


def drawback_of(spec: ModelSpec, own: Plan, machine: Machine) -> str | None:
    """What speaks against `spec` as a choice of "auto", or None."""
    host, gpu = own.memory.host.total, own.memory.gpu.total
    needed = format_bytes(host + gpu)
    if own.missing_bytes:
        return f"needs {needed}, and {format_bytes(machine.ram_free_bytes)} of RAM are free"
    if not own.decodes_on_gpu and is_slow_on_cpu(spec):
        best = max(machine.devices, key=lambda each: each.free_bytes, default=None)
        return f"needs {needed}, more than is free on {_names([best])}" if best else "would be slow without a GPU"
    shared = any(device.integrated for device in machine.devices if device.name in own.devices)
    if host + gpu * shared > machine.ram_total_bytes * AUTO_RAM_SHARE:
        return f"needs {needed}, a large part of {format_bytes(machine.ram_total_bytes)} of RAM"
    return None


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


def _budget(machine: Machine, devices: Sequence[Device]) -> _Budget:
    return _Budget(
        ram=_usable(machine.ram_free_bytes, machine.ram_total_bytes),
        gpu=sum(_usable(device.free_bytes, device.total_bytes) for device in devices),
        shared=any(device.integrated for device in devices),
        n_gpus=len(devices),
    )


def _usable(free: int, total: int) -> int:
    return max(0, free - max(RESERVE_BYTES, int(total * RESERVE_SHARE)))


def _settings(
    spec: ModelSpec, n_seq_max: int, n_image_tokens: int, n_gpu_layers: int, *, projector_on_gpu: bool = True
) -> RuntimeSettings:
    tiled = spec.geometry.token_px == 1
    n_ubatch = spec.tuning.n_ubatch or N_UBATCH
    n_ctx_seq = (N_TILED_CELLS if tiled else n_image_tokens) + (spec.n_text_cells or N_TEXT_CELLS) + spec.max_tokens
    n_ctx_train = spec.shape.text.n_ctx_train
    if n_ctx_train > 0:  # going beyond it garbles text
        n_ctx_seq = min(n_ctx_seq, n_ctx_train)
    return RuntimeSettings(
        n_seq_max=n_seq_max,
        n_ctx_seq=n_ctx_seq,
        n_ubatch=max(n_ubatch, n_image_tokens) if spec.non_causal else n_ubatch,
        n_image_tokens=n_image_tokens,
        n_gpu_layers=n_gpu_layers,
        projector_on_gpu=projector_on_gpu and n_gpu_layers > 0,
    )


def _sizes(spec: ModelSpec, n_seq_max: int | None) -> Iterator[tuple[int, int]]:
    """(slots, image tokens) to try, best first."""
    geometry = spec.geometry
    slots = n_seq_max or N_SEQ_MAX
    most = N_TILED_CELLS if geometry.token_px == 1 else geometry.max_tokens
    while True:
        yield slots, most
        if slots == 1:
            break
        slots //= 2
    while geometry.square is None and geometry.token_px > 1 and most > max(geometry.min_tokens, MIN_IMAGE_TOKENS):
        most = max(most // 2, geometry.min_tokens, MIN_IMAGE_TOKENS)
        yield 1, most


def _on_gpu(
    spec: ModelSpec, n_seq_max: int | None, verdict: DeviceVerdict, *, partly: bool
) -> Iterator[RuntimeSettings]:
    """Settings that use a GPU as far as it computes right, best first."""
    every_layer = spec.shape.text.n_layer + 1
    sizes = list(_sizes(spec, 1 if verdict.one_at_a_time else n_seq_max))
    projector_on_gpu = verdict.projector_on_device and spec.tuning.projector_on_gpu is not False
    for n_slots, n_image_tokens in sizes:
        yield _settings(spec, n_slots, n_image_tokens, every_layer, projector_on_gpu=projector_on_gpu)
    if not partly:
        return
    # One slot from here on: what it frees holds more layers, and those decide the speed.
    n_image_tokens = sizes[0][1]
    for n_gpu_layers in range(every_layer - 1, 0, -1):
        yield _settings(spec, 1, n_image_tokens, n_gpu_layers, projector_on_gpu=projector_on_gpu)


def _on_cpu(spec: ModelSpec, machine: Machine, n_seq_max: int | None) -> Plan:
    free = _Budget(_usable(machine.ram_free_bytes, machine.ram_total_bytes), 0, shared=False)
    # What other programs hold can be freed or swapped out: a warning, where more than all is an error.
    whole = _Budget(usable_ram(machine), 0, shared=False)
    tried = [_settings(spec, *size, 0) for size in _sizes(spec, n_seq_max)]
    for budget in (free, whole):
        for settings in tried if budget is free else tried[-1:]:
            memory = _estimate(spec, settings)
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
    raise NotEnoughMemoryError(_too_large(spec, machine, "with its smallest settings"))


def _in_bf16(spec: ModelSpec, machine: Machine, settings: RuntimeSettings, budget: _Budget) -> Memory | None:
    """What it takes with its projector in BF16, or None where that gains nothing or does not fit."""
    if spec.bf16_growth is None or not computes_bf16(machine.instructions):
        return None
    wider = dataclasses.replace(spec, mmproj_bytes=spec.mmproj_bytes + spec.bf16_growth)
    memory = _estimate(wider, settings)
    # While it is loaded, the file is there as well, and temporary files may lie in RAM.
    room = dataclasses.replace(budget, ram=budget.ram - wider.mmproj_bytes)
    return None if room.missing(memory) else memory


def _estimate(spec: ModelSpec, settings: RuntimeSettings) -> Memory:
    return estimate(
        spec.shape,
        weights_bytes=spec.weights_bytes,
        mmproj_bytes=spec.mmproj_bytes,
        settings=settings,
        split=spec.split,
    )


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
    return plan.because(*_reasons(plan, spec, machine, wanted))


def _with_faults(own: Plan, spec: ModelSpec, machine: Machine) -> Plan:
    """`own`, told what devices of the machine compute wrong."""
    faults = tuple(_faults(own, spec, machine))
    return dataclasses.replace(own, faults=faults, reasons=(*own.reasons, *faults)) if faults else own


def _faults(own: Plan, spec: ModelSpec, machine: Machine) -> Iterator[str]:
    for device in machine.devices:
        name, verdict = _names([device]), device.verdict(spec.kind)
        if not verdict.is_usable:
            yield f"{name} computes such models wrong, as localalt doctor found, and is left out."
        if device.name not in own.devices:
            continue
        if not verdict.projector_on_device:
            yield f"{name} encodes pictures wrong, as localalt doctor found: the projector is on the CPU."
        if verdict.flash_attn is False or verdict.projector_flash_attn is False:
            yield f"Flash attention on {name} computes wrong, as localalt doctor found, and is off."
        if verdict.one_at_a_time:
            yield f"{name} computes several sequences wrong, as localalt doctor found: one picture at a time."


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


# --- the reasons, in words ---


def _reasons(plan: Plan, spec: ModelSpec, machine: Machine, wanted: int) -> Iterator[str]:
    devices = [device for device in machine.devices if device.name in plan.devices]
    if devices:
        where, free = _names(devices), format_bytes(sum(device.free_bytes for device in devices))
        projector = " and the projector" if plan.projector_on_gpu else ""
        if plan.decodes_on_gpu:
            taken = format_bytes(plan.memory.gpu.total)
            yield f"All {plan.n_layer} layers{projector} are on {where}: {taken} of {free} free."
        else:
            yield (
                f"{plan.n_gpu_layers} of {plan.n_layer + 1} layers{projector} are on {where}, where {free} are "
                "free; the other layers are on the CPU and slow the answers down."
            )
    elif machine.devices:
        yield f"All is on the CPU: {_names(machine.devices)} has too little memory free."
    else:
        why = "the CPU was asked for" if machine.device == "cpu" else "llama-cpp-python sees no GPU here"
        yield f"All is on the CPU: {why}."
    if machine.unused_gpu:
        yield machine.unused_gpu
    ram = f"It takes {format_bytes(plan.memory.host.total)} of RAM, and {format_bytes(machine.ram_free_bytes)} are free"
    yield f"{ram}: close other programs, or it will be slow." if plan.missing_bytes else f"{ram}."
    pictures = "picture" if plan.n_seq_max == 1 else "pictures"
    more = f"; {wanted} would need more memory" if plan.n_seq_max < wanted else ""
    yield f"{plan.n_seq_max} {pictures} at a time, with room for {plan.n_ctx_seq} tokens each{more}."
    most = spec.geometry.max_tokens
    if spec.geometry.token_px > 1 and most:
        cut = f", cut from {most} to save memory" if plan.n_image_tokens < most else ""
        yield f"At most {plan.n_image_tokens} image tokens a picture{cut}."
    yield _threads(plan.n_threads, spec, machine)
    if plan.projector_in_bf16:
        yield "The projector computes in BF16, which this CPU multiplies faster."
    if not can_repack(machine.instructions):
        yield "The weights stay as the file has them: llama.cpp's kernels for AMX can crash or compute wrong."
    elif not plan.repacks_weights:
        yield "The weights stay as the file has them: this CPU reads long prompts faster so."


def _threads(n: int, spec: ModelSpec, machine: Machine) -> str:
    count = "1 thread" if n == 1 else f"{n} threads"
    if spec.tuning.n_threads:
        return f"{count}, as the settings for this model say."
    if machine.cores_because:
        return f"{count}: {machine.cores_because}."
    return f"{count}, one for each physical core." if n > 1 else f"{count}: there is one physical core."


def _too_large(spec: ModelSpec, machine: Machine, what: str) -> str:
    return (
        f"{spec.name}, {what}, {_short(spec, machine)}: choose a smaller model (localalt models), "
        "or a machine with more memory."
    )


def _names(devices: Sequence[Device]) -> str:
    return " and ".join(f"{device.name} ({device.description})" for device in devices)
