"""How much a picture may ask for, and the error for one that asks for more.

Held to: at most 750 MB of memory and 10 s of processor time for any file. `python -m scripts.checks.soak
hostile-pictures` measures both.
"""

from __future__ import annotations

from localalt.errors import ImageFormatError, ImageTooLargeError

__all__ = ["MAX_EXIF_BYTES", "MAX_FRAMES", "MAX_MEMORY_BYTES", "MAX_PIXELS", "check_memory", "check_pixels", "too_much"]

MAX_PIXELS = 160_000_000
"""Most pixels of a picture that is decoded whole: 640 MB as Pillow holds them, and room for the largest cameras
(151 million)."""

MAX_MEMORY_BYTES = 680_000_000
"""Most bytes that a decoder may hold at once."""

MAX_EXIF_BYTES = 6 + 65_527
"""Of EXIF that is read: what one segment of a JPEG holds, its header included (Exif 3.0, 4.7.2). Other containers have
no limit of their own, and 60,000 tags that overlap in 2 MB grow to gigabytes in Pillow before 13.0."""

MAX_FRAMES = 1000
"""Frames and pages that are counted or looked at; more are "more than 1,000"."""


def check_pixels(size: tuple[int, int], label: str, limit: int | None = None) -> None:
    """Refuse a picture of no pixels or of more than `limit`, by default `MAX_PIXELS`.

    `size` is (width, height).

    Raises:
        ImageFormatError: a side is zero.
        ImageTooLargeError: there are more pixels than `limit`.
    """
    width, height = size
    limit = MAX_PIXELS if limit is None else limit
    if width < 1 or height < 1:
        raise ImageFormatError(f"{label} has no pixels ({width}×{height}): pass a picture of at least 1×1.")
    if width * height > limit:
        raise ImageTooLargeError(
            f"{label} has {width}×{height} pixels, more than the {limit:,} that are decoded: scale it down first."
        )


def check_memory(size: tuple[int, int], bytes_per_pixel: float, label: str) -> None:
    """Refuse a picture whose decoder would hold more than `MAX_MEMORY_BYTES`, or one that `check_pixels` refuses.

    Raises:
        ImageFormatError, ImageTooLargeError: see `check_pixels`.
    """
    check_pixels(size, label, min(MAX_PIXELS, int(MAX_MEMORY_BYTES / bytes_per_pixel)))


def too_much(label: str, what: str) -> ImageTooLargeError:
    """The error for a file that has far more of something than pictures have."""
    return ImageTooLargeError(f"{label} has {what}: open it in an image editor and save it as PNG.")
