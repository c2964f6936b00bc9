"""Logos of invented companies and abstract pictures."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from .canvas import HEIGHT, WIDTH, canvas, centred

__all__ = ["art", "brushwork", "logo"]


def logo(*, name: str, shape: str, colour: str) -> Image.Image:
    """A mark above a name."""
    image, draw = canvas("white", 480, 360)
    if shape == "leaf":
        outline = []
        for side in (1, -1):
            steps = range(41) if side == 1 else range(40, -1, -1)
            for t in (step / 40 for step in steps):
                width = 46 * side * math.sin(math.pi * t)
                outline.append((175 + 130 * t + width, 205 - 160 * t + 0.8 * width))
        draw.polygon(outline, colour)
        draw.line((175, 205, 278, 78), "white", 6)
        draw.line((175, 205, 158, 226), colour, 8)
    elif shape == "bolt":
        draw.polygon([(250, 30), (180, 140), (232, 140), (208, 220), (300, 104), (244, 104), (286, 30)], colour)
    else:
        for x, y in ((240, 88), (204, 150), (276, 150)):
            draw.ellipse((x - 54, y - 54, x + 54, y + 54), None, colour, 13)
    centred(draw, name, 240, 280, 44, colour, bold=True)
    return image


def art(*, kind: str, colours: Sequence[str], seed: int) -> Image.Image:
    """An abstract: "circles" of many sizes, "stripes" from side to side, or "squares" one within another."""
    rng = random.Random(seed)
    image, draw = canvas(colours[0])
    if kind == "circles":
        for _ in range(34):
            x, y, r = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(10, 70)
            draw.ellipse((x - r, y - r, x + r, y + r), rng.choice(colours[1:]))
    elif kind == "stripes":
        for index, colour in enumerate(colours):
            height = HEIGHT / len(colours)
            draw.rectangle((0, height * index, WIDTH, height * (index + 1)), colour)
    else:
        for index, colour in enumerate(colours):
            margin = 34 * index
            draw.rectangle((110 + margin, margin, WIDTH - 110 - margin, HEIGHT - margin), colour)
    return image


def brushwork(*, bands: Sequence[tuple[int, int, Sequence[str]]], sun: tuple[int, int, str], seed: int) -> Image.Image:
    """A landscape in short strokes: bands as (lower edge, height of its hills, colours) from the top down, and a sun.

    The sun lies over the bands of the sky, which have no hills, and under those after.
    """
    rng = random.Random(seed)
    image, draw = canvas(bands[0][2][0])
    upper = 0
    for lower, hills, colours in bands:
        if hills:
            _disc_of_strokes(draw, rng, *sun)
        draw.rectangle((0, upper, WIDTH, lower), colours[0])
        for _ in range(22 * (lower - upper)):
            x = rng.uniform(-20, WIDTH)
            edge = upper - hills * abs(math.sin((x + 60) / 150))
            y, length = rng.uniform(edge, lower), rng.uniform(16, 40)
            draw.line((x, y, x + length, y + rng.uniform(-4, 4)), rng.choice(colours), rng.randint(4, 8))
        upper = lower
    return image


def _disc_of_strokes(draw: ImageDraw.ImageDraw, rng: random.Random, x: float, y: float, colour: str) -> None:
    for _ in range(140):
        angle, far = rng.uniform(0, 2 * math.pi), 36 * math.sqrt(rng.random())
        px, py = x + far * math.cos(angle), y + far * math.sin(angle)
        draw.line((px - 8, py, px + 8, py + rng.uniform(-3, 3)), colour, 6)
