"""GIFs that are cut short: the frames before the cut, or the rows of the only one."""

from __future__ import annotations

import os
import struct
from typing import IO

from localalt.containers import MAX_FRAMES
from localalt.containers.gif import frames, n_indices
from localalt.containers.spliced import Part, Spliced
from localalt.image.damage.repair import Repair, cut_short, is_enough

__all__ = ["repair_gif"]

MAX_DATA_BYTES = 8_000_000
"""Of a frame whose pixels are counted: a second and a half."""

_END = b";"
_FILLING = b"\0" * 257
"""For a block that is cut, which Pillow does not read, and the end of blocks."""
_HALF_ROWS = (1, 2)


def repair_gif(file: IO[bytes], label: str) -> Repair | None:
    """The file up to its last whole frame, or with as many rows as its first one has.

    Raises:
        OSError: fewer than half of its rows are there.
    """
    del label
    found = list(frames(file))
    whole = [frame for frame in found[:MAX_FRAMES] if frame.is_whole]
    if not found or len(whole) == len(found):
        return None
    if whole:
        message = "The file is cut short or damaged: later frames of its animation are missing."
        return Repair(Spliced(file, [(0, whole[-1].end), _END]), message)
    frame = found[0]
    left, top, width, height = frame.box
    file.seek(6)
    canvas = struct.unpack("<HH", file.read(4))
    n_all = file.seek(0, os.SEEK_END)
    if (left, top) != (0, 0) or canvas != (width, height) or not width or n_all - frame.data_at > MAX_DATA_BYTES:
        return None
    n_rows = n_indices(file, frame.data_at, width * height) // width
    if not is_enough(n_rows, height):
        raise OSError(f"{n_rows:,} of {height:,} rows are there")
    if frame.is_interlaced:
        # Its first three passes of four are every other row (appendix E).
        message = "The file is cut short: the picture is there at half of its height. Save or download it again."
        return Repair(Spliced(file, [(0, n_all), _FILLING]), message, _HALF_ROWS)
    rows = struct.pack("<H", n_rows)
    parts: list[Part] = [(0, 8), rows, (10, frame.at + 7), rows, (frame.at + 9, n_all), _FILLING, _END]
    return Repair(Spliced(file, parts), cut_short(n_rows, height))
