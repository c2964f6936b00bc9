"""The archives that ship with the package: solid, no dates, no owners, so that the same files make the same bytes."""

from __future__ import annotations

import io
import lzma
import tarfile
from collections.abc import Mapping

__all__ = ["pack"]

CONTEXTS = ((0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (2, 0, 1), (4, 0, 0))
"""lc, lp and pb of LZMA2 that are tried: weights and palettes have another alignment than text."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """A .tar.xz file of these files by name, as small as one of `CONTEXTS` makes it."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    packed = (_compressed(target.getvalue(), *context) for context in CONTEXTS)
    return min(packed, key=len)


def _compressed(data: bytes, lc: int, lp: int, pb: int) -> bytes:
    chain = {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": lc, "lp": lp, "pb": pb}
    return lzma.compress(data, check=lzma.CHECK_CRC32, filters=[chain])
