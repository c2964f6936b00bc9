"""JPEGs without an end: how much of the picture their scans hold.

libjpeg fills what is missing with grey. How far a scan reaches is seen by decoding it twice, with two endings.
"""

from __future__ import annotations

import hashlib
import math
import struct
from typing import IO, TYPE_CHECKING, cast

from localalt.containers import MAX_PIXELS
from localalt.containers.jpeg_scans import LAST_COEFFICIENT, Frame, Scan, read_scans
from localalt.containers.spliced import Part, Spliced
from localalt.image.damage.repair import Repair, cut_short, is_enough

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

__all__ = ["has_all_scans", "has_filling", "repair_jpeg"]

MAX_COMPARED_PIXELS = 16_000_000
"""Of each of two pictures that are compared."""
ENOUGH_DETAIL = 0.5
"""Share of the linear resolution, over all rows, at which a progressive picture is described: half, as of rows."""

_END = b"\xff\xd9"
_OTHER_DATA = hashlib.shake_128(b"").digest(4096).replace(b"\xff", b"\x7f")
"""Data that no encoder wrote: blocks that are decoded from it differ from grey ones."""
_FILLING = frozenset((127, 128))
"""The level of samples that libjpeg fills in, and its inverse."""


def has_filling(image: Image.Image) -> bool:
    """Whether the last pixel of a decoded JPEG may have been filled in, for want of data before an end marker."""
    levels = image.getpixel((image.width - 1, image.height - 1))
    return set(levels[:3] if isinstance(levels, tuple) else (levels,)) <= _FILLING


def has_all_scans(file: IO[bytes], label: str) -> bool:
    """Whether an end marker follows scans of all that a picture has, whatever is behind it."""
    frame = read_scans(file, label)
    return frame is None or (frame.has_end and _is_complete(frame))


def _is_complete(frame: Frame) -> bool:
    """Whether a first pass over all coefficients of each component was ended by a marker."""
    whole = [scan for scan in frame.scans if scan.is_ended]
    return all(_detail(whole, component) == 1 for component in frame.components)


def repair_jpeg(file: IO[bytes], label: str) -> Repair | None:
    """The file with an end and the height that is there; None where it is whole, or nothing can be made of it.

    Raises:
        ImageTooLargeError: see `read_scans`.
        OSError: fewer than half of its rows are there.
    """
    frame = read_scans(file, label)
    # Larger ones are decoded once, since that alone takes seconds.
    if frame is None or not frame.scans or not 1 <= frame.size[0] * frame.size[1] <= MAX_PIXELS:
        return None
    if frame.is_progressive or set(frame.scans[0].components) != set(frame.components):
        return _of_many_scans(file, frame)
    end, height = frame.scans[0].end, frame.size[1]
    n_rows = min(height, _n_equal_rows(file, [(0, end), _END], [(0, end), _OTHER_DATA, _END], scale=8))
    if not is_enough(n_rows, height):
        raise OSError(f"{n_rows:,} of {height:,} rows are there")
    if n_rows == height:
        message = "The end of the file is missing or damaged. The picture itself is whole."
        return None if frame.has_end else Repair(Spliced(file, [(0, end), _END]), message)
    at = frame.height_at
    parts: list[Part] = [(0, at), struct.pack(">H", n_rows), (at + 2, end), _END]
    return Repair(Spliced(file, parts), cut_short(n_rows, height))


def _of_many_scans(file: IO[bytes], frame: Frame) -> Repair | None:
    """Of a progressive picture, whose scans all go over the whole of it, from coarse to fine."""
    whole = [scan for scan in frame.scans if scan.is_ended]
    last = frame.scans[-1]
    coloured = {component for scan in whole if scan.first == 0 for component in scan.components}
    if coloured != set(frame.components) or (frame.has_end and _is_complete(frame)):
        return None
    detail = _detail(whole, frame.components[0])
    if last not in whole and detail < ENOUGH_DETAIL:
        further = _detail([*whole, last], frame.components[0])
        if further > detail:
            before = whole[-1].end
            n_rows = _n_rows_changed(file, [(0, before), _END], [(0, last.end), _END], frame)
            detail += (further - detail) * n_rows / frame.size[1]
    if detail < ENOUGH_DETAIL:
        raise OSError(f"{detail:.0%} of its detail is there")
    message = (
        "The file is cut short: the whole picture is there, but it may lack fine detail. Save or download it again."
    )
    return Repair(Spliced(file, [(0, last.end), _END]), message)


def _detail(scans: list[Scan], component: int) -> float:
    """The share of the linear resolution, 0.0 to 1.0, that first passes over a component's coefficients give."""
    reached = -1
    for first, last in sorted((s.first, s.last) for s in scans if component in s.components and not s.is_refinement):
        if first > reached + 1:
            break
        reached = max(reached, last)
    return math.sqrt((reached + 1) / (LAST_COEFFICIENT + 1))


def _n_equal_rows(file: IO[bytes], one: list[Part], other: list[Part], *, scale: int) -> int:
    """Rows from the top on that two files have in common, as far as one row of pixels at 1/scale can tell."""
    (first, used), (second, _) = (_decoded(file, parts, scale) for parts in (one, other))
    same = (first == second).reshape(len(first), -1).all(axis=1)
    return int(len(same) if same.all() else same.argmin()) * used


def _n_rows_changed(file: IO[bytes], one: list[Part], other: list[Part], frame: Frame) -> int:
    """Rows down to the last one in which two files differ."""
    scale = next((s for s in (1, 2, 4) if frame.size[0] * frame.size[1] <= MAX_COMPARED_PIXELS * s * s), 8)
    (first, used), (second, _) = (_decoded(file, parts, scale) for parts in (one, other))
    changed = (first != second).reshape(len(first), -1).any(axis=1).nonzero()[0]
    return min(frame.size[1], int(changed[-1] + 1) * used) if len(changed) else 0


def _decoded(file: IO[bytes], parts: list[Part], scale: int) -> tuple[npt.NDArray[np.uint8], int]:
    """A JPEG's pixels at 1/scale, or the next larger size that there is, and its scale."""
    import numpy as np
    from PIL import JpegImagePlugin

    image = JpegImagePlugin.JpegImageFile(cast("IO[bytes]", Spliced(file, parts)))
    image.draft(None, (max(1, image.width // scale), max(1, image.height // scale)))
    image.load()
    return np.asarray(image), int(image.decoderconfig[0])
