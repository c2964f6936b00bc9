"""How many image tokens a picture gets: few, many, or all that its projector takes.

Knows nothing of pixels: `detail` looks at those.
"""

from __future__ import annotations

import dataclasses
from typing import Literal, TypeAlias

from localalt.types import ImageGeometry

__all__ = ["Tier", "budget"]

Tier: TypeAlias = Literal["low", "high", "max"]
"""Whether a picture is shown in few image tokens, in those that small writing needs, or in all that fit."""


def budget(geometry: ImageGeometry, tier: Tier) -> ImageGeometry:
    """`geometry` with the tokens that `tier` grants.

    A projector of one fixed size, or one that is given tiles (`token_px` is 1: the bounds are then
    pixels), stays as it is.
    """
    if tier == "max" or geometry.square is not None or geometry.token_px == 1:
        return geometry
    granted = geometry.low_tokens if tier == "low" else geometry.high_tokens
    most = max(granted, geometry.min_tokens)
    return dataclasses.replace(geometry, max_tokens=min(geometry.max_tokens, most))
