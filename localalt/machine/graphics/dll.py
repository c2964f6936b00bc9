"""Which other DLLs a DLL of Windows needs: the names in its import table, and those that Windows would not find."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import BinaryIO

from localalt.machine.graphics.card import System

__all__ = ["imports", "not_found"]

MAX_IMPORTS = 256
MAX_SECTIONS = 96
"""Windows loads no image with more (Microsoft's "PE Format")."""
MAX_NAME = 260
MAX_BESIDE = 1 << 12
_OF_WINDOWS = re.compile(r"(?:api-ms-win-|ext-ms-).*", re.IGNORECASE)
"""Names that stand for parts of Windows itself, and are files nowhere."""


def imports(file: Path) -> tuple[str, ...]:
    """The DLLs that a DLL names in its import table, in its order; none where it is damaged or not a DLL."""
    try:
        with file.open("rb") as opened:
            return tuple(_imports(opened))
    except (OSError, struct.error, ValueError):
        return ()


def _imports(file: BinaryIO) -> list[str]:
    # Microsoft's "PE Format": offsets in the DOS header, COFF header, optional header and section table.
    start = _number(file, 0x3C, "<I")
    if _read(file, start, 4) != b"PE\0\0":
        return []
    n_sections, optional_size = _number(file, start + 6, "<H"), _number(file, start + 20, "<H")
    optional = start + 24
    directories = {0x10B: 96, 0x20B: 112}.get(_number(file, optional, "<H"))
    if directories is None:
        return []
    sections: list[tuple[int, int, int]] = []
    for index in range(min(n_sections, MAX_SECTIONS)):
        at = optional + optional_size + 40 * index
        virtual_size, address, size, offset = struct.unpack("<IIII", _read(file, at + 8, 16))
        sections.append((address, max(virtual_size, size), offset))

    def place(address: int) -> int:
        for begin, size, offset in sections:
            if begin <= address < begin + size:
                return offset + address - begin
        raise ValueError("an address outside of all sections")

    table = place(_number(file, optional + directories + 8, "<I"))
    names = []
    for index in range(MAX_IMPORTS):
        name = _number(file, table + 20 * index + 12, "<I")
        if not name:
            break
        file.seek(place(name))
        names.append(file.read(MAX_NAME).partition(b"\0")[0].decode("ascii", errors="replace"))
    return names


def _number(file: BinaryIO, at: int, form: str) -> int:
    return int(struct.unpack(form, _read(file, at, struct.calcsize(form)))[0])


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def not_found(file: Path, system: System) -> tuple[str, ...]:
    """Those that a DLL needs and that LoadLibraryW would find neither beside it nor in Windows' folders and the PATH.

    llama_cpp puts the folder of its DLLs on the PATH; `os.add_dll_directory` counts for LoadLibraryExW alone.
    """
    root = system.environment.get("SystemRoot", "C:/Windows").lstrip("/")
    folders = [f"{root}/System32", root, *system.on_path]
    beside = {name.lower() for name in System(file.parent).names("", most=MAX_BESIDE)}
    return tuple(
        name
        for name in imports(file)
        if not _OF_WINDOWS.fullmatch(name)
        and name.lower() not in beside
        and not any(system.has(f"{folder}/{name}") for folder in folders)
    )
