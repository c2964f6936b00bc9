"""A part of a picture as the projector takes it, at a size at which its writing can be read.

The file is decoded again for it, as deep as the part needs: no more is in memory than for the whole picture, and none
of it between two parts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from localalt.image import colour, decoding, source as sources
from localalt.image.budgets import Tier, budget
from localalt.image.ink import Box
from localalt.image.loading import Loaded, Size, oversampled
from localalt.image.processor import load_pixels, orientation_of, placed, plain
from localalt.image.resize import fit
from localalt.types import ImageGeometry, ImageSource

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import PIL.Image

__all__ = ["load_page", "load_tile"]


def load_tile(
    source: ImageSource | sources.Named, box: Box, size: Size, geometry: ImageGeometry, *, tier: Tier
) -> npt.NDArray[np.uint8]:
    """A part of a picture: uint8 of shape (height, width, 3), RGB, C-contiguous.

    Args:
        source: see `load_picture`; but not a file object, which was read to its end before.
        box: the part, in pixels of the upright picture of the `size` (width, height).
        geometry, tier: what the projector makes of it.

    Raises:
        ImageError: the picture cannot be read any more; see `load_picture`.
    """
    decoding.import_pillow()
    from PIL import Image

    label = sources.label_of(source)
    place = fit(box[2] - box[0], box[3] - box[1], budget(geometry, tier))
    wanted = oversampled(place.content)
    scale = min(1.0, max(wanted[0] / (box[2] - box[0]), wanted[1] / (box[3] - box[1])))
    with decoding.translated(label):
        loaded = load_pixels(source, label, lambda size: (math.ceil(size[0] * scale), math.ceil(size[1] * scale)))
        image, orientation = loaded.image, orientation_of(loaded.image)
        part = image.crop(_as_stored(box, size, orientation, image.size))
        if not isinstance(source, Image.Image):
            image.close()
        cut = Loaded(part, part.size, samples=loaded.samples)
        return placed(*colour.flatten(plain(cut, orientation, wanted, label, is_own=True)), place)


def load_page(image: PIL.Image.Image) -> npt.NDArray[np.uint8]:
    """All pixels of an image that only this process has, for another one to cut tiles from.

    uint8 of shape (height, width, 3), RGB, the right way up.

    Raises:
        ImageError: see `load_picture`.
    """
    import numpy as np

    label, orientation = sources.label_of(image), orientation_of(image)
    with decoding.translated(label):
        size = (max(image.size),) * 2
        return np.array(colour.flatten(plain(Loaded(image, image.size), orientation, size, label, is_own=False))[0])


def _as_stored(box: Box, size: Size, orientation: int, stored: Size) -> Box:
    """A box of the upright picture of a `size` in pixels of the picture as it is stored, perhaps reduced."""
    width, height = size
    left, top, right, bottom = box
    if orientation in (2, 3, 6, 7):
        left, right = width - right, width - left
    if orientation in (3, 4, 7, 8):
        top, bottom = height - bottom, height - top
    if orientation >= 5:
        left, top, right, bottom = top, left, bottom, right
        width, height = height, width
    x, y = stored[0] / width, stored[1] / height
    return math.floor(left * x), math.floor(top * y), math.ceil(right * x), math.ceil(bottom * y)
