"""Papers and signs of the evaluation's cases: what is mostly words."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, features

from .canvas import HEIGHT, WIDTH, canvas, centred, font

__all__ = ["page", "receipt", "sign", "slide", "square_code", "table"]


def sign(
    *, text: str, ground: str = "#1d4e89", colour: str = "white", size: int = 52, right_to_left: bool = False
) -> Image.Image | None:
    """A sign with a border on a grey wall; None where Pillow cannot write from right to left."""
    if right_to_left and not features.check("raqm"):
        return None
    image, draw = canvas("#b9b4aa")
    direction = "rtl" if right_to_left else None
    draw.rounded_rectangle((60, 60, WIDTH - 60, HEIGHT - 60), 24, ground, colour, 8)
    centred(draw, text, WIDTH / 2, HEIGHT / 2, size, colour, bold=True, direction=direction)
    return image


def page(*, heading: str, lines: Sequence[str], paper: str = "white") -> Image.Image:
    """A page with a heading and lines of print."""
    image, draw = canvas("#8d8d8d", 560, 80 + 34 * (len(lines) + 2))
    draw.rectangle((30, 20, 530, image.height - 20), paper)
    draw.text((60, 50), heading, "black", font(26, bold=True))
    for index, line in enumerate(lines):
        draw.text((60, 100 + 34 * index), line, "black", font(17))
    return image


def table(*, title: str, rows: Sequence[Sequence[str]]) -> Image.Image:
    """A table with a heading row."""
    image, draw = canvas("white", 600, 70 + 44 * len(rows))
    draw.text((24, 18), title, "black", font(20, bold=True))
    width = 552 // len(rows[0])
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            left, top = 24 + width * column, 56 + 44 * row
            draw.rectangle((left, top, left + width, top + 44), "#e6e6e6" if row == 0 else "white", "black", 1)
            draw.text((left + 10, top + 11), cell, "black", font(17, bold=row == 0))
    return image


def receipt(*, heading: str, rows: Sequence[tuple[str, str]], end: str, paper: str = "#fffdf2") -> Image.Image:
    """A narrow slip of things and their prices, the last of which is the sum under a line."""
    image, draw = canvas("#8d8d8d", 460, 190 + 36 * len(rows))
    draw.rectangle((50, 16, 410, image.height - 16), paper)
    centred(draw, heading, 230, 52, 24, "black", bold=True)
    for index, (name, price) in enumerate(rows):
        is_sum = index + 1 == len(rows)
        top = 92 + 36 * index + (8 if is_sum else 0)
        if is_sum:
            draw.line((76, top - 8, 384, top - 8), "black", 2)
        draw.text((76, top), name, "black", font(18, bold=is_sum))
        draw.text((384, top), price, "black", font(18, bold=is_sum), anchor="ra")
    centred(draw, end, 230, image.height - 50, 16, "black")
    return image


def slide(*, heading: str, points: Sequence[str], foot: str) -> Image.Image:
    """A slide of a talk with points in a list, and a foot at the right."""
    image, draw = canvas("#fbfaf6", 720, 405)
    draw.rectangle((0, 0, 16, 405), "#b3402a")
    draw.text((56, 44), heading, "#222222", font(34, bold=True))
    for index, text in enumerate(points):
        y = 138 + 62 * index
        draw.ellipse((60, y + 7, 74, y + 21), "#b3402a")
        draw.text((96, y), text, "#222222", font(23))
    draw.text((690, 372), foot, "#777777", font(14), anchor="ra")
    return image


def square_code(*, rows: Sequence[str], heading: str, caption: str) -> Image.Image:
    """A QR code, whose rows are hexadecimal numbers of one bit a module, between a heading and a caption."""
    n, size = len(rows), 10
    image, draw = canvas("white", 420, 440)
    centred(draw, heading, 210, 46, 28, "black", bold=True)
    left, top = (420 - n * size) // 2, 92
    for y, row in enumerate(rows):
        for x, bit in enumerate(f"{int(row, 16):0{n}b}"):
            if bit == "1":
                corner = (left + x * size, top + y * size)
                draw.rectangle((*corner, corner[0] + size - 1, corner[1] + size - 1), "black")
    centred(draw, caption, 210, 396, 20, "black")
    return image
