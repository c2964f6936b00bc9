"""PNGs whose metadata is damaged or too large, that are cut short, or whose later frames are missing.

Pillow refuses the whole picture for a chunk of metadata that it cannot read. Here such chunks are left out, and pixels
are counted by unpacking them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, cast

from localalt.containers import MAX_EXIF_BYTES, MAX_PIXELS, check_pixels
from localalt.containers.limits import MAX_MEMORY_BYTES
from localalt.containers.png import Chunk, chunks
from localalt.containers.spliced import Part, Spliced
from localalt.image.damage.repair import Repair, cut_short, is_enough
from localalt.image.icons import largest_png

__all__ = ["repair_icon", "repair_png"]

MAX_METADATA_BYTES = 1 << 20
"""Of a chunk of metadata, packed and unpacked: what Pillow reads of one."""
MAX_ALL_METADATA_BYTES = 1 << 22
"""Of all of them."""
MAX_TRIED_METADATA_BYTES = 1 << 26
"""That are unpacked to see how much they are; what comes behind is left out."""
MAX_SKIPPED_BYTES = 1 << 24
"""Among which the next chunk is looked for behind one whose length is wrong."""
MAX_SEARCHES = 8
"""For the next chunk."""

_PIECE_BYTES = 1 << 16
_FILLING_BYTES = 32
"""Zeros at the end of a file that are taken for room that was never written to."""
_PIXELS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_METADATA = {b"tRNS": None, b"sBIT": None, b"eXIf": None, b"tEXt": None, b"iCCP": 1, b"zTXt": 1, b"iTXt": 1}
"""Chunks that are used here, and whether they may be packed. What else there is changes nothing."""
_PALETTE = 3
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column and row, and their steps, of each pass (section 8.2)."""
_GRIDS = {6: (1, 2), 5: (2, 2)}
"""{passes that are there: every how many columns and rows there is a pixel}; fewer are less than half of a side."""


@dataclass(frozen=True, slots=True)
class _Header:
    size: tuple[int, int]
    n_bits: int
    """Of a pixel."""
    kind: int
    """Of colour."""
    is_interlaced: bool

    @property
    def max_key_bytes(self) -> int:
        """Most bytes of the colours that are transparent (tRNS)."""
        return {0: 2, 2: 6, _PALETTE: 256}.get(self.kind, 0)

    def passes(self) -> list[int]:
        """Unpacked bytes of each pass; of a picture that is not interlaced, of the whole."""
        width, height = self.size
        sizes = [(width, height)]
        if self.is_interlaced:
            sizes = [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, y, dx, dy in _PASSES]
        return [self.row_bytes(columns) * rows if columns > 0 and rows > 0 else 0 for columns, rows in sizes]

    def row_bytes(self, columns: int) -> int:
        """Of a row with its filter."""
        return 1 + (columns * self.n_bits + 7) // 8


def repair_icon(file: IO[bytes], label: str) -> Repair | None:
    """The largest image of an icon, if it is a PNG; see `repair_png`."""
    part = largest_png(file)
    return repair_png(cast("IO[bytes]", part), label) if part is not None else None


def repair_png(file: IO[bytes], label: str) -> Repair | None:
    """The file without what is damaged in it; None where nothing can be made of it.

    Raises:
        ImageFormatError, ImageTooLargeError: it has no pixels, or too many.
        OSError: fewer than half of its rows are there.
    """
    found = list(_found(file))
    header = _header(file, found)
    if header is None:
        return None
    check_pixels(header.size, label)
    passes = header.passes()
    if sum(passes) > min(4 * MAX_PIXELS, MAX_MEMORY_BYTES):
        return None
    kept, dropped = _metadata(file, found, header)
    pixels = [each for each in found if each.name == b"IDAT"]
    n_unpacked = _n_unpacked(file, found, sum(passes))
    if n_unpacked >= sum(passes):
        animation, missing = _animation(file, found)
        reasons = []
        if dropped:
            what = ", ".join(sorted({name.decode() for name in dropped}))
            reasons.append(f"Metadata of the file ({what}) is damaged or too large, and was left out.")
        if missing:
            reasons.append("The file is cut short or damaged: later frames of its animation are missing.")
        if not reasons and animation is None and pixels[-1].is_whole and found[-1].name == b"IEND":
            reasons.append("Data of the file beside its pixels is damaged, and was left out.")
        reasons.append("The picture itself is whole.")
        return Repair(Spliced(file, _parts(file, found, kept, header, animation)), " ".join(reasons))
    height = header.size[1]
    if header.is_interlaced:
        n_passes = next(n for n in range(7, -1, -1) if sum(passes[:n]) <= n_unpacked)
        if n_passes not in _GRIDS:
            raise OSError(f"{n_passes} of 7 passes are there")
        message = (
            "The file is cut short or damaged: the picture is there at about half of its resolution. "
            "Save or download it again."
        )
        return Repair(Spliced(file, _parts(file, found, kept, header)), message, _GRIDS[n_passes])
    n_rows = n_unpacked // header.row_bytes(header.size[0])
    if not is_enough(n_rows, height):
        raise OSError(f"{n_rows:,} of {height:,} rows are there")
    short = replace(header, size=(header.size[0], n_rows))
    return Repair(Spliced(file, _parts(file, found, kept, short)), cut_short(n_rows, height))


def _found(file: IO[bytes]) -> Iterator[Chunk]:
    """The chunks of a file; where one has a wrong length, from the next one of pixels on."""
    at, has_pixels = 8, False
    for _ in range(MAX_SEARCHES):
        last: Chunk | None = None
        for chunk in chunks(file, at):
            # A length that is wrong leads beyond the file, or into the midst of pixels.
            if not chunk.is_whole and chunk.name not in _PIXELS and not has_pixels:
                break
            has_pixels = has_pixels or chunk.name == b"IDAT"
            last = chunk
            yield chunk
        if has_pixels:
            return
        begin = last.at if last else at
        file.seek(begin)
        data = file.read(MAX_SKIPPED_BYTES)
        places = [place for name in (b"PLTE", b"IDAT") if (place := data.find(name, 8)) >= 4]
        if not places:
            return
        at = begin + min(places) - 4


def _header(file: IO[bytes], found: Sequence[Chunk]) -> _Header | None:
    if not found or found[0].name != b"IHDR" or found[0].n_bytes < 13:
        return None
    file.seek(found[0].at + 8)
    width, height, depth, kind, _, _, interlace = struct.unpack(">IIBBBBB", file.read(13))
    if kind not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        return None
    return _Header((width, height), depth * _CHANNELS[kind], kind, interlace == 1)


def _metadata(file: IO[bytes], found: Sequence[Chunk], header: _Header) -> tuple[set[Chunk], set[bytes]]:
    """Chunks of metadata that are whole and not too large, and the names of those that are neither."""
    kept: set[Chunk] = set()
    dropped: set[bytes] = set()
    n_all = n_tried = 0
    for chunk in found:
        if chunk.name not in _METADATA:
            continue
        limit = {b"eXIf": MAX_EXIF_BYTES, b"tRNS": header.max_key_bytes}.get(chunk.name, MAX_METADATA_BYTES)
        n_least = header.max_key_bytes if chunk.name == b"tRNS" and header.kind != _PALETTE else 1
        is_fit = chunk.is_whole and n_least <= chunk.n_bytes <= limit and n_tried < MAX_TRIED_METADATA_BYTES
        n = _n_sound(file, chunk) if is_fit else None
        n_tried += (MAX_METADATA_BYTES if n is None else n) if is_fit else 0
        if n is not None and n_all + n <= MAX_ALL_METADATA_BYTES:
            n_all += n
            kept.add(chunk)
        else:
            dropped.add(chunk.name)
    return kept, dropped


def _n_sound(file: IO[bytes], chunk: Chunk) -> int | None:
    """Bytes of a chunk, unpacked; None where its checksum is wrong, or it does not unpack or to too much."""
    file.seek(chunk.at + 4)
    data = file.read(4 + chunk.n_bytes)
    if zlib.crc32(data) != int.from_bytes(file.read(4), "big"):
        return None
    content = data[4:]
    name, _, rest = content.partition(b"\0")
    if _METADATA[chunk.name] is None or (chunk.name == b"iTXt" and rest[:1] != b"\1"):
        return len(content)
    # Of iTXt behind how it is packed, its language, and its name in that.
    rest = rest[2:].split(b"\0", 2)[-1] if chunk.name == b"iTXt" else rest[1:]
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(rest, MAX_METADATA_BYTES)
    except zlib.error:
        return None
    return len(unpacked) if name and not unpacker.unconsumed_tail else None


def _n_unpacked(file: IO[bytes], found: Sequence[Chunk], n_wanted: int) -> int:
    """Unpacked bytes that the chunks of pixels hold before any damage, up to `n_wanted`.

    Of a chunk with an error in it nothing counts: what was unpacked before the error may be wrong as well.
    """
    unpacker = zlib.decompressobj()
    n, last = 0, found[-1]
    for chunk in found:
        if chunk.name != b"IDAT":
            continue
        sure, left = n, chunk.n_bytes - (_n_filling(file, chunk) if chunk is last else 0)
        file.seek(chunk.at + 8)
        try:
            while left > 0 and (piece := file.read(min(left, _PIECE_BYTES))):
                left -= len(piece)
                while piece and n < n_wanted:
                    n += len(unpacker.decompress(piece, 1 << 20))
                    piece = unpacker.unconsumed_tail
        except zlib.error:
            return sure
        if n >= n_wanted or unpacker.eof:
            break
    return min(n, n_wanted)


def _n_filling(file: IO[bytes], chunk: Chunk) -> int:
    """Zeros at the end of a chunk, where there are many."""
    file.seek(max(chunk.at + 8, chunk.end - _PIECE_BYTES))
    data = file.read(chunk.end - file.tell())
    n = len(data) - len(data.rstrip(b"\0"))
    return n if n >= _FILLING_BYTES else 0


def _animation(file: IO[bytes], found: Sequence[Chunk]) -> tuple[list[Chunk] | None, bool]:
    """The chunks of an animation up to its last whole frame, None where there is none, and whether some are missing."""
    control = next((each for each in found if each.name == b"acTL" and each.n_bytes >= 8), None)
    if control is None:
        return None, False
    file.seek(control.at + 8)
    n_frames = int.from_bytes(file.read(4), "big")
    kept: list[Chunk] = []
    frame: list[Chunk] = []
    n_whole, n_next, has_data = 0, 0, False
    for chunk in found:
        if chunk.name in (b"fcTL", b"IEND"):
            if has_data:
                kept, frame, n_whole = [*kept, *frame], [], n_whole + 1
            has_data = False
        if chunk.name in (b"fcTL", b"fdAT"):
            file.seek(chunk.at + 8)
            if not chunk.is_whole or int.from_bytes(file.read(4), "big") != n_next:
                break
            n_next += 1
        if chunk.name in (b"fcTL", b"fdAT", b"IDAT") and (frame or chunk.name == b"fcTL"):
            frame.append(chunk)
            has_data = has_data or chunk.name != b"fcTL"
    return (kept if n_whole else None), n_whole < n_frames


def _parts(
    file: IO[bytes],
    found: Sequence[Chunk],
    kept: set[Chunk],
    header: _Header,
    animation: Sequence[Chunk] | None = None,
) -> list[Part]:
    """The file without what is not to be in it, with the height that `header` has."""
    frames = set(animation or ())
    file.seek(found[0].at + 16)
    rest = file.read(5)
    parts: list[Part] = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", struct.pack(">II", *header.size) + rest)]
    if animation:
        n_frames = sum(chunk.name == b"fcTL" for chunk in animation)
        parts.append(_chunk(b"acTL", struct.pack(">II", n_frames, 0)))
    for chunk in found[1:]:
        is_pixels = chunk.name == b"IDAT" or (chunk.name == b"PLTE" and chunk.is_whole)
        if not is_pixels and chunk not in kept and chunk not in frames:
            continue
        if chunk.is_whole:
            parts.append((chunk.at, chunk.end))
        else:  # the checksum of pixels is not looked at
            parts += [struct.pack(">I", chunk.n_bytes), (chunk.at + 4, chunk.end), b"\0\0\0\0"]
    return [*parts, _chunk(b"IEND", b"")]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
