"""Scenes with figures, memes and comics made of them, and photographs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageDraw

from .canvas import HEIGHT, WIDTH, canvas, centred, font

__all__ = ["comic", "meme", "meme_photograph", "photograph", "scene"]


def _figure(
    draw: ImageDraw.ImageDraw, x: float, y: float, shirt: str, *, arms_up: bool = False, scale: float = 1.0
) -> None:
    """A person in outline that stands at (x, y)."""
    s = scale
    draw.line((x - 14 * s, y, x, y - 60 * s, x + 14 * s, y), "#333333", int(8 * s))
    draw.rounded_rectangle((x - 20 * s, y - 130 * s, x + 20 * s, y - 55 * s), 10 * s, shirt)
    for side in (-1, 1):
        hand = y - 165 * s if arms_up else y - 70 * s
        draw.line((x + side * 20 * s, y - 120 * s, x + side * 42 * s, hand), "#333333", int(7 * s))
    draw.ellipse((x - 19 * s, y - 172 * s, x + 19 * s, y - 134 * s), "#9a9a9a", "#333333", 2)


def scene(*, sky: str, ground: str, things: Sequence[tuple[Any, ...]]) -> Image.Image:
    """A landscape with things: (kind, x, y), and a colour where it has one; of a person, whether the arms are up."""
    image, draw = canvas(sky)
    draw.rectangle((0, 290, WIDTH, HEIGHT), ground)
    for kind, x, y, *more in things:
        if kind == "sun":
            draw.ellipse((x - 38, y - 38, x + 38, y + 38), "#ffd23f")
        elif kind == "moon":
            draw.ellipse((x - 32, y - 32, x + 32, y + 32), "#f4f1d0")
            draw.ellipse((x - 14, y - 40, x + 40, y + 24), sky)
        elif kind == "hill":
            draw.ellipse((x - 220, y - 110, x + 220, y + 230), more[0])
            draw.rectangle((0, 290, WIDTH, HEIGHT), ground)
        elif kind == "house":
            draw.rectangle((x - 60, y - 80, x + 60, y), more[0])
            draw.polygon([(x - 74, y - 80), (x + 74, y - 80), (x, y - 140)], "#7a2e1d")
            draw.rectangle((x - 14, y - 44, x + 14, y), "#4a3020")
        elif kind == "tree":
            draw.rectangle((x - 9, y - 60, x + 9, y), "#6b4a2b")
            draw.ellipse((x - 48, y - 150, x + 48, y - 50), more[0])
        elif kind == "boat":
            draw.polygon([(x - 70, y - 24), (x + 70, y - 24), (x + 46, y + 10), (x - 46, y + 10)], "#7a4a24")
            draw.polygon([(x, y - 130), (x, y - 34), (x + 58, y - 34)], more[0])
            draw.line((x, y - 136, x, y - 24), "#333333", 5)
        elif kind == "ball":
            draw.ellipse((x - 16, y - 16, x + 16, y + 16), more[0])
        elif kind == "umbrella":
            draw.line((x, y - 8, x, y + 112), "#333333", 5)
            draw.pieslice((x - 88, y - 70, x + 88, y + 70), 180, 360, more[0])
        elif kind == "bus":
            draw.rounded_rectangle((x - 110, y - 110, x + 110, y - 14), 12, more[0])
            for number in range(4):
                draw.rectangle((x - 98 + 50 * number, y - 96, x - 56 + 50 * number, y - 60), "#cfe8f5")
            for wheel in (x - 64, x + 64):
                draw.ellipse((wheel - 20, y - 34, wheel + 20, y + 6), "#222222")
        elif kind == "stop":
            draw.line((x, y, x, y - 170), "#555555", 6)
            draw.rounded_rectangle((x - 38, y - 206, x + 38, y - 160), 6, "#f4d03f", "#333333", 3)
            centred(draw, more[0], x, y - 183, 18, "black", bold=True)
        elif kind == "rain":
            for number in range(40):
                px, py = (number * 97) % WIDTH, (number * 53) % 280
                draw.line((px, py, px - 6, py + 18), "#cfe4ff", 2)
        elif kind == "person":
            _figure(draw, x, y, more[0], arms_up=bool(more[1:] and more[1]))
    return image


def meme(*, top: str, bottom: str, under: Mapping[str, Any]) -> Image.Image:
    """A drawn scene between two lines of capitals."""
    below = scene(**under)
    image, draw = canvas("black", WIDTH, HEIGHT + 140)
    image.paste(below, (0, 70))
    centred(draw, top, WIDTH / 2, 36, 32, "white", bold=True)
    centred(draw, bottom, WIDTH / 2, HEIGHT + 105, 32, "white", bold=True)
    return image


def comic(*, panels: Sequence[tuple[Sequence[tuple[str, bool]], str, int]]) -> Image.Image:
    """Panels side by side: figures as (shirt, whether the arms are up), what is said, and by which of them."""
    image, draw = canvas("white", 260 * len(panels) + 20, 380)
    for index, (figures, words, speaker) in enumerate(panels):
        left = 20 + 260 * index
        draw.rectangle((left, 20, left + 240, 360), "#fdf3d8", "black", 3)
        draw.rectangle((left + 2, 300, left + 238, 358), "#c8b48a")
        places = [left + 240 * (number + 1) / (len(figures) + 1) for number in range(len(figures))]
        for x, (shirt, is_up) in zip(places, figures, strict=True):
            _figure(draw, x, 340, shirt, arms_up=is_up)
        draw.polygon([(places[speaker] - 8, 92), (places[speaker] + 12, 92), (places[speaker], 148)], "white", "black")
        draw.rounded_rectangle((left + 14, 34, left + 226, 96), 16, "white", "black", 2)
        centred(draw, words, left + 120, 65, 16, "black")
    return image


def photograph(*, name: str) -> Image.Image | None:
    """One of scikit-image's that are in the public domain or CC0; None where it is not installed."""
    try:
        from skimage import data
    except ImportError:
        return None
    image = Image.fromarray(getattr(data, name)()).convert("RGB")
    image.thumbnail((560, 560))
    return image


def meme_photograph(*, name: str, top: str, bottom: str) -> Image.Image | None:
    """A photograph with white capitals at the top and at the bottom; None without a photograph."""
    image = photograph(name=name)
    if image is None:
        return None
    draw = ImageDraw.Draw(image)
    for text, y in ((top, 34), (bottom, image.height - 34)):
        draw.text((image.width / 2, y), text, "white", font(30, bold=True), "mm", stroke_width=3, stroke_fill="black")
    return image
