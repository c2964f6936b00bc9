"""How many and how long, with a clock of our own."""

import pytest

from localalt.console.forecast import Forecast
from localalt.units import format_time_left


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def reported():
    return []


def forecast(reported, seconds, n_all=40, **options):
    clock = Clock()
    own = Forecast(n_all, "questions", reported.append, clock=clock, **options)
    own.begin()
    for each in seconds:
        clock.now += each
        own.done()
    return own


def test_how_many_is_said_before_and_how_long_after_the_first_ones(reported):
    forecast(reported, [], n_all=1240)
    assert reported == ["1,240 questions. How long they take is said after the first 3."]


def test_a_range_follows_from_the_first_ones_and_again_whenever_twice_as_many_are_done(reported):
    forecast(reported, [1, 2, 3] + [2] * 21, n_all=63)
    assert reported[1] == "3 of 63 questions done, 1 to 3 minutes left."
    assert [line.split(" questions")[0] for line in reported[1:]] == ["3 of 63", "6 of 63", "12 of 63", "24 of 63"]


def test_one_slow_thing_widens_the_range_and_does_not_move_it_away(reported):
    own = forecast(reported, [1] * 19 + [100])
    low, high = own.left()
    assert low <= 20 * 1 <= high
    assert high >= 20 * (119 / 20)  # what the mean so far says


def test_where_the_number_is_uncertain_both_ends_count(reported):
    own = forecast(reported, [2, 2, 2], n_all=20, n_least=10)
    assert reported[0].startswith("10 to 20 questions.")
    assert own.left() == pytest.approx((7 * 1.8, 17 * 2.2))


def test_loading_a_model_is_not_part_of_the_first_thing(reported):
    own = forecast(reported, [500, 1, 1, 1], n_all=10, counts_start=False)
    assert own.left()[1] < 10


def test_what_was_done_before_is_not_counted(reported):
    clock = Clock()
    own = Forecast(10, "texts", reported.append, clock=clock)
    own.skip(10)
    own.begin()
    assert reported == ["There are no texts left: all of it was done before."]


def test_a_clock_that_stands_still_is_not_an_error(reported):
    assert forecast(reported, [0] * 10).left() == (0.0, 0.0)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0, 0, "about 1 s"),
        (20, 40, "20 to 40 s"),
        (200, 400, "3 to 7 minutes"),
        (3590, 3610, "about 60 minutes"),
        (5400, 9000, "1.5 to 2.5 hours"),
        (36000, 72000, "10 to 20 hours"),
    ],
)
def test_a_range_reads_as_people_say_it(low, high, text):
    assert format_time_left(low, high) == text
