"""A child that runs before it is known what it will load, and is asked small questions until then.

Whoever has folders to search first starts it meanwhile. Knows how a question is asked; `errands` knows which there are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from localalt.concurrency.waiting import wait
from localalt.errors import EngineError, TimedOutError
from localalt.isolation.errors_as_data import decode_error
from localalt.isolation.frames import Frame
from localalt.isolation.interpreter import Start
from localalt.isolation.listener import Listener
from localalt.isolation.process import ChildProcess

if TYPE_CHECKING:
    from localalt.isolation.worker import Worker

__all__ = ["EarlyChild"]

PATIENCE_S = 60.0
"""Seconds for an answer: asking a driver for its version takes a while."""


class EarlyChild(Listener):
    """A child without a model, and who hears it. It is asked from one thread. Close it, or have it taken over.

    Args:
        start: what starts it.
        will_load: whether it is to load a model: it imports all that this takes, meanwhile.

    Raises:
        EngineError: it cannot be started.
    """

    def __init__(self, start: Start, *, will_load: bool = True) -> None:
        self._start, self._will_load = start, will_load
        self._lock = threading.Lock()
        self._heir: Listener | None = None
        self._reply: Future[dict[str, Any]] | None = None
        self._worker: Worker | None = self._started()
        """None once it is somebody else's, or closed."""

    def _started(self) -> Worker:
        is_ready = threading.Event()

        def hear(frame: Frame) -> None:
            is_ready.wait()
            worker.hear(frame)

        def end() -> None:
            is_ready.wait()
            worker.listener.on_end(worker)

        process = ChildProcess(self._start, hear, end)
        from localalt.isolation.worker import Worker  # while the process starts up

        worker = Worker(self._start, self, process)
        is_ready.set()
        if self._will_load:
            worker.ask("prepare")
        return worker

    def ask(
        self,
        operation: str,
        *,
        buffers: Sequence[bytes | bytearray | memoryview] = (),
        patience_s: float = PATIENCE_S,
        **body: Any,  # noqa: ANN401 (JSON values)
    ) -> dict[str, Any]:
        """What it answers, or a fresh one where the last question has ended it.

        Raises:
            LocalAltError: what it raised over there.
            EngineError: it ended, or gave no answer for `patience_s` seconds and was ended.
        """
        if self._worker is not None and self._worker.process.ending:
            self._worker = self._started()
        worker, reply = self._worker, Future[dict[str, Any]]()
        assert worker is not None
        with self._lock:
            if worker.process.ending:
                raise _ended(worker)
            self._reply = reply
        worker.ask(operation, buffers=buffers, **body)
        try:
            value = wait(reply, time.perf_counter() + patience_s)
        except TimedOutError:
            worker.process.kill()
            raise EngineError(
                f"A process that was asked for something gave no answer for {patience_s:.0f} seconds: "
                "run localalt doctor."
            ) from None
        if value.get("error") is not None:
            raise decode_error(value["error"])
        return value

    @property
    def dead(self) -> Worker | None:
        """The child that was asked last, if it has ended."""
        return self._worker if self._worker is not None and self._worker.process.ending else None

    def release(self, heir: Listener) -> Worker | None:
        """Hand the child over to `heir`, which hears from it from now on. None where it is gone."""
        with self._lock:
            worker, self._worker = self._worker, None
            if worker is None or worker.process.ending:
                return None
            self._heir = worker.listener = heir
            return worker

    def close(self) -> None:
        """End the child, unless it was handed over. Safe to call again."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.process.kill()
            worker.process.close()

    # --- what it reports ---

    def on_reply(self, worker: Worker, body: dict[str, Any]) -> None:
        """See `Listener`."""
        with self._lock:
            reply, self._reply = self._reply, None
        if reply is not None:
            reply.set_result(body)

    def on_end(self, worker: Worker) -> None:
        """See `Listener`."""
        with self._lock:
            heir, (reply, self._reply) = self._heir, (self._reply, None)
        if heir is not None:  # it ended just as it was handed over
            heir.on_end(worker)
        elif reply is not None:
            reply.set_exception(_ended(worker))


def _ended(worker: Worker) -> EngineError:
    return EngineError(f"A process that was asked for something ended ({worker.ending}): run localalt doctor.")
