"""How many slots a model gets where nobody asked for a number: as many as were measured to serve it on a quiet machine.

Joins what `planning` plans, what `batch_size` and `sweep_results` have stored and what `decode_speed` measures.
"""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass

from localalt.devices import Machine
from localalt.errors import EngineError, NotEnoughMemoryError
from localalt.machine import batch_size, json_cache as files, picture_times, sweep_results
from localalt.machine.decode_speed import measure_widths
from localalt.machine.disturbance import QUIET_SHARE, Disturbance
from localalt.native import Model
from localalt.planning import planner
from localalt.planning.plan import ModelSpec, Plan
from localalt.planning.settings import N_SEQ_MAX
from localalt.planning.tuning import Tuning

__all__ = ["SlotPlan", "forget", "measured", "planned"]

logger = logging.getLogger(__name__)

WAIT_S = 15.0
"""Seconds for the processes that came before: a measurement takes two, and more with a model whose steps are slow."""
UNMEASURED = (
    "How many at a time suit this machine is measured when the model is first loaded while nothing else is busy."
)


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """A plan that is as good as is known before the model is loaded, and what to measure where that is not enough."""

    spec: ModelSpec
    machine: Machine
    plan: Plan
    """What to load the model with."""
    unmeasured: Plan
    """The plan with the slots that every model gets where nothing is measured."""
    is_settled: bool
    """Whether the number of slots is known, rather than to be `measured` once the model is loaded."""
    limit: int
    """The most slots worth measuring."""

    def with_slots(self, n_seq_max: int) -> Plan:
        """The plan with so many slots, at most `limit`."""
        if n_seq_max == self.unmeasured.n_seq_max == N_SEQ_MAX:
            return self.unmeasured
        return planner.plan(self.spec, self.machine, n_seq_max=n_seq_max)


def planned(spec: ModelSpec, machine: Machine, *, own: Plan | None = None) -> SlotPlan:
    """The plan of `spec`, with the slots that were measured on `machine`, if they were.

    `own` is what `planner.plan` makes of the two, where that is known.

    Raises:
        NotEnoughMemoryError: see `planner.plan`.
    """
    best = sweep_results.lookup(spec, machine) if spec.tuning == Tuning() else None
    if best is not None:
        plan = planner.plan(spec.with_tuning(best.tuning), machine, n_seq_max=best.n_seq_max)
        plan = plan.because(f"Settings are those that localalt bench sweep found best for {best.goal} here.")
        return SlotPlan(spec, machine, plan, plan, is_settled=True, limit=plan.n_seq_max)
    own = own or planner.plan(spec, machine)
    limit = planner.max_slots_worth_measuring(own, spec, machine)
    found = SlotPlan(spec, machine, own, own, is_settled=False, limit=limit)
    width = 1 if limit == 1 else batch_size.lookup(_key(spec, own, machine), limit=limit)
    if width is None:
        return dataclasses.replace(found, plan=dataclasses.replace(own, reasons=(*own.reasons, UNMEASURED)))
    return dataclasses.replace(found, plan=found.with_slots(width), is_settled=True)


def measured(planned: SlotPlan, model: Model) -> Plan:
    """The plan with its slots settled by a measurement of two seconds, which is stored.

    One process measures at a time, and the others take what it found. What was measured while other programs were
    at work is not stored, nor used: the plan then has a cautious number, says why, and the next load measures again.
    To be called on the engine's thread, with `model` loaded as `planned` says.
    """
    plan, limit = planned.unmeasured, planned.limit
    key = _key(planned.spec, plan, planned.machine)
    with files.one_at_a_time(batch_size.store_path(), wait_s=WAIT_S) as is_ours:
        width = batch_size.lookup(key, limit=limit)
        if width is not None:  # another process was faster
            return planned.with_slots(width)
        if not is_ours:
            return _cautious(plan, f"other processes were measuring for {WAIT_S:.0f} s")
        disturbance = Disturbance()
        try:
            repeats = measure_widths(
                model,
                limit=limit,
                n_threads=plan.n_threads,
                use_gpu=plan.op_offload,
                flash_attn=plan.flash_attn,
                is_disturbed=lambda: (disturbance.share() or 0.0) > QUIET_SHARE,
            )
        except (EngineError, NotEnoughMemoryError) as error:
            logger.warning("The width of batches could not be measured, and is %d: %s", plan.n_seq_max, error)
            return plan
        doubt = _doubt(disturbance.share(least_s=0.0), batch_size.spread(repeats))
        if doubt:
            return _cautious(plan, doubt)
        step_s = {width: min(each) for width, each in repeats.items()}
        batch_size.store(key, step_s, limit=limit)
    return planned.with_slots(batch_size.choose(step_s, limit=limit))


def forget(spec: ModelSpec, machine: Machine) -> bool:
    """Forget what was measured of a model here, settings, slots and seconds a picture; whether there was something.

    Raises:
        OSError: what is stored cannot be read or written.
    """
    found = sweep_results.forget({sweep_results.key(spec, machine)})
    plans = [planner.plan(spec, machine, n_seq_max=n_seq_max) for n_seq_max in (None, 1)]
    found += batch_size.forget({_key(spec, plan, machine) for plan in plans})
    found += picture_times.forget({picture_times.key(spec, plan, machine) for plan in plans})
    return bool(found)


def _doubt(others: float | None, spread: float) -> str:
    """Why a measurement is not to be stored, "" where it is."""
    if others is not None and others > QUIET_SHARE:
        return f"other programs took {others:.0%} of the processors"
    if spread > batch_size.MAX_SPREAD:
        return f"steps of one width differed by {spread:.0%}"
    return ""


def _cautious(plan: Plan, doubt: str) -> Plan:
    logger.info("How many pictures at a time suit this model was not stored: %s", doubt)
    return plan.because(
        f"{plan.n_seq_max} at a time is a cautious number: {doubt} while this model was measured. "
        "Nothing was stored, and the next load measures again."
    )


def _key(spec: ModelSpec, plan: Plan, machine: Machine) -> str:
    return batch_size.key(spec.shape.text.architecture, spec.weights_bytes, plan, machine)
