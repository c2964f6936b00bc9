"""Many callers at once, end to end with the known-answer model: shared batches, bounds, timeouts, closing, forks.

How long anything takes is never asserted: waits here end as soon as what they wait for is so.
"""

import asyncio
import contextlib
import gc
import io
import itertools
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import CancelledError

import pytest

import localalt
from localalt import native
from localalt.concurrency.reader_pool import N_READERS
from localalt.describer import registry
from localalt.describer.loading import load_model
from localalt.engine.scheduler import Scheduler
from tests.support.engine_probe import EngineProbe, before_the_second
from tests.support.fake_engine import FakeEngine, fake_model
from tests.support.semaphores import n_free

pytestmark = pytest.mark.slow

PATIENCE_S = 120


def wait_until(true):
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def is_at_rest(describer, probe):
    return probe.is_idle and n_free(describer._service.permits) == n_permits(describer)


def n_permits(describer):
    """Pictures that a Describer holds in memory at the same time."""
    return describer.plan.n_seq_max + N_READERS + 1


class SlowFile(io.BytesIO):
    """A picture's bytes that can be read once `ready` is set."""

    def __init__(self, path):
        super().__init__(path.read_bytes())
        self.ready = threading.Event()
        self.is_being_read = threading.Event()

    def read(self, *arguments):
        self.is_being_read.set()
        assert self.ready.wait(PATIENCE_S)
        return super().read(*arguments)

    def is_ready_in(self, seconds):
        """So many seconds after its reading began."""

        def wait():
            self.is_being_read.wait(PATIENCE_S)
            time.sleep(seconds)
            self.ready.set()

        threading.Thread(target=wait).start()


def load_with_probe(**options):
    """A Describer, and what looks into its engine."""
    loaded = load_model("selftest", {"device": "cpu", **options})
    return localalt.Describer.from_loaded(loaded), EngineProbe(loaded.engine)


@pytest.fixture
def own_and_probe():
    describer, probe = load_with_probe(n_seq_max=2)
    with describer:
        yield describer, probe
        wait_until(lambda: is_at_rest(describer, probe))


@pytest.fixture
def own(own_and_probe):
    """A Describer of this test's own, which has two slots, and is at rest in the end."""
    return own_and_probe[0]


@pytest.fixture
def probe(own_and_probe):
    """What looks into the engine of `own`."""
    return own_and_probe[1]


@pytest.fixture
def pictures(expected):
    return list(expected.items())


@pytest.fixture
def picture(pictures):
    return pictures[0]


def in_threads(work, n):
    """Run `work(index)` in n threads. Returns the threads and what each returned or raised."""
    outcomes = [None] * n

    def run(index):
        try:
            outcomes[index] = work(index)
        except Exception as error:
            outcomes[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(n)]
    for thread in threads:
        thread.start()
    return threads, outcomes


def join(threads):
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


async def listed(results):
    return [result async for result in results]


# --- further texts ---


def test_further_texts_come_with_the_alt_text_by_name(describer, picture):
    alt = describer.describe(picture[0], also=("text", "long"))
    assert alt.text == picture[1]
    assert {name: further.text for name, further in alt.also.items()} == {"text": picture[1], "long": picture[1]}
    assert list(alt.also) == ["text", "long"]
    assert hash(alt)
    reported = json.loads(json.dumps(alt.to_dict()))["also"]["long"]
    assert reported["text"] == picture[1]
    assert reported["timings"]["n_output_tokens"] > 3


def test_further_texts_cost_one_encode_and_no_more_reading(own, picture, monkeypatch):
    encode, n_encoded = native.Projector.encode_batch, []

    def count(projector, chunks):
        n_encoded.append(len(chunks))
        return encode(projector, chunks)

    monkeypatch.setattr(native.Projector, "encode_batch", count)
    alt = own.describe(picture[0], also=["long", "text"])
    assert n_encoded == [1]
    assert alt.timings.encode_s > 0
    assert [further.timings.encode_s for further in alt.also.values()] == [0, 0]


def test_without_also_there_are_no_further_texts(describer, picture):
    assert describer.describe(picture[0]).also == {}


def test_every_way_in_gives_further_texts(describer, picture):
    path, text = picture
    stream = describer.stream(path, also=("long",))
    assert "".join(stream) == stream.result.raw
    alts = [
        stream.result,
        *describer.describe_many([path], also=("long",)),
        *(alt for _, alt in describer.as_completed([path], also=("long",))),
        asyncio.run(describer.adescribe(path, also=("long",))),
        *asyncio.run(listed(describer.adescribe_many([path], also=("long",)))),
    ]
    assert [(alt.text, alt.also["long"].text) for alt in alts] == [(text, text)] * 5


def test_the_limit_in_characters_is_for_the_alt_text_alone(describer, picture):
    alt = describer.describe(picture[0], max_chars=20, also=("long", "text"))
    assert len(alt.text) <= 20
    assert {further.text for further in alt.also.values()} == {picture[1]}


def test_copied_text_is_cleaned_as_such_and_the_agreed_answer_is_none(own, picture, monkeypatch):
    assert own.describe(picture[0], also=("text",)).also["text"].text == picture[1]
    monkeypatch.setattr("localalt.drafting.dialogue.NO_TEXT", picture[1])
    text = own.describe(picture[0], also=("text",)).also["text"]
    assert text.text == ""
    assert "no-text" in {notice.name for notice in text.warnings}


def test_one_answer_that_fails_is_the_error_of_all_and_the_rest_is_not_asked(own, picture, monkeypatch):
    def fail():
        raise localalt.CacheFullError("full")

    before_the_second(monkeypatch, fail)
    monkeypatch.setattr(Scheduler, "put_back", lambda *_: 1 / 0)
    with pytest.raises(localalt.EngineError):
        own.describe(picture[0], also=("long", "text"))
    monkeypatch.undo()
    assert own.describe(picture[0]).text == picture[1]


# --- as they are done ---


def test_as_completed_gives_every_text_with_the_index_of_its_picture(describer, pictures):
    results = dict(describer.as_completed(path for path, _ in pictures))
    assert [results[index].text for index in range(len(pictures))] == [text for _, text in pictures]


def test_as_completed_does_not_wait_for_a_slow_picture_and_describe_many_does(own, pictures):
    for in_order in (False, True):
        slow = SlowFile(pictures[0][0])
        sources = [slow, *(path for path, _ in pictures[1:5])]
        if in_order:
            threading.Thread(target=lambda slow=slow: slow.is_being_read.wait() and slow.ready.set()).start()
            texts = [alt.text for alt in own.describe_many(sources)]
        else:
            results = own.as_completed(sources)
            others = dict(itertools.islice(results, 4))
            slow.ready.set()
            texts = [dict([*others.items(), *results])[index].text for index in range(5)]
            assert sorted(others) == [1, 2, 3, 4]
        assert texts == [text for _, text in pictures[:5]]


def test_a_slow_picture_does_not_keep_those_behind_it_from_being_described(own, probe, pictures):
    path, text = pictures[0]
    slow, taken = SlowFile(path), []

    def sources():
        yield slow
        for _ in range(50):
            taken.append(path)
            yield path

    results = own.describe_many(sources())
    threads, outcomes = in_threads(lambda _: next(results), 1)
    n_held_back = own._window(in_order=True)._most - 1
    wait_until(lambda: len(taken) == n_held_back)  # as many as may be held back, and no more
    wait_until(lambda: probe.is_idle)
    slow.ready.set()
    join(threads)
    assert outcomes[0].text == text
    assert len(taken) == n_held_back
    assert [alt.text for alt in results] == [text] * 50


def test_as_completed_hands_back_errors_when_asked(describer, picture):
    results = dict(describer.as_completed([picture[0], b"broken", picture[0]], on_error="return"))
    assert isinstance(results[1], localalt.ImageFormatError)
    assert [results[0].text, results[2].text] == [picture[1]] * 2
    with pytest.raises(localalt.ImageFormatError):
        list(describer.as_completed([b"broken"]))


def test_an_error_that_is_handed_back_holds_on_to_no_picture(own, picture):
    class Broken(io.BytesIO):
        pass

    sources = [Broken(picture[0].read_bytes()[:200]) for _ in range(3)]
    gone = [weakref.ref(source) for source in sources]
    errors = list(own.describe_many(iter(sources), on_error="return"))
    del sources
    gc.collect()
    assert all(isinstance(error, localalt.ImageError) for error in errors)
    assert [ref() for ref in gone] == [None] * 3


@pytest.mark.parametrize("way", ["describe_many", "as_completed", "adescribe_many"])
@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        ("photo.jpg", {}, "pass a list"),
        (io.BytesIO(b"..."), {}, "pass a list"),
        (7, {}, "pass a list"),
        ([], {"on_error": "ignore"}, "on_error"),
        ([], {"also": ["lon"]}, 'did you mean "long"'),
        ([], {"timeout_s": 0}, "timeout_s is 0"),
    ],
)
def test_what_is_wrong_with_many_is_raised_at_the_call(describer, way, images, options, message):
    with pytest.raises(localalt.OptionError, match=message):
        getattr(describer, way)(images, **options)


def test_pictures_may_come_from_anything_with_indices(describer, pictures):
    class Dataset:
        def __getitem__(self, index):
            return pictures[index][0]

    texts = [text for _, text in pictures]
    assert [alt.text for alt in describer.describe_many(Dataset())] == texts
    assert [alt.text for alt in asyncio.run(listed(describer.adescribe_many(Dataset())))] == texts


def test_an_async_iterable_belongs_to_the_async_way_in(describer):
    async def nothing():
        yield b""

    with pytest.raises(localalt.OptionError, match="adescribe_many"):
        describer.describe_many(nothing())


# --- asyncio ---


def test_adescribe_many_gives_all_in_order_from_plain_and_async_iterables(describer, pictures):
    async def sources():
        for path, _ in pictures:
            await asyncio.sleep(0)
            yield path

    for images in ([path for path, _ in pictures], sources()):
        alts = asyncio.run(listed(describer.adescribe_many(images)))
        assert [alt.text for alt in alts] == [text for _, text in pictures]


def test_adescribe_many_hands_back_errors_when_asked(describer, picture):
    results = asyncio.run(listed(describer.adescribe_many([b"broken", picture[0]], on_error="return")))
    assert isinstance(results[0], localalt.ImageFormatError)
    assert results[1].text == picture[1]
    with pytest.raises(localalt.ImageFormatError):
        asyncio.run(listed(describer.adescribe_many([b"broken"])))


def test_asyncio_needs_none_of_the_event_loops_own_threads(describer, pictures):
    async def run():
        def refuse(*_):
            raise AssertionError("the default executor is for others")

        asyncio.get_running_loop().run_in_executor = refuse
        await asyncio.gather(*(describer.adescribe(path) for path, _ in pictures[:3]))
        await listed(describer.adescribe_many([pictures[0][0]]))

    asyncio.run(run())


def test_the_event_loop_goes_on_while_a_picture_is_read(own, picture):
    slow = SlowFile(picture[0])

    async def run():
        task = asyncio.create_task(own.adescribe(slow))
        while not slow.is_being_read.is_set():
            await asyncio.sleep(0)
        slow.ready.set()  # only a loop that goes on comes here
        return await task

    assert asyncio.run(run()).text == picture[1]


@pytest.mark.parametrize("stage", ["queued", "being read", "in the engine"])
def test_a_cancelled_task_frees_its_slot_wherever_its_picture_is(own, probe, picture, stage):
    slow = [SlowFile(picture[0]) for _ in range(3)]  # one more than there are readers
    probe.hold()

    async def run():
        tasks = [asyncio.create_task(own.adescribe(file)) for file in slow]
        for file in slow[:2]:
            while not file.is_being_read.is_set():
                await asyncio.sleep(0)
        if stage == "in the engine":
            for file in slow:
                file.ready.set()
            while probe.n_under_way < 3:
                await asyncio.sleep(0)
        cancelled = tasks[2 if stage == "queued" else 0]
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        while stage == "in the engine" and probe.n_under_way == 3:
            await asyncio.sleep(0)
        for file in slow:
            file.ready.set()
        probe.open()
        return await asyncio.gather(*(task for task in tasks if task is not cancelled))

    assert [alt.text for alt in asyncio.run(run())] == [picture[1]] * 2


def test_closing_the_async_iterator_frees_the_slots(own, probe, picture):
    async def run():
        results = own.adescribe_many(itertools.repeat(picture[0]))
        assert (await anext(results)).text == picture[1]
        await results.aclose()

    asyncio.run(run())
    wait_until(lambda: is_at_rest(own, probe))


@pytest.mark.parametrize("way", ["describe_many", "as_completed"])
def test_closing_the_iterator_frees_the_slots_of_what_is_under_way(own, probe, picture, way):
    results = getattr(own, way)(itertools.repeat(picture[0]))
    next(results)
    probe.hold()
    results.close()
    wait_until(lambda: is_at_rest(own, probe))
    probe.open()


# --- timeouts ---


def timed_out(call):
    with pytest.raises(localalt.TimedOutError) as caught:
        call()
    assert isinstance(caught.value, TimeoutError)
    return str(caught.value)


WAYS = {
    "describe": lambda describer, image, **options: describer.describe(image, **options),
    "describe_many": lambda describer, image, **options: list(describer.describe_many([image], **options)),
    "as_completed": lambda describer, image, **options: list(describer.as_completed([image], **options)),
    "stream": lambda describer, image, **options: list(describer.stream(image, **options)),
    "stream.result": lambda describer, image, **options: describer.stream(image, **options).result,
    "adescribe": lambda describer, image, **options: asyncio.run(describer.adescribe(image, **options)),
    "adescribe_many": lambda describer, image, **options: asyncio.run(
        listed(describer.adescribe_many([image], **options))
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_that_takes_too_long_in_the_engine_is_given_up_and_its_slot_freed(own, probe, picture, way):
    probe.hold()
    assert "increase timeout_s" in timed_out(lambda: WAYS[way](own, picture[0], timeout_s=0.05))
    wait_until(lambda: is_at_rest(own, probe))
    probe.open()
    assert own.describe(picture[0]).text == picture[1]


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_that_takes_too_long_to_read_never_comes_to_the_engine(picture, way):
    engine = FakeEngine()
    slow = SlowFile(picture[0])
    slow.is_ready_in(0.1)
    with localalt.Describer.from_loaded(fake_model(engine)) as describer:
        timed_out(lambda: WAYS[way](describer, slow, timeout_s=0.05))
    assert engine.requests == []


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_that_waits_too_long_to_be_read_is_given_up(own, probe, picture, way):
    probe.hold()
    threads, outcomes = in_threads(lambda _: own.describe(picture[0]).text, n_permits(own))
    wait_until(lambda: n_free(own._service.permits) == 0)
    timed_out(lambda: WAYS[way](own, picture[0], timeout_s=0.05))
    probe.open()
    join(threads)
    assert set(outcomes) == {picture[1]}


def test_a_timeout_of_one_picture_among_many_leaves_the_others(own, pictures):
    slow = SlowFile(pictures[0][0])
    slow.is_ready_in(2)
    first, late, last = own.describe_many([pictures[1][0], slow, pictures[2][0]], on_error="return", timeout_s=2)
    assert isinstance(late, localalt.TimedOutError)
    assert [first.text, last.text] == [pictures[1][1], pictures[2][1]]


@pytest.mark.parametrize("way", ["describe", "stream", "stream.result", "adescribe"])
def test_a_timeout_comes_while_the_engine_is_deep_in_a_step(own, probe, picture, way):
    step_ends = threading.Event()
    probe.hold(lambda: step_ends.wait(PATIENCE_S))
    timed_out(lambda: WAYS[way](own, picture[0], timeout_s=0.05))
    assert not step_ends.is_set()
    probe.open()
    step_ends.set()


def test_asyncio_does_not_wait_for_a_picture_that_is_still_being_read(own, picture):
    slow = SlowFile(picture[0])
    timed_out(lambda: asyncio.run(own.adescribe(slow, timeout_s=0.05)))
    assert not slow.ready.is_set()
    slow.ready.set()


@pytest.mark.parametrize("timeout_s", [0, -1, float("nan"), float("inf"), 10**400, True, "5"])
def test_a_timeout_that_is_not_a_number_of_seconds_is_refused(describer, picture, timeout_s):
    with pytest.raises(localalt.OptionError, match="timeout_s"):
        describer.describe(picture[0], timeout_s=timeout_s)


# --- bounds ---


def test_many_threads_hold_no_more_pictures_than_there_are_permits(own, probe, picture):
    probe.hold()
    files = [SlowFile(picture[0]) for _ in range(30)]
    for file in files:
        file.ready.set()
    threads, outcomes = in_threads(lambda index: own.describe(files[index]).text, len(files))
    n_held = n_permits(own)
    wait_until(lambda: probe.n_under_way == n_held)
    wait_until(lambda: len(own._service.permits._queue) == len(files) - n_held)
    assert sum(file.is_being_read.is_set() for file in files) == n_held
    probe.open()
    join(threads)
    assert outcomes == [picture[1]] * len(files)


def test_no_reader_is_made_before_one_is_needed_and_a_few_serve_all(picture):
    def readers():
        return [thread for thread in threading.enumerate() if thread.name.startswith("localalt-reader")]

    others = set(readers())
    with localalt.load("selftest", device="cpu") as describer:
        describer.describe(picture[0])
        assert set(readers()) == others
        threads, _ = in_threads(lambda _: list(describer.describe_many([picture[0]] * 3)), 5)
        asyncio.run(describer.adescribe(picture[0]))
        join(threads)
        assert len(set(readers()) - others) == 2
    wait_until(lambda: set(readers()) <= others)


def test_a_describer_that_is_dropped_ends_its_readers_too(picture):
    describer, probe = load_with_probe()
    list(describer.describe_many([picture[0]]))
    threads = [*describer._service.readers._threads, probe.thread]
    del describer
    join(threads)


# --- streams ---


def test_a_stream_that_is_closed_says_so_and_frees_its_slot(own, probe, picture):
    probe.hold()
    with own.stream(picture[0]) as stream:
        pass
    wait_until(lambda: is_at_rest(own, probe))
    with pytest.raises(localalt.ClosedError, match="stream was closed"):
        _ = stream.result
    with pytest.raises(localalt.ClosedError, match="stream was closed"):
        next(stream)
    probe.open()


def test_a_stream_that_is_forgotten_frees_its_slot(own, probe, picture):
    probe.hold()
    stream = own.stream(picture[0])
    wait_until(lambda: probe.n_under_way)
    del stream
    gc.collect()
    wait_until(lambda: is_at_rest(own, probe))
    probe.open()


def test_a_stream_that_is_finished_keeps_its_result_after_close(describer, picture):
    with describer.stream(picture[0]) as stream:
        list(stream)
    assert stream.result.text == picture[1]


# --- closing ---


@pytest.mark.parametrize("way", WAYS)
def test_closing_ends_every_call_wherever_its_picture_is(picture, way):
    describer, probe = load_with_probe(n_seq_max=2)
    probe.hold()
    # Some are in the engine, some wait for a place or for a reader.
    threads, outcomes = in_threads(lambda _: WAYS[way](describer, picture[0]), 20)
    wait_until(lambda: n_free(describer._service.permits) == 0)
    describer.close()
    join(threads)
    assert {type(outcome) for outcome in outcomes} == {localalt.ClosedError}
    with pytest.raises(localalt.ClosedError, match="load a new one"):
        WAYS[way](describer, picture[0])


@pytest.mark.parametrize("on_error", ["raise", "return"])
def test_an_iterator_that_is_half_through_when_the_describer_is_closed_says_so(picture, on_error):
    describer = localalt.load("selftest", device="cpu")
    results = describer.describe_many(itertools.repeat(picture[0]), on_error=on_error)
    next(results)
    describer.close()
    with pytest.raises(localalt.ClosedError):
        for _ in results:
            pass


def test_who_waits_for_a_place_hears_of_closing_while_the_engine_is_deep_in_a_step(picture):
    describer, probe = load_with_probe(n_seq_max=2)
    step_begins, step_ends = threading.Event(), threading.Event()

    def hold():
        step_begins.set()
        step_ends.wait(PATIENCE_S)

    probe.hold(hold)
    threads, outcomes = in_threads(lambda _: describer.describe(picture[0]), n_permits(describer) + 1)
    wait_until(lambda: describer._service.permits._queue and step_begins.is_set())
    closing = threading.Thread(target=describer.close)
    closing.start()
    wait_until(lambda: any(isinstance(outcome, localalt.ClosedError) for outcome in outcomes))
    assert closing.is_alive()
    step_ends.set()
    join([*threads, closing])
    assert {type(outcome) for outcome in outcomes} == {localalt.ClosedError}


def test_closing_does_not_wait_for_a_picture_that_is_being_read(picture):
    describer = localalt.load("selftest", device="cpu")
    slow = SlowFile(picture[0])
    threads, outcomes = in_threads(lambda _: list(describer.describe_many([slow])), 1)
    assert slow.is_being_read.wait(PATIENCE_S)
    describer.close()
    join(threads)
    assert not slow.ready.is_set()
    slow.ready.set()
    assert type(outcomes[0]) is localalt.ClosedError


# --- forks ---

can_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
forks = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def in_a_fork(work):
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    process = context.Process(target=lambda: results.put(work()))
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode == 0
    return results.get()


@contextlib.contextmanager
def held_elsewhere(*locks):
    """Locks that another thread holds, which a fork leaves behind."""
    held, done = threading.Event(), threading.Event()

    def hold():
        with contextlib.ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock)
            held.set()
            done.wait(PATIENCE_S)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(PATIENCE_S)
    try:
        yield
    finally:
        done.set()
        thread.join()


def message_of(call):
    try:
        call()
    except localalt.EngineError as error:
        return str(error)
    return "no error"


@can_fork
@forks
def test_every_way_in_is_refused_after_a_fork_whatever_locks_the_parent_held(own, probe, picture):
    probe.hold()
    threads, _ = in_threads(lambda _: own.describe(picture[0]), 8)
    wait_until(lambda: n_free(own._service.permits) == 0)
    stream, begun = own.stream, own.describe_many([picture[0]] * 3)
    with held_elsewhere(own._service.permits._lock, probe.lock, own._service.readers._lock):
        messages = in_a_fork(lambda: [message_of(lambda way=way: WAYS[way](own, picture[0])) for way in WAYS])
        messages.append(in_a_fork(lambda: message_of(lambda: next(begun))))
    probe.open()
    join(threads)
    assert len(messages) == len(WAYS) + 1
    assert all("load it after the fork" in message for message in messages)
    assert stream(picture[0]).result.text == picture[1]


@can_fork
@forks
def test_what_was_begun_before_a_fork_is_refused_after_it_and_goes_on_in_the_parent(own, probe, picture):
    stream, results = own.stream(picture[0]), own.describe_many([picture[0]] * 6)
    next(results)

    def use_them():
        reported = [
            message_of(lambda: next(stream)),
            message_of(lambda: stream.result),
            message_of(lambda: next(results)),
        ]
        stream.close()
        results.close()
        own.close()
        return reported

    locks = [own._service.permits._lock, probe.lock, stream._job._lock]
    with held_elsewhere(*locks):
        messages = in_a_fork(use_them)
    assert all("load it after the fork" in message for message in messages)
    assert stream.result.text == picture[1]
    assert [alt.text for alt in results] == [picture[1]] * 5


@can_fork
@forks
def test_the_functions_of_the_package_load_anew_after_a_fork(picture):
    path, text = picture
    assert localalt.describe(path, model="selftest").text == text
    assert in_a_fork(lambda: localalt.describe(path, model="selftest").text) == text


# --- the functions of the package ---


def test_the_functions_for_many_and_for_asyncio_share_the_same_describer(picture, monkeypatch):
    path, text = picture
    localalt.describe(path, model="selftest")
    monkeypatch.setattr(registry, "Describer", None)

    async def run():
        yielded = [alt.text async for alt in localalt.adescribe_many([path], model="selftest")]
        return [(await localalt.adescribe(path, model="selftest")).text, *yielded]

    assert asyncio.run(run()) == [text, text]
    assert [(index, alt.text) for index, alt in localalt.as_completed([path], model="selftest")] == [(0, text)]


def test_calls_that_come_while_the_model_loads_wait_for_it_and_load_no_other(picture, monkeypatch):
    monkeypatch.setattr(registry, "loads", {})
    loaded, loading, go_on = [], threading.Event(), threading.Event()

    class Slow(localalt.Describer):
        def __init__(self, model):
            loading.set()
            assert go_on.wait(PATIENCE_S)
            super().__init__(model, device="cpu")
            loaded.append(self)

    monkeypatch.setattr(registry, "Describer", Slow)

    async def run():
        first = asyncio.create_task(localalt.adescribe(picture[0], model="selftest"))
        while not loading.is_set():
            await asyncio.sleep(0)
        second = asyncio.create_task(localalt.adescribe(picture[0], model="selftest"))
        await asyncio.sleep(0)
        threads, outcomes = in_threads(lambda _: localalt.describe(picture[0], model="selftest").text, 2)
        go_on.set()  # only a loop that the loading does not block comes here
        texts = [(await first).text, (await second).text]
        join(threads)
        return texts + outcomes

    assert asyncio.run(run()) == [picture[1]] * 4
    assert len(loaded) == 1
    loaded[0].close()


def test_a_model_that_could_not_be_loaded_is_tried_again_at_the_next_call(tmp_path, picture):
    pair = (tmp_path / "weights.gguf", tmp_path / "mmproj.gguf")
    for _ in range(2):
        with pytest.raises(localalt.ModelNotFoundError):
            asyncio.run(localalt.adescribe(picture[0], model=pair))
        with pytest.raises(localalt.ModelNotFoundError):
            localalt.describe(picture[0], model=pair)
    assert not any(str(tmp_path) in str(key) for key in registry.loads)


# --- the end of the interpreter, and Ctrl-C ---


def python(code, **options):
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def test_a_program_that_ends_in_the_middle_of_everything_ends_quietly(picture):
    process = python(f"""
import asyncio, itertools, threading, localalt
describer = localalt.load("selftest", device="cpu", n_seq_max=2)
many = describer.describe_many(itertools.repeat({str(picture[0])!r}))
next(many)
completed = describer.as_completed(itertools.repeat({str(picture[0])!r}))
next(completed)
stream = describer.stream({str(picture[0])!r})
next(stream)
async def leave():
    tasks = [asyncio.ensure_future(describer.adescribe({str(picture[0])!r})) for _ in range(50)]
    await asyncio.sleep(0.01)
asyncio.run(leave())
print("done")
""")
    assert process.communicate(timeout=PATIENCE_S) == ("done\n", "")
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a child on this platform")
@pytest.mark.parametrize(
    "call",
    [
        "describer.describe(path)",
        "list(describer.describe_many([path] * 9))",
        "list(describer.as_completed([path] * 9))",
        "list(describer.stream(path))",
        "describer.stream(path).result",
        "asyncio.run(describer.adescribe(path))",
    ],
)
@pytest.mark.parametrize("is_full", [False, True], ids=["waiting for its text", "waiting for a permit"])
def test_ctrl_c_gets_through_and_leaves_a_describer_that_works(picture, call, is_full):
    process = python(f"""
import asyncio, threading, time, localalt
path = {str(picture[0])!r}
from localalt.describer.loading import load_model
from tests.support.engine_probe import EngineProbe, before_the_second
from tests.support.semaphores import n_free
loaded = load_model("selftest", {{"device": "cpu", "n_seq_max": 2}})
describer, probe = localalt.Describer.from_loaded(loaded), EngineProbe(loaded.engine)
permits = describer._service.permits
probe.hold()
threads = []
def is_stuck():
    return permits._queue if {is_full} else probe.n_under_way
def tell():
    while not is_stuck():
        time.sleep(0.001)
    time.sleep(0.05)
    print("stuck", flush=True)
if {is_full}:
    threads = [threading.Thread(target=describer.describe, args=(path,)) for _ in range(describer.plan.n_seq_max + 3)]
    for thread in threads:
        thread.start()
    while n_free(permits):
        time.sleep(0.001)
threading.Thread(target=tell).start()
try:
    {call}
except KeyboardInterrupt:
    print("stopped")
while not {is_full} and probe.n_under_way:  # what was under way is given up before the engine goes on
    time.sleep(0.001)
probe.open()
for thread in threads:
    thread.join()
print(describer.describe(path).text)
while not probe.is_idle or n_free(permits) < describer.plan.n_seq_max + 3:
    time.sleep(0.001)
print("at rest")
""")
    assert process.stdout.readline() == "stuck\n"
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert (output, errors) == (f"stopped\n{picture[1]}\nat rest\n", "")
    assert process.returncode == 0


# --- all at once ---


@pytest.mark.parametrize("seed", range(3))
def test_whatever_goes_on_at_the_same_time_every_text_is_what_it_is_alone(own, probe, pictures, seed):
    alone = {str(path): own.describe(path).raw for path, _ in pictures}
    paths = [path for path, _ in pictures]
    seen, unexpected = [], []

    def check(alt):
        if isinstance(alt, localalt.AltText):
            seen.append(alt)
            if any(each.raw != alone[alt.source] for each in (alt, *alt.also.values())):
                unexpected.append(alt)
        elif not isinstance(alt, (localalt.ImageError, localalt.TimedOutError)):
            unexpected.append(alt)

    def options(rng):
        return {
            "timeout_s": rng.choice([None, None, None, 0.01, 0.1, 60]),
            "also": rng.choice([(), (), ("long",), ("text", "long")]),
        }

    def sources(rng, n):
        for _ in range(n):
            yield b"broken" if rng.random() < 0.1 else rng.choice(paths)

    def plain(rng):
        try:
            check(own.describe(next(sources(rng, 1)), **options(rng)))
        except localalt.LocalAltError as error:
            check(error)

    def many(rng):
        results = own.describe_many(sources(rng, 8), on_error="return", **options(rng))
        for alt in itertools.islice(results, rng.choice([0, 3, 99])):
            check(alt)
        results.close()

    def completed(rng):
        results = own.as_completed(sources(rng, 8), on_error="return", **options(rng))
        for _, alt in itertools.islice(results, rng.choice([0, 3, 99])):
            check(alt)
        del results

    def streamed(rng):
        with own.stream(rng.choice(paths)) as stream:
            pieces = list(itertools.islice(stream, rng.choice([0, 2, 999])))
            if rng.random() < 0.5:
                check(stream.result)
                assert stream.result.raw.startswith("".join(pieces))

    def by_asyncio(rng):
        async def run():
            tasks = [asyncio.create_task(own.adescribe(image, **options(rng))) for image in sources(rng, 4)]
            await asyncio.sleep(rng.random() / 20)
            for task in tasks:
                if rng.random() < 0.3:
                    task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if not isinstance(outcome, asyncio.CancelledError):
                    check(outcome)
            results = own.adescribe_many(sources(rng, 6), on_error="return", **options(rng))
            n_wanted = rng.choice([2, 99])
            async for alt in results:
                check(alt)
                n_wanted -= 1
                if not n_wanted:
                    break
            await results.aclose()

        asyncio.run(run())

    def work(index):
        rng = random.Random(f"{seed} {index}")
        for _ in range(4):
            rng.choice([plain, many, completed, streamed, by_asyncio])(rng)

    threads, outcomes = in_threads(work, 10)
    join(threads)
    assert outcomes == [None] * len(outcomes)
    assert unexpected == []
    assert len(seen) > 20
    wait_until(lambda: is_at_rest(own, probe))
    assert own._service.readers._waiting.empty()


def test_a_job_cancelled_while_its_picture_is_read_never_comes_to_the_engine(picture):
    engine = FakeEngine()
    slow = SlowFile(picture[0])
    with localalt.Describer.from_loaded(fake_model(engine)) as describer:
        job = describer._start(describer._jobs({}), slow)
        assert slow.is_being_read.wait(PATIENCE_S)
        job.cancel()
        slow.ready.set()
        with pytest.raises(CancelledError):
            job.done.result(PATIENCE_S)
    assert engine.requests == []
