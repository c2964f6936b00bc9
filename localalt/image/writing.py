"""Whether a photograph has a line of writing somewhere: a number plate, a badge, a sign, a caption laid over it.

A line of writing is a band of many upright strokes with quiet rows above and below. The bands that look most like it
are measured, and a small network of one layer, trained on photographs with and without such lines (see
`scripts.train_writing`), says how likely the best of them is one.

Knows grey levels only; the picture has been reduced to about 1024 pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localalt.image.writing_weights import BIAS, HIDDEN_BIAS, HIDDEN_WEIGHTS, MEANS, SCALES, WEIGHTS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["MIN_LIKELIHOOD", "bands", "likelihood"]

BLOCK_PX = (4, 8)
"""Height and width of the blocks in which strokes are counted."""

HEIGHTS = (2, 3, 4, 5)
"""Of the bands that are looked at, in blocks: letters 6 to 20 pixels high."""

WIDTH = 5
"""Of a band, in blocks: three letters and more, and a slant of eight degrees still stays within a block's height."""

N_BANDS = 6
"""Of each height, those that are measured."""

STROKE_STEP = 28
"""Grey levels, of 255, between neighbours side by side that are a stroke's edge."""

MIN_CONTRAST = 30
"""Grey levels between the ink and the ground of a band that may be writing."""

MARGIN_PX = 2
"""Rows above and below a band that are measured with it."""

MIN_LIKELIHOOD = 0.65
"""From this `likelihood` on, a picture is taken to have writing."""


def likelihood(grey: npt.NDArray[np.uint8]) -> float:
    """How likely it is, from 0.0 to 1.0, that a line of writing is in a picture of shape (H, W)."""
    import numpy as np

    found = bands(grey)
    if not len(found):
        return 0.0
    hidden = np.maximum(0.0, (found - MEANS) / SCALES @ HIDDEN_WEIGHTS + HIDDEN_BIAS)
    return float(1.0 / (1.0 + np.exp(-(hidden @ WEIGHTS + BIAS).max())))


def bands(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """What is measured of the bands that look most like a line of writing: (bands, measures)."""
    import numpy as np

    rows, columns = BLOCK_PX
    if not grey.size:
        return np.empty((0, len(MEANS)))
    grey = np.pad(grey, ((0, -grey.shape[0] % rows), (0, -grey.shape[1] % columns)), mode="edge")
    sums = _sums(_strokes(grey))
    if sums.shape[0] <= max(HEIGHTS) + 2 or sums.shape[1] <= WIDTH:
        return np.empty((0, len(MEANS)))
    strip = _boxes(sums, 1)
    return np.concatenate([_measured(grey, *_likeliest(sums, strip, height), height) for height in HEIGHTS])


def _strokes(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """(rows, columns) of blocks: how many of their pixels are edges of strokes."""
    import numpy as np

    rows, columns = BLOCK_PX
    edges = np.zeros(grey.shape, np.uint8)
    # Unsigned: a difference would wrap around.
    apart = np.maximum(grey[:, 1:], grey[:, :-1]) - np.minimum(grey[:, 1:], grey[:, :-1])
    np.greater_equal(apart, STROKE_STEP, out=edges[:, 1:].view(np.bool_))
    # Added up in whole rows, which numpy does several times as fast as a sum over an axis of four.
    down = edges[::rows] + edges[1::rows] + edges[2::rows] + edges[3::rows]
    counts: npt.NDArray[np.int32] = down.reshape(down.shape[0], -1, columns).sum(axis=2, dtype=np.int32)
    return counts


def _sums(blocks: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Of all blocks above and to the left of a corner: (rows + 1, columns + 1)."""
    import numpy as np

    sums = np.zeros((blocks.shape[0] + 1, blocks.shape[1] + 1), np.int32)
    sums[1:, 1:] = blocks.cumsum(axis=0).cumsum(axis=1)
    return sums


def _boxes(sums: npt.NDArray[np.int32], height: int) -> npt.NDArray[np.int32]:
    """Of the blocks in the bands of this height, which begin at every other column."""
    left, right = sums[:, :-WIDTH:2], sums[:, WIDTH::2]
    columns = right - left
    return columns[height:] - columns[:-height]


def _likeliest(
    sums: npt.NDArray[np.int32], strip: npt.NDArray[np.int32], height: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Rows and columns of the bands with many strokes inside and few above and below; (bands, 3) of score and both."""
    import numpy as np

    inside = _boxes(sums, height)
    around = np.zeros_like(inside)
    around[1:] = strip[: len(inside) - 1]
    np.maximum(around[:-1], strip[height : height + len(inside) - 1], out=around[:-1])
    score = 2 * inside - 3 * height * around
    # The best of each column, and of those the best.
    of_columns = score.argmax(axis=0)
    columns = np.argsort(score[of_columns, np.arange(score.shape[1])])[-N_BANDS:]
    rows = of_columns[columns]
    area = WIDTH * BLOCK_PX[0] * BLOCK_PX[1]
    dense, busy = inside[rows, columns] / (height * area), around[rows, columns] / area
    return rows, 2 * columns, np.stack([dense - 1.5 * busy, dense, busy], axis=1)


def _measured(
    grey: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    strokes: npt.NDArray[np.float64],
    height: int,
) -> npt.NDArray[np.float64]:
    """The measures of the bands of one height that may be writing."""
    import numpy as np

    height_px, width_px = height * BLOCK_PX[0], WIDTH * BLOCK_PX[1]
    last = len(grey) - height_px - MARGIN_PX
    patches = np.stack(
        [
            grey[top - MARGIN_PX : top + height_px + MARGIN_PX, left : left + width_px]
            for top, left in zip(np.clip(rows * BLOCK_PX[0], MARGIN_PX, last), columns * BLOCK_PX[1], strict=True)
        ]
    )
    flat = np.sort(patches.reshape(len(patches), -1), axis=1)
    rare = flat.shape[1] // 25
    low, high = flat[:, rare].astype(np.int16), flat[:, -1 - rare].astype(np.int16)
    contrast = high - low
    dark = (flat <= (low + contrast // 4)[:, None]).mean(axis=1)
    light = (flat >= (high - contrast // 4)[:, None]).mean(axis=1)
    ink = patches > (low + contrast // 2)[:, None, None]
    across = (ink[:, :, 1:] != ink[:, :, :-1]).sum(axis=2)
    quarter = across.shape[1] // 4
    middle = across[:, quarter:-quarter]
    down = (ink[:, 1:] != ink[:, :-1]).sum(axis=1)
    ends = (ink[:, 0].mean(axis=1) + ink[:, -1].mean(axis=1)) / 2
    turns = middle.mean(axis=1)
    measures = np.stack(
        [
            *strokes.T,
            np.full(len(patches), height / 4),
            contrast / 255,
            dark + light,
            np.minimum(dark, light),
            turns,
            middle.min(axis=1),
            down.mean(axis=1),
            (down == 0).mean(axis=1),
            np.abs(ends - 0.5) * 2,
            np.ptp(middle, axis=1),
            np.ptp(down, axis=1),
        ],
        axis=1,
    )
    chosen: npt.NDArray[np.float64] = measures[contrast >= MIN_CONTRAST]
    return chosen
