from hypothesis import given
from hypothesis import strategies as st

from localalt.scheduler import Scheduler
from localalt.sequence import Request, Sequence


def sequence(max_tokens=8):
    return Sequence(Request(parts=(), max_tokens=max_tokens))


def test_sequences_are_admitted_in_order_of_arrival_one_a_step():
    scheduler = Scheduler(2)
    first, second, third = sequence(), sequence(), sequence()
    for each in (first, second, third):
        scheduler.add(each)
    assert scheduler.next_step().admitted is first
    step = scheduler.next_step()
    assert (step.admitted, step.running) == (second, (first,))
    step = scheduler.next_step()
    assert (step.admitted, step.running) == (None, (first, second))


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


def test_a_sequence_that_waits_can_be_removed():
    scheduler = Scheduler(1)
    first, second = sequence(), sequence()
    scheduler.add(first)
    scheduler.add(second)
    scheduler.next_step()
    assert scheduler.remove(second) is None
    scheduler.remove(first)
    assert scheduler.idle


@given(st.lists(st.tuples(st.sampled_from(["add", "step", "remove"]), st.integers(0, 99)), max_size=80))
def test_no_slot_is_ever_shared_or_lost(actions):
    scheduler, alive = Scheduler(3), []
    for action, pick in actions:
        if action == "add":
            alive.append(sequence())
            scheduler.add(alive[-1])
        elif action == "step":
            scheduler.next_step()
        elif alive:
            scheduler.remove(alive.pop(pick % len(alive)))
        slots = [each.slot for each in alive if each.slot is not None]
        assert len(slots) == len(set(slots))
        assert set(slots) <= {0, 1, 2}
    for each in alive:
        scheduler.remove(each)
    assert scheduler.idle
    for _ in range(3):
        scheduler.add(sequence())
        assert scheduler.next_step().admitted is not None


def test_positions_and_cells_are_counted_apart():
    each = sequence()
    each.prefilled(5, 5, image=False)
    each.prefilled(18, 6, image=True)
    assert (each.n_past, each.n_kv, each.n_prompt_tokens, each.n_image_tokens) == (11, 23, 23, 18)
    each.fed()
    assert (each.n_past, each.n_kv) == (12, 24)


def test_the_last_token_that_fits_finishes_for_length():
    each = sequence(max_tokens=2)
    each.append(7)
    assert not each.finished
    each.append(8)
    assert each.finish_reason == "length"
