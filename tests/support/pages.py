"""Pages of print, drawn here: what stands where on them is known."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

__all__ = ["Line", "Page", "page"]

WORDS = (
    "river",
    "stone",
    "market",
    "house",
    "valley",
    "winter",
    "train",
    "letter",
    "garden",
    "paper",
    "bridge",
    "glass",
)


@dataclass(frozen=True)
class Line:
    """A line of print and the rows of pixels that its letters take."""

    text: str
    left: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Page:
    """A page, and its lines in the order of reading."""

    image: Image.Image
    lines: list[Line]


def page(
    size: tuple[int, int], type_px: int, *, n_columns: int = 1, title: str = "", stagger: bool = False, gap: float = 1.4
) -> Page:
    """A page full of lines, in columns under a title; with `stagger` the lines of neighbouring columns do not align."""
    image = Image.new("L", size, 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(type_px)
    lengths = {word: draw.textlength(word, font=font) for word in (*WORDS, " ", "000")}
    lines: list[Line] = []
    top = margin = size[0] // 20
    if title:
        large = ImageFont.load_default(3 * type_px)
        draw.text((margin, margin), title, font=large, fill=0)
        top += 6 * type_px
    width = (size[0] - 2 * margin - (n_columns - 1) * 3 * type_px) // n_columns
    for column in range(n_columns):
        left, y = margin + column * (width + 3 * type_px), top + stagger * column * round(gap * type_px / 2)
        while y + 2 * type_px < size[1] - margin:
            number = len(lines)
            text, used = f"{number:03}", lengths["000"]
            for index in range(99):
                word = WORDS[(7 * number + index * (number + 3)) % len(WORDS)]
                used += lengths[" "] + lengths[word]
                if used > width:
                    break
                text = f"{text} {word}"
            draw.text((left, y), text, font=font, fill=0)
            box = draw.textbbox((left, y), text, font=font)
            lines.append(Line(text, left, int(box[1]), int(box[3])))
            y += round(gap * type_px)
    return Page(image, lines)
