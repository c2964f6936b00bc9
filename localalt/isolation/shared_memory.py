"""Memory in which a child reads pictures where its parent has written them: a file that has no name. On Linux.

    parent: put(owner, data) -> where --(a frame)--> child: read(where, n_bytes) --(its answer)--> parent: free(owner)

Both map all of it once, the child only to read. The system is asked for pages before they are written to: want of
memory is an OSError then, and no signal. Pages stay from one picture to the next: on a virtual machine, fresh ones for
3 MB took 3 to 5 ms, and the copy 0.2 to 0.6. Knows nothing of frames or pictures.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import sys
import threading
from collections.abc import Hashable
from io import FileIO
from typing import TypedDict

from localalt.isolation.regions import Regions

__all__ = ["HELD_BYTES", "MAX_BYTES", "MappedMemory", "Offer", "SharedMemory"]

MAX_BYTES = 256 << 20
"""For one child: address space, in which there is memory where pictures are. Two of 40 megapixels."""
HELD_BYTES = 64 << 20
"""Not given back between two pictures: as much as the child's allocator holds on to."""
CHUNK_BYTES = 4 << 20
"""Copied at once: a millisecond, in which no other thread runs. Writing to the file would let them, and takes twice as
long."""


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
        self._made: tuple[FileIO, mmap.mmap] | None = None
        with contextlib.suppress(OSError):
            self._made = _nameless()
        self._lock = threading.Lock()
        self._regions = Regions(MAX_BYTES, mmap.ALLOCATIONGRANULARITY)
        self._is_accepted = False
        self._n_there = 0
        """Bytes from the start on whose pages are there for good."""

    @property
    def descriptors(self) -> list[int]:
        """What the child is to inherit."""
        return [] if self._made is None else [self._made[0].fileno()]

    @property
    def offer(self) -> Offer | None:
        """What the child is to be sent."""
        if not self.descriptors:
            return None
        (fd,) = self.descriptors
        status = os.fstat(fd)
        return {"fd": fd, "file": [status.st_dev, status.st_ino], "n_bytes": MAX_BYTES}

    def begin(self) -> None:
        """The child has mapped it: before that, nothing is put."""
        self._is_accepted = True

    def put(self, owner: Hashable, data: memoryview) -> int | None:
        """Write `data`, and say where it begins until `free(owner)`; None where there is no room."""
        with self._lock:
            if not self._is_accepted or self._made is None:
                return None
            start = self._regions.take(owner, data.nbytes)
        if start is None:
            return None
        (file, pages), end = self._made, start + data.nbytes
        try:
            for first, last in ((self._n_there, min(end, HELD_BYTES)), (max(start, HELD_BYTES), end)):
                if last > first:
                    os.posix_fallocate(file.fileno(), first, last - first)
        except OSError:  # the system has no memory left
            return None
        self._n_there = max(self._n_there, min(end, HELD_BYTES))
        for index in range(0, data.nbytes, CHUNK_BYTES):
            chunk = data[index : index + CHUNK_BYTES]
            pages[start + index : start + index + chunk.nbytes] = chunk
        return start

    def free(self, owner: Hashable) -> None:
        """What `owner` has put is read no more."""
        with self._lock:
            for start, end in self._regions.free(owner):
                if end > HELD_BYTES and self._made is not None:
                    first = max(start, HELD_BYTES)
                    with contextlib.suppress(OSError):  # whoever reads there nevertheless reads zeros
                        self._made[1].madvise(mmap.MADV_REMOVE, first, end - first)

    def close(self) -> None:
        """Give all of it back, as far as this process holds it. Safe to call again."""
        with self._lock:
            self.forget()

    def forget(self) -> None:
        """Leave it to the process that this one was forked from, whatever a thread was doing there."""
        made, self._made = self._made, None
        for each in made or ():
            each.close()


class MappedMemory:
    """The child's side."""

    def __init__(self) -> None:
        self._all = memoryview(b"")

    def accept(self, offer: Offer) -> bool:
        """Map what the parent offers. Whether that could be done."""
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


def _nameless() -> tuple[FileIO, mmap.mmap]:
    """A file in memory, and all of it mapped: `MAX_BYTES`, of which none is there before it is asked for.

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
    for standard in range(3):
        os.fstat(standard)  # where one is closed the file may get its number, and whatever is printed
    fd = os.memfd_create("localalt", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(fd, MAX_BYTES)
        # Whoever reads what is mapped of a file that has become shorter is ended by a signal.
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        pages = mmap.mmap(fd, MAX_BYTES)
        pages.madvise(mmap.MADV_DONTDUMP)  # a picture does not belong into what is left of a crash of this process
    except BaseException:
        os.close(fd)
        raise
    return FileIO(fd, "r+b"), pages
