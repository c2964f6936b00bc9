"""libtiff's messages, which it would print to standard error: silenced.

Pillow raises an error of its own for every one that matters. libtiff has one handler for the whole process, so that a
program that decodes TIFF itself misses them too. Where the library is linked into Pillow (Windows), it cannot be
reached from here.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["silence"]


@functools.cache
def silence() -> bool:
    """Have libtiff print nothing from now on; whether one was found. To be called once Pillow's core is loaded."""
    found = False
    for path in set(_loaded()):
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(path)
            for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
                setter = getattr(library, name)
                setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
                setter(None)
            found = True
    return found


def _loaded() -> Iterator[str]:
    """Paths of the copies of libtiff in this process."""
    return (path for path in _libraries() if "libtiff" in Path(path).name)


def _libraries() -> list[str]:
    if sys.platform == "darwin":
        system = ctypes.CDLL(None)
        name_of = system._dyld_get_image_name
        name_of.restype = ctypes.c_char_p
        return [(name_of(index) or b"").decode(errors="replace") for index in range(system._dyld_image_count())]
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    return [line.rstrip("\n").split(maxsplit=5)[-1] for line in maps.splitlines()]
