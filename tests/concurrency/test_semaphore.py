import random
import threading
import time

import pytest

from localalt.concurrency.semaphore import FairSemaphore, Permit
from localalt.errors import ClosedError, TimedOutError
from tests.support.semaphores import WatchedPermit, n_free

PATIENCE_S = 60


def queued(semaphore, order):
    """A permit that a thread of its own waits for, and the thread, which notes it in `order` once it is granted."""
    permit = WatchedPermit()

    def wait():
        semaphore.acquire(permit)
        order.append(permit)

    thread = threading.Thread(target=wait)
    thread.start()
    permit.wait_until_queued()
    return permit, thread


def test_permits_are_granted_in_the_order_of_asking():
    semaphore, first, order = FairSemaphore(1), Permit(), []
    semaphore.acquire(first)
    waiting = [queued(semaphore, order) for _ in range(3)]
    holder = first
    for permit, thread in waiting:
        semaphore.release(holder)
        thread.join(PATIENCE_S)
        holder = permit
    assert order == [permit for permit, _ in waiting]
    semaphore.release(holder)
    assert n_free(semaphore) == 1


def test_releasing_twice_or_without_having_a_permit_frees_no_more_than_there_are():
    semaphore, permit = FairSemaphore(2), Permit()
    semaphore.acquire(permit)
    assert n_free(semaphore) == 1
    for each in (permit, permit, Permit()):
        semaphore.release(each)
    assert n_free(semaphore) == 2


def test_leaving_the_queue_lets_the_next_one_through():
    semaphore, first, timed_out, order = FairSemaphore(1), Permit(), Permit(), []
    semaphore.acquire(first)
    with pytest.raises(TimedOutError, match="increase timeout_s"):
        semaphore.acquire(timed_out, time.perf_counter() + 0.01)
    semaphore.release(timed_out)
    last, thread = queued(semaphore, order)
    semaphore.release(first)
    thread.join(PATIENCE_S)
    assert order == [last]


def test_a_permit_that_is_free_is_granted_even_when_the_time_is_over():
    semaphore, permit = FairSemaphore(1), Permit()
    semaphore.acquire(permit, time.perf_counter() - 1)
    assert n_free(semaphore) == 0


def test_closing_ends_every_wait_and_refuses_the_next():
    semaphore, errors = FairSemaphore(1), []
    semaphore.acquire(Permit())
    permits = [WatchedPermit() for _ in range(5)]

    def wait(permit):
        try:
            semaphore.acquire(permit)
        except ClosedError as error:
            errors.append(error)

    threads = [threading.Thread(target=wait, args=(permit,)) for permit in permits]
    for thread, permit in zip(threads, permits, strict=True):
        thread.start()
        permit.wait_until_queued()
    semaphore.close()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(errors) == 5
    with pytest.raises(ClosedError, match="load a new one"):
        semaphore.acquire(Permit())


def test_whatever_threads_do_no_more_are_held_than_there_are_and_all_come_back():
    semaphore, held, n_most = FairSemaphore(3), set(), []

    def work(seed):
        rng = random.Random(seed)
        for _ in range(100):
            permit = Permit()
            try:
                semaphore.acquire(permit, time.perf_counter() + rng.choice([0, 0.0005, 60]))
                held.add(permit)
                n_most.append(len(held))
            except TimedOutError:
                pass
            finally:
                held.discard(permit)
                semaphore.release(permit)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert max(n_most) <= 3
    assert n_free(semaphore) == 3
    late = Permit()
    semaphore.acquire(late, 0.0)  # nobody is left in the queue before it
