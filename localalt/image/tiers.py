"""The tier of image tokens that a decoded picture needs, from what `detail` sees in its grey levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localalt.image.budgets import Tier
from localalt.image.detail import NEARLY_FLAT, measure, tier_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import PIL.Image

__all__ = ["tier_of_image"]

MEASURED_PX = 1024
"""Longest side at which it is measured how much detail a picture has."""


def tier_of_image(image: PIL.Image.Image) -> Tier:
    """The tier that an upright RGB image needs."""
    grey = image.convert("L")
    found = measure(_reduced(grey, MEASURED_PX))
    if found.flat_share >= NEARLY_FLAT and tier_of(found) == "low" and max(image.size) > MEASURED_PX:
        # A small window on a large desktop, whose words are specks in the smaller copy.
        found = measure(_reduced(grey, 2 * MEASURED_PX))
    return tier_of(found)


def _reduced(grey: PIL.Image.Image, longest_px: int) -> npt.NDArray[np.uint8]:
    """Grey levels (mode L), at a size at which small writing can still be distinguished from texture."""
    import numpy as np
    from PIL import Image

    smaller = grey.copy()
    smaller.thumbnail((longest_px, longest_px), Image.Resampling.BOX)
    return np.asarray(smaller)
