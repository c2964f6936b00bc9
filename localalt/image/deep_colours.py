"""Colours of 16 bits that use fewer: Pillow takes the upper byte of each, and of 12 bits four are left.

Knows the raw modes of Pillow's decoders. The file is decoded once more for the lower bytes, which is what it takes
for the upper ones where the order of bytes is turned round.
"""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, cast

from localalt.image import decoding
from localalt.image.levels import bands, depth_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image, ImageFile

__all__ = ["deepen", "is_deep"]

MAX_PIXELS = 40_000_000
"""Of a picture that is decoded twice: it is in memory twice, too."""
_MAX_UPPER = 63
"""The greatest upper byte of 14 bits."""

_N_COLOURS = 3
_DEEP = ("RGB;16B", "RGB;16L", "RGB;16N", "RGBA;16B", "RGBA;16L", "RGBA;16N", "RGBX;16B", "RGBX;16L", "RGBX;16N")
_TURNED = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


def is_deep(image: Image.Image) -> bool:
    """Whether an image that is not decoded yet has colours of 16 bits."""
    return image.mode in ("RGB", "RGBA") and _raw_mode(image) in _DEEP


def deepen(file: IO[bytes], label: str, upper: Image.Image) -> None:
    """Scale the colours of a decoded image by the bits that they use, where its greatest level shows that few are."""
    from PIL import Image

    extrema = cast("tuple[tuple[int, int], ...]", upper.getextrema())
    if max(high for _, high in extrema[:_N_COLOURS]) > _MAX_UPPER or upper.width * upper.height > MAX_PIXELS:
        return
    file.seek(0)
    lower = decoding.open_picture(file, label).image
    tile = cast("ImageFile.ImageFile", lower).tile
    mode = _raw_mode(lower)
    turned = mode[:-1] + _TURNED[mode[-1]]
    cast("ImageFile.ImageFile", lower).tile = [
        each._replace(args=(turned, *each.args[1:]) if isinstance(each.args, tuple) else turned) for each in tile
    ]
    lower.load()
    highest = 0
    for (_, above), (_, below) in zip(bands(upper), bands(lower), strict=True):
        highest = max(highest, int(_values(above, below)[:, :, :_N_COLOURS].max()))
    top = depth_of(highest)
    if top == 65_535:
        return
    for (at, above), (_, below) in zip(bands(upper), bands(lower), strict=True):
        values = _values(above, below)
        values[:, :, :_N_COLOURS] = (values[:, :, :_N_COLOURS] * 510 // top + 1) // 2
        values[:, :, _N_COLOURS:] >>= 8
        upper.paste(Image.fromarray(values.astype("uint8")), (0, at))


def _values(above: Image.Image, below: Image.Image) -> npt.NDArray[np.uint32]:
    """(height, width, channels) of 16 bits, from their bytes."""
    import numpy as np

    upper, lower = (np.asarray(each).astype(np.uint32) for each in (above, below))
    values: npt.NDArray[np.uint32] = np.left_shift(upper, np.uint32(8)) | lower
    return values


def _raw_mode(image: Image.Image) -> str:
    tile = getattr(image, "tile", None)
    args = tile[0].args if tile else ""
    mode = args[0] if isinstance(args, tuple) and args else args
    return mode if isinstance(mode, str) else ""
