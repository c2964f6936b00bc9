"""Frames: how two processes talk over a pair of pipes. A frame is a JSON value and any number of buffers of bytes.

On the pipe: the length of the JSON text as a little-endian uint32, the text, and the buffers one after the other. The
text is `[body, [length of each buffer]]`. A large buffer may lie in memory that both have mapped: `[where, length]` is
in the place of its length then, and nothing of it on the pipe. Nothing is pickled: what comes out of a pipe is data,
and never code.
"""

from __future__ import annotations

import json
import os
import struct
import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from io import RawIOBase
from typing import Any

from localalt.isolation.shared_memory import MappedMemory, SharedMemory

__all__ = ["PROTOCOL", "Frame", "FrameReader", "FrameWriter", "NotAMessageError", "widen"]

PROTOCOL = 2
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
LEAST_SHARED_BYTES = PIPE_BYTES
"""Of a buffer in shared memory: the pipe takes a smaller one at once."""

_LENGTH = struct.Struct("<I")


class NotAMessageError(ValueError):
    """What came through a pipe is not what the other side of this version of localalt sends."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message."""

    body: dict[str, Any]
    """JSON values."""
    buffers: Sequence[bytes | bytearray | memoryview] = field(default=())
    owner: Hashable | None = None
    """For whom its buffers may lie in shared memory, until that is freed for the same. Does not cross."""


class FrameWriter:
    """Writes frames to a file descriptor, whole, from any thread, and large buffers to `memory`, where there is one."""

    def __init__(self, fd: int, memory: SharedMemory | None = None) -> None:
        self._fd, self._memory = fd, memory
        self._lock = threading.Lock()

    def write(self, frame: Frame) -> None:
        """Write one; waits while the pipe is full.

        Raises:
            OSError: the other side is gone.
        """
        views = [memoryview(each).cast("B") for each in frame.buffers]
        places = [self._put(view, frame.owner) for view in views]
        entries = [
            view.nbytes if place is None else [place, view.nbytes] for view, place in zip(views, places, strict=True)
        ]
        text = json.dumps([frame.body, entries], separators=(",", ":")).encode("ascii")
        with self._lock:
            self._write(memoryview(_LENGTH.pack(len(text)) + text))
            for view, place in zip(views, places, strict=True):
                if place is None:
                    self._write(view)

    def _put(self, view: memoryview, owner: Hashable | None) -> int | None:
        if self._memory is None or owner is None or view.nbytes < LEAST_SHARED_BYTES:
            return None
        return self._memory.put(owner, view)

    def _write(self, view: memoryview) -> None:
        while view:
            view = view[os.write(self._fd, view) :]


class FrameReader:
    """Reads frames from an unbuffered file, in one thread. Nothing of it has a lock that a fork could copy held.

    Args:
        file: to be read.
        memory: where large buffers may lie, which are not copied.
    """

    def __init__(self, file: RawIOBase, memory: MappedMemory | None = None) -> None:
        self._file, self._memory = file, memory
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
        body, entries = _parsed(text)
        self._max_json_bytes = MAX_JSON_BYTES
        buffers: list[bytearray | memoryview] = []
        for entry in entries:
            buffer = self._exactly(entry) if isinstance(entry, int) else self._shared(*entry)
            if buffer is None:
                return None
            buffers.append(buffer)
        return Frame(body, buffers)

    def _shared(self, where: int, n_bytes: int) -> memoryview:
        if self._memory is None:
            raise NotAMessageError("a buffer in memory that is not shared")
        try:
            return self._memory.read(where, n_bytes)
        except ValueError as error:
            raise NotAMessageError(str(error)) from error

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


def _parsed(text: bytearray) -> tuple[dict[str, Any], list[int | tuple[int, int]]]:
    try:
        body, entries = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise NotAMessageError(f"the text of a frame cannot be read: {error}") from error
    if not isinstance(body, dict) or not isinstance(entries, list):
        raise NotAMessageError("a frame of another shape")
    return body, [_entry(each) for each in entries]


def _entry(value: Any) -> int | tuple[int, int]:  # noqa: ANN401 (JSON values)
    """The length of a buffer, or where it is and its length."""
    numbers = value if isinstance(value, list) and len(value) == 2 else [value]
    if not all(type(each) is int and 0 <= each <= MAX_BYTES for each in numbers):
        raise NotAMessageError("a buffer without a length")
    return (numbers[0], numbers[1]) if len(numbers) == 2 else numbers[0]


def widen(fd: int) -> None:
    """Let a pipe hold a picture, where the system can."""
    try:
        import fcntl

        fcntl.fcntl(fd, getattr(fcntl, "F_SETPIPE_SZ"), PIPE_BYTES)  # noqa: B009 (only Linux has it)
    except (ImportError, AttributeError, OSError):
        pass
