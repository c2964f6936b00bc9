import threading
import time
from concurrent.futures import Future

import pytest

from localalt.concurrency.waiting import POLL_S, next_look_s, wait
from localalt.errors import TimedOutError


def test_a_result_that_another_thread_gives_is_waited_for():
    future = Future()
    threading.Timer(0.01, future.set_result, [7]).start()
    assert wait(future) == 7


def test_an_error_that_another_thread_meets_is_raised():
    future = Future()
    threading.Timer(0.01, future.set_exception, [ValueError("broken")]).start()
    with pytest.raises(ValueError, match="broken"):
        wait(future, time.perf_counter() + 60)


def test_a_wait_ends_at_its_deadline_with_what_to_do():
    with pytest.raises(TimedOutError, match="Timed out before the text was finished: increase timeout_s"):
        wait(Future(), time.perf_counter() + 0.01)


def test_a_result_that_is_there_is_taken_even_after_the_deadline():
    future = Future()
    future.set_result(7)
    assert wait(future, time.perf_counter() - 1) == 7


def test_the_next_look_comes_in_time_for_ctrl_c_and_for_the_deadline():
    assert next_look_s(None) == POLL_S
    assert next_look_s(time.perf_counter() + 1000) == POLL_S
    assert next_look_s(time.perf_counter() + 0.1) <= 0.1
    assert next_look_s(time.perf_counter() - 1) < 0
