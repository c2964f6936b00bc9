"""Files of a cache that others can write to: opened only where they are regular files, never through a link.

A link, pipe or device in the place of a file would lead what is written elsewhere, or block. Knows nothing of what
the files hold.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

__all__ = ["check_regular", "current_umask", "open_regular", "read_regular"]


def check_regular(path: Path) -> None:
    """Raises `OSError` for something in the place of a file that is not one: a link, a folder, a pipe, a device."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.ELOOP, _what(found.st_mode), str(path))


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read and write, made where it is missing. It belongs to this one name.

    Raises:
        OSError: it is a link, has a second name (a hard link), is not a regular file, or cannot be opened.
    """
    check_regular(path)
    # Not in append mode: where a file system's locks do nothing, two writers at one offset write the same bytes.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    handle = os.open(path, flags, 0o666)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.ELOOP, _what(found.st_mode), str(path))
        if found.st_nlink > 1:
            raise OSError(errno.EMLINK, "it is a file that has a second name", str(path))
        return os.fdopen(handle, "r+b")
    except BaseException:
        os.close(handle)
        raise


def read_regular(path: Path, most: int) -> bytes:
    """The content of a file of at most `most` bytes; a link to one is followed.

    Raises:
        OSError: it is not a regular file, is larger, or cannot be read.
    """
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.ELOOP, _what(found.st_mode), str(path))
    if found.st_size > most:
        raise OSError(errno.EFBIG, f"it has {found.st_size:,} bytes, and {most:,} are read", str(path))
    with path.open("rb") as file:
        return file.read(most)


def current_umask() -> int:
    """The permissions that new files of this process do not get."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _what(mode: int) -> str:
    kinds = ((stat.S_ISLNK, "link"), (stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))
    kind = next((name for test, name in kinds if test(mode)), "device")
    return f"it is a {kind}, not a file: move it away"
