"""A model in a child has the same interface as one in this process: the same texts, warnings, times and errors."""

import asyncio
import contextlib
import copy
import dataclasses
import functools
import gc
import io
import itertools
import json
import pickle
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import localalt
from localalt import selftest
from localalt.errors.wording import Message
from localalt.prompting.builtin import PROMPTS
from localalt.request import Sampling
from tests.support.contract import seen, without_times
from tests.support.hub import wait_until

pytestmark = pytest.mark.slow

LONG = "word " * 3000


@pytest.fixture
def picture(expected):
    """(path, true text) of one example."""
    return next(iter(expected.items()))


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    return path


def load(kind, **options):
    return localalt.load("selftest", device="cpu", isolation=kind, **options)


N_TOKENS = 100


@pytest.fixture(scope="module")
def slow_describers():
    with contextlib.ExitStack() as stack:
        load_one = functools.cache(lambda kind: stack.enter_context(load(kind, n_seq_max=1, exact_tokens=N_TOKENS)))
        yield load_one


@pytest.fixture
def slow(slow_describers, kind):
    """The Describer of each kind with one slot and long answers. Do not close it."""
    return slow_describers(kind)


class Text(str):
    """A text of somebody's own class."""


class Request(localalt.Prompt):
    """A prompt of somebody's own class."""


# --- the ways to ask ---


def test_every_example_picture_gets_its_true_text(shared, expected):
    assert [alt.text for alt in shared.describe_many(expected)] == list(expected.values())
    assert [shared.describe(path).text for path in itertools.islice(expected, 2)] == list(expected.values())[:2]


@pytest.mark.parametrize("kind_of_pixels", ["RGB", "RGBA", "L", "mirrored", "file", "image"])
def test_pictures_of_megabytes_are_described_the_same(same, picture, kind_of_pixels):
    with Image.open(picture[0]) as opened:
        large = opened.convert("RGB").resize((1200, 1000), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    large.save(file, "BMP")
    sources = {
        "file": file.getvalue(),
        "image": large.resize((4000, 4000)),
        "mirrored": np.asarray(large)[..., 0][:, ::-1],
    }
    source = sources.get(kind_of_pixels)
    if source is None:
        source = np.asarray(large.convert(kind_of_pixels))
    for _ in range(2):
        same(lambda describer: describer.describe(source, detail="high"))
    same(lambda describer: list(describer.describe_many([source, picture[0]] * 4)))


def test_as_completed_says_which_picture_each_text_is_of(shared, expected):
    found = dict(shared.as_completed(expected))
    assert [found[index].text for index in range(len(expected))] == list(expected.values())


def test_asyncio_gets_one_text_and_many(shared, expected):
    async def one_and_many():
        first = await shared.adescribe(next(iter(expected)))
        return [first.text, *[alt.text async for alt in shared.adescribe_many(expected)]]

    texts = list(expected.values())
    assert asyncio.run(one_and_many()) == [texts[0], *texts]


def test_many_pictures_give_texts_and_errors_in_their_order(same, picture, broken):
    pictures = [picture[0], broken, "no-such.png", picture[0]]
    outcome = same(lambda describer: list(describer.describe_many(pictures, on_error="return")))
    assert [type(each).__name__ for each in outcome[1]] == ["AltText", "tuple", "tuple", "AltText"]
    outcome = same(lambda describer: dict(describer.as_completed(pictures, on_error="return"))[2])
    assert outcome[1][0] is localalt.ImageNotFoundError
    same(lambda describer: list(describer.describe_many(pictures)))


def test_an_error_of_the_iterable_is_raised_as_it_is(same, picture):
    def pictures():
        yield picture[0]
        raise KeyError("no more")

    outcome = same(lambda describer: list(describer.describe_many(pictures(), on_error="return")))
    assert outcome[1][0] is KeyError


def test_many_pictures_can_be_left_early(shared, picture):
    taken = itertools.count()
    results = shared.describe_many(picture[0] for _ in taken)
    assert next(results).text == picture[1]
    results.close()
    assert next(taken) < 64
    assert shared.describe(picture[0]).text == picture[1]


# --- streams ---


def test_a_stream_has_the_same_pieces_and_the_same_result(same, picture):
    def stream(describer):
        pieces = describer.stream(picture[0])
        return [*pieces, pieces.result]

    outcome = same(stream)
    assert len(outcome[1]) > 4
    assert "".join(outcome[1][:-1]) == outcome[1][-1].raw


@pytest.mark.parametrize(
    ("source", "options", "error"),
    [
        ("no-such.png", {}, localalt.ImageNotFoundError),
        (b"", {}, localalt.ImageFormatError),
        (12, {}, localalt.ImageFormatError),
        (None, {}, localalt.ImageFormatError),
        (None, {"context": 3}, localalt.OptionError),
        ("picture", {"timeout_s": 1e-9}, localalt.TimedOutError),
    ],
    ids=str,
)
def test_a_stream_that_cannot_begin_is_an_error_at_the_call(shared, picture, source, options, error):
    with pytest.raises(error):
        shared.stream(picture[0] if source == "picture" else source, **options)


def test_a_stream_of_a_context_that_is_too_long_is_the_same_error(same, picture):
    outcome = same(lambda describer: list(describer.stream(picture[0], context=LONG)))
    assert outcome[1][0] is localalt.ContextTooLongError


def test_a_closed_stream_has_no_result_and_a_forgotten_one_frees_its_slot(slow, picture):
    with slow.stream(picture[0]) as stream:
        next(stream)
    with pytest.raises(localalt.ClosedError, match="This stream was closed"):
        assert stream.result
    with pytest.raises(localalt.ClosedError, match="This stream was closed"):
        list(stream)
    forgotten = slow.stream(picture[0])
    next(forgotten)
    del forgotten
    gc.collect()
    assert slow.describe(picture[0]).timings.n_output_tokens == N_TOKENS


def test_a_stream_about_which_no_model_is_asked_has_no_pieces(same, picture):
    def stream(describer):
        pieces = describer.stream(picture[0], purpose="decorative")
        return [*pieces, pieces.result]

    assert [each.verdict for each in same(stream)[1]] == ["decorative"]


# --- what a Describer says of itself ---


def test_both_are_the_same_model_with_the_same_plan_and_notices(describer, in_child):
    assert in_child.model == describer.model
    here, there = (dataclasses.replace(each.plan, reasons=()) for each in (describer, in_child))
    assert (there, type(there.memory), type(there.devices)) == (here, type(here.memory), type(here.devices))
    assert [str(each) for each in in_child.notices] == [str(each) for each in describer.notices]
    assert in_child.load_s > 0


def test_closing_ends_what_is_under_way_in_every_way_to_ask_and_all_that_comes_later(kind, picture):
    describer = load(kind, n_seq_max=1, exact_tokens=400)
    assert repr(describer) == "<Describer selftest (loaded)>"
    said = describer.model, describer.notices, describer.plan.n_seq_max, describer.load_s
    errors = []

    def note(call):
        try:
            call()
        except localalt.LocalAltError as error:
            errors.append((type(error), str(error)))

    async def many():
        return [alt async for alt in describer.adescribe_many([picture[0]])]

    calls = [
        lambda: describer.describe(picture[0]),
        lambda: list(describer.stream(picture[0])),
        lambda: list(describer.describe_many([picture[0]] * 9, on_error="return")),
        lambda: asyncio.run(describer.adescribe(picture[0])),
        lambda: asyncio.run(many()),
    ]
    stream = describer.stream(picture[0])
    next(stream)
    threads = [threading.Thread(target=note, args=(call,)) for call in (lambda: list(stream), *calls)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)  # the picture takes ten times that on a fast machine
    with describer:
        pass
    describer.close()
    for thread in threads:
        thread.join(60)
    meanwhile = "The Describer was closed before this picture was finished: load a new one."
    later = "This Describer is closed: load a new one."
    # A thread may have begun only after the closing.
    assert (localalt.ClosedError, meanwhile) in errors
    assert set(errors) <= {(localalt.ClosedError, meanwhile), (localalt.ClosedError, later)}
    assert len(errors) == len(threads)
    errors.clear()
    for call in calls:
        note(call)
    assert errors == [(localalt.ClosedError, later)] * len(calls)
    assert repr(describer) == "<Describer selftest (closed)>"
    assert (describer.model, describer.notices, describer.plan.n_seq_max, describer.load_s) == said


def test_a_describer_cannot_be_copied(describer, in_child):
    for copied in (copy.deepcopy, pickle.dumps):
        here, there = seen(lambda: copied(describer)), seen(lambda: copied(in_child))  # noqa: B023
        assert (there[0], there[1][0]) == (here[0], here[1][0]) == ("raised", TypeError)


# --- results ---


def test_a_result_is_equal_but_for_times_and_can_be_sent_on(describer, in_child, picture):
    options = {"also": ["long", "text"], "candidates": 2, "existing": "image of a house.", "on_existing": "check"}
    here, there = (each.describe(picture[0], **options) for each in (describer, in_child))
    assert without_times(there) == without_times(here)
    assert pickle.loads(pickle.dumps(there)) == copy.deepcopy(there) == there
    assert json.loads(json.dumps(there.to_dict())).keys() == here.to_dict().keys()
    assert json.dumps(without_times(there).to_dict()) == json.dumps(without_times(here).to_dict())
    assert [type(each) for each in (there.also, there.warnings, there.candidates)] == [
        type(each) for each in (here.also, here.warnings, here.candidates)
    ]
    assert set(there.also) == {"long", "text", "draft"}


def test_the_warnings_of_all_results_are_the_describers_own_objects(shared, picture):
    options = {"existing": "image of a house.", "on_existing": "check", "also": ["long"]}
    for alt in (shared.describe(picture[0]), shared.describe(picture[0], **options)):
        for text in (alt, *alt.also.values()):
            assert [each for each in text.warnings if each in shared.notices] == list(shared.notices)
            assert all(any(each is own for each in text.warnings) for own in shared.notices)
    alt = shared.describe(picture[0], purpose="decorative")
    assert alt.warnings == ()


def test_a_warning_has_its_place_and_both_readings(same, tmp_path):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    path = tmp_path / "moving.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    options = {"existing": "image of a house.", "on_existing": "check", "max_chars": 20, "checks": "full"}
    outcome = same(lambda describer: describer.describe(path, **options))
    messages = outcome[2]
    assert "animated" in {name for *_, name, _ in messages}
    assert any(span is not None for *_, span in messages)
    messages = same(lambda describer: describer.describe(path, purpose="link", checks="full"))[2]
    ((kind, text, typed, *_),) = [each for each in messages if "target-unknown" in each]
    assert (kind, "facts=" in text, "--fact" in typed) == (Message, True, True)


def test_times_are_there_and_plausible(shared, picture, tmp_path):
    image = Image.open(picture[0]).resize((1200, 900))
    path = tmp_path / "large.png"
    image.save(path)
    for source in (path, path.read_bytes(), image, np.asarray(image)):
        alt = shared.describe(source, also=["long"])
        for times in (alt.timings, alt.also["long"].timings):
            assert times.load_s == shared.load_s > 0
            assert 0 < times.prepare_s < times.total_s
            assert 0 <= times.queue_s < times.total_s
            assert 0 < times.prefill_s < times.total_s
            assert 0 < times.ttft_s < times.total_s
            assert times.prepare_s + times.encode_s + times.prefill_s + times.decode_s <= times.total_s
            assert 0 < times.n_image_tokens < times.n_prompt_tokens
            assert times.n_output_tokens > times.n_answers >= 1
            assert times.decode_tps > 0 < times.prefill_tps


# --- options ---

OPTIONS = {
    "nothing": {},
    "None": dict.fromkeys(("context", "facts", "existing", "language", "max_chars", "platform", "timeout_s", "also")),
    "context": {"context": "Our flag, as of 2026"},
    "context of another class": {"context": Text("flag")},
    "context with odd characters": {"context": "a\udcffb\0\ufdd0c\ufdd1"},
    "facts": {"facts": {"people": ["Ann", "Bo"], "place": "Rome", "keywords": ("x",)}},
    "Facts": {"facts": localalt.Facts(people=["Ann"], date="2026")},
    "metadata": {"metadata": True},
    "purpose": {"purpose": "link"},
    "purpose of another class": {"purpose": Text("figure")},
    "decorative": {"purpose": "decorative"},
    "kept": {"existing": "A house with a red roof stands in front of a forest."},
    "kept in its language": {"existing": "Ein Haus mit rotem Dach steht vor einem Wald.", "language": "de"},
    "kept in another": {"existing": "Ein Haus mit rotem Dach steht vor einem Wald.", "language": "en"},
    "not kept": {"existing": "IMG_123.jpg"},
    "checked": {"existing": "A house.", "on_existing": "check"},
    "language": {"language": "de"},
    "language in words": {"language": "Swiss German"},
    "max_chars": {"max_chars": 20},
    "platform": {"platform": Text("Bluesky")},
    "prompt": {"prompt": "plain"},
    "detail": {"detail": "low"},
    "full": {"checks": "full", "context": "Ann"},
    "lint": {"checks": "lint"},
    "off": {"checks": Text("off")},
    "candidates": {"candidates": 3},
    "also": {"also": ["long", "text"]},
    "also in a set": {"also": {"long"}},
    "timeout_s": {"timeout_s": np.float64(60)},
    # wrong ones
    "unknown": {"contxt": "x"},
    "of load": {"device": "cpu"},
    "context of a number": {"context": 3},
    "context far too long": {"context": "word " * 100_000},
    "context too long": {"context": LONG},
    "facts unknown": {"facts": {"colour": "red"}},
    "facts of a list": {"facts": ["Ann"]},
    "metadata of a number": {"metadata": 1},
    "purpose unknown": {"purpose": "fun"},
    "purpose of a list": {"purpose": []},
    "decorative and also": {"purpose": "decorative", "also": ["long"]},
    "existing of bytes": {"existing": b"x"},
    "on_existing unknown": {"on_existing": "delete"},
    "language empty": {"language": ""},
    "max_chars 0": {"max_chars": 0},
    "max_chars of numpy": {"max_chars": np.int64(30)},
    "platform unknown": {"platform": "my space"},
    "prompt unknown": {"prompt": "plane"},
    "prompt missing": {"prompt": Path("no-such-prompt.txt")},
    "detail unknown": {"detail": "medium"},
    "checks unknown": {"checks": "some"},
    "candidates 0": {"candidates": 0},
    "candidates of numpy": {"candidates": np.int64(2)},
    "also as a text": {"also": "long"},
    "also unknown": {"also": ["novel"]},
    "timeout_s of numpy": {"timeout_s": np.float32(5)},
    "timeout_s NaN": {"timeout_s": float("nan")},
    "timeout_s infinite": {"timeout_s": float("inf")},
    "timeout_s huge": {"timeout_s": 10**400},
    "timeout_s tiny": {"timeout_s": 1e-9},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_does_the_same(same, picture, name):
    outcome = same(lambda describer: describer.describe(picture[0], **OPTIONS[name]))
    is_wrong = list(OPTIONS).index(name) >= list(OPTIONS).index("unknown")
    assert (outcome[0] == "raised") is is_wrong


def test_an_iterator_is_used_up_once(same, picture):
    def describe(describer):
        options = {"also": iter(["long"]), "facts": {"people": (name for name in ["Ann"])}}
        return list(describer.describe_many([picture[0]] * 3, **options))

    assert [list(alt.also) for alt in same(describe)[1]] == [["long"]] * 3


def test_options_are_those_of_the_call(shared, picture):
    also = ["long"]
    results = shared.describe_many([picture[0]] * 3, also=also)
    also.append("text")
    assert [list(alt.also) for alt in results] == [["long"]] * 3


@pytest.mark.parametrize("name", ["unknown", "context of a number", "max_chars 0"])
def test_a_wrong_option_is_reported_at_the_call(same, picture, name):
    outcome = same(lambda describer: describer.describe_many(iter(()), **OPTIONS[name]))
    assert outcome[1][0] is localalt.OptionError


def test_prompts_by_file_and_of_ones_own_do_the_same(same, picture, tmp_path):
    words, numbers = tmp_path / "words.txt", tmp_path / "numbers.json"
    words.write_text("Say what there is.")
    numbers.write_text(json.dumps({"instruction": "Say it.", "sampling": {"temperature": 0.7}, "max_tokens": 20}))
    plain = PROMPTS["plain"]
    drawn = Sampling(np.float64(0.5), 3, 0.9, 0.0, 0.0)
    own = Request(**{field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)})
    prompts = [
        words,
        str(numbers),
        own,
        dataclasses.replace(plain, name=Text("own"), sampling=drawn, seed=7, max_tokens=12),
        dataclasses.replace(plain, grammar='root ::= "a red house"'),
    ]
    for prompt in prompts:
        assert same(lambda describer: describer.describe(picture[0], prompt=prompt))[0] == "returned"  # noqa: B023
    for prompt in [
        dataclasses.replace(plain, grammar="root ::= ("),
        dataclasses.replace(plain, grammar="\0"),
        dataclasses.replace(plain, seed=-1),
        dataclasses.replace(plain, name=3),
        tmp_path,
    ]:
        assert same(lambda describer: describer.describe(picture[0], prompt=prompt))[0] == "raised"  # noqa: B023


def test_a_prompts_file_is_read_at_the_call_and_from_the_callers_folder(same, picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("words.txt").write_text("Say what there is.")
    outcome = same(lambda describer: describer.describe(picture[0], prompt="./words.txt"))
    assert outcome[0] == "returned"


def test_what_a_fixed_number_of_tokens_implies_is_the_same(slow):
    image = Image.new("RGB", (640, 480), "grey")
    for source in (image, np.asarray(image)):
        alt = slow.describe(source)
        assert (alt.timings.n_image_tokens, alt.timings.n_output_tokens) == (slow.plan.n_image_tokens, N_TOKENS)
        assert alt.finish_reason == "length"


# --- errors ---


def test_a_bad_picture_is_one_error_and_the_next_works(shared, picture, broken):
    for source, error in [
        (broken, localalt.ImageFormatError),
        ("no-such.png", localalt.ImageNotFoundError),
        (Image.new("L", (20_000, 20_000)), localalt.ImageTooLargeError),
    ]:
        with pytest.raises(error):
            shared.describe(source)
        assert shared.describe(picture[0]).text == picture[1]


def test_an_error_says_which_option_in_the_words_of_the_command_too(same, picture):
    outcome = same(lambda describer: describer.describe(picture[0], max_chars=0))
    _, (_, text, typed, *_) = outcome
    assert (text[:9], typed[:11]) == ("max_chars", "--max-chars")


def test_a_timeout_is_the_same_error_wherever_it_strikes(slow, picture):
    streams = []

    def stream():
        streams.append(slow.stream(picture[0], timeout_s=0.01))
        return list(streams[-1])

    def result():
        streams.append(slow.stream(picture[0], timeout_s=0.01))
        return streams[-1].result

    for call in (
        lambda: slow.describe(picture[0], timeout_s=0.01),
        lambda: asyncio.run(slow.adescribe(picture[0], timeout_s=0.01)),
        lambda: list(slow.describe_many([picture[0]], timeout_s=0.01)),
        stream,
        result,
    ):
        with pytest.raises(localalt.TimedOutError, match=r"^Timed out before") as caught:
            call()
        assert "--timeout" in caught.value.in_command
    assert slow.describe(picture[0], timeout_s=600).timings.n_output_tokens == N_TOKENS


def test_a_cancelled_task_frees_its_slot(slow, picture):
    async def cancelled():
        task = asyncio.create_task(slow.adescribe(picture[0]))
        await asyncio.sleep(0.01)  # the picture takes several times that
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert slow.describe(picture[0]).timings.n_output_tokens == N_TOKENS


def test_files_that_callers_hand_over_stay_open(shared, picture):
    with picture[0].open("rb") as file:
        assert shared.describe(file).text == picture[1]
        assert not file.closed
    stream = io.BytesIO(b"head" + picture[0].read_bytes())
    stream.seek(4)
    assert shared.describe(stream).text == picture[1]
    assert stream.read() == b""


def test_callers_in_many_threads_each_get_their_own_text(shared, expected):
    texts = {}

    def work(path):
        texts[path] = shared.describe(path).text

    threads = [threading.Thread(target=work, args=(path,)) for path in expected]
    for thread in threads:
        thread.start()
    wait_until(lambda: not any(thread.is_alive() for thread in threads), 120)
    assert texts == expected


def test_the_instrument_is_what_was_loaded(shared):
    assert (shared.model.weights, shared.model.mmproj) == (str(selftest.WEIGHTS), str(selftest.MMPROJ))
