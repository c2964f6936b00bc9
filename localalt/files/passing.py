"""Files that are wanted for a moment, and are gone with this process however it ends: by kill -9, too."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["passing_file"]

PREFIX, SUFFIX = "localalt-passing-", ".tmp"
STALE_S = 60.0
"""Seconds after which a file that nobody has open is left over: one that is just made is not locked yet."""


@contextlib.contextmanager
def passing_file() -> Iterator[Path]:
    """An empty file, to be opened by its path in this process alone, and gone on leaving.

    On Linux it has no name that could be left over. Elsewhere the next one that is made removes what was left.

    Raises:
        OSError: there is no room for one.
    """
    if sys.platform == "linux":
        fd = _nameless()
        path = Path(f"/proc/self/fd/{fd}")
        try:
            if path.exists():  # as /proc is as a rule
                yield path
                return
        finally:
            os.close(fd)
    _sweep(Path(tempfile.gettempdir()))
    fd, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX)
    try:
        _lock(fd)
        yield Path(name)
    finally:
        os.close(fd)  # which Windows wants first
        with contextlib.suppress(OSError):
            Path(name).unlink()


def _nameless() -> int:
    folder = tempfile.gettempdir()
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:  # not every file system can
        fd, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX)
        Path(name).unlink()
        return fd


def _lock(fd: int) -> None:
    if sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError):  # not every file system can
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sweep(folder: Path) -> None:
    """Remove what processes left that ended too early to do it."""
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_S and not _is_in_use(path):
                path.unlink()


def _is_in_use(path: Path) -> bool:
    if sys.platform == "win32":
        return False  # there nobody can remove what is open
    import fcntl

    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
