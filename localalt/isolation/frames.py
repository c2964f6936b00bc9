"""Frames: how two processes talk over a pair of pipes. A frame is a JSON value and any number of buffers of bytes.

On the pipe: the length of the JSON text as a little-endian uint32, the text, and the buffers one after the other. The
text is `[body, [length of each buffer]]`. Nothing is pickled: what comes out of a pipe is data, and never code.
"""

from __future__ import annotations

import json
import os
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import RawIOBase
from typing import Any

__all__ = ["PROTOCOL", "Frame", "FrameReader", "FrameWriter", "NotAMessageError", "widen"]

PROTOCOL = 1
"""Counts up with every change of what is said, so that two versions of localalt notice that they differ."""
MAX_JSON_BYTES = 1 << 28
"""More than any message has: what claims to be longer is not a frame."""
MAX_BYTES = 1 << 36
"""Of a buffer: more than any picture has."""
MAX_FIRST_JSON_BYTES = 1 << 20
"""Of the first: a program that is not localalt's says something else, and text as a length is a hundred times that."""
FIRST_BYTES = 1 << 26
"""Most bytes that are set aside for a buffer before any of it is here: its claimed length may be wrong."""
PIPE_BYTES = 1 << 18
"""A picture passes in a few turns, and what is in the pipe stays in the processor's cache. 3 MB take 1.15 ms with 64
KiB, 0.86 with 256 KiB and 1.55 with the 1 MiB that Linux allows at most (one core of a Zen 5)."""

_LENGTH = struct.Struct("<I")


class NotAMessageError(ValueError):
    """What came through a pipe is not what the other side of this version of localalt sends."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message."""

    body: dict[str, Any]
    """JSON values."""
    buffers: Sequence[bytes | bytearray | memoryview] = field(default=())


class FrameWriter:
    """Writes frames to a file descriptor, whole, from any thread."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()

    def write(self, frame: Frame) -> None:
        """Write one; waits while the pipe is full.

        Raises:
            OSError: the other side is gone.
        """
        views = [memoryview(each).cast("B") for each in frame.buffers]
        text = json.dumps([frame.body, [view.nbytes for view in views]], separators=(",", ":")).encode("ascii")
        with self._lock:
            self._write(memoryview(_LENGTH.pack(len(text)) + text))
            for view in views:
                self._write(view)

    def _write(self, view: memoryview) -> None:
        while view:
            view = view[os.write(self._fd, view) :]


class FrameReader:
    """Reads frames from an unbuffered file, in one thread. Nothing of it has a lock that a fork could copy held."""

    def __init__(self, file: RawIOBase) -> None:
        self._file = file
        self._max_json_bytes = MAX_FIRST_JSON_BYTES

    def read(self) -> Frame | None:
        """The next one; None once the other side is gone, be it in the middle of one.

        Raises:
            NotAMessageError: what comes is not a frame.
        """
        head = self._exactly(_LENGTH.size)
        if head is None:
            return None
        (length,) = _LENGTH.unpack(head)
        if length > self._max_json_bytes:
            raise NotAMessageError(f"a frame of {length} bytes")
        text = self._exactly(length)
        if text is None:
            return None
        body, sizes = _parsed(text)
        self._max_json_bytes = MAX_JSON_BYTES
        buffers = []
        for size in sizes:
            buffer = self._exactly(size)
            if buffer is None:
                return None
            buffers.append(buffer)
        return Frame(body, buffers)

    def _exactly(self, n_bytes: int) -> bytearray | None:
        buffer = bytearray(min(n_bytes, FIRST_BYTES))
        filled = 0
        while filled < n_bytes:
            if filled == len(buffer):
                buffer.extend(bytes(min(n_bytes - filled, filled)))
            with memoryview(buffer) as view:
                n_read = self._file.readinto(view[filled:])
            if not n_read:
                return None
            filled += n_read
        return buffer


def _parsed(text: bytearray) -> tuple[dict[str, Any], list[int]]:
    try:
        body, sizes = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise NotAMessageError(f"the text of a frame cannot be read: {error}") from error
    if not isinstance(body, dict) or not isinstance(sizes, list):
        raise NotAMessageError("a frame of another shape")
    if not all(type(size) is int and 0 <= size <= MAX_BYTES for size in sizes):
        raise NotAMessageError("a buffer without a length")
    return body, sizes


def widen(fd: int) -> None:
    """Let a pipe hold a picture, where the system can."""
    try:
        import fcntl

        fcntl.fcntl(fd, getattr(fcntl, "F_SETPIPE_SZ"), PIPE_BYTES)  # noqa: B009 (only Linux has it)
    except (ImportError, AttributeError, OSError):
        pass
