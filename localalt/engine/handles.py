"""The native handles of a loaded model, made for a plan, used and closed by one thread.

What the engine takes in place of files, so that a test can hand in a model of its own.
Knows nothing of requests.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from localalt import native
from localalt.engine.shortage import raise_where_memory_lacks
from localalt.engine.warm_up import warm_up
from localalt.errors import NativeError, NotEnoughMemoryError
from localalt.native import Context, Model, Projector, Sampler, release_free_memory, set_switches
from localalt.planning.budget import room_of
from localalt.planning.plan import Plan
from localalt.request import Sampling
from localalt.types import ImageGeometry, ProgressCallback
from localalt.units import format_bytes

__all__ = ["ModelHandles", "OpenHandles", "open_handles"]

WEIGHTS_END, PROJECTOR_END = 0.9, 1.0
"""Of the loading bar."""
WEIGHTS_END_GPU, PROJECTOR_END_GPU = 0.8, 0.9
"""The same where a GPU is warmed up afterwards."""
STATE_MARGIN = 1.2
"""Times the state of the largest picture: words stand around it."""


@dataclass(frozen=True, slots=True)
class ModelHandles:
    """A loaded model: what the engine computes with."""

    plan: Plan
    """Sizes and devices: those that it was loaded with."""
    model: Model
    projector: Projector | None
    """None where only text is asked about."""
    context: Context
    """With a slot for each sequence of the plan."""
    sampling: Sampling
    """How tokens are drawn where a question does not say."""
    seed: int = 0
    """Of the random draws; every question without one of its own starts from it."""
    projector_on_cpu: Callable[[], Projector] | None = None
    """Makes the projector once more, on the CPU, for pictures that its device fails at; None where it is there."""


OpenHandles: TypeAlias = Callable[[ProgressCallback], AbstractContextManager[ModelHandles]]
"""Loads a model, and frees it at the end of its `with` block. Called in the engine's thread with what is to be called
with the share that is loaded, 0.0 to 1.0; what that raises ends the loading."""


@contextlib.contextmanager
def open_handles(
    weights: Path,
    mmproj: Path | None,
    progress: ProgressCallback,
    *,
    plan: Plan,
    settle: Callable[[Model], Plan] | None = None,
    prove: Callable[[Model, Projector | None], None] | None = None,
    geometry: ImageGeometry | None,
    sampling: Sampling,
    seed: int = 0,
) -> Iterator[ModelHandles]:
    """Load two GGUF files, and free them at the end.

    Args:
        weights: the language model's file.
        mmproj: the projector's file; None for a model that is only asked about text.
        progress: see `OpenHandles`.
        plan: sizes and devices.
        settle: called with the loaded weights, for the plan to go on with: one of other slots, such as a measurement
            of the model finds, that leaves the weights where they are.
        prove: called with the loaded model before it has a KV cache; what it raises ends the loading.
        geometry: what the projector makes of a picture; None without one.
        sampling, seed: see `ModelHandles`.

    Raises:
        NotEnoughMemoryError: the memory that is free does not suffice for this plan.
        ModelError, EngineError: the model cannot be loaded. Nothing is left behind.
    """
    set_switches(plan.environment)
    weights_end, projector_end = (WEIGHTS_END_GPU, PROJECTOR_END_GPU) if plan.devices else (WEIGHTS_END, PROJECTOR_END)
    with contextlib.ExitStack() as stack:
        stack.callback(release_free_memory)  # once all of them are closed
        model = Model(
            weights,
            n_gpu_layers=plan.n_gpu_layers_loaded,
            devices=plan.devices if plan.op_offload else (),
            tensor_split=plan.tensor_split,
            n_cpu_moe=plan.n_cpu_moe,
            repack=plan.repacks_weights,
            progress=_part(progress, 0.0, projector_end if mmproj is None else weights_end),
        )
        stack.callback(model.close)  # and with it all that is made from it
        projector = projector_on_cpu = None
        if mmproj is not None:
            load_projector = functools.partial(
                Projector,
                mmproj,
                model,
                n_threads=plan.n_threads,
                flash_attn=plan.projector_flash_attn,
            )
            device = plan.devices[0] if plan.projector_on_gpu else None
            _check_room(mmproj, device)
            projector = load_projector(
                device=device,
                in_bf16=plan.projector_in_bf16,
                progress=_part(progress, weights_end, projector_end),
            )
            projector_on_cpu = load_projector if plan.projector_on_gpu else None
        if prove is not None:
            _prove(prove, model, projector)
        if settle is not None:
            plan = settle(model)
        n_batch, n_ubatch = plan.n_batch, plan.n_ubatch
        if projector is not None and projector.non_causal and geometry is not None:
            # All tokens of a picture see each other, so they must be in one graph.
            n_ubatch = max(n_ubatch, plan.limit(geometry).max_tokens)
        context = Context(
            model,
            [Sampler(model, sampling, seed=seed) for _ in range(plan.n_seq_max)],
            n_ctx_seq=plan.n_ctx_seq,
            n_batch=max(n_batch, n_ubatch),
            n_ubatch=n_ubatch,
            n_threads=plan.n_threads,
            use_gpu=plan.op_offload,
            flash_attn=plan.flash_attn,
        )
        if plan.devices:
            n_bytes = warm_up(
                model,
                projector,
                context,
                n_seq_max=plan.n_seq_max,
                geometry=geometry,
                progress=_part(progress, projector_end, 1.0),
            )
            context.saves_on_device = _has_room_for_states(plan, n_bytes)
        progress(1.0)
        yield ModelHandles(plan, model, projector, context, sampling, seed, projector_on_cpu)


def _prove(prove: Callable[[Model, Projector | None], None], model: Model, projector: Projector | None) -> None:
    try:
        prove(model, projector)
    except NativeError as error:
        raise_where_memory_lacks(error)
        raise


def _check_room(mmproj: Path, device: str | None) -> None:
    """Raises NotEnoughMemoryError where the projector's weights do not fit a GPU: llama.cpp would end the process
    (clip.cpp:3644)."""
    for each in native.devices():
        needed = mmproj.stat().st_size
        if each.name == device and each.free_bytes < needed:
            raise NotEnoughMemoryError(
                f"{device} has {format_bytes(each.free_bytes)} of memory free, and the projector {mmproj} takes "
                f"{format_bytes(needed)}: close other programs, or choose a smaller model."
            )


def _has_room_for_states(plan: Plan, n_bytes: int) -> bool:
    """Whether the states of all slots fit what the GPUs still have free, now that everything else is there."""
    if not n_bytes or not plan.n_gpu_layers or plan.flash_attn is False:
        # Without flash attention V is transposed, and its layout may not fit the place of another state.
        return False
    now = {each.name: dataclasses.replace(each, drives_display=True) for each in native.devices()}
    caches = [parts.kv_cache + parts.recurrent for parts in plan.memory.gpus]
    on_all = sum(caches) + plan.memory.host.kv_cache + plan.memory.host.recurrent
    needed = STATE_MARGIN * plan.n_seq_max * n_bytes / max(1, on_all)
    return all(
        room_of(now[name]).usable >= needed * n_bytes_here
        for name, n_bytes_here in zip(plan.devices, caches, strict=True)
        if name in now
    )


def _part(progress: ProgressCallback, start: float, end: float) -> ProgressCallback:
    def report(share: float) -> None:
        progress(start + (end - start) * share)

    return report
