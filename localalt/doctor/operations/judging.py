"""Numbers of a device against the CPU's: right or wrong by upstream's tolerance. Pure."""

from __future__ import annotations

import numpy as np

from localalt.doctor.operations.card import OperationResult, Status
from localalt.doctor.operations.cases import ARGMAX, Case, TopK
from localalt.doctor.operations.inputs import Array

__all__ = ["judge", "nmse"]


def judge(case: Case, found: Array, reference: Array) -> OperationResult:
    """What a device computed for a case, against what the CPU did; both of one shape."""
    if isinstance(case, ARGMAX):
        share = _misplaced(found, reference, in_order=not isinstance(case, TopK) or case.by_sorting)
        return _judged(case, share, f"{share:.1%} of the places" if share else "")
    if not np.isfinite(reference).all():
        return OperationResult(case, Status.UNTRIED, detail="the CPU's own numbers are not finite")
    missing = 1 - np.isfinite(found).mean()
    if missing:
        return OperationResult(case, Status.WRONG, detail=f"{missing:.1%} of the numbers are infinite or none")
    return _judged(case, nmse(found, reference))


def _judged(case: Case, error: float, detail: str = "") -> OperationResult:
    return OperationResult(case, Status.RIGHT if error <= case.tolerance else Status.WRONG, error, detail)


def nmse(found: Array, reference: Array) -> float:
    """Mean squared error over the reference's mean square (test-backend-ops.cpp:268)."""
    found, reference = found.astype(np.float64), reference.astype(np.float64)
    error, square = ((found - reference) ** 2).sum(), (reference**2).sum()
    return float(error / max(square, np.finfo(np.float32).tiny))


def _misplaced(found: Array, reference: Array, *, in_order: bool) -> float:
    """The share of places that are wrong, row by row."""
    if in_order:
        return float((found != reference).mean())
    rows = zip(found.reshape(-1, found.shape[-1]), reference.reshape(-1, reference.shape[-1]), strict=True)
    wrong = [len(set(row.tolist()) - set(own.tolist())) for own, row in rows]
    return sum(wrong) / found.size
