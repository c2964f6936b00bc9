"""XMP sidecars: a packet in a file of its own beside a picture.

digiKam and darktable add ".xmp" to the picture's name. Adobe's programs and Capture One put it in place of the
extension, where all files of that name would share it: such a one is read only where it is this picture's.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from localalt.image.metadata.rdf import first, nodes_of, properties
from localalt.image.metadata.values import MAX_BYTES, tolerated

__all__ = ["read_sidecar"]

MAX_ENTRIES = 20_000
"""Entries of a folder that are looked at in search of files that would share a sidecar; with more, it is not read."""

_SUFFIXES = (".xmp", ".XMP")

_SIDECAR_FOR = "{http://ns.adobe.com/photoshop/1.0/}SidecarForExtension"
_FILE_NAMES = (
    "{http://ns.adobe.com/camera-raw-settings/1.0/}RawFileName",
    "{http://ns.adobe.com/xap/1.0/mm/}PreservedFileName",
)
_FORMAT = "{http://purl.org/dc/elements/1.1/}format"
_SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "tiff": "tif", "heif": "heic", "hif": "heic", "x-icon": "ico"}
"""Extensions, and names of media types, of the same format."""

_NEVER_OWNERS = frozenset(
    (".xmp", ".txt", ".md", ".json", ".xml", ".html", ".yaml", ".yml", ".csv", ".aae", ".thm", ".log", ".bak", ".pp3")
)
"""Extensions of files beside pictures to which no sidecar belongs."""


def read_sidecar(path: Path) -> bytes | None:
    """The packet beside the picture at `path`, with its extension in either case; None where there is none.

    "photo.jpg.xmp" comes before "photo.xmp". Only regular files of at most `MAX_BYTES` are read.
    """
    stem, extension = path.stem, path.suffix
    for name in dict.fromkeys((path.name, stem + extension.lower(), stem + extension.upper())):
        # Where the case of names counts, another file may have the name in the other case.
        if name == path.name or not _is_another(path.with_name(name), path):
            for suffix in _SUFFIXES:
                if packet := _read(path.with_name(name + suffix)):
                    return packet
    for suffix in _SUFFIXES if extension else ():
        packet = _read(path.with_name(stem + suffix))
        if packet and _belongs(packet, path):
            return packet
    return None


def _read(path: Path) -> bytes | None:
    try:
        # Opening a pipe must not wait; of what is not a regular file, nothing is read.
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return None
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_BYTES:
            return None
        with os.fdopen(file, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError:
        return None
    finally:
        os.close(file)


def _is_another(name: Path, path: Path) -> bool:
    try:
        return name.exists() and not name.samefile(path)
    except (OSError, ValueError):
        return False


def _belongs(packet: bytes, path: Path) -> bool:
    """Whether a sidecar that several files may share is the picture's at `path`."""
    said = properties(tolerated(nodes_of, packet) or [])
    kinds = [first(said, _SIDECAR_FOR), *(Path(first(said, name)).suffix for name in _FILE_NAMES)]
    kinds.append(first(said, _FORMAT).rpartition("/")[2])
    named = {_kind(kind) for kind in kinds if kind}
    return named == {_kind(path.suffix)} if named else not _has_siblings(path)


def _has_siblings(path: Path) -> bool:
    stem, name = path.stem.casefold(), path.name.casefold()
    try:
        with os.scandir(path.parent) as entries:
            for index, entry in enumerate(entries):
                other = Path(entry.name)
                is_other = other.stem.casefold() == stem and other.name.casefold() != name
                if index >= MAX_ENTRIES or (is_other and other.suffix.lower() not in _NEVER_OWNERS):
                    return True
    except OSError:
        return True
    return False


def _kind(extension: str) -> str:
    extension = extension.lower().lstrip(".")
    return _SAME.get(extension, extension)
