"""What the file system says of a path: its mode, which file it is, and whether a name is a file, a folder or a link."""

from __future__ import annotations

import enum
import os
import sys
from pathlib import Path
from typing import TypeAlias

__all__ = ["EntryKind", "Identity", "identity_at", "identity_of", "is_hidden_by_attribute", "kind_of", "mode_of"]

Identity: TypeAlias = "tuple[int, int] | str"
"""Of a file or folder, whatever its name: the numbers of its device and itself, or its real path."""
_MOUNT_POINT = 0xA0000003
"""IO_REPARSE_TAG_MOUNT_POINT: a junction."""
_HIDDEN_OR_SYSTEM = 0x2 | 0x4
"""FILE_ATTRIBUTE_HIDDEN and FILE_ATTRIBUTE_SYSTEM of Windows."""


class EntryKind(enum.Enum):
    """What a name in a folder is, links not followed."""

    FILE = enum.auto()
    FOLDER = enum.auto()
    LINK = enum.auto()
    """A symbolic link, or a junction of Windows."""
    SPECIAL = enum.auto()
    """A pipe, a socket, a device."""


def mode_of(path: str) -> int | None:
    """A path's mode; None where it leads to nothing that can be looked at."""
    try:
        return Path(path).stat().st_mode if path else None  # Path takes nothing for the current folder
    except (OSError, ValueError):
        return None


def identity_at(path: str) -> Identity | None:
    """Which file or folder a path leads to; None where it leads to nothing that can be looked at."""
    try:
        return identity_of(Path(path).stat(), path)
    except (OSError, ValueError):
        return None


def identity_of(status: os.stat_result, path: str) -> Identity:
    """The same, of a path whose status is known."""
    # Some network file systems have no numbers.
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


def kind_of(entry: os.DirEntry[str]) -> EntryKind:
    """What an entry is; a file where the system does not say."""
    try:
        if entry.is_symlink() or (sys.platform == "win32" and _is_junction(entry)):
            return EntryKind.LINK
        if entry.is_dir(follow_symlinks=False):
            return EntryKind.FOLDER
        return EntryKind.FILE if entry.is_file(follow_symlinks=False) else EntryKind.SPECIAL
    except OSError:  # whoever opens it says what is wrong with it
        return EntryKind.FILE


def _is_junction(entry: os.DirEntry[str]) -> bool:
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _MOUNT_POINT


def is_hidden_by_attribute(entry: os.DirEntry[str]) -> bool:
    """Whether Windows hides an entry, or reserves it for itself."""
    attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & _HIDDEN_OR_SYSTEM)
