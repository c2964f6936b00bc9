"""What is read of the text chunks of a PNG, and which are no person's words."""

import io
import json
import zlib

import pytest
from PIL import Image

from localalt.image.metadata.boilerplate import is_boilerplate
from localalt.image.metadata.hints import Hints, read_hints
from tests.support.metadata import alternatives, iim, packet, png_with
from tests.support.pictures import encoded, quadrants


def text(keyword, value):
    return b"tEXt", keyword.encode("latin-1") + b"\0" + value


def compressed(keyword, value):
    return b"zTXt", keyword.encode("latin-1") + b"\0\0" + zlib.compress(value)


def international(keyword, value):
    return b"iTXt", keyword.encode("latin-1") + b"\0\0\0en\0\0" + value.encode()


def hints_of(*chunks):
    return read_hints(Image.open(io.BytesIO(png_with(*chunks))))


def test_a_title_a_description_and_a_comment_are_read_from_every_kind_of_chunk():
    assert hints_of(
        text("Title", b"Sea"), compressed("Description", b"The sea at dawn."), international("Comment", "Später")
    ) == Hints(title="Sea", caption="The sea at dawn.")
    assert hints_of(international("comment", "Später 日本")) == Hints(caption="Später 日本")
    assert hints_of(text("DESCRIPTION", b"The sea.")) == Hints(caption="The sea.")


@pytest.mark.parametrize("value", ["Café".encode(), "Café".encode("latin-1")])
def test_a_chunk_for_latin_1_may_hold_utf_8(value):
    assert hints_of(text("Title", value)).title == "Café"


def test_chunks_that_follow_the_pixels_are_read_of_a_loaded_picture():
    data = png_with(text("Title", b"Sea"))
    image = Image.open(io.BytesIO(data[:33] + data[33 + 12 + 9 :]))
    assert read_hints(image) == Hints()
    plain = encoded(quadrants(), "PNG")
    chunk = data[33 : 33 + 12 + 9]
    image = Image.open(io.BytesIO(plain[:-12] + chunk + plain[-12:]))
    image.load()
    assert read_hints(image).title == "Sea"


@pytest.mark.parametrize(
    "keyword",
    ["Author", "Copyright", "Software", "Source", "Disclaimer", "Warning", "Creation Time", "date:create", "png:tIME",
     "Thumb::URI", "Profile", "Label", "xmp:CreatorTool"],
)  # fmt: skip
def test_other_chunks_say_nothing_about_the_picture(keyword):
    assert hints_of(text(keyword, b"Somebody or something")) == Hints()


PROMPT = "a castle by the sea, masterpiece, best quality"
A1111 = f"{PROMPT}\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1234, Size: 512x512"


@pytest.mark.parametrize(
    "chunks",
    [
        [("parameters", A1111), ("Description", PROMPT)],
        [("prompt", "{}"), ("workflow", "{}"), ("Comment", PROMPT), ("Title", PROMPT)],
        [("Software", "NovelAI"), ("Title", "NovelAI generated image"), ("Description", PROMPT)],
        [("Source", "Stable Diffusion XL 7BCCAA2C"), ("Description", PROMPT)],
        [("invokeai_metadata", "{}"), ("Title", PROMPT)],
        [("Dream", PROMPT), ("Comment", PROMPT)],
        [("Description", f"{PROMPT} --v 5 --ar 16:9 Job ID: 0a1b2c3d-0000-0000-0000-000000000000")],
        [("Comment", A1111)],
        [("Comment", json.dumps({"prompt": PROMPT, "steps": 28}))],
        [("Comment", json.dumps({"prompt": PROMPT * 100, "steps": 28}))],
        [("mxfile", "%3Cmxfile"), ("Title", "Flow")],
        [("Description", '<?xml version="1.0"?><svg/>')],
        [("Comment", "Created with GIMP")],
        [("Comment", "Screenshot")],
    ],
    ids=lambda chunks: "+".join(name for name, _ in chunks),
)
def test_what_a_program_was_asked_for_is_not_what_the_picture_shows(chunks):
    assert hints_of(*(international(name, value) for name, value in chunks)) == Hints()


@pytest.mark.parametrize(
    "words",
    [A1111, f"{PROMPT} --ar 3:2 --v 6.1", 'Workflow: {"nodes": []}', '{"a": "' + "x" * 5000, '[{"a": 1}, 2',
     "x " * 600 + "Steps: 20, Sampler: Euler a"],
)  # fmt: skip
def test_settings_of_generators_are_boilerplate_in_any_block(words):
    assert is_boilerplate(" ".join(words.split()))
    image = quadrants()
    image.info["xmp"] = packet(alternatives("dc:description", x_default=words.replace("<", "&lt;")))
    assert read_hints(image) == Hints()


@pytest.mark.parametrize(
    "words",
    ["Steps: the staircase at dusk", "A seed: 12 days old", "Two steps -- and a jump", "[Untranslated] A harbour",
     "{Sic} in the original", "A sampler: cross-stitch, 1790", "Workflow of a bakery", "Prompt: answer at once"],
)  # fmt: skip
def test_words_of_people_that_look_a_little_alike_stay(words):
    assert not is_boilerplate(words)
    assert hints_of(international("Description", words)).caption == words


def raw(kind, data, name=None):
    lines = "\n".join(data.hex()[i : i + 72] for i in range(0, 2 * len(data), 72))
    return compressed(f"Raw profile type {kind}", f"\n{name or kind}\n{len(data):8d}\n{lines}\n".encode())


def test_metadata_wrapped_by_imagemagick_is_read():
    exif = Image.Exif()
    exif[0x010E] = "From EXIF"
    block = iim(((2, 120), b"From IPTC"), ((2, 25), b"sea"))
    resources = (
        b"8BIM\x03\xed\0\0" + b"\0\0\0\x03abc\0" + b"8BIM\x04\x04\x03foo" + len(block).to_bytes(4, "big") + block
    )
    xmp = packet(alternatives("dc:description", x_default="From XMP")).encode()
    assert hints_of(raw("exif", exif.tobytes())).caption == "From EXIF"
    assert hints_of(raw("APP1", exif.tobytes(), "generic")).caption == "From EXIF"
    for data in (block, resources):
        assert hints_of(raw("iptc", data)) == Hints(caption="From IPTC", keywords=("sea",))
    assert hints_of(raw("iptc", resources, "IPTC profile")).caption == "From IPTC"  # as exiftool writes it
    assert hints_of(raw("8bim", resources)).caption == "From IPTC"
    assert hints_of(raw("xmp", xmp)).caption == "From XMP"
    assert hints_of(raw("APP1", b"http://ns.adobe.com/xap/1.0/\0" + xmp)).caption == "From XMP"


BROKEN = [b"", b"\nxmp\n", b"\nxmp\n 12\nzz", b"\nxmp\n 12\nabc", b"\n\n\n", b"\nxmp\n5\n" + b"00" * 400_000]


@pytest.mark.parametrize("value", BROKEN)
def test_broken_wrapped_metadata_says_nothing(value):
    for kind in ("exif", "iptc", "8bim", "xmp", "APP1"):
        assert hints_of((b"zTXt", f"Raw profile type {kind}\0\0".encode() + zlib.compress(value))) == Hints()


def test_chunks_of_other_formats_are_not_a_pngs():
    image = quadrants()
    image.info.update(title="Title", comment=b"Comment", description="x")
    for format in ("JPEG", "GIF", None):
        image.format = format
        assert read_hints(image) == Hints()


def test_a_pngs_texts_come_last():
    exif = Image.Exif()
    exif[0x010E] = "From EXIF"
    data = encoded(quadrants(), "PNG", exif=exif.tobytes())
    image = Image.open(io.BytesIO(png_with(text("Title", b"Sea"), text("Comment", b"From a chunk"), picture=data)))
    assert read_hints(image) == Hints(title="Sea", caption="From EXIF")
