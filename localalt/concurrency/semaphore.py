"""FairSemaphore: how many decoded pictures may be in memory at the same time.

A picture takes a permit before it is read and gives it back once its pixels are dropped.
First come, first served. Knows nothing of pictures or the engine.
"""

from __future__ import annotations

import threading
from collections import deque

from localalt.concurrency.waiting import already_closed, closed_meanwhile, next_look_s
from localalt.errors import TimedOutError
from localalt.errors.wording import option

__all__ = ["FairSemaphore", "Permit"]


class Permit:
    """A claim to one of a semaphore's permits: not yet made, in the queue, or granted."""

    __slots__ = ("granted",)

    def __init__(self) -> None:
        self.granted = threading.Event()


class FairSemaphore:
    """`n_permits` permits, granted in the order of asking."""

    def __init__(self, n_permits: int) -> None:
        self._n_permits = n_permits
        # A set, because it changes in one step that Ctrl-C cannot interrupt, and discarding twice is harmless.
        self._granted: set[Permit] = set()
        self._queue: deque[Permit] = deque()
        # Reentrant: the garbage collector may close an iterator, which releases permits, at any time.
        self._lock = threading.RLock()
        self._closed = False

    def acquire(self, permit: Permit, deadline: float | None = None) -> None:
        """Wait for a permit. Whatever this raises, `release` leaves nothing behind.

        Raises:
            TimedOutError: `deadline`, on the clock of `time.perf_counter`, came first.
            ClosedError: the semaphore is closed, before or during the wait.
        """
        if self._closed:
            raise already_closed()
        with self._lock:
            self._queue.append(permit)
            self._grant()
        while not permit.granted.is_set() and not self._closed:
            left_s = next_look_s(deadline)
            if left_s <= 0:
                raise TimedOutError(
                    f"Timed out before the picture could be read: increase {option('timeout_s')}, "
                    "or describe fewer pictures at once."
                )
            permit.granted.wait(left_s)
        if self._closed:
            raise closed_meanwhile()

    def release(self, permit: Permit) -> None:
        """Give a permit back, or leave the queue. Safe to call again, and from any thread."""
        with self._lock:
            self._granted.discard(permit)
            if permit in self._queue:
                self._queue.remove(permit)
            self._grant()

    def close(self) -> None:
        """End every wait with ClosedError."""
        self._closed = True
        with self._lock:
            for permit in self._queue:
                permit.granted.set()

    def _grant(self) -> None:
        while self._queue and len(self._granted) < self._n_permits:
            permit = self._queue.popleft()
            self._granted.add(permit)
            permit.granted.set()
