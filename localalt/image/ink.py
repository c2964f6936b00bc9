"""Where a picture has ink: edges of letters and lines, and the blank bands between them.

Knows grey levels only: neither files nor models. Rows and columns are those of the array that it was made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Box", "Ink", "ink_of", "runs"]

Box: TypeAlias = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels; right and bottom are outside."""

EDGE_STEP = 24
"""Grey levels, of 255, between neighbours that are an edge: half of what `detail.MIN_CONTRAST` asks of a whole cell,
since small letters are soft."""

SPECKS = 0.002
"""Share of a row's pixels that may be edges where it counts as blank: dust of a scan, noise of a photograph."""

GUTTER_SHARE = 0.6
"""Of a box's height that is blank between two columns of print."""

COLUMN_SHARE = 0.15
"""Of a box's width, the least that a column of print has."""

COLUMN_GAPS = 12
"""Of a column of print, the width in widths of the least gutter, which is as wide as type is high: 12 heights of type
are 24 letters, and newspapers have 30 and more. What is narrower is a table's."""

FILLED_SHARE = 0.75
"""Of its column's width that the median line of print takes: words in a table's cell take less, as a rule."""

MAX_GUTTERS = 8
"""That are looked at before it is taken that there are no columns of print."""

MIN_BANDS = 8
"""With ink, that both sides of a gutter have: fewer are not a column."""

RULE_SHARE = 0.7
"""A column with edges in this share of a box's rows is the frame of a table or the border of a page, not letters."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """The edges in a picture."""

    edges: npt.NDArray[np.bool_]
    """Between neighbours along and across: bool of shape (height, width)."""
    strokes: npt.NDArray[np.bool_]
    """Those between neighbours in a row alone, as the strokes of letters have them: bool of the same shape."""

    def trimmed(self, box: Box) -> Box | None:
        """The box without the blank rows and columns around what is in it; None where it is blank."""
        left, top, right, bottom = box
        cut = self.edges[top:bottom, left:right]
        rows, columns = _true(_busy(cut, axis=1)), _true(_busy(cut, axis=0))
        if not rows or not columns:
            return None
        return left + columns[0], top + rows[0], left + columns[1], top + rows[1]

    def blank_rows(self, box: Box, at_least: int) -> list[tuple[int, int]]:
        """Bands across the box without ink, `at_least` rows high, from top to bottom: (first row, row after it)."""
        left, top, right, bottom = box
        cut = self.edges[top:bottom, left:right]
        if not cut.size:
            return []
        # The sides of a table run through all rows, and would leave none of them blank.
        cut = cut[:, cut.mean(axis=0) < RULE_SHARE]
        blank = runs(~_busy(cut, axis=1)) if cut.shape[1] else []
        return [(top + start, top + end) for start, end in blank if end - start >= at_least]

    def n_lines(self, box: Box) -> int:
        """Lines of writing in a box, as far as blank rows separate them."""
        left, top, right, bottom = box
        cut = self.edges[top:bottom, left:right]
        if not cut.size:
            return 0
        return len(runs(_busy(cut[:, cut.mean(axis=0) < RULE_SHARE], axis=1)))

    def gutter(self, box: Box, at_least: int) -> Box | None:
        """A blank column between columns of print, `at_least` pixels wide, as high as it goes; None without one.

        It has most of the box's height: a heading may stand above it, and a footer below.
        """
        import numpy as np

        left, top, right, bottom = box
        cut = self.edges[top:bottom, left:right]
        if min(cut.shape) < at_least * 2:
            return None
        # In bands: in each a column is blank or not.
        step = max(1, at_least // 2)
        n_bands = cut.shape[0] // step
        bands: npt.NDArray[np.bool_] = np.any(cut[: n_bands * step].reshape(n_bands, step, -1), axis=1)
        margin = int(COLUMN_SHARE * cut.shape[1])
        blank = n_bands - np.count_nonzero(bands, axis=0)
        if not np.any(blank[margin : cut.shape[1] - margin] >= GUTTER_SHARE * n_bands):
            return None  # as most boxes have none, which is to be cheap
        starts, ends = _longest_blank(bands)
        windows = np.lib.stride_tricks.sliding_window_view
        first, last = windows(starts, at_least).max(axis=1), windows(ends, at_least).min(axis=1)
        tall = last - first
        tall[:margin] = tall[max(0, len(tall) - margin) :] = 0
        # From the tallest on; of equals the one in the middle of its run, and at most a few.
        for _ in range(MAX_GUTTERS):
            most = int(tall.max())
            if most < GUTTER_SHARE * n_bands:
                return None
            start, end = runs(tall == most)[0]
            at = (start + end - 1) // 2
            top_band, last_band = int(first[at]), int(last[at])
            # Both sides as seen from the gutter.
            sides = bands[top_band:last_band, :at][:, ::-1], bands[top_band:last_band, at + at_least :]
            if all(_is_print(side, at_least) for side in sides):
                lowest = bottom if last_band == n_bands else top + last_band * step
                return left + at, top + top_band * step, left + at + at_least, lowest
            tall[max(0, start - at_least) : end + at_least] = 0
        return None


def ink_of(grey: npt.NDArray[np.uint8]) -> Ink:
    """The ink of a picture: uint8 of shape (height, width)."""
    import numpy as np

    strokes = np.zeros(grey.shape, np.bool_)
    # Unsigned: a difference would wrap around.
    strokes[:, 1:] = np.maximum(grey[:, :-1], grey[:, 1:]) - np.minimum(grey[:, :-1], grey[:, 1:]) >= EDGE_STEP
    edges = strokes.copy()
    edges[1:] |= np.maximum(grey[:-1], grey[1:]) - np.minimum(grey[:-1], grey[1:]) >= EDGE_STEP
    return Ink(edges, strokes)


def _busy(edges: npt.NDArray[np.bool_], *, axis: int) -> npt.NDArray[np.bool_]:
    """Which rows (axis 1) or columns (axis 0) have more edges than specks make."""
    import numpy as np

    counts = np.count_nonzero(edges, axis=axis)
    busy: npt.NDArray[np.bool_] = counts > max(1.0, SPECKS * edges.shape[axis])
    return busy


def _true(flags: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """From the first that is true to behind the last."""
    import numpy as np

    found = np.flatnonzero(flags)
    return (int(found[0]), int(found[-1]) + 1) if found.size else None


def runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where they are true in a row: (first, behind the last)."""
    import numpy as np

    around = np.concatenate(([False], flags, [False]))
    changes = np.flatnonzero(around[1:] != around[:-1])
    return [(int(start), int(end)) for start, end in zip(changes[::2], changes[1::2], strict=True)]


def _longest_blank(bands: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each column of (bands, columns) the longest stretch of bands without ink: (first, behind the last)."""
    import numpy as np

    n_columns = bands.shape[1]
    begin = np.zeros(n_columns, np.int64)
    starts, ends = begin.copy(), begin.copy()
    for index, band in enumerate(bands):
        begin[band] = index + 1
        longer = index + 1 - begin > ends - starts
        starts[longer], ends[longer] = begin[longer], index + 1
    return starts, ends


def _is_print(side: npt.NDArray[np.bool_], gap: int) -> bool:
    """Whether what is next to a gutter is a column of print: wide, and filled by its lines.

    Args:
        side: of one side, bool of shape (bands, columns), the column at the gutter first.
        gap: columns of the gutter.
    """
    import numpy as np

    inked: npt.NDArray[np.bool_] = np.any(side, axis=0)
    if not inked.any():
        return False
    first = int(inked.argmax())
    ends = [start for start, end in runs(~inked) if start > first and end - start >= gap]
    column = side[:, first : ends[0] if ends else None]
    width = column.shape[1] if ends else int(np.flatnonzero(inked)[-1]) + 1 - first
    lines = column[column.any(axis=1)]
    if width < COLUMN_GAPS * gap or len(lines) < MIN_BANDS:
        return False
    starts = lines.argmax(axis=1)
    last = lines.shape[1] - lines[:, ::-1].argmax(axis=1)
    return bool(np.median(last - starts) >= FILLED_SHARE * width)
