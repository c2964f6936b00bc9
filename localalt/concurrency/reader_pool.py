"""A few threads that work beside the engine's: they read pictures ahead of it, and look at its answers.

The threads begin with the first job and end with `close()`; none holds up the end of the
interpreter. Knows nothing of what a job does.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import Protocol

from localalt.concurrency.waiting import closed_meanwhile

__all__ = ["N_DECIDERS", "N_READERS", "ReaderPool"]

N_READERS = 2
"""Threads: reading and resizing a picture takes a fraction of the time of describing it."""
N_DECIDERS = 4
"""Threads: looking at an answer takes milliseconds, and even three slow ones hold up nobody."""


class ReaderJob(Protocol):
    """What a reader does."""

    def run(self) -> None:
        """Do it. Whoever waits for it already knows what it raises."""

    def end(self, error: BaseException) -> None:
        """End it without doing it."""


class ReaderPool:
    """`n_threads` threads, called `name`, that run jobs in the order of submission."""

    def __init__(self, n_threads: int = N_READERS, name: str = "localalt-reader") -> None:
        self._n_threads, self._name = n_threads, name
        self._waiting: queue.SimpleQueue[ReaderJob | None] = queue.SimpleQueue()
        self._running: set[ReaderJob] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def submit(self, job: ReaderJob) -> None:
        """Queue a job. After `close()` it ends with ClosedError."""
        if not self._threads:
            with self._lock:
                self._begin()
        self._waiting.put(job)
        if self._closed:
            self._dismiss()

    def close(self) -> None:
        """End all jobs with ClosedError, and the threads once what they read lets go of them. Does not wait."""
        self._closed = True
        self._dismiss()

    def _begin(self) -> None:
        while len(self._threads) < self._n_threads and not self._closed:
            name = f"{self._name}-{len(self._threads)}"
            # Not an executor's: the interpreter would wait for those at its end, and for all that is queued.
            thread = threading.Thread(target=_read, args=(self._waiting, self._running), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _dismiss(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._waiting.get_nowait()
                if job is not None:
                    job.end(closed_meanwhile())
        for job in tuple(self._running):
            job.end(closed_meanwhile())
        for _ in self._threads:
            self._waiting.put(None)


def _read(waiting: queue.SimpleQueue[ReaderJob | None], running: set[ReaderJob]) -> None:
    while (job := waiting.get()) is not None:
        running.add(job)
        with contextlib.suppress(BaseException):  # whoever waits for the job knows
            job.run()
        running.discard(job)
        del job  # a reader without work holds no answers
