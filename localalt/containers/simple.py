"""The simple containers: BMP, ICO, PPM and its kin, JPEG 2000's codestream."""

from __future__ import annotations

import re
import struct
from typing import IO

from localalt.containers.limits import check_memory, check_pixels, too_much

__all__ = ["examine_bmp", "examine_ico", "examine_jpeg2000", "examine_ppm"]

MAX_RUN_LENGTH_PIXELS = 20_000_000
"""Of a BMP with run lengths: Pillow decodes them in Python, where 54 kB that end each row early took 23 s."""
MAX_PLAIN_VALUES = 4_000_000
"""Of a PPM or PGM in plain numbers, which Pillow reads in Python."""
MAX_PPM_HEADER_BYTES = 1 << 16
"""With its comments, which Pillow passes over byte by byte."""
MAX_CODESTREAM_SEARCH_BYTES = 1 << 20
"""Of a JP2 file, within which its codestream begins."""

_BYTES_PER_SAMPLE = 6
"""That OpenJPEG holds: 4 of the picture, and what it unpacks a tile with."""

_RUN_LENGTHS = (1, 2)
_PPM_HEADER = re.compile(rb"P([1-6fF])(?:\s|#[^\r\n]*[\r\n])*(\d{1,10})(?:\s|#[^\r\n]*[\r\n])+(\d{1,10})\s")
_CODESTREAM = b"\xff\x4f\xff\x51"


def examine_bmp(file: IO[bytes], label: str) -> None:
    """Refuse run lengths for too many pixels.

    Raises:
        ImageTooLargeError: it has too many.
    """
    file.seek(14)
    head = file.read(20)
    if len(head) == 20 and int.from_bytes(head[:4], "little") >= 40:
        _, width, height, _, _, compression = struct.unpack("<IiiHHI", head)
        if compression in _RUN_LENGTHS and width > 0 and height:
            check_pixels((width, abs(height)), label, MAX_RUN_LENGTH_PIXELS)


def examine_ico(file: IO[bytes], label: str) -> None:
    """Refuse an icon that is a larger PNG than its directory can say.

    Raises:
        ImageTooLargeError: one of its pictures has too many pixels.
    """
    file.seek(4)
    entries = file.read(16 * int.from_bytes(file.read(2), "little"))
    for at in {int.from_bytes(entries[i + 12 : i + 16], "little") for i in range(0, len(entries) - 15, 16)}:
        file.seek(at)
        head = file.read(24)
        if len(head) == 24 and head.startswith(b"\x89PNG\r\n\x1a\n"):
            check_pixels(struct.unpack(">II", head[16:24]), label)


def examine_ppm(file: IO[bytes], label: str) -> None:
    """Refuse plain numbers for too many pixels, and a header that does not end.

    Raises:
        ImageTooLargeError: it has too many of them, or too long a header.
    """
    file.seek(0)
    head = file.read(MAX_PPM_HEADER_BYTES)
    match = _PPM_HEADER.match(head)
    if match is None:
        if len(head) == MAX_PPM_HEADER_BYTES:
            raise too_much(label, f"a header of more than {MAX_PPM_HEADER_BYTES:,} bytes")
        return
    n_values = int(match[2]) * int(match[3]) * (3 if match[1] == b"3" else 1)
    if match[1] in (b"2", b"3") and n_values > MAX_PLAIN_VALUES:
        raise too_much(label, f"{n_values:,} levels as plain numbers")


def examine_jpeg2000(file: IO[bytes], label: str) -> None:
    """Refuse more samples than OpenJPEG may hold, beside Pillow's 4 bytes for a pixel.

    Raises:
        ImageTooLargeError: it has too many.
    """
    file.seek(0)
    head = file.read(MAX_CODESTREAM_SEARCH_BYTES)
    at = head.find(_CODESTREAM)
    # Marker and length, capabilities, then the size and the offset of the picture on its grid.
    if at < 0 or len(head) < at + 42:
        return
    right, bottom, left, top = struct.unpack_from(">IIII", head, at + 8)
    n_components = int.from_bytes(head[at + 40 : at + 42], "big")
    if right > left and bottom > top:
        check_memory((right - left, bottom - top), _BYTES_PER_SAMPLE * min(max(1, n_components), 4) + 4, label)
