"""WebP: its canvas and frames (RFC 9649, section 2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from localalt.containers.limits import MAX_FRAMES, check_memory, too_much

__all__ = ["examine_webp"]

_BYTES_PER_PIXEL = 16
"""libwebp's animation decoder, which Pillow uses for stills as well, holds two canvases in RGBA; Pillow two copies."""
MAX_CHUNKS = 4 * MAX_FRAMES
"""libwebp links frames one after the other: its time grows with their square."""


def examine_webp(file: IO[bytes], label: str) -> None:
    """Refuse one that asks for too much.

    Raises:
        ImageTooLargeError: its canvas has too many pixels, or there are too many chunks.
    """
    for index, (name, head) in enumerate(_chunks(file)):
        if index >= MAX_CHUNKS:
            raise too_much(label, f"more than {MAX_CHUNKS:,} chunks")
        size = _size(name, head)
        if size is not None:
            check_memory(size, _BYTES_PER_PIXEL, label)


def _chunks(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(name, first 10 bytes) of each chunk."""
    at = 12
    while True:
        file.seek(at)
        head = file.read(18)
        if len(head) < 8:
            return
        yield head[:4], head[8:]
        n_bytes = struct.unpack_from("<I", head, 4)[0]
        at += 8 + n_bytes + n_bytes % 2


def _size(name: bytes, head: bytes) -> tuple[int, int] | None:
    """(width, height) that a chunk of pixels or of the canvas claims."""
    if len(head) < 10:
        return None
    if name == b"VP8X":
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if name == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 6)
        return width & 0x3FFF or 1, height & 0x3FFF or 1
    return None
