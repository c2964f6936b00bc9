"""How many slots a model gets where nobody asked for a number: as many as were measured to serve it on a quiet machine.

Joins what `hardware` plans, what `widths` and `tuned` keep and what `native` measures.
"""

from __future__ import annotations

import dataclasses
import logging

from localalt import hardware, picture_times, tuned, widths
from localalt import kept as files
from localalt.errors import EngineError
from localalt.machine.disturbance import QUIET_SHARE, Disturbance
from localalt.native import Model, measure_widths
from localalt.plan import Candidate, Plan
from localalt.types import Machine, Tuning

__all__ = ["forget", "measured", "planned"]

logger = logging.getLogger(__name__)

WAIT_S = 15.0
"""Seconds for the processes that came before: a measurement takes two, and more with a model whose steps are slow."""
UNMEASURED = (
    "How many at a time suit this machine is measured when the model is first loaded while nothing else is busy."
)


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
        return dataclasses.replace(plan, reasons=(*plan.reasons, UNMEASURED)), False
    return hardware.plan(candidate, machine, n_seq_max=width), True


def measured(candidate: Candidate, machine: Machine, model: Model) -> Plan:
    """The plan of `candidate`, its slots settled by a measurement of two seconds, which is kept.

    One process measures at a time, and the others take what it found. What was measured while other programs were
    at work is not kept, nor used: the plan then has a cautious number, says why, and the next load measures again.
    To be called on the engine's thread, with `model` loaded as `planned` said.
    """
    plan, limit = hardware.plan(candidate, machine), hardware.widest(candidate, machine)
    key = _key(candidate, plan, machine)
    with files.one_at_a_time(widths.store_path(), wait_s=WAIT_S) as is_ours:
        width = widths.kept(key, limit=limit)
        if width is not None:  # another process was faster
            return hardware.plan(candidate, machine, n_seq_max=width)
        if not is_ours:
            return _cautious(plan, f"other processes were measuring for {WAIT_S:.0f} s")
        disturbance = Disturbance()
        try:
            repeats = measure_widths(
                model,
                limit=limit,
                n_threads=plan.n_threads,
                use_gpu=plan.n_gpu_layers != 0,
                flash_attn=plan.flash_attn,
                is_disturbed=lambda: (disturbance.share() or 0.0) > QUIET_SHARE,
            )
        except EngineError as error:
            logger.warning("The width of batches could not be measured, and is %d: %s", plan.n_seq_max, error)
            return plan
        doubt = _doubt(disturbance.share(least_s=0.0), widths.spread(repeats))
        if doubt:
            return _cautious(plan, doubt)
        step_s = {width: min(each) for width, each in repeats.items()}
        widths.keep(key, step_s, limit=limit)
    return hardware.plan(candidate, machine, n_seq_max=widths.choose(step_s, limit=limit))


def forget(candidate: Candidate, machine: Machine) -> bool:
    """Forget what was measured of a model here, settings, slots and seconds a picture; whether there was something.

    Raises:
        OSError: what is kept cannot be read or written.
    """
    found = tuned.forget({tuned.key(candidate, machine)})
    plans = [hardware.plan(candidate, machine, n_seq_max=n_seq_max) for n_seq_max in (None, 1)]
    found += widths.forget({_key(candidate, plan, machine) for plan in plans})
    found += picture_times.forget({picture_times.key(candidate, plan, machine) for plan in plans})
    return bool(found)


def _doubt(others: float | None, spread: float) -> str:
    """Why a measurement is not to be kept, "" where it is."""
    if others is not None and others > QUIET_SHARE:
        return f"other programs took {others:.0%} of the processors"
    if spread > widths.MAX_SPREAD:
        return f"steps of one width differed by {spread:.0%}"
    return ""


def _cautious(plan: Plan, doubt: str) -> Plan:
    logger.info("How many pictures at a time suit this model was not stored: %s", doubt)
    return plan.because(
        f"{plan.n_seq_max} at a time is a cautious number: {doubt} while this model was measured. "
        "Nothing was stored, and the next load measures again."
    )


def _key(candidate: Candidate, plan: Plan, machine: Machine) -> str:
    return widths.key(candidate.shape.text.architecture, candidate.weights_bytes, plan, machine)
