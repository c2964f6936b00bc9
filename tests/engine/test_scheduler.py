import pytest
from hypothesis import given, strategies as st

from localalt.engine.scheduler import Scheduler, SlotMove
from localalt.engine.sequence import Prefix, Sequence
from localalt.request import Question


def sequence(max_tokens=8):
    return Sequence(Prefix((), None, b"", n_unasked=1), Question((), max_tokens))


def admitted(scheduler, count):
    """That many new sequences, each in the next slot."""
    sequences = [sequence() for _ in range(count)]
    for each in sequences:
        scheduler.add(each)
        assert scheduler.next_step().admitted is each
    return sequences


def test_what_is_asked_again_overtakes_all_that_waits():
    scheduler = Scheduler(1)
    waiting, again = [sequence(), sequence()], sequence()
    for each in waiting:
        scheduler.add(each)
    scheduler.add_first(again)
    assert scheduler.next_step().admitted is again
    scheduler.remove(again)
    assert scheduler.next_step().admitted is waiting[0]


def test_sequences_are_admitted_in_order_of_arrival_one_a_step():
    scheduler = Scheduler(2)
    first, second, third = sequence(), sequence(), sequence()
    for each in (first, second, third):
        scheduler.add(each)
    assert scheduler.next_step().admitted is first
    assert scheduler.running == [first]
    assert list(scheduler.waiting) == [second, third]
    assert scheduler.next_step().admitted is second
    assert scheduler.running == [first, second]
    assert scheduler.next_step().admitted is None
    assert scheduler.running == [first, second]


def test_a_freed_slot_goes_to_the_next_in_line():
    scheduler = Scheduler(1)
    first, second = sequence(), sequence()
    scheduler.add(first)
    scheduler.add(second)
    scheduler.next_step()
    assert scheduler.remove(first) == 0
    assert first.slot is None
    step = scheduler.next_step()
    assert step.admitted is second
    assert second.slot == 0


def test_the_first_in_line_is_admitted_only_when_it_is_ready_and_nobody_overtakes():
    scheduler = Scheduler(2)
    first, second = sequence(), sequence()
    scheduler.add(first)
    scheduler.add(second)
    assert scheduler.next_step(lambda each: each is second).admitted is None
    assert scheduler.next_step(lambda each: each is first).admitted is first


def test_a_gap_is_filled_by_the_next_in_line_if_there_is_one():
    scheduler = Scheduler(4)
    first, second, third = admitted(scheduler, 3)
    fourth = sequence()
    scheduler.remove(first)
    scheduler.add(fourth)
    step = scheduler.next_step()
    assert (step.admitted, step.moves) == (fourth, ())
    assert scheduler.running == [fourth, second, third]


def test_a_gap_that_nobody_waits_for_is_filled_by_the_highest_slot():
    scheduler = Scheduler(4)
    first, second, third, fourth = admitted(scheduler, 4)
    scheduler.remove(first)
    scheduler.remove(second)
    assert scheduler.next_step().moves == (SlotMove(fourth, 3, 0), SlotMove(third, 2, 1))
    assert scheduler.running == [fourth, third]
    assert [each.slot for each in scheduler.running] == [0, 1]


@pytest.mark.parametrize(("n_waiting", "expected"), [(6, [True, True, True, False]), (2, [True, False, False, False])])
def test_admissions_come_first_while_somebody_waits_and_slots_are_free(n_waiting, expected):
    scheduler = Scheduler(4)
    for _ in range(n_waiting):
        scheduler.add(sequence())
    filling = []
    for _ in range(4):
        scheduler.next_step()
        filling.append(scheduler.is_filling)
    assert filling == expected


def test_nothing_is_filled_when_nobody_waits_or_the_cache_is_full():
    scheduler = Scheduler(8)
    first, second = admitted(scheduler, 2)
    assert not scheduler.is_filling
    scheduler.put_back(second)
    assert not scheduler.is_filling
    scheduler.remove(first)
    assert scheduler.is_filling


def test_a_sequence_that_finds_the_cache_full_waits_until_another_has_finished():
    scheduler = Scheduler(3)
    first, second, third = admitted(scheduler, 3)
    scheduler.remove(first)
    scheduler.put_back(third)
    assert third.slot is None
    assert scheduler.next_step().admitted is None
    assert [each.slot for each in scheduler.running] == [0]
    scheduler.remove(second)
    assert scheduler.next_step().admitted is third


def test_a_sequence_that_finds_the_cache_full_alone_is_tried_again_at_once():
    scheduler = Scheduler(2)
    (only,) = admitted(scheduler, 1)
    scheduler.put_back(only)
    assert scheduler.next_step().admitted is only


def test_a_sequence_that_waits_can_be_removed():
    scheduler = Scheduler(1)
    first, second = sequence(), sequence()
    scheduler.add(first)
    scheduler.add(second)
    scheduler.next_step()
    assert scheduler.remove(second) is None
    scheduler.remove(first)
    assert scheduler.is_idle


@given(st.lists(st.tuples(st.sampled_from(["add", "step", "remove", "put back"]), st.integers(0, 99)), max_size=80))
def test_no_slot_is_ever_shared_or_lost_and_what_runs_has_no_lasting_gap(actions):
    scheduler, alive = Scheduler(3), []
    for action, pick in actions:
        if action == "add":
            alive.append(sequence())
            scheduler.add(alive[-1])
        elif action == "step":
            before = {each: each.slot for each in alive}
            step = scheduler.next_step()
            for move in step.moves:
                assert before[move.sequence] == move.source
                assert move.sequence.slot == move.target
            if not list(scheduler.waiting):
                assert [each.slot for each in scheduler.running] == list(range(len(scheduler.running)))
        elif alive and action == "remove":
            scheduler.remove(alive.pop(pick % len(alive)))
        elif scheduler.running and action == "put back":
            scheduler.put_back(scheduler.running[pick % len(scheduler.running)])
        slots = [each.slot for each in alive if each.slot is not None]
        assert len(slots) == len(set(slots))
        assert set(slots) <= {0, 1, 2}
        assert {*scheduler.running, *scheduler.waiting} == set(alive)
    for each in alive:
        scheduler.remove(each)
    assert scheduler.is_idle
    assert len(admitted(scheduler, 3)) == 3


def test_positions_and_cells_are_counted_apart():
    each = sequence()
    each.prefix.count_chunk(5, 5, image=False)
    each.prefix.count_chunk(18, 6, image=True)
    each.count_prompt(4)
    assert (each.n_past, each.n_prompt_tokens, each.n_image_tokens) == (15, 27, 18)
    each.count_decoded()
    assert (each.n_past, each.n_prompt_tokens) == (16, 27)


def test_the_last_token_that_fits_finishes_for_length():
    each = sequence(max_tokens=2)
    each.append(7)
    assert not each.is_finished
    each.append(8)
    assert each.finish_reason == "length"
