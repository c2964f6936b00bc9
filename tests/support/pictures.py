"""Makers of test pictures: small, drawn here, the same every time."""

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from localalt.types import ImageGeometry

SQUARE = ImageGeometry(square=64, token_px=16, min_tokens=16, max_tokens=16)
"""Like Gemma 3, but small."""

FREE = ImageGeometry(square=None, token_px=8, min_tokens=4, max_tokens=64)
"""Like Qwen, but small."""

QUADRANTS = {"top left": (255, 0, 0), "top right": (0, 255, 0), "bottom left": (0, 0, 255), "bottom right": (255,) * 3}


def quadrants(width: int = 96, height: int = 64) -> Image.Image:
    """Red, green, blue and white quarters: every turn and mirroring of it is different."""
    image = Image.new("RGB", (width, height))
    for (x, y), colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), QUADRANTS.values(), strict=True):
        image.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return image


def corners(pixels: NDArray[np.uint8]) -> list[str]:
    """The names of the colours in the middle of each quarter of a picture made by `quadrants`."""
    height, width = pixels.shape[:2]
    names = []
    for y in (height // 4, height * 3 // 4):
        for x in (width // 4, width * 3 // 4):
            seen = pixels[y, x].astype(int)
            names.append(min(QUADRANTS, key=lambda name: np.abs(seen - np.array(QUADRANTS[name])).sum()))
    return names


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    """The bytes of a picture file."""
    file = io.BytesIO()
    image.save(file, format=format, **options)
    return file.getvalue()


def logo(parts: Sequence[tuple[int, int, int]], size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Bars of the given RGB colours with softened edges on a transparent ground."""
    alpha = Image.new("L", size, 0)
    colours = Image.new("RGB", size)
    for index, colour in enumerate(parts):
        left, right = index * size[0] // len(parts), (index + 1) * size[0] // len(parts)
        colours.paste(colour, (left, 0, right, size[1]))
        alpha.paste(255, (left + 6, 10, right - 6, size[1] - 10))
    image = colours.convert("RGBA")
    image.putalpha(alpha.resize((size[0] // 2, size[1] // 2)).resize(size, Image.Resampling.BICUBIC))
    return image


def animation(frames: Sequence[Image.Image], format: str, **options: Any) -> bytes:
    """The bytes of an animated file."""
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100, **options)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its few bytes do not hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
    )


def luminance(colour: ArrayLike) -> float:
    """Relative luminance, 0.0 to 1.0, of an sRGB colour."""
    shares = np.asarray(colour, float) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one: ArrayLike, other: ArrayLike) -> float:
    """WCAG's contrast ratio of two sRGB colours, 1.0 to 21.0."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
