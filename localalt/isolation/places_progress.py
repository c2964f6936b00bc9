"""How much of a model several places together have loaded, for one callback."""

from __future__ import annotations

import threading
from collections.abc import Callable

from localalt.isolation.place import Place

__all__ = ["PlacesProgress"]


class PlacesProgress:
    """The share that all places together have loaded, 0.0 to 1.0, which never falls. Safe to use from any thread.

    Args:
        callback: called with the share, one call after the other.
    """

    def __init__(self, callback: Callable[[float], None]) -> None:
        self._callback = callback
        self.n_expected = 1
        """Places that are going to load."""
        self._shares: dict[Place, float] = {}
        self._reported = 0.0
        self._lock = threading.Lock()

    def add(self, place: Place) -> None:
        """Another place begins to load."""
        self._shares[place] = 0.0

    def report(self, place: Place, share: float) -> None:
        """A place has loaded so much.

        Raises:
            BaseException: what the callback raises.
        """
        with self._lock:
            self._shares[place] = max(self._shares.get(place, 0.0), share)
            loaded = sum(1.0 if each.first.done() else own for each, own in tuple(self._shares.items()))
            self._advance(loaded / self.n_expected)

    def end(self) -> None:
        """All that will load has loaded."""
        with self._lock:
            if self._reported < 1.0:
                self._advance(1.0)

    def _advance(self, share: float) -> None:
        if share >= self._reported:
            self._reported = min(share, 1.0)
            self._callback(self._reported)
