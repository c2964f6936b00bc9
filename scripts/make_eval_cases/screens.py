"""Screens of invented programs, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw

from .canvas import canvas, centred, font

__all__ = ["calendar", "chat", "editor", "launcher", "player", "terminal", "weather", "window"]


def window(
    *, title: str, rows: Sequence[tuple[str, Any]], dark: bool = False, buttons: Sequence[str] = ()
) -> Image.Image:
    """A window: rows of a label with a switch (bool) or a value, and buttons, the last of which is the default."""
    ground, ink, line = ("#22252b", "#e8e8e8", "#3a3f48") if dark else ("#fafafa", "#202020", "#d8d8d8")
    image, draw = canvas("#5b7083", 600, 120 + 54 * len(rows) + (60 if buttons else 0))
    draw.rectangle((30, 24, 570, image.height - 24), ground)
    draw.rectangle((30, 24, 570, 62), line)
    draw.text((48, 33), title, ink, font(17, bold=True))
    draw.text((538, 32), "×", ink, font(19))
    for index, (label, value) in enumerate(rows):
        top = 80 + 54 * index
        draw.text((48, top), label, ink, font(17))
        if isinstance(value, bool):
            draw.rounded_rectangle((490, top - 2, 544, top + 24), 13, "#2f8f46" if value else "#909090")
            x = 531 if value else 503
            draw.ellipse((x - 10, top + 1, x + 10, top + 21), "white")
        elif value:
            draw.text((544, top), str(value), ink, font(17), anchor="ra")
    for index, text in enumerate(reversed(buttons)):
        right = 552 - 150 * index
        fill = "#2a6fd0" if index == 0 else line
        draw.rounded_rectangle((right - 136, image.height - 78, right, image.height - 40), 6, fill)
        centred(draw, text, right - 68, image.height - 59, 16, "white" if index == 0 else ink)
    return image


def chat(*, name: str, messages: Sequence[tuple[bool, str]]) -> Image.Image:
    """A chat; messages as (whether it is one's own, text)."""
    image, draw = canvas("#f3f0f7", 460, 80 + 66 * len(messages))
    draw.rectangle((0, 0, 460, 50), "#5b3a8c")
    draw.text((18, 14), name, "white", font(19, bold=True))
    for index, (is_own, text) in enumerate(messages):
        top = 66 + 66 * index
        width = draw.textlength(text, font(16)) + 28
        left = 444 - width if is_own else 16
        draw.rounded_rectangle((left, top, left + width, top + 46), 10, "#dccdf2" if is_own else "white")
        draw.text((left + 14, top + 13), text, "black", font(16))
    return image


def terminal(*, lines: Sequence[str], title: str = "terminal") -> Image.Image:
    """A terminal, green on black."""
    image, draw = canvas("#111111", 620, 60 + 28 * len(lines))
    draw.rectangle((0, 0, 620, 32), "#444444")
    draw.text((14, 7), title, "white", font(14))
    for index, line in enumerate(lines):
        draw.text((14, 44 + 28 * index), line, "#7fe07f", font(16, mono=True))
    return image


def weather(*, place: str, degrees: str, sky: str, days: Sequence[tuple[str, str]]) -> Image.Image:
    """A weather widget: a sun or rain, the temperature, and the next days."""
    image, draw = canvas("#4a90d9" if sky == "sunny" else "#6b7785", 520, 340)
    draw.text((28, 22), place, "white", font(26, bold=True))
    draw.text((28, 70), degrees, "white", font(72, bold=True))
    if sky == "sunny":
        draw.ellipse((370, 50, 460, 140), "#ffd94a")
    else:
        draw.ellipse((350, 60, 430, 120), "white")
        draw.ellipse((395, 50, 480, 120), "white")
        for x in (365, 400, 435, 465):
            draw.line((x, 130, x - 8, 155), "#bfe0ff", 5)
    for index, (day, value) in enumerate(days):
        x = 70 + 130 * index
        centred(draw, day, x, 240, 19, "white")
        centred(draw, value, x, 280, 24, "white", bold=True)
    return image


_ROLES = {"": "#d8dee9", "keyword": "#d48ac8", "string": "#a5c88a", "name": "#7fb4e6", "comment": "#8b93a3"}


def editor(*, file: str, lines: Sequence[Sequence[tuple[str, str]]], marked: int) -> Image.Image:
    """A dark code editor: lines as parts of (text, role), one of them marked, counted from 1."""
    image, draw = canvas("#262a33", 640, 76 + 30 * len(lines))
    draw.rectangle((0, 0, 640, 38), "#1b1e25")
    draw.rectangle((12, 6, 40 + draw.textlength(file, font(15)), 38), "#262a33")
    draw.text((26, 13), file, "#e8e8e8", font(15))
    letters = font(16, mono=True)
    for index, parts in enumerate(lines):
        top = 54 + 30 * index
        if index + 1 == marked:
            draw.rectangle((0, top - 5, 640, top + 24), "#5a2a30")
        draw.text((36, top), str(index + 1), "#7b8290", letters, anchor="ra")
        x = 60.0
        for text, role in parts:
            draw.text((x, top), text, _ROLES[role], letters)
            x += draw.textlength(text, letters)
    return image


def launcher(*, clock: str, apps: Sequence[tuple[str, str, str, int]]) -> Image.Image:
    """A telephone's screen: apps as (name, kind of icon, colour, unread), in rows of three."""
    image, draw = canvas("#27506b", 400, 100 + 150 * -(-len(apps) // 3))
    centred(draw, clock, 200, 36, 24, "white", bold=True)
    for index, (name, kind, colour, unread) in enumerate(apps):
        x, y = 76 + 124 * (index % 3), 130 + 150 * (index // 3)
        draw.rounded_rectangle((x - 42, y - 42, x + 42, y + 42), 18, colour)
        _icon(draw, kind, x, y)
        if unread:
            draw.ellipse((x + 26, y - 56, x + 56, y - 26), "#e02020")
            centred(draw, str(unread), x + 41, y - 41, 16, "white", bold=True)
        centred(draw, name, x, y + 62, 16, "white")
    return image


def _icon(draw: ImageDraw.ImageDraw, kind: str, x: float, y: float) -> None:
    if kind == "letter":
        draw.rectangle((x - 26, y - 18, x + 26, y + 18), None, "white", 4)
        draw.line([(x - 26, y - 18), (x, y + 4), (x + 26, y - 18)], "white", 4)
    elif kind == "clock":
        draw.ellipse((x - 25, y - 25, x + 25, y + 25), None, "white", 4)
        draw.line([(x, y - 16), (x, y), (x + 12, y + 8)], "white", 4)
    elif kind == "lock":
        draw.arc((x - 14, y - 32, x + 14, y - 4), 180, 360, "white", 5)
        for side in (-12, 12):
            draw.line((x + side, y - 18, x + side, y - 2), "white", 5)
        draw.rectangle((x - 22, y - 4, x + 22, y + 26), "white")
        draw.ellipse((x - 5, y + 3, x + 5, y + 13), "black")
        draw.line((x, y + 10, x, y + 19), "black", 4)
    elif kind == "bars":
        for number, height in enumerate((16, 30, 44)):
            left = x - 24 + 18 * number
            draw.rectangle((left, y + 22 - height, left + 12, y + 22), "white")
    elif kind == "bubble":
        draw.rounded_rectangle((x - 26, y - 22, x + 26, y + 12), 10, "white")
        draw.polygon([(x - 14, y + 10), (x + 2, y + 10), (x - 16, y + 26)], "white")
    else:
        draw.line([(x - 10, y + 16), (x - 10, y - 22), (x + 16, y - 26), (x + 16, y + 12)], "white", 5)
        draw.ellipse((x - 24, y + 8, x - 8, y + 24), "white")
        draw.ellipse((x + 2, y + 4, x + 18, y + 20), "white")


def calendar(*, month: str, days: int, first: int, marked: int, event: str) -> Image.Image:
    """A month that begins on a day of the week, counted from Monday as 0, with one marked day and what is on it."""
    image, draw = canvas("white", 560, 470)
    draw.text((28, 20), month, "#222222", font(26, bold=True))
    for column, name in enumerate(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")):
        centred(draw, name, 64 + 72 * column, 80, 16, "#777777")
    for day in range(1, days + 1):
        row, column = divmod(first + day - 1, 7)
        x, y = 64 + 72 * column, 124 + 50 * row
        if day == marked:
            draw.ellipse((x - 21, y - 21, x + 21, y + 21), "#1f7a5c")
        centred(draw, str(day), x, y, 18, "white" if day == marked else "#222222")
    draw.rounded_rectangle((28, 408, 532, 452), 8, "#dff0e9")
    draw.rectangle((28, 408, 36, 452), "#1f7a5c")
    draw.text((52, 420), event, "#123c2e", font(18))
    return image


def player(*, title: str, artist: str, at: str, length: str, share: float) -> Image.Image:
    """A dark music player that is paused: a cover with a wave, a bar that is played to a share, three buttons."""
    image, draw = canvas("#17151f", 420, 520)
    draw.rectangle((70, 40, 350, 280), "#2e2250")
    for number in range(14):
        height = (18, 40, 66, 90, 60, 34, 74)[number % 7]
        draw.line((88 + 19 * number, 160 - height, 88 + 19 * number, 160 + height), "#f2a65a", 9)
    centred(draw, title, 210, 318, 24, "white", bold=True)
    centred(draw, artist, 210, 352, 17, "#b9b3cc")
    draw.line((70, 394, 350, 394), "#4a4560", 5)
    draw.line((70, 394, 70 + 280 * share, 394), "#f2a65a", 5)
    draw.ellipse((62 + 280 * share, 386, 78 + 280 * share, 402), "white")
    draw.text((70, 406), at, "#b9b3cc", font(14))
    draw.text((350, 406), length, "#b9b3cc", font(14), anchor="ra")
    draw.polygon([(196, 440), (196, 490), (236, 465)], "white")
    for side in (-1, 1):
        x = 212 + 84 * side
        draw.polygon([(x - 12 * side, 450), (x - 12 * side, 480), (x + 10 * side, 465)], "white")
        draw.line((x + 13 * side, 450, x + 13 * side, 480), "white", 4)
    return image
