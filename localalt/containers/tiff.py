"""TIFF: its first directory and the number of its pages (TIFF 6.0, sections 2 and 7; BigTIFF)."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import IO

from localalt.containers.limits import MAX_FRAMES, check_memory, too_much

__all__ = ["examine_tiff"]

MAX_ENTRIES = 4096
"""Of a directory; private tags included, real ones have dozens."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""{type of a field: bytes of a value}"""
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _ORIENTATION = 256, 257, 258, 259, 274
_N_SAMPLES, _ROWS_PER_STRIP, _TILE_WIDTH, _TILE_HEIGHT = 277, 278, 322, 323
_UNCOMPRESSED = 1


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file writes its directories."""

    order: str
    is_big: bool

    @property
    def n_entry(self) -> int:
        """Bytes of an entry."""
        return 20 if self.is_big else 12

    def count(self, file: IO[bytes]) -> int | None:
        """The number of entries of the directory at which the file stands."""
        return self._number(file, "Q" if self.is_big else "H")

    def offset(self, file: IO[bytes]) -> int | None:
        """The offset at which the file stands."""
        return self._number(file, "Q" if self.is_big else "I")

    def _number(self, file: IO[bytes], kind: str) -> int | None:
        size = struct.calcsize("<" + kind)
        data = file.read(size)
        return int(struct.unpack(self.order + kind, data)[0]) if len(data) == size else None


def examine_tiff(file: IO[bytes], label: str) -> int:
    """The number of pages, up to one more than `MAX_FRAMES`, of a file that does not ask for too much.

    Raises:
        ImageTooLargeError: its first directory has too many entries or values, or a strip is too large to be unpacked.
    """
    file.seek(0)
    head = file.read(4)
    layout = _Layout("<" if head[:2] == b"II" else ">", head[2:4] in (b"+\0", b"\0+"))
    if layout.is_big:
        file.seek(8)
    at = layout.offset(file)
    n_all = file.seek(0, os.SEEK_END)
    if not at or at >= n_all:
        return 1
    file.seek(at)
    _check_directory(file, layout, n_all, label)
    return _n_pages(file, layout, at)


def _check_directory(file: IO[bytes], layout: _Layout, n_all: int, label: str) -> None:
    n_entries = layout.count(file) or 0
    if n_entries > MAX_ENTRIES:
        raise too_much(label, f"a directory of {n_entries:,} tags")
    values: dict[int, int] = {}
    n_bytes = 0
    form = layout.order + ("HHQ8s" if layout.is_big else "HHI4s")
    for _ in range(n_entries):
        entry = file.read(layout.n_entry)
        if len(entry) < layout.n_entry:
            break
        tag, kind, n_values, value = struct.unpack(form, entry)
        n_bytes += n_values * _SIZES.get(kind, 0)
        if tag == _ORIENTATION and n_values > 1:
            raise too_much(label, f"{n_values:,} orientations")
        if n_values == 1 and kind in (3, 4):
            values[tag] = struct.unpack_from(layout.order + ("H" if kind == 3 else "I"), value)[0]
    if n_bytes > n_all:
        raise too_much(label, f"tags of {n_bytes:,} bytes in a file of {n_all:,}")
    _check_strip(values, label)


def _check_strip(values: dict[int, int], label: str) -> None:
    """libtiff unpacks a strip or tile as a whole, beside the picture."""
    width, height = values.get(_WIDTH, 0), values.get(_HEIGHT, 0)
    if width < 1 or height < 1:
        return
    n_samples = min(values.get(_N_SAMPLES, 1), 8)
    # Where each sample has a depth of its own, none stands here: the deepest that Pillow reads.
    n_bits = values.get(_BITS, 1 if n_samples == 1 and _BITS not in values else 16)
    rows = values.get(_TILE_HEIGHT) or min(values.get(_ROWS_PER_STRIP, height), height)
    columns = values.get(_TILE_WIDTH, width)
    unpacked = 0 if values.get(_COMPRESSION, _UNCOMPRESSED) == _UNCOMPRESSED else n_bits * n_samples / 8
    share = rows * columns / (width * height)
    check_memory((width, height), (4 if n_samples > 1 or n_bits > 16 else n_bits / 8 or 1) + unpacked * share, label)


def _n_pages(file: IO[bytes], layout: _Layout, at: int) -> int:
    seen: set[int] = set()
    while at and at not in seen and len(seen) <= MAX_FRAMES:
        file.seek(at)
        n_entries = layout.count(file)
        if n_entries is None:
            break
        seen.add(at)
        file.seek(n_entries * layout.n_entry, os.SEEK_CUR)
        at = layout.offset(file) or 0
    return max(1, len(seen))
