"""A single line of writing in what looks like a photograph, and what only looks like one."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from localalt.image.detail import measure, tier_of
from localalt.image.tiers import tier_of_image
from localalt.image.writing import MIN_LIKELIHOOD, bands, likelihood


def scene(seed, size=(1024, 768)):
    """Soft shapes with grain, as a photograph has them."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 226, (9, 12, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    pixels = np.asarray(image, np.int16) + rng.normal(0, 4, (size[1], size[0], 1)).astype(np.int16)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def plate(image, text="KX 4711 B", px=20, at=(400, 300), ground=(250, 250, 245), ink=(10, 10, 10)):
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(px)
    left, top, right, bottom = draw.textbbox(at, text, font=font)
    draw.rectangle((left - px // 3, top - px // 3, right + px // 3, bottom + px // 3), fill=ground)
    draw.text(at, text, font=font, fill=ink)
    return image


def grey(image):
    return np.asarray(image.convert("L"))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("px", [13, 16, 20])
def test_a_plate_in_a_photograph_gets_the_high_tier(seed, px):
    image = plate(scene(seed), px=px, at=(100 + 150 * seed, 650 - 130 * seed))
    assert tier_of(measure(grey(image))) == "high"
    assert tier_of_image(image) == "high"


@pytest.mark.parametrize("colours", [((20, 60, 140), (250, 250, 250)), ((240, 200, 30), (20, 20, 20))])
def test_a_sign_in_colours_is_writing_too(colours):
    image = plate(scene(5), "Bakery & Coffee", ground=colours[0], ink=colours[1])
    assert likelihood(grey(image)) >= MIN_LIKELIHOOD


def test_a_soft_plate_is_writing_too():
    image = plate(scene(6), px=20).filter(ImageFilter.GaussianBlur(0.8))
    assert likelihood(grey(image)) >= MIN_LIKELIHOOD


@pytest.mark.parametrize("seed", range(8))
def test_a_scene_without_writing_gets_the_low_tier(seed):
    assert tier_of(measure(grey(scene(seed)))) == "low"


@pytest.mark.parametrize("step", [40, 64])
def test_windows_of_a_house_are_not_writing(step):
    image = scene(7)
    draw = ImageDraw.Draw(image)
    for left in range(200, 800, step):
        for top in range(150, 600, step):
            draw.rectangle((left, top, left + step // 2, top + step * 2 // 3), fill=(40, 45, 60))
    assert tier_of(measure(grey(image))) == "low"


@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080), (3840, 2160)])
def test_a_few_words_on_a_large_empty_desktop_get_the_high_tier(size):
    image = Image.new("RGB", size, (30, 60, 110))
    plate(image, "Save changes?", px=round(14 * max(1.0, size[0] / 1920)), at=(size[0] // 2, size[1] // 3))
    assert tier_of_image(image) == "high"


def test_an_empty_desktop_gets_the_low_tier():
    assert tier_of_image(Image.new("RGB", (3840, 2160), (30, 60, 110))) == "low"


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (16, 16), (27, 900), (900, 30), (28, 48), (33, 57)])
def test_small_pictures_have_few_bands_or_none(shape):
    noise = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    assert 0.0 <= likelihood(noise) <= 1.0
    assert np.isfinite(bands(noise)).all()
