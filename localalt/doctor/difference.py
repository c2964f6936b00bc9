"""How far what a device computed is from what it should be. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Difference", "off"]


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a device's answers are off."""

    embeddings: float
    """Of the picture that is further off, as a share of the CPU's (L2 norms); infinity where numbers are none."""
    logits: float
    """Likewise of the row that is furthest off; of a generated pair see `pairs.comparison`."""
    wrong: str
    """The first text or token that is another than it should be, in words; "" for none."""


def off(own: npt.NDArray[np.float32], reference: npt.NDArray[np.float32]) -> float:
    """How far numbers are from those they should be, as a share of these (L2 norms).

    Infinity where they are none, or of another shape. Of logits, which have one dimension, what is added to all of
    them changes nothing.
    """
    import numpy as np

    if own.shape != reference.shape or not np.isfinite(own).all():
        return float("inf")
    if own.ndim == 1:
        own, reference = own - own.mean(), reference - reference.mean()
    return float(np.linalg.norm(own - reference) / np.linalg.norm(reference))
