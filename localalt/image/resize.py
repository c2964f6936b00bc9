"""Which size a picture gets: pure arithmetic on widths, heights and a projector's geometry.

Knows nothing of pixels, colours or files.

The sizes given here pass llama.cpp's own rule unchanged (`calc_size_preserved_ratio`: round
each side to the nearest multiple, rescale only outside the bounds), so that a picture is
resized once, here, and well.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from localalt.types import ImageGeometry

__all__ = ["MAX_ASPECT", "MAX_STRETCH_FREE", "MAX_STRETCH_SQUARE", "MIN_SIDE_PX", "Fit", "fit"]

MAX_STRETCH_SQUARE = 2.0
"""Stretch that a square-only projector's pictures may suffer. Gemma 3 was trained on pictures
stretched to the square, most of them of everyday shapes: 2:1 is about where those end."""

MAX_STRETCH_FREE = 1.25
"""Stretch from rounding to whole tokens that is left alone, as in the models' training; it is
what rounding does to a side of two tokens or more. Beyond it the picture is padded."""

MAX_ASPECT = 20.0
"""Longest canvas, as long side to short side. Long screenshots and panoramas stay below it;
at 20:1 the short side still gets three rows of a 256-token budget. (Qwen refuses 200:1.)"""

MIN_SIDE_PX = 4
"""A side is never shrunk below this, or below its own length if that is less: a thin line is
thickened, beyond the stretch allowed, before it is averaged away."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Where a picture goes: (width, height) of the canvas and of the picture centred on it."""

    canvas: tuple[int, int]
    content: tuple[int, int]

    @property
    def offset(self) -> tuple[int, int]:
        """(x, y) of the content's top left corner on the canvas."""
        return (self.canvas[0] - self.content[0]) // 2, (self.canvas[1] - self.content[1]) // 2

    @property
    def padded(self) -> bool:
        """Whether some of the canvas is not covered."""
        return self.canvas != self.content


def fit(width: int, height: int, geometry: ImageGeometry) -> Fit:
    """The canvas that `geometry` asks for and the part of it that a picture covers.

    A square-only projector gets its square. Otherwise both sides are multiples of `token_px`,
    their tokens within `min_tokens` and `max_tokens`, and the picture is enlarged only as far
    as `min_tokens` or one token per side demands, unless its canvas is to be filled.

    `width` and `height` are those of the upright picture, at least 1 pixel each.
    """
    if geometry.square is not None:
        return _place(width, height, (geometry.square, geometry.square), MAX_STRETCH_SQUARE)
    columns, rows = (_filled_grid if geometry.fills else _grid)(width, height, geometry)
    canvas = (columns * geometry.token_px, rows * geometry.token_px)
    return _place(width, height, canvas, MAX_STRETCH_FREE)


def _place(width: int, height: int, canvas: tuple[int, int], max_stretch: float) -> Fit:
    """As much of the canvas as the picture may cover without being stretched too far."""
    across, down = canvas
    stretch = (across / width) / (down / height)
    if stretch > max_stretch:
        across = min(across, max(round(across * max_stretch / stretch), min(width, MIN_SIDE_PX)))
    elif stretch < 1 / max_stretch:
        down = min(down, max(round(down * max_stretch * stretch), min(height, MIN_SIDE_PX)))
    return Fit(canvas, (across, down))


def _filled_grid(width: int, height: int, geometry: ImageGeometry) -> tuple[int, int]:
    """(columns, rows) of as many image tokens as there may be, as Gemma 4's own processor counts them.

    Source: transformers 5.24, image_processing_gemma4.py, get_aspect_ratio_preserving_size: both sides are scaled
    alike to the area of the budget, and rounded down; a side that would have no token gets one, and the other then as
    many as the picture is longer than wide.
    """
    most = max(1, geometry.max_tokens)
    scale = math.sqrt(most * geometry.token_px**2 / (width * height))
    columns, rows = (math.floor(scale * side / geometry.token_px) for side in (width, height))
    if not rows:
        columns, rows = min(width // height, most), 1
    elif not columns:
        columns, rows = 1, min(height // width, most)
    return min(max(1, columns), geometry.max_side_tokens), min(max(1, rows), geometry.max_side_tokens)


def _grid(width: int, height: int, geometry: ImageGeometry) -> tuple[int, int]:
    """(columns, rows) of image tokens, nearest to the picture's shape and then to its size."""
    most = max(1, geometry.max_tokens)
    least = min(max(1, geometry.min_tokens), most)
    aspect = min(MAX_ASPECT, float(most))
    # The picture with the padding that keeps its canvas from becoming a line.
    across = max(width, height / aspect) / geometry.token_px
    down = max(height, width / aspect) / geometry.token_px
    tokens = min(max(across * down, float(least)), float(most))
    scale = math.sqrt(tokens / (across * down))
    across, down = across * scale, down * scale

    def cost(grid: tuple[int, int]) -> tuple[float, float]:
        columns, rows = grid
        shape = abs(math.log(columns / across * down / rows))
        # Rounded, so that a tie in shape is one: the size decides it, the same for a turned picture.
        return round(shape, 9), round(abs(math.log(columns * rows / tokens)), 9)

    near = [
        (columns, rows)
        for columns, rows in itertools.product(_around(across), _around(down))
        if least <= columns * rows <= most
    ]
    return min(near or _all_grids(across / down, least, most), key=cost)


def _around(side: float) -> tuple[int, int]:
    return max(1, math.floor(side)), max(1, math.ceil(side))


def _all_grids(aspect: float, least: int, most: int) -> list[tuple[int, int]]:
    """Per number of rows the best grid within bounds, for bounds too tight for rounding."""
    grids = []
    for rows in range(1, most + 1):
        low, high = -(-least // rows), most // rows
        if low <= high:
            grids.append((min(max(round(rows * aspect), low), high), rows))
    return grids
