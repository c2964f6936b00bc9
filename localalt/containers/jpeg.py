"""JPEG: segments before the first scan, and the scans of a progressive picture (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from localalt.containers.limits import MAX_MEMORY_BYTES, check_memory, check_pixels, too_much

__all__ = ["MAX_PIXELS_IN_ONE_SCAN", "MAX_SCANS", "examine_jpeg", "segments"]

MAX_PIXELS_IN_ONE_SCAN = 1_000_000_000
"""Most pixels of a JPEG in one scan, of which only the reduced picture is ever in memory."""

MAX_SEGMENTS = 4096
"""Before the first scan. Portraits with depth maps, the fullest in use, have a few hundred."""
MAX_SEGMENT_BYTES = MAX_MEMORY_BYTES // 8
"""Of all segments together: Pillow holds them more than once."""
MAX_EXIF_SEGMENTS = 2
"""Pillow joins them one by one, and reads them while it opens the file. One is allowed; a few programs write two."""
MAX_JUNK_BYTES = 1 << 16
"""Between segments, which Pillow passes over byte by byte; marks of segments are counted too."""
MAX_SCANS = 100
"""Of a progressive picture: each goes over all of its coefficients. Encoders write about ten."""

_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_SOS, _EOI, _APP1 = 0xDA, 0xD9, 0xE1
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_BLOCK_BYTES = 1 << 20


def examine_jpeg(file: IO[bytes], label: str) -> None:
    """Refuse one that asks for too much.

    Raises:
        ImageTooLargeError: it has too many pixels, segments, bytes of metadata, or scans.
    """
    n_segments = n_bytes = n_exif = 0
    frame: tuple[int, bytes] | None = None
    for marker, length, body in segments(file, label):
        n_segments, n_bytes = n_segments + 1, n_bytes + length
        n_exif += marker == _APP1 and body.startswith(b"Exif\0")
        if n_exif > MAX_EXIF_SEGMENTS:
            raise too_much(label, f"more than {MAX_EXIF_SEGMENTS} segments of EXIF")
        if n_segments > MAX_SEGMENTS or n_bytes > MAX_SEGMENT_BYTES:
            raise too_much(label, f"more than {n_segments - 1:,} segments of metadata ({n_bytes:,} bytes)")
        if marker in _SOF and len(body) >= 6:
            frame = marker, body
        if marker == _SOS and frame is not None:
            _check_frame(*frame, n_in_scan=body[0] if body else 0, label=label)
            if frame[0] in _PROGRESSIVE and _n_scans(file) > MAX_SCANS:
                raise too_much(label, f"more than {MAX_SCANS} scans")
            return


def segments(file: IO[bytes], label: str) -> Iterator[tuple[int, int, bytes]]:
    """(marker, length, first bytes) of each segment up to the first scan's; the file then stands behind its header.

    What lies between segments is passed over as Pillow does it, so that both see the same ones.

    Raises:
        ImageTooLargeError: too much lies between them.
    """
    file.seek(2)
    n_junk = 0
    while byte := file.read(1):
        n_junk += 1
        if n_junk > MAX_JUNK_BYTES:
            raise too_much(label, f"more than {MAX_JUNK_BYTES:,} bytes between its segments")
        if byte != b"\xff":
            continue
        while (marker := file.read(1)) in (b"\xff", b"\0") and n_junk <= MAX_JUNK_BYTES:
            n_junk += 1
        if not marker:
            return
        if marker[0] in _ALONE:
            continue
        length = int.from_bytes(file.read(2), "big")
        body = file.read(min(max(length - 2, 0), 64))
        file.seek(max(length - 2, 0) - len(body), 1)
        yield marker[0], length, body
        if marker[0] == _SOS:
            return


def _check_frame(marker: int, frame: bytes, *, n_in_scan: int, label: str) -> None:
    """Whether what libjpeg holds is little enough.

    Row by row where all components come in one scan. Otherwise it holds the coefficients of the whole picture, two
    bytes for each sample, however small it decodes.
    """
    size = int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
    factors = [(byte >> 4, byte & 15) for byte in frame[7::3][: frame[5]]]
    if (marker not in _PROGRESSIVE and n_in_scan >= frame[5]) or not factors or size[1] == 0:
        check_pixels((max(1, size[0]), max(1, size[1])), label, MAX_PIXELS_IN_ONE_SCAN)
        return
    across, down = (
        max(1, *(factor[i] for factor in factors)) if len(factors) > 1 else max(1, factors[0][i]) for i in (0, 1)
    )
    n_samples = sum(h * v for h, v in factors) / (across * down)
    check_memory(size, 2 * n_samples + 0.5, label)


def _n_scans(file: IO[bytes]) -> int:
    """Scans from the one on whose data the file stands behind; counting ends beyond `MAX_SCANS`."""
    n_scans, rest = 1, b""
    while n_scans <= MAX_SCANS and (block := file.read(_BLOCK_BYTES)):
        data = rest + block
        for match in _MARKER.finditer(data):
            n_scans += match[1][0] == _SOS
            if match[1][0] == _EOI:
                return n_scans
        rest = b"\xff" if data.endswith(b"\xff") else b""
    return n_scans
