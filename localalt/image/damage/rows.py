"""BMP, PPM and TIFF files whose last rows are missing: their header is given the height that is there."""

from __future__ import annotations

import os
import re
import struct
from typing import IO

from localalt.containers.spliced import Part, Spliced
from localalt.containers.tiff import entry_at, examine_tiff, layout_of, tags_at
from localalt.image.damage.repair import Repair, cut_short, is_enough

__all__ = ["repair_bmp", "repair_ppm", "repair_tiff"]

MAX_COMPRESSED_BYTES = 128_000_000
"""Of a TIFF that is unpacked: Pillow holds such a file as a whole where it is not one of the system's."""
MAX_STRIPS = 1 << 16

_WIDTH, _HEIGHT, _COMPRESSION, _N_SAMPLES, _ROWS_PER_STRIP, _PLANES = 256, 257, 259, 277, 278, 284
_STRIPS, _TILES = (273, 279), (324, 325)
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_PPM = re.compile(rb"P([456])(?:\s|#[^\r\n]*[\r\n])+(\d{1,9})\s+(\d{1,9})(?:\s+(\d{1,5}))?\s")


def _repair(parts: list[Part], file: IO[bytes], n_rows: int, height: int, which: str = "first") -> Repair | None:
    if n_rows >= height:
        return None
    if not is_enough(n_rows, height):
        raise OSError(f"{n_rows:,} of {height:,} rows are there")
    return Repair(Spliced(file, parts), cut_short(n_rows, height, which=which))


def repair_bmp(file: IO[bytes], label: str) -> Repair | None:
    """A bitmap without run lengths, most of which begin with their last row.

    Raises:
        OSError: fewer than half of its rows are there.
    """
    del label
    n_all = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(34)
    if len(head) < 34 or struct.unpack_from("<I", head, 14)[0] < 40:
        return None
    at, (width, height, _, n_bits, compression) = (
        struct.unpack_from("<I", head, 10)[0],
        struct.unpack_from("<iiHHI", head, 18),
    )
    if width < 1 or not n_bits or compression not in (0, 3) or not 0 < at < n_all:
        return None
    n_rows = min(abs(height), (n_all - at) // ((width * n_bits + 31) // 32 * 4))
    signed = struct.pack("<i", n_rows if height > 0 else -n_rows)
    return _repair([(0, 22), signed, (26, n_all)], file, n_rows, abs(height), "last" if height > 0 else "first")


def repair_ppm(file: IO[bytes], label: str) -> Repair | None:
    """A PPM, PGM or PBM that is not of plain numbers.

    Raises:
        OSError: fewer than half of its rows are there.
    """
    del label
    n_all = file.seek(0, os.SEEK_END)
    file.seek(0)
    match = _PPM.match(file.read(4096))
    if match is None or (match[1] != b"4") != (match[4] is not None):
        return None
    width, height, highest = (int(each or 1) for each in match.groups()[1:])
    n_row = (width + 7) // 8 if match[1] == b"4" else width * (3 if match[1] == b"6" else 1) * (1 + (highest > 255))
    n_rows = min(height, (n_all - match.end()) // max(1, n_row))
    head = b"P%b\n%d %d\n" % (match[1], width, n_rows) + (b"" if match[1] == b"4" else b"%d\n" % highest)
    return _repair([head, (match.end(), n_all)], file, n_rows, height)


def repair_tiff(file: IO[bytes], label: str) -> Repair | None:
    """A TIFF whose directory is before its strips or tiles.

    Raises:
        ImageTooLargeError: see `examine_tiff`.
        OSError: fewer than half of its rows are there.
    """
    pages = examine_tiff(file, label)
    layout, first, n_all = layout_of(file)
    at = pages.at or first
    if not at:
        return None
    tags = tags_at(file, layout, at, max_values=MAX_STRIPS)
    is_raw = tags.get(_COMPRESSION, [1])[0] == 1
    width, height = ((tags.get(tag) or [0])[0] for tag in (_WIDTH, _HEIGHT))
    place = entry_at(file, layout, at, _HEIGHT)
    if not width or not height or place is None or (not is_raw and n_all > MAX_COMPRESSED_BYTES):
        return None
    n_rows = min(height, _n_rows(tags, width, height, n_all, is_raw=is_raw))
    form, value_at = place
    value = struct.pack(layout.order + form, n_rows)
    return _repair([(0, value_at), value, (value_at + len(value), n_all)], file, n_rows, height)


def _n_rows(tags: dict[int, list[int]], width: int, height: int, n_all: int, *, is_raw: bool) -> int:
    """Rows whose strips or tiles are all there."""
    places, sizes = (tags.get(tag, []) for tag in (_TILES if _TILES[0] in tags else _STRIPS))
    rows = min(height, (tags.get(_TILE_HEIGHT) or tags.get(_ROWS_PER_STRIP) or [height])[0])
    columns = (tags.get(_TILE_WIDTH) or [width])[0]
    if rows < 1 or columns < 1:
        return 0
    across, down = -(-width // columns), -(-height // rows)
    n_planes = tags.get(_N_SAMPLES, [1])[0] if tags.get(_PLANES, [1])[0] == 2 else 1
    if len(places) != len(sizes) or len(places) < across * down * n_planes:
        return 0

    def is_there(index: int) -> bool:
        return places[index] > 0 and sizes[index] > 0 and places[index] + sizes[index] <= n_all

    for row in range(down):
        indices = [(plane * down + row) * across + column for plane in range(n_planes) for column in range(across)]
        if all(is_there(index) for index in indices):
            continue
        n_there = 0
        if is_raw and len(indices) == 1 and _TILE_WIDTH not in tags:
            index = indices[0]
            n_row = sizes[index] // min(rows, height - row * rows)
            n_there = max(0, n_all - places[index]) // n_row if n_row else 0
        return row * rows + n_there
    return height
