"""Where a try's operations were computed, and whether that is where it was to test them.

A backend that lacks an operation has the CPU compute it, and says nothing: a try would then compare the CPU with
itself. Pure: knows no llama.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["TESTED", "Counts", "Placement", "elsewhere", "untested"]

Counts: TypeAlias = Mapping[str, Mapping[str, int]]
"""How many operations of each kind were computed on each device, with ggml's names: {"CUDA0": {"MUL_MAT": 21}}."""

TESTED = frozenset(
    {
        *("MUL_MAT", "MUL_MAT_ID", "OUT_PROD"),
        *("FLASH_ATTN_EXT", "SOFT_MAX"),
        *("GATED_DELTA_NET", "GATED_LINEAR_ATTN", "SSM_CONV", "SSM_SCAN", "SOLVE_TRI"),
        *("CONV_2D", "CONV_2D_DW", "IM2COL", "ROPE", "NORM", "RMS_NORM", "L2_NORM"),
    }
)
"""What a try is there to test: matrix products, attention, recurrent layers, convolutions, and what stands between them
in every layer. Elsewhere than on the device are by design the look-up of embeddings (GET_ROWS and what scales them:
llama.cpp has the input layer on the CPU) and steps of sampling."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What ran where, by part of a model."""

    projector: Counts
    language_model: Counts


def untested(placement: Placement, device: str, *, projector: bool, whole: bool) -> str:
    """What a try on `device` left untested, in words; "" for nothing.

    Args:
        placement: what was read back.
        device: ggml's name of the device that was to be tested.
        projector: whether the projector was to be on it; the language model always is.
        whole: whether all layers of the language model were to be on it. Where a part is, the rest is the CPU's, and
            each kind of operation has to have run on the device at least once.
    """
    found = []
    if projector:
        found.append(_fallen_back("projector", placement.projector, device, whole=True))
    found.append(_fallen_back("language model", placement.language_model, device, whole=whole))
    return "; ".join(filter(None, found))


def elsewhere(counts: Counts, device: str) -> Mapping[str, tuple[int, int]]:
    """Of each kind in `TESTED` that did not only run on `device`: (how many ran elsewhere, how many in all)."""
    found = {}
    for kind in sorted(TESTED):
        total = sum(each.get(kind, 0) for each in counts.values())
        own = counts.get(device, {}).get(kind, 0)
        if own < total:
            found[kind] = (total - own, total)
    return found


def _fallen_back(part: str, counts: Counts, device: str, *, whole: bool) -> str:
    if not TESTED & counts.get(device, {}).keys():
        return f"nothing of the {part} ran on {device}"
    kinds = [
        f"{n_elsewhere} of {total} {kind}"
        for kind, (n_elsewhere, total) in elsewhere(counts, device).items()
        if whole or n_elsewhere == total
    ]
    return f"of the {part} {', '.join(kinds)} ran elsewhere than on {device}" if kinds else ""
