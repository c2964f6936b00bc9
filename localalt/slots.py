"""How many slots a model gets where nobody asked for a number: as many as were measured to serve it here.

Joins what `hardware` plans, what `widths` and `tuned` keep and what `native` measures.
"""

from __future__ import annotations

import logging

from localalt import hardware, tuned, widths
from localalt.errors import EngineError
from localalt.native import Model, measure_widths
from localalt.plan import Candidate, Plan
from localalt.types import Machine, Tuning

__all__ = ["measured", "planned"]

logger = logging.getLogger(__name__)


def planned(candidate: Candidate, machine: Machine) -> tuple[Plan, bool]:
    """The plan of `candidate`, and whether its slots are settled, rather than to be `measured` once it is loaded.

    Raises:
        NotEnoughMemoryError: see `hardware.plan`.
    """
    best = tuned.kept(candidate, machine) if candidate.tuning == Tuning() else None
    if best is not None:
        plan = hardware.plan(candidate.tuned(best.tuning), machine, n_seq_max=best.n_seq_max)
        return plan.because(f"Settings are those that localalt bench sweep found best for {best.goal} here."), True
    plan, limit = hardware.plan(candidate, machine), hardware.widest(candidate, machine)
    width = 1 if limit == 1 else widths.kept(_key(candidate, plan, machine), limit=limit)
    if width is None:
        return plan, False
    return hardware.plan(candidate, machine, n_seq_max=width), True


def measured(candidate: Candidate, machine: Machine, model: Model) -> Plan:
    """The plan of `candidate`, its slots settled by a measurement of two seconds, which is kept.

    To be called on the engine's thread, with `model` loaded as `planned` said.
    """
    plan, limit = hardware.plan(candidate, machine), hardware.widest(candidate, machine)
    try:
        step_s = measure_widths(
            model,
            limit=limit,
            n_threads=plan.n_threads,
            use_gpu=plan.n_gpu_layers != 0,
            flash_attn=plan.flash_attn,
        )
    except EngineError as error:
        logger.warning("The width of batches could not be measured, and is %d: %s", plan.n_seq_max, error)
        return plan
    widths.keep(_key(candidate, plan, machine), step_s, limit=limit)
    return hardware.plan(candidate, machine, n_seq_max=widths.choose(step_s, limit=limit))


def _key(candidate: Candidate, plan: Plan, machine: Machine) -> str:
    return widths.key(candidate.shape.text.architecture, candidate.weights_bytes, plan, machine)
