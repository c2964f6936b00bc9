"""Animated WebPs that are cut short: the frames before the cut. libwebp opens none whose last chunk is not whole."""

from __future__ import annotations

import os
import struct
from typing import IO

from localalt.containers.riff import MAX_CHUNKS
from localalt.containers.spliced import Spliced
from localalt.image.damage.repair import Repair

__all__ = ["repair_webp"]


def repair_webp(file: IO[bytes], label: str) -> Repair | None:
    """The file up to its last whole frame; None where there is none."""
    del label
    n_all = file.seek(0, os.SEEK_END)
    end, n_frames = 12, 0
    for _ in range(MAX_CHUNKS):
        file.seek(end)
        head = file.read(8)
        if len(head) < 8:
            break
        after = end + 8 + struct.unpack("<I", head[4:])[0]
        if after > n_all:
            break
        n_frames += head[:4] == b"ANMF"
        end = after + after % 2
    end = min(end, n_all)
    if not n_frames:
        return None
    message = "The file is cut short or damaged: later frames of its animation are missing."
    return Repair(
        Spliced(file, [b"RIFF" + struct.pack("<I", end - 8) + b"WEBP", (12, end), b"\0" * (end % 2)]), message
    )
