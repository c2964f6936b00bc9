"""How this process's allocator treats memory that is freed: pictures come and go, one like the other."""

from __future__ import annotations

import sys

__all__ = ["hold_on_to_memory"]

HELD_BYTES = 64 << 20
"""Freed memory that is not given back at once: a dozen pictures. All of it goes back when this process ends."""
MMAP_BYTES = 32 << 20
"""What is larger comes from the system each time: glibc's upper bound (DEFAULT_MMAP_THRESHOLD_MAX in malloc.c)."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h


def hold_on_to_memory() -> None:
    """Have glibc hold on to memory between two pictures: every page that it gives back is a page fault at the next one.

    On a virtual machine, the faults of one megapixel took 3 to 5 ms, and its copy 0.2. Elsewhere this does nothing.
    """
    if sys.platform != "linux":
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, MMAP_BYTES)
        mallopt(_M_TRIM_THRESHOLD, HELD_BYTES)
