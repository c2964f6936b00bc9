"""Which layers, experts and projector a set of GPUs has room for, and which way of sharing with the CPU is the fastest.

Pure: shapes, rooms and rates in, settings out.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from localalt.devices import Device, DeviceVerdict, Machine
from localalt.planning.budget import MemoryBudget, budget_of, ram_budget
from localalt.planning.memory import Memory, RuntimeSettings, layer_bytes
from localalt.planning.plan import ModelSpec
from localalt.planning.settings import memory_of, runtime_settings, sizes_to_try
from localalt.planning.speed import typical_s
from localalt.planning.weights import guessed_split

__all__ = ["Placed", "fastest_split", "placed"]


class Placed(NamedTuple):
    """Settings, the GPUs that they are for, and the memory that they take."""

    devices: tuple[Device, ...]
    settings: RuntimeSettings
    memory: Memory


def placed(
    spec: ModelSpec,
    machine: Machine,
    devices: tuple[Device, ...],
    settings: RuntimeSettings,
    *,
    must_fit: bool = True,
    any_ram: bool = False,
) -> Placed | None:
    """These settings on these GPUs, their layers shared by each one's own room; None where they do not fit.

    Each GPU has its own driver's context and its own buffer for graphs, the first has the projector and the last the
    output, so that their rooms for layers differ by more than their memory does. Without `must_fit`, whatever fits
    best, or None where a GPU has no room for a layer; with `any_ram`, as if there were RAM without end.
    """
    budget = budget_of(machine, devices)
    if any_ram:
        budget = dataclasses.replace(budget, ram=1 << 62)
    if settings.n_gpu_layers and len(devices) > 1 and not settings.tensor_split:
        shares = list(_shares(spec, settings, budget))
    else:
        shares = [settings.tensor_split]
    for share in shares:
        own = dataclasses.replace(settings, tensor_split=share)
        memory = memory_of(spec, own)
        if not must_fit or not budget.missing(memory):
            return Placed(devices, own, memory)
    return None


def fastest_split(
    spec: ModelSpec,
    machine: Machine,
    groups: Sequence[tuple[tuple[Device, ...], DeviceVerdict]],
    n_seq_max: int | None,
) -> Placed | None:
    """The fastest way, as estimated, to share a model that the GPUs do not hold between them and the CPU.

    None where no GPU has room for a part, or the CPU alone is faster and no GPU was asked for.
    """
    n_threads = spec.tuning.n_threads or machine.n_cores
    found: list[tuple[float, int, Placed]] = []
    for devices, verdict in groups:
        for candidate in _candidates(spec, machine, devices, verdict, n_seq_max):
            time_s = typical_s(spec, candidate.settings, machine, candidate.devices, n_threads)
            found.append((time_s, len(found), candidate))
    if not found:
        return None
    time_s, _, best = min(found)
    alone = runtime_settings(spec, 1, best.settings.n_image_tokens, 0, projector_on_gpu=False)
    is_there = not ram_budget(machine, machine.ram_free_bytes).missing(memory_of(spec, alone))
    if not machine.wants_gpu and is_there and typical_s(spec, alone, machine, (), n_threads) <= time_s:
        return None
    return best


def _candidates(
    spec: ModelSpec,
    machine: Machine,
    devices: tuple[Device, ...],
    verdict: DeviceVerdict,
    n_seq_max: int | None,
) -> Iterator[Placed]:
    """Ways to use these GPUs in part: as many layers as fit; all layers with as few experts on the CPU as need be; no
    layer, but prompts. Each with the projector on the first GPU, and on the CPU; and the projector alone."""
    n_layer = spec.shape.text.n_layer
    sizes = list(sizes_to_try(spec, 1 if verdict.one_at_a_time else n_seq_max))
    may_encode = verdict.projector_on_device and spec.tuning.projector_on_gpu is not False
    for projector_on_gpu in (True, False) if may_encode else (False,):
        split = functools.partial(_split, spec, machine, devices, sizes[0][1], projector_on_gpu)
        # All layers with the projector were tried before.
        most = n_layer if projector_on_gpu else n_layer + 1
        found = [_most(most, functools.partial(split, n_cpu_moe=0))]
        if spec.shape.text.n_expert:
            experts = _fewest(n_layer, functools.partial(split, n_layer + 1))
            found.append(experts or _most(n_layer, functools.partial(split, n_cpu_moe=n_layer)))
        # What a GPU has no room for is in RAM: where that does not suffice, it does for no smaller number either.
        for each in filter(None, found):
            if not budget_of(machine, devices).missing(each.memory):
                yield each
    if len(devices) > 1:
        return
    for projector_on_gpu, op_offload in ((True, True), (True, False), (False, True)):
        for n_slots, n_image_tokens in sizes:
            settings = runtime_settings(
                spec, n_slots, n_image_tokens, 0, projector_on_gpu=projector_on_gpu, op_offload=op_offload
            )
            without = placed(spec, machine, devices, settings)
            if without is not None and n_image_tokens == sizes[0][1] and (may_encode or not projector_on_gpu):
                yield without
                break


def _split(
    spec: ModelSpec,
    machine: Machine,
    devices: tuple[Device, ...],
    n_image_tokens: int,
    projector_on_gpu: bool,
    n_gpu_layers: int,
    n_cpu_moe: int,
) -> Placed | None:
    # One slot: what others would take holds more layers, and those decide the speed.
    settings = runtime_settings(
        spec, 1, n_image_tokens, n_gpu_layers, projector_on_gpu=projector_on_gpu, n_cpu_moe=n_cpu_moe
    )
    return placed(spec, machine, devices, settings, any_ram=True)


def _most(most: int, place: Callable[[int], Placed | None]) -> Placed | None:
    """What fits with the largest number of 1 to `most`: fewer fit where more do."""
    n = bisect.bisect_left(range(most, 0, -1), True, key=lambda n: place(n) is not None)
    return place(most - n) if n < most else None


def _fewest(most: int, place: Callable[[int], Placed | None]) -> Placed | None:
    """What fits with the smallest number of 1 to `most`: more fit where fewer do."""
    n = bisect.bisect_left(range(1, most + 1), True, key=lambda n: place(n) is not None)
    return place(n + 1) if n < most else None


def _shares(spec: ModelSpec, settings: RuntimeSettings, budget: MemoryBudget) -> Iterator[tuple[int, ...]]:
    """Layers on each GPU, best first: in proportion to their rooms, then as many on each as it holds."""
    split = spec.split or guessed_split(spec.shape.text, spec.weights_bytes)
    costs = layer_bytes(spec.shape, settings, split)
    n_gpus = len(budget.gpus)
    if len(costs) < n_gpus:
        return
    # What each needs besides its layers is the same for any share.
    even = tuple(len(costs) // n_gpus + (index < len(costs) % n_gpus) for index in range(n_gpus))
    rooms, begin = [], 0
    memory = memory_of(spec, dataclasses.replace(settings, tensor_split=even))
    for room, parts, count in zip(budget.gpus, memory.gpus, even, strict=True):
        rooms.append(room.usable - (parts.total - sum(costs[begin : begin + count])))
        begin += count
    if min(rooms) <= 0:
        return
    yield _cut(costs, [room * sum(costs) / sum(rooms) for room in rooms], nearest=True)
    yield _cut(costs, rooms, nearest=False)


def _cut(costs: Sequence[int], rooms: Sequence[float], *, nearest: bool) -> tuple[int, ...]:
    """How many of the costs, in their order, go to each room: at least one, and the rest to the last."""
    counts, begin = [], 0
    taken, until = 0.0, 0.0
    for index, room in enumerate(rooms[:-1]):
        until = until + room if nearest else taken + room
        end = begin + 1
        taken += costs[begin]
        most = len(costs) - (len(rooms) - 1 - index)
        while end < most and taken + costs[end] * (0.5 if nearest else 1.0) <= until:
            taken += costs[end]
            end += 1
        counts.append(end - begin)
        begin = end
    return (*counts, len(costs) - begin)
