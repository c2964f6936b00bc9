"""How long a decode step takes, by the sequences in its batch."""

from __future__ import annotations

import time

from localalt import widths
from localalt.native.context import Context, Sampler
from localalt.native.model import Model
from localalt.presets import GREEDY

__all__ = ["measure_widths"]

N_CTX_SEQ = 256
"""Cells of a sequence, the least that llama.cpp makes. A picture fills about four times as many, which would
take seconds: attention weighs more in the real thing, so that its knee is at this width or a little below."""
N_STEPS = 4
"""Timed at each width, of which the fastest counts: all that disturbs a step makes it slower."""
STEPS_S = 0.2
"""Seconds after which a width has no further step: long ones vary less, and a person waits."""


def measure_widths(
    model: Model, *, limit: int, n_threads: int, use_gpu: bool, flash_attn: bool | None = None
) -> dict[int, float]:
    """Seconds of a decode step by width, up to `limit`: see `widths.measure`. Takes memory of its own meanwhile.

    Raises:
        EngineError: the memory does not suffice, or the computation failed.
    """

    def step_s(width: int, n_steps: int = N_STEPS) -> float:
        return _step_s(model, width, n_steps, n_threads=n_threads, use_gpu=use_gpu, flash_attn=flash_attn)

    step_s(1, 0)  # reads the weights from the disk, if nothing did yet, as the first picture would
    return widths.measure(limit, step_s)


def _step_s(model: Model, width: int, n_steps: int, *, n_threads: int, use_gpu: bool, flash_attn: bool | None) -> float:
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
            fastest, taken = float("inf"), 0.0
            for pos in range(1, n_steps + 1):
                seconds = _step(context, model, width, pos)
                fastest, taken = min(fastest, seconds), taken + seconds
                if taken >= STEPS_S:
                    break
            return fastest
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
