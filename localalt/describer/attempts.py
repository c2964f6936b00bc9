"""Loading a model with the plan that was made, and where memory does not suffice for that, with smaller ones.

Knows plans, engines and what ran out. Knows no files and no presets.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass

from localalt.devices import Machine
from localalt.engine.engine import Engine
from localalt.errors import NotEnoughMemoryError
from localalt.native import lacks_ram
from localalt.planning.budget import taken_ram
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.planner import step_down
from localalt.types import ProgressCallback

__all__ = ["Opened", "RisingProgress", "open_engine"]

logger = logging.getLogger(__name__)

SHARES = (0.92, 0.75)
"""Of the memory of the plan before, what each smaller plan takes at most. A few only: each costs the time of loading.
After them comes the CPU alone, if a GPU was used."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A running engine, and why it does not have the plan that was made for it."""

    engine: Engine
    steps: tuple[str, ...]
    """In sentences for people, one for each plan that did not fit."""


class RisingProgress:
    """Reports the share that is loaded, which does not fall where loading begins again."""

    def __init__(self, report: ProgressCallback) -> None:
        self._report, self._most = report, 0.0

    def __call__(self, share: float) -> None:
        """Report `share`, or the most so far."""
        self._most = max(self._most, share)
        self._report(self._most)


def open_engine(
    spec: ModelSpec,
    plan: Plan,
    *,
    measure: Callable[[], Machine],
    start: Callable[[Plan, bool], Engine],
    latest: Callable[[], Plan],
) -> Opened:
    """Load with `plan`, or the largest of some smaller ones that fits.

    Args:
        spec: the model.
        plan: what to begin with.
        measure: says what the machine has free now.
        start: loads with a plan; the flag says whether it is the first.
        latest: the plan of the loading that failed: a measurement of the model may have changed its slots.

    Raises:
        NotEnoughMemoryError: none of them fits.
        ModelError, EngineError: it cannot be loaded for another reason.
    """
    steps: list[str] = []
    while True:
        try:
            return Opened(start(plan.because(*steps), not steps), tuple(steps))
        except NotEnoughMemoryError as error:
            failed, no_ram = latest(), lacks_ram(str(error))
            smaller = _smaller(spec, failed, measure(), n_steps=len(steps), no_ram=no_ram)
            if smaller is None:
                raise
            steps.append(_step(failed, smaller, no_ram=no_ram))
            logger.warning("%s (%s)", steps[-1], error)
            plan = smaller


def _smaller(spec: ModelSpec, failed: Plan, machine: Machine, *, n_steps: int, no_ram: bool) -> Plan | None:
    """The largest plan that takes clearly less of what did not suffice, or the smallest that takes less; None where
    there is none."""
    on_gpu, is_last = bool(failed.devices) and not no_ram, n_steps >= len(SHARES)
    if is_last and not on_gpu:
        return None

    def takes(plan: Plan) -> int:
        return plan.memory.gpu.total if on_gpu else taken_ram(plan, machine)

    most = 0 if is_last else int(SHARES[n_steps] * takes(failed))
    plan, smallest = step_down(spec, failed, machine), None
    while plan is not None and takes(plan) > most:
        smallest = plan if takes(plan) < takes(failed) else smallest
        plan = step_down(spec, plan, machine)
    plan = plan or smallest
    # What the planner says of it is about the plan before it, which nobody tried.
    return None if plan is None else dataclasses.replace(plan, reasons=plan.reasons[1:])


def _step(failed: Plan, smaller: Plan, *, no_ram: bool) -> str:
    where = "RAM" if no_ram or not failed.devices else f"the memory of {' and '.join(failed.devices)}"
    now = _settings(smaller, failed)
    return f"{_settings(failed)} did not fit {where}, against the estimate: the model is loaded with {now}."


def _settings(plan: Plan, before: Plan | None = None) -> str:
    """What a plan takes memory for; against one before it, what is less."""
    n, tokens, layers = plan.n_seq_max, plan.n_image_tokens, plan.n_gpu_layers
    parts = [
        (f"{n} {'picture' if n == 1 else 'pictures'} at a time", before is None or n != before.n_seq_max),
        (f"{tokens} image tokens", before is None or tokens != before.n_image_tokens),
        (
            f"{layers} of {plan.n_layer + 1} layers on GPUs",
            bool(layers) and (before is None or layers != before.n_gpu_layers),
        ),
        (
            f"the experts of {plan.n_cpu_moe} layers on the CPU",
            bool(plan.n_cpu_moe) and (before is None or plan.n_cpu_moe != before.n_cpu_moe),
        ),
        ("all on the CPU", not plan.devices and (before is None or bool(before.devices))),
    ]
    return ", ".join(words for words, applies in parts if applies) or "less memory"
