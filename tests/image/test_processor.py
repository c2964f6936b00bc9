"""What becomes of the pictures that people pass, and of what they pass by mistake."""

import gzip
import io
import os
import pathlib
import struct
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from PIL import Image, ImageCms, features

from localalt.containers import limits
from localalt.errors import ImageError, ImageFormatError, ImageNotFoundError, ImageTooLargeError
from localalt.image import decoding, frames, processor as image_module, source as sources
from localalt.image.processor import load_picture
from localalt.types import ImageGeometry
from tests.support.pictures import (
    FREE,
    SQUARE,
    animation,
    contrast,
    corners,
    encoded,
    logo,
    png_claiming,
    quadrants,
)

UPRIGHT = ["top left", "top right", "bottom left", "bottom right"]

needs_avif = pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")


def notice_names(picture):
    return [notice.name for notice in picture.notices]


# --- what is taken


def sources_of(path):
    yield str(path), str(path)
    yield path, str(path)
    yield path.read_bytes(), "<bytes>"
    yield bytearray(path.read_bytes()), "<bytes>"
    yield memoryview(path.read_bytes()), "<bytes>"
    yield io.BytesIO(path.read_bytes()), "<file>"
    yield Image.open(path), "<image>"
    yield np.asarray(Image.open(path)), "<array>"


def test_every_kind_of_source_gives_the_same_pixels(tmp_path):
    path = tmp_path / "quadrants.png"
    quadrants().save(path)
    expected = load_picture(quadrants(), FREE).pixels
    for source, name in sources_of(path):
        picture = load_picture(source, FREE)
        assert picture.source == name
        assert picture.original_size == (96, 64)
        assert picture.notices == ()
        assert np.array_equal(picture.pixels, expected), name


def test_pixels_are_contiguous_rgb_bytes_of_the_size_asked_for():
    for geometry, shape in ((SQUARE, (64, 64, 3)), (FREE, (48, 72, 3))):
        pixels = load_picture(quadrants(), geometry).pixels
        assert pixels.shape == shape
        assert pixels.dtype == np.uint8
        assert pixels.flags.c_contiguous
        assert corners(pixels) == UPRIGHT


@pytest.mark.parametrize("shape", [(64, 96), (64, 96, 1), (64, 96, 3), (64, 96, 4)])
def test_arrays_of_every_documented_shape_are_taken(shape):
    array = np.full(shape, 200, np.uint8)
    if shape[-1] == 4:
        array[..., 3] = 255
    assert (load_picture(array, FREE).pixels == 200).all()


@pytest.mark.parametrize(
    "view",
    [
        lambda array: np.asfortranarray(array),
        lambda array: array[::-1, ::-1][::-1, ::-1],
        lambda array: np.repeat(array, 2, axis=1)[:, ::2],
        lambda array: np.ma.masked_array(array),
    ],
)
def test_memory_layout_of_an_array_does_not_matter(view):
    array = np.asarray(quadrants())
    array.flags.writeable = False
    assert np.array_equal(load_picture(view(array), FREE).pixels, load_picture(array, FREE).pixels)


def test_a_file_object_is_read_from_where_it_stands_and_stays_open(tmp_path):
    path = tmp_path / "offset.tiff"  # TIFF seeks to absolute offsets
    path.write_bytes(b"preface" + encoded(quadrants(), "TIFF"))
    with path.open("rb") as file:
        file.seek(7)
        picture = load_picture(file, FREE)
        assert not file.closed
    assert corners(picture.pixels) == UPRIGHT
    assert picture.source == str(path)


def test_a_stream_that_cannot_seek_and_gives_little_at_a_time_is_read_whole():
    class Trickle(io.RawIOBase):
        def __init__(self, data):
            self.rest = data

        def readable(self):
            return True

        def read(self, size=-1):
            piece, self.rest = self.rest[:7], self.rest[7:]
            return piece

    assert corners(load_picture(Trickle(encoded(quadrants(), "PNG")), FREE).pixels) == UPRIGHT


def test_a_pil_image_is_neither_changed_nor_closed(tmp_path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    quadrants(200, 100).save(path, exif=exif)
    with Image.open(path) as image:
        picture = load_picture(image, FREE)
        assert picture.original_size == (100, 200)
        assert image.size == (200, 100)
        assert image.getexif()[0x0112] == 6
        image.getpixel((0, 0))


def test_drawing_on_a_frame_of_a_gif_survives():
    frames = [quadrants(), quadrants().rotate(180)]
    with Image.open(io.BytesIO(animation(frames, "GIF"))) as image:
        image.paste(0, (0, 0, 96, 64))
        drawn = image.tobytes()
        picture = load_picture(image, FREE)
        assert image.tobytes() == drawn
        assert image.tell() == 0
    assert notice_names(picture) == ["animated"] or "loop" not in image.info


# --- the right way up


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", pytest.param("AVIF", marks=needs_avif)])
@pytest.mark.parametrize("large", [False, True], ids=["small", "reduced"])
def test_every_exif_orientation_is_applied(orientation, format, large):
    upright = quadrants(960, 640) if large else quadrants()
    transpose = Image.Transpose
    undo = {
        1: None,
        2: transpose.FLIP_LEFT_RIGHT,
        3: transpose.ROTATE_180,
        4: transpose.FLIP_TOP_BOTTOM,
        5: transpose.TRANSPOSE,
        6: transpose.ROTATE_90,
        7: transpose.TRANSVERSE,
        8: transpose.ROTATE_270,
    }[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(stored, format, exif=exif)
    for source in (data, Image.open(io.BytesIO(data))):
        picture = load_picture(source, FREE)
        assert corners(picture.pixels) == UPRIGHT
        assert picture.original_size == upright.size
        assert picture.pixels.shape == (48, 72, 3)


def test_broken_exif_leaves_the_picture_as_it_is():
    for exif in (
        b"Exif\x00\x00",
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x09abc",
    ):
        assert corners(load_picture(encoded(quadrants(), "JPEG", exif=exif), FREE).pixels) == UPRIGHT


# --- modes, levels and colours


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "HSV", "LAB", "P", "PA"])
def test_colours_of_every_mode_survive(mode):
    image = quadrants().convert("P").convert(mode) if mode == "PA" else quadrants().convert(mode)
    assert corners(load_picture(image, FREE).pixels) == UPRIGHT


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "I", "F"])
def test_grey_levels_of_every_mode_survive(mode):
    grey = Image.new("L", (96, 64), 0)
    grey.paste(255, (48, 0, 96, 64))
    image = grey.convert("LA").convert("La") if mode == "La" else grey.convert(mode)
    pixels = load_picture(image, FREE).pixels
    assert pixels[24, 18].tolist() == [0, 0, 0]
    assert pixels[24, 54].tolist() == [255, 255, 255]


@pytest.mark.parametrize("format", ["PNG", "TIFF", "JPEG2000"])
def test_16_bit_grey_is_scaled_by_its_full_range(format):
    if format == "JPEG2000" and not features.check("jpg_2000"):
        pytest.skip("this Pillow has no JPEG 2000")
    levels = np.full((64, 96), 200 * 257, np.uint16)
    levels[:, 48:] = 10 * 257
    pixels = load_picture(encoded(Image.fromarray(levels), format), FREE).pixels
    assert pixels[24, 18, 0] == 200
    assert pixels[24, 54, 0] == 10


def test_16_bit_grey_keeps_its_colour_key():
    levels = np.full((64, 96), 40000, np.uint16)
    levels[:, :48] = 65535
    data = encoded(Image.fromarray(levels), "PNG", transparency=65535)
    pixels = load_picture(data, FREE).pixels
    assert pixels[24, 18].tolist() == [0, 0, 0]  # the ground that light grey stands out from
    assert abs(int(pixels[24, 54, 0]) - 156) <= 1


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, (0, 255)),
        (0.25, 0.5, (64, 128)),
        (-3.0, 5.0, (0, 255)),
        (0, 40000, (0, 255)),
        (-3e38, 3e38, (0, 255)),
    ],
)
def test_float_levels_are_shares_or_scaled_by_their_own_range(low, high, expected):
    levels = np.full((64, 96), low, np.float32)
    levels[:, 48:] = high
    pixels = load_picture(Image.fromarray(levels), FREE).pixels
    assert (int(pixels[24, 18, 0]), int(pixels[24, 54, 0])) == expected


def test_nan_and_infinity_among_float_levels_harm_nothing_else():
    levels = np.full((64, 96), 0.5, np.float32)
    levels[:8] = np.nan
    levels[8:16] = np.inf
    pixels = load_picture(Image.fromarray(levels), FREE).pixels
    assert pixels[2, 36, 0] == 0
    assert pixels[9, 36, 0] == 255
    assert pixels[40, 36, 0] == 128


def test_32_bit_integers_are_taken_by_the_range_they_fit():
    for high, seen in ((255, 255), (65535, 255), (2**30, 255)):
        levels = np.zeros((64, 96), np.int32)
        levels[:, 48:] = high
        assert load_picture(Image.fromarray(levels), FREE).pixels[24, 54, 0] == seen


def test_large_pictures_of_every_mode_are_converted_band_by_band_without_seams(monkeypatch):
    monkeypatch.setattr("localalt.image.levels.BAND_PIXELS", 5000)
    ramp = Image.linear_gradient("L").resize((600, 400))
    for mode in ("L", "LA", "RGB", "RGBA", "P", "F", "I", "CMYK"):
        pixels = load_picture(ramp.convert(mode), FREE).pixels.astype(int)
        assert np.abs(np.diff(pixels[:, :, 0], axis=0)).max() <= 8, mode
        assert pixels[0].mean() < 10
        assert pixels[-1].mean() > 245


def test_an_inverted_adobe_cmyk_jpeg_has_its_colours():
    data = encoded(quadrants().convert("CMYK"), "JPEG", quality=95)
    assert b"Adobe" in data
    assert corners(load_picture(data, FREE).pixels) == UPRIGHT


def swapped_primaries_profile():
    """An ICC profile in which the red and the green primaries have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    entries = {bytes(profile[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    profile[entries[b"rXYZ"] : entries[b"rXYZ"] + 4], profile[entries[b"gXYZ"] : entries[b"gXYZ"] + 4] = (
        b"gXYZ",
        b"rXYZ",
    )
    return bytes(profile)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_an_embedded_profile_is_converted_to_srgb(format):
    options = {"lossless": True} if format == "WEBP" else {}
    data = encoded(quadrants(), format, icc_profile=swapped_primaries_profile(), **options)
    assert corners(load_picture(data, FREE).pixels) == ["top right", "top left", "bottom left", "bottom right"]


def test_a_broken_or_foreign_profile_is_ignored():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (b"junk", srgb[:200], lab):
        assert corners(load_picture(encoded(quadrants(), "PNG", icc_profile=profile), FREE).pixels) == UPRIGHT
    grey = load_picture(encoded(Image.new("L", (96, 64), 100), "PNG", icc_profile=srgb), FREE).pixels
    assert np.abs(grey.astype(int) - 100).max() <= 1


# --- transparency


@pytest.mark.parametrize(
    "parts",
    [
        [(255, 255, 255)],
        [(0, 0, 0)],
        [(0, 0, 0), (255, 255, 255)],
        [(255, 220, 0)],
        [(200, 0, 0)],
        [(120, 120, 120)],
        [(0, 0, 120), (255, 255, 180)],
    ],
    ids=["white", "black", "black and white", "yellow", "red", "grey", "navy and cream"],
)
@pytest.mark.parametrize("mode", ["RGBA", "RGBa", "P", "PA"])
def test_every_part_of_a_logo_stands_out_from_the_ground(parts, mode):
    image = logo(parts)
    image = image.quantize(16).convert(mode) if mode in ("P", "PA") else image.convert(mode)
    pixels = load_picture(image, FREE).pixels
    ground = pixels[1, 1]
    for index, part in enumerate(parts):
        x = (2 * index + 1) * pixels.shape[1] // (2 * len(parts))
        seen = pixels[pixels.shape[0] // 2, x]
        assert contrast(seen, part) < 1.3, "the part has kept its colour"
        assert contrast(seen, ground) >= 3


def test_black_logos_lie_on_white():
    assert load_picture(logo([(0, 0, 0)]), FREE).pixels[1, 1].tolist() == [255, 255, 255]


def test_a_faint_mark_is_laid_where_it_shows():
    for level, ground in ((255, 0), (0, 255)):
        image = Image.new("RGBA", (96, 64), (level, level, level, 0))
        image.paste((level, level, level, 60), (20, 20, 76, 44))
        assert load_picture(image, FREE).pixels[1, 1].tolist() == [ground] * 3


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_a_colour_key_is_transparency(mode):
    image = Image.new("L", (96, 64), 0)
    image.paste(255, (24, 16, 72, 48))
    image = image.convert(mode)
    key = {"L": 0, "RGB": (0, 0, 0), "P": 0, "1": 0}[mode]
    pixels = load_picture(encoded(image, "PNG", transparency=key), FREE).pixels
    assert contrast(pixels[1, 1], pixels[24, 36]) >= 3
    inverse = load_picture(encoded(image.point(lambda level: 255 - level) if mode != "P" else image, "PNG"), FREE)
    assert inverse.notices == ()


def test_hidden_colours_under_full_transparency_do_not_show():
    image = quadrants().convert("RGBA")
    image.putalpha(0)
    picture = load_picture(image, FREE)
    assert notice_names(picture) == ["transparent"]
    assert (picture.pixels == 255).all()


# --- animations and pages


def moving(n=12, blank=3):
    """Frames of which the first are blank; the rest show the quadrants, ever more of them."""
    frames = []
    for index in range(n):
        frame = Image.new("RGB", (96, 64), (index * 20, 0, 0))
        if index >= blank:
            shown = quadrants()
            frame.paste(shown.crop((0, 0, 96, 64 - (n - 1 - index))), (0, 0))
        frames.append(frame)
    return frames


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", pytest.param("AVIF", marks=needs_avif)])
def test_an_animation_shows_a_frame_with_content_and_says_so(format):
    picture = load_picture(animation(moving(), format), FREE)
    assert notice_names(picture) == ["animated"]
    assert "of 12" in str(picture.notices[0])
    assert corners(picture.pixels) == UPRIGHT


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_a_first_frame_with_content_is_the_one_shown(format):
    frames = moving(6, blank=0)[::-1]
    picture = load_picture(animation(frames, format), FREE)
    assert "frame 1 of 6" in str(picture.notices[0])


def test_the_search_for_a_frame_is_bounded(monkeypatch):
    monkeypatch.setattr(frames, "FRAME_BUDGET_PIXELS", 96 * 64 * 2)
    picture = load_picture(animation(moving(), "GIF"), FREE)
    assert "frame 2 of 12" in str(picture.notices[0]) or "frame 1 of 12" in str(picture.notices[0])


def test_a_tiff_of_several_pages_shows_the_first_and_says_so():
    picture = load_picture(animation([quadrants(), Image.new("RGB", (96, 64))], "TIFF"), FREE)
    assert notice_names(picture) == ["multipage"]
    assert corners(picture.pixels) == UPRIGHT


def test_the_first_picture_of_an_mpo_is_the_picture():
    data = encoded(quadrants(), "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64))])
    picture = load_picture(data, FREE)
    assert picture.notices == ()
    assert corners(picture.pixels) == UPRIGHT


# --- shapes


@pytest.mark.parametrize("geometry", [SQUARE, FREE], ids=["square", "free"])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("size", [(10000, 3), (3000, 90), (400, 10), (1, 1), (5000, 1)])
def test_thin_pictures_keep_all_their_content(geometry, size, turned):
    width, height = size
    image = Image.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (width // 2, 0, width, height))
    if turned:
        image = image.transpose(Image.Transpose.TRANSPOSE)
    pixels = load_picture(image, geometry).pixels.astype(int)
    red = (np.abs(pixels - (255, 0, 0)).sum(axis=2) < 60).sum()
    blue = (np.abs(pixels - (0, 0, 255)).sum(axis=2) < 60).sum()
    assert blue >= 8
    assert red >= 8 or size == (1, 1)
    assert red + blue <= pixels.shape[0] * pixels.shape[1]


def test_padding_does_not_hide_where_a_plain_picture_ends():
    for level in (0, 255, 118):
        image = Image.new("L", (640, 16), level)
        pixels = load_picture(image, SQUARE).pixels
        assert contrast(pixels[32, 32], pixels[2, 2]) >= 3


def test_a_three_pixel_line_keeps_its_three_rows():
    rows = np.zeros((3, 10000, 3), np.uint8)
    rows[0, :, 0] = rows[1, :, 1] = rows[2, :, 2] = 255
    column = load_picture(rows, SQUARE).pixels[:, 32].astype(int)
    column = column[np.ptp(column, axis=1) > 60]
    assert [int(row.argmax()) for row in column] == sorted(int(row.argmax()) for row in column)
    assert {int(row.argmax()) for row in column} == {0, 1, 2}


@pytest.mark.slow
def test_fine_detail_is_averaged_not_skipped():
    board = (np.indices((2000, 3000)).sum(axis=0) % 2 * 255).astype(np.uint8)
    pixels = load_picture(board, FREE).pixels
    assert np.abs(pixels.astype(int) - 127).max() <= 3


def test_a_small_picture_is_enlarged_only_as_far_as_needed():
    assert load_picture(Image.new("RGB", (3, 3)), FREE).pixels.shape == (16, 16, 3)


# --- large pictures

MEMORY_PROBE = """
import pathlib, re, sys
from localalt.image.processor import load_picture
from localalt.types import ImageGeometry

def peak():  # of this process alone; ru_maxrss starts with what the parent had
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]) * 1024

geometry = ImageGeometry(896, 56, 256, 256)
load_picture(sys.argv[2], geometry)
before = peak()
assert load_picture(sys.argv[1], geometry).original_size == (10000, 10000)
print(peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_100_megapixel_jpeg_costs_a_fraction_of_its_size(tmp_path):
    Image.linear_gradient("L").resize((10000, 10000)).save(tmp_path / "large.jpg", quality=50)
    quadrants().save(tmp_path / "small.jpg")
    command = [sys.executable, "-c", MEMORY_PROBE, str(tmp_path / "large.jpg"), str(tmp_path / "small.jpg")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": root()})
    assert int(done.stdout) < 60e6  # decoded whole it is 100 MB, since it is grey


def root():
    return str(pathlib.Path(decoding.__file__).parents[2])


def jpeg_claiming(width, height, data):
    """A JPEG with the size in its header changed."""
    frame = next(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data)
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png_claiming(60000, 60000), "3.6 gigapixels, PNG"),
        (png_claiming(2**31 - 1, 2**31 - 1), "the most that PNG can say"),
        (jpeg_claiming(65000, 65000, encoded(quadrants(), "JPEG")), "4.2 gigapixels, JPEG"),
        (jpeg_claiming(20000, 20000, encoded(quadrants(), "JPEG", progressive=True)), "400 megapixels, progressive"),
        (b"P6 60000 60000 255\n" + bytes(99), "PPM"),
        (b"GIF89a" + struct.pack("<HH", 65535, 65535) + encoded(quadrants(), "GIF")[10:], "GIF"),
        (b"BM" + bytes(12) + struct.pack("<IiiHHI", 40, 50000, 50000, 1, 24, 0) + bytes(99), "BMP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_decompression_bomb_is_refused_by_its_header(data, why):
    with pytest.raises(ImageTooLargeError, match="scale it down"):
        load_picture(data, FREE)


def test_a_baseline_jpeg_beyond_the_common_limit_gets_to_its_decoder(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PIXELS", 100_000)
    small = quadrants(600, 400)
    assert corners(load_picture(encoded(small, "JPEG"), FREE).pixels) == UPRIGHT
    with pytest.raises(ImageTooLargeError):
        load_picture(encoded(small, "JPEG", progressive=True), FREE)


@pytest.mark.slow
def test_pillows_own_limit_is_neither_printed_nor_changed(monkeypatch, capfd):
    limit = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_picture(encoded(Image.new("L", (12000, 8000)), "TIFF", compression="tiff_deflate"), FREE)
        load_picture(encoded(Image.new("1", (12000, 8000)), "PNG"), FREE)
    assert [str(warning.message) for warning in caught] == []
    assert capfd.readouterr() == ("", "")
    assert limit == Image.MAX_IMAGE_PIXELS


def test_warnings_are_silent_in_the_decoding_thread_alone():
    class Bystander(io.BytesIO):
        """Its read happens within load_picture; a thread beside it warns meanwhile."""

        def read(self, *size):
            warnings.warn("within", UserWarning, stacklevel=1)
            thread = threading.Thread(target=lambda: warnings.warn("beside", UserWarning, stacklevel=1))
            thread.start()
            thread.join()
            return super().read(*size)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_picture(Bystander(encoded(quadrants(), "PNG")), FREE)
        warnings.warn("after", UserWarning, stacklevel=1)
    assert {str(warning.message) for warning in caught} == {"beside", "after"}


# --- what is passed by mistake


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "ICO", "JPEG2000"])
def test_a_truncated_file_is_an_error(format):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    data = encoded(noise, format)
    with pytest.raises(ImageFormatError, match="truncated"):
        load_picture(data[: len(data) // 2], FREE)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"hello", "not a picture"),
        (b"\x00" * 5000, "not a picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG.*render it to PNG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg>\n<svg/>', "SVG"),
        ("<?xml version='1.0'?><svg/>".encode("utf-16"), "SVG"),
        (b"<!DOCTYPE html><html><svg></svg></html>", "HTML"),
        (gzip.compress(b"<svg/>"), "archive.*unpack"),
        (b"%PDF-1.7\n", "PDF.*render"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(20), "video.*frame"),
        (b"\x1a\x45\xdf\xa3" + bytes(20), "video"),
        (b"8BPS" + bytes(20), "Photoshop"),
        (b"\xff\x0a" + bytes(20), "JPEG XL"),
        (b"\x89PNG\r\n\x1a\n", "truncated"),
        (b"\xff\xd8\xff", "truncated"),
        (b"<!--a-->" * 500, "not a picture"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bytes_that_are_not_a_picture_are_named_with_the_next_step(data, message):
    with pytest.raises(ImageFormatError, match=f"(?s)<bytes> .*{message}") as caught:
        load_picture(data, FREE)
    assert ": " in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/b.png",
        "HTTPS://a.example/b.png",
        "ftp://a/b",
        "file:///b.png",
        "data:image/png;base64,AA",
        "s3://a/b",
        pathlib.PurePosixPath("https://a.example/b.png"),
    ],
    ids=str,
)
def test_a_url_is_not_fetched(url):
    with pytest.raises(ImageFormatError, match="does not fetch: download it and pass the path"):
        load_picture(url, FREE)


def test_a_path_that_names_no_file(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "missing.png", tmp_path / "file" / "below.png", str(tmp_path / "missing.png")):
        with pytest.raises(ImageNotFoundError, match="does not exist: check the path") as caught:
            load_picture(path, FREE)
        assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(ImageNotFoundError, match="empty"):
        load_picture("", FREE)


def test_a_path_that_cannot_be_read(tmp_path):
    (tmp_path / "empty.png").write_bytes(b"")
    for path, message in (
        (tmp_path, "is a directory: pass the path of a picture in it\\.$"),
        (tmp_path / "empty.png", "'.*empty.png' is empty"),
        ("a\0b.png", "check the path"),
        ("a" * 5000, "check the path"),
        ("\ud800.png", "check the path|does not exist"),
    ):
        with pytest.raises(ImageError, match=message):
            load_picture(path, FREE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipes_and_devices_neither_block_nor_run_on(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", "/dev/zero"):
        with pytest.raises(ImageFormatError, match=r"not a regular file: .* its bytes\.$"):
            load_picture(path, FREE)
    with pathlib.Path("/dev/zero").open("rb") as endless, pytest.raises(ImageFormatError, match="not a picture"):
        load_picture(endless, FREE)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "locked.png"
    quadrants().save(path)
    path.chmod(0)
    with pytest.raises(ImageFormatError, match="permissions"):
        load_picture(path, FREE)


def test_permission_errors_name_the_next_step(tmp_path, monkeypatch):
    path = tmp_path / "locked.png"
    quadrants().save(path)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "open", refuse)
    with pytest.raises(ImageFormatError, match="permissions"):
        load_picture(path, FREE)


def test_file_objects_that_are_of_no_use(tmp_path, monkeypatch):
    path = tmp_path / "quadrants.png"
    quadrants().save(path)
    with path.open("rb") as file:
        pass
    with pytest.raises(ImageFormatError, match="closed"):
        load_picture(file, FREE)
    with path.open(encoding="latin-1") as file, pytest.raises(ImageFormatError, match=r'binary mode \("rb"\)'):
        load_picture(file, FREE)
    monkeypatch.setattr(sources, "MAX_STREAM_BYTES", 100)
    with pytest.raises(ImageTooLargeError, match="goes on"):
        load_picture(io.BytesIO(path.read_bytes()), FREE)


def test_a_closed_pil_image(tmp_path):
    path = tmp_path / "quadrants.png"
    quadrants().save(path)
    image = Image.open(path)
    image.close()
    with pytest.raises(ImageFormatError, match="<image>"):
        load_picture(image, FREE)


@pytest.mark.parametrize("source", [None, 7, 1.5, ["a.png"], object(), {"path": "a.png"}], ids=repr)
def test_an_object_of_another_type_is_named(source):
    with pytest.raises(ImageFormatError, match=f"type {type(source).__name__} is not a picture: pass a path"):
        load_picture(source, FREE)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((0, 5, 3), np.uint8), "no pixels"),
        (np.zeros((0,), np.float32), "no pixels"),
        (np.full((5, 5), np.nan), "every value is NaN"),
        (np.zeros((5, 5)), r"float64.*\(array \* 255\).round"),
        (np.full((5, 5), 200.0), "clip"),
        (np.zeros((5, 5), bool), r"bool.*\* 255"),
        (np.zeros((5, 5), np.uint16), "uint16.*// 257"),
        (np.zeros((5, 5), np.int64), "int64.*clip"),
        (np.zeros((5, 5), np.complex64), "complex64"),
        (np.zeros((5, 5), object), "object"),
        (np.array("text"), "dtype"),
        (np.zeros((3, 50, 50), np.uint8), r"transpose\(1, 2, 0\)"),
        (np.zeros((2, 5, 5, 3), np.uint8), r"array\[0\]"),
        (np.zeros((5,), np.uint8), "shape 5"),
        (np.zeros((), np.uint8), "scalar"),
        (np.zeros((5, 5, 2), np.uint8), "shape 5×5×2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_array_of_another_kind_is_named_with_the_conversion(array, message):
    with pytest.raises(ImageFormatError, match=f"<array> .*{message}"):
        load_picture(array, FREE)


def test_the_conversions_that_errors_advise_work():
    rng = np.random.default_rng(1)
    for array in (
        rng.random((9, 9)),
        rng.random((9, 9)) > 0.5,
        rng.integers(0, 65536, (9, 9), np.uint16),
        rng.integers(-9, 999, (9, 9)),
        rng.random((9, 9)) * 255,
        rng.integers(0, 256, (3, 9, 9), np.uint8),
    ):
        with pytest.raises(ImageFormatError) as caught:
            load_picture(array, FREE)
        advice = str(caught.value).rpartition("pass ")[2].removesuffix(".")
        load_picture(eval(advice, {"np": np, "array": array}), FREE)


def test_an_array_beyond_the_limit_is_refused(monkeypatch):
    vast = np.broadcast_to(np.uint8(0), (20000, 20000))
    with pytest.raises(ImageTooLargeError, match="20000×20000"):
        load_picture(vast, FREE)


def test_a_pil_image_of_nothing_but_nan():
    with pytest.raises(ImageFormatError, match="<image> holds no finite level"):
        load_picture(Image.fromarray(np.full((5, 5), np.nan, np.float32)), FREE)


def test_a_pil_image_without_pixels():
    with pytest.raises(ImageFormatError, match="no pixels"):
        load_picture(Image.new("RGB", (0, 5)), FREE)


def test_interrupts_pass_through():
    class Interrupted(io.BytesIO):
        def read(self, *_):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_picture(Interrupted(), FREE)


def test_running_out_of_memory_is_about_this_picture_alone():
    class Vast(io.BytesIO):
        def read(self, *_):
            raise MemoryError

    with pytest.raises(ImageTooLargeError, match="memory") as caught:
        load_picture(Vast(), FREE)
    assert isinstance(caught.value.__cause__, MemoryError)


def test_errors_of_pillow_are_the_cause():
    with pytest.raises(ImageFormatError) as caught:
        load_picture(encoded(quadrants(), "PNG")[:60], FREE)
    assert caught.value.__cause__ is not None


# --- HEIC


def heic(image, **options):
    pillow_heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=90, **options)
    return file.getvalue()


def test_heic_is_read_where_pillow_heif_is_installed():
    data = heic(quadrants())
    before = dict(Image.OPEN)
    assert corners(load_picture(data, FREE).pixels) == UPRIGHT
    assert before == Image.OPEN
    with pytest.raises(ImageFormatError, match="truncated"):
        load_picture(data[: len(data) // 2], FREE)


def test_heic_orientation_is_applied_once():
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = quadrants().transpose(Image.Transpose.ROTATE_90)
    picture = load_picture(heic(stored, exif=exif.tobytes()), FREE)
    assert corners(picture.pixels) == UPRIGHT
    assert picture.original_size == (96, 64)


def test_heic_without_pillow_heif_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageFormatError, match=r'pip install "localalt\[heic\]"'):
        load_picture(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(50), FREE)


# --- import


@pytest.mark.slow
def test_importing_the_module_loads_neither_pillow_nor_numpy():
    code = "import sys, localalt.image.processor; print(sorted({'PIL', 'numpy'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root()},
    )
    assert done.stdout.strip() == "[]"


def test_one_geometry_of_real_size():
    picture = load_picture(quadrants(1920, 1080), ImageGeometry(None, 32, 64, 1024))
    assert picture.pixels.shape == (24 * 32, 42 * 32, 3)


# --- how much detail, and what the file says


QWEN = ImageGeometry(None, 32, 8, 1024)


def page(width=1000, height=1000):
    """A page of small print."""
    from PIL import ImageDraw

    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for line in range(20, height - 20, 18):
        draw.text((20, line), "The quick brown fox jumps over the lazy dog, again and again. " * 2, fill="black")
    return image


def scene(width=1000, height=1000):
    """Soft shapes with grain."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[0:height, 0:width]
    light = 120 + 60 * np.sin(columns / 170) * np.cos(rows / 230) + rng.normal(0, 6, (height, width))
    return Image.fromarray(np.stack([light, light * 0.9, light * 0.7], -1).clip(0, 255).astype(np.uint8))


def n_tokens(picture, geometry=QWEN):
    height, width = picture.pixels.shape[:2]
    return (height // geometry.token_px) * (width // geometry.token_px)


@pytest.mark.slow
def test_a_scene_gets_few_image_tokens_and_small_print_all():
    assert (
        n_tokens(load_picture(scene(), QWEN, detail="auto")),
        n_tokens(load_picture(page(), QWEN, detail="auto")),
    ) == (
        256,
        961,
    )
    assert load_picture(scene(), QWEN, detail="auto").tier == "low"
    assert load_picture(page(), QWEN, detail="auto").tier == "high"


@pytest.mark.slow
def test_the_caller_has_the_last_word_on_detail():
    assert n_tokens(load_picture(scene(), QWEN, detail="high")) == 961
    assert n_tokens(load_picture(page(), QWEN, detail="low")) == 256


@pytest.mark.parametrize("geometry", [SQUARE, ImageGeometry(None, 1, 1, 1_000_000)])
def test_where_a_projector_takes_one_size_or_tiles_detail_changes_nothing(geometry):
    low, high = (load_picture(scene(300, 200), geometry, detail=detail).pixels for detail in ("low", "high"))
    assert np.array_equal(low, high)


def test_what_a_file_says_is_read_on_request_alone(tmp_path, monkeypatch):
    exif = Image.Exif()
    exif[0x010E] = "Ada on the red sofa"
    path = tmp_path / "a.jpg"
    scene(64, 64).save(path, exif=exif)
    assert load_picture(path, FREE, wants_hints=True).hints.caption == "Ada on the red sofa"
    monkeypatch.setattr(image_module, "hints_of", None)
    assert load_picture(path, FREE).hints is None
    monkeypatch.undo()
    assert load_picture(np.asarray(scene(64, 64)), FREE, wants_hints=True).hints == image_module.Hints()
