"""The engine's faults and rare paths, on the known-answer model with single native calls bent."""

import random
import threading
from concurrent.futures import CancelledError

import pytest

import localalt
from localalt.errors import CacheFullError, NativeError
from localalt.sequence import Request


@pytest.fixture
def own():
    """A Describer of this test's own, to bend."""
    with localalt.load("selftest", device="cpu", n_seq_max=3) as describer:
        yield describer


@pytest.fixture
def pictures(expected):
    return list(expected.items())


def request(describer, path, **changes):
    picture = localalt.describer.load_picture(path, describer._geometry)
    opening, _, instruction, *rest = describer._parts({})
    parts = [(opening.text, True), picture.pixels, (instruction.text, False), *((part.text, True) for part in rest)]
    return Request(tuple(parts), **({"max_tokens": 64} | changes))


def test_a_stop_text_ends_the_answer_and_is_left_out(own, pictures):
    path, text = pictures[0]
    first, second, *_ = text.split()
    pieces = []
    ticket = own._engine.submit(request(own, path, stop=(second,)), on_text=pieces.append)
    generation = ticket.future.result(timeout=300)
    assert generation.text.strip() == first
    assert generation.sequence.finish_reason == "stop"
    assert "".join(pieces) == generation.text


def test_a_loop_is_noticed_stopped_and_told(own, pictures, monkeypatch):
    context = own._engine._context
    token = next(id_ for id_ in range(261, 448) if own._engine._model.piece(id_).strip().isalpha())
    monkeypatch.setattr(context, "sample", lambda slot, row: token)
    alt = own.describe(pictures[0][0])
    assert alt.finish_reason == "loop"
    assert alt.timings.n_output_tokens < 40
    assert "loop" in {notice.name for notice in alt.warnings}


def test_a_picture_that_fails_in_the_projector_fails_alone(own, pictures, monkeypatch):
    encode = own._engine._projector.encode
    calls = iter(range(1000))

    def fail_second(chunk):
        if next(calls) == 1:
            raise NativeError("The projector failed.", call="mtmd_encode_chunk", code=1)
        return encode(chunk)

    monkeypatch.setattr(own._engine._projector, "encode", fail_second)
    results = list(own.describe_many([path for path, _ in pictures[:4]], on_error="return"))
    failed = [index for index, result in enumerate(results) if isinstance(result, NativeError)]
    assert len(failed) == 1
    assert all(
        result.text == text
        for result, (_, text) in zip(results, pictures, strict=False)
        if result is not results[failed[0]]
    )
    assert own.describe(pictures[0][0]).text == pictures[0][1]


def test_a_batch_that_fails_is_split_and_all_get_their_texts(own, pictures, monkeypatch):
    decode = own._engine._context.decode
    widths = []

    def refuse_wide(tokens, positions, seq_ids):
        widths.append(len(tokens))
        if len(tokens) > 1:
            raise CacheFullError("full")
        decode(tokens, positions, seq_ids)

    monkeypatch.setattr(own._engine._context, "decode", refuse_wide)
    results = list(own.describe_many([path for path, _ in pictures]))
    assert [result.text for result in results] == [text for _, text in pictures]
    assert max(widths) > 1


def test_a_fault_of_our_own_reaches_the_caller_and_the_engine_goes_on(own, pictures, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(own._engine._projector, "encode", lambda chunk: 1 / 0)
        with pytest.raises(localalt.EngineError, match="ZeroDivisionError"):
            own.describe(pictures[0][0])
    assert own.describe(pictures[0][0]).text == pictures[0][1]


def test_random_arrivals_and_cancels_leave_every_other_text_as_it_is_alone(own, pictures):
    alone = {path: own.describe(path).raw for path, _ in pictures}
    rng = random.Random(7)
    wrong = []

    def work(seed):
        mine = random.Random(seed)
        for _ in range(6):
            path, _ = mine.choice(pictures)
            if mine.random() < 0.3:
                with own.stream(path) as stream:
                    for _ in range(mine.randint(0, 3)):
                        next(stream, None)
                continue
            raw = own.describe(path).raw
            if raw != alone[path]:
                wrong.append((path, raw))

    threads = [threading.Thread(target=work, args=(rng.random(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert own._engine._scheduler.idle
    assert own._engine._tickets == {}


def test_a_cancelled_request_that_waits_never_runs(own, pictures):
    tickets = [own._engine.submit(request(own, pictures[0][0])) for _ in range(12)]
    own._engine.cancel(tickets[-1])
    with pytest.raises(CancelledError):
        tickets[-1].future.result(timeout=300)
    assert {ticket.future.result(timeout=300).text for ticket in tickets[:-1]}
