"""Charts and diagrams of the evaluation's cases."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from PIL import Image, ImageDraw

from .canvas import canvas, centred

__all__ = ["chart", "cycle", "flow", "venn"]


_COLOURS = ("#33689e", "#c44e1c", "#3c8031")


def chart(
    *,
    kind: str,
    title: str,
    labels: Sequence[str],
    values: Any,  # noqa: ANN401 (numbers, or lists of them for several series)
    unit: str = "",
    series: Sequence[str] = (),
    ticks: Sequence[int] = (),
    across: str = "",
) -> Image.Image:
    """A chart of labels and values; several series give lists of values.

    `unit` and `ticks` stand at the axis of the values, `across` at that of the labels.
    """
    figure, axes = plt.subplots(figsize=(6.4, 4.2), dpi=100)
    rows = values if series else [values]
    if kind == "bar":
        axes.bar_label(axes.bar(labels, values, color="#33689e"))
        axes.margins(y=0.1)
    elif kind == "rows":
        axes.bar_label(axes.barh(labels[::-1], values[::-1], color="#8a5a2b"), padding=3)
        axes.margins(x=0.1)
    elif kind == "line":
        for name, row, colour in zip(series or [""], rows, _COLOURS, strict=False):
            axes.plot(labels, row, marker="o", color=colour, label=name)
        if series:
            axes.legend()
    elif kind == "grouped":
        for index, (name, row, colour) in enumerate(zip(series, rows, _COLOURS, strict=False)):
            places = [place + 0.4 * index - 0.2 for place in range(len(labels))]
            axes.bar(places, row, width=0.4, label=name, color=colour)
        axes.set_xticks(range(len(labels)), labels)
        axes.legend()
    elif kind == "heat":
        axes.imshow(values, cmap="Oranges", aspect="auto")
        axes.set_xticks(range(len(labels)), labels)
        axes.set_yticks(range(len(series)), series)
        for y, row in enumerate(values):
            for x, value in enumerate(row):
                axes.text(x, y, str(value), ha="center", va="center", color="white" if value > 40 else "black")
    elif kind == "pie":
        axes.pie(values, labels=[f"{label} {value} %" for label, value in zip(labels, values, strict=True)])
    elif kind == "points":
        axes.scatter([float(label) for label in labels], values, color="#7a3b8f")
    elif kind == "stacked":
        below = [0.0] * len(labels)
        for name, row, colour in zip(series, rows, ("#33689e", "#e0a030", "#3c8031"), strict=False):
            bars = axes.bar(labels, row, bottom=below, label=name, color=colour)
            axes.bar_label(bars, label_type="center", color="black" if colour == "#e0a030" else "white")
            below = [a + b for a, b in zip(below, row, strict=True)]
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    axes.set_title(title)
    if kind == "rows":
        axes.set_xlabel(unit)
        axes.set_xticks(ticks)
    elif kind != "pie":
        axes.set_ylabel(unit)
        axes.set_xlabel(across)
        if kind != "heat":
            axes.set_yticks(ticks)
    data = io.BytesIO()
    figure.tight_layout()
    figure.savefig(data, format="png")
    plt.close(figure)
    return Image.open(data).convert("RGB")


def flow(*, boxes: Sequence[str], colour: str = "#dbe9f6", back: tuple[int, int] | None = None) -> Image.Image:
    """Boxes from the top down with arrows between them, and perhaps one back from a later box to an earlier."""
    image, draw = canvas("white", 520, 90 * len(boxes) + 20)
    for index, text in enumerate(boxes):
        top = 20 + 90 * index
        draw.rounded_rectangle((140, top, 380, top + 54), 10, colour, "#30506e", 2)
        centred(draw, text, 260, top + 27, 17, "black")
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
    image, draw = canvas("white", 520, 460)
    n = len(steps)
    for index, text in enumerate(steps):
        angle = 2 * math.pi * index / n - math.pi / 2
        x, y = 260 + 165 * math.cos(angle), 230 + 165 * math.sin(angle)
        draw.ellipse((x - 62, y - 36, x + 62, y + 36), "#e4f2df", "#3c8031", 2)
        centred(draw, text, x, y, 15, "black")
        start, end = angle + 0.48, angle + 2 * math.pi / n - 0.48
        draw.arc((95, 65, 425, 395), math.degrees(start), math.degrees(end), "#3c8031", 4)
        px, py = 260 + 163 * math.cos(end), 230 + 163 * math.sin(end)
        heading = end + math.pi / 2
        corners = [(heading, 16), (heading + 2.2, 13), (heading - 2.2, 13)]
        draw.polygon([(px + r * math.cos(a), py + r * math.sin(a)) for a, r in corners], "#3c8031")
    return image


def venn(*, left: str, right: str, both: str) -> Image.Image:
    """Two circles that overlap, a blue one on the left and an orange one on the right."""
    image, _ = canvas("white", 600, 400)
    for x, colour in ((225, (70, 130, 200, 130)), (375, (240, 150, 40, 130))):
        layer = Image.new("RGBA", image.size)
        ImageDraw.Draw(layer).ellipse((x - 150, 50, x + 150, 350), colour, "#333333", 3)
        image.paste(layer, (0, 0), layer)
    draw = ImageDraw.Draw(image)
    for text, x in ((left, 150), (both, 300), (right, 450)):
        centred(draw, text, x, 200, 18, "black", bold=text == both)
    return image
