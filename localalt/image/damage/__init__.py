"""Files that are damaged or cut short: what of the picture is there, as a file that its decoder takes.

One module for each kind of file. Half of the rows, or half of the resolution, is the least that is described. Pillow's
settings, which hold for the whole process, stay as they are. Doors: `repair`, `is_suspicious`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING

from localalt.image.damage.gif import repair_gif
from localalt.image.damage.jpeg import has_all_scans, has_filling, repair_jpeg
from localalt.image.damage.png import repair_icon, repair_png
from localalt.image.damage.repair import Repair
from localalt.image.damage.rows import repair_bmp, repair_ppm, repair_tiff
from localalt.image.damage.webp import repair_webp

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Repair", "is_suspicious", "repair"]

_REPAIRS: Mapping[str, Callable[[IO[bytes], str], Repair | None]] = {
    "BMP": repair_bmp,
    "GIF": repair_gif,
    "ICO": repair_icon,
    "JPEG": repair_jpeg,
    "PNG": repair_png,
    "PPM": repair_ppm,
    "TIFF": repair_tiff,
    "WEBP": repair_webp,
}


_PNG_END = b"IEND\xaeB`\x82"
_TAIL_BYTES = 1 << 16
_FILLING_BYTES = 32
"""Zeros at the end of a file that are taken for room that was never written to."""


def is_suspicious(name: str, file: IO[bytes], image: Image.Image, label: str) -> bool:
    """Whether a picture that was decoded without an error may lack its end all the same.

    Zeros at the end of a file are decoded as whatever they mean, and libjpeg fills in what is missing before an end
    marker.
    """
    if name not in ("JPEG", "PNG"):
        return False
    file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    written = tail.rstrip(b"\0")
    if name == "PNG":
        return len(tail) - len(written) >= _FILLING_BYTES and not written.endswith(_PNG_END)
    is_plain = written.endswith(b"\xff\xd9") and "progressive" not in image.info
    return has_filling(image) or not (is_plain or has_all_scans(file, label))


def repair(name: str, file: IO[bytes], label: str) -> Repair | None:
    """A file of format `name` that holds what is there of `file`; None where that is all or too little.

    To be called within `decoding.translated`, since files that are damaged make it raise nearly everything.

    Raises:
        ImageFormatError, ImageTooLargeError: it has no pixels, or asks for too much.
        OSError: less than half of it is there.
    """
    try:
        return _REPAIRS[name](file, label) if name in _REPAIRS else None
    finally:
        file.seek(0)
