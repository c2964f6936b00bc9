"""DLLs of Windows, made up: as much of one as says which others it needs."""

import struct
from collections.abc import Sequence
from pathlib import Path

__all__ = ["write_dll"]

ADDRESS, OFFSET = 0x2000, 0x400
"""Of the one section: in memory, and in the file."""


def write_dll(file: Path, needs: Sequence[str]) -> Path:
    """Write a DLL (PE32+) whose import table names the DLLs that it `needs`."""
    table_size = 20 * (len(needs) + 1)
    names, at = b"", {}
    for name in needs:
        at[name] = ADDRESS + table_size + len(names)
        names += name.encode() + b"\0"
    table = b"".join(struct.pack("<IIIII", 1, 0, 0, at[name], 1) for name in needs) + bytes(20)
    section = table + names
    optional = struct.pack("<H", 0x20B) + bytes(110)
    optional += struct.pack("<IIII", 0, 0, ADDRESS, len(section)) + bytes(14 * 8)
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0x2022)
    head = struct.pack("<8sIIII16x", b".idata\0\0", len(section), ADDRESS, len(section), OFFSET)
    start = 0x80
    data = b"MZ" + bytes(0x3A) + struct.pack("<I", start)
    data = data.ljust(start, b"\0") + b"PE\0\0" + coff + optional + head
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.ljust(OFFSET, b"\0") + section)
    return file
