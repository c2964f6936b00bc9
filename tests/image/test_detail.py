"""Measures of detail and the tier they lead to, on pictures drawn here."""

from __future__ import annotations

import dataclasses
import io
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from localalt.image.detail import Measures, measure, tier_of

SENTENCE = "The quick brown fox jumps over the lazy dog while seventeen wizards pack my box with jugs of liquor"
WORDS = SENTENCE.split()

greys = hnp.arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70)))


def write(canvas, box, size, fill, *, lines=99, leading=1.4):
    """Lines of words in a box (left, top, right, bottom), as many as fit and no more than `lines`."""
    draw = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(size)
    left, top, right, bottom = box
    for line in range(lines):
        y = top + line * size * leading
        if y + size > bottom:
            return
        text = ""
        for index in range(99):
            longer = f"{text} {WORDS[(line * 7 + index) % len(WORDS)]}".strip()
            if draw.textlength(longer, font=font) > right - left:
                break
            text = longer
        draw.text((left, y), text, font=font, fill=fill)


def page(ground=255, ink=0, size=13, shape=(768, 1024)):
    canvas = Image.new("L", shape, ground)
    write(canvas, (50, 50, shape[0] - 50, shape[1] - 50), size, ink)
    return canvas


def window(dark=False):
    """A program's window: a bar, a list of names, a few fields and buttons, much that is empty."""
    ground, panel, ink = (30, 45, 215) if dark else (255, 238, 25)
    canvas = Image.new("L", (1024, 700), ground)
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((0, 0, 180, 700), fill=panel)
    draw.rectangle((0, 0, 1024, 32), fill=panel)
    write(canvas, (12, 9, 500, 30), 13, ink, lines=1)
    for row in range(8):
        write(canvas, (12, 60 + 36 * row, 100 + row % 3 * 20, 90 + 36 * row), 13, ink, lines=1)
    for row in range(3):
        draw.rectangle((220, 80 + 60 * row, 700, 108 + 60 * row), outline=128)
        write(canvas, (230, 86 + 60 * row, 420, 108 + 60 * row), 13, ink, lines=1)
    draw.rounded_rectangle((220, 280, 320, 310), 6, fill=90)
    write(canvas, (232, 287, 310, 310), 13, 255, lines=1)
    return canvas


def note():
    """Two short lines in an empty picture."""
    canvas = Image.new("L", (1024, 768), 250)
    write(canvas, (300, 340, 620, 400), 14, 30, lines=2)
    return canvas


def chart(kind):
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    if kind == "bars":
        axes.bar(["north", "south", "east", "west"], [3.5, 1.25, 4.0, 2.75])
    elif kind == "points":
        axes.scatter(*np.random.default_rng(1).random((2, 200)))
    else:
        axes.plot(np.random.default_rng(2).random(30).cumsum(), label="visitors")
        axes.legend()
    axes.set_xlabel("month of the year")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return Image.open(file).convert("L")


def scene(seed=0, shape=(1024, 768), blur=2.0):
    """What a camera might see: light that falls off, a crowd of soft things, grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : shape[1], 0 : shape[0]]
    canvas = Image.fromarray((60 + 90 * x / shape[0] + 60 * y / shape[1]).astype(np.uint8))
    draw = ImageDraw.Draw(canvas)
    for _ in range(150):
        left, top, radius = rng.integers(0, shape[0]), rng.integers(0, shape[1]), rng.integers(5, 90)
        draw.ellipse((left - radius, top - radius, left + radius, top + radius), fill=int(rng.integers(20, 235)))
    return grainy(canvas.filter(ImageFilter.GaussianBlur(blur)), 4.0, seed)


def grainy(image, deviation, seed=0):
    grain = np.random.default_rng(seed).normal(0.0, deviation, (image.height, image.width))
    return Image.fromarray((np.asarray(image) + grain).round().clip(0, 255).astype(np.uint8))


def grass(seed=0):
    """Thin blades in every shade, one over the other."""
    rng = np.random.default_rng(seed)
    canvas = Image.new("L", (2048, 1536), 70)
    draw = ImageDraw.Draw(canvas)
    for _ in range(20_000):
        x, y = rng.integers(0, 2048), rng.integers(0, 1700)
        lean, height = rng.integers(-30, 31), rng.integers(40, 160)
        level = min(max(int(rng.normal(120, 40)), 10), 245)
        draw.line((x, y, x + lean, y - height), fill=level, width=int(rng.integers(2, 7)))
    return grainy(canvas.resize((1024, 768), Image.Resampling.LANCZOS), 3.0, seed)


def gravel(seed=0):
    """Pebbles, each lit from above."""
    rng = np.random.default_rng(seed)
    canvas = Image.new("L", (1024, 768), 40)
    draw = ImageDraw.Draw(canvas)
    for _ in range(9_000):
        x, y, r = rng.integers(0, 1024), rng.integers(0, 768), rng.integers(4, 12)
        level = min(max(int(rng.normal(110, 35)), 10), 230)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=level - 10)
        draw.ellipse((x - r + 1, y - r, x + r - 2, y + r // 2), fill=level + 15)
    return grainy(canvas.filter(ImageFilter.GaussianBlur(0.8)), 5.0, seed)


def clouds(seed=0, roughness=1.0):
    """Noise with as much at every scale, as most natural textures have."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(768)[:, None], np.fft.fftfreq(1024)[None])
    frequency[0, 0] = 1.0
    waves = np.fft.ifft2(np.fft.fft2(rng.normal(size=(768, 1024))) / frequency**roughness).real
    return Image.fromarray((128 + 50 * waves / waves.std()).clip(0, 255).astype(np.uint8))


def stars():
    """Specks, few of them bright, on black."""
    rng = np.random.default_rng(0)
    sky = np.full((768, 1024), 12.0)
    sky[rng.integers(0, 768, 40_000), rng.integers(0, 1024, 40_000)] += np.minimum(rng.exponential(60, 40_000) + 5, 240)
    return Image.fromarray(sky.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.5))


def noise(deviation):
    return grainy(Image.new("L", (1024, 768), 128), deviation)


def gradient():
    return Image.linear_gradient("L").resize((1024, 768))


def shapes():
    canvas = Image.new("L", (1024, 768), 210)
    draw = ImageDraw.Draw(canvas)
    draw.ellipse((100, 100, 500, 500), fill=60)
    draw.rectangle((600, 200, 900, 700), fill=130)
    draw.polygon(((300, 700), (500, 550), (560, 740)), fill=20)
    return canvas


def bars():
    """A blind: many changes one way, none the other."""
    return Image.fromarray(np.tile((np.arange(768) // 4 % 2 * 200 + 20).astype(np.uint8)[:, None], (1, 1024)))


def jpeg(image, quality=60):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("L")


def scanned(image):
    """As a cheap scanner leaves a page: askew, shaded to one side, grainy, saved as JPEG."""
    turned = image.rotate(1.7, Image.Resampling.BICUBIC, fillcolor=235)
    shade = np.linspace(0.65, 1.0, turned.width)
    return jpeg(grainy(Image.fromarray((np.asarray(turned) * shade * 0.85 + 20).astype(np.uint8)), 4.0))


def with_picture(image):
    """A picture above which two lines are written on a white bar."""
    canvas = Image.new("L", (image.width, image.height + 70), 255)
    canvas.paste(image, (0, 70))
    write(canvas, (20, 10, 760, 68), 18, 0, lines=2)
    return canvas


WRITTEN = {
    "page": page,
    "page of tiny print": lambda: page(size=9),
    "page of larger print": lambda: page(size=18),
    "white on black": lambda: page(ground=0, ink=255),
    "grey on grey": lambda: page(ground=210, ink=100),
    "window": window,
    "dark window": lambda: window(dark=True),
    "note": note,
    "bar chart": lambda: chart("bars"),
    "scatter chart": lambda: chart("points"),
    "line chart": lambda: chart("line"),
    "scan": lambda: scanned(page()),
    "soft page": lambda: page().filter(ImageFilter.GaussianBlur(1.2)),
    "page at twice its size": lambda: page().resize((1536, 2048), Image.Resampling.BICUBIC).crop((0, 0, 1024, 1024)),
    "photograph under a caption": lambda: with_picture(scene()),
    "grass under a caption": lambda: with_picture(grass()),
}

UNWRITTEN = {
    "gradient": gradient,
    "shapes": shapes,
    "one grey": lambda: Image.new("L", (1024, 768), 77),
    "faint noise": lambda: noise(3.0),
    "noise": lambda: noise(20.0),
    "heavy noise": lambda: noise(70.0),
    "stars": stars,
    "scene": scene,
    "sharp scene": lambda: scene(1, blur=0.6),
    "grass": grass,
    "gravel": gravel,
    "clouds": clouds,
    "rough clouds": lambda: clouds(1, 0.6),
    "smooth clouds": lambda: clouds(2, 1.6),
}


def measured(image):
    return measure(np.asarray(image))


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("saved", [lambda image: image, jpeg], ids=["as drawn", "as JPEG"])
def test_small_writing_gets_every_token(name, saved):
    assert tier_of(measured(saved(WRITTEN[name]()))) == "high"


@pytest.mark.slow
@pytest.mark.parametrize("name", UNWRITTEN)
@pytest.mark.parametrize("saved", [lambda image: image, jpeg], ids=["as drawn", "as JPEG"])
def test_what_has_no_writing_gets_few_tokens(name, saved):
    assert tier_of(measured(saved(UNWRITTEN[name]()))) == "low"


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in UNWRITTEN if name not in ("one grey", "gradient", "shapes")])
def test_a_texture_has_few_tokens_at_other_sizes_too(name):
    image = UNWRITTEN[name]()
    for share in (0.75, 0.5):
        size = (round(image.width * share), round(image.height * share))
        assert tier_of(measured(image.resize(size, Image.Resampling.LANCZOS))) == "low"


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WRITTEN if "caption" not in name])
def test_writing_is_seen_whichever_way_it_runs(name):
    image = WRITTEN[name]()
    for way in Image.Transpose:
        assert tier_of(measured(image.transpose(way))) == "high"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["page", "window", "dark window", "note", "grey on grey", "scan", "bar chart"])
def test_writing_is_seen_in_the_negative(name):
    assert tier_of(measure(255 - np.asarray(WRITTEN[name]()))) == "high"


@pytest.mark.parametrize("shift", [1, 5, 8, 13])
def test_writing_is_seen_wherever_the_cells_fall(shift):
    assert tier_of(measure(np.asarray(note())[shift:, shift:])) == "high"


def test_writing_at_the_last_rows_and_columns_is_seen():
    canvas = Image.new("L", (1000, 775), 255)  # 8 and 7 pixels past the last whole cells
    write(canvas, (620, 760, 1000, 775), 12, 0, lines=1)
    assert measured(canvas).text_share > 0.0


@pytest.mark.slow
def test_more_writing_is_more_text():
    def lines(n):
        canvas = Image.new("L", (768, 1024), 255)
        write(canvas, (50, 50, 718, 974), 13, 0, lines=n)
        return measured(canvas).text_share

    shares = [lines(n) for n in (0, 1, 5, 20, 40)]
    assert shares == sorted(set(shares))
    assert shares[0] == 0.0


def test_bars_and_edges_are_not_writing():
    assert measured(bars()).text_share == 0.0
    assert measured(shapes()).text_share == 0.0


def test_measures_of_what_is_known():
    assert measure(np.full((40, 50), 9, np.uint8)) == Measures(0.0, 1.0, 0.0)
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert (measure(board).edge_density, measure(board).flat_share) == (1.0, 0.0)
    halves = np.zeros((10, 10), np.uint8)
    halves[:, 5:] = 32
    assert measure(halves).edge_density == pytest.approx(10 / 180)
    assert measure(halves).flat_share == pytest.approx(170 / 180)
    halves[:, 5:] = 31
    assert measure(halves).edge_density == 0.0


def test_a_word_is_enough_only_in_what_is_drawn():
    assert tier_of(Measures(0.01, 0.9, 0.002)) == "high"
    assert tier_of(Measures(0.01, 0.3, 0.002)) == "low"
    assert tier_of(Measures(0.01, 0.3, 0.01)) == "high"
    assert tier_of(Measures(0.01, 0.9, 0.0)) == "low"


def test_fine_work_without_writing_gets_every_token_only_if_drawn():
    assert tier_of(Measures(0.1, 0.8, 0.0)) == "high"
    assert tier_of(Measures(0.1, 0.3, 0.0)) == "low"


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_of_anything_never_lowers_the_tier(edges, flats, text, more):
    if tier_of(Measures(edges, flats, text)) == "high":
        assert tier_of(Measures(max(edges, more), flats, text)) == "high"
        assert tier_of(Measures(edges, max(flats, more), text)) == "high"
        assert tier_of(Measures(edges, flats, max(text, more))) == "high"


@pytest.mark.slow
@given(greys)
@settings(max_examples=200, deadline=None)
def test_any_picture_is_measured(grey):
    measures = measure(grey)
    for share in dataclasses.astuple(measures):
        assert type(share) is float
        assert math.isfinite(share)
        assert 0.0 <= share <= 1.0
    assert measures.edge_density + measures.flat_share <= 1.0
    assert tier_of(measures) in ("low", "high")


@given(greys)
@settings(deadline=None)
def test_a_picture_on_its_side_measures_the_same(grey):
    assert measure(grey.T) == measure(grey)


@pytest.mark.slow
@given(greys)
@settings(deadline=None)
def test_edges_and_flat_areas_are_the_same_mirrored_and_in_the_negative(grey):
    measures = measure(grey)
    for other in (grey[:, ::-1], grey[::-1], 255 - grey):
        assert measure(other).edge_density == measures.edge_density
        assert measure(other).flat_share == measures.flat_share


@pytest.mark.slow
@pytest.mark.parametrize("name", ["page", "window", "scene", "gravel"])
def test_whole_cells_measure_the_same_mirrored(name):
    grey = np.asarray(WRITTEN[name]() if name in WRITTEN else UNWRITTEN[name]())
    grey = grey[: grey.shape[0] // 32 * 32, : grey.shape[1] // 32 * 32]
    # Where a line is looked for, bands begin at every other block from the left.
    all_three = [dataclasses.replace(measure(each), line=0.0) for each in (grey, grey[::-1], grey[:, ::-1])]
    assert all_three[0] == all_three[1] == all_three[2]


@pytest.mark.parametrize(
    "shape",
    [(1, 1), (1, 2), (2, 1), (1, 500), (500, 1), (3, 3), (15, 16), (16, 16), (17, 31), (33, 1000), (0, 0), (0, 9)],
)
def test_tiny_and_odd_sizes(shape):
    rng = np.random.default_rng(3)
    for grey in (np.zeros(shape, np.uint8), rng.integers(0, 256, shape, dtype=np.uint8)):
        assert tier_of(measure(grey)) == "low"


@pytest.mark.slow
def test_the_picture_is_left_as_it_is():
    grey = np.asarray(page()).copy()
    before = grey.copy()
    grey.flags.writeable = False
    strided = np.repeat(np.repeat(grey, 2, axis=0), 3, axis=1)[::2, ::3]
    assert measure(strided) == measure(grey)
    assert np.array_equal(grey, before)


def test_importing_it_loads_no_numpy():
    code = "import sys, localalt.image.detail; sys.exit('numpy' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
