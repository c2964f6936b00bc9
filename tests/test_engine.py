"""The engine's faults and rare paths, on the known-answer model with single native calls bent."""

import dataclasses
import random
import threading
import time
from concurrent.futures import CancelledError, wait

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import localalt
from localalt.errors import CacheFullError, NativeError
from localalt.native.library import library
from localalt.prompt import around_picture, build_prompt
from localalt.prompts import PROMPTS
from localalt.request import Question, Request


@pytest.fixture
def own():
    """A Describer of this test's own, to bend."""
    with localalt.load("selftest", device="cpu", n_seq_max=3) as describer:
        yield describer


@pytest.fixture
def pictures(expected):
    return list(expected.items())


def request(describer, path, n_questions=1, deadline=None, **changes):
    picture = localalt.describer.load_picture(path, describer._loaded.geometry)
    head, tail = around_picture(build_prompt(describer._loaded.preset, PROMPTS["selftest"]))
    question = Question(tail, **({"max_tokens": 64} | changes))
    return Request(head, picture.pixels, (question,) * n_questions, deadline)


def submit(describer, path, **changes):
    (ticket,) = describer._engine.submit(request(describer, path, **changes))
    return ticket


def test_a_stop_text_ends_the_answer_and_is_left_out(own, pictures):
    path, text = pictures[0]
    first, second, *_ = text.split()
    pieces = []
    (ticket,) = own._engine.submit(request(own, path, stop=(second,)), on_text=pieces.append)
    generation = ticket.future.result(timeout=300)
    assert generation.text.strip() == first
    assert generation.sequence.finish_reason == "stop"
    assert "".join(pieces) == generation.text


def test_a_loop_is_noticed_stopped_and_told(own, pictures, monkeypatch):
    context = own._engine._runner._context
    token = next(id_ for id_ in range(261, 448) if own._engine._runner._model.piece(id_).strip().isalpha())
    monkeypatch.setattr(context, "sample", lambda slot, row: token)
    alt = own.describe(pictures[0][0])
    assert alt.finish_reason == "loop"
    assert alt.timings.n_output_tokens < 40
    assert "loop" in {notice.name for notice in alt.warnings}


def test_a_picture_that_fails_in_the_projector_fails_alone(own, pictures, monkeypatch):
    encode = own._engine._runner._prefill._projector.encode_batch
    calls = iter(range(1000))

    def fail_second(chunks):
        if next(calls) == 1:
            raise NativeError("The projector failed.", call="mtmd_batch_encode", code=1)
        return encode(chunks)

    monkeypatch.setattr(own._engine._runner._prefill._projector, "encode_batch", fail_second)
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
    decode = own._engine._runner._context.decode
    widths = []

    def refuse_wide(tokens, positions, seq_ids):
        widths.append(len(tokens))
        if len(tokens) > 1:
            raise CacheFullError("full")
        decode(tokens, positions, seq_ids)

    monkeypatch.setattr(own._engine._runner._context, "decode", refuse_wide)
    results = list(own.describe_many([path for path, _ in pictures]))
    assert [result.text for result in results] == [text for _, text in pictures]
    assert max(widths) > 1


def test_damaged_pictures_in_a_row_do_not_hold_up_the_one_that_is_answered(pictures, monkeypatch):
    with localalt.load("selftest", device="cpu", n_seq_max=8) as describer:
        slow = submit(describer, pictures[0][0], max_tokens=100, exact=True)
        while not slow.sequence.tokens:
            time.sleep(0.001)
        submitted = threading.Event()

        def fail(chunks):
            submitted.wait(60)
            raise NativeError("damaged", call="mtmd_batch_encode", code=1)

        monkeypatch.setattr(describer._engine._runner._prefill._projector, "encode_batch", fail)
        damaged = [submit(describer, pictures[1][0]) for _ in range(200)]
        n_failed_before = []
        slow.future.add_done_callback(lambda _: n_failed_before.append(sum(each.future.done() for each in damaged)))
        submitted.set()
        wait([each.future for each in damaged], timeout=300)
        assert n_failed_before[0] <= 100


def test_a_fault_of_our_own_reaches_the_caller_and_the_engine_goes_on(own, pictures, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(own._engine._runner._prefill._projector, "encode_batch", lambda chunks: 1 / 0)
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
    assert own._engine._runner._scheduler.is_idle
    assert own._engine._runner._tickets == {}


def test_a_cancelled_request_that_waits_never_runs(own, pictures):
    tickets = [submit(own, pictures[0][0]) for _ in range(12)]
    own._engine.cancel(tickets[-1])
    with pytest.raises(CancelledError):
        tickets[-1].future.result(timeout=300)
    assert {ticket.future.result(timeout=300).text for ticket in tickets[:-1]}


# --- several questions about one picture ---


@pytest.mark.parametrize("n_slots", [1, 2, 3])
def test_every_question_about_a_picture_is_answered_with_one_encode(pictures, monkeypatch, n_slots):
    with localalt.load("selftest", device="cpu", n_seq_max=n_slots) as describer:
        encode, n_encoded = describer._engine._runner._prefill._projector.encode_batch, []
        monkeypatch.setattr(
            describer._engine._runner._prefill._projector,
            "encode_batch",
            lambda chunks: n_encoded.append(len(chunks)) or encode(chunks),
        )
        for path, text in pictures[:4]:
            tickets = describer._engine.submit(request(describer, path, n_questions=5))
            answers = [ticket.future.result(timeout=300) for ticket in tickets]
            assert {answer.text.strip() for answer in answers} == {text}
            assert {prefix.state is None for prefix in (answer.sequence.prefix for answer in answers)} == {True}
        assert sum(n_encoded) == 4


def test_questions_that_are_given_up_leave_the_others_their_answers_and_nothing_behind(own, pictures):
    path, text = pictures[0]
    dropped = []
    tickets = own._engine.submit(request(own, path, n_questions=6), on_dropped=lambda: dropped.append(True))
    for index in (0, 3, 5):
        own._engine.cancel(tickets[index])
    assert {tickets[index].future.result(timeout=300).text.strip() for index in (1, 2, 4)} == {text}
    for index in (3, 5):
        with pytest.raises(CancelledError):
            tickets[index].future.result(timeout=300)
    prefix = tickets[0].sequence.prefix
    assert (prefix.n_unasked, prefix.state, prefix.pixels, prefix.prepared) == (0, None, None, None)
    assert dropped == [True]


def test_a_question_that_does_not_fit_fails_alone(own, pictures):
    path, text = pictures[0]
    short = request(own, path)
    (question,) = short.questions
    long = dataclasses.replace(question, max_tokens=own._engine._runner._context.n_ctx_seq)
    for questions in ((long, question), (question, long)):
        tickets = own._engine.submit(dataclasses.replace(short, questions=questions))
        for asked, ticket in zip(questions, tickets, strict=True):
            if asked is long:
                with pytest.raises(localalt.ContextTooLongError):
                    ticket.future.result(timeout=300)
            else:
                assert ticket.future.result(timeout=300).text.strip() == text


def test_a_picture_that_was_seen_before_is_not_encoded_again(own, pictures):
    path, text = pictures[0]
    first = submit(own, path).future.result(timeout=300)
    second = submit(own, path).future.result(timeout=300)
    assert first.sequence.encode_s > 0
    assert second.sequence.encode_s == 0
    assert first.text.strip() == second.text.strip() == text


def test_the_words_before_the_picture_may_change_from_one_request_to_the_next(own, pictures):
    path, _ = pictures[0]
    plain = request(own, path)
    other = dataclasses.replace(plain, head=(*plain.head, ("Please.", False)))

    def tokens(asked):
        (ticket,) = own._engine.submit(asked)
        sequence = ticket.future.result(timeout=300).sequence
        return sequence.n_prompt_tokens, sequence.tokens

    first = tokens(plain), tokens(other)
    assert first[0][0] < first[1][0]
    assert (tokens(plain), tokens(other)) == first


# --- the pixels are held no longer than needed ---


def test_pixels_and_embeddings_are_dropped_once_they_are_in_the_cache(own, pictures):
    dropped = threading.Event()
    (ticket,) = own._engine.submit(request(own, pictures[0][0]), on_dropped=dropped.set)
    ticket.future.result(timeout=300)
    assert dropped.is_set()
    assert ticket.sequence.prefix.pixels is None
    assert ticket.sequence.prefix.prepared is None


@pytest.mark.parametrize("fate", ["cancelled", "closed", "late", "damaged"])
def test_pixels_are_dropped_whatever_becomes_of_the_request(own, pictures, monkeypatch, fate):
    n_dropped = []
    if fate == "damaged":
        monkeypatch.setattr(own._engine._runner._prefill._projector, "encode_batch", lambda chunks: 1 / 0)
    deadline = 0.0 if fate == "late" else None
    tickets = [
        own._engine.submit(request(own, path, n_questions=2, deadline=deadline), on_dropped=lambda: n_dropped.append(1))
        for path, _ in pictures
    ]
    if fate == "cancelled":
        for pair in tickets:
            for ticket in pair:
                own._engine.cancel(ticket)
    if fate == "closed":
        own.close()
    for pair in tickets:
        for ticket in pair:
            wait([ticket.future], timeout=300)
    assert len(n_dropped) == len(pictures)


# --- time limits, and a cache that is full ---


def test_a_request_whose_time_is_over_ends_and_frees_its_slot(own, pictures):
    path, text = pictures[0]
    with pytest.raises(localalt.TimedOutError, match="timeout_s"):
        submit(own, path, deadline=time.perf_counter() - 1).future.result(timeout=300)
    running = submit(own, path, deadline=time.perf_counter() + 0.05, max_tokens=400, exact=True)
    with pytest.raises(localalt.TimedOutError):
        running.future.result(timeout=300)
    assert own.describe(path).text == text
    assert own._engine._runner._scheduler.is_idle


def test_a_picture_for_which_the_cache_is_full_waits_for_another_to_finish(own, pictures, monkeypatch, caplog):
    decode_text, full = own._engine._runner._context.decode_text, []

    def full_while_others_run(tokens, pos, seq_id, *, want_logits):
        if want_logits and len(own._engine._runner._scheduler.running) > 1:
            full.append(seq_id)
            raise CacheFullError("full")
        decode_text(tokens, pos, seq_id, want_logits=want_logits)

    put_back, left = own._engine._runner._scheduler.put_back, []

    def spy(sequence):
        memory = own._engine._runner._context._memory
        left.append(library()[0].llama_memory_seq_pos_max(memory, sequence.slot))
        put_back(sequence)

    monkeypatch.setattr(own._engine._runner._context, "decode_text", full_while_others_run)
    monkeypatch.setattr(own._engine._runner._scheduler, "put_back", spy)
    results = list(own.describe_many([path for path, _ in pictures]))
    assert [result.text for result in results] == [text for _, text in pictures]
    assert full
    assert set(left) == {-1}  # no cell is kept for it
    assert "waits until another one is finished" in caplog.text


def test_a_cache_that_is_full_for_a_picture_alone_is_an_error_of_that_picture(own, pictures, monkeypatch):
    def full(*_, **__):
        raise CacheFullError("full")

    with monkeypatch.context() as patched:
        patched.setattr(own._engine._runner._context, "decode_text", full)
        with pytest.raises(CacheFullError):
            own.describe(pictures[0][0])
    assert own.describe(pictures[0][0]).text == pictures[0][1]


def test_a_batch_that_failed_halfway_is_cut_back_before_it_is_tried_again(own, pictures, monkeypatch):
    """llama.cpp computes a large batch in parts: those before the failure stay in the cache."""
    context = own._engine._runner._context
    decode = context.decode

    def break_halfway(tokens, positions, seq_ids):
        if len(tokens) > 1:
            decode(tokens[:1], positions[:1], seq_ids[:1])
            raise NativeError("broken", call="llama_decode", code=-3)
        decode(tokens, positions, seq_ids)

    monkeypatch.setattr(context, "decode", break_halfway)
    results = list(own.describe_many([path for path, _ in pictures]))
    assert [result.text for result in results] == [text for _, text in pictures]


# --- any width, any order ---


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    n_slots=st.integers(1, 9),
    arrivals=st.lists(st.tuples(st.integers(0, 11), st.integers(1, 3), st.sampled_from([64, 64, 3])), max_size=20),
)
def test_texts_are_those_of_one_picture_at_a_time_at_any_width_and_in_any_order(describer, pictures, n_slots, arrivals):
    alone = {path: describer.describe(path).raw for path, _ in pictures}
    with localalt.load("selftest", device="cpu", n_seq_max=n_slots) as wide:
        submitted = []
        for index, n_questions, max_tokens in arrivals:
            path = pictures[index][0]
            asked = request(wide, path, n_questions=n_questions, max_tokens=max_tokens)
            submitted.append((path, max_tokens, wide._engine.submit(asked)))
        for path, max_tokens, tickets in submitted:
            for ticket in tickets:
                text = ticket.future.result(timeout=300).text
                assert text == alone[path] if max_tokens == 64 else alone[path].startswith(text)
