"""How much detail a picture carries: small writing needs every image token, a photograph does not.

A picture is looked at in square cells about as high as a line of small print. Writing fills such
cells with two levels of grey, ink and ground, that take turns often both along and across; and one
such cell does not come alone. Foliage, fur, gravel and noise take turns as often, but pass through
all the levels between. Soft letters, out of focus or enlarged, do so too; they are looked for in the
picture at half its size, where they are crisp.

On a nearly flat screen a single cell is writing: a small window on an empty desktop has no more. What is left as a
photograph without writing is searched for a single line of it, such as a number plate or a sign: see `writing`.

Large letters are not looked for: they are read in few tokens. Letters with an outline, laid over a
photograph, are three levels and can be missed.

Knows nothing of files, colours or models; the picture has been reduced to about the size at which
all the tokens would show it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localalt.image.budgets import Tier
from localalt.image.writing import MIN_LIKELIHOOD, likelihood

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["NEARLY_FLAT", "Measures", "measure", "tier_of"]

CELL_PX = 16
"""Side of a cell: about a line of small print with its spacing, so that a cell has ground and ink."""

MIN_CONTRAST = 40
"""Grey levels, of 255, between the darkest and the lightest pixel of a cell with writing in it:
weaker writing is hard to read for anyone, and grain reaches half of this."""

MAX_BETWEEN = CELL_PX**2 // 4
"""Pixels of a cell with writing that are neither ink nor ground, the middle half of its levels:
the soft edges of letters have some, textures far more."""

MIN_INK = 8
"""Pixels of each of a cell's two levels, of 256: a speck is not writing."""

MIN_TURNS = (16, 22)
"""Changes between ink and ground in a cell with writing, in the direction with fewer and in that
with more: an edge of a thing has 16 in one, bars have many in one and none in the other."""

EDGE_STEP = 32
"""Grey levels, of 255, between neighbours that are an edge."""

SOFT_WEIGHT = 1 / 6
"""What a cell counts that looks like writing only at half the size: large letters and leaves do so there, and a
soft page has many."""

TEXT_SHARE = 0.01
"""From this `Measures.text_share` on a picture has small writing: at 1024 x 1024 pixels 41 cells, more than a line of
print. Branches against the sky and façades reach half of it; a line alone is what `Measures.line` finds."""

FLAT_SHARE = 0.6
"""From this `Measures.flat_share` on a picture is taken as drawn, not photographed; smooth
photographs that were saved as JPEG reach it too."""

TEXT_SHARE_DRAWN = 0.001
"""`TEXT_SHARE` of what is drawn, which has nothing else that looks like writing: a word or two."""

NEARLY_FLAT = 0.9
"""From this `Measures.flat_share` on any cell of writing is taken for such: a screen with little on it, or a drawing of
few lines."""

FEWER_TURNS = (12, 18)
"""`MIN_TURNS` on a nearly flat screen, where a word of few letters may fill a cell by half."""

EDGE_DENSITY_DRAWN = 0.06
"""From this `Measures.edge_density` on what is drawn is fine work, such as a plan, with or without writing."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is seen in the grey levels of a picture; each a share from 0.0 to 1.0."""

    edge_density: float
    """Of all pairs of neighbours, along and across, those that are `EDGE_STEP` grey levels apart or more:
    below 0.1 in most photographs, 0.1 to 0.2 in a printed page, up to 0.7 in noise."""
    flat_share: float
    """Of all pairs of neighbours, along and across, those of the same grey: above 0.7 in screenshots and
    charts, below 0.5 in most photographs."""
    text_share: float
    """Of all cells of 16 x 16 pixels, those that look like small writing and touch another that does, side
    by side or one above the other; or `SOFT_WEIGHT` of the same at half the size, if that is more. Below
    0.001 in most photographs, 0.01 in a chart with labels, 0.4 in a page."""
    line: float = 0.0
    """How likely it is that there is a single line of writing; 1.0 for a cell on a nearly flat screen, and 0.0 where
    the other measures have said enough."""


def measure(grey: npt.NDArray[np.uint8]) -> Measures:
    """Measure a picture of shape (H, W), of any size; it is left as it is."""
    import numpy as np

    height, width = grey.shape
    pairs = height * max(width - 1, 0) + max(height - 1, 0) * width
    if not pairs:
        return Measures(0.0, 0.0, 0.0)
    edges = flats = 0
    for first, second in ((grey[:, :-1], grey[:, 1:]), (grey[:-1], grey[1:])):
        # Unsigned: a difference would wrap around.
        apart = np.maximum(first, second) - np.minimum(first, second)
        edges += int(np.count_nonzero(apart >= EDGE_STEP))
        flats += apart.size - int(np.count_nonzero(apart))
    text = max(_text_share(grey), SOFT_WEIGHT * _text_share(_halved(grey)))
    found = Measures(edges / pairs, flats / pairs, text)
    return found if tier_of(found) != "low" else dataclasses.replace(found, line=_line(grey, found.flat_share))


def tier_of(measures: Measures) -> Tier:
    """The tier that a picture needs: "low" unless it seems to have small writing or fine lines.

    Writing that is missed costs more than tokens that were not needed, so doubt is for "high".
    """
    drawn = measures.flat_share >= FLAT_SHARE
    if measures.text_share >= (TEXT_SHARE_DRAWN if drawn else TEXT_SHARE) or measures.line >= MIN_LIKELIHOOD:
        return "high"
    return "high" if drawn and measures.edge_density >= EDGE_DENSITY_DRAWN else "low"


def _line(grey: npt.NDArray[np.uint8], flat_share: float) -> float:
    """See `Measures.line`."""
    if flat_share >= NEARLY_FLAT:
        return float(_writing(grey, FEWER_TURNS).any())
    return likelihood(grey)


def _text_share(grey: npt.NDArray[np.uint8]) -> float:
    """Share of the cells that look like small writing beside others."""
    return float(_together(_writing(grey)).mean()) if grey.size else 0.0


def _halved(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Half as wide and high, less an odd last row or column; empty for a single row or column."""
    import numpy as np

    height, width = grey.shape[0] // 2 * 2, grey.shape[1] // 2 * 2
    rows = grey[:height:2, :width].astype(np.uint16) + grey[1:height:2, :width]
    quarters: npt.NDArray[np.uint16] = (rows[:, ::2] + rows[:, 1::2] + 2) // 4
    return quarters.astype(np.uint8)


def _writing(grey: npt.NDArray[np.uint8], turns: tuple[int, int] = MIN_TURNS) -> npt.NDArray[np.bool_]:
    """(rows, columns) of cells: whether each looks like small writing."""
    import numpy as np

    height, width = grey.shape
    # The last cells are filled up with the pixels at the border, which adds no change of level.
    padded = np.pad(grey, ((0, -height % CELL_PX), (0, -width % CELL_PX)), mode="edge")
    # (row of cells, row in the cell, column): whole rows of pixels at a time are what numpy does fast.
    bands = padded.reshape(padded.shape[0] // CELL_PX, CELL_PX, padded.shape[1])
    darkest = _split(bands.min(axis=1)).min(axis=2)
    lightest = _split(bands.max(axis=1)).max(axis=2)
    contrast = lightest - darkest
    n_dark = _count(bands <= _spread(darkest + contrast // 4))
    n_light = _count(bands >= _spread(lightest - contrast // 4))
    light = bands > _spread(darkest + contrast // 2)
    across = light[:, :, 1:] != light[:, :, :-1]
    across[:, :, CELL_PX - 1 :: CELL_PX] = False  # from one cell to the next
    n_across = _count(np.pad(across, ((0, 0), (0, 0), (0, 1))))
    n_down = _count(light[:, 1:] != light[:, :-1])
    fewer, more = turns
    looks: npt.NDArray[np.bool_] = (
        (contrast >= MIN_CONTRAST)
        & (n_dark + n_light >= CELL_PX**2 - MAX_BETWEEN)
        & (np.minimum(n_dark, n_light) >= MIN_INK)
        & (np.minimum(n_across, n_down) >= fewer)
        & (np.maximum(n_across, n_down) >= more)
    )
    return looks


def _together(cells: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Those that touch another, side by side or one above the other."""
    import numpy as np

    around = np.pad(cells, 1)
    neighbours = around[1:-1, :-2] | around[1:-1, 2:] | around[:-2, 1:-1] | around[2:, 1:-1]
    together: npt.NDArray[np.bool_] = cells & neighbours
    return together


def _split(row: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """(rows of cells, columns of pixels) -> (rows, columns of cells, pixels in each)."""
    return row.reshape(row.shape[0], row.shape[1] // CELL_PX, CELL_PX)


def _spread(cells: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A level for each cell -> the same for each of its columns, to be compared with the bands."""
    import numpy as np

    return np.repeat(cells, CELL_PX, axis=1)[:, np.newaxis, :]


def _count(bands: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many pixels of each cell are true."""
    import numpy as np

    # Sixteen at most in a column of a cell: bytes are enough there, and eight times as fast.
    columns: npt.NDArray[np.uint8] = bands.view(np.uint8).sum(axis=1, dtype=np.uint8)
    cells: npt.NDArray[np.int64] = _split(columns).sum(axis=2, dtype=np.int64)
    return cells
