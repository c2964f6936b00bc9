"""Deep grey levels -> 8 bits, by the range that they really have.

Knows the modes I, I;16 and F, and which depths cameras and scanners store in 16 bits. Does not know files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from localalt.errors import ImageFormatError

if TYPE_CHECKING:
    from PIL import Image

    from localalt.image.samples import Samples

__all__ = ["bands", "converter", "depth_of", "thinned"]

BAND_PIXELS = 1 << 22
"""Pixels converted at a time: a picture costs itself and 16 MB, not itself twice."""

_TWELVE_BITS = 4095
"""Levels that never exceed it are 12 bits deep, as of cameras, microscopes and medical scanners (DICOM PS3.5, 8.1.1:
Bits Stored 12 in Bits Allocated 16). In 16 bits they would all be black, at most 16 of 255; a picture that is dark in
16 bits has levels above."""
_OTHER_DEPTHS = (8, 10, 14)
"""Depths that are taken only where the last sixty-fourth of their range is used: a dark picture's greatest level lies
there by chance alone."""


def bands(image: Image.Image, step: int = 1) -> Iterator[tuple[int, Image.Image]]:
    """Copies of `image` in full-width bands, a multiple of `step` rows each, with their top."""
    rows = max(1, BAND_PIXELS // image.width // step) * step
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def thinned(image: Image.Image, step: tuple[int, int]) -> Image.Image:
    """Every so many columns and rows of `image`, from the first on: `image` itself where that is each."""
    import numpy as np
    from PIL import Image

    if step == (1, 1):
        return image
    mode = "L" if image.mode == "1" else image.mode
    result = Image.new(mode, (-(-image.width // step[0]), -(-image.height // step[1])))
    for top, band in bands(image, step[1]):
        pixels = np.asarray(band if mode == image.mode else band.convert(mode))[:: step[1], :: step[0]]
        part = Image.frombytes(mode, (pixels.shape[1], pixels.shape[0]), pixels.tobytes())
        result.paste(part, (0, top // step[1]))
    if image.palette is not None:
        result.palette = image.palette.copy()
        result.palette.dirty = 1
    result.info = dict(image.info)
    return result


def converter(image: Image.Image, label: str, samples: Samples) -> Callable[[Image.Image], Image.Image]:
    """How a band of `image`, of a mode that begins with I or F, becomes one of 8 bits.

    Whole numbers from 0 to 65,535 by the depth that they fit in (see `_highest`), floats from 0.0 to 1.0 as such, and
    what is neither from the least to the greatest level. NaN is taken for the least level, infinities for the ends.

    Raises:
        ImageFormatError: if its levels are not numbers (all NaN).
    """
    import numpy as np
    from PIL import Image

    key = image.info.get("transparency") if image.mode.startswith("I;16") else None
    low, high = _extrema(image, label)
    if image.mode == "F":
        low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
    elif low >= 0 and high <= 65_535:
        low, high = 0.0, float(_highest(image, int(high), samples))

    def convert(band: Image.Image) -> Image.Image:
        values = np.asarray(band)
        # Halved, so that the difference of two floats of any size is finite.
        shares = (values / 2.0 - low / 2) / ((high / 2 - low / 2) or 1.0)
        shares = np.nan_to_num(shares.astype(np.float64), nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
        grey = Image.fromarray(((1 - shares if samples.is_inverted else shares) * 255).round().astype(np.uint8))
        if isinstance(key, int):
            grey.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
        return grey

    return convert


def _highest(image: Image.Image, high: int, samples: Samples) -> int:
    """The level that is white, of a picture whose greatest is `high`, at most 65,535."""
    top = 65_535
    if samples.original_bits is not None:
        if high >> samples.original_bits or _is_shifted(image, samples.original_bits):
            return top
        return (1 << samples.original_bits) - 1
    if samples.n_bits is not None and high >> samples.n_bits == 0:
        top = (1 << samples.n_bits) - 1
        if samples.n_bits != 15:  # which is what signed levels have room for, and not their depth
            return top
    if image.mode == "I" and high <= 255:
        return 255
    return min(depth_of(high), top)


def depth_of(high: int) -> int:
    """The level that is white, of a picture of 16 bits whose greatest is `high` and whose file says nothing of it."""
    for depth in _OTHER_DEPTHS:
        if (1 << depth) - (1 << depth - 6) <= high < 1 << depth:
            return (1 << depth) - 1
    return _TWELVE_BITS if high <= _TWELVE_BITS else 65_535


def _is_shifted(image: Image.Image, n_bits: int) -> bool:
    """Whether levels of `n_bits` fill 16 bits from the highest bit on, as PNG has it (third edition, 11.3.2.6)."""
    import numpy as np

    rest = (1 << 16 - n_bits) - 1
    return not any((np.asarray(band).astype(np.uint16) & rest).any() for _, band in bands(image))


def _extrema(image: Image.Image, label: str) -> tuple[float, float]:
    """Least and greatest finite level."""
    import numpy as np

    low, high = float("inf"), float("-inf")
    for _, band in bands(image):
        values = np.asarray(band)
        finite = values if values.dtype.kind in "iu" else values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    if low > high:
        raise ImageFormatError(f"{label} holds no finite level, only NaN or infinity: pass its grey levels.")
    return low, high
