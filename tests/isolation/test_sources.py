"""What travels to a child: whatever somebody hands over as a picture means there what it means in this process."""

import contextlib
import dataclasses
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import localalt
from localalt.image import source as sources
from localalt.isolation.sources import pack, pack_name, unpack
from localalt.types import ImageGeometry
from tests.support import pictures
from tests.support.paths import EXAMPLES, ROOT

PATH = EXAMPLES / "shape.png"
DATA = PATH.read_bytes()
ARRAY = np.asarray(Image.open(PATH).convert("RGB"))
GEOMETRY = ImageGeometry(None, 8, 4, 64)


class PathLike:
    """Something with a path of whatever kind."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


class Endless:
    """A file that goes on with the same bytes, or with an error."""

    def __init__(self, chunk):
        self.chunk = chunk

    def read(self, n_bytes=-1):
        if isinstance(self.chunk, Exception):
            raise self.chunk
        return self.chunk


def opened(path=PATH, mode="rb", **options):
    return Path(path).open(mode, **options)


def closed(file):
    file.close()
    return file


def released():
    view = memoryview(bytearray(DATA))
    view.release()
    return view


def image(mode="RGB"):
    return Image.open(PATH).convert(mode)


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return Image.open(io.BytesIO(pictures.encoded(pictures.quadrants(), "JPEG", exif=exif.tobytes())))


def animated(frame=0):
    frames = [pictures.quadrants(), pictures.quadrants().rotate(90)]
    opened_image = Image.open(io.BytesIO(pictures.animation(frames, "GIF")))
    opened_image.seek(frame)
    return opened_image


PATHS = {
    "path": PATH,
    "text": str(PATH),
    "relative": os.path.relpath(PATH),
    "dotted": EXAMPLES / ".." / EXAMPLES.name / PATH.name,
    "of a class": PathLike(str(PATH)),
    "of bytes": PathLike(os.fsencode(PATH)),
    "of a number": PathLike(3),
    "with a slash": f"{PATH}/",
    "folder": str(EXAMPLES),
    "here": ".",
    "missing": "no-such.png",
    "missing folder": "no/such.png",
    "home": "~/x.png",
    "empty": "",
    "blank": " ",
    "NUL": "a\0b.png",
    "line break": "a\nb.png",
    "byte": "a\udcff.png",
    "surrogate": "a\ud800.png",
    "URL": "https://example.org/a.png",
    "URL as a path": Path("https://example.org/a.png"),
    "data URL": "data:image/png;base64,AA",
    "mail": "mailto:x@example.org",
    "drive": "C:/a.png",
    "long": "x" * 5000,
    "device": os.devnull,
}
BYTES = {
    "bytes": DATA,
    "bytearray": bytearray(DATA),
    "memoryview": memoryview(DATA),
    "memoryview of numbers": memoryview(np.frombuffer(DATA[: len(DATA) // 4 * 4], np.uint32)),
    "memoryview with gaps": memoryview(DATA * 2)[::2],
    "released memoryview": released(),
    "no bytes": b"",
    "text in bytes": b"hello",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "truncated": DATA[:200],
}
FILES = {
    "file": opened,
    "stream": lambda: io.BytesIO(DATA),
    "partly read": lambda: _at(io.BytesIO(b"head" + DATA), 4),
    "at its end": lambda: _at(io.BytesIO(DATA), len(DATA)),
    "text mode": lambda: opened(mode="r", encoding="latin-1"),
    "text stream": lambda: io.StringIO("x"),
    "closed": lambda: closed(opened()),
    "to be written": lambda: opened(os.devnull, "wb"),
    "without a name": lambda: os.fdopen(os.open(PATH, os.O_RDONLY), "rb"),
    "endless and no picture": lambda: Endless(b"\0" * 100_000),
    "endless": lambda: Endless(DATA),
    "failing": lambda: Endless(OSError(5, "gone")),
    "failing oddly": lambda: Endless(KeyError("gone")),
    "with nothing": lambda: Endless(None),
}
IMAGES = {
    "lazily opened": lambda: Image.open(PATH),
    "unsaved": image,
    "palette": lambda: image("P"),
    "palette with transparency": lambda: pictures.logo([(255, 0, 0), (0, 0, 255)]).quantize(),
    "RGBA": lambda: image("RGBA"),
    "transparent": lambda: Image.new("RGBA", (64, 64)),
    "grey": lambda: image("L"),
    "one bit": lambda: image("1"),
    "16 bits": lambda: Image.new("I;16", (64, 64)),
    "floats": lambda: Image.new("F", (64, 64)),
    "CMYK": lambda: image("CMYK"),
    "turned by EXIF": turned,
    "animated": animated,
    "second frame": lambda: animated(1),
    "large": lambda: image().resize((1500, 1100)),
    "no pixels": lambda: Image.new("RGB", (0, 0)),
    "too many pixels": lambda: Image.new("1", (20_000, 20_000)),
    "closed": lambda: closed(Image.open(PATH)),
    "truncated": lambda: Image.open(io.BytesIO(DATA[:300])),
}
ARRAYS = {
    "RGB": ARRAY,
    "mirrored": ARRAY[:, ::-1],
    "thinned": ARRAY[::2, ::2],
    "column by column": np.asfortranarray(ARRAY),
    "read-only": np.frombuffer(ARRAY.tobytes(), np.uint8).reshape(ARRAY.shape),
    "grey": ARRAY[:, :, 0],
    "grey of three sides": ARRAY[:, :, :1],
    "RGBA": np.dstack([ARRAY, ARRAY[:, :, :1]]),
    "masked": np.ma.masked_array(ARRAY, ARRAY > 100),
    "floats": ARRAY.astype(np.float32),
    "shares": ARRAY / 255,
    "NaN": np.full((4, 4, 3), np.nan),
    "16 bits": ARRAY.astype(np.uint16),
    "bools": ARRAY > 100,
    "texts": np.array(["a"]),
    "objects": np.array([None]),
    "channels first": np.zeros((3, 8, 8), np.uint8),
    "two channels": np.zeros((8, 8, 2), np.uint8),
    "a batch": np.zeros((1, 8, 8, 3), np.uint8),
    "a row": np.zeros(8, np.uint8),
    "no pixels": np.zeros((0, 8, 3), np.uint8),
    "too many pixels": np.broadcast_to(np.uint8(0), (100_000, 100_000, 3)),
    "one number": np.array(3, np.uint8),
    "a scalar": np.uint8(3),
}
OTHERS = {
    "None": None,
    "number": 12,
    "list": [1, 2],
    "object": object(),
    "like an array": type("Fake", (), {"dtype": np.uint8, "shape": (4, 4, 3)})(),
}
SOURCES = {
    f"{group}, {name}": source
    for group, members in (
        ("path", PATHS),
        ("bytes", BYTES),
        ("file", FILES),
        ("image", IMAGES),
        ("array", ARRAYS),
        ("other", OTHERS),
    )
    for name, source in members.items()
}


def _at(file, position):
    file.seek(position)
    return file


def made(name):
    """A source: files and images are made anew for each call."""
    source = SOURCES[name]
    return source() if name.startswith(("file", "image")) else source


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_source_gives_the_same_text_or_the_same_error(same, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sources, "MAX_STREAM_BYTES", 1 << 22)
    same(lambda describer: describer.describe(made(name), metadata=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_source_that_no_model_is_asked_about_is_not_read_there_either(same, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    same(lambda describer: describer.describe(made(name), purpose="decorative"))


@pytest.mark.slow
def test_a_relative_path_is_that_of_the_callers_folder_at_the_call(shared, tmp_path, monkeypatch):
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        with pytest.raises(localalt.ImageNotFoundError, match=r"^'shape\.png' does not exist"):
            shared.describe("shape.png")
        Path("shape.png").write_bytes(DATA)
        alt = shared.describe("shape.png")
        assert (alt.source, alt.text) == ("shape.png", shared.describe(PATH).text)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be removed there")
def test_in_a_folder_that_is_gone_relative_paths_lead_nowhere_and_the_rest_works(tmp_path):
    script = f"""
import os, localalt
os.chdir({str(tmp_path)!r})
os.rmdir({str(tmp_path)!r})
for kind in ("none", "process"):
    with localalt.load("selftest", device="cpu", isolation=kind) as describer:
        print(describer.describe({str(PATH)!r}).text)
        try:
            describer.describe("shape.png")
        except localalt.ImageNotFoundError as error:
            print(error)
"""
    lines = output_of(script)
    assert lines[:2] == lines[2:] == [lines[0], "'shape.png' does not exist: check the path."]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are Unicode")
@pytest.mark.parametrize(
    "name", [b"a b.png", b" .png", b"a\nb.png", b"\xff\xfe.png", "ÄÖ😀.png".encode(), b"-x%20.png"]
)
def test_files_with_odd_names_are_found(same, tmp_path, name):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    Path(path).write_bytes(DATA)
    assert same(lambda describer: describer.describe(path))[1].source == path


@pytest.mark.slow
def test_bytes_that_change_after_the_call_do_not_change_the_picture(shared):
    data = bytearray(DATA)
    results = shared.describe_many([data] * 2)
    first = next(results)
    assert first.text == shared.describe(PATH).text
    results.close()
    assert bytes(data) == DATA


# --- what this process does not do for it ---


def output_of(script):
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    return run.stdout.splitlines()


@pytest.mark.slow
def test_this_process_imports_no_llama_cpp_numpy_or_pillow_on_its_account():
    script = f"""
import asyncio, io, sys, localalt
from pathlib import Path
path = Path({str(PATH)!r})
def check(what):
    heavy = [name for name in ("llama_cpp", "numpy", "PIL", "ctypes.wintypes") if name in sys.modules]
    print(what, heavy)
def attempt(image, **options):
    try:
        describer.describe(image, **options)
    except localalt.LocalAltError as error:
        pass
with localalt.load("selftest", device="cpu", isolation="process") as describer:
    check("loaded")
    for image in (path, str(path), "no-such.png", path.read_bytes(), bytearray(path.read_bytes()), path.open("rb"),
                  io.BytesIO(b"nothing"), io.BytesIO(b""), io.StringIO("x"), b"", 12, None, memoryview(b"x" * 8)[::2]):
        attempt(image)
    check("sources")
    attempt(path, context="x" * 9000)
    attempt(path, context="x", facts={{"place": "Rome"}}, metadata=True, language="de", max_chars=90, also=["long"],
            platform="bluesky", candidates=2, checks="full", existing="image of it", on_existing="check")
    attempt(path, purpose="decorative")
    attempt(path, language="de", existing="Ein Haus mit rotem Dach steht vor einem Wald.")
    check("options")
    list(describer.stream(path))
    list(describer.describe_many([path, b"x"], on_error="return"))
    asyncio.run(describer.adescribe(path))
    describer.plan, describer.model, describer.notices, repr(describer)
    check("ways")
check("closed")
"""
    assert output_of(script) == [f"{what} []" for what in ("loaded", "sources", "options", "ways", "closed")]


@pytest.mark.parametrize("folder", ["isolation", "worker"])
def test_nothing_there_can_make_code_of_data(folder):
    forbidden = ("pickle", "marshal", "multiprocessing", "shelve", "socket", "eval(", "exec(", "http.server", "yaml")
    modules = list((ROOT / "localalt" / folder).glob("*.py"))
    assert len(modules) > 4
    for module in modules:
        lines = module.read_text(encoding="utf-8").splitlines()
        code = [line for line in lines if line.lstrip().startswith(("import ", "from ")) or "(" in line]
        assert not [line for line in code for word in forbidden if word in line.replace("ctypes.", "")], module


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux")
def test_no_port_is_opened_on_either_side(in_child):
    (place,) = in_child._service._here().pool._places
    before = sockets(os.getpid())
    assert in_child.describe(PATH).text
    assert sockets(place.worker.process.pid) == []
    assert sockets(os.getpid()) == before


def sockets(pid):
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # it is closed meanwhile
            target = str(link.readlink())
            found += [target] if target.startswith("socket:") else []
    return found


# --- messages ---


def packed(image, **options):
    return pack(image, lambda: GEOMETRY, **{"detail": "high", "wants_hints": False, **options})


def test_a_path_is_absolute_and_its_file_is_not_touched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = packed("no/such.png")
    assert (message.body["path"], message.buffers) == (str(tmp_path / "no" / "such.png"), ())
    assert unpack(message) == sources.Named(str(tmp_path / "no" / "such.png"), "no/such.png")


def test_bytes_are_handed_on_and_those_that_may_change_are_copied():
    assert packed(DATA).buffers[0] is DATA
    data = bytearray(DATA)
    message = packed(data)
    data[:4] = b"xxxx"
    assert message.buffers[0] == DATA


@pytest.mark.parametrize("name", ["RGB", "mirrored", "column by column", "masked", "grey of three sides"])
def test_an_array_arrives_as_it_is(name):
    array = ARRAYS[name]
    assert np.array_equal(unpack(packed(array)), np.asarray(array).squeeze())


def test_an_image_arrives_ready_with_what_is_known_of_it():
    picture = unpack(packed(animated(1), wants_hints=True))
    assert picture.pixels.flags.c_contiguous
    assert (picture.source, picture.original_size, picture.tier) == ("<image>", (96, 64), "high")
    assert [notice.name for notice in unpack(packed(Image.new("RGBA", (9, 9)))).notices] == ["transparent"]
    assert type(picture.hints).__name__ == "Hints"


def test_where_an_array_lies_it_is_read_in_place_and_a_picture_that_is_ready_is_not():
    lies = bytearray(ARRAY.tobytes())
    for image, is_in_place in [(ARRAY, True), (Image.fromarray(ARRAY), False)]:
        message = packed(image)
        lies[:] = message.buffers[0].tobytes().ljust(len(lies), b"\0")
        view = memoryview(lies)[: message.buffers[0].nbytes].toreadonly()
        unpacked = unpack(dataclasses.replace(message, buffers=(view,)))
        pixels = unpacked if is_in_place else unpacked.pixels
        before = pixels.copy()
        lies[:] = bytes(len(lies))
        assert np.array_equal(pixels, before) is not is_in_place


def test_of_what_no_model_is_asked_about_the_name_is_enough():
    array = np.zeros((2, 2), np.float64)
    for image, name in [(DATA, "<bytes>"), (array, "<array>"), (7, "<image>"), (io.BytesIO(DATA), "<file>")]:
        message = pack_name(image)
        assert (message.body, message.buffers) == ({"name": name}, (b"",))
