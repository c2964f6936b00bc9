"""A picture on its way to a child: what it is sent with, and what comes back, without any process."""

import dataclasses
import io
import json
import threading
import time
from concurrent.futures import CancelledError
from types import SimpleNamespace

import pytest

import localalt
from localalt.isolation.codec import decode
from localalt.isolation.jobs import RemoteJob, call_of
from localalt.types import AltText, Notice, Timings

BOTH = Notice("instrument", "It knows drawn pictures only.")
OF_POOL = Notice("device-left-out", "One is left out.")
OF_CHILD = Notice("device-fault", "It computes wrong.")
OWN = Notice("animated", "One frame of several.")
TIMES = Timings(1.0, 0.25, 9.0, 1.0, 1.0, 1.0, 2.0, 15.0, 20, 16, 8)


@pytest.fixture
def carrier():
    submitted, withdrawn = [], []
    return SimpleNamespace(
        notices=(BOTH, OF_POOL),
        geometry=None,
        submit=submitted.append,
        withdraw=withdrawn.append,
        submitted=submitted,
        withdrawn=withdrawn,
    )


def copy_of(notice):
    return dataclasses.replace(notice)


def result(*warnings, **fields):
    return AltText(
        **{"text": "x", "source": "y", "finish_reason": "stop", "timings": TIMES} | fields,
        warnings=warnings,
        model=None,
        raw="x",
    )


class Slow(io.BytesIO):
    """A file that is read in a twentieth of a second."""

    def read(self, *arguments):
        time.sleep(0.05)
        return super().read(*arguments)


def test_a_result_carries_the_describers_own_notices_and_those_that_its_child_alone_has(carrier):
    job = RemoteJob(b"x", call_of({}), carrier)
    job.run()
    of_child = (copy_of(BOTH), copy_of(OF_CHILD))
    job.finish(result(*of_child, OWN, also={"long": result(*of_child)}), of_child)
    for text, own in ((job.result, (OWN,)), (job.result.also["long"], ())):
        assert text.warnings == (BOTH, OF_POOL, OF_CHILD, *own)
        assert text.warnings[0] is BOTH
        assert text.warnings[1] is OF_POOL


def test_one_of_its_own_with_the_name_of_a_shared_one_stays(carrier):
    other = Notice("instrument", "Another message.")
    job = RemoteJob(b"x", call_of({}), carrier)
    job.run()
    job.finish(result(other, copy_of(BOTH)), (other,))
    assert [each.message for each in job.result.warnings] == [
        BOTH.message,
        OF_POOL.message,
        "Another message.",
        BOTH.message,
    ]


def test_a_result_that_no_model_was_asked_for_carries_none(carrier):
    job = RemoteJob(b"x", call_of({"purpose": "decorative"}), carrier)
    job.run()
    job.finish(result(timings=dataclasses.replace(TIMES, n_answers=0)), ())
    assert job.result.warnings == ()


def test_the_time_to_pack_a_picture_is_time_to_read_it_and_not_to_wait(carrier):
    job = RemoteJob(Slow(b"x" * 10), call_of({}), carrier)
    job.run()
    job.finish(result(), ())
    times = job.result.timings
    assert times.prepare_s >= TIMES.prepare_s + 0.05
    assert times.prepare_s + times.queue_s == pytest.approx(TIMES.prepare_s + TIMES.queue_s)


def test_a_call_is_written_down_with_what_its_iterators_and_files_had(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("Say it.")
    call = call_of({"also": iter(["long"]), "facts": {"people": iter(["Ann"])}, "prompt": path, "timeout_s": 3})
    options = decode(json.loads(call.options))
    assert options["also"] == ("long",)
    assert options["facts"] == localalt.Facts(people=("Ann",))
    assert options["prompt"].instruction == "Say it."
    assert (call.timeout_s, call.detail, call.wants_hints, call.asks_model) == (3.0, "auto", False, True)


def test_a_fixed_number_of_tokens_takes_all_detail_unless_somebody_says_otherwise():
    assert call_of({}, exact=True).detail == "high"
    assert call_of({"detail": "low"}, exact=True).detail == "low"


@pytest.mark.parametrize(
    ("options", "asks"),
    [
        ({}, True),
        ({"purpose": "decorative"}, False),
        ({"existing": "A house with a red roof stands in front of a forest."}, False),
        ({"existing": "IMG_123.jpg"}, True),
        ({"existing": "A house.", "on_existing": "check"}, True),
        ({"existing": "A house with a red roof stands in front of a forest.", "language": "de"}, False),
        ({"existing": "IMG_123.jpg", "language": "de"}, True),
        ({"existing": "  "}, True),
    ],
)
def test_a_picture_is_read_where_a_model_may_be_asked(options, asks):
    assert call_of(options).asks_model is asks


@pytest.mark.parametrize(
    "options",
    [
        {"existing": b"x"},
        {"existing": 3, "purpose": "decorative"},
        {"existing": "x" * 10**6},
        {"language": ""},
        {"contxt": 1},
    ],
    ids=lambda options: f"{options!r:.40}",
)
def test_wrong_options_are_reported_whatever_else_is_asked(options):
    with pytest.raises(localalt.OptionError):
        call_of(options)


def test_a_job_ends_once_and_whoever_carries_it_hears_of_its_cancelling(carrier):
    job = RemoteJob(b"x", call_of({}), carrier)
    job.run()
    assert (carrier.submitted, job.frame().buffers) == ([job], (b"x",))
    job.cancel()
    job.finish(result(), ())
    job.end(KeyError("late"))
    assert (carrier.withdrawn, job.result, job.frame()) == ([job], None, None)
    with pytest.raises(CancelledError):
        job.done.result()


def test_a_job_that_was_cancelled_before_it_began_reads_nothing(carrier):
    file = io.BytesIO(b"x")
    job = RemoteJob(file, call_of({}), carrier)
    job.cancel()
    job.run()
    assert (file.tell(), carrier.submitted) == (0, [])


@pytest.mark.parametrize("source", [None, 12])
def test_what_is_not_a_picture_ends_the_job(carrier, source):
    job = RemoteJob(source, call_of({}), carrier)
    with pytest.raises(localalt.ImageFormatError):
        job.run()
    assert job.done.exception() is not None


def test_a_stream_waits_until_its_picture_is_read_and_no_piece_comes_twice(carrier):
    pieces = []
    job = RemoteJob(b"x", call_of({}), carrier, on_text=pieces.append)
    carrier.submit = lambda own: threading.Timer(0.01, own.begin).start()
    job.run()
    job.frame()
    for piece in ("A ", "red"):
        job.hear(piece)
    job.frame()  # its child has died, and another one begins anew
    for piece in ("A", " red", " house"):
        job.hear(piece)
    job.hear(None)
    job.begin()
    job.finish(result(), ())
    job.hear("late")
    assert pieces == ["A ", "red", " house", None, None]


def test_what_goes_wrong_before_its_picture_is_read_is_raised_to_whoever_asks_for_a_stream(carrier):
    job = RemoteJob(b"x", call_of({}), carrier, on_text=lambda _: None)
    carrier.submit = lambda own: threading.Timer(0.01, own.end, [localalt.ImageFormatError("broken")]).start()
    with pytest.raises(localalt.ImageFormatError, match="broken"):
        job.run()


def test_a_stream_whose_picture_is_not_read_in_time_is_over(carrier):
    job = RemoteJob(b"x", call_of({"timeout_s": 0.01}), carrier, on_text=lambda _: None)
    with pytest.raises(localalt.TimedOutError):
        job.run()
    assert carrier.withdrawn == [job]
