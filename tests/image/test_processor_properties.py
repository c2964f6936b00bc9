"""What holds for every size, every array and every damaged file."""

import os
import re
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms, features

from localalt.containers import jpeg, limits
from localalt.errors import ImageError
from localalt.image import colour
from localalt.image.processor import load_picture
from localalt.image.resize import MAX_ASPECT, MAX_STRETCH_FREE, MAX_STRETCH_SQUARE, MIN_SIDE_PX, fit
from localalt.types import ImageGeometry
from tests.support.pictures import FREE, SQUARE, animation, contrast, encoded, quadrants

pytestmark = pytest.mark.slow

settings.register_profile(
    "pictures",
    deadline=None,  # two slow cores, one of them busy
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PROFILE = settings.get_profile("pictures")

# --- sizes

sides = st.one_of(st.integers(1, 64), st.integers(1, 4000), st.integers(1, 10**9))


@st.composite
def free_geometries(draw):
    least = draw(st.one_of(st.just(1), st.integers(1, 300)))
    most = draw(st.one_of(st.just(least), st.integers(least, 16384)))
    return ImageGeometry(None, draw(st.sampled_from([14, 16, 28, 32, 48])), least, most)


@settings(PROFILE, max_examples=1000)
@given(sides, sides, free_geometries())
def test_a_free_size_is_in_whole_tokens_within_the_budget(width, height, geometry):
    canvas = fit(width, height, geometry).canvas
    assert canvas[0] % geometry.token_px == canvas[1] % geometry.token_px == 0
    assert min(canvas) >= geometry.token_px
    tokens = canvas[0] * canvas[1] // geometry.token_px**2
    assert geometry.min_tokens <= tokens <= geometry.max_tokens


@settings(PROFILE, max_examples=1000)
@given(sides, sides, free_geometries(), st.integers(32, 1024) | st.none())
def test_content_lies_on_its_canvas_and_is_hardly_stretched(width, height, geometry, square):
    if square is not None:
        geometry = ImageGeometry(square, 16, 1, 1)
    place = fit(width, height, geometry)
    for side, whole, start, original in zip(place.content, place.canvas, place.offset, (width, height), strict=True):
        assert 1 <= side <= whole
        assert side >= min(original, MIN_SIDE_PX)
        assert start == (whole - side) // 2
    # One side fills the canvas. The other is as long as the stretch allows, in whole pixels,
    # unless it would be all but squeezed away.
    limit = MAX_STRETCH_FREE if square is None else MAX_STRETCH_SQUARE
    across, down = place.content
    if across == place.canvas[0]:
        assert down <= max(across / width * height * limit + 0.51, min(height, MIN_SIDE_PX))
        assert down >= min(place.canvas[1], across / width * height / limit - 0.51)
    else:
        assert down == place.canvas[1]
        assert across <= max(down / height * width * limit + 0.51, min(width, MIN_SIDE_PX))
        assert across >= min(place.canvas[0], down / height * width / limit - 0.51)


@settings(PROFILE, max_examples=500)
@given(sides, sides, free_geometries())
@example(569, 574, ImageGeometry(square=None, token_px=48, min_tokens=1, max_tokens=144))  # a tie in shape
def test_a_turned_picture_gets_the_turned_size(width, height, geometry):
    one, other = fit(width, height, geometry), fit(height, width, geometry)
    assert one.canvas[0] * one.canvas[1] == other.canvas[0] * other.canvas[1]


@settings(PROFILE, max_examples=500)
@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([28, 32, 48]))
def test_a_size_that_the_projector_takes_is_left_alone(columns, rows, token_px):
    if max(columns / rows, rows / columns) <= MAX_ASPECT:
        size = (columns * token_px, rows * token_px)
        assert fit(*size, ImageGeometry(None, token_px, 1, columns * rows)).canvas == size
        assert not fit(*size, ImageGeometry(None, token_px, 1, columns * rows)).padded


@settings(PROFILE, max_examples=500)
@given(st.integers(100, 4000), st.integers(100, 4000))
def test_everyday_shapes_use_the_budget_and_keep_their_aspect(width, height):
    geometry = ImageGeometry(None, 32, 64, 1024)
    place = fit(width, height, geometry)
    if max(width / height, height / width) <= 3:
        assert not place.padded
        stretch = place.canvas[0] / place.canvas[1] * height / width
        assert 0.83 <= stretch <= 1.2
        wanted = min(max(width * height / 32**2, 64), 1024)
        assert place.canvas[0] * place.canvas[1] / 32**2 >= 0.7 * wanted


@settings(PROFILE, max_examples=500)
@given(st.integers(1, 3000), st.integers(1, 3000), free_geometries())
def test_small_pictures_grow_no_more_than_the_projector_demands(width, height, geometry):
    tokens = width * height / geometry.token_px**2
    columns, rows = (side // geometry.token_px for side in fit(width, height, geometry).canvas)
    # Rounding up costs less than one token per side; a line is padded to MAX_ASPECT.
    padded = max(width, height / MAX_ASPECT) * max(height, width / MAX_ASPECT) / geometry.token_px**2
    wanted = max(tokens, padded, geometry.min_tokens)
    assert columns * rows <= wanted + columns + rows + 1 or geometry.min_tokens == geometry.max_tokens


# --- arrays and images

shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)


@settings(PROFILE, max_examples=300)
@given(hnp.arrays(st.one_of(st.just(np.uint8), hnp.scalar_dtypes()), shapes))
def test_every_array_gives_a_picture_or_an_image_error(array):
    assert_picture_or_error(array)


@settings(PROFILE, max_examples=300)
@given(
    st.sampled_from(
        ["1", "L", "P", "RGB", "RGBA", "CMYK", "LA", "La", "RGBa", "RGBX", "I", "F", "I;16", "I;16B", "LAB", "PA"]
    ),
    st.integers(1, 40),
    st.integers(1, 40),
    st.binary(min_size=16, max_size=16),
    st.sampled_from([None, 0, 255, (0, 0, 0), b"\x00\x80", -1, 70000]),
)
def test_every_pil_image_gives_a_picture_or_an_image_error(mode, width, height, data, key):
    image = Image.new(mode, (width, height))
    size = len(image.tobytes())
    image = Image.frombytes(mode, (width, height), (data * (size // 16 + 1))[:size])
    if key is not None:
        image.info["transparency"] = key
    assert_picture_or_error(image)


@settings(PROFILE, max_examples=200)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_one_visible_colour_stands_out(part):
    image = Image.new("RGBA", (8, 8), (*part, 0))
    image.paste((*part, 255), (2, 2, 6, 6))
    flat, level = colour.flatten(image)
    assert flat.getpixel((0, 0)) == (level,) * 3
    assert contrast(part, (level,) * 3) >= 3


def assert_picture_or_error(source):
    for geometry in (FREE, SQUARE):
        picture, error = None, None
        try:
            picture = load_picture(source, geometry)
        except ImageError as caught:
            error = caught
        if picture is None:
            assert type(error) is not ImageError
            assert re.search(r": \w.*\.$", str(error)), f"{error}: a message ends with the next step"
            continue
        place = fit(*picture.original_size, geometry)
        assert picture.pixels.shape == (place.canvas[1], place.canvas[0], 3)
        assert picture.pixels.dtype == np.uint8
        assert picture.pixels.flags.c_contiguous


# --- damaged files


def seeds():
    """Small files of every format and of the features that have code of their own."""
    small = quadrants(12, 10)
    alpha = small.convert("RGBA")
    alpha.putalpha(Image.linear_gradient("L").resize(small.size))
    frames = [Image.new("RGB", small.size), small, small.rotate(180)]
    deep = Image.fromarray(np.arange(120, dtype=np.uint16).reshape(10, 12) * 500)
    floats = Image.fromarray(np.arange(120, dtype=np.float32).reshape(10, 12))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a picture"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    rich = {"exif": exif, "icc_profile": profile}
    files = {
        "PNG": [
            encoded(small, "PNG"),
            encoded(alpha.quantize(8), "PNG"),
            encoded(small.quantize(8), "PNG", transparency=1),
            encoded(deep, "PNG", transparency=500),
            encoded(small.convert("1"), "PNG"),
            encoded(small, "PNG", **rich),
            animation(frames, "PNG"),
        ],
        "JPEG": [
            encoded(small, "JPEG"),
            encoded(small, "JPEG", progressive=True),
            encoded(small.convert("CMYK"), "JPEG"),
            encoded(small.convert("L"), "JPEG"),
            encoded(quadrants(300, 200), "JPEG", quality=5, restart_marker_rows=1),
            encoded(small, "JPEG", **rich),
            encoded(small, "MPO", save_all=True, append_images=[small]),
        ],
        "GIF": [
            encoded(small, "GIF"),
            encoded(alpha, "GIF"),
            animation(frames, "GIF"),
            animation([frame.convert("RGBA") for frame in frames], "GIF", disposal=2, loop=0),
            encoded(small, "GIF", interlace=False),
        ],
        "TIFF": [
            *(
                encoded(small, "TIFF", compression=kind)
                for kind in ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits")
            ),
            encoded(small.convert("1"), "TIFF", compression="group4"),
            *(encoded(image, "TIFF") for image in (deep, floats, alpha, small.convert("LAB"), small.convert("CMYK"))),
            encoded(small, "TIFF", big_tiff=True, **rich),
            animation(frames, "TIFF"),
        ],
        "BMP": [
            encoded(small, "BMP"),
            encoded(small.quantize(8), "BMP"),
            encoded(small.convert("1"), "BMP"),
            encoded(alpha, "BMP"),
        ],
        "ICO": [
            encoded(quadrants(16, 16), "ICO"),
            encoded(alpha.resize((16, 16)), "ICO", bitmap_format="bmp", sizes=[(16, 16)]),
        ],
        "PPM": [
            *(encoded(image, "PPM") for image in (small, small.convert("L"), small.convert("1"), deep.convert("I"))),
            b"P3 2 2 255\n 1 2 3 4 5 6 7 8 9 10 11 12\n",
            b"P2\n# note\n2 2\n15\n0 1 2 15\n",
            b"P1 4 2 10011001\n",
            encoded(floats, "PPM"),
        ],
    }
    if features.check("webp"):
        files["WEBP"] = [
            encoded(small, "WEBP"),
            encoded(alpha, "WEBP", lossless=True),
            animation(frames, "WEBP"),
            encoded(small, "WEBP", **rich),
        ]
    if features.check("avif"):
        files["AVIF"] = [
            encoded(small, "AVIF"),
            encoded(alpha, "AVIF"),
            animation(frames, "AVIF"),
            encoded(small, "AVIF", **rich),
        ]
    if features.check("jpg_2000"):
        files["JPEG2000"] = [
            encoded(small, "JPEG2000"),
            encoded(alpha, "JPEG2000"),
            encoded(deep, "JPEG2000", no_jp2=True),
        ]
    return files


SEEDS = seeds()
ALL_SEEDS = [data for files in SEEDS.values() for data in files]
EXAMPLES = 300  # per format: at least 2,100, the seven that every Pillow can read

positions = st.one_of(st.integers(0, 60), st.integers(0, 1 << 16))
lies = st.sampled_from(
    [b"\x00\x00", b"\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x80\x00\x00\x00"]
)

mutations = st.one_of(
    st.tuples(st.just("truncate"), positions),
    st.tuples(st.just("set"), positions, st.binary(min_size=1, max_size=2)),
    st.tuples(st.just("set"), positions, lies),
    st.tuples(st.just("flip"), positions, st.integers(0, 7)),
    st.tuples(st.just("swap"), positions, positions, st.integers(1, 40)),
    st.tuples(st.just("delete"), positions, st.integers(1, 40)),
    st.tuples(st.just("repeat"), positions, st.integers(1, 40)),
    st.tuples(st.just("splice"), positions, st.integers(0, len(ALL_SEEDS) - 1), positions),
)


def mutated(data, mutation):
    kind, *values = mutation
    at = values[0] % len(data) if data else 0
    if kind == "truncate":
        return data[:at]
    if kind == "set":
        return data[:at] + values[1] + data[at + len(values[1]) :]
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ (1 << values[1])]) + data[at + 1 :] if data else data
    if kind == "delete":
        return data[:at] + data[at + values[1] :]
    if kind == "repeat":
        return data[: at + values[1]] + data[at:]
    if kind == "swap":
        first, second = sorted((at, values[1] % len(data) if data else 0))
        n = min(values[2], second - first)
        return (
            data[:first]
            + data[second : second + n]
            + data[first + n : second]
            + data[first : first + n]
            + data[second + n :]
        )
    other = ALL_SEEDS[values[1]]
    return data[:at] + other[values[2] % len(other) :]


def repaired(data):
    """A PNG with its checksums made right, so that damage gets past them."""
    if not data.startswith(b"\x89PNG"):
        return data
    result, at = data[:8], 8
    while at + 12 <= len(data):
        n = struct.unpack_from(">I", data, at)[0]
        body = data[at + 4 : at + 8 + n]
        result += data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + n
    return result + data[at:]


@pytest.fixture(autouse=True)
def cheap_lies(monkeypatch):
    """Limits so low that a small file that claims to be large costs this suite little."""
    monkeypatch.setattr(limits, "MAX_PIXELS", 2_000_000)
    monkeypatch.setattr(jpeg, "MAX_PIXELS_IN_ONE_SCAN", 8_000_000)


@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_file_gives_a_picture_or_an_image_error(name, capfd):
    @settings(PROFILE, max_examples=EXAMPLES)
    @given(st.sampled_from(SEEDS[name]), st.lists(mutations, min_size=1, max_size=4), st.booleans())
    def check(data, changes, repair):
        for change in changes:
            data = mutated(data, change)
        if name == "TIFF" or not data.startswith((b"II", b"MM")):
            assert_picture_or_error(repaired(data) if repair else data)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check()
    assert [warning for warning in caught if "hypothesis" not in str(warning.filename)] == []
    if name != "TIFF":  # libtiff writes its errors to stderr, and Pillow has no way to stop it
        assert capfd.readouterr() == ("", ""), "decoders print nothing"


@pytest.mark.parametrize("name", SEEDS)
def test_an_undamaged_seed_is_a_picture(name):
    for data in SEEDS[name]:
        load_picture(data, FREE)


@pytest.mark.parametrize("name", SEEDS)
def test_every_truncation_gives_a_picture_or_an_image_error(name):
    data = min(SEEDS[name], key=len)
    for end in range(0, len(data), max(1, len(data) // 60)):
        assert_picture_or_error(data[:end])


@settings(PROFILE, max_examples=300)
@given(
    st.sampled_from([b"", *(data[:12] for data in ALL_SEEDS), b"<svg", b"<", b"\x00\x00\x00\x18ftypheic"]),
    st.binary(max_size=200),
)
def test_any_bytes_give_a_picture_or_an_image_error(start, rest):
    assert_picture_or_error(start + rest)
