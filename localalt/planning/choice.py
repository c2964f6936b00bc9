"""Which of several models "auto" stands for on a machine: the best one that runs well there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from localalt.devices import Machine
from localalt.errors import NotEnoughMemoryError, OptionError
from localalt.planning import planner
from localalt.planning.budget import taken_ram
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.reasons import names_of, shortage_of, too_large
from localalt.planning.settings import smallest_bytes
from localalt.planning.speed import cpu_bytes_per_token, estimate
from localalt.units import format_bytes

__all__ = ["Choice", "choose", "drawback_of", "is_slow_on_cpu"]

AUTO_RAM_SHARE = 0.6
"""Of the RAM, the most that a model chosen by "auto" takes: the rest is for the person's other programs."""
AUTO_CPU_BYTES = 1_400_000_000
"""Weights that "auto" lets a CPU read for each token. A CPU decodes as fast as it reads memory (20 to
60 GB/s on laptops): larger models answer slower than a person waits."""
AUTO_GPU_S = 120.0
"""Seconds that a picture may take by the slow end of the estimate, where a GPU does the work: a GPU that shares the
RAM holds a dense model of 27B and reads it at the RAM's speed, five minutes a picture. Ours: that a model of 9B in Q8_0
still passes on such a GPU (110 s), and a hundred pictures take hours and not a day."""


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

    Well means: whole on the GPU and in less than minutes for a picture, or with weights that a CPU reads
    fast enough; and in a share of the RAM that leaves room for other programs. Where none does, the last
    one that runs at all, unless `strict`.

    Raises:
        OptionError: a GPU was asked for, and computes all of them wrong.
        NotEnoughMemoryError: none fits.
    """
    passed = ""
    wrong: OptionError | None = None
    runs: tuple[ModelSpec, Plan] | None = None
    for spec in specs:
        try:
            own = planner.plan(spec, machine, n_seq_max=n_seq_max)
        except NotEnoughMemoryError:
            passed = f"{spec.name}, {shortage_of(spec, machine)}"
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
        raise NotEnoughMemoryError(too_large(min(specs, key=smallest_bytes), machine, "the smallest choice"))
    return Choice(*runs, f"It is the smallest choice, though it does not run well here: {passed}.")


def is_slow_on_cpu(spec: ModelSpec) -> bool:
    """Whether a CPU would read more for each token than a person waits for."""
    return spec.weights_bytes * spec.active_share > AUTO_CPU_BYTES


def _experts_are_fast(spec: ModelSpec, own: Plan) -> bool:
    """Whether all but experts is on GPUs, and a CPU reads those that a token passes fast enough."""
    return own.n_gpu_layers > own.n_layer and cpu_bytes_per_token(spec, own) <= AUTO_CPU_BYTES


def drawback_of(spec: ModelSpec, own: Plan, machine: Machine) -> str | None:
    """What speaks against `spec` as a choice of "auto", or None."""
    needed = format_bytes(own.memory.host.total + own.memory.gpu.total)
    if own.missing_bytes:
        return f"needs {needed}, and {format_bytes(machine.ram_free_bytes)} of RAM are free"
    if not own.decodes_on_gpu and is_slow_on_cpu(spec) and not _experts_are_fast(spec, own):
        best = max(machine.devices, key=lambda each: each.free_bytes, default=None)
        return f"needs {needed}, more than is free on {names_of([best])}" if best else "would be slow without a GPU"
    if own.decodes_on_gpu and estimate(spec, own, machine).high_s > AUTO_GPU_S:
        return "could take minutes for a picture"
    if taken_ram(own, machine) > machine.ram_total_bytes * AUTO_RAM_SHARE:
        return f"needs {needed}, a large part of {format_bytes(machine.ram_total_bytes)} of RAM"
    return None
