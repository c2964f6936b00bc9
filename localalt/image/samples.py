"""What a picture's file says of its samples, where Pillow's mode does not: depth, order, whether alpha is meant.

Knows Pillow's plugins and their tags. Does not convert anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Samples", "samples_of"]

_BITS, _PHOTOMETRIC, _MAX_VALUE, _EXTRA, _FORMAT, _S_MAX_VALUE = 258, 262, 281, 338, 339, 341
"""Tags (TIFF 6.0, sections 8 and 19)."""
_WHITE_IS_ZERO, _RGB, _SIGNED = 0, 2, 2
_COREL = (999,)
"""That Corel Draw 10 wrote as the kind of its fourth sample."""
_WITHOUT_ALPHA = frozenset({"BMP", "DIB", "ICO", "CUR"})
"""Formats whose fourth byte programs leave at 0: a BITMAPINFOHEADER calls it reserved, and masks of later headers name
it without anybody filling it in. Windows takes such a picture as opaque."""


@dataclass(frozen=True, slots=True)
class Samples:
    """How samples are to be taken."""

    n_bits: int | None = None
    """Bits of a grey level that are used, counted from the lowest, as the file declares them."""
    original_bits: int | None = None
    """Bits of the levels from which a PNG was made. They should fill its 16 bits from the highest one on."""
    is_inverted: bool = False
    """Whether the least level is white."""
    alpha_may_be_unused: bool = False
    """Whether an alpha that is 0 all over means nothing."""


def samples_of(image: Image.Image) -> Samples:
    """What lies open on an image: the tags of a TIFF, the format."""
    tags = getattr(image, "tag_v2", None)
    if image.format != "TIFF" or tags is None:
        return Samples(alpha_may_be_unused=image.format in _WITHOUT_ALPHA)
    is_deep = image.mode.startswith(("I", "F"))
    extra = tags.get(_EXTRA)
    return Samples(
        _n_bits(image.mode, tags),
        is_inverted=is_deep and tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO,
        alpha_may_be_unused=tags.get(_PHOTOMETRIC) == _RGB and extra in (None, _COREL, _COREL[0]),
    )


def _n_bits(mode: str, tags: object) -> int | None:
    """Of a deep grey TIFF: its depth where that is not a whole number of bytes, or the depth of its greatest value."""
    if not mode.startswith("I"):
        return None
    get = getattr(tags, "get")  # noqa: B009 - a mapping that Pillow types by tag
    n_bits, form = _first(get(_BITS)), _first(get(_FORMAT))
    if n_bits is not None and n_bits < 16:
        return n_bits
    # MaxSampleValue is for statistics, not for display (TIFF 6.0, section 8): taken where it is a depth's last value.
    for tag in (_S_MAX_VALUE, _MAX_VALUE):
        highest = _first(get(tag))
        if highest is not None and 255 <= highest < 65_535 and (highest + 1) & highest == 0:
            return highest.bit_length()
    return 15 if form == _SIGNED and n_bits == 16 else None


def _first(value: object) -> int | None:
    """The first of a tag's values, where it is a whole number."""
    if isinstance(value, tuple):
        value = value[0] if value else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) else None
