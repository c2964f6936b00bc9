"""What is decided about an answer's text holds up nobody: not the engine, not other pictures, not the clock."""

import asyncio
import threading
import time

import pytest

import localalt
from localalt.concurrency.reader_pool import N_DECIDERS
from localalt.drafting.dialogue import Dialogue

PATIENCE_S = 60


@pytest.fixture
def own():
    with localalt.load("selftest", device="cpu", n_seq_max=2) as describer:
        yield describer


@pytest.fixture
def picture(expected):
    return next(iter(expected.items()))


class Gate:
    """Holds up decisions, as a text that takes long would, until it is opened; the first `n` of them alone."""

    def __init__(self, monkeypatch, n=10**9):
        self.began, self._open, self._n = [], threading.Event(), n
        take = Dialogue.take

        def slow(dialogue, *answer):
            self.began.append(threading.current_thread().name)
            if len(self.began) <= self._n:
                assert self._open.wait(PATIENCE_S)
            return take(dialogue, *answer)

        monkeypatch.setattr(Dialogue, "take", slow)

    def open(self):
        self._open.set()


@pytest.fixture
def gate(monkeypatch):
    gates = []

    def make(n=10**9):
        gates.append(Gate(monkeypatch, n))
        return gates[-1]

    yield make
    for each in gates:
        each.open()


def in_thread(call):
    outcome = []

    def work():
        try:
            outcome.append(call())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread, outcome


def wait_until(holds):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


@pytest.mark.slow
def test_answers_are_looked_at_outside_the_engine(own, picture, gate):
    held = gate()
    held.open()
    assert own.describe(picture[0]).text == picture[1]
    assert held.began
    assert all(name.startswith("localalt-decider") for name in held.began)


@pytest.mark.slow
def test_other_pictures_are_described_while_the_decision_on_one_takes_long(own, picture, gate):
    held = gate(n=1)
    thread, outcome = in_thread(lambda: own.describe(picture[0]))
    wait_until(lambda: held.began)
    assert own.describe(picture[0]).text == picture[1]
    assert [alt.text for alt in own.describe_many([picture[0]] * 5)] == [picture[1]] * 5
    assert not outcome
    held.open()
    thread.join(PATIENCE_S)
    assert outcome[0].text == picture[1]


@pytest.mark.slow
def test_time_runs_on_during_a_decision(own, picture, gate):
    gate()
    with pytest.raises(localalt.TimedOutError):
        own.describe(picture[0], timeout_s=0.3)


@pytest.mark.slow
def test_time_runs_on_during_a_decision_about_one_of_many(own, picture, gate):
    held = gate(n=1)
    results = list(own.describe_many([picture[0]] * 3, on_error="return", timeout_s=3.0))
    assert any(isinstance(each, localalt.TimedOutError) for each in results)
    assert all(isinstance(each, (localalt.TimedOutError, localalt.AltText)) for each in results)
    held.open()


@pytest.mark.slow
def test_time_runs_on_during_a_decision_in_asyncio_and_the_loop_goes_on(own, picture, gate):
    gate()
    ticks = []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.01)

    async def main():
        ticking = asyncio.create_task(tick())
        with pytest.raises(localalt.TimedOutError):
            await own.adescribe(picture[0], timeout_s=0.3)
        ticking.cancel()

    asyncio.run(main())
    assert len(ticks) > 3


@pytest.mark.slow
def test_a_stream_ends_late_during_a_decision(own, picture, gate):
    gate()
    stream = own.stream(picture[0], timeout_s=0.5)
    with pytest.raises(localalt.TimedOutError):
        list(stream)


@pytest.mark.slow
@pytest.mark.parametrize("n_held", [1, N_DECIDERS + 2])
def test_closing_during_decisions_ends_them_and_returns(own, picture, gate, n_held):
    held = gate()
    waiting = [in_thread(lambda: own.describe(picture[0])) for _ in range(n_held)]
    wait_until(lambda: len(held.began) >= min(n_held, N_DECIDERS))
    own.close()
    for thread, outcome in waiting:
        thread.join(PATIENCE_S)
        assert isinstance(outcome[0], localalt.ClosedError)
    held.open()


@pytest.mark.slow
def test_what_a_decision_raises_ends_its_picture_alone(own, picture, monkeypatch):
    take = Dialogue.take
    calls = []

    def broken(dialogue, *answer):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("a fault of a rule")
        return take(dialogue, *answer)

    monkeypatch.setattr(Dialogue, "take", broken)
    with pytest.raises(RuntimeError, match="a fault of a rule"):
        own.describe(picture[0])
    assert own.describe(picture[0]).text == picture[1]


@pytest.mark.slow
def test_several_answers_about_a_picture_are_looked_at_one_at_a_time(own, picture, monkeypatch):
    take = Dialogue.take
    inside, most = [], []

    def counted(dialogue, *answer):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.01)
        asked = take(dialogue, *answer)
        inside.pop()
        return asked

    monkeypatch.setattr(Dialogue, "take", counted)
    result = own.describe(picture[0], candidates=4, also=("long",), checks="lint")
    assert len(result.candidates) == 4
    assert max(most) == 1
