"""What the engine does about numbers that are none: pictures are encoded again on the CPU, answers are begun again."""

import dataclasses

import pytest

from localalt.engine.runner import Runner
from localalt.engine.sequence import Sequence
from localalt.engine.ticket import Ticket, tickets_of
from localalt.errors import ModelLoadError, NotFiniteError
from tests.support.fake_handles import Cells, FakeHandles, FakeProjector, answer_to, request_of

REENCODED = "CUDA0 encoded this picture to numbers that are not finite, so the CPU encoded it again"
ASKED_AGAIN = "CUDA0 computed numbers that are not finite, so this picture was asked again."


def add(runner, *picture, on_text=None, **changes):
    (ticket,) = tickets_of(request_of(*picture, **changes), on_text)
    runner.add(ticket)
    return ticket


def run(runner, n_most=10_000):
    for _ in range(n_most):
        if not runner.n_unfinished:
            return
        runner.step()
    raise AssertionError("steps without end")


def result(ticket):
    return ticket.future.result(timeout=0)


# --- pictures ---


class Overflowing(FakeProjector):
    """Fails as `Projector` does at a call with one of these pictures."""

    def __init__(self, *pictures):
        super().__init__()
        self.pictures = pictures

    def encode_batch(self, chunks):
        arrays = super().encode_batch(chunks)
        if any(chunk.pointer in self.pictures for chunk in chunks):
            raise NotFiniteError("The projector computed numbers that are not finite.", call="mtmd_batch_encode")
        return arrays


@pytest.fixture
def on_gpu():
    """A model on a GPU, whose projector fails at the pictures 1 and 3."""
    fake = FakeHandles(devices=("CUDA0",), projector_on_gpu=True, n_gpu_layers=99)
    fake.projector = Overflowing(1, 3)
    fake.projector_on_cpu = FakeProjector()
    return fake


def test_a_picture_that_the_device_fails_at_is_encoded_on_the_cpu_and_says_so(on_gpu):
    runner = Runner(on_gpu.handles, reuse=True)
    tickets = [add(runner, picture) for picture in range(5)]
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(5)]
    assert on_gpu.projector_on_cpu.encoded == [[1], [3]]
    faults = [result(ticket).sequence.faults for ticket in tickets]
    assert [len(each) for each in faults] == [0, 1, 0, 1, 0]
    assert faults[1][0].startswith(REENCODED)


@pytest.mark.parametrize("n_gpu_layers", [99, 0])  # together with the layers, and ahead of them on a thread
def test_the_projector_on_the_cpu_is_made_once_and_only_when_it_is_needed(on_gpu, n_gpu_layers):
    n_made = []
    on_gpu.plan = dataclasses.replace(on_gpu.plan, n_gpu_layers=n_gpu_layers)
    handles = on_gpu.handles
    make = handles.projector_on_cpu
    counted = dataclasses.replace(handles, projector_on_cpu=lambda: n_made.append(1) or make())
    runner = Runner(counted, reuse=True)
    for pictures, n_so_far in (((0, 2), 0), ((1, 2), 1), ((3, 4), 1)):
        tickets = [add(runner, picture) for picture in pictures]
        run(runner)
        assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in pictures]
        assert len(n_made) == n_so_far
    runner.close()


def test_a_picture_that_comes_again_is_not_encoded_again_and_carries_the_warning(on_gpu):
    runner = Runner(on_gpu.handles, reuse=True)
    for _ in range(3):
        ticket = add(runner, 1)
        run(runner)
        assert len(result(ticket).sequence.faults) == 1
    assert on_gpu.projector_on_cpu.encoded == [[1]]


def test_a_picture_that_fails_on_the_cpu_too_is_one_error_and_is_never_cached(on_gpu):
    on_gpu.projector_on_cpu = Overflowing(1)
    runner = Runner(on_gpu.handles, reuse=True)
    for n_tried in (1, 2):
        bad, good = add(runner, 1), add(runner, 3)
        run(runner)
        with pytest.raises(NotFiniteError, match="Neither CUDA0 nor the CPU encodes this picture"):
            result(bad)
        assert result(good).text == answer_to(3)
        assert on_gpu.projector_on_cpu.encoded.count([1]) == n_tried


def test_where_the_cpu_has_no_room_the_picture_is_an_error_that_says_so_and_others_go_on(on_gpu):
    def fail():
        raise ModelLoadError("llama.cpp cannot load the projector.")

    runner = Runner(dataclasses.replace(on_gpu.handles, projector_on_cpu=fail), reuse=True)
    bad, good = add(runner, 1), add(runner, 2)
    run(runner)
    with pytest.raises(NotFiniteError, match=r"the CPU cannot encode it \(llama.cpp cannot load the projector"):
        result(bad)
    assert result(good).text == answer_to(2)


def test_a_projector_on_the_cpu_has_nothing_to_fall_back_to():
    fake = FakeHandles()
    fake.projector = Overflowing(1)
    runner = Runner(fake.handles, reuse=True)
    bad, good = add(runner, 1), add(runner, 2)
    run(runner)
    with pytest.raises(NotFiniteError, match="not finite"):
        result(bad)
    assert result(good).text == answer_to(2)


# --- answers ---


@pytest.fixture
def fake():
    return FakeHandles(devices=("CUDA0",), n_gpu_layers=99)


@pytest.fixture
def runner(fake):
    return Runner(fake.handles, reuse=True)


def spoil(fake, picture, *, after, n_times=1, is_prompt=False):
    """Let the device compute a NaN about a picture, once its answer has so many tokens; `n_times` in all."""
    sample, left = fake.context.sample, [n_times]

    def spoiling(seq_id, row):
        cells = fake.context.slots[seq_id]
        if left[0] and f"picture {picture}" in cells.prompt and len(cells.answer) == after:
            left[0] -= 1
            cells.has_nan = True
        return sample(seq_id, row)

    fake.context.sample = spoiling


@pytest.mark.parametrize("after", [0, 1, 9])
def test_an_answer_that_is_spoiled_is_begun_again_and_its_neighbours_go_on(runner, fake, after):
    spoil(fake, 1, after=after)
    tickets = [add(runner, picture) for picture in range(7)]
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(7)]
    assert [result(ticket).sequence.faults for ticket in tickets] == [()] + [(ASKED_AGAIN,)] + [()] * 5
    assert len(fake.context.wiped) == 1
    assert fake.context.freed_nans == set()
    assert sum(len(each) for each in fake.projector.encoded) == 7  # the embeddings were there


def test_without_reuse_the_picture_is_encoded_again(fake):
    runner = Runner(fake.handles, reuse=False)
    spoil(fake, 1, after=5)
    tickets = [add(runner, picture) for picture in range(3)]
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(3)]
    assert [1] in fake.projector.encoded


def test_an_answer_that_is_spoiled_twice_is_an_error_and_its_neighbours_go_on(runner, fake):
    spoil(fake, 1, after=4, n_times=2)
    tickets = [add(runner, picture) for picture in range(4)]
    run(runner)
    with pytest.raises(NotFiniteError, match="CUDA0 computed numbers that are not finite for this picture, twice"):
        result(tickets[1])
    assert [result(tickets[picture]).text for picture in (0, 2, 3)] == [answer_to(picture) for picture in (0, 2, 3)]
    assert fake.context.slots == [Cells()] * 3
    assert fake.context.freed_nans == set()
    prefix = tickets[1].sequence.prefix
    assert (prefix.pixels, prefix.state, prefix.prepared, prefix.n_unasked, prefix.n_unfinished) == (None,) * 3 + (0, 0)


def test_several_that_are_spoiled_at_once_are_all_begun_again(runner, fake):
    tickets = [add(runner, picture) for picture in range(3)]
    for _ in range(6):
        runner.step()
    for cells in fake.context.slots[:2]:
        cells.has_nan = True
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(3)]
    assert fake.context.wiped == [[2]]


def test_what_was_streamed_is_not_streamed_again(runner, fake):
    pieces = []
    spoil(fake, 1, after=9)
    ticket = add(runner, 1, on_text=pieces.append)
    run(runner)
    assert "".join(pieces) == result(ticket).text == answer_to(1)


def test_all_that_a_cache_held_of_a_picture_before_its_first_token_is_computed_again(runner, fake):
    """The state for further questions is saved before any number of it was looked at."""
    spoil(fake, 1, after=0)
    tickets = tickets_of(request_of(1, n_questions=3))
    for ticket in tickets:
        runner.add(ticket)
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(1)] * 3
    assert fake.context.n_image_decodes == 2


def test_a_later_question_is_begun_again_from_the_state_that_was_sound(runner, fake):
    (first,) = tickets_of(request_of(1, is_held=True))
    runner.add(first)
    run(runner)
    spoil(fake, 1, after=3)
    prefix = first.sequence.prefix
    later = Ticket(Sequence(prefix, request_of(1, "And?").questions[0]), is_follow_up=True)
    runner.add(later)
    others = [add(runner, picture) for picture in (2, 3)]
    run(runner)
    assert result(later).text == answer_to(1, "And?")
    assert result(first).sequence.faults == ()
    assert result(later).sequence.faults == (ASKED_AGAIN,)
    assert fake.context.n_image_decodes == 3
    assert [result(ticket).text for ticket in others] == [answer_to(2), answer_to(3)]
    prefix.remove_question()
    assert (prefix.pixels, prefix.state, prefix.n_unasked, prefix.n_unfinished) == (None, None, 0, 0)


def test_the_last_of_several_questions_is_begun_again_though_their_state_is_gone():
    fake = FakeHandles(1, devices=("CUDA0",), n_gpu_layers=99)
    runner = Runner(fake.handles, reuse=True)
    tickets = tickets_of(request_of(1, n_questions=2))
    for ticket in tickets:
        runner.add(ticket)
    while not tickets[0].future.done():
        runner.step()
    spoil(fake, 1, after=3)
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(1)] * 2
    assert [len(result(ticket).sequence.faults) for ticket in tickets] == [0, 1]


def test_words_before_a_picture_that_are_spoiled_are_computed_again(runner, fake):
    """They are saved once and restored for all pictures: a NaN in them would spoil every one."""
    decode_text, left = fake.context.decode_text, [1]

    def decode(tokens, pos, seq_id, *, want_logits):
        decode_text(tokens, pos, seq_id, want_logits=want_logits)
        if pos == 0 and left[0]:
            left[0] -= 1
            fake.context.slots[seq_id].has_nan = True

    fake.context.decode_text = decode
    tickets = [add(runner, picture) for picture in range(4)]
    run(runner)
    assert [result(ticket).text for ticket in tickets] == [answer_to(picture) for picture in range(4)]


def test_a_spoiled_answer_that_is_cancelled_or_late_leaves_nothing_behind(runner, fake):
    spoil(fake, 1, after=2)
    ticket = add(runner, 1)
    while not fake.context.wiped:
        runner.step()
    runner.cancel(ticket)
    assert runner.n_unfinished == 0
    assert ticket.sequence.prefix.pixels is None
    ticket = add(runner, 2)
    run(runner)
    assert result(ticket).text == answer_to(2)


def test_text_alone_is_begun_again_too(fake):
    runner = Runner(fake.handles, reuse=True)
    sample, left = fake.context.sample, [1]

    def spoiling(seq_id, row):
        if left[0] and len(fake.context.slots[seq_id].answer) == 3:
            left[0] -= 1
            fake.context.slots[seq_id].has_nan = True
        return sample(seq_id, row)

    fake.context.sample = spoiling
    ticket = add(runner, None)
    run(runner)
    assert result(ticket).text == answer_to(None)
