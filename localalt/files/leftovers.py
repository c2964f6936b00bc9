"""Files under a name of their own until they are moved into place, and what killed processes left of such files."""

from __future__ import annotations

import contextlib
import glob
import time
from pathlib import Path

__all__ = ["remove_leftovers"]

STALE_S = 3600.0
"""Seconds after which nobody writes to such a file any more: it takes a moment."""


def remove_leftovers(folder: Path, prefix: str, suffix: str) -> None:
    """Remove files of a folder, called so, that are older than an hour. What cannot be removed stays."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{glob.escape(prefix)}*{glob.escape(suffix)}"):
            with contextlib.suppress(OSError):
                if time.time() - path.lstat().st_mtime > STALE_S:
                    path.unlink()
