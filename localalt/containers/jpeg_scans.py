"""JPEG: where its scans are, which coefficients they hold, and where their data ends (ITU-T T.81, annexes B and G)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from localalt.containers.jpeg import MAX_SCANS, segments

__all__ = ["Frame", "Scan", "read_scans"]

LAST_COEFFICIENT = 63
"""Of a block, in zigzag order."""

_SEQUENTIAL = frozenset((0xC0, 0xC1, 0xC9))
_PROGRESSIVE = frozenset((0xC2, 0xCA))
_SOS, _EOI = 0xDA, 0xD9
_BETWEEN_SCANS = frozenset((0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xFE, *range(0xE0, 0xF0)))
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_BLOCK_BYTES = 1 << 20
_FILLING_BYTES = 32
"""Equal bytes at the end of a file that are taken for room that was never written to."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A pass over some coefficients of some components."""

    components: tuple[int, ...]
    first: int
    last: int
    is_refinement: bool
    data_at: int
    end: int
    """The place behind its data."""
    is_ended: bool
    """Whether a marker follows that may follow: that of another scan, of tables, or of the end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture that the scans belong to."""

    is_progressive: bool
    size: tuple[int, int]
    height_at: int
    """Where the two bytes of its height are."""
    components: tuple[int, ...]
    scans: Sequence[Scan]
    has_end: bool
    """Whether the end marker is there."""


def read_scans(file: IO[bytes], label: str) -> Frame | None:
    """The frame of a file with its scans, as far as they are there; None where no scan begins, or it is of a rare kind.

    Raises:
        ImageTooLargeError: see `segments`.
    """
    n_all = file.seek(0, 2)
    frame: tuple[int, int, bytes] | None = None
    header = b""
    for marker, length, body in segments(file, label):
        if marker in _SEQUENTIAL | _PROGRESSIVE and len(body) >= 9:
            frame = marker, file.tell() - length + 3, body
        if marker == _SOS:
            header = body
    if frame is None:
        return None
    marker, height_at, body = frame
    scans: list[Scan] = []
    has_end = False
    while len(header) >= 6 and len(scans) <= MAX_SCANS:
        at = file.tell()
        end, following = _data_end(file, at, n_all)
        next_header, has_end, is_ended = _between(file, end, following)
        scans.append(_scan(header, at, end, is_ended))
        header = next_header
    size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
    return Frame(marker in _PROGRESSIVE, size, height_at, tuple(body[6::3][: body[5]]), scans, has_end)


def _scan(header: bytes, at: int, end: int, is_ended: bool) -> Scan:
    n = min(header[0], 4)
    first, last, approximation = header[1 + 2 * n : 4 + 2 * n].ljust(3, b"\0")
    return Scan(tuple(header[1 : 1 + 2 * n : 2]), first, last, approximation >> 4 > 0, at, end, is_ended)


def _data_end(file: IO[bytes], at: int, n_all: int) -> tuple[int, int | None]:
    """The place behind the data that begins at `at`, and the marker there; None where the file ends."""
    file.seek(at)
    rest = b""
    while block := file.read(_BLOCK_BYTES):
        data = rest + block
        if match := _MARKER.search(data):
            return at + match.start(), match[1][0]
        rest = b"\xff" if data.endswith(b"\xff") else b""
        at += len(data) - len(rest)
    return _without_filling(file, n_all), None


def _without_filling(file: IO[bytes], end: int) -> int:
    """The place behind the last byte that was written, of a file that may have been given its length before."""
    place = end
    while place > 0:
        begin = max(0, place - _BLOCK_BYTES)
        file.seek(begin)
        data = file.read(place - begin)
        stripped = data.rstrip(b"\0") if data.endswith(b"\0") else data.rstrip(b"\xff")
        place = begin + len(stripped)
        if stripped:
            break
    if end - place >= _FILLING_BYTES:
        return place
    file.seek(max(0, end - 1))
    return end - 1 if file.read(1) == b"\xff" else end  # half of a marker


def _between(file: IO[bytes], at: int, marker: int | None) -> tuple[bytes, bool, bool]:
    """The header of the scan that follows, whether the end marker does, and whether either or a table follows.

    The file then stands behind that header.
    """
    is_ended = False
    while marker is not None and (marker in _BETWEEN_SCANS or marker in (_SOS, _EOI)):
        is_ended = True
        file.seek(at)
        while (byte := file.read(1)) == b"\xff":
            pass
        if byte[0] == _EOI:
            return b"", True, True
        length = int.from_bytes(file.read(2), "big")
        content = file.read(max(0, length - 2))
        if byte[0] == _SOS:
            return content, False, True
        at = file.tell()
        head = file.read(2)
        marker = head[1] if len(head) == 2 and head[0] == 0xFF else None
    return b"", False, is_ended
