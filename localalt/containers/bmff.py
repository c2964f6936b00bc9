"""AVIF: how long its EXIF is (ISO/IEC 14496-12, 8.11: meta, iinf, iloc)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from localalt.containers.limits import MAX_EXIF_BYTES, too_much

__all__ = ["examine_avif"]

MAX_META_BYTES = 1 << 22
"""Of the box that describes all items: a grid of a thousand tiles takes some 50 kB."""


def examine_avif(file: IO[bytes], label: str) -> None:
    """Refuse one that asks for too much: Pillow reads the EXIF while it opens the file.

    Raises:
        ImageTooLargeError: its descriptions or its EXIF are too long.
    """
    for kind, at, n_bytes in _boxes_of(file):
        if kind == b"meta":
            if n_bytes > MAX_META_BYTES:
                raise too_much(label, f"{n_bytes:,} bytes of descriptions")
            file.seek(at)
            n_exif = _n_exif(file.read(n_bytes))
            if n_exif > MAX_EXIF_BYTES:
                raise too_much(label, f"{n_exif:,} bytes of EXIF")
            return


def _boxes_of(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """(type, place of the content, its bytes) of each box of a file."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        n_bytes, n_head = int.from_bytes(head[:4], "big"), 8
        if n_bytes == 1 and len(head) == 16:
            n_bytes, n_head = int.from_bytes(head[8:], "big"), 16
        if n_bytes < n_head:
            return
        yield head[4:8], at + n_head, n_bytes - n_head
        at += n_bytes


def _boxes(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of each box in `data` from `at` on."""
    while at + 8 <= len(data):
        n_bytes = int.from_bytes(data[at : at + 4], "big")
        if n_bytes < 8:
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + n_bytes]
        at += n_bytes


def _n_exif(meta: bytes) -> int:
    boxes = dict(_boxes(meta, 4))
    items = {item for item, kind in _items(boxes.get(b"iinf", b"")) if kind == b"Exif"}
    try:
        return sum(n_bytes for item, n_bytes in _extents(boxes.get(b"iloc", b"")) if item in items)
    except (struct.error, IndexError):
        return 0


def _items(iinf: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, type) of each item."""
    if not iinf:
        return
    for kind, entry in _boxes(iinf, 4 + (2 if iinf[0] == 0 else 4)):
        if kind == b"infe" and entry[:1] in (b"\2", b"\3"):
            width = 2 if entry[0] == 2 else 4
            yield int.from_bytes(entry[4 : 4 + width], "big"), entry[6 + width : 10 + width]


def _extents(iloc: bytes) -> Iterator[tuple[int, int]]:
    """(number of the item, bytes) of each extent.

    Raises:
        IndexError: the box ends early.
    """
    if not iloc:
        return
    version = iloc[0]
    n_offset, n_length = iloc[4] >> 4, iloc[4] & 15
    n_base, n_index = iloc[5] >> 4, iloc[5] & 15 if version else 0
    wide = 4 if version == 2 else 2
    at = 6

    def number(width: int) -> int:
        nonlocal at
        at += width
        if at > len(iloc):
            raise IndexError(at)
        return int.from_bytes(iloc[at - width : at], "big")

    for _ in range(number(wide)):
        item = number(wide)
        number(2 if version else 0)
        number(2 + n_base)
        for _ in range(number(2)):
            number(n_index + n_offset)
            yield item, number(n_length)
