"""Of what a file holds, the picture that a person sees is the one that is read."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from localalt.image.processor import load_picture
from tests.support.pictures import FREE, animation, corners, encoded, quadrants

UPRIGHT = ["top left", "top right", "bottom left", "bottom right"]


def names(picture):
    return [notice.name for notice in picture.notices]


# --- alpha that nobody filled in


def bmp(image, alpha, *, header=40, masks=None, top_down=False):
    """A BMP of 32 bits a pixel: alpha is a level, or one for each row."""
    width, height = image.size
    levels = np.broadcast_to(np.asarray(alpha, np.uint8).reshape(-1, 1), (height, width))
    pixels = np.dstack([np.asarray(image)[:, :, ::-1], levels])
    pixels = pixels if top_down else pixels[::-1]
    fields = struct.pack(
        "<IiiHHIIiiII",
        header,
        width,
        -height if top_down else height,
        1,
        32,
        3 if masks else 0,
        pixels.nbytes,
        0,
        0,
        0,
        0,
    )
    if masks:
        fields += struct.pack("<" + "I" * len(masks), *masks)
    fields = fields.ljust(header, b"\0")
    at = 14 + len(fields)
    return b"BM" + struct.pack("<IHHI", at + pixels.nbytes, 0, 0, at) + fields + pixels.tobytes()


MASKS = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)


@pytest.mark.parametrize("top_down", [False, True])
@pytest.mark.parametrize(
    ("header", "masks"), [(40, None), (56, MASKS), (108, MASKS), (124, MASKS), (124, None), (40, MASKS[:3])]
)
def test_a_bitmap_whose_alpha_is_0_all_over_is_opaque(header, masks, top_down):
    data = bmp(quadrants(), 0, header=header, masks=masks, top_down=top_down)
    for source in (data, Image.open(io.BytesIO(data))):
        picture = load_picture(source, FREE)
        assert corners(picture.pixels) == UPRIGHT
        assert names(picture) == []


def test_a_bitmap_with_some_alpha_is_transparent_where_it_says_so():
    picture = load_picture(bmp(quadrants(), [255] * 32 + [0] * 32, header=124, masks=MASKS), FREE)
    assert corners(picture.pixels)[:2] == UPRIGHT[:2]
    assert (picture.pixels[36] == picture.pixels[36, 0]).all()


def test_formats_that_mean_their_alpha_stay_transparent():
    hidden = quadrants().convert("RGBA")
    hidden.putalpha(0)
    for form in ("PNG", "TIFF", "WEBP"):
        picture = load_picture(encoded(hidden, form, **({"lossless": True} if form == "WEBP" else {})), FREE)
        assert names(picture) == ["transparent"], form


def tiff(directories, *, order="<", chain=True, magic=42):
    """A TIFF of [(size, {tag: (type, values)}, data or children)], linked in a chain."""
    out = bytearray((b"II" if order == "<" else b"MM") + struct.pack(order + "HI", magic, 8))
    types = {3: "H", 4: "I"}

    def write(tags, data, below=()):
        at_data = len(out)
        out.extend(data)
        children = [write(*each) for each in below]
        if len(out) % 2:
            out.append(0)
        tags = {273: (4, [at_data]), 279: (4, [len(data)]), **tags}
        if children:
            tags[330] = (4, children)
        entries = b""
        extra = bytearray()
        at = len(out)
        n = 2 + 12 * len(tags) + 4
        for tag, (kind, values) in sorted(tags.items()):
            packed = struct.pack(order + types[kind] * len(values), *values)
            if len(packed) > 4:
                entries += struct.pack(order + "HHII", tag, kind, len(values), at + n + len(extra))
                extra.extend(packed)
            else:
                entries += struct.pack(order + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
        out.extend(struct.pack(order + "H", len(tags)) + entries + b"\0\0\0\0" + extra)
        return at

    places = [write(*each) for each in directories]
    struct.pack_into(order + "I", out, 4, places[0])
    for place, after in zip(places, places[1:] if chain else (), strict=False):
        n_tags = struct.unpack_from(order + "H", out, place)[0]
        struct.pack_into(order + "I", out, place + 2 + 12 * n_tags, after)
    return bytes(out)


def page(image, *, below=(), **more):
    """An uncompressed page of RGB or grey."""
    image = image if isinstance(image, np.ndarray) else np.asarray(image)
    height, width = image.shape[:2]
    n = image.shape[2] if image.ndim == 3 else 1
    tags = {
        256: (4, [width]),
        257: (4, [height]),
        258: (3, [image.dtype.itemsize * 8] * n),
        259: (3, [1]),
        262: (3, [2 if n >= 3 else 1]),
        277: (3, [n]),
        278: (4, [height]),
    }
    for name, value in more.items():
        tags[int(name.removeprefix("t"))] = (3, value if isinstance(value, list) else [value])
    return tags, image.tobytes(), below


def test_a_fourth_sample_that_a_tiff_does_not_explain_and_fills_with_0_is_no_alpha():
    four = np.dstack([np.asarray(quadrants()), np.zeros((64, 96), np.uint8)])
    for more in ({}, {"t338": 0}):
        picture = load_picture(tiff([page(four, **more)]), FREE)
        assert (names(picture), corners(picture.pixels)) == ([], UPRIGHT)
    assert names(load_picture(tiff([page(four, t338=2)]), FREE)) == ["transparent"]


# --- pages of a TIFF

THUMBNAIL = Image.new("RGB", (24, 16), (90, 90, 90))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("mark", [{"t254": 1}, {"t255": 2}, {"t254": 4, "t262": 4}, {"t254": 5}, {"t262": 32803}])
def test_a_reduced_copy_mask_or_raw_samples_on_the_first_page_are_passed_over(mark, order):
    first = THUMBNAIL.convert("L") if "t262" in mark else THUMBNAIL
    picture = load_picture(tiff([page(first, **mark), page(quadrants())], order=order), FREE)
    assert picture.original_size == (96, 64)
    assert corners(picture.pixels) == UPRIGHT
    assert names(picture) == []


def test_levels_of_a_pyramid_are_not_pages():
    half = quadrants(48, 32)
    picture = load_picture(tiff([page(quadrants()), page(half, t254=1), page(half, t254=1)]), FREE)
    assert (picture.original_size, names(picture)) == ((96, 64), [])
    picture = load_picture(tiff([page(half, t254=1), page(quadrants()), page(quadrants(), t254=2)]), FREE)
    assert (picture.original_size, names(picture)) == ((96, 64), ["multipage"])
    assert "2 pages" in picture.notices[0].message


def test_the_full_picture_may_lie_below_a_thumbnail():
    small, full = page(quadrants(48, 32), t254=1), page(quadrants(), t254=0)
    data = tiff([page(THUMBNAIL, t254=1, below=[small, full, small])])
    picture = load_picture(data, FREE)
    assert (picture.original_size, names(picture), corners(picture.pixels)) == ((96, 64), [], UPRIGHT)


def test_where_no_picture_has_colours_but_copies_the_largest_copy_is_read():
    """As of a camera's raw file in DNG."""
    raw = page(np.zeros((128, 192), np.uint8), t262=32803)
    data = tiff([page(THUMBNAIL, t254=1, below=[raw, page(quadrants(), t254=1)])])
    assert load_picture(data, FREE).original_size == (96, 64)


def test_a_picture_below_a_thumbnail_has_the_thumbnails_orientation():
    stored = quadrants().transpose(Image.Transpose.ROTATE_90)
    data = tiff([page(THUMBNAIL, t254=1, t274=6, below=[page(stored)])])
    picture = load_picture(data, FREE)
    assert (picture.original_size, corners(picture.pixels)) == ((96, 64), UPRIGHT)
    own = tiff([page(THUMBNAIL, t254=1, t274=3, below=[page(stored, t274=6)])])
    assert corners(load_picture(own, FREE).pixels) == UPRIGHT


def test_what_a_thumbnail_says_holds_for_the_picture_below_it(tmp_path):
    path = tmp_path / "a.tiff"
    THUMBNAIL.save(path, tiffinfo={254: 1, 270: "Ada on the red sofa"}, save_all=True, append_images=[quadrants()])
    data = bytearray(path.read_bytes())
    image = Image.open(io.BytesIO(bytes(data)))
    image.seek(1)
    at = image._frame_pos[1]
    for i in range(struct.unpack_from("<H", data, at)[0]):
        place = at + 2 + 12 * i
        tag = struct.unpack_from("<H", data, place)[0]
        if tag in (254, 270):  # every page was written with these
            struct.pack_into(
                "<H" if tag == 270 else "<I", data, place + (0 if tag == 270 else 8), 271 if tag == 270 else 0
            )
    picture = load_picture(bytes(data), FREE, wants_hints=True)
    assert (picture.original_size, picture.hints.caption) == ((96, 64), "Ada on the red sofa")


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "jpeg"])
def test_a_compressed_page_behind_a_thumbnail_is_read(compression, tmp_path):
    path = tmp_path / "a.tiff"
    options = {"save_all": True, "append_images": [quadrants()], "tiffinfo": {254: 1}}
    quadrants(24, 16).save(path, compression=compression, **options)
    data = bytearray(path.read_bytes())
    image = Image.open(io.BytesIO(bytes(data)))
    image.seek(1)
    at = image._frame_pos[1]
    n = struct.unpack_from("<H", data, at)[0]
    for i in range(n):  # every page was written with the tag
        if struct.unpack_from("<H", data, at + 2 + 12 * i)[0] == 254:
            struct.pack_into("<I", data, at + 2 + 12 * i + 8, 0)
    path.write_bytes(data)
    for source in (path, bytes(data)):
        picture = load_picture(source, FREE)
        assert (picture.original_size, corners(picture.pixels)) == ((96, 64), UPRIGHT)


# --- the range of deep levels


def deep(highest, lowest=0, dtype=np.uint16):
    return np.linspace(lowest, highest, 96).astype(dtype)[None].repeat(64, axis=0)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("n_bits", [8, 10, 12, 14, 16])
def test_levels_of_fewer_bits_in_sixteen_are_scaled_by_their_range(form, n_bits):
    pixels = load_picture(encoded(Image.fromarray(deep(2**n_bits - 1)), form), FREE).pixels
    assert pixels[24, 0, 0] <= 4
    assert pixels[24, -1, 0] >= 251
    assert abs(int(pixels[24, 36, 0]) - 128) <= 3


@pytest.mark.parametrize("highest", [30, 300, 4500, 9000, 14_000, 20_000])
def test_a_dark_picture_of_sixteen_bits_stays_dark(highest):
    assert load_picture(Image.fromarray(deep(highest)), FREE).pixels.max() <= max(20, highest // 257 + 1)


def test_the_depth_that_a_tiff_declares_is_taken():
    levels = deep(1000)
    assert load_picture(tiff([page(levels)]), FREE).pixels.max() <= 64
    for more in ({"t341": 1023}, {"t281": 1023}):
        assert load_picture(tiff([page(levels, **more)]), FREE).pixels.max() >= 245
    packed = np.packbits(
        np.unpackbits(deep(4095).astype(">u2").view(np.uint8).reshape(64, -1), axis=1)
        .reshape(64, 96, 16)[:, :, 4:]
        .reshape(64, -1),
        axis=1,
    )
    tags, _, _ = page(levels)
    tags[258] = (3, [12])
    pixels = load_picture(tiff([(tags, packed.tobytes())]), FREE).pixels
    assert (pixels[24, 0, 0] <= 4, pixels[24, -1, 0] >= 251) == (True, True)


def test_signed_levels_are_scaled_by_their_range():
    for highest in (4095, 32_767):
        pixels = load_picture(tiff([page(deep(highest, dtype=np.int16), t339=2)]), FREE).pixels
        assert pixels[24, -1, 0] >= 251
    pixels = load_picture(tiff([page(deep(3071, -1024, np.int16), t339=2)]), FREE).pixels
    assert (pixels[24, 0, 0] <= 4, pixels[24, -1, 0] >= 251) == (True, True)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_where_white_is_zero_levels_are_turned_round(dtype):
    highest = 255 if dtype == np.uint8 else 65_535
    pixels = load_picture(tiff([page(deep(highest, dtype=dtype), t262=0)]), FREE).pixels
    assert (pixels[24, 0, 0] >= 251, pixels[24, -1, 0] <= 4) == (True, True)


def png_with(data, name, content):
    """A PNG with a chunk more, behind its header."""
    chunk = struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return data[:33] + chunk + data[33:]


def test_significant_bits_of_a_png_are_taken_where_levels_are_not_yet_shifted():
    levels = deep(1000)
    data = encoded(Image.fromarray(levels), "PNG")
    assert load_picture(data, FREE).pixels.max() <= 64
    assert load_picture(png_with(data, b"sBIT", b"\x0a"), FREE).pixels.max() >= 245
    shifted = png_with(encoded(Image.fromarray(deep(255) << 6), "PNG"), b"sBIT", b"\x0a")
    assert load_picture(shifted, FREE).pixels.max() <= 64


@pytest.mark.parametrize("n_bits", [10, 12, 14, 16])
@pytest.mark.parametrize("n_samples", [3, 4])
@pytest.mark.parametrize("form", ["png", "<", ">"])
def test_colours_of_fewer_bits_in_sixteen_are_scaled_by_their_range(form, n_samples, n_bits):
    highest = 2**n_bits - 1
    colours = np.asarray(quadrants()).astype(np.uint16) // 255 * highest
    colours[:, :4] = highest // 3
    if n_samples == 4:
        colours = np.dstack([colours, np.full((64, 96), 65_535, np.uint16)])
    if form == "png":
        rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in colours)
        header = struct.pack(">IIBBBBB", 96, 64, 16, 2 if n_samples == 3 else 6, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
        data = b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(c)) + name + c + struct.pack(">I", zlib.crc32(name + c)) for name, c in chunks
        )
    else:
        more = {"t338": 2} if n_samples == 4 else {}
        data = tiff([page(colours.astype(form + "u2"), **more)], order=form)
    pixels = load_picture(data, FREE).pixels
    assert corners(pixels) == UPRIGHT
    assert (pixels.max() >= 254, abs(int(pixels[24, 0, 0]) - 85) <= 2) == (True, True)


def test_a_dark_picture_in_colours_of_sixteen_bits_stays_dark():
    colours = np.dstack([deep(9000)] * 3)
    assert load_picture(tiff([page(colours)]), FREE).pixels.max() <= 36


# --- icons


def icon(*images):
    """An icon of [(size in the directory, bits in the directory, data)]."""
    at = 6 + 16 * len(images)
    entries, data = b"", b""
    for (width, height), bits, content in images:
        entries += struct.pack("<BBBBHHII", width % 256, height % 256, 0, 0, 1, bits, len(content), at + len(data))
        data += content
    return b"\0\0\1\0" + struct.pack("<H", len(images)) + entries + data


def bitmap(image, *, alpha=None, hidden=False):
    """An icon's bitmap: of 32 bits with alpha, or of 24 with a mask."""
    width, height = image.size
    n = 24 if alpha is None else 32
    pixels = np.asarray(image)[::-1, :, ::-1]
    if alpha is not None:
        pixels = np.dstack([pixels, np.full((height, width), alpha, np.uint8)])
    rows = [row.tobytes() for row in pixels]
    rows = [row.ljust(-(-len(row) // 4) * 4, b"\0") for row in rows]
    mask = (b"\xff" if hidden else b"\0") * (-(-width // 32) * 4) * height
    return struct.pack("<IiiHHIIiiII", 40, width, 2 * height, 1, n, 0, 0, 0, 0, 0, 0) + b"".join(rows) + mask


SMALL = Image.new("RGB", (16, 16), (90, 90, 90))


def test_the_largest_image_of_an_icon_is_read_whatever_its_directory_says():
    png, small = encoded(quadrants(), "PNG"), encoded(SMALL, "PNG")
    for order in (1, -1):
        for lie in ((96, 64), (8, 8), (0, 0)):
            data = icon(*[((48, 48), 32, small), (lie, 8, png)][::order])
            picture = load_picture(data, FREE)
            assert (picture.original_size, corners(picture.pixels)) == ((96, 64), UPRIGHT)


def test_of_images_of_one_size_the_one_with_more_colours_is_read():
    few = encoded(quadrants().convert("1"), "PNG")
    data = icon(((96, 64), 32, few), ((96, 64), 1, encoded(quadrants(), "PNG")))
    assert corners(load_picture(data, FREE).pixels) == UPRIGHT


@pytest.mark.parametrize("bits", [0, 32])
def test_an_icon_of_32_bits_without_alpha_goes_by_its_mask(bits):
    for options in ({"alpha": 0}, {"alpha": 255}, {}, {"hidden": True}):
        picture = load_picture(icon(((96, 64), bits, bitmap(quadrants(), **options))), FREE)
        assert (names(picture), corners(picture.pixels)) == ([], UPRIGHT), options


# --- several pictures in one file


def test_an_apng_is_described_by_its_frames_and_not_by_what_others_show():
    data = encoded(
        Image.new("RGB", (96, 64), (90, 90, 90)),
        "PNG",
        save_all=True,
        default_image=True,
        append_images=[quadrants(), quadrants().rotate(180)],
    )
    picture = load_picture(data, FREE)
    assert corners(picture.pixels) == UPRIGHT
    assert "frame 1 of 2" in picture.notices[0].message


def test_a_heic_with_several_images_shows_its_primary_one():
    pillow_heif = pytest.importorskip("pillow_heif")
    container = pillow_heif.from_pillow(Image.new("RGB", (96, 64), (90, 90, 90)))
    container.add_from_pillow(quadrants())
    file = io.BytesIO()
    container.save(file, quality=90, primary_index=1)
    assert corners(load_picture(file.getvalue(), FREE).pixels) == UPRIGHT


def mpo(*images, marked=None, kinds=()):
    """JPEGs in one file with an index, one of them marked as the one to show."""
    parts = [encoded(image, "JPEG", quality=95) for image in images]
    n_index = 8 + 2 + 12 * 3 + 4 + 16 * len(parts)
    start = 2 + 4 + 4  # of the index in the first part, behind marker, length and name
    first = len(parts[0]) + n_index + 8
    entries, at = b"", first - start
    for number, part in enumerate(parts):
        kind = kinds[number] if number < len(kinds) else 0
        attributes = kind | (1 << 29 if number == marked else 0)
        entries += struct.pack("<IIIHH", attributes, len(part) if number else first, at if number else 0, 0, 0)
        at += len(part) if number else 0
    tags = (
        (0xB000, 7, 4, 0x30303130),
        (0xB001, 4, 1, len(parts)),
        (0xB002, 7, 16 * len(parts), n_index - 16 * len(parts)),
    )
    index = b"II*\0" + struct.pack("<IH", 8, 3) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + b"\0" * 4
    segment = b"\xff\xe2" + struct.pack(">H", 2 + 4 + n_index) + b"MPF\0" + index + entries
    return parts[0][:2] + segment + parts[0][2:] + b"".join(parts[1:])


GREY = Image.new("RGB", (48, 32), (90, 90, 90))


def test_of_several_jpegs_in_a_file_the_main_one_is_read():
    picture = load_picture(mpo(quadrants(), GREY), FREE)
    assert corners(picture.pixels) == UPRIGHT
    assert corners(load_picture(mpo(quadrants(), GREY, GREY, marked=0), FREE).pixels) == UPRIGHT
    for shown in (mpo(GREY, GREY, quadrants(), marked=2), mpo(GREY, quadrants(), kinds=[0x20002, 0x30000])):
        picture = load_picture(shown, FREE)
        assert (picture.original_size, corners(picture.pixels), names(picture)) == ((96, 64), UPRIGHT, [])
    both = mpo(quadrants(), GREY, marked=1, kinds=[0x30000])
    assert load_picture(both, FREE).original_size == (48, 32)


def test_a_gain_map_is_not_the_picture():
    """As of Ultra HDR: it is the second image, of kind 0, and the XMP names it."""
    data = mpo(quadrants(), GREY, kinds=[0x30000, 0])
    assert corners(load_picture(data, FREE).pixels) == UPRIGHT
    broken = data.replace(b"\x01\xb0", b"\x09\xb0")
    assert corners(load_picture(broken, FREE).pixels) == UPRIGHT
    lost = mpo(GREY, quadrants(), marked=1)
    assert load_picture(lost[: len(lost) - len(encoded(quadrants(), "JPEG", quality=95))], FREE).original_size == (
        48,
        32,
    )


def test_an_animation_is_not_an_icon():
    assert names(load_picture(animation([quadrants(), quadrants().rotate(180)], "GIF"), FREE)) == ["animated"]
