"""The doctor's operations card, as lines and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localalt.doctor.operations import OperationResult, OperationsCard

__all__ = ["as_json", "lines"]


def lines(card: OperationsCard) -> Iterator[str]:
    """How many of each kind came out how, and each one in full that is wrong."""
    from localalt.doctor.operations import Status

    device = card.device
    yield f"{device.name}, {device.description}: operations"
    for kind, results in card.by_kind.items():
        counts = Counter(result.status for result in results)
        yield f"  {kind}: {', '.join(f'{counts[status]} {status.value}' for status in Status if counts[status])}"
    for result in (*card.faults, *card.overflowing):
        yield f"  {result.status.value:8} {result.case.name}: {_how(result)}"
    unsupported = [result.case.name for result in card.results if result.status is Status.UNSUPPORTED]
    if unsupported:
        yield f"  not supported, and computed on the CPU: {'; '.join(unsupported)}"
    yield f"  -> {' '.join(_advice(card))} ({len(card.results)} operations in {card.seconds:.0f} s)"


def _how(result: OperationResult) -> str:
    error = "" if result.nmse is None else f"NMSE {result.nmse:.1e}, at most {result.case.tolerance:.0e} is right"
    return "; ".join(part for part in (error, result.detail) if part)


def _advice(card: OperationsCard) -> Iterator[str]:
    faults = card.faults
    yield f"Operations that are wrong: {len(faults)}." if faults else "Every operation that it has is right."
    where = [f"in products of {', '.join(sorted(card.overflows))}"] if card.overflows else []
    where += ["in attention"] if card.attention_overflows else []
    if where:
        yield f"Sums beyond 65,504 overflow {' and '.join(where)}."


def as_json(card: OperationsCard) -> dict[str, Any]:
    """The card, as docs/json.md describes it."""
    return {
        "seconds": card.seconds,
        "overflows": sorted(card.overflows),
        "attention_overflows": card.attention_overflows,
        "results": [
            {
                "kind": result.case.kind,
                "name": result.case.name,
                "large": result.case.large,
                "status": result.status.value,
                "nmse": result.nmse,
                "tolerance": result.case.tolerance,
                "detail": result.detail,
            }
            for result in card.results
        ],
    }
