"""PNG: its chunks (PNG Specification, third edition, sections 5 and 11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

__all__ = ["Chunk", "chunks", "significant_bits"]

MAX_CHUNKS = 1_000_000
"""That are looked at. libpng writes 8 kB of pixels in each: this is 8 GB."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a chunk is, and what its header says."""

    name: bytes
    at: int
    """Of its first byte, which is that of its length."""
    n_bytes: int
    """Of its content, as far as it is there."""
    is_whole: bool
    """Whether the file goes on to its end, with its checksum."""

    @property
    def end(self) -> int:
        """The place behind it."""
        return self.at + 8 + self.n_bytes + (4 if self.is_whole else 0)


def chunks(file: IO[bytes], at: int = 8) -> Iterator[Chunk]:
    """The chunks of a file from one that begins at `at` on; none of its content is read.

    Ends behind IEND, where the file ends, and where a name is not one.
    """
    n_all = file.seek(0, 2)
    for _ in range(MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        name, n_bytes = head[4:], int.from_bytes(head[:4], "big")
        if len(head) < 8 or not name.isalpha():
            return
        there = max(0, min(n_bytes, n_all - at - 8))
        chunk = Chunk(name, at, there, at + 12 + n_bytes <= n_all)
        yield chunk
        at = chunk.end
        if name == b"IEND" or not chunk.is_whole:
            return


def significant_bits(file: IO[bytes]) -> int | None:
    """The depth from which a grey picture of 16 bits was made (sBIT), where its file says so."""
    for chunk in chunks(file):
        if chunk.name == b"IDAT":
            return None
        if chunk.name == b"IHDR":
            file.seek(chunk.at + 8)
            header = file.read(13)
            if len(header) < 13 or header[8] != 16 or header[9] != 0:
                return None
        if chunk.name == b"sBIT" and chunk.n_bytes == 1:
            file.seek(chunk.at + 8)
            n_bits = file.read(1)[0]
            return n_bits if 1 <= n_bits < 16 else None
    return None
