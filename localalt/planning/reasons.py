"""What a plan says of itself, in sentences for people: why it is so, what it lacks, which devices compute wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from localalt import switches
from localalt.devices import Device, DeviceVerdict, Machine
from localalt.planning.budget import room_of, usable_ram
from localalt.planning.cpu_kernels import can_repack
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.settings import smallest_bytes
from localalt.types import ImageGeometry
from localalt.units import format_bytes

__all__ = ["examined_with_another", "names_of", "reasons_of", "shortage_of", "too_large", "with_faults"]


def reasons_of(plan: Plan, spec: ModelSpec, machine: Machine, wanted: int) -> Iterator[str]:
    """Why the settings of `plan` are as they are, where `wanted` slots were wanted."""
    devices = [device for name in plan.devices for device in machine.devices if device.name == name]
    if devices:
        yield from _on_gpus(plan, devices)
    elif machine.devices:
        yield f"All is on the CPU: {names_of(machine.devices)} has too little memory free to be of use."
    elif machine.device == "cpu":
        yield "All is on the CPU: the CPU was asked for."
    elif machine.unused_gpu or machine.lost_gpu:
        yield "All is on the CPU."  # why is said below
    else:
        yield "All is on the CPU: llama-cpp-python sees no GPU here."
    for device in machine.devices:
        failed_bytes = device.failed_bytes(spec.load_key)
        if failed_bytes is not None:
            yield (
                f"{device.name} gets less than is free there: loading this model ended a process that was to take "
                f"{format_bytes(failed_bytes)} of it."
            )
    yield from filter(None, (machine.unused_gpu, machine.lost_gpu))
    part = f" for each of {machine.n_processes} processes" if machine.n_processes > 1 else ""
    free = f"{format_bytes(machine.ram_free_bytes)} are free{part}"
    ram = f"It takes {format_bytes(plan.memory.host.total)} of RAM, and {free}"
    yield f"{ram}: close other programs, or it will be slow." if plan.missing_bytes else f"{ram}."
    pictures = "picture" if plan.n_seq_max == 1 else "pictures"
    more = f"; {wanted} would need more memory" if plan.n_seq_max < wanted else ""
    yield f"{plan.n_seq_max} {pictures} at a time, with room for {plan.n_ctx_seq} tokens each{more}."
    if spec.geometry.token_px > 1 and spec.geometry.max_tokens:
        yield _image_tokens(plan, spec.geometry)
    yield _threads(plan.n_threads, spec, machine)
    if plan.projector_in_bf16 and not plan.projector_on_gpu:
        yield "The projector computes in BF16, which this CPU multiplies faster."
    if not can_repack(machine.instructions):
        yield "The weights stay as the file has them: llama.cpp's kernels for AMX can crash or compute wrong."
    elif not plan.repacks_weights:
        yield "The weights stay as the file has them: this CPU reads long prompts faster so."


def _image_tokens(plan: Plan, geometry: ImageGeometry) -> str:
    """How many image tokens pictures get, and what was cut."""
    most = plan.n_image_tokens
    if geometry.square is not None:
        return f"{most} image tokens a picture."
    wanted = min(geometry.high_tokens, geometry.max_tokens)
    look, read = min(plan.limit(geometry).low_tokens, most), min(wanted, most)
    cut = f", cut from {wanted} to save memory" if read < wanted else ""
    beyond = f", and {most} with the most detail" if most > read else ""
    return f"At most {look} image tokens for a picture to look at, {read} for one to read{cut}{beyond}."


def _on_gpus(plan: Plan, devices: Sequence[Device]) -> Iterator[str]:
    """What is on which GPU, and why not more."""
    where, free = names_of(devices), format_bytes(sum(device.free_bytes for device in devices))
    projector = " and the projector" if plan.projector_on_gpu else ""
    if not plan.n_gpu_layers and plan.op_offload:
        what = "Pictures and prompts" if plan.projector_on_gpu else "Prompts"
        yield (
            f"{what} are computed on {where}, where {free} are free: too little for layers. Answers are computed on "
            "the CPU."
        )
    elif not plan.n_gpu_layers:
        yield f"The projector alone is on {where}, where {free} are free: too little for more. The rest is on the CPU."
    elif plan.n_gpu_layers <= plan.n_layer:
        yield (
            f"{plan.n_gpu_layers} of {plan.n_layer + 1} layers{projector} are on {where}, where {free} are "
            "free; the other layers are on the CPU and slow the answers down."
        )
        if plan.n_cpu_moe:
            yield f"Of those on GPUs, too, the experts are on the CPU: {_FEW_EXPERTS}."
    else:
        taken = format_bytes(plan.memory.gpu.total)
        but = f" but the experts of {plan.n_cpu_moe}" if plan.n_cpu_moe else ""
        yield f"All {plan.n_layer} layers{but}{projector} are on {where}: {taken} of {free} free."
        if plan.n_cpu_moe:
            layers = "1 layer" if plan.n_cpu_moe == 1 else f"{plan.n_cpu_moe} layers"
            yield f"The experts of {layers} are on the CPU: {_FEW_EXPERTS}."
    if len(devices) > 1:
        on = dict(plan.layers)
        shares = ", ".join(f"{on.get(device.name, 0)} on {device.name}" for device in devices)
        yield f"Layers by the room of each GPU, the output counted: {shares}; the projector is on {devices[0].name}."
    for device in devices:
        if device.drives_display:
            left = format_bytes(device.free_bytes - room_of(device).usable)
            yield f"{left} are left free on {device.name}, which drives a display."
        if device.carve_out_bytes:
            yield f"{device.name} has {format_bytes(device.carve_out_bytes)} set aside for it, which take no RAM."


_FEW_EXPERTS = "a token passes few of them, so that the CPU reads less than with whole layers there"


def _threads(n: int, spec: ModelSpec, machine: Machine) -> str:
    count = "1 thread" if n == 1 else f"{n} threads"
    if spec.tuning.n_threads:
        return f"{count}, as the settings for this model say."
    if machine.cores_because:
        return f"{count}: {machine.cores_because}."
    return f"{count}, one for each physical core." if n > 1 else f"{count}: there is one physical core."


def too_large(spec: ModelSpec, machine: Machine, what: str) -> str:
    """The message about a model that does not fit; `what` of it was tried."""
    fewer = ", fewer workers" if machine.n_processes > 1 else ""
    return (
        f"{spec.name}, {what}, {shortage_of(spec, machine)}: choose a smaller model (localalt models){fewer}, "
        "or a machine with more memory."
    )


def names_of(devices: Sequence[Device]) -> str:
    """Devices by name and description."""
    return " and ".join(f"{device.name} ({device.description})" for device in devices)


def with_faults(own: Plan, spec: ModelSpec, machine: Machine) -> Plan:
    """`own` with what devices of the machine compute wrong, and what else the doctor found of those that it uses."""
    faults = tuple(_faults(own, spec, machine))
    reasons = (*own.reasons, *faults, *_notes(own, spec, machine))
    return dataclasses.replace(own, faults=faults, reasons=reasons)


def examined_with_another(device: Device) -> str:
    """That the doctor should examine a device again; "" where nothing has changed since it did."""
    if not device.changed:
        return ""
    return f"localalt doctor examined {names_of([device])} with {device.changed}: run localalt doctor again."


def _faults(own: Plan, spec: ModelSpec, machine: Machine) -> Iterator[str]:
    for device in machine.devices:
        name, verdict = names_of([device]), device.verdict(spec.kind)
        if verdict.after_crash:
            yield from _after_crash(name, verdict, is_used=device.name in own.devices)
            continue
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
        if verdict.environment:
            words = ", ".join(switches.words_of(verdict.environment))
            yield f"{name} computes such models right only so, as localalt doctor found: {words}."


def _after_crash(name: str, verdict: DeviceVerdict, *, is_used: bool) -> Iterator[str]:
    """A way that nobody has examined."""
    if not verdict.is_usable:
        yield f"Such models ended their process on {name}, which is left out until localalt doctor has examined it."
    elif is_used:
        words = ", ".join(verdict.words)
        yield f"Such a model ended its process on {name}, which is used more carefully: {words}. Run localalt doctor."


def _notes(own: Plan, spec: ModelSpec, machine: Machine) -> Iterator[str]:
    for device in machine.devices:
        if device.name not in own.devices:
            continue
        if off := device.verdict(spec.kind).off:
            name = names_of([device])
            yield f"Texts of {name} are right, and its numbers up to {off:.1%} off, as localalt doctor found."
        if changed := examined_with_another(device):
            yield changed


def shortage_of(spec: ModelSpec, machine: Machine) -> str:
    """What a spec needs that the machine cannot give, as the predicate of a sentence."""
    gpu = ", and its GPU does not make up for it" if machine.devices else ""
    each = f" as one of {machine.n_processes} processes" if machine.n_processes > 1 else ""
    needed, most = format_bytes(smallest_bytes(spec)), format_bytes(usable_ram(machine))
    return f"needs {needed} of RAM and can have {most} here{each}{gpu}"
