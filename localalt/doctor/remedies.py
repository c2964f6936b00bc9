"""What helps where a device computes some of llama.cpp's operations wrong: what is wrong is tried again in other ways.

Only switches that leave all else as it is are tried here, and flash attention off; whole models are `examination`'s.
Pure: what computes is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from localalt import switches
from localalt.devices import AS_A_WHOLE, DeviceVerdict
from localalt.doctor.operations.card import OperationResult, OperationsCard, Status
from localalt.doctor.operations.cases import Attention
from localalt.switches import Environment
from localalt.ways import environments

__all__ = ["Rerun", "remedy"]

Rerun = Callable[[Sequence[str], Environment], OperationsCard]
"""Computes the cases of some kinds again, in a process that has these variables."""
IN_F32 = "GGML_CUDA_CUBLAS_COMPUTE_TYPE"
"""What lets products add up in F32 at no more than a part of their speed."""


def remedy(card: OperationsCard, rerun: Rerun) -> DeviceVerdict | None:
    """How the device computes right what is wrong on its card: nothing special where nothing is; None where nothing
    helps.

    Sums that overflow, though all else is right, are no reason to switch much off: F32 accumulation of CUDA is tried
    for them, and if it does not help, what loads projectors has to know (`OperationsCard.overflows`).
    """
    verdict = _of_faults(card, rerun)
    if verdict is None or not card.overflows or dict(verdict.environment).get(IN_F32):
        return verdict
    in_f32 = tuple(pair for pair in switches.of_backend(card.device.backend) if pair[0] == IN_F32)
    kinds = _kinds(card.overflowing)
    if in_f32 and not rerun(kinds, in_f32).overflows:
        return verdict.also(DeviceVerdict(environment=in_f32))
    return verdict


def _of_faults(card: OperationsCard, rerun: Rerun) -> DeviceVerdict | None:
    if card.is_right:
        return AS_A_WHOLE
    without_flash = _without_flash(card)
    if without_flash is not None:
        return without_flash
    for environment in environments(card.device.backend):
        again = rerun(_kinds(card.faults), environment)
        if again.is_right:
            return DeviceVerdict(environment=environment)
        without_flash = _without_flash(again)
        if without_flash is not None:
            return without_flash.also(DeviceVerdict(environment=environment))
    return None


def _without_flash(card: OperationsCard) -> DeviceVerdict | None:
    """Flash attention off, where nothing else is wrong and the same is right without."""
    wrong = [fault.case for fault in card.faults]
    attention = [case for case in wrong if isinstance(case, Attention) and case.flash]
    heads = {
        case.head
        for case in (result.case for result in card.results if result.status is Status.RIGHT)
        if isinstance(case, Attention) and not case.flash
    }
    if len(attention) < len(wrong) or not {case.head for case in attention} <= heads:
        return None
    of_text = any(not case.is_tower for case in attention)
    return DeviceVerdict(flash_attn=False if of_text else None, projector_flash_attn=False)


def _kinds(results: Sequence[OperationResult]) -> tuple[str, ...]:
    """Of the cases, each once, with attention of the same heads both ways: one may stand in for the other."""
    found: dict[str, None] = {}
    for result in results:
        found[result.case.kind] = None
        if isinstance(result.case, Attention):
            found[f"attention {result.case.head} without flash"] = None
    return tuple(found)
