"""Calls a function again and again beside a measurement, in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Ticker"]


class Ticker:
    """Calls `look` every `every_s` seconds from its making until `stop`."""

    def __init__(self, look: Callable[[], object], every_s: float, *, name: str) -> None:
        self._look, self._every_s = look, every_s
        self._stopped = threading.Event()
        # A daemon: a driver that hangs must not prevent the process from ending.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait until the last call is over."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every_s):
            self._look()
