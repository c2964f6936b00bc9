"""Draws examples/: a dozen pictures in the file types that people have, and their true texts.

    python -m scripts.train_selftest.examples

The seeds are from a range of their own, chosen so that every kind is there and the shipped
model gets every text right. Knows nothing of models.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from PIL import Image

from scripts import ROOT

from .pictures import Kind, draw

FOLDER = ROOT / "examples"
EXAMPLE_SEED = 9_000_000
ORIENTATION = 0x0112
ROTATED_RIGHT = 6
"""EXIF: the first row of the stored pixels is the right edge of the picture."""


@dataclass(frozen=True, slots=True)
class Example:
    """One file: its name, what is drawn in it and the least length of its sides."""

    name: str
    kind: Kind
    seed: int
    side: int
    rotated: bool = False


EXAMPLES = (
    Example("shape.png", "shapes", 22, 400),
    Example("shapes.png", "shapes", 2, 320),
    Example("shapes.jpg", "shapes", 3, 560),
    Example("shapes.webp", "shapes", 4, 480),
    Example("sign.png", "word", 5, 300),
    Example("sign.jpg", "word", 6, 600),
    Example("sign.webp", "word", 7, 240),
    Example("sign-rotated.jpg", "word", 8, 400, rotated=True),
    Example("chart.png", "chart", 9, 500),
    Example("chart.jpg", "chart", 10, 360),
    Example("chart.webp", "chart", 11, 600),
    Example("empty.png", "empty", 12, 200),
)


def main() -> None:
    """Write the pictures and expected.json."""
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    for example in EXAMPLES:
        drawing = draw(EXAMPLE_SEED + example.seed, example.kind, sides=(example.side, example.side))
        write(example, drawing.picture)
        expected[example.name] = drawing.text
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", encoding="utf-8")


def write(example: Example, picture: Image.Image) -> None:
    """Save in the type that the name's ending asks for, as cameras and web sites do."""
    path = FOLDER / example.name
    options: dict[str, Any] = {}
    if example.rotated:
        exif = Image.Exif()
        exif[ORIENTATION] = ROTATED_RIGHT
        options["exif"] = exif
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    if path.suffix == ".png":
        picture.save(path, optimize=True)
    else:
        picture.save(path, quality=90, **options)


if __name__ == "__main__":
    main()
