"""How high the type in a picture is, from where its ink is. Knows no models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localalt.image.ink import Ink, runs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["type_height"]

STRIPS_PX = (48, 96, 192)
"""Widths of the strips that are looked at: narrow enough that a page photographed at a slant, or with columns, has
blank rows in them. Type is looked for that is at most a third as high."""

LEAST_PX = 3
"""The least height of type that is looked for."""

ROOM = 0.25
"""Of a strip's width, the height of type that it shows with certainty."""

MIN_LINES = 12
"""Pieces of lines of about one height that a picture has at least where it has writing of that height."""

MIN_TURNS = 0.2
"""Of a piece's pixels across its middle, those that are edges: letters have one at least for each of their strokes."""

TWO_LINES = 1.6
"""Times the median height from which a piece is taken for two lines that touch."""

TYPICAL = 0.75
"""Of the pieces, the share that is at most as high as type is: many have no tall letter or no low one."""


def type_height(ink: Ink) -> float | None:
    """Height of a picture's small type in pixels of its ink, from the tops of tall letters to the bottoms of low ones.

    None where nothing looks like lines of writing.
    """
    import numpy as np

    for width in STRIPS_PX:
        found = _pieces(ink.edges, width)
        if len(found) >= MIN_LINES:
            single = found[found <= TWO_LINES * np.median(found)]
            height = float(np.quantile(single, TYPICAL))
            # Close to what a strip of this width can show, larger type is seen by its low letters alone.
            if height < ROOM * width:
                return height
    return None


def _pieces(edges: npt.NDArray[np.bool_], width: int) -> npt.NDArray[np.int64]:
    """Heights of what looks like pieces of lines in strips of a width."""
    import numpy as np

    found = []
    for left in range(0, max(1, edges.shape[1] - width // 2), width):
        strip = edges[:, left : left + width]
        counts = np.count_nonzero(strip, axis=1)
        for start, end in runs(counts > 0):
            if LEAST_PX <= end - start <= width // 3 and counts[start:end].mean() >= MIN_TURNS * width:
                found.append(end - start)
    return np.array(found, np.int64)
