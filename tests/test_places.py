import random
import threading
import time

import pytest

from localalt.errors import ClosedError, TimedOutError
from localalt.places import Place, Places


def in_line(places, n):
    while len(places._line) < n:
        time.sleep(0.001)


def waiting(places, place, order):
    def wait():
        places.take(place)
        order.append(place)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_places_are_handed_out_in_the_order_of_asking():
    places, order = Places(1), []
    held = [Place() for _ in range(4)]
    places.take(held[0])
    threads = []
    for index, place in enumerate(held[1:], start=1):
        threads.append(waiting(places, place, order))
        in_line(places, index)
    for place, thread in zip(held, threads, strict=False):
        places.give_back(place)
        thread.join(60)
    assert order == held[1:]
    places.give_back(held[-1])
    assert places.n_free == 1


def test_giving_back_twice_or_without_having_one_frees_no_more_than_there_are():
    places, place = Places(2), Place()
    places.take(place)
    assert places.n_free == 1
    for each in (place, place, Place()):
        places.give_back(each)
    assert places.n_free == 2


def test_leaving_the_line_lets_the_next_one_through():
    places, first, late, order = Places(1), Place(), Place(), []
    places.take(first)
    with pytest.raises(TimedOutError, match="allow more time"):
        places.take(late, time.perf_counter() + 0.01)
    places.give_back(late)
    last = Place()
    thread = waiting(places, last, order)
    in_line(places, 1)
    places.give_back(first)
    thread.join(60)
    assert order == [last]


def test_a_place_that_is_free_is_given_even_when_the_time_is_over():
    places, place = Places(1), Place()
    places.take(place, time.perf_counter() - 1)
    assert places.n_free == 0


def test_closing_ends_every_wait_and_refuses_the_next():
    places, errors = Places(1), []
    places.take(Place())

    def wait():
        try:
            places.take(Place())
        except ClosedError as error:
            errors.append(error)

    threads = [threading.Thread(target=wait) for _ in range(5)]
    for thread in threads:
        thread.start()
    in_line(places, 5)
    places.close()
    for thread in threads:
        thread.join(60)
    assert len(errors) == 5
    with pytest.raises(ClosedError, match="load a new one"):
        places.take(Place())


def test_whatever_threads_do_no_more_are_held_than_there_are_and_all_come_back():
    places, n_most = Places(3), []

    def work(seed):
        rng = random.Random(seed)
        for _ in range(100):
            place = Place()
            try:
                places.take(place, time.perf_counter() + rng.choice([0, 0.0005, 60]))
                n_most.append(3 - places.n_free)
            except TimedOutError:
                pass
            finally:
                places.give_back(place)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert max(n_most) <= 3
    assert places.n_free == 3
    assert not places._line
