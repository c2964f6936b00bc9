"""From the picture to the draft: what an OCR engine reads decides about claims, wherever the model runs."""

import threading

import pytest
from PIL import Image, ImageDraw, ImageFont

import localalt
from localalt.describer.describer import Describer
from localalt.recognition.reading import Reading, StopReadingError
from localalt.recognition.recognizer import Recognizer
from tests.support.fake_engine import FakeEngine, fake_model
from tests.support.readings import reading_of

pytest.importorskip("rapidocr")
pytest.importorskip("onnxruntime")

DRAFT = "A brass plate on a brick wall that says it was founded in 1962."


@pytest.fixture
def plate(tmp_path):
    image = Image.new("RGB", (1400, 900), "tan")
    ImageDraw.Draw(image).text((500, 420), "Founded 1962", fill="black", font=ImageFont.load_default(40))
    image.save(tmp_path / "plate.png")
    return tmp_path / "plate.png"


def warned(alt):
    return [notice.name for notice in alt.warnings if notice.name.startswith("unsupported")]


@pytest.fixture
def fake():
    """A Describer that answers with `DRAFT`, and its engine; of any transcription it says that there is no text."""
    engine = FakeEngine()
    engine.answer = lambda _: "No text." if engine.later else DRAFT
    with Describer.from_loaded(fake_model(engine)) as describer:
        yield describer, engine


@pytest.fixture
def read(monkeypatch):
    """Sets what the OCR engine reads, which is then not loaded."""

    def set_reading(reading):
        monkeypatch.setattr(Recognizer, "read", lambda *_: reading)

    return set_reading


def test_what_is_written_in_the_picture_needs_no_warning_and_no_transcription(fake, plate):
    describer, engine = fake
    alt = describer.describe(plate)
    assert (alt.text, warned(alt), engine.n_asked) == (DRAFT, [], 1)
    assert alt.timings.ocr_s > 0
    assert alt.to_dict()["timings"]["ocr_s"] == alt.timings.ocr_s
    assert engine.n_held == 0


def test_what_is_not_written_there_is_to_be_checked(fake, plate, read):
    describer, engine = fake
    read(reading_of("Founded 1692"))
    assert warned(describer.describe(plate)) == ["unsupported-number"]
    assert engine.n_asked == 1
    assert [warned(alt) for alt in describer.describe_many([plate] * 3)] == [["unsupported-number"]] * 3


def test_off_is_as_without_it(fake, plate, monkeypatch):
    describer, engine = fake
    monkeypatch.setattr(Recognizer, "read", lambda *_: pytest.fail("it was read"))
    alt = describer.describe(plate, ocr="off")
    assert (warned(alt), engine.n_asked, alt.timings.ocr_s) == (["unsupported-number"], 2, 0.0)


def test_what_assists_is_in_the_question_and_not_enough(fake, plate, read):
    describer, engine = fake
    read(reading_of("Founded 1962"))
    alt = describer.describe(plate, ocr="assist")
    words = "".join(text for text, _ in engine.requests[0].questions[0].parts)
    assert "perhaps with errors: Founded 1962" in words
    assert (warned(alt), engine.n_asked) == (["unsupported-number"], 2)
    assert "the model's own transcription does not" in alt.warnings[-1].message


def test_an_engine_that_fails_costs_nothing_but_its_help(fake, plate, read):
    describer, engine = fake
    read(Reading((), fault="The OCR engine failed (no memory)."))
    alt = describer.describe(plate)
    assert (alt.text, engine.n_asked) == (DRAFT, 2)
    assert [notice.message for notice in alt.warnings if notice.name == "ocr-failed"] == [
        "The OCR engine failed (no memory). The draft was checked without it."
    ]


class Slow:
    """An OCR engine that reads until nobody waits for it any more."""

    def __init__(self, monkeypatch):
        self.began, self.ended = threading.Event(), threading.Event()
        monkeypatch.setattr(Recognizer, "read", lambda _, __, is_unwanted: self.read(is_unwanted))

    def read(self, is_unwanted):
        self.began.set()
        while not is_unwanted():
            self.ended.wait(0.01)
        self.ended.set()
        raise StopReadingError


@pytest.mark.parametrize("ocr", ["check", "assist"])
def test_a_deadline_ends_a_reading(fake, plate, monkeypatch, ocr):
    describer, engine = fake
    slow = Slow(monkeypatch)
    with pytest.raises(localalt.TimedOutError):
        describer.describe(plate, ocr=ocr, timeout_s=0.5)
    assert slow.ended.wait(30)
    (error,) = describer.describe_many([plate], ocr=ocr, timeout_s=0.5, on_error="return")
    assert isinstance(error, localalt.TimedOutError)
    assert engine.n_held == 0


def test_whoever_gives_up_ends_a_reading(fake, plate, monkeypatch):
    describer, engine = fake
    slow = Slow(monkeypatch)
    stream = describer.stream(plate)
    assert "".join(stream) == DRAFT
    assert slow.began.wait(30)
    stream.close()
    assert slow.ended.wait(30)
    assert engine.n_held == 0


def test_closing_ends_a_reading(fake, plate, monkeypatch):
    describer, _ = fake
    slow = Slow(monkeypatch)
    stream = describer.stream(plate)
    assert slow.began.wait(30)
    describer.close()
    assert slow.ended.wait(30)
    with pytest.raises(localalt.ClosedError):
        _ = stream.result


@pytest.mark.slow
@pytest.mark.parametrize("isolation", ["none", "process"])
def test_it_reads_where_the_model_runs(expected, isolation):
    """The known-answer model copies a sign's word, which the OCR engine then finds: one answer, no warning."""
    path, text = next(each for each in expected.items() if '"' in each[1])
    with localalt.load("selftest", device="cpu", isolation=isolation) as describer:
        alt = describer.describe(path, checks="full", ocr="check")
        assert (alt.text, alt.timings.n_answers, warned(alt)) == (text, 1, [])
        assert alt.timings.ocr_s > 0
        with Image.open(path) as image:  # of this process, and sent as pixels
            assert describer.describe(image.copy(), checks="full", ocr="check").timings.n_answers == 1
