"""Multi-picture format: which of the JPEGs in one file is the main one (CIPA DC-007, 5.2.3)."""

from __future__ import annotations

import struct

__all__ = ["main_image"]

MAX_IMAGES = 256
"""That are looked at; bursts have a few dozen."""

_N_IMAGES, _ENTRIES = 0xB001, 0xB002
_REPRESENTATIVE, _FORMATS, _TYPES = 1 << 29, 7 << 24, 0xFFFFFF
_PRIMARY = 0x030000


def main_image(index: bytes) -> tuple[int, int] | None:
    """Where the picture to show is: bytes from the start of `index`, the content of its segment, and its length.

    None where it is the first one, or the index is damaged: gain maps, depth maps, thumbnails and the other eye's
    picture come behind the first one, and are neither marked as representative nor as primary.
    """
    try:
        images = _images(index)
    except struct.error:
        return None
    marked = [each for each in images if each[0] & _REPRESENTATIVE] or [
        each for each in images if each[0] & _TYPES == _PRIMARY
    ]
    if not marked or marked[0] is images[0]:
        return None
    attributes, n_bytes, at = marked[0]
    return (at, n_bytes) if at and n_bytes and not attributes & _FORMATS else None


def _images(index: bytes) -> list[tuple[int, int, int]]:
    """(attributes, bytes, place) of each image.

    Raises:
        struct.error: the index ends early.
    """
    order = ">" if index.startswith(b"MM") else "<"
    start = struct.unpack_from(order + "I", index, 4)[0]
    n_tags = struct.unpack_from(order + "H", index, start)[0]
    found: dict[int, tuple[int, int]] = {}
    for number in range(min(n_tags, 64)):
        tag, _, n, value = struct.unpack_from(order + "HHII", index, start + 2 + 12 * number)
        found[tag] = n, value
    if _N_IMAGES not in found or _ENTRIES not in found:
        return []
    n_images, at = min(found[_N_IMAGES][1], found[_ENTRIES][0] // 16, MAX_IMAGES), found[_ENTRIES][1]
    entries = [struct.unpack_from(order + "III", index, at + 16 * number) for number in range(n_images)]
    return [(attributes, n_bytes, place) for attributes, n_bytes, place in entries]
