"""How high type is measured to be."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from localalt.image.ink import ink_of
from localalt.image.type_size import type_height
from tests.support.pages import page


def height_of(image):
    return type_height(ink_of(np.asarray(image)))


@pytest.mark.parametrize("gap", [1.3, 1.6])
@pytest.mark.parametrize("size", [7, 9, 12, 16, 22, 30])
def test_type_is_as_high_as_it_was_drawn(size, gap):
    assert height_of(page((700, 700), size, gap=gap).image) == pytest.approx(size, rel=0.25)


def test_type_is_measured_on_black_and_in_what_was_reduced():
    drawn = page((1800, 1800), 30).image
    small = drawn.resize((600, 600), Image.Resampling.LANCZOS)
    assert height_of(small) == pytest.approx(10, rel=0.25)
    assert height_of(Image.eval(small, lambda level: 255 - level)) == height_of(small)


def test_one_line_is_not_a_page():
    image = Image.new("L", (600, 400), 255)
    ImageDraw.Draw(image).text((20, 20), "A sign", fill=0, font_size=12)
    assert height_of(image) is None


@pytest.mark.parametrize("name", ["noise", "discs", "bars", "enlarged"])
def test_what_is_not_lines_has_no_type(name):
    rng = np.random.default_rng(0)
    image = Image.new("L", (800, 600), 128)
    if name == "noise":
        image = Image.fromarray(rng.integers(0, 255, (600, 800), dtype=np.uint8))
    elif name == "bars":
        image = Image.fromarray(np.tile((np.arange(600) // 6 % 2 * 200).astype(np.uint8)[:, None], (1, 800)))
    elif name == "enlarged":  # whose soft outlines are flat bands
        image = page((200, 150), 24).image.resize((1600, 1200), Image.Resampling.BICUBIC)
    else:
        draw = ImageDraw.Draw(image)
        for x, y, radius in zip(*(rng.integers(0, 600, (2, 200))), rng.integers(5, 90, 200), strict=True):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=int(2 * radius))
        image = image.filter(ImageFilter.GaussianBlur(1))
    assert height_of(image) is None
