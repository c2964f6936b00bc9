"""The frame of an animation that shows what it is about.

Knows how Pillow seeks. Does not know files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localalt.image import colour

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["representative_frame"]

SAMPLED_FRAMES = 8
"""Frames of an animation that are looked at, spread over its length."""

FRAME_BUDGET_PIXELS = 128_000_000
"""Most pixels decoded in search of a frame, a second or two of work: frames build on the ones
before, so that the last one looked at costs all of them."""

THUMBNAIL_PX = 96
"""Side at which frames are compared: enough to see content, too small to see noise."""

FIRST_FRAME_SHARE = 0.5
"""The first frame is taken if it has this share of the detail of the best one: it is what
people see before anything moves, and what a still copy of the animation shows."""


def representative_frame(
    image: PIL.Image.Image, first: int, n_frames: int, label: str, *, is_tolerant: bool = False
) -> tuple[int, bool]:
    """Index of a frame that shows what the animation is about, and whether all of its frames are there.

    The first, unless others show far more. Frames are counted from `first` on: an APNG's picture for programs that
    cannot animate it is not one of them. With `is_tolerant`, frames end before one that cannot be decoded.
    """
    reachable = min(n_frames, max(1, FRAME_BUDGET_PIXELS // (image.width * image.height)))
    indices = sorted({round(i * (reachable - 1) / (SAMPLED_FRAMES - 1)) for i in range(SAMPLED_FRAMES)})
    details: dict[int, float] = {}
    for index in indices:
        try:
            image.seek(first + index)
        except EOFError:  # the header promised more frames than there are
            break
        try:
            details[index] = _detail(image, label)
        except MemoryError:
            raise
        except Exception:  # as of any plugin: see `decoding.translated`
            if not is_tolerant or not details:
                raise
            break
    if not details:
        raise EOFError("none of its frames is there")
    best = max(details, key=lambda index: details[index])
    is_whole = len(details) == len(indices)
    return first + (0 if details[0] >= FIRST_FRAME_SHARE * details[best] else best), is_whole


def _detail(image: PIL.Image.Image, label: str) -> float:
    """Mean difference of neighbouring grey levels of a thumbnail: 0.0 for an even picture."""
    import numpy as np

    small = colour.flatten(colour.to_srgb(colour.shrink(image, (THUMBNAIL_PX, THUMBNAIL_PX), label), None))[0]
    grey = np.asarray(small.convert("L").resize((THUMBNAIL_PX, THUMBNAIL_PX)), dtype=np.float64)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
