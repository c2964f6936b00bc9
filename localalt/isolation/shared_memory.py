"""Memory in which a child reads pictures where its parent has written them: a file that has no name. On Linux.

    parent: put(owner, data) -> where --(a frame)--> child: read(where, n_bytes) --(its answer)--> parent: free(owner)

The parent writes and never maps the file: want of memory is an OSError then, and no signal. The child maps all of it
once, to be read only. Pages stay from one picture to the next: on a virtual machine, fresh ones for 3 MB took 3 to 5
ms, and the copy 0.2. Knows nothing of frames or pictures.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Hashable
from io import FileIO
from typing import TypedDict

from localalt.isolation.descriptors import not_standard
from localalt.isolation.regions import Regions

__all__ = ["HELD_BYTES", "MAX_BYTES", "MappedMemory", "Offer", "SharedMemory"]

MAX_BYTES = 256 << 20
"""For one child: address space, in which there is memory where pictures are. Two of 40 megapixels."""
HELD_BYTES = 64 << 20
"""Not given back between two pictures: as much as the child's allocator holds on to."""


class Offer(TypedDict):
    """What a child needs to find the memory, as JSON values."""

    fd: int
    """Its descriptor in the child, if no program in between has closed it."""
    file: list[int]
    """By which it is recognized: the file system, and the number there."""
    n_bytes: int


class SharedMemory:
    """The parent's side. Where the system has none, nothing can be put.

    One thread puts and closes; others may free.
    """

    def __init__(self) -> None:
        self._file: FileIO | None = None
        with contextlib.suppress(OSError):
            self._file = _nameless()
        self._lock = threading.Lock()
        self._regions = Regions(MAX_BYTES, os.sysconf("SC_PAGE_SIZE") if self._file is not None else 1)
        self._is_accepted = False

    @property
    def descriptors(self) -> list[int]:
        """What the child is to inherit."""
        return [] if self._file is None or self._file.closed else [self._file.fileno()]

    @property
    def offer(self) -> Offer | None:
        """What the child is to be sent."""
        for fd in self.descriptors:
            status = os.fstat(fd)
            return {"fd": fd, "file": [status.st_dev, status.st_ino], "n_bytes": MAX_BYTES}
        return None

    def begin(self) -> None:
        """The child has mapped it: before that, nothing is put."""
        self._is_accepted = True

    def put(self, owner: Hashable, data: memoryview) -> int | None:
        """Write `data`, and say where it begins until `free(owner)`; None where there is no room."""
        with self._lock:
            if not self._is_accepted or self._file is None:
                return None
            start = self._regions.take(owner, data.nbytes)
        if start is None:
            return None
        n_written = 0
        try:
            while n_written < data.nbytes:
                n_written += os.pwrite(self._file.fileno(), data[n_written:], start + n_written)
        except OSError:  # the system has no memory left
            _give_back(self._file, start, start + data.nbytes)
            return None
        return start

    def free(self, owner: Hashable) -> None:
        """What `owner` has put is read no more."""
        with self._lock:
            for start, end in self._regions.free(owner):
                if end > HELD_BYTES and self._file is not None and not self._file.closed:
                    _give_back(self._file, max(start, HELD_BYTES), end)

    def close(self) -> None:
        """Give all of it back, as far as this process holds it. Safe to call again."""
        with self._lock:
            self.forget()

    def forget(self) -> None:
        """Leave it to the process that this one was forked from, whatever a thread was doing there."""
        if self._file is not None:
            self._file.close()


class MappedMemory:
    """The child's side."""

    def __init__(self) -> None:
        self._all = memoryview(b"")

    def accept(self, offer: Offer) -> bool:
        """Map what the parent offers. Whether that could be done."""
        import mmap

        fd = offer["fd"]
        try:
            status = os.fstat(fd)
            if [status.st_dev, status.st_ino] != offer["file"]:  # a program in between has closed it
                return False
            self._all = memoryview(mmap.mmap(fd, offer["n_bytes"], access=mmap.ACCESS_READ))
            os.close(fd)  # before a process of this one's inherits it; the map has a copy
        except (OSError, ValueError):
            return False
        return True

    def read(self, where: int, n_bytes: int) -> memoryview:
        """What is there, in place: something else may be, once the parent has freed it.

        Raises:
            ValueError: it is not in the memory.
        """
        if not 0 <= where <= where + n_bytes <= len(self._all):
            raise ValueError(f"{n_bytes} bytes at {where} are not in the memory")
        return self._all[where : where + n_bytes]


def _nameless() -> FileIO:
    """A file in memory, of `MAX_BYTES` of which none is there before it is written.

    Raises:
        OSError: there is none on this system, or it would be in the way of a limit of this process's.
    """
    if sys.platform != "linux" or not hasattr(os, "memfd_create"):
        raise OSError("no files without a name")
    import fcntl
    import resource

    of_files, of_addresses = (resource.getrlimit(each)[0] for each in (resource.RLIMIT_FSIZE, resource.RLIMIT_AS))
    if of_addresses != resource.RLIM_INFINITY or 0 <= of_files < MAX_BYTES:
        raise OSError("what is not there yet counts, too")
    fd = os.memfd_create("localalt", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        fd = not_standard(fd)
        os.ftruncate(fd, MAX_BYTES)
        # Whoever reads what is mapped of a file that has become shorter is ended by a signal.
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except BaseException:
        os.close(fd)
        raise
    return FileIO(fd, "r+b")


def _give_back(file: FileIO, start: int, end: int) -> None:
    """Let the system have the pages. Whoever reads them nevertheless reads zeros."""
    import mmap

    with contextlib.suppress(OSError, ValueError), mmap.mmap(file.fileno(), end - start, offset=start) as pages:
        pages.madvise(mmap.MADV_REMOVE)
