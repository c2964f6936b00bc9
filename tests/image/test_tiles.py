"""Where pages of small writing are cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from localalt.image.ink import Ink, ink_of
from localalt.image.resize import fit
from localalt.image.tiles import LEAST_TYPE_PX, MAX_TILES, tiling
from localalt.types import ImageGeometry
from tests.support.pages import page

FREE = ImageGeometry(square=None, token_px=32, min_tokens=8, max_tokens=256)
LARGE_TOKENS = ImageGeometry(square=None, token_px=48, min_tokens=70, max_tokens=140)
SQUARE = ImageGeometry(square=560, token_px=28, min_tokens=256, max_tokens=256)
GEOMETRIES = [FREE, LARGE_TOKENS, SQUARE]


def cut(drawn, type_px, geometry=FREE, scale=1.0):
    """The tiling of a page whose ink is looked at in a picture of a scale."""
    size = round(drawn.image.width * scale), round(drawn.image.height * scale)
    return tiling(drawn.image.size, type_px, ink_of(np.asarray(drawn.image.resize(size))), geometry)


def holds(tile, line, slack=2):
    left, top, right, bottom = tile.box
    return left <= line.left < right and top <= line.top + slack and line.bottom - slack <= bottom


def test_what_is_large_enough_in_the_whole_is_not_cut():
    assert cut(page((500, 500), 14), 14) is None
    assert cut(page((1000, 1000), 20), 20) is None  # 512 x 512 pixels show it at half its size


def test_what_has_no_type_is_not_cut():
    assert tiling((4000, 4000), None, ink_of(np.zeros((100, 100), np.uint8)), FREE) is None


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=["free", "large tokens", "square"])
@pytest.mark.parametrize("scale", [1.0, 0.6], ids=["whole", "reduced"])
def test_every_line_is_whole_in_a_tile_that_shows_it_large_enough(geometry, scale):
    drawn = page((900, 1300), 13)
    found = cut(drawn, 13, geometry, scale)
    assert found is not None
    assert 2 <= len(found.tiles) <= MAX_TILES
    assert found.whole_px < LEAST_TYPE_PX <= found.type_px
    for line in drawn.lines:
        assert any(holds(tile, line) for tile in found.tiles)
    for tile in found.tiles:
        left, top, right, bottom = tile.box
        content = fit(right - left, bottom - top, geometry).content
        assert min(content[0] / (right - left), content[1] / (bottom - top)) * 13 >= LEAST_TYPE_PX * 0.99


def test_tiles_share_a_few_lines_and_say_how_many():
    drawn = page((900, 1300), 13)
    found = cut(drawn, 13)
    assert found is not None
    assert found.tiles[0].n_shared == 0
    for before, after in pairwise(found.tiles):
        shared = [line for line in drawn.lines if holds(before, line) and holds(after, line)]
        assert len(shared) == after.n_shared
        assert 1 <= len(shared) <= 4


@pytest.mark.parametrize("stagger", [False, True], ids=["aligned", "staggered"])
@pytest.mark.parametrize("title", ["", "The Harbour Gazette"], ids=["plain", "under a title"])
@pytest.mark.parametrize("n_columns", [2, 3])
def test_columns_of_print_are_read_one_after_the_other(n_columns, title, stagger):
    drawn = page((1400, 1300), 13, n_columns=n_columns, title=title, stagger=stagger)
    found = cut(drawn, 13)
    assert found is not None
    lefts = sorted({line.left for line in drawn.lines})
    read = [[left for left in lefts if tile.box[0] <= left < tile.box[2] - 13] for tile in found.tiles]
    if title:
        heading, *read = read
        assert found.tiles[0].box[1] < min(line.top for line in drawn.lines)
        assert heading
    assert all(len(columns) == 1 for columns in read)
    assert [columns[0] for columns in read] == sorted(columns[0] for columns in read)
    order = [line for line in drawn.lines if any(holds(tile, line) for tile in found.tiles)]
    assert order == drawn.lines


def test_the_rows_of_a_table_are_not_torn_apart():
    """Words in cells leave gaps through all rows, which are not between columns of print."""
    drawn = page((1200, 1200), 13)
    pixels = np.asarray(drawn.image).copy()
    for x in range(100, 1200, 260):
        pixels[:, x : x + 120] = 255
    found = tiling((1200, 1200), 13, ink_of(pixels), FREE)
    assert found is not None
    assert len({tile.box[0] // 100 for tile in found.tiles}) == 1


def test_lines_that_nothing_separates_are_shared_in_full():
    noise = np.random.default_rng(0).integers(0, 255, (1300, 900), dtype=np.uint8)
    found = tiling((900, 1300), 13, ink_of(noise), FREE)
    assert found is not None
    for before, after in pairwise(found.tiles):
        assert before.box[3] - after.box[1] >= 3 * 13
        assert after.n_shared == 2


def test_what_would_take_too_many_tiles_is_shown_smaller_and_not_large_enough():
    drawn = page((400, 2400), 6)
    found = cut(drawn, 6, ImageGeometry(None, 32, 8, 24))
    assert found is not None
    assert len(found.tiles) <= MAX_TILES
    assert found.type_px < LEAST_TYPE_PX


def test_a_small_picture_of_tiny_type_gains_nothing_by_tiles():
    drawn = page((400, 500), 6)
    found = cut(drawn, 6)
    assert found is not None
    assert found.tiles == ()
    assert found.type_px == pytest.approx(6.0, rel=0.1)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(50, 6000),
    st.integers(50, 6000),
    st.floats(1, 40),
    st.sampled_from(GEOMETRIES),
    st.integers(0, 2**32 - 1),
)
def test_tiles_lie_in_the_picture_whatever_its_ink(width, height, type_px, geometry, seed):
    shape = (max(1, height // 20), max(1, width // 20))
    edges = np.random.default_rng(seed).random(shape) < 0.1
    found = tiling((width, height), type_px, Ink(edges, edges), geometry)
    if found is None:
        return
    assert len(found.tiles) != 1
    assert len(found.tiles) <= MAX_TILES
    for tile in found.tiles:
        left, top, right, bottom = tile.box
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


def test_a_blank_page_has_no_tiles():
    found = tiling((4000, 4000), 10.0, ink_of(np.full((400, 400), 255, np.uint8)), FREE)
    assert found is not None
    assert found.tiles == ()
    assert ink_of(np.asarray(Image.new("L", (1, 1)))).trimmed((0, 0, 1, 1)) is None
