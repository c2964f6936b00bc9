"""GIF: its frames, how much of them is there, and how long its comments are (GIF89a)."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from localalt.containers.limits import MAX_FRAMES, check_memory, too_much

__all__ = ["Frame", "examine_gif", "frames", "n_indices"]

_BYTES_PER_PIXEL = 13
"""Pillow's canvas, the frame, what lies under it, and palette indices."""
MAX_COMMENT_BYTES = 1 << 20
"""Pillow before 13.0 joins them piece by piece: 51 MB take minutes."""
MAX_BLOCKS = 4_000_000
"""Blocks of at most 255 bytes: a gigabyte in full ones. Of one byte each, they take seconds to pass over."""

_EXTENSION, _IMAGE, _COMMENT = 0x21, 0x2C, 0xFE
_MAX_CODES = 4096


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


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a frame is, and what its header says."""

    at: int
    """Of its first byte, a comma."""
    box: tuple[int, int, int, int]
    """Left, top, width and height on the canvas."""
    is_interlaced: bool
    data_at: int
    """Where its data begins, with the width of its codes."""
    end: int
    is_whole: bool


def frames(file: IO[bytes]) -> Iterator[Frame]:
    """The frames of a file, as `examine_gif` counts them; the last one may end early."""
    n_all = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(13)
    if len(head) < 13:
        return
    file.seek(_n_colours(head[10]), os.SEEK_CUR)
    n_blocks = 0
    for _ in range(2 * MAX_FRAMES):
        at = file.tell()
        kind = file.read(1)
        frame: tuple[tuple[int, ...], int, int] | None = None
        if kind == bytes((_EXTENSION,)):
            file.seek(1, os.SEEK_CUR)
        elif kind == bytes((_IMAGE,)):
            place = file.read(9)
            if len(place) < 9:
                return
            file.seek(_n_colours(place[8]), os.SEEK_CUR)
            frame = struct.unpack("<HHHH", place[:8]), place[8], file.tell()
            file.seek(1, os.SEEK_CUR)
        else:
            return
        while (size := file.read(1)) and (n_block := size[0]) and n_blocks <= MAX_BLOCKS:
            n_blocks += 1
            file.seek(n_block, os.SEEK_CUR)
        end = min(file.tell(), n_all)
        if frame is not None:
            left, top, width, height = frame[0]
            yield Frame(at, (left, top, width, height), bool(frame[1] & 0x40), frame[2], end, size == b"\0")
        if size != b"\0":
            return


def n_indices(file: IO[bytes], at: int, n_wanted: int) -> int:
    """How many pixels the data that begins at `at` holds, up to `n_wanted` (GIF89a, appendix F)."""
    file.seek(at)
    start = file.read(1)
    if not start or not 1 <= start[0] <= 11:
        return 0
    clear = 1 << start[0]
    lengths = [1] * clear + [0, 0]  # of the strings that codes stand for
    width, before, n, bits, n_bits = start[0] + 1, 0, 0, 0, 0
    while n < n_wanted and (size := file.read(1)) and size[0]:
        for byte in file.read(size[0]):
            bits |= byte << n_bits
            n_bits += 8
            while n_bits >= width:
                code = bits & (1 << width) - 1
                bits >>= width
                n_bits -= width
                if code == clear:
                    del lengths[clear + 2 :]
                    width, before = start[0] + 1, 0
                    continue
                if code == clear + 1 or code > len(lengths) or (code == len(lengths) and not before):
                    return min(n, n_wanted)
                length = lengths[code] if code < len(lengths) else before + 1
                if before and len(lengths) < _MAX_CODES:
                    lengths.append(before + 1)
                    if len(lengths) == 1 << width and width < 12:
                        width += 1
                n, before = n + length, length
    return min(n, n_wanted)
