"""The engine and its steps on a model in plain Python, whose handles are bent to show faults and rare paths."""

import contextlib
import dataclasses
import functools
import random
import threading
import time
from concurrent.futures import CancelledError, wait

import pytest
from hypothesis import given, settings, strategies as st

import localalt
from localalt import native, selftest
from localalt.engine.engine import Engine
from localalt.engine.handles import open_handles
from localalt.engine.runner import Runner
from localalt.engine.sequence import Sequence
from localalt.engine.ticket import Ticket, tickets_of
from localalt.errors import CacheFullError, EngineError, NativeError
from localalt.limits import MAX_ANSWER_CHARS
from localalt.request import GREEDY
from tests.support.fake_handles import BOS, HEAD, Cells, FakeHandles, answer_to, request_of

PATIENCE_S = 60


@pytest.fixture
def fake():
    return FakeHandles()


@pytest.fixture
def engine(fake):
    with contextlib.closing(Engine(fake.open)) as engine:
        yield engine


@pytest.fixture
def runner(fake):
    """The engine's steps, each made by the test."""
    return Runner(fake.handles, reuse=True)


def submit(engine, *picture, **changes):
    (ticket,) = engine.submit(request_of(*picture, **changes))
    return ticket


def add(runner, *picture, **changes):
    (ticket,) = tickets_of(request_of(*picture, **changes))
    runner.add(ticket)
    return ticket


def result(ticket):
    return ticket.future.result(timeout=PATIENCE_S)


def run(runner, n_most=10_000):
    """All steps until nothing is left."""
    for _ in range(n_most):
        if not runner.n_unfinished:
            return
        runner.step()
    raise AssertionError("steps without end")


# --- loading and closing ---


def test_the_engines_thread_opens_the_handles_and_closes_them(fake):
    shares = []
    engine = Engine(fake.open, progress=shares.append)
    assert fake.thread.name == "localalt-engine"
    assert shares == [0.5, 1.0]
    assert (engine.plan, engine.special_tokens) == (fake.plan, fake.model.special_tokens)
    engine.close()
    engine.close()
    assert fake.thread is None


def test_what_fails_while_loading_is_raised_once_everything_is_closed(fake):
    closed = []

    @contextlib.contextmanager
    def broken(progress):
        with contextlib.ExitStack() as stack:
            stack.callback(closed.append, True)
            raise localalt.ModelLoadError("broken")
        yield

    with pytest.raises(localalt.ModelLoadError, match="broken"):
        Engine(broken)
    assert closed == [True]


def test_what_the_progress_raises_ends_the_loading(fake):
    def interrupt(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Engine(fake.open, progress=interrupt)


def test_closing_ends_what_is_under_way_and_refuses_what_comes_later(fake):
    decode, is_decoding, go_on = fake.context.decode, threading.Event(), threading.Event()

    def stall(*arguments):
        is_decoding.set()
        assert go_on.wait(PATIENCE_S)
        decode(*arguments)

    fake.context.decode = stall
    engine = Engine(fake.open)
    tickets = [submit(engine, picture) for picture in range(8)]
    assert is_decoding.wait(PATIENCE_S)
    closing = threading.Thread(target=engine.close)
    closing.start()
    go_on.set()
    closing.join(PATIENCE_S)
    errors = {type(ticket.future.exception(timeout=PATIENCE_S)) for ticket in tickets}
    assert errors == {localalt.ClosedError}
    with pytest.raises(localalt.ClosedError, match="load a new one"):
        submit(engine, 0)


# --- one answer ---


def test_an_answer_comes_in_pieces_and_as_a_whole_with_its_counts(engine):
    pieces = []
    (ticket,) = engine.submit(request_of(7), on_text=pieces.append)
    generation = result(ticket)
    assert generation.text == "".join(pieces) == answer_to(7)
    sequence = generation.sequence
    assert sequence.finish_reason == "stop"
    assert sequence.n_image_tokens == 6
    assert sequence.n_prompt_tokens == len([BOS]) + len("<") + 6 + len(">") + len("What?")
    assert sequence.n_past == sequence.n_prompt_tokens - 3 + len(answer_to(7)), "a picture has fewer positions"


def test_a_stop_text_ends_the_answer_and_is_left_out(engine):
    pieces = []
    (ticket,) = engine.submit(request_of(7, stop=(" and",)), on_text=pieces.append)
    generation = result(ticket)
    assert generation.text == "I see picture 7"
    assert generation.sequence.finish_reason == "stop"
    assert "".join(pieces) == generation.text


def test_an_answer_ends_at_its_limit_of_tokens(engine):
    generation = result(submit(engine, 7, max_tokens=5))
    assert (generation.text, generation.sequence.finish_reason) == ("I see", "length")


@pytest.mark.slow
def test_a_loop_is_noticed_and_stopped(engine, fake):
    fake.context.sample = lambda slot, row: ord("a")
    generation = result(submit(engine, 7))
    assert generation.sequence.finish_reason == "loop"
    assert len(generation.text) == 16


def test_an_exact_answer_goes_on_through_loops_stop_texts_and_the_end(engine, fake):
    generation = result(submit(engine, 7, max_tokens=60, exact=True, stop=("I",)))
    assert generation.sequence.finish_reason == "length"
    assert len(generation.sequence.tokens) == 60


def test_an_answer_of_huge_tokens_ends_at_the_greatest_length(engine, fake):
    fake.model.piece = lambda token: bytes([token]) * 30_000
    generation = result(submit(engine, 7))
    assert generation.sequence.finish_reason == "length"
    assert len(generation.text) == MAX_ANSWER_CHARS


def test_tokens_are_drawn_as_the_question_says_or_as_the_model_does(runner, fake):
    hot = dataclasses.replace(GREEDY, temperature=1.0)
    add(runner, 0)
    add(runner, 1, sampling=hot, seed=5, grammar='root ::= "a"')
    run(runner)
    assert fake.context.draws == [(GREEDY, 0, ""), (hot, 5, 'root ::= "a"')]


# --- text alone ---


def test_text_alone_needs_no_projector_and_is_decoded_in_one_go():
    fake = FakeHandles(sees=False)
    decoded = []
    decode_text = fake.context.decode_text
    fake.context.decode_text = lambda tokens, *rest, **options: (
        decoded.append(bytes(tokens[1:])),
        decode_text(tokens, *rest, **options),
    )
    with contextlib.closing(Engine(fake.open)) as engine:
        generation = result(submit(engine, None, "Why?"))
        assert generation.text == answer_to(None, "Why?")
        assert decoded == [b"<Why?"]
        assert generation.sequence.n_prompt_tokens == len([BOS]) + len("<Why?")
        with pytest.raises(EngineError, match="mmproj"):
            submit(engine, 7)


def test_several_questions_may_be_text_alone_and_a_picture_may_come_between(engine, fake):
    texts = engine.submit(request_of(None, n_questions=3, is_held=True))
    picture = submit(engine, 7)
    assert {result(ticket).text for ticket in texts} == {answer_to(None)}
    assert result(picture).text == answer_to(7)
    prefix = texts[0].sequence.prefix
    (later,) = engine.ask(prefix, request_of(None, "And?").questions)
    assert result(later).text == answer_to(None, "And?")
    engine.release(prefix)


# --- faults ---


def test_a_picture_that_fails_in_the_projector_fails_alone(runner, fake):
    encode = fake.projector.encode_batch

    def fail_second(chunks):
        if [chunk.pointer for chunk in chunks] == [1]:
            raise NativeError("The projector failed.", call="mtmd_batch_encode", code=1)
        return encode(chunks)

    fake.projector.encode_batch = fail_second
    tickets = [add(runner, picture) for picture in range(4)]
    run(runner)
    with pytest.raises(NativeError, match="projector failed"):
        result(tickets[1])
    assert [result(tickets[picture]).text for picture in (0, 2, 3)] == [answer_to(picture) for picture in (0, 2, 3)]


@pytest.mark.slow
def test_pictures_that_are_encoded_together_fail_alone():
    fake = FakeHandles(projector_on_gpu=True, n_gpu_layers=99)
    encode = fake.projector.encode_batch

    def fail_with(chunks):
        if 1 in [chunk.pointer for chunk in chunks]:
            raise NativeError("The projector failed.", call="mtmd_batch_encode", code=1)
        return encode(chunks)

    fake.projector.encode_batch = fail_with
    runner = Runner(fake.handles, reuse=True)
    tickets = [add(runner, picture) for picture in range(4)]
    run(runner)
    assert [ticket.future.exception() is None for ticket in tickets] == [True, False, True, True]
    assert fake.projector.encoded == [[0], [2], [3]]


def test_pictures_that_wait_are_encoded_together_where_the_projector_is_on_a_gpu():
    fake = FakeHandles(projector_on_gpu=True, n_gpu_layers=99)
    runner = Runner(fake.handles, reuse=True)
    tickets = [add(runner, picture) for picture in range(7)]
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(7)]
    assert fake.projector.encoded == [[0, 1, 2, 3, 4], [5, 6]]


def test_a_picture_that_more_is_asked_about_is_not_encoded_with_those_that_wait():
    fake = FakeHandles(2, projector_on_gpu=True, n_gpu_layers=99)
    runner = Runner(fake.handles, reuse=False)
    (first,) = tickets_of(request_of(5, is_held=True))
    runner.add(first)
    run(runner)
    later = [Ticket(Sequence(first.sequence.prefix, request_of(5, "And?").questions[0])) for _ in range(2)]
    others = [add(runner, 1)]
    for ticket in later:  # behind the other, whose encoding takes all along that wait
        first.sequence.prefix.add_question()
        runner.add(ticket)
    others += [add(runner, 2)]
    run(runner)
    assert [result(ticket).text for ticket in later] == [answer_to(5, "And?")] * 2
    assert [result(ticket).text for ticket in others] == [answer_to(1), answer_to(2)]
    assert fake.projector.encoded == [[5], [1, 2]]


def test_pictures_are_encoded_ahead_on_a_thread_where_they_have_a_device_of_their_own():
    fake = FakeHandles(projector_on_gpu=True, n_gpu_layers=0)
    encode, threads = fake.projector.encode_batch, set()

    def record(chunks):
        threads.add(threading.current_thread().name)
        return encode(chunks)

    fake.projector.encode_batch = record
    with contextlib.closing(Engine(fake.open)) as engine:
        tickets = [submit(engine, picture) for picture in range(9)]
        assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(9)]
    assert len(threads) == 1
    assert threads.pop().startswith("localalt-encoder")


def test_a_batch_that_fails_is_split_and_all_get_their_texts(runner, fake):
    decode, widths = fake.context.decode, []

    def refuse_wide(tokens, positions, seq_ids):
        widths.append(len(tokens))
        if len(tokens) > 1:
            raise CacheFullError("full")
        decode(tokens, positions, seq_ids)

    fake.context.decode = refuse_wide
    tickets = [add(runner, picture) for picture in range(5)]
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(5)]
    assert max(widths) == 3


@pytest.mark.slow
def test_a_batch_that_failed_halfway_is_cut_back_before_it_is_tried_again(runner, fake):
    """llama.cpp computes a large batch in parts: those before the failure stay in the cache."""
    decode = fake.context.decode

    def break_halfway(tokens, positions, seq_ids):
        if len(tokens) > 1:
            decode(tokens[:1], positions[:1], seq_ids[:1])
            raise NativeError("broken", call="llama_decode", code=-3)
        decode(tokens, positions, seq_ids)

    fake.context.decode = break_halfway
    tickets = [add(runner, picture) for picture in range(3)]
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(3)]


def test_one_sequence_whose_decode_fails_ends_with_the_error_and_leaves_its_slot(runner, fake):
    decode = fake.context.decode

    def fail_second(tokens, positions, seq_ids):
        if any(fake.context.slots[slot].prompt[2] == "picture 1" for slot in seq_ids):
            raise NativeError("broken", call="llama_decode", code=-3)
        decode(tokens, positions, seq_ids)

    fake.context.decode = fail_second
    tickets = [add(runner, picture) for picture in range(4)]
    run(runner)
    assert [ticket.future.exception() is None for ticket in tickets] == [True, False, True, True]
    assert fake.context.slots == [Cells()] * 3


def test_damaged_pictures_in_a_row_do_not_hold_up_the_one_that_is_answered(runner, fake):
    def fail(chunks):
        raise NativeError("damaged", call="mtmd_batch_encode", code=1)

    slow = add(runner, 0, max_tokens=30, exact=True)
    runner.step()
    fake.projector.encode_batch = fail
    damaged = [add(runner, 1) for _ in range(200)]
    while not slow.future.done():
        runner.step()
    assert sum(each.future.done() for each in damaged) <= 30


def test_a_fault_of_our_own_reaches_the_caller_and_the_engine_goes_on(engine, fake, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(fake.projector, "encode_batch", lambda chunks: 1 / 0)
        with pytest.raises(EngineError, match=r"ZeroDivisionError.*please report this"):
            result(submit(engine, 0))
    with monkeypatch.context() as patched:
        patched.setattr(fake.context, "decode", lambda *_: 1 / 0)
        with pytest.raises(EngineError, match="ZeroDivisionError"):
            result(submit(engine, 0))
    assert result(submit(engine, 0)).text == answer_to(0)


# --- who comes and goes ---


def test_random_arrivals_and_cancels_leave_every_other_text_as_it_is_alone(engine, fake):
    rng, wrong = random.Random(7), []

    def work(seed):
        mine = random.Random(seed)
        for _ in range(12):
            picture = mine.randrange(200)
            ticket = submit(engine, picture)
            if mine.random() < 0.3:
                time.sleep(mine.choice([0, 0.0005]))
                engine.cancel(ticket)
            elif result(ticket).text != answer_to(picture):
                wrong.append(picture)

    threads = [threading.Thread(target=work, args=(rng.random(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert wrong == []
    end = time.monotonic() + PATIENCE_S
    while not engine.is_idle:
        assert time.monotonic() < end
        time.sleep(0.001)
    assert engine.n_unfinished == 0
    assert fake.context.slots == [Cells()] * 3


def test_a_cancelled_request_that_waits_never_runs(runner, fake):
    tickets = [add(runner, picture) for picture in range(12)]
    runner.cancel(tickets[-1])
    runner.cancel(tickets[-1])
    with pytest.raises(CancelledError):
        result(tickets[-1])
    run(runner)
    assert [result(ticket).text for ticket in tickets[:-1]] == [answer_to(picture) for picture in range(11)]
    assert fake.context.n_image_decodes == 11


def test_slots_are_moved_together_once_nobody_waits(runner, fake):
    short, long = [add(runner, 1, max_tokens=2) for _ in range(2)], add(runner, 2)
    run(runner)
    assert fake.context.moves == [(2, 0)]
    assert [result(ticket).text for ticket in (*short, long)] == ["I ", "I ", answer_to(2)]


# --- several questions about one picture ---


@pytest.mark.parametrize("saves_cheaply", [True, False])
@pytest.mark.parametrize("n_slots", [1, 2, 3])
def test_every_question_about_a_picture_is_answered_with_one_encode(n_slots, saves_cheaply):
    fake = FakeHandles(n_slots)
    fake.context.saves_cheaply = saves_cheaply
    runner = Runner(fake.handles, reuse=True)
    for picture in range(4):
        tickets = tickets_of(request_of(picture, n_questions=5))
        for ticket in tickets:
            runner.add(ticket)
        run(runner)
        answers = [result(ticket) for ticket in tickets]
        assert {answer.text for answer in answers} == {answer_to(picture)}
        assert {answer.sequence.prefix.state is None for answer in answers} == {True}
        assert [answer.sequence.encode_s > 0 for answer in answers] == [True] + [False] * 4
    assert fake.projector.encoded == [[0], [1], [2], [3]]
    # What is not saved is brought into the cache again.
    assert fake.context.n_image_decodes == (4 if saves_cheaply else 20)
    assert (sum(fake.context.n_saved.values()) > 0) == saves_cheaply


def test_a_question_that_is_asked_later_comes_before_what_waits(runner):
    (first,) = tickets_of(request_of(5, is_held=True))
    runner.add(first)
    run(runner)
    others = [add(runner, picture) for picture in range(4)]
    prefix = first.sequence.prefix
    later = Ticket(Sequence(prefix, request_of(5, "And?").questions[0]), is_follow_up=True)
    runner.add(later)
    prefix.remove_question()  # what the release of a picture does
    runner.step()
    assert later.sequence.slot is not None
    run(runner)
    assert result(later).text == answer_to(5, "And?")
    assert [result(other).text for other in others] == [answer_to(picture) for picture in range(4)]
    assert (prefix.state, prefix.pixels, prefix.n_unasked) == (None, None, 0)


def test_questions_that_are_given_up_leave_the_others_their_answers_and_nothing_behind(runner):
    dropped = []
    tickets = tickets_of(request_of(5, n_questions=6), on_dropped=lambda: dropped.append(True))
    for ticket in tickets:
        runner.add(ticket)
    for index in (0, 3, 5):
        runner.cancel(tickets[index])
    run(runner)
    assert {result(tickets[index]).text for index in (1, 2, 4)} == {answer_to(5)}
    for index in (0, 3, 5):
        with pytest.raises(CancelledError):
            result(tickets[index])
    prefix = tickets[0].sequence.prefix
    assert (prefix.n_unasked, prefix.state, prefix.pixels, prefix.prepared) == (0, None, None, None)
    assert dropped == [True]


def test_a_question_that_does_not_fit_fails_alone(runner, fake):
    short = request_of(5)
    (question,) = short.questions
    long = dataclasses.replace(question, max_tokens=fake.context.n_ctx_seq)
    for questions in ((long, question), (question, long)):
        tickets = tickets_of(dataclasses.replace(short, questions=questions))
        for ticket in tickets:
            runner.add(ticket)
        run(runner)
        for asked, ticket in zip(questions, tickets, strict=True):
            if asked is long:
                with pytest.raises(localalt.ContextTooLongError, match="256 fit"):
                    result(ticket)
            else:
                assert result(ticket).text == answer_to(5)


def test_a_question_that_the_vocabulary_has_no_token_for_is_an_error_and_others_are_answered(fake, monkeypatch):
    monkeypatch.setattr(fake.model, "adds_bos", False)
    monkeypatch.setattr(fake.model, "tokenize", lambda text, special: [ord(each) for each in text if each in "Next?"])
    runner = Runner(fake.handles, reuse=True)
    silent = add(runner, None, "ABC")
    run(runner)
    with pytest.raises(localalt.ModelFormatError, match=r"fake\.gguf has a vocabulary without a token"):
        result(silent)
    ticket = add(runner, 5, "Next?")
    run(runner)
    assert result(ticket).text == answer_to(5, "Next?")


# --- what is used again ---


@pytest.mark.parametrize("reuse", [True, False])
def test_a_picture_that_was_seen_before_is_encoded_again_only_without_reuse(fake, reuse):
    runner = Runner(fake.handles, reuse=reuse)
    for _ in range(2):
        ticket = add(runner, 5)
        run(runner)
        assert result(ticket).text == answer_to(5)
    assert fake.projector.encoded == ([[5]] if reuse else [[5], [5]])


def test_the_words_before_the_picture_may_change_from_one_request_to_the_next(runner):
    plain = request_of(5)
    other = dataclasses.replace(plain, head=(*HEAD, ("Please. ", False)))
    for asked, text in ((plain, answer_to(5)), (other, answer_to(5, "Please. >What?")), (plain, answer_to(5))):
        (ticket,) = tickets_of(asked)
        runner.add(ticket)
        run(runner)
        assert result(ticket).text == text


# --- the pixels are held no longer than needed ---


def test_embeddings_are_dropped_once_they_are_in_the_cache_and_pixels_once_there_is_an_answer(runner):
    n_dropped = []
    (ticket,) = tickets_of(request_of(5), on_dropped=lambda: n_dropped.append(1))
    runner.add(ticket)
    runner.step()
    assert not ticket.future.done()
    assert n_dropped == [1]
    assert ticket.sequence.prefix.pixels is not None
    assert ticket.sequence.prefix.prepared is None
    run(runner)
    assert ticket.sequence.prefix.pixels is None


@pytest.mark.parametrize("fate", ["cancelled", "closed", "late", "damaged"])
def test_pixels_are_dropped_whatever_becomes_of_the_request(fake, engine, fate):
    n_dropped = []
    if fate == "damaged":
        fake.projector.encode_batch = lambda chunks: 1 / 0
    deadline = 0.0 if fate == "late" else None
    tickets = [
        engine.submit(request_of(each, n_questions=2, deadline=deadline), on_dropped=lambda: n_dropped.append(1))
        for each in range(10)
    ]
    if fate == "cancelled":
        for pair in tickets:
            for ticket in pair:
                engine.cancel(ticket)
    if fate == "closed":
        engine.close()
    for pair in tickets:
        wait([ticket.future for ticket in pair], timeout=PATIENCE_S)
    assert len(n_dropped) == 10


# --- time limits, and a cache that is full ---


def test_a_request_whose_time_is_over_ends_and_frees_its_slot(runner, fake):
    over = add(runner, 5, deadline=time.perf_counter() - 1)
    in_time = add(runner, 6, deadline=time.perf_counter() + PATIENCE_S)
    runner.step()
    runner.expire()
    with pytest.raises(localalt.TimedOutError, match="increase timeout_s"):
        result(over)
    assert sum(cells != Cells() for cells in fake.context.slots) <= 1
    run(runner)
    assert result(in_time).text == answer_to(6)


def test_the_engine_looks_at_the_time_of_what_runs_and_of_what_waits(engine, fake):
    sample = fake.context.sample
    fake.context.sample = lambda *arguments: (time.sleep(0.002), sample(*arguments))[1]
    deadline = time.perf_counter() + 0.02
    tickets = [submit(engine, picture, deadline=deadline) for picture in range(9)]
    assert {type(ticket.future.exception(timeout=PATIENCE_S)) for ticket in tickets} == {localalt.TimedOutError}
    fake.context.sample = sample
    assert result(submit(engine, 5)).text == answer_to(5)


def test_a_picture_for_which_the_cache_is_full_waits_for_another_to_finish(runner, fake, caplog):
    decode_text, full = fake.context.decode_text, []

    def full_while_others_run(tokens, pos, seq_id, *, want_logits):
        if want_logits and any(cells.answer for cells in fake.context.slots):
            full.append(seq_id)
            raise CacheFullError("full")
        decode_text(tokens, pos, seq_id, want_logits=want_logits)

    fake.context.decode_text = full_while_others_run
    first = add(runner, 0)
    runner.step()
    runner.step()
    others = [add(runner, picture) for picture in range(1, 6)]
    runner.step()
    assert full
    assert [cells != Cells() for cells in fake.context.slots] == [True, False, False], "no cell is left of it"
    run(runner)
    assert [result(ticket).text for ticket in (first, *others)] == [answer_to(picture) for picture in range(6)]
    assert "waits until another one is finished" in caplog.text


def test_a_cache_that_is_full_for_a_picture_alone_is_an_error_of_that_picture(runner, fake, monkeypatch):
    def full(*_, **__):
        raise CacheFullError("full")

    with monkeypatch.context() as patched:
        patched.setattr(fake.context, "decode_text", full)
        ticket = add(runner, 0)
        run(runner)
        with pytest.raises(CacheFullError):
            result(ticket)
    ticket = add(runner, 0)
    run(runner)
    assert result(ticket).text == answer_to(0)


# --- any width, any order ---


@pytest.mark.slow
@settings(max_examples=60)
@given(
    n_slots=st.integers(1, 9),
    arrivals=st.lists(
        st.tuples(st.integers(0, 11), st.integers(1, 3), st.sampled_from([64, 64, 3]), st.integers(0, 4)), max_size=20
    ),
)
def test_texts_are_those_of_one_picture_at_a_time_at_any_width_and_in_any_order(n_slots, arrivals):
    fake = FakeHandles(n_slots)
    runner = Runner(fake.handles, reuse=True)
    submitted = []
    for picture, n_questions, max_tokens, n_steps in arrivals:
        tickets = tickets_of(request_of(picture, n_questions=n_questions, max_tokens=max_tokens))
        for ticket in tickets:
            runner.add(ticket)
        submitted.append((picture, max_tokens, tickets))
        for _ in range(n_steps):
            runner.step()
    run(runner)
    for picture, max_tokens, tickets in submitted:
        for ticket in tickets:
            assert result(ticket).text == answer_to(picture)[:max_tokens]
    assert fake.context.slots == [Cells()] * n_slots


@pytest.mark.slow
@pytest.mark.parametrize("n_slots", [1, 4, 9])
def test_the_known_answer_model_says_the_same_at_any_width(expected, describer, n_slots):
    alone = [describer.describe(path).raw for path in expected]
    with localalt.load("selftest", device="cpu", n_seq_max=n_slots) as wide:
        assert [alt.raw for alt in wide.describe_many([*expected, *reversed(expected)])] == alone + alone[::-1]


def test_text_alone_has_the_tokens_of_a_plain_loop_over_the_native_calls(fake):
    request = request_of(None, "a dog", max_tokens=8, exact=True)
    opened = functools.partial(open_handles, selftest.WEIGHTS, None, plan=fake.plan, geometry=None, sampling=GREEDY)
    with contextlib.closing(Engine(opened)) as engine:
        (ticket,) = engine.submit(request)
        found = result(ticket).sequence
    with native.Model(selftest.WEIGHTS) as model:
        words = model.tokenize("<", special=True) + model.tokenize("a dog", special=False)
        tokens = [model.bos, *words] if model.adds_bos else words
        sampler = native.Sampler(model, GREEDY)
        context = native.Context(model, [sampler], n_ctx_seq=256, n_batch=64, n_ubatch=64, n_threads=1)
        context.decode_text(tokens, 0, 0, want_logits=True)
        expected = [context.sample(0, -1)]
        while len(expected) < 8:
            context.decode([expected[-1]], [len(tokens) + len(expected) - 1], [0])
            expected.append(context.sample(0, -1))
    assert (found.tokens, found.n_prompt_tokens) == (expected, len(tokens))
