"""Draws the pictures of the self-test: a seed gives a picture, its true text and labels for its patches.

Four kinds: coloured shapes, a printed word, a bar chart, an empty picture. A drawing depends
on its seed and on the fonts that are installed: Pillow's own always, the DejaVu family where
matplotlib is (it is read from there, whatever the system). Knows nothing of models, tokens
or files; Pillow is the only import that it cannot do without.
"""

from __future__ import annotations

import importlib.util
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from PIL import Image, ImageDraw, ImageFont

__all__ = [
    "COLOURS",
    "DETAILS",
    "GRID",
    "KINDS",
    "LETTERS",
    "PATCH_PX",
    "SIDE_PX",
    "THINGS",
    "UNSEEN_WORDS",
    "WORDS",
    "Drawing",
    "Kind",
    "Mark",
    "PatchLabel",
    "draw",
    "to_input",
]

SIDE_PX = 96
"""Side of the square that a model of square pictures takes."""
PATCH_PX = 12
"""Side of one patch: eight letters across the picture stay legible in 8 x 8 patches."""
GRID = SIDE_PX // PATCH_PX

Kind = Literal["shapes", "word", "chart", "empty"]
KINDS: tuple[Kind, ...] = get_args(Kind)

RGB: TypeAlias = "tuple[int, int, int]"
Box: TypeAlias = "tuple[float, float, float, float]"
"""Left, top, right, bottom as shares of the canvas, so that stretching it to a square changes nothing."""

COLOURS: dict[str, RGB] = {
    "red": (215, 30, 35),
    "green": (35, 150, 60),
    "blue": (40, 70, 215),
    "yellow": (245, 215, 40),
    "black": (14, 14, 14),
    "white": (244, 244, 244),
    "orange": (245, 140, 25),
    "purple": (135, 45, 165),
}
COLOUR_NAMES = tuple(COLOURS)

SHAPES = ("circle", "square", "triangle")
PLACES = {
    "top left": (0.26, 0.26),
    "top right": (0.74, 0.26),
    "bottom left": (0.26, 0.74),
    "bottom right": (0.74, 0.74),
    "centre": (0.5, 0.5),
}
CORNERS = tuple(PLACES)[:4]

# fmt: off
WORDS = (
    "EXIT", "OPEN", "STOP", "SALE", "HELP", "PUSH", "PULL", "TAXI", "CAFE", "BANK", "HOTEL", "CLOSED", "DANGER",
    "PARKING", "WELCOME", "MENU", "TICKETS", "PLATFORM", "LIBRARY", "QUIET", "NORTH", "SOUTH", "EAST", "WEST",
    "ONE", "TWO", "THREE",
)
"""The words that training prints."""
UNSEEN_WORDS = (
    "DOOR", "RAIN", "LIFT", "GATE", "FIRE", "SHOP", "ROOM", "WATER", "TRAIN", "MUSEUM", "GARDEN", "STATION", "OFFICE",
    "PHONE", "MUSIC", "BREAD", "BOOKS", "SCHOOL", "MARKET", "TOILETS", "CINEMA", "FOUR", "FIVE", "CLEAN", "HOME",
)
"""Words that training never prints, for measuring whether letters were learned or words."""
# fmt: on
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

NUMBERS = ("two", "three", "four", "five", "six")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
MIN_BARS = 2

THINGS = ("ground", *SHAPES, "word", "bar", "tallest bar")
"""What a patch can show."""
DETAILS: tuple[str, ...] = (
    *PLACES,
    *WORDS,
    *(f"{ORDINALS[tall]} of {name}" for n, name in enumerate(NUMBERS, MIN_BARS) for tall in range(n)),
)
"""What a patch's thing is part of: a place, a word, or which of how many bars is the tallest."""
DETAIL_INDEX = {name: index for index, name in enumerate(DETAILS)}
NO_DETAIL = -100
"""The index that torch's cross-entropy leaves out by default."""


@dataclass(frozen=True, slots=True)
class PatchLabel:
    """What one patch shows. Indices into THINGS, COLOUR_NAMES and DETAILS; a bit per letter."""

    thing: int
    colour: int
    detail: int
    letters: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn, and the box that it fills."""

    box: Box
    thing: int
    colour: int
    detail: int = NO_DETAIL
    letter: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture at canvas size, the text that describes it, and what is drawn in it."""

    kind: Kind
    picture: Image.Image
    text: str
    ground: int
    """Its colour's index."""
    marks: tuple[Mark, ...]

    def labels(self, rows: int = GRID, columns: int = GRID) -> tuple[PatchLabel, ...]:
        """Label each patch by the mark that covers most of it, and by the letters that are mostly in it; row by row."""
        shares = [0.2] * (rows * columns)
        shown: list[Mark | None] = [None] * (rows * columns)
        letters = [0] * (rows * columns)
        for mark in self.marks:
            left, right = mark.box[0] * columns, mark.box[2] * columns
            top, bottom = mark.box[1] * rows, mark.box[3] * rows
            area = (right - left) * (bottom - top)
            for row in range(max(0, int(top)), min(rows, int(bottom) + 1)):
                for column in range(max(0, int(left)), min(columns, int(right) + 1)):
                    patch = row * columns + column
                    overlap = max(0.0, min(right, column + 1) - max(left, column)) * max(
                        0.0, min(bottom, row + 1) - max(top, row)
                    )
                    if mark.letter is not None:
                        if overlap > 0.4 * min(area, 1.0):
                            letters[patch] |= 1 << mark.letter
                    elif overlap > shares[patch]:
                        shares[patch], shown[patch] = overlap, mark
        return tuple(
            PatchLabel(0, self.ground, NO_DETAIL, bits)
            if mark is None
            else PatchLabel(mark.thing, mark.colour, mark.detail, bits)
            for mark, bits in zip(shown, letters, strict=True)
        )


@dataclass(slots=True)
class _Canvas:
    """A picture in the making: shares of the canvas in, pixels and marks out."""

    picture: Image.Image
    pen: ImageDraw.ImageDraw
    marks: list[Mark]
    rng: random.Random

    @classmethod
    def of(cls, rng: random.Random, ground: str, sides: tuple[int, int]) -> _Canvas:
        side = rng.randint(*sides)
        aspect = rng.uniform(3 / 4, 4 / 3) if rng.random() < 0.3 else 1.0
        size = (round(side * max(1.0, aspect)), round(side * max(1.0, 1 / aspect)))
        picture = Image.new("RGB", size, _jittered(rng, ground))
        return cls(picture, ImageDraw.Draw(picture), [], rng)

    def pixels(self, box: Box) -> Box:
        width, height = self.picture.size
        left, top, right, bottom = box
        return left * width, top * height, right * width, bottom * height


def draw(
    seed: int,
    kind: Kind | None = None,
    words: Sequence[str] = WORDS,
    *,
    sides: tuple[int, int] = (128, 384),
) -> Drawing:
    """The drawing of this seed; `kind` and `words` narrow what it may show, `sides` bounds its shorter side."""
    rng = random.Random(seed)
    chosen = rng.choice(KINDS)
    kind = kind or chosen
    ground = rng.choice(COLOUR_NAMES)
    canvas = _Canvas.of(rng, ground, sides)
    if kind == "shapes":
        text = _draw_shapes(canvas, ground)
    elif kind == "word":
        text = _draw_word(canvas, ground, rng.choice(words))
    elif kind == "chart":
        text = _draw_chart(canvas, ground)
    else:
        text = f"An empty {ground} picture."
    return Drawing(kind, canvas.picture, text, COLOUR_NAMES.index(ground), tuple(canvas.marks))


def to_input(picture: Image.Image, size: tuple[int, int], rng: random.Random | None = None) -> Image.Image:
    """The picture as a model of that (width, height) sees it. With `rng`, by one of several filters, or after JPEG."""
    if rng is None:
        return picture.resize(size, Image.Resampling.LANCZOS)
    if rng.random() < 0.3:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=rng.randint(80, 95))
        picture = Image.open(file)
    filters = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX)
    return picture.resize(size, rng.choices(filters, (6, 2, 2))[0])


def _draw_shapes(canvas: _Canvas, ground: str) -> str:
    rng = canvas.rng
    count = rng.choice((1, 2, 2))
    places = rng.sample(tuple(PLACES) if count == 1 else CORNERS, count)
    phrases = []
    for place in sorted(places, key=tuple(PLACES).index):
        shape = rng.choice(SHAPES)
        colour = rng.choice([name for name in COLOUR_NAMES if name != ground])
        size = rng.uniform(0.26, 0.42)
        reach = min(0.06, 0.24 - size / 2)
        x, y = (centre + rng.uniform(-reach, reach) for centre in PLACES[place])
        box = (x - size / 2, y - size / 2, x + size / 2, y + size / 2)
        left, top, right, bottom = canvas.pixels(box)
        fill = _jittered(rng, colour)
        if shape == "circle":
            canvas.pen.ellipse((left, top, right, bottom), fill)
        elif shape == "square":
            canvas.pen.rectangle((left, top, right, bottom), fill)
        else:
            canvas.pen.polygon(((left + right) / 2, top, left, bottom, right, bottom), fill)
        canvas.marks.append(
            Mark(box, THINGS.index(shape), COLOUR_NAMES.index(colour), DETAIL_INDEX[place]),
        )
        where = "in the centre" if place == "centre" else f"at the {place}"
        phrases.append(f"{_article(colour)} {colour} {shape} {where}")
    sentence = " and ".join(phrases)
    return f"{sentence[0].upper()}{sentence[1:]} on {_article(ground)} {ground} background."


def _draw_word(canvas: _Canvas, ground: str, word: str) -> str:
    rng = canvas.rng
    # JPEG halves the resolution of colour: letters need a difference in brightness.
    readable = [name for name in COLOUR_NAMES if abs(_luma(COLOURS[name]) - _luma(COLOURS[ground])) > 75]
    colour = rng.choice(readable)
    width, height = canvas.picture.size
    size = rng.uniform(0.17, 0.34) * min(width, height)
    name = rng.choice(_font_names())
    size *= min(1.0, 0.92 * width / _font(name, 100).getlength(word) * 100 / size)
    font = _font(name, int(size))
    _, top, _, bottom = font.getbbox(word, anchor="ls")
    length = font.getlength(word)
    spare_x, spare_y = (width - length) / 2 - 0.03 * width, (height - (bottom - top)) / 2 - 0.08 * height
    x = (width - length) / 2 + rng.uniform(-1, 1) * min(spare_x, 0.12 * width)
    y = (height - (bottom + top)) / 2 + rng.uniform(-1, 1) * min(spare_y, 0.25 * height)
    canvas.pen.text((x, y), word, _jittered(rng, colour), font, anchor="ls")

    def share(left: float, right: float) -> Box:
        return (x + left) / width, (y + top) / height, (x + right) / width, (y + bottom) / height

    paint = COLOUR_NAMES.index(colour)
    thing = THINGS.index("word")
    canvas.marks.append(Mark(share(0, length), thing, paint, DETAIL_INDEX.get(word, NO_DETAIL)))
    ends = [font.getlength(word[: n + 1]) for n in range(len(word))]
    for letter, left, right in zip(word, [0.0, *ends], ends, strict=False):
        canvas.marks.append(Mark(share(left, right), thing, paint, letter=LETTERS.index(letter)))
    return f'The word "{word}" in {colour} on {_article(ground)} {ground} background.'


def _draw_chart(canvas: _Canvas, ground: str) -> str:
    rng = canvas.rng
    colour = rng.choice([name for name in COLOUR_NAMES if name != ground])
    count = rng.randint(MIN_BARS, MIN_BARS + len(NUMBERS) - 1)
    tallest = rng.randrange(count)
    left, right = rng.uniform(0.06, 0.16), rng.uniform(0.84, 0.94)
    floor = rng.uniform(0.82, 0.92)
    peak = rng.uniform(0.5, 0.7)
    pitch = (right - left) / count
    bar_share = rng.uniform(0.5, 0.75)
    fill = _jittered(rng, colour)
    detail = DETAIL_INDEX[f"{ORDINALS[tallest]} of {NUMBERS[count - MIN_BARS]}"]
    for n in range(count):
        height = peak if n == tallest else peak * rng.uniform(0.2, 0.83)
        start = left + (n + (1 - bar_share) / 2) * pitch
        box = (start, floor - height, start + bar_share * pitch, floor)
        canvas.pen.rectangle(canvas.pixels(box), fill)
        thing = THINGS.index("tallest bar" if n == tallest else "bar")
        canvas.marks.append(Mark(box, thing, COLOUR_NAMES.index(colour), detail))
    # The line they stand on distinguishes a chart of two bars from two shapes.
    axis = (left - 0.02, floor, right + 0.02, floor + 0.02)
    canvas.pen.rectangle(canvas.pixels(axis), fill)
    number = NUMBERS[count - MIN_BARS]
    return f"A bar chart with {number} bars, the {ORDINALS[tallest]} one is the tallest."


def _article(colour: str) -> str:
    return "an" if colour == "orange" else "a"


def _luma(colour: RGB) -> float:
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _jittered(rng: random.Random, name: str) -> RGB:
    red, green, blue = (min(255, max(0, channel + rng.randint(-11, 11))) for channel in COLOURS[name])
    return red, green, blue


@lru_cache(maxsize=1)
def _font_names() -> tuple[str, ...]:
    """Fonts to print with: "" is Pillow's own, the others are files."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return ("",)
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    families = ("Sans", "Sans-Bold", "Serif", "Serif-Bold", "SansMono-Bold")
    return ("", *(str(folder / f"DejaVu{family}.ttf") for family in families))


@lru_cache(maxsize=1024)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType: install a wheel of Pillow to draw words")
    return font
