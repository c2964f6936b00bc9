"""Children for one Describer: what becomes of pictures as they load, answer, hang and die. No process is started."""

import gc
import threading
import weakref
from types import SimpleNamespace

import pytest

from localalt.devices import Share
from localalt.errors import ClosedError, EngineError, ImageError, TimedOutError, WorkerCrashedError
from localalt.isolation import place, pool as pools
from localalt.isolation.interpreter import Start
from localalt.isolation.jobs import RemoteJob, call_of
from localalt.isolation.place import LoadRequest
from localalt.isolation.pool import Pool
from tests.support.fake_workers import Workers, until

START = Start(("python",), "/", {}, ())


@pytest.fixture
def workers(monkeypatch):
    workers = Workers()
    monkeypatch.setattr(place, "Worker", workers)
    monkeypatch.setattr(pools, "TICK_S", 0.02)
    return workers


@pytest.fixture
def blamed(monkeypatch):
    """What the errand that stores verdicts was asked for."""
    errands = []
    # Nothing can be stored: the devices are not to be used again.
    monkeypatch.setattr(pools, "blame", lambda start, devices, kind: errands.append((devices, kind)) or ())
    monkeypatch.setattr(pools, "limit", lambda start, *what: errands.append(what))
    return errands


@pytest.fixture
def heard():
    return []


@pytest.fixture
def pool(workers, heard):
    pool = Pool(
        START,
        on_progress=lambda share: heard.append(share),
        on_download=lambda progress: heard.append(progress),
        on_announcement=lambda words: heard.append(words),
    )
    yield pool
    pool.close()
    assert all(worker.is_closed or worker.ending for worker in workers)


def request(device="auto"):
    return LoadRequest(device, device, "model", {}, Share(), "/")


class Carrier:
    notices = ()

    def __init__(self, pool):
        self.submit, self.withdraw = pool.submit, pool.withdraw

    def geometry(self):
        raise AssertionError("a file's picture is made ready by the child")


def submit(pool, n=1, **options):
    jobs = [RemoteJob(b"a picture", call_of({"checks": "off", **options}), Carrier(pool)) for _ in range(n)]
    for job in jobs:
        job.run()
    return jobs


def opened(pool, workers, *devices, capacity=2):
    """A pool of one place whose first child is ready."""
    pool.load(request())
    worker = workers.number(0)
    worker.is_ready(*devices, capacity=capacity)
    return worker


def settle(pool):
    """Wait until the pool has done what it was asked for so far."""
    settled = threading.Event()
    pool.tell(settled.set)
    assert settled.wait(20)


def text(job):
    """Whether it has its text; raises its error."""
    assert job.done.exception(timeout=20) is None, job.done.exception()
    return job.result.text


def error(job):
    return job.done.exception(timeout=20)


# --- pictures ---


def test_a_picture_has_what_its_child_answers(pool, workers):
    worker = opened(pool, workers)
    good, bad = submit(pool, 2)
    until(lambda: len(worker.given) == 2)
    worker.answer(good.number, "text")
    worker.answer(bad.number, ImageError("not a picture"))
    assert text(good) == "text"
    assert isinstance(error(bad), ImageError)


def test_pictures_go_to_whoever_is_free(pool, workers):
    for _ in range(2):
        pool.load(request())
    first, second = workers.number(0), workers.number(1)
    first.is_ready(capacity=1)
    second.is_ready(capacity=1)
    jobs = submit(pool, 3)
    until(lambda: first.given and second.given)
    second.answer(second.given[0], "text")
    until(lambda: len(second.given) == 2)
    assert len(first.given) == 1
    assert sorted(first.given + second.given) == [job.number for job in jobs]


def test_a_death_costs_no_picture(pool, workers, caplog):
    worker = opened(pool, workers)
    jobs = submit(pool, 3)
    until(lambda: len(worker.given) == 2)
    worker.end("SIGSEGV")
    second = workers.number(1)
    second.is_ready()
    for index, job in enumerate(jobs):
        until(lambda index=index: len(second.given) == index + 1)
        assert second.given[-1] == job.number
        second.answer(job.number, f"text {index}")
    assert [text(job) for job in jobs] == ["text 0", "text 1", "text 2"]
    assert caplog.messages == ["The process for the model ended (SIGSEGV), and its pictures are tried again."]


def test_a_picture_that_two_fresh_children_die_of_has_an_error_and_the_others_their_texts(pool, workers):
    worker = opened(pool, workers)
    bad, good = submit(pool, 2)
    until(lambda: len(worker.given) == 2)
    worker.answer(good.number, "text")  # with a text before, no probe is needed
    until(lambda: good.done.done())
    (other,) = submit(pool)
    until(lambda: len(worker.given) == 3)
    worker.end()
    for index in (1, 2):
        workers.number(index).is_ready()
        until(lambda index=index: workers.number(index).given == [bad.number])
        workers.number(index).end()
    assert isinstance(error(bad), WorkerCrashedError)
    assert (error(bad).ending, error(bad).is_final) == ("SIGABRT", False)
    last = workers.number(3)
    last.is_ready()
    until(lambda: last.given)
    last.answer(other.number, "another")
    assert text(other) == "another"


def test_children_that_die_at_every_picture_are_one_error_for_all(pool, workers):
    worker = opened(pool, workers)
    jobs = submit(pool, 5)
    until(lambda: worker.given)
    worker.end()
    n_children = 1
    while pool.fault is None:
        worker = workers.number(n_children)
        n_children += 1
        worker.is_ready()
        until(lambda worker=worker: worker.given)
        worker.end()
        until(lambda n=n_children: len(workers.all) > n or pool.fault is not None)
    assert n_children <= 6
    errors = [error(job) for job in jobs]
    assert not errors[0].is_final
    assert all(each is pool.fault for each in errors[1:])
    assert pool.fault.is_final
    with pytest.raises(WorkerCrashedError, match="at every picture"):
        submit(pool)


def test_a_bad_first_picture_is_not_the_end_since_a_harmless_one_has_its_text(pool, workers):
    worker = opened(pool, workers)
    (bad,) = submit(pool)
    until(lambda: worker.given)
    worker.end()
    for index in (1, 2):
        workers.number(index).is_ready()
        until(lambda index=index: workers.number(index).given)
        workers.number(index).end()
    assert not error(bad).is_final
    probing = workers.number(3)
    probing.is_ready()
    until(lambda: probing.given)
    probing.answer(probing.given[0], "grey")
    (good,) = submit(pool)
    until(lambda: len(probing.given) == 2)
    probing.answer(good.number, "text")
    assert text(good) == "text"
    assert pool.fault is None


def test_a_child_that_dies_with_nothing_to_do_is_replaced_at_the_next_picture(pool, workers):
    worker = opened(pool, workers)
    worker.end()
    assert not list(pool.loaded) or worker.ending
    (job,) = submit(pool)
    second = workers.number(1)
    second.is_ready()
    until(lambda: second.given)
    second.answer(job.number, "text")
    assert text(job) == "text"


def test_pictures_that_nobody_waits_for_are_cancelled_and_not_tried_again(pool, workers):
    worker = opened(pool, workers)
    jobs = submit(pool, 3)
    until(lambda: len(worker.given) == 2)
    jobs[0].cancel()
    jobs[2].cancel()
    until(lambda: worker.cancelled == [jobs[0].number])
    worker.end()
    second = workers.number(1)
    second.is_ready()
    until(lambda: second.given == [jobs[1].number])


def test_what_a_child_says_of_a_picture_that_another_has_now_is_nothing(pool, workers):
    worker = opened(pool, workers)
    (job,) = submit(pool)
    until(lambda: worker.given)
    worker.end()
    second = workers.number(1)
    second.is_ready()
    until(lambda: second.given)
    worker.answer(job.number, "late")
    second.answer(job.number, "text")
    assert text(job) == "text"


def test_a_picture_times_out_while_no_child_has_it(pool, workers):
    worker = opened(pool, workers)
    (job,) = submit(pool, timeout_s=0.2)
    until(lambda: worker.given)
    worker.end()
    workers.number(1)  # and never ready
    assert isinstance(error(job), TimedOutError)


# --- loading ---


def test_what_a_first_child_says_of_loading_is_passed_on_and_later_ones_are_silent(pool, workers, heard):
    pool.load(request())
    worker = workers.number(0)
    worker.listener.on_announcement(worker, "a download")
    worker.listener.on_progress(worker, 0.5)
    worker.is_ready()
    (job,) = submit(pool)
    until(lambda: worker.given)
    worker.end()
    second = workers.number(1)
    second.listener.on_progress(second, 0.7)
    assert heard == ["a download", 0.5]
    job.cancel()


def test_what_a_callback_raises_ends_the_loading(workers):
    def refuse(share):
        raise KeyError("no")

    pool = Pool(START, on_progress=refuse, on_download=refuse, on_announcement=refuse)
    loading = pool.load(request())
    worker = workers.number(0)
    worker.listener.on_progress(worker, 0.5)
    with pytest.raises(KeyError):
        loading.result(20)
    assert worker.ending
    pool.close()


def test_three_deaths_in_a_row_while_loading_are_an_error(pool, workers):
    loading = pool.load(request())
    for index in range(3):
        workers.number(index).end("SIGKILL", was_killed=True)
    with pytest.raises(
        WorkerCrashedError, match=r"3 times while it loaded \(SIGKILL.*choose a smaller model"
    ) as caught:
        loading.result(20)
    assert caught.value.is_final
    assert len(workers.all) == 3


def test_two_deaths_while_loading_are_not(pool, workers):
    loading = pool.load(request())
    for index in range(2):
        workers.number(index).end()
    workers.number(2).is_ready()
    assert loading.result(20) is workers.number(2).loaded


def test_three_deaths_while_loading_again_end_all_pictures(pool, workers):
    worker = opened(pool, workers)
    jobs = submit(pool, 4)
    until(lambda: worker.given)
    worker.end()
    for index in range(1, 4):
        workers.number(index).end()
    assert {error(job) for job in jobs} == {pool.fault}
    assert pool.fault.is_final


def test_an_error_while_loading_is_the_answer_once_the_child_is_gone(pool, workers):
    loading = pool.load(request())
    worker = workers.number(0)
    worker.never_ends = True
    worker.listener.on_failed(worker, EngineError("no memory"))
    until(lambda: worker.is_given_up)
    assert not loading.done()
    worker.end("SIGKILL")
    with pytest.raises(EngineError, match="no memory"):
        loading.result(20)


def test_a_process_that_cannot_be_started_is_an_error(pool, workers):
    workers.cannot_start = True
    with pytest.raises(EngineError, match="no process can be started"):
        pool.load(request()).result(20)


def test_a_place_that_fails_is_left_out_and_the_others_go_on(pool, workers, caplog):
    loading = [pool.load(request(device)) for device in ("CUDA0", "CUDA1")]
    first, second = workers.number(0), workers.number(1)
    first.is_ready()
    second.listener.on_failed(second, EngineError("it is broken"))
    with pytest.raises(EngineError):
        loading[1].result(20)
    (job,) = submit(pool)
    until(lambda: first.given)
    first.answer(job.number, "text")
    assert text(job) == "text"
    assert "CUDA1 is left out: it is broken" in caplog.text


def test_the_first_children_may_all_fail_and_another_place_may_follow(pool, workers):
    first = pool.load(request("CUDA0"))
    workers.number(0).listener.on_failed(workers.number(0), EngineError("it is broken"))
    with pytest.raises(EngineError):
        first.result(20)
    assert pool.fault is None
    second = pool.load(request("CUDA1"))
    workers.number(1).is_ready()
    assert second.result(20)


# --- GPUs ---


def die_twice_on_gpu(pool, workers, *devices, start=0):
    """A picture that crashes on the GPU, up to the child that is to try it on the CPU."""
    (job,) = submit(pool)
    for index in range(start, start + 3):
        worker = workers.number(index)
        if worker.loaded is None:
            worker.is_ready(*devices)
        until(lambda worker=worker: job.number in worker.given)
        worker.end()
    cpu = workers.number(start + 3)
    assert cpu.options["device"] == "cpu"
    cpu.is_ready()
    until(lambda: cpu.given == [job.number])
    return job, cpu


def test_a_gpu_is_blamed_and_the_next_plan_waits_for_that(pool, workers, monkeypatch):
    stored, may_end = [], threading.Event()

    def blame(start, devices, kind):
        stored.append((devices, kind))
        may_end.wait(20)
        return ()

    monkeypatch.setattr(pools, "blame", blame)
    opened(pool, workers, "CUDA0")
    job, cpu = die_twice_on_gpu(pool, workers, "CUDA0")
    cpu.answer(job.number, "text")
    assert text(job) == "text"
    until(lambda: stored == [(("CUDA0",), "a kind")])
    (other,) = submit(pool)
    until(lambda: cpu.ending)  # it was for the suspect alone
    settle(pool)
    assert len(workers.all) == 4
    may_end.set()
    last = workers.number(4)
    assert last.options["device"] == "auto"
    last.is_ready()  # the plan avoids the GPU
    until(lambda: last.given)
    last.answer(other.number, "other")
    assert text(other) == "other"


def test_where_the_verdict_cannot_be_stored_the_place_uses_the_cpu(pool, workers, blamed):
    opened(pool, workers, "CUDA0")
    job, cpu = die_twice_on_gpu(pool, workers, "CUDA0")
    cpu.answer(job.number, "text")
    submit(pool)
    again = workers.number(4)
    again.is_ready("CUDA0")
    last = workers.number(5)
    assert last.options["device"] == "cpu"
    last.is_ready()
    until(lambda: last.given)
    assert len(submit(pool)) == 1
    until(lambda: len(last.given) == 2)  # it stays


def test_a_picture_that_the_cpu_dies_of_does_not_rule_out_the_gpu(pool, workers, blamed):
    opened(pool, workers, "CUDA0")
    job, cpu = die_twice_on_gpu(pool, workers, "CUDA0")
    cpu.end()
    assert isinstance(error(job), WorkerCrashedError)
    assert workers.number(4).options["device"] == "auto"
    assert blamed == []


def test_children_that_somebody_killed_do_not_rule_out_the_gpu(pool, workers, blamed):
    worker = opened(pool, workers, "CUDA0")
    (job,) = submit(pool)
    for index in range(3):
        worker = workers.number(index)
        if worker.loaded is None:
            worker.is_ready("CUDA0")
        until(lambda worker=worker: worker.given)
        worker.end("SIGKILL", was_killed=True)
    cpu = workers.number(3)
    cpu.is_ready()
    until(lambda: cpu.given)
    cpu.answer(job.number, "text")
    assert text(job) == "text"
    submit(pool)
    assert workers.number(4).options["device"] == "auto"
    assert blamed == []


def test_of_two_gpus_the_one_at_fault_is_left_out(pool, workers, blamed, caplog):
    for device in ("CUDA0", "CUDA1"):
        pool.load(request(device))
    first, second = workers.number(0), workers.number(1)
    second.is_ready("CUDA1", capacity=1)
    (busy,) = submit(pool)
    until(lambda: second.given)
    first.is_ready("CUDA0", capacity=1)
    job, cpu = None, None
    (job,) = submit(pool)
    for index in (0, 2, 3):
        worker = workers.number(index)
        if worker.loaded is None:
            worker.is_ready("CUDA0", capacity=1)
        until(lambda worker=worker: worker.given)
        worker.end()
    cpu = workers.number(4)
    cpu.is_ready(capacity=1)
    until(lambda: cpu.given)
    cpu.answer(job.number, "text")
    assert text(job) == "text"
    until(lambda: blamed == [(("CUDA0",), "a kind")])
    second.answer(busy.number, "other")
    submit(pool, 3)
    until(lambda: "CUDA0 is left out" in caplog.text)
    assert len(workers.all) == 5


def test_where_the_cpu_cannot_load_the_model_the_picture_counts_as_guilty(pool, workers, blamed):
    opened(pool, workers, "CUDA0")
    (job,) = submit(pool)
    for index in range(3):
        worker = workers.number(index)
        if worker.loaded is None:
            worker.is_ready("CUDA0")
        until(lambda worker=worker: worker.given)
        worker.end()
    cpu = workers.number(3)
    cpu.listener.on_failed(cpu, EngineError("no memory"))
    assert error(job).ending == "SIGABRT"
    workers.number(4).is_ready("CUDA0")
    assert pool.fault is None
    assert blamed == []


def die_loading(workers, *devices, indices, **end):
    for index in indices:
        workers.number(index).devices = devices
        workers.number(index).end(**end)


OUT_OF_MEMORY = {"log": ("CUDA error: out of memory", "ggml-cuda.cu:110: CUDA error")}


def test_after_three_deaths_while_loading_on_a_gpu_the_last_try_is_without_it(pool, workers, blamed):
    loading = pool.load(request())
    die_loading(workers, "CUDA0", indices=range(3))
    last = workers.number(3)
    assert last.options["device"] == "cpu"
    last.is_ready()
    assert loading.result(20)
    # One may have been chance.
    assert blamed == [(("CUDA0",), "a kind")] * 2


def test_a_gpu_that_was_asked_for_is_not_replaced_by_the_cpu(pool, workers, blamed):
    loading = pool.load(request("CUDA0"))
    die_loading(workers, "CUDA0", indices=range(3))
    with pytest.raises(WorkerCrashedError, match="load it again, which takes more care with CUDA0"):
        loading.result(20)
    assert blamed == [(("CUDA0",), "a kind")] * 2


def test_a_model_that_ends_its_process_on_the_cpu_too_is_an_error(pool, workers, blamed):
    loading = pool.load(request())
    die_loading(workers, "CUDA0", indices=range(3))
    die_loading(workers, indices=[3])
    with pytest.raises(WorkerCrashedError, match="ended 4 times while it loaded"):
        loading.result(20)


def test_the_next_child_is_not_started_before_the_verdict_is_stored(pool, workers, monkeypatch):
    may_end, stored = threading.Event(), []
    monkeypatch.setattr(pools, "blame", lambda *_: (stored.append(1), may_end.wait(20), ("CUDA0",))[-1])
    pool.load(request())
    die_loading(workers, "CUDA0", indices=range(2))
    until(lambda: stored)
    settle(pool)
    assert len(workers.all) == 2
    may_end.set()
    assert workers.number(2).options["device"] == "auto"  # in the way that was stored


def test_a_death_for_want_of_memory_is_stored_at_once_and_the_next_child_takes_less(pool, workers, blamed):
    loading = pool.load(request())
    die_loading(workers, "CUDA0", indices=[0], **OUT_OF_MEMORY)
    second = workers.number(1)
    assert second.share.failed == (("CUDA0", "a model", 1_000),)
    second.gpu_bytes = 850
    die_loading(workers, "CUDA0", indices=[1], **OUT_OF_MEMORY)
    third = workers.number(2)
    assert third.share.failed == (("CUDA0", "a model", 850),)
    third.is_ready("CUDA0")
    assert loading.result(20)
    assert blamed == [(("CUDA0",), "a model", 1_000), (("CUDA0",), "a model", 850)]


@pytest.mark.parametrize(
    "end",
    [
        pytest.param({"ending": "SIGKILL", "was_killed": True}, id="killed"),
        pytest.param({"log": ("terminate called after throwing an instance of 'std::bad_alloc'",)}, id="RAM"),
    ],
)
def test_what_is_not_the_gpus_fault_is_stored_nowhere(pool, workers, blamed, end):
    loading = pool.load(request())
    die_loading(workers, "CUDA0", indices=range(3), **end)
    with pytest.raises(WorkerCrashedError):
        loading.result(20)
    assert blamed == []


def test_a_gpu_that_lacked_memory_at_a_picture_is_used_again_for_less(pool, workers, blamed):
    opened(pool, workers, "CUDA0")
    (job,) = submit(pool)
    for index in range(3):
        worker = workers.number(index)
        if worker.loaded is None:
            worker.is_ready("CUDA0")
        until(lambda worker=worker: worker.given)
        worker.end(**OUT_OF_MEMORY)
    cpu = workers.number(3)
    cpu.is_ready()
    until(lambda: cpu.given)
    cpu.answer(job.number, "text")
    assert text(job) == "text"
    until(lambda: blamed == [(("CUDA0",), "a model", 1_000)])
    submit(pool)
    again = workers.number(4)
    assert (again.options["device"], again.share.failed) == ("auto", (("CUDA0", "a model", 1_000),))
    again.is_ready("CUDA0")
    until(lambda: again.given)  # it is not left out


def test_a_gpu_that_is_used_in_another_way_from_now_on_is_not_left_out(pool, workers, monkeypatch):
    monkeypatch.setattr(pools, "blame", lambda start, devices, kind: devices)
    opened(pool, workers, "CUDA0")
    job, cpu = die_twice_on_gpu(pool, workers, "CUDA0")
    cpu.answer(job.number, "text")
    assert text(job) == "text"
    submit(pool)
    again = workers.number(4)
    again.is_ready("CUDA0")
    until(lambda: again.given)


# --- hangs ---


def test_a_child_that_hangs_is_ended_and_counts_as_dead(pool, workers):
    worker = opened(pool, workers)
    (job,) = submit(pool)
    until(lambda: worker.given)
    worker.hangs = True
    second = workers.number(1)
    assert worker.ending == "no progress for 9 seconds"
    second.is_ready()
    until(lambda: second.given == [job.number])


def test_a_child_that_hangs_with_nothing_to_do_is_left_alone(pool, workers):
    worker = opened(pool, workers)
    worker.hangs = True
    pool.load(request())  # so that the clock is looked at
    workers.number(1)
    assert not worker.ending


def test_a_child_that_a_driver_holds_is_not_waited_for(pool, workers, monkeypatch):
    monkeypatch.setattr(pools, "ABANDONED_S", 0.05)
    worker = opened(pool, workers)
    (job,) = submit(pool)
    until(lambda: worker.given)
    worker.never_ends = worker.hangs = True
    second = workers.number(1)
    second.is_ready()
    until(lambda: second.given == [job.number])
    worker.end("SIGKILL")  # at last, which concerns nobody
    second.answer(job.number, "text")
    assert text(job) == "text"


def test_time_in_which_this_process_was_stopped_does_not_count(pool, workers, monkeypatch):
    elapsed, clock = [], SimpleNamespace(now=0.0)

    def is_hung(elapsed_s, **_):
        elapsed.append(elapsed_s)
        return False

    def tick():
        clock.now += 3600
        return clock.now

    worker = opened(pool, workers)
    worker.is_hung = is_hung
    monkeypatch.setattr(pools.time, "monotonic", tick)
    submit(pool)
    until(lambda: elapsed)
    assert max(elapsed) <= 2 * pools.TICK_S


# --- the end ---


def test_closing_ends_pictures_that_load_wait_and_are_under_way(pool, workers):
    worker = opened(pool, workers, capacity=1)
    jobs = submit(pool, 2)
    until(lambda: worker.given)
    pool.close()
    assert all(isinstance(error(job), ClosedError) for job in jobs)
    assert worker.is_closed
    with pytest.raises(ClosedError):
        submit(pool)
    with pytest.raises(ClosedError):
        pool.load(request())
    pool.close()


def test_closing_during_a_restart_starts_nothing_more(pool, workers):
    worker = opened(pool, workers)
    (job,) = submit(pool)
    until(lambda: worker.given)
    worker.end()
    second = workers.number(1)
    pool.close()
    assert isinstance(error(job), ClosedError)
    assert second.is_closed
    second.end()
    assert len(workers.all) == 2


def test_closing_ends_who_waits_for_loading(pool, workers):
    loading = pool.load(request())
    workers.number(0)
    pool.close()
    with pytest.raises(ClosedError):
        loading.result(20)


def test_a_picture_that_is_submitted_as_the_pool_closes_has_an_end(pool, workers, monkeypatch):
    opened(pool, workers)
    tell = pool.tell

    def close_first(what, *arguments):
        if what == pool._add:
            pool.close()
        tell(what, *arguments)

    monkeypatch.setattr(pool, "tell", close_first)
    (job,) = submit(pool)
    assert isinstance(error(job), ClosedError)


def test_closing_from_one_of_its_own_threads_does_not_wait_for_itself(pool, workers):
    worker = opened(pool, workers)
    (job,) = submit(pool)
    until(lambda: worker.given)
    job.done.add_done_callback(lambda _: pool.close())  # runs in the pool's thread
    worker.answer(job.number, "text")
    until(lambda: worker.is_closed)


def test_a_fault_of_ours_ends_everything_with_an_error(pool, workers, monkeypatch):
    worker = opened(pool, workers)
    monkeypatch.setattr(pool._dispatch, "next_action", lambda *_, **__: 1 / 0)
    jobs = submit(pool, 2)
    assert all(isinstance(error(job), EngineError) for job in jobs)
    assert "ZeroDivisionError" in str(pool.fault)
    assert worker.ending
    with pytest.raises(EngineError):
        submit(pool)


def test_the_end_stays_what_it_was_whatever_is_reported_later(pool, workers, monkeypatch):
    first = opened(pool, workers)
    first.never_ends = True
    pool.load(request())
    second = workers.number(1)
    second.never_ends = True
    second.listener.on_failed(second, EngineError("it cannot load"))
    until(lambda: second.is_given_up)
    monkeypatch.setattr(pool._dispatch, "next_action", lambda *_, **__: 1 / 0)
    (job,) = submit(pool)
    fault = error(job)
    second.end()
    settle(pool)
    assert pool._places[1].worker is None
    assert pool.fault is fault
    assert "ZeroDivisionError" in str(fault)
    first.end()


def test_a_picture_has_one_end_whatever_comes_first(pool, workers):
    worker = opened(pool, workers)
    (job,) = submit(pool)
    until(lambda: worker.given)
    job.cancel()
    worker.answer(job.number, "text")
    worker.answer(job.number, "text")
    (other,) = submit(pool)
    until(lambda: len(worker.given) == 2)
    worker.answer(other.number, "other")
    assert text(other) == "other"


def test_jobs_are_not_held_once_they_have_ended(pool, workers):
    worker = opened(pool, workers)
    jobs = submit(pool, 2)
    until(lambda: len(worker.given) == 2)
    worker.answer(jobs[0].number, "text")
    jobs[1].cancel()
    worker.answer(jobs[1].number, ImageError("cancelled"))
    gone = [weakref.ref(job) for job in jobs]
    until(lambda: not pool._jobs)
    del jobs
    until(lambda: gc.collect() is not None and not any(ref() for ref in gone))


# --- a process that is to be started otherwise ---

WITHOUT_F16 = {"GGML_VK_DISABLE_F16": "1"}


def test_a_child_whose_plan_needs_variables_is_started_again_with_them_and_so_are_those_after_it(pool, workers):
    loading = pool.load(request())
    first = workers.number(0)
    first.listener.on_restart(first, WITHOUT_F16)
    second = workers.number(1)
    assert (dict(first.start.environment), dict(second.start.environment)) == ({}, WITHOUT_F16)
    second.is_ready("Vulkan0")
    assert loading.result(10).plan.devices == ("Vulkan0",)
    submit(pool)
    until(lambda: second.given)
    second.end()
    assert dict(workers.number(2).start.environment) == WITHOUT_F16


def test_a_child_that_lacks_what_it_was_started_with_is_an_error_and_not_started_for_ever(pool, workers):
    loading = pool.load(request())
    for index in range(2):
        child = workers.number(index)
        child.listener.on_restart(child, WITHOUT_F16)
    with pytest.raises(EngineError, match="could not be started with GGML_VK_DISABLE_F16"):
        loading.result(10)
    assert len(workers.all) == 2
