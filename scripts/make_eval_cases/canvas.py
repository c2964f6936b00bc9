"""The ground of a picture, and writing on it in the DejaVu fonts that matplotlib carries.

Knows no cases.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

__all__ = ["HEIGHT", "WIDTH", "canvas", "centred", "font"]

WIDTH, HEIGHT = 640, 420
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


def canvas(colour: str, width: int = WIDTH, height: int = HEIGHT) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A picture of one colour, and what draws on it."""
    image = Image.new("RGB", (width, height), colour)
    return image, ImageDraw.Draw(image)


def font(size: int, *, bold: bool = False, mono: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which also has Greek, Cyrillic and Arabic letters."""
    name = f"DejaVuSans{'Mono' if mono else ''}{'-Bold' if bold else ''}.ttf"
    return ImageFont.truetype(_FONTS / name, size)


def centred(
    draw: ImageDraw.ImageDraw,
    text: str,
    x: float,
    y: float,
    size: int,
    colour: str,
    *,
    bold: bool = False,
    direction: str | None = None,
) -> None:
    """Lines around a middle; `direction` is "rtl" for writing from right to left, which needs Pillow with raqm."""
    draw.multiline_text(
        (x, y), text, colour, font(size, bold=bold), anchor="mm", align="center", spacing=size // 3, direction=direction
    )
