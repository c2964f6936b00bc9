"""Parts of pictures, read by themselves; and pictures whose writing is small."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

import localalt
from localalt.image import tile_loading
from localalt.image.processor import load_picture
from localalt.image.reader import PictureReader
from localalt.image.tile_loading import load_page, load_tile
from localalt.types import ImageGeometry
from tests.support.pages import page
from tests.support.pictures import encoded, quadrants

FREE = ImageGeometry(square=None, token_px=8, min_tokens=4, max_tokens=64)
PRINT = ImageGeometry(square=None, token_px=32, min_tokens=8, max_tokens=256)
T = Image.Transpose
STORED = {
    1: None,
    2: T.FLIP_LEFT_RIGHT,
    3: T.ROTATE_180,
    4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE,
    6: T.ROTATE_90,
    7: T.TRANSVERSE,
    8: T.ROTATE_270,
}
"""By orientation, what was done to a picture before it was stored."""


@pytest.fixture(scope="module")
def small_print():
    return page((900, 1300), 13)


def colour_of(pixels):
    """The colour in the middle of a tile, as 0 and 255."""
    height, width = pixels.shape[:2]
    return tuple(int(level > 127) * 255 for level in pixels[height // 2, width // 2])


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_part_is_that_of_the_upright_picture(format, orientation):
    upright = quadrants(960, 640)
    turn = STORED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if format in ("JPEG", "WEBP") else {}
    data = encoded(upright if turn is None else upright.transpose(turn), format, exif=exif, **options)
    size = load_picture(data, FREE).original_size
    assert size == (960, 640)
    for box, colour in {
        (0, 0, 480, 320): (255, 0, 0),
        (480, 0, 960, 320): (0, 255, 0),
        (0, 320, 480, 640): (0, 0, 255),
        (500, 340, 700, 640): (255, 255, 255),
    }.items():
        tile = load_tile(data, box, size, FREE, tier="high")
        assert (tile.dtype, tile.shape[2], tile.flags.c_contiguous) == (np.uint8, 3, True)
        assert colour_of(tile) == colour
        assert np.ptp(tile.reshape(-1, 3).astype(int), axis=0).max() < 60  # nothing of the other quarters


def test_a_part_has_the_colours_and_the_ground_of_the_picture():
    seen = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    seen.paste((250, 250, 250, 255), (20, 20, 180, 80))
    tile = load_tile(encoded(seen, "PNG"), (0, 0, 100, 100), (200, 100), FREE, tier="high")
    assert tile[0, 0].max() < 200  # what is nearly white does not lie on white
    deep = Image.fromarray(np.arange(40000, dtype=np.uint16).reshape(200, 200) + 20000)
    assert load_tile(encoded(deep, "PNG"), (0, 0, 200, 50), (200, 200), FREE, tier="high").mean() < 120


def test_a_part_shows_what_the_whole_is_too_small_for():
    drawn = quadrants(2000, 2000)
    drawn.putpixel((1500, 1500), (0, 0, 0))
    whole = load_picture(drawn, FREE).pixels
    tile = load_tile(drawn, (1480, 1480, 1520, 1520), drawn.size, FREE, tier="high")
    assert whole[48:, 48:].min() > 200
    assert tile.min() < 100


def test_the_callers_image_is_left_as_it_is():
    own = quadrants()
    before = own.tobytes()
    load_tile(own, (0, 0, 48, 32), own.size, FREE, tier="high")
    load_page(own)
    assert own.tobytes() == before


def test_a_page_is_all_of_an_image_upright_and_without_alpha():
    own = quadrants(96, 64).transpose(T.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(own, "PNG", exif=exif)
    array = load_page(Image.open(io.BytesIO(data)))
    assert array.shape == (64, 96, 3)
    assert np.array_equal(array, np.asarray(quadrants(96, 64)))


def test_small_print_is_read_in_tiles_where_they_are_wanted(small_print):
    tiled = load_picture(small_print.image, PRINT, detail="high", small_writing="tile")
    assert len(tiled.tiles) >= 2
    assert tiled.notices == ()
    warned = load_picture(small_print.image, PRINT, detail="high", small_writing="warn")
    assert (warned.tiles, [notice.name for notice in warned.notices]) == ((), ["small-writing"])
    for options in ({}, {"detail": "low", "small_writing": "tile"}):
        plain = load_picture(small_print.image, PRINT, **options)
        assert (plain.tiles, plain.notices) == ((), ())
    assert np.array_equal(plain.pixels.shape, load_picture(small_print.image, PRINT, detail="low").pixels.shape)


def test_type_that_is_tiny_in_the_file_itself_is_named():
    tiny = page((1800, 2400), 18).image.resize((600, 800), Image.Resampling.LANCZOS)
    picture = load_picture(tiny, PRINT, detail="high", small_writing="tile")
    assert [notice.name for notice in picture.notices] == ["small-writing"]


@pytest.mark.parametrize("kind", ["path", "bytes", "file", "array", "image"])
def test_a_reader_reads_the_whole_and_then_its_tiles(kind, small_print, tmp_path):
    path = tmp_path / "page.png"
    small_print.image.save(path)
    source = {
        "path": lambda: path,
        "bytes": path.read_bytes,
        "file": lambda: io.BytesIO(path.read_bytes()),
        "array": lambda: np.asarray(small_print.image),
        "image": lambda: small_print.image,
    }[kind]()
    seen = []
    reader = PictureReader(source, PRINT, detail="high", small_writing="tile", on_tiles=seen.append)
    whole = reader.whole()
    assert seen == [whole]
    for tile in whole.tiles:
        expected = load_tile(small_print.image, tile.box, whole.original_size, PRINT, tier="high")
        assert np.array_equal(reader.tile(tile), expected)


def test_a_file_that_is_gone_is_an_error_of_the_picture(small_print, tmp_path):
    path = tmp_path / "page.png"
    small_print.image.save(path)
    reader = PictureReader(path, PRINT, detail="high", small_writing="tile")
    whole = reader.whole()
    path.unlink()
    with pytest.raises(localalt.ImageNotFoundError):
        reader.tile(whole.tiles[0])


def test_a_large_jpeg_is_decoded_no_deeper_than_a_part_needs(monkeypatch):
    sizes = []
    load_pixels = tile_loading.load_pixels

    def record(*arguments):
        loaded = load_pixels(*arguments)
        sizes.append(loaded.image.size)
        return loaded

    monkeypatch.setattr(tile_loading, "load_pixels", record)
    data = encoded(quadrants(4096, 4096), "JPEG")
    load_tile(data, (0, 0, 2048, 2048), (4096, 4096), FREE, tier="high")
    load_tile(data, (0, 0, 64, 64), (4096, 4096), FREE, tier="high")
    assert sizes == [(512, 512), (4096, 4096)]


def test_a_page_of_small_print_has_all_the_tokens_that_there_are_before_it_is_cut(small_print):
    more = dataclasses.replace(PRINT, max_tokens=1024, high_tokens=256)
    whole = load_picture(small_print.image, more, detail="auto", small_writing="tile")
    assert (whole.tier, whole.tiles, whole.notices) == ("max", (), ())
    asked = load_picture(small_print.image, more, detail="high", small_writing="tile")
    assert asked.tier == "high"
    assert asked.tiles
