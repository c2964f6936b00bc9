"""What a caller sees where the child dies or hangs. The children are real, and what they do wrong is planted."""

import asyncio
import contextlib
import os
import shutil
import signal
import threading
import time

import pytest

import localalt
from localalt.errors import ClosedError, EngineError, TimedOutError, WorkerCrashedError
from localalt.isolation import watch
from tests.support.fake_workers import until
from tests.support.misbehaving_child import planted
from tests.support.paths import EXAMPLES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the faults that are planted are those of Unix"),
]
N_PICTURES, GUILTY = 5, 2


@pytest.fixture
def pictures(tmp_path):
    """Five pictures, of which the third is the planted one."""
    names = [f"{index}.png" for index in range(N_PICTURES)]
    names[GUILTY] = "planted.png"
    return [shutil.copyfile(EXAMPLES / "shapes.png", tmp_path / name) for name in names]


@pytest.fixture
def count_in(tmp_path):
    folder = tmp_path / "count"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def text(describer):
    return describer.describe(EXAMPLES / "shapes.png", checks="off").text


def load(**options):
    return localalt.load("selftest", device="cpu", isolation="process", **options)


def pool_of(describer):
    return describer._service._opened[os.getpid()].result().pool


def child_of(describer):
    """The pid of the only child."""
    (place,) = pool_of(describer)._places
    return place.worker.process.pid


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def texts(results):
    return [getattr(result, "text", result) for result in results]


# --- one picture that ends the process ---


@pytest.mark.parametrize(
    ("when", "what", "ending", "words"),
    [
        ("reading", "abort", "SIGABRT", "save the picture anew"),
        ("encoding", "assertion", "SIGABRT", "GGML_ASSERT(planted) failed"),
        ("encoding", "segfault", "SIGSEGV", "SIGSEGV"),
        ("reading", "exit", "exit status 3", "exit status 3"),
        ("encoding", "kill", "SIGKILL", "close other programs, or choose a smaller model"),
        ("reading", "rubbish", "it sent what is not a message", "save the picture anew"),
        ("reading", "no answer", "it sent what is not a message", "save the picture anew"),
    ],
)
def test_it_has_an_error_and_the_others_have_their_texts(pictures, count_in, text, when, what, ending, words):
    with planted(when, what, counted_in=count_in), load() as describer:
        results = texts(describer.describe_many(pictures, on_error="return", checks="off"))
    error = results.pop(GUILTY)
    assert results == [text] * (N_PICTURES - 1)
    assert isinstance(error, WorkerCrashedError)
    assert isinstance(error, EngineError)
    assert (error.ending, error.is_final) == (ending, False)
    assert words in str(error)
    if what == "assertion":
        assert error.log[-1] == "planted.cpp:1: GGML_ASSERT(planted) failed"


def test_where_errors_are_raised_it_raises_its_own_and_the_describer_goes_on(pictures, count_in, text):
    with planted("encoding", "abort", counted_in=count_in), load() as describer:
        with pytest.raises(WorkerCrashedError, match="twice with this picture alone"):
            describer.describe(pictures[GUILTY], checks="off")
        assert describer.describe(pictures[0], checks="off").text == text


@pytest.mark.parametrize("what", ["abort", "kill", "exit"])
def test_a_single_death_costs_nobody_a_text(pictures, count_in, text, what):
    with planted("encoding", what, times=1, counted_in=count_in), load() as describer:
        assert texts(describer.describe_many(pictures, checks="off")) == [text] * N_PICTURES


def test_it_is_the_same_as_completed_and_for_asyncio(pictures, count_in, text):
    async def ask(describer):
        return [each async for each in describer.adescribe_many(pictures, on_error="return", checks="off")]

    with planted("reading", "segfault", counted_in=count_in), load() as describer:
        found = dict(describer.as_completed(pictures, on_error="return", checks="off"))
        in_order = texts(asyncio.run(ask(describer)))
    assert isinstance(found.pop(GUILTY), WorkerCrashedError)
    assert isinstance(in_order.pop(GUILTY), WorkerCrashedError)
    assert texts(found.values()) == in_order == [text] * (N_PICTURES - 1)


def test_a_stream_goes_on_where_it_was(pictures, count_in):
    with planted("never", "nothing", counted_in=count_in), load() as describer:
        alone = list(describer.stream(pictures[0], checks="off"))
        stream = describer.stream(pictures[0], checks="off")
        pieces = [next(stream), next(stream)]
        os.kill(child_of(describer), signal.SIGKILL)
        pieces += stream
        assert "".join(pieces) == "".join(alone)
        assert stream.result.text


# --- children that cannot be used at all ---


def test_a_child_that_dies_at_every_picture_is_one_error_and_the_end(pictures, count_in):
    given, found = [], []

    def source():
        while True:  # as long as anybody asks
            given.append(None)
            yield pictures[0]

    with planted("every picture", "segfault", counted_in=count_in), load() as describer:
        results = describer.describe_many(source(), on_error="return")
        with pytest.raises(WorkerCrashedError, match="ended at every picture") as caught:
            found.extend(results)
        assert all(isinstance(each, WorkerCrashedError) for each in found)
        assert caught.value.is_final
        assert len(given) < 100
        with pytest.raises(WorkerCrashedError, match="ended at every picture"):
            describer.describe(pictures[0])


@pytest.mark.parametrize(
    ("when", "what", "words"),
    [
        ("load", "assertion", r"3 times while it loaded \(SIGABRT; .*GGML_ASSERT\(planted\) failed"),
        ("loaded", "exit", r"3 times while it loaded \(exit status 3\)"),
        ("start", "exit", r"3 times as it started \(exit status 3\): check that .* is a Python interpreter"),
    ],
)
def test_a_child_that_always_dies_before_it_is_ready_is_an_error(count_in, when, what, words):
    with planted(when, what, counted_in=count_in), pytest.raises(WorkerCrashedError, match=words) as caught:
        load()
    assert caught.value.is_final


@pytest.mark.parametrize("when", ["start", "load", "loaded"])
def test_a_child_that_dies_twice_before_it_is_ready_is_not(count_in, text, when):
    with planted(when, "abort", times=2, counted_in=count_in), load() as describer:
        assert describer.describe(EXAMPLES / "shapes.png", checks="off").text == text


# --- hangs ---


@pytest.fixture
def short_limits(monkeypatch):
    monkeypatch.setattr(watch, "LEAST_LIMIT_S", 4.0)
    monkeypatch.setattr(watch, "PICTURES", 0.0)


@pytest.mark.parametrize(
    ("when", "what"),
    [("reading", "sleep"), ("encoding", "sleep"), ("encoding", "sleep with the lock"), ("encoding", "stop")],
)
def test_a_child_that_makes_no_progress_is_replaced(pictures, count_in, text, short_limits, when, what, caplog):
    with planted(when, what, times=1, counted_in=count_in), load() as describer:
        pid = child_of(describer)
        assert texts(describer.describe_many(pictures, checks="off")) == [text] * N_PICTURES
    assert is_gone(pid)
    assert "no progress for" in caplog.text


def test_a_picture_that_always_hangs_has_an_error_that_says_so(pictures, count_in, text, short_limits):
    with planted("reading", "sleep", counted_in=count_in), load() as describer:
        results = texts(describer.describe_many(pictures, on_error="return", checks="off"))
    error = results.pop(GUILTY)
    assert results == [text] * (N_PICTURES - 1)
    assert isinstance(error, WorkerCrashedError)
    assert error.ending.startswith("no progress for")


def test_a_child_that_hangs_while_it_loads_is_replaced(count_in, text, monkeypatch):
    monkeypatch.setattr(watch, "LOADING_LIMIT_S", 15.0)
    monkeypatch.setattr(watch, "LEAST_LIMIT_S", 15.0)
    with planted("load", "sleep with the lock", times=1, counted_in=count_in), load() as describer:
        assert describer.describe(EXAMPLES / "shapes.png", checks="off").text == text


def test_a_picture_that_hangs_times_out_and_the_next_one_has_its_text(pictures, count_in, text):
    with planted("reading", "sleep", counted_in=count_in), load() as describer:
        with pytest.raises(TimedOutError):
            describer.describe(pictures[GUILTY], timeout_s=1, checks="off")
        assert describer.describe(pictures[0], checks="off").text == text


# --- while a child is started again ---


@contextlib.contextmanager
def restarting(count_in):
    """A Describer whose child has died, and whose next one hangs as it loads."""
    done = count_in / "done"
    done.write_bytes(b".")
    with planted("load", "sleep", times=1, counted_in=count_in), load() as describer:
        done.unlink()
        os.kill(child_of(describer), signal.SIGKILL)
        yield describer


def test_a_picture_times_out_meanwhile(pictures, count_in):
    with restarting(count_in) as describer:
        with pytest.raises(TimedOutError):
            describer.describe(pictures[0], timeout_s=1)
        results = list(describer.describe_many(pictures[:2], timeout_s=1, on_error="return"))
        assert [type(each) for each in results] == [TimedOutError] * 2


def test_closing_meanwhile_leaves_nobody_waiting_and_no_child(pictures, count_in):
    ends = []

    def ask(describer):
        try:
            describer.describe(pictures[0])
        except BaseException as error:
            ends.append(error)

    with restarting(count_in) as describer:
        thread = threading.Thread(target=ask, args=(describer,))
        thread.start()
        until(lambda: (count_in / "done").exists())  # the next child hangs
        pid = child_of(describer)
        describer.close()
        thread.join()
    assert [type(each) for each in ends] == [ClosedError]
    until(lambda: is_gone(pid))


@pytest.fixture
def interrupt():
    """Has the calls in a `with` block interrupted as by Ctrl-C after so many seconds."""
    is_armed = []

    def on_alarm(*_):
        if is_armed:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def after(seconds):
        is_armed.append(True)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            is_armed.clear()
            signal.setitimer(signal.ITIMER_REAL, 0)

    before = signal.signal(signal.SIGALRM, on_alarm)
    yield after
    signal.signal(signal.SIGALRM, before)


def test_ctrl_c_at_any_moment_leaves_a_describer_that_works(pictures, count_in, text, interrupt):
    with planted("never", "nothing", counted_in=count_in), load() as describer:
        describer.describe(pictures[0], checks="off")
        started = time.perf_counter()
        describer.describe(pictures[0], checks="off")
        took_s = time.perf_counter() - started
        n_interrupted = 0
        for index in range(40):
            try:
                with interrupt(max(1e-6, took_s * index / 40)):
                    describer.describe(pictures[0], checks="off")
            except KeyboardInterrupt:
                n_interrupted += 1
        assert n_interrupted > 5
        assert texts(describer.describe_many(pictures, checks="off")) == [text] * N_PICTURES
        until(lambda: not pool_of(describer)._jobs)
