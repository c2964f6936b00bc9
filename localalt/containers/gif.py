"""GIF: the number of its frames, and how long its comments are (GIF89a, appendices A and B)."""

from __future__ import annotations

from typing import IO

from localalt.containers.limits import MAX_FRAMES, check_memory, too_much

__all__ = ["examine_gif"]

_BYTES_PER_PIXEL = 13
"""Pillow's canvas, the frame, what lies under it, and palette indices."""
MAX_COMMENT_BYTES = 1 << 20
"""Pillow before 13.0 joins them piece by piece: 51 MB take minutes."""
MAX_BLOCKS = 4_000_000
"""Blocks of at most 255 bytes: a gigabyte in full ones. Of one byte each, they take seconds to pass over."""

_EXTENSION, _IMAGE, _COMMENT = 0x21, 0x2C, 0xFE


def examine_gif(file: IO[bytes], label: str) -> int:
    """The number of frames, up to one more than `MAX_FRAMES`, of a file that does not ask for too much.

    Raises:
        ImageTooLargeError: it has too many pixels, blocks, or bytes of comments.
    """
    file.seek(0)
    head = file.read(13)
    if len(head) < 13:
        return 1
    size = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    if min(size) > 0:
        check_memory(size, _BYTES_PER_PIXEL, label)
    file.seek(_n_colours(head[10]), 1)
    n_frames = n_comment = n_blocks = 0
    while n_frames <= MAX_FRAMES:
        kind = file.read(1)
        if kind == bytes((_EXTENSION,)):
            is_comment = file.read(1) == bytes((_COMMENT,))
        elif kind == bytes((_IMAGE,)):
            is_comment = False
            n_frames += 1
            place = file.read(9)
            file.seek(_n_colours(place[8] if len(place) == 9 else 0) + 1, 1)
        else:
            break
        while n_block := int.from_bytes(file.read(1), "little"):
            n_blocks += 1
            n_comment += n_block if is_comment else 0
            if n_blocks > MAX_BLOCKS:
                raise too_much(label, f"more than {MAX_BLOCKS:,} blocks of data")
            if n_comment > MAX_COMMENT_BYTES:
                raise too_much(label, f"comments of more than {MAX_COMMENT_BYTES:,} bytes")
            file.seek(n_block, 1)
    return max(1, n_frames)


def _n_colours(flags: int) -> int:
    """Bytes of the palette that flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
