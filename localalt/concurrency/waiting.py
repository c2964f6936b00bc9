"""Waiting for what another thread does, and the errors of those who waited in vain.

Every wait looks up now and then: on Windows an untimed wait cannot be interrupted by Ctrl-C.
Knows nothing of what is waited for.
"""

from __future__ import annotations

import time
from concurrent import futures
from concurrent.futures import Future
from typing import TypeVar

from localalt.errors import ClosedError, TimedOutError
from localalt.errors.wording import option

__all__ = ["POLL_S", "already_closed", "closed_meanwhile", "next_look_s", "timed_out", "wait"]

POLL_S = 0.5
"""Seconds between two looks."""

T = TypeVar("T")


def wait(future: Future[T], deadline: float | None = None) -> T:
    """The result of `future`, waited for in a way that Ctrl-C interrupts on every platform.

    Raises:
        TimedOutError: `deadline`, on the clock of `time.perf_counter`, came first.
    """
    while not future.done():
        left_s = next_look_s(deadline)
        if left_s <= 0:
            raise timed_out()
        futures.wait((future,), timeout=left_s)
    return future.result()


def next_look_s(deadline: float | None) -> float:
    """Seconds until the next look: `POLL_S`, or what is left until `deadline`; 0 or less once that has passed."""
    return POLL_S if deadline is None else min(POLL_S, deadline - time.perf_counter())


def timed_out() -> TimedOutError:
    """The error for a picture whose time is over."""
    return TimedOutError(f"Timed out before the text was finished: increase {option('timeout_s')}.")


def already_closed() -> ClosedError:
    """The error for a call that comes after the closing."""
    return ClosedError("This Describer is closed: load a new one.")


def closed_meanwhile() -> ClosedError:
    """The error for a call during which the Describer was closed."""
    return ClosedError("The Describer was closed before this picture was finished: load a new one.")
