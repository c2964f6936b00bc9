"""What can be shown of a damaged file is described, and only that."""

import contextlib
import gc
import io
import struct
import threading
import zlib

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageFile

from localalt.containers import gif
from localalt.errors import ImageError, ImageFormatError
from localalt.image import loading
from localalt.image.processor import load_picture
from localalt.image.readable import check_readable
from localalt.types import ImageGeometry
from scripts.checks.hostile_pictures import ADAM7
from tests.support.pictures import FREE, animation, corners, encoded, quadrants

UPRIGHT = ["top left", "top right", "bottom left", "bottom right"]
LARGE = ImageGeometry(square=None, token_px=8, min_tokens=4, max_tokens=4096)
RNG = np.random.default_rng(1)


def names(picture):
    return [notice.name for notice in picture.notices]


def photo(width=240, height=160, mode="RGB"):
    """Soft colours, ever brighter to the right and bluer to the bottom, with grain."""
    rows, columns = np.mgrid[0:height, 0:width]
    grain = np.random.default_rng(0).normal(0, 6, (height, width))
    red, green = 40 + columns * 180 / width + grain, 60 + 80 * np.sin(columns / 17) + grain
    blue = 30 + rows * 200 / height + grain
    return Image.fromarray(np.stack([red, green, blue], -1).clip(0, 255).astype(np.uint8)).convert(mode)


def whole(image, size=None, geometry=LARGE):
    """The pixels of an undamaged picture, or of its first rows."""
    return load_picture(image if size is None else image.crop((0, 0, *size)), geometry).pixels.astype(int)


def assert_is_the_top_of(picture, image, tolerance=12):
    width, height = picture.original_size
    assert width == image.width
    expected = whole(image, (width, height))
    assert picture.pixels.shape == expected.shape
    assert np.abs(picture.pixels - expected).mean() < tolerance


# --- JPEG


KINDS = [
    {"quality": 90},
    {"quality": 60, "subsampling": 0},
    {"quality": 75, "optimize": True},
    {"quality": 80, "restart_marker_blocks": 4},
]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("options", KINDS, ids=str)
def test_a_jpeg_without_its_end_marker_is_whole(options, mode):
    image = photo(mode=mode)
    data = encoded(image, "JPEG", **options)
    for end in (-2, -1):
        picture = load_picture(data[:end], LARGE)
        assert names(picture) == ["damaged"]
        assert "The picture itself is whole" in picture.notices[0].message
        assert np.array_equal(picture.pixels, load_picture(data, LARGE).pixels)


@pytest.mark.parametrize("ending", [b"", b"\xff\xd9", b"\0" * 3000, b"\xff" * 3000])
@pytest.mark.parametrize("options", KINDS, ids=str)
@pytest.mark.parametrize("share", [0.6, 0.8, 0.95])
def test_of_a_jpeg_the_rows_that_are_there_are_described_and_no_grey(options, share, ending):
    image = photo()
    data = encoded(image, "JPEG", **options)
    picture = load_picture(data[: int(len(data) * share)] + ending, LARGE)
    assert names(picture) == ["damaged"]
    rows = picture.original_size[1]
    assert 160 * share - 34 <= rows <= 160 * share + 16
    assert f"first {rows} of its 160 rows" in picture.notices[0].message
    assert_is_the_top_of(picture, image)


@pytest.mark.parametrize("ending", [b"", b"\xff\xd9", b"\0" * 3000])
def test_of_a_jpeg_less_than_half_is_an_error(ending):
    data = encoded(photo(), "JPEG", quality=90)
    for share in (0.1, 0.3, 0.45):
        with pytest.raises(ImageFormatError, match="damaged, truncated"):
            load_picture(data[: int(len(data) * share)] + ending, LARGE)


def test_a_picture_with_a_grey_foot_is_not_taken_for_a_damaged_one():
    for mode in ("RGB", "L", "CMYK"):
        image = photo().convert("RGB")
        image.paste((128, 128, 128), (0, 60, 240, 160))
        picture = load_picture(encoded(image.convert(mode), "JPEG", quality=90), LARGE)
        assert (names(picture), picture.original_size) == ([], (240, 160))
    flat = load_picture(encoded(Image.new("RGB", (100, 100), (128, 128, 128)), "JPEG"), LARGE)
    assert (names(flat), flat.original_size) == ([], (100, 100))


@pytest.mark.parametrize("trailer", [b"\0\0\0\x18ftypmp42" + bytes(5000), b"SEFH" + b"\xff\xd8\xff\xe0" * 50, b"x"])
def test_what_a_phone_appends_behind_the_end_is_not_damage(trailer):
    for options in ({}, {"progressive": True}):
        data = encoded(photo(), "JPEG", **options)
        picture = load_picture(data + trailer, LARGE)
        assert names(picture) == []
        assert np.array_equal(picture.pixels, load_picture(data, LARGE).pixels)


@pytest.mark.parametrize(
    "trailer", [b"\0\0\0\x18ftypmp42\xff\xc0\xff\xc4" + bytes(5000), b"\xff\xc0\0\x11junk", b"\xff\xd8"]
)
def test_what_a_phone_appends_in_place_of_the_end_does_not_hide_the_picture(trailer):
    data = encoded(photo(), "JPEG", quality=90)
    picture = load_picture(data[:-2] + trailer, LARGE)
    assert np.array_equal(picture.pixels, load_picture(data, LARGE).pixels)


def progressive_cut(share):
    data = encoded(photo(600, 400), "JPEG", quality=85, progressive=True)
    return data[: int(len(data) * share)]


def test_of_a_progressive_jpeg_all_is_described_from_half_of_its_detail_on():
    image = photo(600, 400)
    for share in (0.6, 0.8, 0.999):
        picture = load_picture(progressive_cut(share), LARGE)
        assert (names(picture), picture.original_size) == (["damaged"], (600, 400))
        assert "may lack fine detail" in picture.notices[0].message
        assert_is_the_top_of(picture, image)
    for share in (0.02, 0.05, 0.1):
        with pytest.raises(ImageFormatError, match="damaged, truncated"):
            load_picture(progressive_cut(share), LARGE)


def test_a_progressive_jpeg_that_somebody_gave_an_end_is_no_better():
    for share, fits in ((0.6, True), (0.05, False), (0.12, False)):
        data = progressive_cut(share) + b"\xff\xd9"
        if fits:
            assert load_picture(data, LARGE).original_size == (600, 400)
        else:
            with pytest.raises(ImageFormatError):
                load_picture(data, LARGE)
    whole_file = encoded(photo(), "JPEG", progressive=True)
    assert names(load_picture(whole_file, LARGE)) == []
    last = whole_file.rindex(b"\xff\xda")
    for kept in (last, whole_file.rindex(b"\xff\xda", 0, last)):  # refinements: nothing that a person would miss
        assert names(load_picture(whole_file[:kept] + b"\xff\xd9", LARGE)) == []


def test_a_progressive_jpeg_whose_colours_are_not_all_there_is_an_error():
    """Of scans for one colour each, the picture has wrong colours until the last one."""
    data = encoded(photo(), "JPEG", progressive=True)
    first = data.index(b"\xff\xda")
    with pytest.raises(ImageFormatError):
        load_picture(data[: first + 200], LARGE)


def test_a_large_damaged_jpeg_is_still_decoded_at_a_fraction_of_its_size():
    data = encoded(photo(1200, 800), "JPEG", quality=90)
    picture = load_picture(data[: len(data) * 3 // 4], FREE)
    assert names(picture) == ["damaged"]
    assert 500 < picture.original_size[1] < 640


def test_a_jpeg_too_large_to_be_decoded_again_is_taken_as_it_is(monkeypatch):
    image = photo()
    image.paste((128, 128, 128), (0, 60, 240, 160))
    monkeypatch.setattr("localalt.image.damage.jpeg.MAX_PIXELS", 1000)
    picture = load_picture(encoded(image, "JPEG", quality=90), LARGE)
    assert (names(picture), picture.original_size) == ([], (240, 160))


def test_a_damaged_jpeg_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = quadrants(400, 600).transpose(Image.Transpose.ROTATE_90)
    data = encoded(Image.blend(stored, photo(*stored.size), 0.2), "JPEG", quality=95, exif=exif)
    picture = load_picture(data[: int(len(data) * 0.9)], LARGE)
    width, height = picture.original_size
    assert (height, width < 400) == (600, True)
    assert corners(picture.pixels) == UPRIGHT


# --- PNG


def chunk(name, content, *, crc=0):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content) ^ crc)


def png(image, *more, after=(), **options):
    """A PNG with chunks more, before its pixels or after them."""
    data = encoded(image, "PNG", **options)
    end = data.index(b"IEND") - 4
    return data[:33] + b"".join(more) + data[33:end] + b"".join(after) + data[end:]


def interlaced(image, n_chunks=8):
    """A PNG in the seven passes of Adam7."""
    pixels = np.asarray(image)
    rows = []
    for x, y, dx, dy in ADAM7:
        rows += [b"\0" + row.tobytes() for row in pixels[y::dy, x::dx]]
    packed = zlib.compress(b"".join(rows), 0)
    kind = {"RGB": 2, "L": 0, "RGBA": 6}[image.mode]
    header = struct.pack(">IIBBBBB", *image.size, 8, kind, 0, 0, 1)
    size = -(-len(packed) // n_chunks)
    data = b"".join(chunk(b"IDAT", packed[i : i + size]) for i in range(0, len(packed), size))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
@pytest.mark.parametrize("ending", [b"", b"\0" * 3000])
def test_of_a_png_the_rows_that_are_there_are_described(mode, ending):
    image = Image.fromarray(np.asarray(photo(mode="L")).astype(np.uint16) * 257) if mode == "I;16" else photo()
    image = image if mode == "I;16" else image.convert(mode)
    data = encoded(image, "PNG", compress_level=1)
    picture = load_picture(data[: int(len(data) * 0.8)] + ending, LARGE)
    assert names(picture) == ["damaged"]
    assert 80 <= picture.original_size[1] <= 150
    assert_is_the_top_of(picture, image, 1)
    with pytest.raises(ImageFormatError, match="truncated"):
        load_picture(data[: int(len(data) * 0.3)] + ending, LARGE)


def test_a_png_without_its_end_chunk_is_whole():
    data = encoded(photo(), "PNG")
    for end in (-12, -8, -1):
        picture = load_picture(data[:end], LARGE)
        assert picture.original_size == (240, 160)
        assert np.array_equal(picture.pixels, load_picture(data, LARGE).pixels)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
@pytest.mark.parametrize("share", [0.3, 0.45, 0.55, 0.9, 0.999])
def test_of_an_interlaced_png_the_passes_that_are_there_are_described(mode, share):
    image = photo(mode=mode)
    data = interlaced(image)
    picture = load_picture(data[: int(len(data) * share)], LARGE)
    assert (names(picture), picture.original_size) == (["damaged"], (240, 160))
    assert "half of its resolution" in picture.notices[0].message
    assert_is_the_top_of(picture, image)
    with pytest.raises(ImageFormatError):
        load_picture(data[: int(len(data) * 0.2)], LARGE)


def test_rows_behind_an_error_in_the_data_are_not_described():
    image = photo()
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in np.asarray(image)), 1)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *image.size, 8, 2, 0, 0, 0))
    pieces = [bytearray(chunk(b"IDAT", packed[i : i + 2000])) for i in range(0, len(packed), 2000)]
    bad = int(len(pieces) * 0.7)
    pieces[bad][1000:1400] = b"\xff" * 400
    data = b"\x89PNG\r\n\x1a\n" + header + b"".join(pieces) + chunk(b"IEND", b"")
    picture = load_picture(data, LARGE)
    assert (names(picture), picture.original_size[1] <= 160 * 0.75) == (["damaged"], True)
    assert_is_the_top_of(picture, image, 1)


def test_of_a_chunk_with_an_error_in_it_nothing_is_described():
    """What was unpacked before the error may already be wrong."""
    noise = RNG.integers(0, 200, (160, 240, 3), np.uint8)
    packed = bytearray(zlib.compress(b"".join(b"\0" + row.tobytes() for row in noise), 1))
    packed[int(len(packed) * 0.9) : int(len(packed) * 0.9) + 400] = b"\xff" * 400
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 240, 160, 8, 2, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", bytes(packed)) + chunk(b"IEND", b"")
    with pytest.raises(ImageFormatError, match="damaged, truncated"):
        load_picture(data, LARGE)


BOMB = zlib.compress(b"a" * 5_000_000)
BAD = [
    (b"iCCP", b"name\0\0" + BOMB),
    (b"zTXt", b"Comment\0\0" + BOMB),
    (b"iTXt", b"Comment\0\1\0en\0\0" + BOMB),
    (b"iCCP", b"name\0\7junk"),
    (b"zTXt", b"Comment\0\7junk"),
    (b"acTL", b"\0\0"),
    (b"fcTL", b"\0" * 26),
    (b"gAMA", b"\0"),
    (b"pHYs", b"\0"),
    (b"cHRM", b"\0\0"),
    (b"tRNS", b"\0"),
    (b"tEXt", b"a" * 3_000_000),
]


@pytest.mark.parametrize(("name", "content"), BAD, ids=lambda value: repr(value[:12]))
@pytest.mark.parametrize("crc", [0, 1])
@pytest.mark.parametrize("place", ["before", "after"])
def test_metadata_that_cannot_be_read_does_not_hide_whole_pixels(name, content, crc, place):
    image = photo()
    bad = chunk(name, content, crc=crc)
    data = png(image, bad) if place == "before" else png(image, after=[bad])
    picture = load_picture(data, LARGE, wants_hints=True)
    assert picture.original_size == (240, 160)
    assert np.array_equal(picture.pixels, load_picture(image, LARGE).pixels)
    assert set(names(picture)) <= {"damaged", "metadata-shortened"}


def test_the_metadata_that_was_left_out_is_named_and_the_rest_is_there():
    text = chunk(b"tEXt", b"Description\0Ada on the red sofa")
    data = png(photo(), text, chunk(b"iCCP", b"name\0\0" + BOMB), chunk(b"zTXt", b"Comment\0\0" + BOMB, crc=1))
    picture = load_picture(data, LARGE)
    assert "(iCCP, zTXt) is damaged or too large" in picture.notices[0].message
    assert "picture itself is whole" in picture.notices[0].message
    key = png(
        Image.new("RGB", (96, 64), (9, 9, 9)), chunk(b"tRNS", struct.pack(">HHH", 9, 9, 9)), chunk(b"gAMA", b"\0")
    )
    assert "transparent" in names(load_picture(key, FREE))


def test_many_texts_do_not_hide_a_picture():
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 1_000_000))
    picture = load_picture(png(photo(), *[text] * 80), LARGE)
    assert (names(picture), picture.original_size) == (["damaged"], (240, 160))


@pytest.mark.parametrize("claimed", [0xFFFFFFF0, 300_000, 90])
def test_a_chunk_with_a_wrong_length_does_not_hide_the_pixels_behind_it(claimed):
    bad = bytearray(chunk(b"tEXt", b"Comment\0a text"))
    bad[:4] = struct.pack(">I", claimed)
    picture = load_picture(png(photo(), bytes(bad)), LARGE)
    assert (names(picture), picture.original_size) == (["damaged"], (240, 160))


# --- animations


def moving(n=10, size=(120, 80)):
    return [Image.blend(photo(*size), Image.new("RGB", size, (index * 20, 90, 200)), 0.3) for index in range(n)]


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.35, 0.7, 0.97])
def test_of_an_animation_that_is_cut_the_frames_before_are_described(form, share):
    data = animation(moving(), form)
    picture = load_picture(data[: int(len(data) * share)], LARGE)
    assert names(picture) == ["damaged", "animated"]
    n_there = int(picture.notices[1].message.rpartition(" ")[2].rstrip("."))
    assert 10 * share - 2 <= n_there < 10
    assert np.abs(picture.pixels - whole(moving()[0])).mean() < 40


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_with_a_damaged_frame_those_before_are_described(form):
    data = bytearray(animation(moving(), form, **({"lossless": True} if form == "WEBP" else {})))
    at = int(len(data) * 0.6)
    data[at : at + 300] = RNG.integers(0, 256, 300, np.uint8).tobytes()
    picture = load_picture(bytes(data), LARGE)
    assert names(picture) in (["damaged", "animated"], ["animated"])
    assert np.abs(picture.pixels - whole(moving()[0])).mean() < 40


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_an_animation_of_which_the_first_frame_is_left_is_a_still_picture(form):
    data = animation(moving(3), form)
    picture = load_picture(data[: int(len(data) * 0.5)], LARGE)
    assert names(picture) == ["damaged"]
    assert picture.original_size == (120, 80)


def test_an_animation_cut_in_its_first_frame_shows_the_rows_that_are_there():
    for form in ("PNG", "GIF"):
        frames = moving(2)
        data = animation(frames, form)
        end = data.index(b"fcTL", data.index(b"IDAT")) if form == "PNG" else next(gif.frames(io.BytesIO(data))).end
        picture = load_picture(data[: int(end * 0.85)], LARGE)
        assert names(picture) == ["damaged"]
        assert 40 <= picture.original_size[1] < 80


@pytest.mark.parametrize("is_interlaced", [0, 1])
def test_of_a_gif_the_rows_that_are_there_are_described(is_interlaced):
    image = photo().quantize(200)
    data = encoded(image, "GIF", interlace=is_interlaced)
    picture = load_picture(data[: int(len(data) * 0.8)], LARGE)
    assert names(picture) == ["damaged"]
    assert_is_the_top_of(picture, image)
    with pytest.raises(ImageFormatError):
        load_picture(data[: int(len(data) * 0.4)], LARGE)


def test_of_an_icon_the_rows_of_its_largest_image_are_described():
    data = encoded(photo(256, 256), "ICO", sizes=[(16, 16), (256, 256)])
    picture = load_picture(data[: int(len(data) * 0.8)], LARGE)
    assert (names(picture), picture.original_size[0]) == (["damaged"], 256)
    with pytest.raises(ImageFormatError):
        load_picture(data[: int(len(data) * 0.2)], LARGE)


# --- rows one after the other


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_of_a_bitmap_the_rows_that_are_there_are_described(mode):
    image = photo().convert(mode)
    data = encoded(image, "BMP")
    picture = load_picture(data[: int(len(data) * 0.75)], LARGE)
    assert names(picture) == ["damaged"]
    rows = picture.original_size[1]
    assert f"last {rows} of its 160 rows" in picture.notices[0].message
    assert 100 <= rows <= 120
    expected = whole(image.crop((0, 160 - rows, 240, 160)))
    assert np.abs(picture.pixels - expected).mean() < 2


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_of_a_ppm_the_rows_that_are_there_are_described(mode):
    image = photo().convert(mode)
    data = encoded(image, "PPM")
    picture = load_picture(data[: int(len(data) * 0.75)], LARGE)
    assert (names(picture), 100 <= picture.original_size[1] <= 120) == (["damaged"], True)
    assert_is_the_top_of(picture, image, 1)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_deflate", "jpeg", "packbits"])
@pytest.mark.parametrize("by", ["bytes", "path"])
def test_of_a_tiff_the_strips_that_are_there_are_described(compression, by, tmp_path):
    image = photo(400, 400)
    options = {"compression": compression} if compression else {}
    data = encoded(image, "TIFF", **options)
    tags = Image.open(io.BytesIO(data)).tag_v2
    if not compression:
        assert data.index(b"II*\0") == 0
    if tags.offset > len(data) // 2:  # the directory is behind the strips, and gone
        with pytest.raises(ImageFormatError):
            load_picture(data[: int(len(data) * 0.8)], LARGE)
        return
    cut = data[: int(len(data) * 0.8)]
    path = tmp_path / "a.tiff"
    path.write_bytes(cut)
    picture = load_picture(path if by == "path" else cut, LARGE)
    assert names(picture) == ["damaged"]
    assert 200 <= picture.original_size[1] <= 330
    assert_is_the_top_of(picture, image)


# --- what holds for all


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP", "PPM", "TIFF", "WEBP", "AVIF"])
def test_no_setting_of_pillows_is_changed_meanwhile(form, monkeypatch):
    seen = []
    data = encoded(photo(), form)

    class Watching(io.BytesIO):
        def read(self, *size):
            seen.append(ImageFile.LOAD_TRUNCATED_IMAGES)
            return super().read(*size)

    with contextlib.suppress(ImageError):
        load_picture(Watching(data[: len(data) * 3 // 4]), LARGE)
    assert set(seen) == {False}
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_several_threads_repair_at_once():
    data = encoded(photo(), "JPEG", quality=90)
    cut, results = data[: int(len(data) * 0.8)], []

    def work(source):
        results.append(load_picture(source, LARGE))

    threads = [threading.Thread(target=work, args=(source,)) for source in (cut, data) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(picture) for picture in results) == [[]] * 4 + [["damaged"]] * 4


def test_whether_a_picture_is_readable_is_seen_alike(tmp_path):
    data = encoded(photo(), "JPEG", quality=90)
    for share, fits in ((0.8, True), (0.3, False)):
        path = tmp_path / "a.jpg"
        path.write_bytes(data[: int(len(data) * share)])
        for source in (path, io.BytesIO(path.read_bytes())):
            if fits:
                check_readable(source)
            else:
                with pytest.raises(ImageFormatError):
                    check_readable(source)


FILES = [
    encoded(photo(60, 40), form, **options)
    for form, options in (
        ("JPEG", {"quality": 90}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("PPM", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("WEBP", {}),
        ("ICO", {}),
    )
] + [interlaced(photo(60, 40)), *(animation(moving(3, (60, 40)), form) for form in ("GIF", "PNG", "WEBP"))]


@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_damage_of_any_kind_is_a_picture_or_one_error(data):
    content = bytearray(data.draw(st.sampled_from(FILES)))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=40))
    content = content[: data.draw(st.integers(1, len(content) + 1))]
    with contextlib.suppress(ImageError):
        assert load_picture(bytes(content), FREE).pixels.shape[2] == 3


def test_nothing_of_a_failed_try_stays_in_memory(monkeypatch):
    """Frames of an error hold what was decoded, as large as the picture."""
    alive = []
    real = loading.damage.repair

    def look(*each):
        gc.collect()
        alive.append(
            sum(isinstance(found, ImageFile.ImageFile) and found.size == (1000, 800) for found in gc.get_objects())
        )
        return real(*each)

    monkeypatch.setattr(loading.damage, "repair", look)
    data = encoded(photo(1000, 800), "PNG", compress_level=1)
    assert names(load_picture(data[: int(len(data) * 0.8)], FREE)) == ["damaged"]
    assert alive == [0]
