"""Places: how many decoded pictures may be in memory at the same time.

A picture takes a place before it is read and gives it back once its pixels are dropped.
First come, first served. Knows nothing of pictures or the engine.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from localalt.errors import ClosedError, TimedOutError
from localalt.wording import option

__all__ = ["Place", "Places"]

POLL_S = 0.5
"""Between looks: an untimed wait cannot be interrupted by Ctrl-C on Windows."""


class Place:
    """A claim to a place: outside, in line, or held."""

    __slots__ = ("granted",)

    def __init__(self) -> None:
        self.granted = threading.Event()


class Places:
    """`n_places` places, handed out in the order of asking."""

    def __init__(self, n_places: int) -> None:
        self._n_places = n_places
        # A set, because it changes in one step that Ctrl-C cannot part, and discarding twice is harmless.
        self._held: set[Place] = set()
        self._line: deque[Place] = deque()
        # Reentrant: the garbage collector may close an iterator, which gives places back, at any time.
        self._lock = threading.RLock()
        self._closed = False

    @property
    def n_free(self) -> int:
        """Places that nobody has."""
        return self._n_places - len(self._held)

    def take(self, place: Place, deadline: float | None = None) -> None:
        """Wait for a place. Whatever it raises, `give_back` leaves nothing behind.

        Raises:
            TimedOutError: `deadline`, on the clock of `time.perf_counter`, came first.
            ClosedError: the places are closed, before or during the wait.
        """
        if self._closed:
            raise ClosedError("This Describer is closed: load a new one.")
        with self._lock:
            self._line.append(place)
            self._hand_out()
        while not place.granted.is_set() and not self._closed:
            left = POLL_S if deadline is None else min(POLL_S, deadline - time.perf_counter())
            if left <= 0:
                raise TimedOutError(
                    f"The time for this picture ({option('timeout_s')}) was over before it could be read: "
                    "allow more time, or describe fewer pictures at once."
                )
            place.granted.wait(left)
        if self._closed:
            raise ClosedError("The Describer was closed before this picture was done.")

    def give_back(self, place: Place) -> None:
        """Leave a place, or the line. Safe to call again, and from any thread."""
        with self._lock:
            self._held.discard(place)
            if place in self._line:
                self._line.remove(place)
            self._hand_out()

    def close(self) -> None:
        """End every wait with ClosedError."""
        self._closed = True
        with self._lock:
            for place in self._line:
                place.granted.set()

    def _hand_out(self) -> None:
        while self._line and len(self._held) < self._n_places:
            place = self._line.popleft()
            self._held.add(place)
            place.granted.set()
