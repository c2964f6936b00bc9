"""Names of a repository's files: whether they are safe on every system, and whether two are one file on some. Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from localalt.errors import ModelFormatError
from localalt.hub.repository import Repository, Selection

__all__ = ["check_collisions", "is_safe_name"]

MAX_PART_BYTES = 240
"""Of a name between slashes in UTF-8: file systems take 255, and some names get a suffix."""
MAX_NAME_BYTES = 600
"""Of a whole name: with the cache's folder before it, within the 1,024 of macOS."""
MAX_DEPTH = 8
"""Folders in a name: real ones have one or two."""

_DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]) *(\.|$)", re.I
)
"""Names that Windows takes for devices, whatever the suffix ("Naming Files, Paths, and Namespaces" of its SDK)."""


def is_safe_name(name: object) -> bool:
    """Whether a file name from the hub stays inside the folder that it is put into, and can be a file, on every system.

    Refused are parts that lead elsewhere, devices of Windows, endings that Windows drops, characters that no file
    system or reader should see (controls, invisible ones, lone surrogates), and what is too long.
    """
    if not isinstance(name, str) or len(name) > MAX_NAME_BYTES:
        return False
    parts = name.split("/")
    return len(parts) <= MAX_DEPTH and _n_bytes(name) <= MAX_NAME_BYTES and all(map(_is_safe_part, parts))


def _is_safe_part(part: str) -> bool:
    return not (
        not part
        or part[0] == " "
        or part[-1] in " ."  # "." and ".." too
        or re.search(r'[\\:<>"|?*]', part)
        or any(unicodedata.category(letter) in _INVISIBLE for letter in part)
        or _DEVICES.match(part)
        or _n_bytes(part) > MAX_PART_BYTES
    )


_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories: controls, formats (bidi, zero width), surrogates, private use, unassigned, line separators."""


def _n_bytes(text: str) -> int:
    return len(text.encode("utf-8", errors="surrogatepass"))


def check_collisions(repository: Repository, selection: Selection) -> None:
    """Check that no system takes two files for one, which would overwrite each other.

    Raises:
        ModelFormatError: two names differ only in case or composition, or one is also a folder.
    """
    mine = {file.name for file in selection.files}
    seen: dict[str, str] = {}
    for file in repository.files:
        folded = _folded(file.name)
        other = seen.setdefault(folded, file.name)
        clash = other != file.name
        if clash and (file.name in mine or other in mine):
            raise ModelFormatError(
                f"{repository.name} lists {other} and {file.name}, which are one file on some systems: choose another "
                "quantization, or another repository."
            )
    for name in mine:
        for parent in map(str, PurePosixPath(name).parents):
            if parent != "." and _folded(parent) in seen:
                raise ModelFormatError(
                    f"{repository.name} lists {seen[_folded(parent)]} as a file and as the folder of {name}: choose "
                    "another repository."
                )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
