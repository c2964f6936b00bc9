"""Children that are made up, for the pool: a test says what each reports, and how it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from localalt.drafting.result import NO_TIMINGS
from localalt.errors import EngineError
from localalt.isolation.interpreter import Start
from localalt.isolation.listener import Listener
from localalt.types import AltText

__all__ = ["FakeWorker", "Workers"]


class FakeWorker:
    """A `Worker` without a process."""

    def __init__(self, start: Start, listener: Listener) -> None:
        self.start, self.listener = start, listener
        self.loaded: Any = None
        self.devices: tuple[str, ...] = ()
        self.kind, self.load_key, self.gpu_bytes = "a kind", "a model", 1_000
        self.share: Any = None
        self.has_greeted = True
        self.is_given_up = self.is_closed = self.hangs = self.never_ends = False
        self.command = "python"
        self.ending = ""
        self.was_killed = False
        self.options: dict[str, Any] = {}
        self.given: list[int] = []
        self.cancelled: list[int] = []
        self.process = SimpleNamespace(log=(), close=self._close, kill=self.kill)
        self._has_ended = False

    # --- what the pool asks for ---

    def load(self, model: Any, options: Any, *, share: Any, folder: str) -> None:
        """Remember the options."""
        self.options, self.share = dict(options["dict"]), share

    def describe(self, number: int, frame: Any) -> None:
        """Remember the picture."""
        self.given.append(number)

    def cancel(self, number: int) -> None:
        """Remember it."""
        self.cancelled.append(number)

    def is_hung(self, elapsed_s: float, *, is_busy: bool, was_warm: bool) -> bool:
        """As the test says."""
        return self.hangs and is_busy

    def give_up(self) -> None:
        """End it, for a hang."""
        self.ending = self.ending or "no progress for 9 seconds"
        self.kill()

    def kill(self) -> None:
        """End it, and report that at once."""
        self.is_given_up = True
        if not self.never_ends:
            self.end("SIGKILL", was_killed=True)

    def _close(self) -> None:
        self.is_closed = True

    # --- what a test has it do ---

    def is_ready(self, *devices: str, capacity: int = 2) -> None:
        """Report that the model is loaded."""
        self.devices = devices
        plan = SimpleNamespace(devices=devices, n_seq_max=1)
        self.loaded = SimpleNamespace(notices=(), n_ahead=capacity, plan=plan, free_bytes={})
        self.listener.on_loaded(self, self.loaded)  # type: ignore[arg-type]

    def answer(self, number: int, result: str | Exception) -> None:
        """Report a text, or an error."""
        text = AltText(result, "<bytes>", "unasked", (), NO_TIMINGS, None, "") if isinstance(result, str) else result
        self.listener.on_done(self, number, text)  # type: ignore[arg-type]

    def end(self, ending: str = "SIGABRT", *, was_killed: bool = False, log: tuple[str, ...] = ()) -> None:
        """Die."""
        if not self._has_ended:
            self.process.log = log
            self._has_ended = True
            self.ending, self.was_killed = self.ending or ending, was_killed and not self.ending
            self.listener.on_end(self)  # type: ignore[arg-type]


class Workers:
    """All children so far, in place of `place.Worker`."""

    def __init__(self) -> None:
        self.all: list[FakeWorker] = []
        self.cannot_start = False
        self._changed = threading.Condition()

    def __call__(self, start: Start, listener: Listener) -> FakeWorker:
        """Start another one."""
        if self.cannot_start:
            raise EngineError("no process can be started")
        with self._changed:
            self.all.append(FakeWorker(start, listener))
            self._changed.notify_all()
            return self.all[-1]

    def __iter__(self) -> Iterator[FakeWorker]:
        return iter(self.all)

    def number(self, index: int) -> FakeWorker:
        """The child that is started as number `index`, waited for."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.all) > index, timeout=20), f"no child {index} was started"
        return self.all[index]


def until(holds: Callable[[], object]) -> None:
    """Wait for what another thread brings about."""
    waiting = threading.Event()
    for _ in range(2000):
        if holds():
            return
        waiting.wait(0.01)
    raise AssertionError("it does not come to be")
