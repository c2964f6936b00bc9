"""Where a picture of small writing is cut into tiles that are read one by one, for a transcription.

A model sees a picture at the size that its tokens allow. Where type would be too small there, parts of the picture
are shown one after the other, each at a size at which it can be read. Cuts lie between lines, and between columns of
print, where there is a blank band; tiles one below the other share two or three lines.

Pure policy: sizes and ink in, boxes out. Knows no files and no models.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.image.ink import Box, Ink
from localalt.image.resize import fit
from localalt.types import ImageGeometry

__all__ = ["LEAST_TYPE_PX", "MAX_TILES", "SmallWriting", "Tile", "Tiling", "is_too_small", "tiling"]

SmallWriting: TypeAlias = Literal["ignore", "warn", "tile"]
"""What is done about writing that is too small in the whole: nothing, a notice, or tiles."""

LEAST_TYPE_PX = 8.0
"""Height of type, from the top of its tallest letters to the bottom of its lowest, below which models misread it: an
estimate, which no model's answers have been measured for here. At 32 pixels a token, one token then has four lines."""

GOOD_TYPE_PX = 12.0
"""Height of type in tiles, where they need not be more than `MAX_TILES` for that: half as much again, so that an error
in measuring type does not take it below the least."""

MAX_TILES = 12
"""Each costs an encode and an answer: more would take longer than most people wait for a page."""

LEAST_GAIN = 1.2
"""Times the height of type in the whole that it has in tiles: less is not worth them."""

SHARED_LINES = 3
"""Lines that two tiles share where nothing shows where lines end: one of them may be cut, and two are whole."""

LINE_PITCH = 1.4
"""From one line to the next, in heights of type: single spacing has 1.2, what is set for reading up to 1.6."""

MIN_LINES = 8
"""Lines of a tile at least, those that it shares included: tiles of fewer would be most of all shared ones."""

STEP = 0.9
"""By which type is made smaller until the tiles are few enough."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture that is read by itself."""

    box: Box
    """In pixels of the upright picture at its own size."""
    n_shared: int = 0
    """Lines that it has in common with the end of the tile before; 0 where it begins with something else."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a picture's writing is best read."""

    tiles: tuple[Tile, ...]
    """In the order of reading; none where the whole is as good."""
    type_px: float
    """Height of type that the model then sees, in pixels."""
    whole_px: float
    """The same in the whole picture."""


def tiling(size: tuple[int, int], type_px: float | None, ink: Ink, geometry: ImageGeometry) -> Tiling | None:
    """How to read writing that is too small in the whole; None where it is not, or where there is none.

    Args:
        size: (width, height) of the upright picture.
        type_px: height of its smallest common type, in pixels of that size; None where it has none.
        ink: of the picture, at any scale.
        geometry: what the projector makes of a picture, or of a tile.
    """
    if type_px is None or not is_too_small(size, type_px, geometry):
        return None
    in_whole = type_px * _scale(*size, geometry)
    scale = min(1.0, GOOD_TYPE_PX / type_px)
    while type_px * scale >= LEAST_GAIN * in_whole:
        tiles = _Cutter(size, type_px, scale, ink, geometry).tiles()
        if tiles is not None:
            return Tiling(tiles, type_px * scale, in_whole)
        scale *= STEP
    return Tiling((), in_whole, in_whole)


def is_too_small(size: tuple[int, int], type_px: float | None, geometry: ImageGeometry) -> bool:
    """Whether a picture's type is misread in the whole: see `tiling`."""
    return type_px is not None and type_px * _scale(*size, geometry) < LEAST_TYPE_PX


def _scale(width: float, height: float, geometry: ImageGeometry) -> float:
    """How many pixels of what a projector sees one pixel of a picture is, in the direction with fewer; 1 at most."""
    content = fit(max(1, round(width)), max(1, round(height)), geometry).content
    return min(1.0, content[0] / width, content[1] / height)


class _Cutter:
    """Cuts a picture into tiles in which it has at least `scale` of its size.

    All boxes here are in pixels of the ink.
    """

    def __init__(self, size: tuple[int, int], type_px: float, scale: float, ink: Ink, geometry: ImageGeometry) -> None:
        self._size, self._scale, self._ink, self._geometry = size, scale, ink, geometry
        height, width = ink.edges.shape
        self._across, self._down = size[0] / width, size[1] / height
        self._line = LINE_PITCH * type_px / self._down
        self._type = type_px / self._down
        self._whole: Box = (0, 0, width, height)

    def tiles(self) -> tuple[Tile, ...] | None:
        """The tiles; None where there would be too many, or too flat ones."""
        found: list[Tile] = []
        for box, n_shared in self._cut(self._whole, 0):
            if box is None or len(found) == MAX_TILES:
                return None
            found.append(Tile(self._in_picture(box), n_shared))
        return tuple(found) if len(found) > 1 else None

    def _cut(self, box: Box, n_shared: int) -> Iterator[tuple[Box | None, int]]:
        """The tiles of a box, of which the first shares lines with the tile before; None where it cannot be cut."""
        trimmed = self._ink.trimmed(box)
        if trimmed is None:
            return
        box = self._with_margin(trimmed, box)
        if self._fits(box):
            yield box, n_shared
            return
        left, top, right, bottom = box
        gutter = self._ink.gutter(box, max(2, round(self._type)))
        if gutter is not None:
            middle, above, below = (gutter[0] + gutter[2]) // 2, gutter[1], gutter[3]
            above = top if above <= top else self._blank_near(box, above)
            below = bottom if below >= bottom else self._blank_near(box, below)
            for part in (
                (left, top, right, above),
                (left, above, middle, below),
                (middle, above, right, below),
                (left, below, right, bottom),
            ):
                if part[1] < part[3]:
                    yield from self._cut(part, n_shared if part[1] == top else 0)
                    n_shared = 0
            return
        end = self._end(box)
        if end is None:
            yield None, 0
            return
        yield (left, top, right, end), n_shared
        start, n_shared = self._start(box, end)
        yield from self._cut((left, start, right, bottom), n_shared)

    def _end(self, box: Box) -> int | None:
        """Where the first tile of a box ends: between two lines, if there is a place; None where it would be flat."""
        left, top, right, bottom = box
        least, most = math.ceil(MIN_LINES * self._line), bottom - top
        if not self._fits((left, top, right, min(bottom, top + least))):
            return None
        while most - least > 1:  # the greatest height that fits
            middle = (least + most) // 2
            least, most = (middle, most) if self._fits((left, top, right, top + middle)) else (least, middle)
        shared = SHARED_LINES * self._line
        n_tiles = math.ceil((bottom - top - shared) / max(1.0, least - shared))
        # All of one height, and a line more: the last would have a line or two otherwise.
        latest = top + min(least, math.ceil((bottom - top - shared) / max(1, n_tiles) + shared + self._line))
        near = [(start + end) // 2 for start, end in self._gaps((left, latest - (latest - top) // 2, right, latest))]
        return near[-1] if near else latest

    def _start(self, box: Box, end: int) -> tuple[int, int]:
        """Where the tile begins that follows one that ends at `end`, and the lines that the two share."""
        left, top, right, _ = box
        farthest = max(top + 1, end - round(2 * SHARED_LINES * self._line))
        gaps = [(a + b) // 2 for a, b in self._gaps((left, farthest, right, end))]
        # From one gap to the next there may be a line, or several where their gaps do not show.
        wanted = end - round((SHARED_LINES - 1) * self._line)
        starts = [gap for gap in gaps if gap <= wanted]
        if not starts:
            return max(top + 1, end - round(SHARED_LINES * self._line)), SHARED_LINES - 1
        start = starts[-1]
        return start, self._ink.n_lines((left, start, right, end))

    def _gaps(self, box: Box) -> list[tuple[int, int]]:
        return self._ink.blank_rows(box, max(1, round(0.1 * self._type)))

    def _blank_near(self, box: Box, row: int) -> int:
        """The middle of the gap between lines that is nearest to a row, or the row."""
        left, top, right, bottom = box
        reach = round(2 * self._line)
        gaps = self._gaps((left, max(top, row - reach), right, min(bottom, row + reach)))
        middles = [(start + end) // 2 for start, end in gaps]
        return min(middles, key=lambda middle: abs(middle - row)) if middles else row

    def _with_margin(self, box: Box, within: Box) -> Box:
        """A box with half a line of what is around it: letters at the very edge of a picture are read worse."""
        margin = max(1, round(self._line / 2))
        left, top, right, bottom = box
        return (
            max(within[0], left - margin),
            max(within[1], top - margin),
            min(within[2], right + margin),
            min(within[3], bottom + margin),
        )

    def _fits(self, box: Box) -> bool:
        left, top, right, bottom = self._in_picture(box)
        return _scale(right - left, bottom - top, self._geometry) >= self._scale

    def _in_picture(self, box: Box) -> Box:
        """A box of the ink in pixels of the picture."""
        left, top, right, bottom = box
        return (
            math.floor(left * self._across),
            math.floor(top * self._down),
            min(self._size[0], math.ceil(right * self._across)),
            min(self._size[1], math.ceil(bottom * self._down)),
        )
