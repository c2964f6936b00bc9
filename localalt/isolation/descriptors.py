"""Descriptors of files under numbers that nobody else reads from or writes to."""

from __future__ import annotations

import os
import sys

__all__ = ["not_standard"]

_N_STANDARD_STREAMS = 3


def not_standard(fd: int) -> int:
    """The same file under a number that is not a standard stream's; `fd` is closed if that is another one.

    Where this process's standard streams are closed a new file may get their number, and whatever is printed.

    Raises:
        OSError: there is no other number. `fd` is open then.
    """
    if sys.platform == "win32" or fd >= _N_STANDARD_STREAMS:
        return fd
    import fcntl

    other = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _N_STANDARD_STREAMS)
    os.close(fd)
    return other
