"""A file of a known format -> what it claims, or the error that it claims too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from localalt.containers.bmff import examine_avif
from localalt.containers.gif import examine_gif
from localalt.containers.jpeg import examine_jpeg
from localalt.containers.riff import examine_webp
from localalt.containers.simple import examine_bmp, examine_ico, examine_jpeg2000, examine_ppm
from localalt.containers.tiff import examine_tiff

__all__ = ["Claims", "examine"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a container says that its decoder would take too long to count."""

    n_images: int | None = None
    """Frames or pages, up to one more than `MAX_FRAMES`; None where the decoder knows them from a header."""
    directory: int | None = None
    """Of a TIFF: where the directory of the picture is, if that is not the first one."""
    orientation: int | None = None
    """Of a TIFF: what holds for a picture that has no orientation of its own."""


_REFUSING: dict[str, Callable[[IO[bytes], str], None]] = {
    "AVIF": examine_avif,
    "BMP": examine_bmp,
    "ICO": examine_ico,
    "JPEG": examine_jpeg,
    "JPEG2000": examine_jpeg2000,
    "PPM": examine_ppm,
    "WEBP": examine_webp,
}


def examine(name: str, file: IO[bytes], label: str) -> Claims:
    """Look at the container of a picture, and leave the file at its start.

    Args:
        name: its format, such as "JPEG".
        file: seekable.
        label: what it is called in errors.

    Raises:
        ImageTooLargeError: decoding it would take too much memory or time.
    """
    try:
        if name == "GIF":
            return Claims(examine_gif(file, label))
        if name == "TIFF":
            pages = examine_tiff(file, label)
            return Claims(pages.n, pages.at, pages.orientation)
        if name in _REFUSING:
            _REFUSING[name](file, label)
        return Claims()
    finally:
        file.seek(0)
