"""TIFF: its directories, which of them is the picture, and the number of its pages (TIFF 6.0; BigTIFF)."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from localalt.containers.limits import MAX_FRAMES, check_memory, too_much
from localalt.containers.spliced import Spliced

__all__ = ["Pages", "entry_at", "examine_tiff", "layout_of", "starting_at", "tags_at"]

MAX_ENTRIES = 4096
"""Of a directory; private tags included, real ones have dozens."""

MAX_SHORT_ENTRIES = 128
"""Of a directory that is looked at for its kind and size alone: tags are sorted, and these come first."""
MAX_CHILDREN = 32
"""Directories below one that are looked at."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""{type of a field: bytes of a value}"""
_LETTERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""{type of a whole number: its letter in `struct`}"""
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _ORIENTATION = 256, 257, 258, 259, 274
_N_SAMPLES, _ROWS_PER_STRIP, _TILE_WIDTH, _TILE_HEIGHT = 277, 278, 322, 323
_UNCOMPRESSED = 1
_LAST_PLACE = (1 << 62) - 1
"""Within what a file can be asked to seek."""
_NEW_SUBFILE, _OLD_SUBFILE, _PHOTOMETRIC, _SUB_IFDS = 254, 255, 262, 330
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_NOT_COLOURS = (4, 32_803, 34_892)
"""Kinds of samples that are not colours: a mask, and a sensor's before and after interpolation (DNG 1.7)."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What a file holds beside masks and reduced copies of its pictures."""

    n: int
    """Pages, up to one more than `MAX_FRAMES`."""
    at: int | None = None
    """Where the directory of the picture to show is; None for the first of the file."""
    orientation: int | None = None
    """That of the first directory, where the picture lies below it and has none of its own."""


@dataclass(frozen=True, slots=True)
class _Directory:
    """The kind and size of an image, as its directory has them."""

    at: int
    tags: dict[int, list[int]]

    def first(self, tag: int, default: int = 0) -> int:
        """The first value of a tag."""
        return (self.tags.get(tag) or [default])[0]

    @property
    def n_pixels(self) -> int:
        """Width times height."""
        return self.first(_WIDTH) * self.first(_HEIGHT)

    @property
    def is_shown(self) -> bool:
        """Whether it has colours, and is not a mask of another image."""
        is_mask = self.first(_NEW_SUBFILE) & _MASK or self.first(_PHOTOMETRIC) in _NOT_COLOURS
        return self.n_pixels > 0 and not is_mask

    @property
    def is_full(self) -> bool:
        """Whether it is not a reduced copy either."""
        is_reduced = self.first(_NEW_SUBFILE) & _REDUCED or self.first(_OLD_SUBFILE) == _OLD_REDUCED
        return self.is_shown and not is_reduced


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


def examine_tiff(file: IO[bytes], label: str) -> Pages:
    """The pages of a file that does not ask for too much, and which image is to be shown.

    That is the first page, unless it is a reduced copy (a thumbnail, or a level of a pyramid), a mask or a sensor's
    raw samples: then the full picture below it, or the first full page, or the largest that has colours.

    Raises:
        ImageTooLargeError: a directory that is read has too many entries or values, or a strip is too large to be
            unpacked.
    """
    layout, at, n_all = layout_of(file)
    if not at or at >= n_all:
        return Pages(1)
    _check_directory(file, layout, at, n_all, label)
    chain = list(_chain(file, layout, at))
    first = chain[0]
    pages = [each for each in chain if each.is_full]
    if first.is_full or not first.n_pixels:
        return Pages(max(1, len(pages) if first.n_pixels else len(chain)))
    below = [_read(file, layout, child) for child in first.tags.get(_SUB_IFDS, [])[:MAX_CHILDREN] if child < n_all]
    shown = (
        max((each for each in below if each.is_full), key=lambda each: each.n_pixels, default=None)
        or next(iter(pages), None)
        or max((each for each in (*chain, *below) if each.is_shown), key=lambda each: each.n_pixels, default=first)
    )
    if shown is first:
        return Pages(max(1, len(pages)))
    _check_directory(file, layout, shown.at, n_all, label)
    orientation = first.first(_ORIENTATION) if shown in below and _ORIENTATION not in shown.tags else 0
    return Pages(max(1, len(pages) + (shown in below)), shown.at, orientation if 2 <= orientation <= 8 else None)


def layout_of(file: IO[bytes]) -> tuple[_Layout, int | None, int]:
    """How a file writes its directories, where the first one is, and how long the file is."""
    file.seek(0)
    head = file.read(4)
    layout = _Layout("<" if head[:2] == b"II" else ">", head[2:4] in (b"+\0", b"\0+"))
    if layout.is_big:
        file.seek(8)
    at = layout.offset(file)
    return layout, at, file.seek(0, os.SEEK_END)


def starting_at(file: IO[bytes], at: int) -> Spliced:
    """The file with the directory at `at` as its first."""
    layout, _, n_all = layout_of(file)
    place = 8 if layout.is_big else 4
    offset = struct.pack(layout.order + ("Q" if layout.is_big else "I"), at)
    return Spliced(file, [(0, place), offset, (place + len(offset), n_all)])


def tags_at(file: IO[bytes], layout: _Layout, at: int, *, max_values: int) -> dict[int, list[int]]:
    """{tag: its values} of whole numbers in a directory, at most `max_values` of each."""
    file.seek(at)
    n_entries = min(layout.count(file) or 0, MAX_SHORT_ENTRIES)
    data = file.read(n_entries * layout.n_entry)
    form, width = layout.order + ("HHQ8s" if layout.is_big else "HHI4s"), 8 if layout.is_big else 4
    tags: dict[int, list[int]] = {}
    for start in range(0, len(data) - layout.n_entry + 1, layout.n_entry):
        tag, kind, n_values, value = struct.unpack_from(form, data, start)
        letter = _LETTERS.get(kind)
        if letter is None:
            continue
        n_bytes = _SIZES[kind] * min(n_values, max_values)
        if n_bytes > width:
            place = int.from_bytes(value, "little" if layout.order == "<" else "big")
            file.seek(min(place, _LAST_PLACE))
            value = file.read(n_bytes)
        n_read = min(len(value) // _SIZES[kind], n_values, max_values)
        tags.setdefault(tag, list(struct.unpack_from(f"{layout.order}{n_read}{letter}", value)))
    return tags


def entry_at(file: IO[bytes], layout: _Layout, at: int, tag: int) -> tuple[str, int] | None:
    """The letter, for `struct`, and the place of a tag's only value in a directory."""
    file.seek(at)
    n_entries = min(layout.count(file) or 0, MAX_SHORT_ENTRIES)
    begin = file.tell()
    data = file.read(n_entries * layout.n_entry)
    for start in range(0, len(data) - layout.n_entry + 1, layout.n_entry):
        found, kind = struct.unpack_from(layout.order + "HH", data, start)
        if found == tag and kind in _LETTERS:
            return _LETTERS[kind], begin + start + (12 if layout.is_big else 8)
    return None


def _read(file: IO[bytes], layout: _Layout, at: int) -> _Directory:
    return _Directory(at, tags_at(file, layout, at, max_values=MAX_CHILDREN))


def _check_directory(file: IO[bytes], layout: _Layout, at: int, n_all: int, label: str) -> None:
    file.seek(at)
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


def _chain(file: IO[bytes], layout: _Layout, at: int) -> Iterator[_Directory]:
    """Directories one after the other, up to one more than `MAX_FRAMES`."""
    seen: set[int] = set()
    while at and at not in seen and len(seen) <= MAX_FRAMES:
        file.seek(at)
        n_entries = layout.count(file)
        if n_entries is None:
            if not seen:
                yield _Directory(at, {})
            return
        seen.add(at)
        yield _read(file, layout, at)
        file.seek(at + (8 if layout.is_big else 2) + n_entries * layout.n_entry)
        at = layout.offset(file) or 0
