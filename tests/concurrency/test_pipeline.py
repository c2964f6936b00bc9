"""The window over many pictures: its policy alone, and its two drivers with futures for pictures."""

import asyncio
import itertools
import queue
import random
import threading
from concurrent.futures import CancelledError, Future

import pytest
from hypothesis import given, strategies as st

from localalt.concurrency.pipeline import Action, Window, adeliver, deliver, notify_loop


class Task:
    """Something under way that the test ends."""

    def __init__(self, item):
        self.item = item
        self.done = Future()
        self.cancelled = False

    def finish(self):
        if not self.done.done():
            self.done.set_result(None)

    def cancel(self):
        self.cancelled = True
        if not self.done.done():
            self.done.set_exception(CancelledError())


# --- the policy ---


@st.composite
def windows(draw):
    ahead = draw(st.integers(1, 6))
    return {"ahead": ahead, "most": draw(st.integers(ahead, 12)), "in_order": draw(st.booleans())}


@pytest.mark.slow
@given(windows(), st.integers(0, 40), st.randoms(use_true_random=False))
def test_whatever_finishes_when_every_item_comes_once_and_the_bounds_hold(sizes, n_items, rng):
    window = Window(**sizes)
    unfinished, delivered, held = set(), [], set()
    n_pulled = n_since = 0
    while (action := window.next_action()) is not Action.END:
        was_ready = window.is_ready
        if action is Action.PULL:
            assert len(unfinished) < sizes["ahead"]
            assert len(unfinished) + len(held) < sizes["most"]
            n_since += was_ready
            assert n_since <= 1  # a ready result waits for one item at most
            if n_pulled == n_items:
                window.exhaust()
            else:
                assert window.pull() == n_pulled
                unfinished.add(n_pulled)
                n_pulled += 1
        elif action is Action.DELIVER:
            n_since = 0
            index = window.deliver()
            held.remove(index)
            delivered.append(index)
        else:
            assert action is Action.WAIT
            assert not was_ready
            assert unfinished
        n_finishing = rng.randint(1 if action is Action.WAIT else 0, 2)
        for index in rng.sample(sorted(unfinished), min(n_finishing, len(unfinished))):
            unfinished.remove(index)
            held.add(index)
            window.finish(index)
    assert sorted(delivered) == list(range(n_items))
    assert not sizes["in_order"] or delivered == sorted(delivered)


def test_results_out_of_order_come_as_they_are_finished():
    window = Window(ahead=3, most=3, in_order=False)
    for _ in range(3):
        window.pull()
    for index in (2, 0, 1):
        window.finish(index)
    assert [window.deliver() for _ in range(3)] == [2, 0, 1]


def test_one_slow_item_does_not_idle_the_others_until_as_many_as_agreed_are_held_back():
    window = Window(ahead=2, most=10, in_order=True)
    window.pull()  # the slow one
    while (action := window.next_action()) is Action.PULL:
        window.finish(window.pull())
    assert action is Action.WAIT
    window.finish(0)
    window.exhaust()
    assert [window.deliver() for _ in range(10)] == list(range(10))


# --- the driver for a plain loop ---


def started(tasks, *, finish=lambda task: None):
    def start(item):
        task = Task(item)
        tasks.append(task)
        finish(task)
        return task

    return start


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_items_that_finish_in_other_threads_come_once_each_and_in_order_when_asked(in_order, seed):
    rng = random.Random(seed)
    n_items, ahead = rng.randint(0, 30), rng.randint(1, 5)
    under_way = queue.SimpleQueue()

    def finish_in_any_order():
        waiting, ended = [], False
        while waiting or not ended:
            try:
                task = under_way.get(timeout=0.001 if waiting else None)
            except queue.Empty:  # the window is full
                waiting.pop().finish()
                continue
            ended |= task is None
            waiting += [task] if task is not None else []
            rng.shuffle(waiting)
            while waiting and rng.random() < 0.5:
                waiting.pop().finish()

    thread = threading.Thread(target=finish_in_any_order)
    thread.start()

    def items():
        yield from range(n_items)
        under_way.put(None)

    window = Window(ahead=ahead, most=2 * ahead, in_order=in_order)
    results = list(deliver(items(), started([], finish=under_way.put), window))
    thread.join()
    assert sorted(results_of(results)) == [(index, index) for index in range(n_items)]
    assert not in_order or [index for index, _ in results] == list(range(n_items))


def results_of(results):
    return [(index, task.item) for index, task in results]


def test_no_more_are_pulled_than_may_be_unfinished():
    tasks = []
    pulled = []

    def items():
        for index in itertools.count():
            pulled.append(index)
            if index == 3:
                tasks[0].finish()  # once the window is full, so that there is a result to wait for
            yield index

    results = deliver(items(), started(tasks), Window(ahead=4, most=8, in_order=True))
    assert next(results)[0] == 0
    assert len(pulled) <= 5
    assert sum(not task.done.done() for task in tasks) <= 4


def test_a_result_that_is_ready_waits_for_one_item_of_an_endless_source_at_most():
    pulled = []

    def endless():
        for index in itertools.count():
            pulled.append(index)
            yield index

    results = deliver(endless(), started([], finish=Task.finish), Window(ahead=50, most=50, in_order=True))
    for n in range(1, 6):
        next(results)
        assert len(pulled) <= n + 1


def test_what_the_source_raises_is_raised_at_once_and_what_is_under_way_is_cancelled():
    tasks = []

    def items():
        yield from range(3)
        raise KeyError("cursor")

    with pytest.raises(KeyError, match="cursor"):
        list(deliver(items(), started(tasks), Window(ahead=9, most=9, in_order=True)))
    assert [task.cancelled for task in tasks] == [True] * 3


@pytest.mark.parametrize("end", ["close", "forget"])
def test_closing_or_forgetting_the_iterator_cancels_what_is_under_way_and_no_more(end):
    tasks = []
    results = deliver(
        iter(range(9)),
        started(tasks, finish=lambda task: task.item == 0 and task.finish()),
        Window(ahead=3, most=9, in_order=True),
    )
    next(results)
    if end == "close":
        results.close()
    else:
        del results
    assert [task.cancelled for task in tasks] == [False] + [True] * (len(tasks) - 1)


def test_the_source_is_advanced_in_the_callers_thread_only():
    seen = set()

    def items():
        for index in range(20):
            seen.add(threading.current_thread())
            yield index

    def finish(task):
        threading.Thread(target=task.finish).start()

    list(deliver(items(), started([], finish=finish), Window(ahead=3, most=9, in_order=False)))
    assert seen == {threading.current_thread()}


def test_a_check_that_fails_comes_before_anything_else():
    def refuse():
        raise PermissionError("forked")

    results = deliver(iter([1]), started([]), Window(ahead=1, most=1, in_order=True), check=refuse)
    with pytest.raises(PermissionError):
        next(results)


# --- the driver for asyncio ---


async def spaced(items):
    for item in items:
        await asyncio.sleep(0)
        yield item


@pytest.mark.parametrize("kind", [iter, spaced])
def test_asyncio_gets_every_item_once_in_order_from_both_kinds_of_source(kind):
    rng = random.Random(3)

    def finish(task):
        threading.Timer(rng.random() / 200, task.finish).start()

    async def run():
        window = Window(ahead=4, most=8, in_order=True)
        return [
            (index, task.item) async for index, task in adeliver(kind(range(25)), started([], finish=finish), window)
        ]

    assert asyncio.run(run()) == [(index, index) for index in range(25)]


def test_asyncio_gives_a_result_out_while_the_source_takes_its_time():
    async def run():
        never = asyncio.Event()

        async def slow():
            yield 0
            await never.wait()

        results = adeliver(slow(), started([], finish=Task.finish), Window(ahead=4, most=8, in_order=True))
        assert (await anext(results))[0] == 0
        await results.aclose()

    asyncio.run(run())


def test_asyncio_pulls_no_more_than_may_be_unfinished():
    async def run():
        pulled, tasks = [], []

        def endless():
            for index in itertools.count():
                pulled.append(index)
                yield index

        results = adeliver(endless(), started(tasks), Window(ahead=4, most=8, in_order=True))
        first = asyncio.ensure_future(anext(results))
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(pulled) == 4
        tasks[0].finish()
        assert (await first)[0] == 0
        await results.aclose()
        assert [task.cancelled for task in tasks[1:]] == [True] * (len(tasks) - 1)

    asyncio.run(run())


def test_asyncio_raises_what_the_source_raises_and_cancels_what_is_under_way():
    tasks = []

    async def broken():
        yield 0
        yield 1
        raise KeyError("cursor")

    async def run():
        async for _ in adeliver(broken(), started(tasks), Window(ahead=9, most=9, in_order=True)):
            pass

    with pytest.raises(KeyError, match="cursor"):
        asyncio.run(run())
    assert [task.cancelled for task in tasks] == [True, True]


def test_asyncio_ends_the_source_when_the_iterator_is_closed():
    ended = []

    async def run():
        async def source():
            try:
                yield 0
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        results = adeliver(source(), started([], finish=Task.finish), Window(ahead=2, most=2, in_order=True))
        await anext(results)
        await results.aclose()
        assert ended == [True]

    asyncio.run(run())


def test_a_result_for_a_loop_that_is_closed_is_dropped_without_a_word(caplog, capfd):
    future = Future()

    async def wait_for_it():
        notify_loop(future, lambda: None)

    asyncio.run(wait_for_it())
    future.set_result(None)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
