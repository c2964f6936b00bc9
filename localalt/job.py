"""Job: one picture on its way to its texts, from the call to the last answer.

Takes a place, reads, hands the picture to the engine, and ends once: with all answers, with
an error, or cancelled. May be run by the thread that calls or by a reader's. Knows nothing
of prompts, text or what the answers are for.
"""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from localalt.engine import Engine, Generation, Ticket, late
from localalt.image import Picture
from localalt.places import Place, Places
from localalt.sequence import Question, Request, TextParts
from localalt.types import Notice

__all__ = ["Answered", "Brief", "Job"]


@dataclass(frozen=True, slots=True)
class Brief:
    """What one call asks of each of its pictures."""

    head: TextParts
    questions: tuple[Question, ...]
    """The alt text's first, then those of `also`."""
    also: tuple[str, ...]
    max_chars: int | None
    timeout_s: float | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and when it was there."""

    generation: Generation
    total_s: float
    """Since the job began."""


class Job:
    """A picture on its way. Its end is the end of `done`, whose exception is what went wrong.

    Args:
        read: gives the picture.
        brief: what is asked about it.
        engine, places: where it is answered, and what it needs before it may be read.
        on_text: called with each piece of the first answer, from the engine's thread, and with None after the last.
        started: when its time began, on the clock of `time.perf_counter`; by default when it is run.
    """

    def __init__(
        self,
        read: Callable[[], Picture],
        brief: Brief,
        engine: Engine,
        places: Places,
        *,
        on_text: Callable[[str | None], None] | None = None,
        started: float | None = None,
    ) -> None:
        self.brief = brief
        self.done: Future[None] = Future()
        self.answers: dict[int, Answered] = {}
        """By the question's index."""
        self.source = ""
        self.notices: tuple[Notice, ...] = ()
        """What is to be known about the picture, once it is read."""
        self.waited_s = 0.0
        """For a reader and for a place."""
        self.prepare_s = 0.0
        self._read: Callable[[], Picture] | None = read
        self._engine = engine
        self._places = places
        self._on_text = on_text
        self._started = started
        self._tickets: list[Ticket] = []
        self._ended = False
        # Reentrant: the garbage collector may close an iterator, which cancels its jobs, at any time.
        self._lock = threading.RLock()
        self._pid = os.getpid()

    @property
    def deadline(self) -> float | None:
        """When, on the clock of `time.perf_counter`, it is too late; None before it began and without a timeout."""
        timeout_s = self.brief.timeout_s
        return None if timeout_s is None or self._started is None else self._started + timeout_s

    def run(self) -> None:
        """Read the picture and hand it to the engine. What goes wrong ends the job and is raised."""
        place = Place()
        try:
            if self._started is None:
                self._started = time.perf_counter()
            if self._ended:  # cancelled while it waited for a reader
                return
            self._places.take(place, self.deadline)
            self.waited_s = time.perf_counter() - self._started
            request = self._request()
            if request is None:
                self._places.give_back(place)
                return
            given_back = functools.partial(self._places.give_back, place)
            self._follow(self._engine.submit(request, self._on_text, given_back))
        except BaseException as error:
            self._places.give_back(place)
            self.end(error)
            raise

    def cancel(self) -> None:
        """End it with CancelledError, wherever it is, and free its slot. Does nothing once it has ended."""
        self.end(CancelledError())

    def end(self, error: BaseException | None = None) -> None:
        """End it with `error`, or with the answers that are there. Does nothing once it has ended."""
        if os.getpid() != self._pid:  # the lock may be held by a thread that stayed behind at the fork
            return
        with self._lock:
            if self._ended:
                return
            self._ended = True
            tickets, self._tickets = self._tickets, []
        self._read = None
        if error is not None:
            for ticket in tickets:
                self._engine.cancel(ticket)
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        if self._on_text is not None:
            self._on_text(None)

    def _request(self) -> Request | None:
        """What goes to the engine; None where the job ended meanwhile."""
        read, self._read = self._read, None
        if read is None or self._ended:
            return None
        started = time.perf_counter()
        picture = read()
        del read  # the file's bytes, perhaps
        self.source, self.notices = picture.source, picture.notices
        self.prepare_s = time.perf_counter() - started
        if self._ended:
            return None
        deadline = self.deadline
        if deadline is not None and time.perf_counter() >= deadline:
            raise late()
        return Request(self.brief.head, picture.pixels, self.brief.questions, deadline)

    def _follow(self, tickets: list[Ticket]) -> None:
        with self._lock:
            ended = self._ended
            if not ended:
                self._tickets = tickets
        for index, ticket in enumerate(tickets):
            if ended:  # cancelled while it was being handed over
                self._engine.cancel(ticket)
            else:
                ticket.future.add_done_callback(functools.partial(self._answered, index))

    def _answered(self, index: int, future: Future[Generation]) -> None:
        """Take an answer, in the engine's thread."""
        assert self._started is not None
        error = future.exception()
        if error is not None:
            self.end(error)
            return
        self.answers[index] = Answered(future.result(), time.perf_counter() - self._started)
        if index == 0 and self._on_text is not None:
            self._on_text(None)
        if len(self.answers) == len(self.brief.questions):
            self.end()
