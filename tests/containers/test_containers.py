"""Files that ask for a lot are refused before they are decoded, and real ones are not."""

import io
import struct
import warnings

import pytest
from PIL import Image

from localalt import containers
from localalt.containers import MAX_FRAMES, limits
from localalt.errors import ImageTooLargeError
from localalt.image import decoding
from localalt.image.processor import load_picture
from scripts.checks import soak_hostile_pictures as hostile
from scripts.checks.hostile_pictures import HOSTILE
from tests.support.pictures import FREE

REFUSED = {
    "avif-exif": "1,720,024 bytes of EXIF",
    "bmp-runs": "13377×13377 pixels, more than the 20,000,000",
    "gif-comments": "comments of more than",
    "ico-many": "13377×13377 pixels",
    "jpeg-exif-headers": "more than 2 segments of EXIF",
    "jpeg-many-segments": "more than 4,096 segments",
    "jpeg-scans": "more than 100 scans",
    "jpeg2000-largest": "13000×13000 pixels",
    "ppm-comment": "a header of more than",
    "tiff-orientations": "2,000,000 orientations",
    "tiff-overlap": "a directory of 60,005 tags",
    "webp-animation": "more than 4,000 chunks",
    "webp-extended-canvas": "16384×10900 pixels",
    "webp-lossless-canvas": "16383×16383 pixels",
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_a_small_file_that_asks_for_a_lot_is_refused_with_what_it_asks_for(name, why, monkeypatch):
    data = HOSTILE[name]()
    monkeypatch.setattr(decoding, "_PLUGINS", {})  # no plugin is asked: the container says enough
    with pytest.raises(ImageTooLargeError, match=why):
        load_picture(data, FREE)


@pytest.mark.slow
def test_metadata_that_is_too_long_is_left_out_and_the_picture_read():
    """Of formats whose plugins keep EXIF as bytes: nobody has to parse it."""
    for name in ("webp-exif", "png-exif", "png-orientations"):
        picture = load_picture(HOSTILE[name](), FREE, wants_hints=True)
        assert picture.original_size == (1, 1)


@pytest.mark.parametrize("name", ["gif-frames", "tiff-pages"])
def test_frames_and_pages_are_counted_up_to_a_thousand(name):
    (notice,) = load_picture(HOSTILE[name](), FREE).notices
    assert "more than 1000" in notice.message


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiff-broken", "tiff-broken-jpeg", "tiff-broken-lzw", "webp-exif"])
def test_nothing_is_written_to_standard_output_or_error_from_c(name):
    assert hostile.measure(HOSTILE[name]())["printed"] == ""


@pytest.mark.slow
def test_memory_and_time_are_measured_where_the_largest_pictures_are_read():
    found = hostile.measure(HOSTILE["tiff-deflate-deep"]())
    assert found["end"] == "read, 6600x6600"
    assert 0 < found["growth_bytes"] < hostile.MAX_GROWTH_BYTES


def saved(image, form, **options):
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.save(file, form, **options)
    file.seek(0)
    return file


RGB = Image.linear_gradient("L").convert("RGB")
REAL = {
    "AVIF": [{}, {"exif": Image.Exif().tobytes()}],
    "BMP": [{}],
    "GIF": [{"comment": b"a comment"}, {"save_all": True, "append_images": [RGB.rotate(90), RGB.rotate(180)]}],
    "ICO": [{}],
    "JPEG": [{}, {"progressive": True}, {"comment": b"c" * 200, "exif": b"Exif\0\0" + b"\0" * 30_000}],
    "JPEG2000": [{}, {"tile_size": (64, 64)}],
    "PNG": [{}],
    "PPM": [{}],
    "TIFF": [{}, {"compression": "tiff_lzw"}, {"save_all": True, "append_images": [RGB, RGB]}],
    "WEBP": [{}, {"lossless": True}, {"save_all": True, "append_images": [RGB.rotate(90)]}],
}


@pytest.mark.parametrize(("form", "options"), [(form, each) for form, cases in REAL.items() for each in cases], ids=str)
def test_what_encoders_write_passes_and_the_file_is_left_at_its_start(form, options):
    file = saved(RGB, form, **options)
    claims = containers.examine(form, file, "it")
    assert file.tell() == 0
    images = 1 + len(options.get("append_images", ()))
    assert claims.n_images == (images if form in ("GIF", "TIFF") else None)


def test_damage_is_left_to_the_decoder():
    for form, cases in REAL.items():
        data = saved(RGB, form, **cases[0]).getvalue()
        for end in (0, 2, 5, 9, 12, 13, 20, 30, len(data) // 2):
            containers.examine(form, io.BytesIO(data[:end]), "it")


def test_a_directory_that_leads_back_to_itself_is_one_page():
    entry = struct.pack("<HHII", 256, 3, 1, 1)
    looping = b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 8)
    assert containers.examine("TIFF", io.BytesIO(looping), "it").n_images == 1


def test_a_bigtiff_is_examined_as_well():
    entry = struct.pack("<HHQQ", 0x0112, 3, 2_000_000, 0)
    data = b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + struct.pack("<Q", 1) + entry + b"\0" * 8
    with pytest.raises(ImageTooLargeError, match="2,000,000 orientations"):
        containers.examine("TIFF", io.BytesIO(data), "it")


def test_values_that_overlap_are_refused_however_few_their_tags():
    entries = b"".join(struct.pack("<HHII", 1000 + i, 2, 5000, 0) for i in range(100))
    data = b"II*\0" + struct.pack("<IH", 8, 100) + entries + b"\0" * 4 + b"a" * 5000
    with pytest.raises(ImageTooLargeError, match="tags of 500,000 bytes in a file of"):
        containers.examine("TIFF", io.BytesIO(data), "it")


def test_scans_are_counted_across_the_blocks_in_which_a_file_is_read(monkeypatch):
    from localalt.containers import jpeg

    data = saved(RGB, "JPEG", progressive=True)
    jpeg.examine_jpeg(data, "it")
    for n_bytes in (1, 2, 3, 7, 64):
        monkeypatch.setattr(jpeg, "_BLOCK_BYTES", n_bytes)
        monkeypatch.setattr(jpeg, "MAX_SCANS", 10)  # what libjpeg's script has
        jpeg.examine_jpeg(data, "it")
        monkeypatch.setattr(jpeg, "MAX_SCANS", 9)
        with pytest.raises(ImageTooLargeError, match="more than 9 scans"):
            jpeg.examine_jpeg(data, "it")


@pytest.mark.parametrize("junk", [b"junk", b"\xff\0", b"\xff\xd0", b"\xff\xff\xff", b"\xff\xd8", b"\xff\xfe\0\0"])
def test_nothing_between_segments_hides_those_that_follow(junk):
    data = HOSTILE["jpeg-scans"]()
    with pytest.raises(ImageTooLargeError, match="more than 100 scans"):
        containers.examine("JPEG", io.BytesIO(data[:2] + junk + data[2:]), "it")
    with pytest.raises(ImageTooLargeError, match="between its segments"):
        containers.examine("JPEG", io.BytesIO(data[:2] + b"j" * 70_000 + data[2:]), "it")


def test_a_picture_of_the_largest_cameras_is_within_the_limits():
    for size in ((14_204, 10_652), (8064, 6048)):
        limits.check_pixels(size, "it")
    limits.check_memory((8064, 6048), decoding._HEIC_BYTES, "a telephone's HEIC of 48 megapixels")


@pytest.mark.slow
def test_an_animated_png_of_several_chunks_is_read_at_its_first_frame():
    """Pillow loses its place in such a file when it seeks back."""
    noisy = Image.effect_noise((500, 500), 90).convert("RGB")
    data = saved(noisy, "PNG", save_all=True, append_images=[noisy.rotate(90), noisy.rotate(180)], compress_level=1)
    picture = load_picture(data.getvalue(), FREE)
    assert picture.original_size == (500, 500)
    assert "this is frame 1 of 3" in picture.notices[0].message


def test_no_frame_beyond_the_thousandth_is_looked_at(monkeypatch):
    from localalt.image import loading

    asked = []
    real = loading.representative_frame

    def look(*each, **more):
        asked.append(each[2])
        return real(*each, **more)

    monkeypatch.setattr(loading, "representative_frame", look)
    load_picture(HOSTILE["gif-frames"](), FREE)
    assert asked == [MAX_FRAMES]
