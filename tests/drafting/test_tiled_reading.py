"""Pages of small writing: what is asked tile by tile, and what comes of it, with and without a model."""

from __future__ import annotations

import dataclasses
import io
import threading

import numpy as np
import pytest
from PIL import Image

import localalt
from localalt.describer.loading import load_model
from localalt.drafting.dialogue import ALT, PROOF, Dialogue, QuestionKey
from localalt.drafting.task import make_task
from localalt.errors import EngineError
from localalt.image.tiles import Tile, Tiling
from localalt.prompting.builtin import NO_TEXT
from localalt.prompting.presets import PRESETS
from localalt.request import Question, Request
from localalt.types import ImageGeometry
from tests.support.engine_probe import EngineProbe
from tests.support.fake_engine import FakeEngine, fake_model
from tests.support.pages import page

GOOD = "A printed page with a column of short lines about a harbour and its ships."
CLAIM = "A printed page about the harbour of 1912, with a column of short lines."
PRINT = ImageGeometry(square=None, token_px=32, min_tokens=8, max_tokens=256)
TILES = (Tile((0, 0, 10, 10)), Tile((0, 8, 10, 20), 1), Tile((0, 18, 10, 30), 1))


def key_of(kind, tile=None):
    return QuestionKey(kind, tile=tile)


class Script:
    """Asks a dialogue's questions of a table of answers by key; an error in the table is a question that failed."""

    def __init__(self, answers, options=None, tiles=TILES):
        self.dialogue = Dialogue(make_task(options or {}, PRESETS["gemma3"]), is_detailed=True, tiles=tiles)
        self.asked = []
        coming = self.dialogue.begin()
        while coming:
            key = coming.pop(0).key
            self.asked.append(key)
            answer = answers[key]
            if isinstance(answer, Exception):
                assert not self.dialogue.needs(key)
                coming += self.dialogue.miss(key, str(answer))
            else:
                coming += self.dialogue.take(key, answer, "stop")
        assert self.dialogue.is_done

    @property
    def text(self):
        return self.dialogue.also("text")


def tiles_of(kind, *answers):
    return {key_of(kind, index): answer for index, answer in enumerate(answers)}


def names(notices):
    return [notice.name for notice in notices]


# --- what is asked ---


def test_the_text_is_asked_for_tile_by_tile_after_the_alt_text_of_the_whole():
    answers = {ALT: GOOD, **tiles_of("text", "one\ntwo", "two\nthree", "three\nfour")}
    script = Script(answers, {"also": ("text",)})
    assert script.asked == list(answers)
    assert script.text.text == "one\ntwo\nthree\nfour"
    assert script.text.notices == ()
    assert script.text.keys == tuple(tiles_of("text", 1, 2, 3))


@pytest.mark.parametrize("checks", ["off", "lint", "full"])
def test_the_text_is_read_in_tiles_whatever_the_checks(checks):
    answers = {ALT: CLAIM, **tiles_of("text", "one", "one\n1912", "1912\nharbour")}
    script = Script(answers, {"also": ("text",), "checks": checks})
    assert script.asked == list(answers)
    assert script.text.text == "one\n1912\nharbour"


def test_without_claims_and_without_a_wish_no_tile_is_read():
    assert Script({ALT: GOOD}).asked == [ALT]


def test_a_proof_reads_tiles_until_every_claim_is_found():
    script = Script({ALT: CLAIM, **tiles_of("proof", "the harbour", "the harbour\nof 1912")})
    assert script.asked == [ALT, *tiles_of("proof", 0, 1)]
    assert names(script.dialogue.alt().notices) == []
    assert script.dialogue.alt().keys == (ALT, *tiles_of("proof", 0, 1))


def test_a_claim_that_no_tile_has_keeps_its_warning():
    script = Script({ALT: CLAIM, **tiles_of("proof", "a", "b", "c")})
    assert script.asked == [ALT, *tiles_of("proof", 0, 1, 2)]
    (notice,) = script.dialogue.alt().notices
    assert notice.name == "unsupported-number"
    assert "nor the text in the picture" in notice.message


def test_tiles_without_text_count_as_nothing():
    script = Script({ALT: GOOD, **tiles_of("text", NO_TEXT, "two", NO_TEXT)}, {"also": ("text",)})
    assert (script.text.text, script.text.notices) == ("two", ())
    script = Script({ALT: GOOD, **tiles_of("text", NO_TEXT, NO_TEXT, NO_TEXT)}, {"also": ("text",)})
    assert (script.text.text, names(script.text.notices)) == ("", ["no-text"])


def test_a_tile_that_fails_is_named_and_the_others_are_there():
    answers = {ALT: GOOD, **tiles_of("text", "one\ntwo", EngineError("The cache is full."), "three\nfour")}
    script = Script(answers, {"also": ("text",)})
    assert script.text.text == "one\ntwo\n\nthree\nfour"
    (notice,) = script.text.notices
    assert notice.name == "part-missing"
    assert "Part 2 of 3" in notice.message
    assert "The cache is full." in notice.message
    assert script.text.keys == (key_of("text", 0), key_of("text", 2))


def test_where_no_tile_can_be_read_the_whole_is_asked_about():
    failed = EngineError("No.")
    answers = {ALT: GOOD, **tiles_of("text", failed, failed, failed), key_of("text"): "what can be read"}
    script = Script(answers, {"also": ("text",)})
    assert script.text.text == "what can be read"
    assert script.text.keys == (key_of("text"),)
    proof = Script({ALT: CLAIM, **tiles_of("proof", failed, failed, failed), PROOF: "in 1912"})
    assert names(proof.dialogue.alt().notices) == []


# --- from the file to the text ---


@pytest.fixture(scope="module")
def small_print():
    return page((900, 1300), 13).image


class Reader:
    """A model that reads: of each tile what the test says; of the whole nothing but that it is a page."""

    def __init__(self, *copies):
        self.copies = list(copies)
        self.n_asked = 0

    def __call__(self, _question):
        self.n_asked += 1
        if self.n_asked == 1:
            return GOOD
        copy = self.copies[self.n_asked - 2]
        if isinstance(copy, Exception):
            raise copy
        return copy


def loaded(engine, **changes):
    return dataclasses.replace(fake_model(engine), geometry=PRINT, **changes)


def test_each_tile_is_a_request_of_its_own_and_all_times_count(small_print, caplog):
    caplog.set_level("INFO", "localalt.run_log")
    engine = FakeEngine(Reader("one\ntwo\nthree", "two\nthree\nfour", "three\nfour\nfive", "six"))
    with localalt.Describer.from_loaded(loaded(engine)) as describer:
        alt = describer.describe(small_print, also=("text",), detail="high")
    whole, *tiles = engine.requests
    assert len(tiles) == alt.also["text"].timings.n_tiles == alt.also["text"].timings.n_answers >= 2
    assert (alt.timings.n_tiles, alt.timings.n_answers) == (0, 1)
    assert all(tile.pixels is not None and len(tile.questions) == 1 for tile in tiles)
    assert alt.also["text"].raw.startswith("one\ntwo\nthree\n\ntwo")
    assert alt.to_dict()["also"]["text"]["timings"]["n_tiles"] == len(tiles)
    assert engine.n_held == 0
    assert whole.pixels is not None
    assert f"is read in {len(tiles)} tiles" in caplog.text
    assert f", {len(tiles)} tiles" in caplog.text


@pytest.mark.parametrize(
    "options", [{"detail": "low"}, {"checks": "off"}, {"checks": "lint"}, {"checks": "full"}], ids=str
)
def test_nothing_is_read_in_tiles_that_nobody_asked_for(small_print, options):
    engine = FakeEngine(Reader())
    with localalt.Describer.from_loaded(loaded(engine)) as describer:
        alt = describer.describe(small_print, **{"detail": "high", **options})
    assert engine.n_asked == 1
    assert ("small-writing" in names(alt.warnings)) == (options == {"checks": "lint"})


def test_benchmarks_of_a_number_of_tokens_read_no_tiles(small_print):
    engine = FakeEngine(lambda _: "one")
    with localalt.Describer.from_loaded(loaded(engine, exact_tokens=4)) as describer:
        alt = describer.describe(small_print, also=("text",))
    assert len(engine.requests) == 1
    assert alt.also["text"].timings.n_tiles == 0


def test_a_file_object_is_read_once_for_all(small_print):
    data = io.BytesIO()
    small_print.save(data, "PNG")
    data.seek(0)
    engine = FakeEngine(Reader("one", "two", "three", "four"))
    with localalt.Describer.from_loaded(loaded(engine)) as describer:
        alt = describer.describe(data, also=("text",), detail="high")
    assert alt.also["text"].timings.n_tiles >= 2


def test_a_file_that_goes_meanwhile_leaves_what_was_read(small_print, tmp_path):
    path = tmp_path / "page.png"
    small_print.save(path)
    read = Reader("one", "two")

    def answer(question):
        if read.n_asked == 1:
            path.unlink()  # while the first tile is asked about
        return read(question)

    with localalt.Describer.from_loaded(loaded(FakeEngine(answer))) as describer:
        alt = describer.describe(path, also=("text",), detail="high")
    assert alt.also["text"].text == "one"
    assert set(names(alt.also["text"].warnings)) == {"part-missing"}


def test_a_tile_that_the_engine_fails_at_is_named(small_print):
    engine = FakeEngine(Reader("one", EngineError("The cache is full."), "three", "four"))
    with localalt.Describer.from_loaded(loaded(engine)) as describer:
        alt = describer.describe(small_print, also=("text",), detail="high")
    assert names(alt.also["text"].warnings) == ["part-missing"]
    assert engine.n_held == 0


@pytest.mark.parametrize("how", ["cancel", "close", "deadline"])
def test_a_job_that_ends_between_tiles_asks_no_more(small_print, how):
    is_there, may_go_on = threading.Event(), threading.Event()
    read = Reader(*["one"] * 12)

    def answer(question):
        if read.n_asked == 2:
            is_there.set()
            assert may_go_on.wait(60)
        return read(question)

    engine = FakeEngine(answer)
    describer = localalt.Describer.from_loaded(loaded(engine))
    job = describer._service.jobs({"also": ("text",), "detail": "high"})(small_print)
    job.run()
    assert is_there.wait(60)
    if how == "cancel":
        job.cancel()
    elif how == "deadline":
        job.end(localalt.TimedOutError("It took too long."))
    else:
        describer.close()
    may_go_on.set()
    with pytest.raises(BaseException, match=r".*"):
        job.done.result(60)
    describer.close()
    assert len(engine.requests) <= 3
    assert engine.n_held == 0


# --- with a model ---


def two_in_one(expected):
    """A picture made of two examples, one below the other; the tiles that they are; their texts."""
    (above, one), (below, other) = [(path, text) for path, text in expected.items() if path.suffix == ".png"][:2]
    images = [Image.open(path).convert("RGB") for path in (above, below)]
    width, height = max(image.width for image in images), sum(image.height for image in images)
    both = Image.new("RGB", (width, height), "white")
    both.paste(images[0], (0, 0))
    both.paste(images[1], (0, images[0].height))
    split = images[0].height
    tiles = (
        Tile((0, 0, images[0].width, split)),
        Tile((0, split, images[1].width, height)),
    )
    return both, tiles, [one, other]


@pytest.fixture
def tiled(monkeypatch, expected):
    """A picture that is read in two tiles, and their texts."""
    both, tiles, texts = two_in_one(expected)
    monkeypatch.setattr("localalt.image.processor.tiling", lambda *_: Tiling(tiles, 12.0, 4.0))
    return both, texts


@pytest.mark.parametrize("isolation", ["none", "process"])
def test_the_known_answer_model_reads_each_tile_by_itself(tiled, isolation):
    """In another process as well: of an image that only its owner has, all pixels go there."""
    both, texts = tiled
    with localalt.load("selftest", device="cpu", n_seq_max=2, isolation=isolation) as describer:
        alts = list(describer.describe_many([both] * 3, also=("text",), detail="max"))
        with describer.stream(both, also=("text",), detail="max") as stream:
            pieces = "".join(stream)
            alts.append(stream.result)
    for alt in alts:
        assert alt.also["text"].text.split("\n\n") == texts
        assert alt.also["text"].timings.n_tiles == 2
    assert pieces.strip() == alts[-1].text


def test_what_comes_from_a_file_is_the_same(tiled, tmp_path):
    both, texts = tiled
    both.save(tmp_path / "both.png")
    with localalt.load("selftest", device="cpu", n_seq_max=2) as describer:
        for source in (tmp_path / "both.png", (tmp_path / "both.png").read_bytes(), np.asarray(both)):
            alt = describer.describe(source, also=("text",), detail="max")
            assert alt.also["text"].text.split("\n\n") == texts


def test_a_tile_comes_before_all_pictures_that_wait():
    """Somebody has waited for the rest of its picture, and what was read of it is in memory."""
    loaded = load_model("selftest", {"device": "cpu", "n_seq_max": 1})
    probe, ended = EngineProbe(loaded.engine), []
    with localalt.Describer.from_loaded(loaded):
        probe.hold()
        pixels = np.full((64, 64, 3), 255, np.uint8)
        futures = []
        for name, goes_first in (("one", False), ("another", False), ("tile", True)):
            request = Request((("", False),), pixels, (Question((("What is this?", False),), max_tokens=2),))
            (ticket,) = loaded.engine.submit(request, goes_first=goes_first)
            ticket.future.add_done_callback(lambda _, name=name: ended.append(name))
            futures.append(ticket.future)
        probe.open()
        for future in futures:
            future.result(60)
    assert ended == ["tile", "one", "another"]
