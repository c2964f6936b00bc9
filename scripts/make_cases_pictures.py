"""Pictures of the evaluation's cases: charts, screens, signs, maps, memes, logos and drawn scenes.

Each is drawn from a few words and numbers that the cases' data give, so that what is true of a picture stands beside
it. Knows no texts about pictures.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.font_manager as fonts
from matplotlib import pyplot as plt
from PIL import Image, ImageDraw, ImageFont

__all__ = ["PAINTERS"]

WIDTH, HEIGHT = 640, 420


def _font(size: int, *, bold: bool = False, mono: bool = False) -> ImageFont.FreeTypeFont:
    family = "DejaVu Sans Mono" if mono else "DejaVu Sans"
    found = fonts.findfont(fonts.FontProperties(family=family, weight="bold" if bold else "normal"))
    return ImageFont.truetype(found, size)


def _canvas(colour: str, width: int = WIDTH, height: int = HEIGHT) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width, height), colour)
    return image, ImageDraw.Draw(image)


def _centred(
    draw: ImageDraw.ImageDraw, text: str, x: float, y: float, size: int, colour: str, *, bold: bool = False
) -> None:
    draw.multiline_text((x, y), text, colour, _font(size, bold=bold), anchor="mm", align="center", spacing=size // 3)


# --- charts ---


def chart(
    *,
    kind: str,
    title: str,
    labels: Sequence[str],
    values: Any,  # noqa: ANN401 (numbers, or lists of them for several series)
    unit: str = "",
    series: Sequence[str] = (),
) -> Image.Image:
    """A chart of labels and values; several series give lists of values."""
    figure, axes = plt.subplots(figsize=(6.4, 4.2), dpi=100)
    rows = values if series else [values]
    if kind == "bar":
        axes.bar(labels, values, color="#33689e")
    elif kind == "rows":
        axes.barh(labels[::-1], values[::-1], color="#8a5a2b")
    elif kind == "line":
        for name, row, colour in zip(series or [""], rows, ("#33689e", "#c44e1c", "#3c8031"), strict=False):
            axes.plot(labels, row, marker="o", color=colour, label=name)
        if series:
            axes.legend()
    elif kind == "pie":
        axes.pie(values, labels=[f"{label} {value} %" for label, value in zip(labels, values, strict=True)])
    elif kind == "points":
        axes.scatter([float(label) for label in labels], values, color="#7a3b8f")
    elif kind == "stacked":
        below = [0.0] * len(labels)
        for name, row, colour in zip(series, rows, ("#33689e", "#e0a030", "#3c8031"), strict=False):
            axes.bar(labels, row, bottom=below, label=name, color=colour)
            below = [a + b for a, b in zip(below, row, strict=True)]
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    axes.set_title(title)
    if kind != "pie":
        axes.set_ylabel("" if kind == "rows" else unit)
        axes.set_xlabel(unit if kind == "rows" else "")
    data = io.BytesIO()
    figure.tight_layout()
    figure.savefig(data, format="png")
    plt.close(figure)
    return Image.open(data).convert("RGB")


# --- diagrams and maps ---


def flow(*, boxes: Sequence[str], colour: str = "#dbe9f6", back: tuple[int, int] | None = None) -> Image.Image:
    """Boxes from the top down with arrows between them, and perhaps one back from a later box to an earlier."""
    image, draw = _canvas("white", 520, 90 * len(boxes) + 20)
    for index, text in enumerate(boxes):
        top = 20 + 90 * index
        draw.rounded_rectangle((140, top, 380, top + 54), 10, colour, "#30506e", 2)
        _centred(draw, text, 260, top + 27, 17, "black")
        if index + 1 < len(boxes):
            draw.line((260, top + 54, 260, top + 88), "#30506e", 3)
            draw.polygon([(252, top + 78), (268, top + 78), (260, top + 90)], "#30506e")
    if back is not None:
        low, high = (20 + 90 * index + 27 for index in back)
        draw.line([(380, low), (450, low), (450, high), (384, high)], "#b03030", 3)
        draw.polygon([(396, high - 8), (396, high + 8), (382, high)], "#b03030")
    return image


def cycle(*, steps: Sequence[str]) -> Image.Image:
    """Steps around a circle, with arrows clockwise."""
    image, draw = _canvas("white", 520, 460)
    n = len(steps)
    for index, text in enumerate(steps):
        angle = 2 * math.pi * index / n - math.pi / 2
        x, y = 260 + 165 * math.cos(angle), 230 + 165 * math.sin(angle)
        draw.ellipse((x - 62, y - 36, x + 62, y + 36), "#e4f2df", "#3c8031", 2)
        _centred(draw, text, x, y, 15, "black")
        between = angle + math.pi / n
        px, py = 260 + 165 * math.cos(between), 230 + 165 * math.sin(between)
        heading = between + math.pi / 2
        corners = [(heading, 12), (heading + 2.5, 12), (heading - 2.5, 12)]
        draw.polygon([(px + r * math.cos(a), py + r * math.sin(a)) for a, r in corners], "#3c8031")
    return image


def floor_plan(*, rooms: Sequence[tuple[str, int, int, int, int]]) -> Image.Image:
    """Rooms as (name, left, top, right, bottom)."""
    image, draw = _canvas("#f5f2ea")
    for name, left, top, right, bottom in rooms:
        draw.rectangle((left, top, right, bottom), "white", "black", 5)
        _centred(draw, name, (left + right) / 2, (top + bottom) / 2, 18, "black")
    return image


def street_map(*, streets: Sequence[tuple[str, int]], park: str, place: tuple[str, int, int]) -> Image.Image:
    """Streets that run across at a height, a river from top to bottom, a park and one marked place."""
    image, draw = _canvas("#efe9da")
    draw.polygon([(470, 0), (540, 0), (500, 210), (560, HEIGHT), (480, HEIGHT), (430, 210)], "#9cc7e8")
    draw.rounded_rectangle((60, 240, 220, 360), 20, "#bfdcae")
    _centred(draw, park, 140, 300, 17, "#2f5d22")
    for name, y in streets:
        draw.line((0, y, WIDTH, y), "white", 22)
        draw.text((20, y - 10), name, "#444444", _font(15))
    draw.line((300, 0, 300, HEIGHT), "white", 22)
    name, x, y = place
    draw.polygon([(x, y), (x - 13, y - 28), (x + 13, y - 28)], "#c02020")
    draw.ellipse((x - 15, y - 46, x + 15, y - 16), "#c02020")
    _centred(draw, name, x, y - 60, 17, "black", bold=True)
    return image


def transit(*, lines: Sequence[tuple[str, str, Sequence[str]]]) -> Image.Image:
    """Lines as (name, colour, stations) that all meet at the station in their middle."""
    image, draw = _canvas("white")
    for index, (name, colour, stations) in enumerate(lines):
        angle = math.pi * index / len(lines)
        n = len(stations)
        offsets = [(number - (n - 1) / 2) * 230 / ((n - 1) / 2) for number in range(n)]
        places = [
            (WIDTH / 2 + offset * math.cos(angle), HEIGHT / 2 + 0.7 * offset * math.sin(angle)) for offset in offsets
        ]
        draw.line(places, colour, 8)
        for station, (x, y) in zip(stations, places, strict=True):
            draw.ellipse((x - 9, y - 9, x + 9, y + 9), "white", "black", 3)
            if index == 0 or station != stations[n // 2]:
                if index == 0:
                    _centred(draw, station, x, y - 24, 15, "black")
                else:
                    draw.text((x + 16, y - 9), station, "black", _font(15))
        draw.text((14, 14 + 24 * index), name, colour, _font(17, bold=True))
    return image


# --- words ---


def sign(*, text: str, ground: str = "#1d4e89", colour: str = "white", size: int = 52) -> Image.Image:
    """A sign with a border on a grey wall."""
    image, draw = _canvas("#b9b4aa")
    draw.rounded_rectangle((60, 60, WIDTH - 60, HEIGHT - 60), 24, ground, colour, 8)
    _centred(draw, text, WIDTH / 2, HEIGHT / 2, size, colour, bold=True)
    return image


def page(*, heading: str, lines: Sequence[str], paper: str = "white") -> Image.Image:
    """A page with a heading and lines of print."""
    image, draw = _canvas("#8d8d8d", 560, 80 + 34 * (len(lines) + 2))
    draw.rectangle((30, 20, 530, image.height - 20), paper)
    draw.text((60, 50), heading, "black", _font(26, bold=True))
    for index, line in enumerate(lines):
        draw.text((60, 100 + 34 * index), line, "black", _font(17))
    return image


def table(*, title: str, rows: Sequence[Sequence[str]]) -> Image.Image:
    """A table with a heading row."""
    image, draw = _canvas("white", 600, 70 + 44 * len(rows))
    draw.text((24, 18), title, "black", _font(20, bold=True))
    width = 552 // len(rows[0])
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            left, top = 24 + width * column, 56 + 44 * row
            draw.rectangle((left, top, left + width, top + 44), "#e6e6e6" if row == 0 else "white", "black", 1)
            draw.text((left + 10, top + 11), cell, "black", _font(17, bold=row == 0))
    return image


# --- screens ---


def window(
    *, title: str, rows: Sequence[tuple[str, Any]], dark: bool = False, buttons: Sequence[str] = ()
) -> Image.Image:
    """A window: rows of a label with a switch (bool) or a value, and buttons, the last of which is the default."""
    ground, ink, line = ("#22252b", "#e8e8e8", "#3a3f48") if dark else ("#fafafa", "#202020", "#d8d8d8")
    image, draw = _canvas("#5b7083", 600, 120 + 54 * len(rows) + (60 if buttons else 0))
    draw.rectangle((30, 24, 570, image.height - 24), ground)
    draw.rectangle((30, 24, 570, 62), line)
    draw.text((48, 33), title, ink, _font(17, bold=True))
    draw.text((538, 32), "×", ink, _font(19))
    for index, (label, value) in enumerate(rows):
        top = 80 + 54 * index
        draw.text((48, top), label, ink, _font(17))
        if isinstance(value, bool):
            draw.rounded_rectangle((490, top - 2, 544, top + 24), 13, "#2f8f46" if value else "#909090")
            x = 531 if value else 503
            draw.ellipse((x - 10, top + 1, x + 10, top + 21), "white")
        elif value:
            draw.text((544, top), str(value), ink, _font(17), anchor="ra")
    for index, text in enumerate(reversed(buttons)):
        right = 552 - 150 * index
        fill = "#2a6fd0" if index == 0 else line
        draw.rounded_rectangle((right - 136, image.height - 78, right, image.height - 40), 6, fill)
        _centred(draw, text, right - 68, image.height - 59, 16, "white" if index == 0 else ink)
    return image


def chat(*, name: str, messages: Sequence[tuple[bool, str]]) -> Image.Image:
    """A chat; messages as (whether it is one's own, text)."""
    image, draw = _canvas("#ece5dd", 460, 80 + 66 * len(messages))
    draw.rectangle((0, 0, 460, 50), "#075e54")
    draw.text((18, 14), name, "white", _font(19, bold=True))
    for index, (is_own, text) in enumerate(messages):
        top = 66 + 66 * index
        width = draw.textlength(text, _font(16)) + 28
        left = 444 - width if is_own else 16
        draw.rounded_rectangle((left, top, left + width, top + 46), 10, "#dcf8c6" if is_own else "white")
        draw.text((left + 14, top + 13), text, "black", _font(16))
    return image


def terminal(*, lines: Sequence[str], title: str = "terminal") -> Image.Image:
    """A terminal, green on black."""
    image, draw = _canvas("#111111", 620, 60 + 28 * len(lines))
    draw.rectangle((0, 0, 620, 32), "#444444")
    draw.text((14, 7), title, "white", _font(14))
    for index, line in enumerate(lines):
        draw.text((14, 44 + 28 * index), line, "#7fe07f", _font(16, mono=True))
    return image


def weather(*, place: str, degrees: str, sky: str, days: Sequence[tuple[str, str]]) -> Image.Image:
    """A weather widget: a sun or rain, the temperature, and the next days."""
    image, draw = _canvas("#4a90d9" if sky == "sunny" else "#6b7785", 520, 340)
    draw.text((28, 22), place, "white", _font(26, bold=True))
    draw.text((28, 70), degrees, "white", _font(72, bold=True))
    if sky == "sunny":
        draw.ellipse((370, 50, 460, 140), "#ffd94a")
    else:
        draw.ellipse((350, 60, 430, 120), "white")
        draw.ellipse((395, 50, 480, 120), "white")
        for x in (365, 400, 435, 465):
            draw.line((x, 130, x - 8, 155), "#bfe0ff", 5)
    for index, (day, value) in enumerate(days):
        x = 70 + 130 * index
        _centred(draw, day, x, 240, 19, "white")
        _centred(draw, value, x, 280, 24, "white", bold=True)
    return image


# --- scenes, memes, art, logos ---


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
    image, draw = _canvas(sky)
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
            draw.pieslice((x - 56, y - 56, x + 56, y + 56), 180, 360, more[0])
            draw.line((x, y, x, y + 74), "#333333", 5)
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
    image, draw = _canvas("black", WIDTH, HEIGHT + 140)
    image.paste(below, (0, 70))
    _centred(draw, top, WIDTH / 2, 36, 32, "white", bold=True)
    _centred(draw, bottom, WIDTH / 2, HEIGHT + 105, 32, "white", bold=True)
    return image


def logo(*, name: str, shape: str, colour: str) -> Image.Image:
    """A mark above a name."""
    image, draw = _canvas("white", 480, 360)
    if shape == "leaf":
        draw.pieslice((150, 30, 330, 210), 90, 270, colour)
        draw.pieslice((150, 30, 330, 210), 270, 450, colour)
        draw.line((190, 210, 290, 50), "white", 8)
    elif shape == "bolt":
        draw.polygon([(250, 30), (180, 140), (232, 140), (208, 220), (300, 104), (244, 104), (286, 30)], colour)
    else:
        for index in range(3):
            draw.ellipse((140 + 60 * index, 70, 240 + 60 * index, 170), None, colour, 14)
    _centred(draw, name, 240, 280, 44, colour, bold=True)
    return image


def art(*, kind: str, colours: Sequence[str], seed: int) -> Image.Image:
    """An abstract: "circles" of many sizes, "stripes" from side to side, or "squares" one within another."""
    rng = random.Random(seed)
    image, draw = _canvas(colours[0])
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


def photograph(*, name: str) -> Image.Image | None:
    """One of scikit-image's that are in the public domain or CC0; None where it is not installed."""
    try:
        from skimage import data
    except ImportError:
        return None
    image = Image.fromarray(getattr(data, name)()).convert("RGB")
    image.thumbnail((560, 560))
    return image


PAINTERS: Mapping[str, Callable[..., Image.Image | None]] = {
    painter.__name__: painter
    for painter in (
        chart,
        flow,
        cycle,
        floor_plan,
        street_map,
        transit,
        sign,
        page,
        table,
        window,
        chat,
        terminal,
        weather,
        scene,
        meme,
        logo,
        art,
        photograph,
    )
}
