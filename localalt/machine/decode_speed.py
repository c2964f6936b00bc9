"""How long a decode step takes, by the sequences in its batch."""

from __future__ import annotations

import time
from collections.abc import Callable

from localalt.machine import batch_size
from localalt.native.context import Context
from localalt.native.model import Model
from localalt.native.sampler import Sampler
from localalt.request import GREEDY

__all__ = ["measure_widths"]

N_CTX_SEQ = 256
"""Cells of a sequence, the least that llama.cpp makes. A picture fills about four times as many, which would
take seconds: attention weighs more in the real thing, so that its knee is at this width or a little below."""
N_STEPS = 4
"""Timed at each width, of which the fastest counts: all that disturbs a step makes it slower."""
LEAST_STEPS = 2
"""Timed in any case: how far they differ shows whether something disturbs them."""
STEPS_S = 0.2
"""Seconds after which a width has no further step: long ones vary less, and a person waits."""


def measure_widths(
    model: Model,
    *,
    limit: int,
    n_threads: int,
    use_gpu: bool,
    flash_attn: bool | None = None,
    is_disturbed: Callable[[], bool] = lambda: False,
) -> dict[int, list[float]]:
    """Seconds of each decode step by width, up to `limit`: see `batch_size.measure`. Takes memory of its own meanwhile.

    Raises:
        NotEnoughMemoryError: the memory does not suffice.
        EngineError: the computation failed.
    """

    repeats: dict[int, list[float]] = {}

    def steps(width: int, n_steps: int) -> list[float]:
        return _steps(model, width, n_steps, n_threads=n_threads, use_gpu=use_gpu, flash_attn=flash_attn)

    def step_s(width: int) -> float:
        repeats[width] = steps(width, N_STEPS)
        return min(repeats[width])

    steps(1, 0)  # reads the weights from the disk, if nothing did yet, as the first picture would
    batch_size.measure(limit, step_s, is_disturbed=is_disturbed)
    return repeats


def _steps(
    model: Model, width: int, n_steps: int, *, n_threads: int, use_gpu: bool, flash_attn: bool | None
) -> list[float]:
    # A context as wide as the batch: a wider one also runs the samplers of the sequences that have no row.
    samplers = [Sampler(model, GREEDY) for _ in range(width)]
    try:
        with Context(
            model,
            samplers,
            n_ctx_seq=N_CTX_SEQ,
            n_batch=width,
            n_ubatch=width,
            n_threads=n_threads,
            use_gpu=use_gpu,
            flash_attn=flash_attn,
        ) as context:
            _step(context, model, width, 0)  # makes the graph
            taken: list[float] = []
            while len(taken) < n_steps and (len(taken) < LEAST_STEPS or sum(taken) < STEPS_S):
                taken.append(_step(context, model, width, len(taken) + 1))
            return taken
    finally:
        for sampler in samplers:
            sampler.close()


def _step(context: Context, model: Model, width: int, pos: int) -> float:
    """Seconds from the batch to its sampled tokens."""
    slots = range(width)
    # Tokens all over the vocabulary: equal ones would wake the same few experts of a mixture.
    tokens = [(slot * model.n_vocab // width + pos) % model.n_vocab for slot in slots]
    context.synchronize()
    started = time.perf_counter()
    context.decode(tokens, [pos] * width, slots)
    for slot in slots:
        context.sample(slot, slot)
    context.synchronize()
    return time.perf_counter() - started
