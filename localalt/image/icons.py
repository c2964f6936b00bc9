"""The largest image of a Windows icon, with its transparency.

Knows the directory of ICO files and the bitmaps in them ("Icons", Microsoft's documentation of the file format). Pillow
goes by the directory, whose sizes and depths are often wrong, and takes alpha bytes that nobody filled in for
transparency.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from localalt.containers import check_pixels
from localalt.containers.spliced import Spliced
from localalt.errors import ImageFormatError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["largest_icon", "largest_png"]

MAX_ICONS = 1024
"""Of a file that are looked at; programs write about ten."""

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 40
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""{colour type of a PNG: its samples a pixel}"""


@dataclass(frozen=True, slots=True)
class _Icon:
    """An image in the file, as its own header has it."""

    at: int
    end: int
    size: tuple[int, int]
    n_bits: int
    is_png: bool


def largest_icon(file: IO[bytes], label: str) -> Image.Image:
    """The image with the most pixels, and of these with the most bits of colour; loaded.

    Where it is damaged, the others are of no use: each is a fourth or so of the next.

    Raises:
        ImageFormatError: there is none.
        ImageTooLargeError: it has too many pixels.
    """
    icon = _largest(file)
    if icon is None:
        raise ImageFormatError(f"{label} is an icon without images, or truncated: save it again.")
    return _read(file, icon, label)


def largest_png(file: IO[bytes]) -> Spliced | None:
    """The image with the most pixels as a file of its own, if it is a PNG."""
    icon = _largest(file)
    return Spliced(file, [(icon.at, icon.end)]) if icon is not None and icon.is_png else None


def _largest(file: IO[bytes]) -> _Icon | None:
    return max(_icons(file), key=lambda icon: (icon.size[0] * icon.size[1], icon.n_bits), default=None)


def _icons(file: IO[bytes]) -> list[_Icon]:
    file.seek(0, 2)
    n_all = file.tell()
    file.seek(4)
    n_entries = min(int.from_bytes(file.read(2), "little"), MAX_ICONS)
    entries = file.read(16 * n_entries)
    found = {}
    for start in range(0, len(entries) - 15, 16):
        width, height, _, _, _, n_bits, n_bytes, at = struct.unpack_from("<BBBBHHII", entries, start)
        if at not in found:
            file.seek(at)
            head = file.read(_HEADER_BYTES)
            end = max(at, min(at + n_bytes, n_all) if n_bytes else n_all)
            size, is_png = (width or 256, height or 256), head.startswith(_PNG)
            if is_png and len(head) >= 26:
                size, depth, kind = struct.unpack(">II", head[16:24]), head[24], head[25]
                n_bits = depth * _CHANNELS.get(kind, 1)
            elif len(head) == _HEADER_BYTES and head.startswith(b"\x28\0\0\0"):
                width, height, _, n_bits = struct.unpack_from("<iiHH", head, 4)
                size = width, abs(height) // 2
            elif len(head) == _HEADER_BYTES and head.startswith(b"\x0c\0\0\0"):  # OS/2
                width, height, _, n_bits = struct.unpack_from("<HHHH", head, 4)
                size = width, height // 2
            found[at] = _Icon(at, end, size, n_bits, is_png)
    return list(found.values())


def _read(file: IO[bytes], icon: _Icon, label: str) -> Image.Image:
    from PIL import BmpImagePlugin, ImageFile, PngImagePlugin

    check_pixels(icon.size, label)
    part = Spliced(file, [(icon.at, icon.end)])
    if icon.is_png:
        image: Image.Image = PngImagePlugin.PngImageFile(cast("IO[bytes]", part))
        image.load()
        return image
    bitmap = BmpImagePlugin.DibImageFile(cast("IO[bytes]", part))
    # The header's height counts the colours and, below them, the mask of one bit.
    tile = bitmap.tile[0]
    bitmap._size = size = bitmap.width, bitmap.height // 2
    check_pixels(size, label)
    bitmap.tile = [ImageFile._Tile(tile.codec_name, (0, 0, *size), tile.offset, tile.args)]
    bitmap.load()
    alpha = _alpha(part, size, tile.offset) if icon.n_bits == 32 else None
    alpha = alpha or _mask(part, size, icon.n_bits, tile.offset)
    if alpha is None:
        return bitmap
    image = bitmap.convert("RGB")
    image.putalpha(alpha)
    return image


def _alpha(part: Spliced, size: tuple[int, int], at: int) -> Image.Image | None:
    """The fourth byte of each pixel; None where all are 0, and the mask decides."""
    from PIL import Image

    part.seek(at)
    data = part.read(4 * size[0] * size[1])[3::4]
    if not any(data):
        return None
    return Image.frombytes("L", size, data, "raw", "L", 0, -1)


def _mask(part: Spliced, size: tuple[int, int], n_bits: int, at: int) -> Image.Image | None:
    """The mask below the colours, in which 1 is transparent; None where it is missing or hides everything."""
    from PIL import Image

    width, height = size
    n_row = -(-width // 32) * 4
    part.seek(at + -(-width * n_bits // 32) * 4 * height)
    data = part.read(n_row * height)
    if len(data) < n_row * height:
        return None
    mask = Image.frombytes("1", size, data, "raw", "1;I", n_row, -1)
    return mask.convert("L") if mask.getextrema() != (0, 0) else None
