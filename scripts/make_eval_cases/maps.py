"""Maps of the evaluation's cases: of rooms, streets, tram lines and an island."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from PIL import Image

from .canvas import HEIGHT, WIDTH, canvas, centred, font

__all__ = ["floor_plan", "island", "street_map", "transit"]


def floor_plan(*, rooms: Sequence[tuple[str, int, int, int, int]]) -> Image.Image:
    """Rooms as (name, left, top, right, bottom)."""
    image, draw = canvas("#f5f2ea")
    for name, left, top, right, bottom in rooms:
        draw.rectangle((left, top, right, bottom), "white", "black", 5)
        centred(draw, name, (left + right) / 2, (top + bottom) / 2, 18, "black")
    return image


def street_map(*, streets: Sequence[tuple[str, int]], park: str, place: tuple[str, int, int]) -> Image.Image:
    """Streets that run across at a height, a river from top to bottom, a park and one marked place."""
    image, draw = canvas("#efe9da")
    draw.polygon([(470, 0), (540, 0), (500, 210), (560, HEIGHT), (480, HEIGHT), (430, 210)], "#9cc7e8")
    draw.rounded_rectangle((60, 240, 220, 360), 20, "#bfdcae")
    centred(draw, park, 140, 300, 17, "#2f5d22")
    for name, y in streets:
        draw.line((0, y, WIDTH, y), "white", 22)
        draw.text((20, y - 10), name, "#444444", font(15))
    draw.line((300, 0, 300, HEIGHT), "white", 22)
    name, x, y = place
    draw.polygon([(x, y), (x - 13, y - 28), (x + 13, y - 28)], "#c02020")
    draw.ellipse((x - 15, y - 46, x + 15, y - 16), "#c02020")
    centred(draw, name, x, y - 60, 17, "black", bold=True)
    return image


def transit(*, lines: Sequence[tuple[str, str, Sequence[str]]]) -> Image.Image:
    """Lines as (name, colour, stations) that all meet at the station in their middle."""
    image, draw = canvas("white")
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
                if index == 0 and station == stations[n // 2]:
                    draw.text((x - 12, y - 14), station, "black", font(15), anchor="rs")
                elif index == 0:
                    centred(draw, station, x, y - 24, 15, "black")
                else:
                    draw.text((x + 16, y - 9), station, "black", font(15))
        draw.text((14, 14 + 24 * index), name, colour, font(17, bold=True))
    return image


def island(*, mountain: str, west: str, east: str, scale: str) -> Image.Image:
    """An island with a mountain in its middle, a place in the west, one in the east, and a dashed path between them."""
    image, draw = canvas("#a9d3ea")
    shore = [(90, 220), (130, 120), (240, 80), (360, 70), (470, 100), (550, 190), (540, 290), (450, 350), (300, 360)]
    shore += [(170, 330)]
    draw.polygon(shore, "#e9d9a6", "#8a7a4a", 3)
    draw.polygon([(x + (320 - x) * 0.16, y + (215 - y) * 0.16) for x, y in shore], "#a8cf8e")
    draw.polygon([(320, 130), (255, 240), (385, 240)], "#7d7468")
    draw.polygon([(320, 130), (301, 162), (339, 162)], "white")
    centred(draw, mountain, 320, 256, 16, "black")
    points = [(165 + 28 * index, 262 + 36 * math.sin(math.pi * index / 11)) for index in range(12)]
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        draw.line((x, y, x + 0.55 * (next_x - x), y + 0.55 * (next_y - y)), "#b02020", 4)
    for name, x, y in ((west, 160, 258), (east, 484, 258)):
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), "#b02020", "white", 2)
        centred(draw, name, x, y - 24, 16, "black", bold=True)
    draw.line((590, 80, 590, 40), "black", 3)
    draw.polygon([(590, 26), (582, 46), (598, 46)], "black")
    centred(draw, "N", 590, 96, 18, "black", bold=True)
    draw.line([(40, 384), (40, 394), (140, 394), (140, 384)], "black", 2)
    centred(draw, scale, 90, 378, 15, "black")
    return image
