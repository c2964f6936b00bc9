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

MIN_STROKES = 1.0
"""Edges of strokes that each row of a piece crosses, in the mean, for each of its heights of width: print has about 2.
Soft edges of large things are flat bands of few strokes."""

LINES_SHARE = 0.25
"""Of all rows with ink in strips, those of pieces of lines: the rest is pictures, or larger type."""

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
        found, n_rows = _pieces(ink, width)
        if len(found) >= MIN_LINES and found.sum() >= LINES_SHARE * n_rows:
            single = found[found <= TWO_LINES * np.median(found)]
            height = float(np.quantile(single, TYPICAL))
            # Close to what a strip of this width can show, larger type is seen by its low letters alone.
            if height < ROOM * width:
                return height
    return None


def _pieces(ink: Ink, width: int) -> tuple[npt.NDArray[np.int64], int]:
    """Heights of what looks like pieces of lines in strips of a width; and how many rows of strips have ink."""
    import numpy as np

    found, n_rows = [], 0
    for left in range(0, max(1, ink.edges.shape[1] - width // 2), width):
        part = slice(left, left + width)
        n_strokes = np.count_nonzero(ink.strokes[:, part], axis=1).cumsum()
        has_ink: npt.NDArray[np.bool_] = np.any(ink.edges[:, part], axis=1)
        for start, end in runs(has_ink):
            height = end - start
            n_rows += height
            n_crossed = int(n_strokes[end - 1]) - (int(n_strokes[start - 1]) if start else 0)
            # In each of `height` rows, for each of width / height heights.
            if LEAST_PX <= height <= width // 3 and n_crossed >= MIN_STROKES * width:
                found.append(height)
    return np.array(found, np.int64), n_rows
