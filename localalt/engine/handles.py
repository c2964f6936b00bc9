"""The native handles of a loaded model, made for a plan, used and closed by one thread.

What the engine takes in place of files, so that a test can hand in a model of its own.
Knows nothing of requests.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from localalt.native import Context, Model, Projector, Sampler, release_free_memory, set_switches
from localalt.planning.plan import Plan
from localalt.request import Sampling
from localalt.types import ImageGeometry, ProgressCallback

__all__ = ["ModelHandles", "OpenHandles", "open_handles"]

WEIGHTS_SHARE = 0.9
"""Of the loading bar; the projector has the rest."""


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
        ModelError, EngineError: the model cannot be loaded. Nothing is left behind.
    """
    set_switches(plan.environment)
    with contextlib.ExitStack() as stack:
        stack.callback(release_free_memory)  # once all of them are closed
        model = Model(
            weights,
            n_gpu_layers=plan.n_gpu_layers_loaded,
            devices=plan.devices if plan.op_offload else (),
            tensor_split=plan.tensor_split,
            n_cpu_moe=plan.n_cpu_moe,
            repack=plan.repacks_weights,
            progress=_part(progress, 0.0, 1.0 if mmproj is None else WEIGHTS_SHARE),
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
            projector = load_projector(
                device=plan.devices[0] if plan.projector_on_gpu else None,
                in_bf16=plan.projector_in_bf16,
                progress=_part(progress, WEIGHTS_SHARE, 1.0),
            )
            projector_on_cpu = load_projector if plan.projector_on_gpu else None
        if prove is not None:
            prove(model, projector)
        if settle is not None:
            plan = settle(model)
        n_batch, n_ubatch = plan.n_batch, plan.n_ubatch
        if projector is not None and projector.non_causal and geometry is not None:
            # All tokens of a picture see each other, so they must be in one graph.
            n_ubatch = max(n_ubatch, geometry.max_tokens)
            n_batch = max(n_batch, n_ubatch)
        context = Context(
            model,
            [Sampler(model, sampling, seed=seed) for _ in range(plan.n_seq_max)],
            n_ctx_seq=plan.n_ctx_seq,
            n_batch=n_batch,
            n_ubatch=n_ubatch,
            n_threads=plan.n_threads,
            use_gpu=plan.op_offload,
            flash_attn=plan.flash_attn,
        )
        progress(1.0)
        yield ModelHandles(plan, model, projector, context, sampling, seed, projector_on_cpu)


def _part(progress: ProgressCallback, start: float, end: float) -> ProgressCallback:
    def report(share: float) -> None:
        progress(start + (end - start) * share)

    return report
