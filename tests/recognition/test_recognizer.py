"""The OCR engine itself, on drawn writing: what it reads, that it sends and fetches nothing, and how it is ended."""

import socket
import threading
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from localalt.image.reader import PictureReader
from localalt.recognition import sessions
from localalt.recognition.look import look_with
from localalt.recognition.reading import StopReadingError
from localalt.recognition.recognizer import MOST_PIXELS, Recognizer
from localalt.types import ImageGeometry

pytest.importorskip("rapidocr")
pytest.importorskip("onnxruntime")


def drawn(*lines, size=32):
    font = ImageFont.load_default(size)
    image = Image.new("RGB", (900, 60 + 2 * size * len(lines)), "white")
    for at, line in enumerate(lines):
        ImageDraw.Draw(image).text((40, 30 + 2 * size * at), line, fill="black", font=font)
    return np.asarray(image)


@pytest.fixture(scope="module")
def offline():
    """No connection can be made, nor a name looked up, nor rapidocr's downloader used."""
    from rapidocr.utils.download_file import DownloadFile

    def refuse(*_, **__):
        raise AssertionError("the network was tried")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket, "create_connection", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(DownloadFile, "run", refuse)
        yield


@pytest.fixture(scope="module")
def recognizer(offline):
    recognizer = Recognizer(2)
    yield recognizer
    recognizer.close()


def read(recognizer, pixels):
    reading = recognizer.read(pixels, lambda: False)
    assert not reading.fault
    return reading


def test_it_reads_from_the_top_to_the_bottom_without_a_network_and_writes_nothing_about_it(recognizer, capfd):
    reading = read(recognizer, drawn("Opened in 1962", "Ticket 4,518.07"))
    assert capfd.readouterr() == ("", "")
    assert reading.text == "Opened in 1962\nTicket 4,518.07"
    assert reading.seconds > 0
    (first, second) = reading.lines
    assert 0 <= first.box[1] < first.box[3] <= second.box[1] + 0.1 < second.box[3] <= 1


def test_a_picture_without_writing_has_no_lines(recognizer):
    assert read(recognizer, np.full((300, 400, 3), 200, np.uint8)).lines == ()


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 3), (900, 3, 3)])
def test_the_smallest_pictures_are_read_as_well(recognizer, shape):
    assert read(recognizer, np.zeros(shape, np.uint8)).lines == ()


def test_its_alphabet_has_the_scripts_that_it_reads_and_not_the_others(recognizer):
    alphabet = read(recognizer, drawn("A")).alphabet
    assert set("AZaz09äéß中文東京かなカナ") <= alphabet
    assert alphabet.isdisjoint("Москваالعربيةहिन्दी한글")


def test_weights_that_are_missing_are_not_fetched(offline, monkeypatch):
    monkeypatch.setattr(sessions, "WEIGHTS", {**sessions.WEIGHTS, "Rec": "PP-OCRv9_rec.onnx"})
    reading = Recognizer(1).read(drawn("A"), lambda: False)
    assert reading.fault == "The OCR engine failed (rapidocr does not carry PP-OCRv9_rec.onnx)."


def test_what_nobody_waits_for_is_not_read(recognizer):
    with pytest.raises(StopReadingError):
        recognizer.read(drawn("A"), lambda: True)


def test_closing_ends_a_reading_in_its_middle():
    recognizer = Recognizer(1)
    read(recognizer, drawn("Warm"))
    long = np.concatenate([drawn(*["Line after line of this page has many words"] * 20)] * 2)
    began, ended = threading.Event(), []

    def work():
        began.set()
        try:
            recognizer.read(long, lambda: False)
        except StopReadingError as stopped:
            ended.append(stopped)

    thread = threading.Thread(target=work)
    thread.start()
    assert began.wait(30)
    time.sleep(0.05)
    recognizer.close()  # which waits until it has ended
    thread.join(60)
    assert len(ended) == 1
    with pytest.raises(StopReadingError):
        recognizer.read(long, lambda: False)


SMALL = ImageGeometry(square=None, token_px=32, min_tokens=1, max_tokens=16)


class Seen:
    """In place of a recognizer: the shapes of what it is to read."""

    def __init__(self):
        self.shapes = []

    def read(self, pixels, is_unwanted):
        self.shapes.append(pixels.shape)


@pytest.mark.parametrize("kind", ["path", "bytes", "file", "array", "image", "ready"])
def test_a_picture_is_read_again_at_its_own_size(tmp_path, kind):
    pixels, path, seen = drawn("Opened in 1962"), tmp_path / "page.png", Seen()
    Image.fromarray(pixels).save(path)
    with path.open("rb") as file:
        sources = {"path": path, "bytes": path.read_bytes(), "file": file, "array": pixels}
        if kind == "ready":  # by another process, whose own it is
            sources["ready"] = PictureReader(pixels, SMALL).whole()
        reader = PictureReader(sources[kind] if kind in sources else Image.open(path), SMALL, is_read_again=True)
        first = reader.whole()
    look_with(seen, reader, lambda: False)
    assert first.pixels.size <= 16 * 32 * 32 * 3
    assert seen.shapes == [first.pixels.shape if kind == "ready" else pixels.shape]


def test_a_large_picture_is_reduced_to_what_an_engine_reads_whatever_its_shape():
    for width, height in [(6000, 4000), (800, 12_000)]:
        reader = PictureReader(Image.new("RGB", (width, height)), SMALL, is_read_again=True)
        reader.whole()
        high, wide, _ = reader.large(MOST_PIXELS).shape
        assert 0.95 * MOST_PIXELS < high * wide <= MOST_PIXELS
        assert wide / high == pytest.approx(width / height, rel=0.01)


def test_a_file_that_is_gone_when_its_writing_is_wanted_is_a_fault(tmp_path):
    path = tmp_path / "gone.png"
    Image.fromarray(drawn("A")).save(path)
    reader = PictureReader(path, SMALL, is_read_again=True)
    reader.whole()
    path.unlink()
    assert "gone.png" in look_with(Seen(), reader, lambda: False).fault
