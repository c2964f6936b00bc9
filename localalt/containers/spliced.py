"""A file put together from parts of another one and bytes of one's own, as if it had been written so."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import IO, TypeAlias

__all__ = ["Part", "Spliced"]

Part: TypeAlias = bytes | tuple[int, int]
"""Bytes, or (from, before which place) of the other file."""


class Spliced(io.RawIOBase):
    """A seekable, read-only view of `parts`. The other file is neither copied nor closed.

    A decoder that stops at damage is given such a file, which ends as it should: Pillow's own switch for damaged files
    (`LOAD_TRUNCATED_IMAGES`) holds for all threads of a process, and hides which pixels are there.
    """

    def __init__(self, file: IO[bytes], parts: Sequence[Part]) -> None:
        super().__init__()
        self._file = file
        self._parts: list[tuple[int, bytes | int, int]] = []  # where it begins, bytes or their place, how many
        self._at = self.n_bytes = 0
        for part in parts:
            content, n = (part, len(part)) if isinstance(part, bytes) else (part[0], max(0, part[1] - part[0]))
            if n:
                self._parts.append((self.n_bytes, content, n))
                self.n_bytes += n
        self._part = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The present place."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, also beyond the end.

        Raises:
            ValueError: it is before the start.
        """
        at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.n_bytes}[whence]
        if at < 0:
            raise ValueError(f"negative place: {at}")
        self._at = at
        return at

    def read(self, size: int | None = -1) -> bytes:
        """At most `size` bytes, or all that are left."""
        end = self.n_bytes if size is None or size < 0 else min(self.n_bytes, self._at + size)
        pieces = []
        while self._at < end and (piece := self._piece(end)):
            pieces.append(piece)
            self._at += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _piece(self, end: int) -> bytes:
        """What one part has from the present place on, up to `end`; b"" where the other file has ended."""
        if self._parts[self._part][0] > self._at:
            self._part = 0
        while self._at >= self._parts[self._part][0] + self._parts[self._part][2]:
            self._part += 1
        begin, content, n = self._parts[self._part]
        skipped, wanted = self._at - begin, min(end, begin + n) - self._at
        if isinstance(content, bytes):
            return content[skipped : skipped + wanted]
        self._file.seek(content + skipped)
        return self._file.read(wanted)
