"""Job: one picture on its way to its texts, from the call to the last answer.

It takes a permit, reads the picture, hands it to the engine, and ends once: with all answers, with
an error, or cancelled. The thread that calls may run it, or a reader's. The dialogue says what is asked and asked
again, in a thread for such decisions: an answer whose text takes long holds up no other picture, and its time runs
on.
"""

from __future__ import annotations

import functools
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from localalt.concurrency.reader_pool import ReaderPool
from localalt.concurrency.semaphore import FairSemaphore, Permit
from localalt.concurrency.waiting import timed_out
from localalt.drafting.dialogue import ALT, READING, Dialogue, OpenQuestion, QuestionKey
from localalt.drafting.task import Task
from localalt.engine.engine import Engine
from localalt.engine.sequence import Prefix
from localalt.engine.ticket import Generation, Ticket
from localalt.errors import EngineError, ImageError, LocalAltError, OptionError
from localalt.image.reader import PictureReader
from localalt.image.tiles import Tile
from localalt.recognition.reading import Look, Reading, StopReadingError
from localalt.request import Request
from localalt.types import AltText, Notice

__all__ = ["Job", "ReceivedAnswer"]


@dataclass(frozen=True, slots=True)
class ReceivedAnswer:
    """What the model wrote, and when it was there."""

    generation: Generation
    total_s: float
    """Since the job began."""


class Job:
    """A picture on its way. Its end is the end of `done`, whose exception is what went wrong.

    Args:
        reader: gives the picture, and its tiles.
        task: what is asked about it.
        engine, permits, deciders, tile_readers: where it is answered, what it needs before it may be read, where its
            answers are looked at, and where tiles of it are read: one at a time, which takes as much memory.
        build_result: makes the result of the job, once all its answers are there.
        look: reads the writing in the picture, where there is an OCR engine; and the threads that do so.
        on_text: called with each piece of the first answer, from the engine's thread, and with None after the last.
        started: when its time began, on the clock of `time.perf_counter`; by default when it is run.
    """

    def __init__(
        self,
        reader: PictureReader,
        task: Task,
        engine: Engine,
        permits: FairSemaphore,
        deciders: ReaderPool,
        tile_readers: ReaderPool,
        build_result: Callable[[Job], AltText],
        *,
        look: tuple[Look, ReaderPool] | None = None,
        on_text: Callable[[str | None], None] | None = None,
        started: float | None = None,
    ) -> None:
        self.task = task
        self.done: Future[None] = Future()
        self.result: AltText | None = None
        """What comes of it, once it is done without an error."""
        self.answers: dict[QuestionKey, ReceivedAnswer] = {}
        """By the question's key."""
        self.dialogue: Dialogue | None = None
        """What is asked, and what comes of it, once the picture is read."""
        self.source = ""
        self.notices: tuple[Notice, ...] = ()
        """What is to be known about the picture, once it is read."""
        self.waited_s = 0.0
        """For a reader and for a permit."""
        self.prepare_s = 0.0
        self._reader: PictureReader | None = reader
        """As long as something may be read."""
        self._tiles: tuple[Tile, ...] = ()
        self.ocr_s = 0.0
        self._look = look
        """As long as its writing may be read."""
        self._first: list[OpenQuestion] = []
        self._engine = engine
        self._permits = permits
        self._deciders, self._tile_readers = deciders, tile_readers
        self._build_result = build_result
        self._arrived: deque[tuple[QuestionKey, ReceivedAnswer | Reading | LocalAltError]] = deque()
        """Answers that nobody has looked at, by the question's key; the error of one that failed."""
        self._is_deciding = False
        self._on_text = on_text
        self._started = started
        self._tickets: list[Ticket] = []
        self._prefix: Prefix | None = None
        """The picture in the engine, as long as it is held there."""
        self._ended = False
        # Reentrant: the garbage collector may close an iterator, which cancels its jobs, at any time.
        self._lock = threading.RLock()
        self._pid = os.getpid()

    @property
    def deadline(self) -> float | None:
        """When, on the clock of `time.perf_counter`, it is too late; None before it began and without a timeout."""
        timeout_s = self.task.timeout_s
        return None if timeout_s is None or self._started is None else self._started + timeout_s

    def run(self) -> None:
        """Read the picture and hand it to the engine. What goes wrong ends the job and is raised."""
        permit = Permit()
        try:
            if self._started is None:
                self._started = time.perf_counter()
            if self._ended:  # cancelled while it waited for a reader
                return
            if self.task.verdict_without_model is not None:
                self.source = self._named()
                self.result = self._build_result(self)
                self.end()
                return
            self._permits.acquire(permit, self.deadline)
            self.waited_s = time.perf_counter() - self._started
            request = self._request()
            if request is None:
                self._permits.release(permit)
                return
            release = functools.partial(self._permits.release, permit)
            tickets = self._engine.submit(request, self._on_text, release)
            self._follow(self._first, tickets)
        except BaseException as error:
            self._permits.release(permit)
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
            prefix, self._prefix = self._prefix, None
        self._reader = self._look = None
        if prefix is not None:
            self._engine.release(prefix)
        if error is not None:
            for ticket in tickets:
                self._engine.cancel(ticket)
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        if self._on_text is not None:
            self._on_text(None)

    # Whoever has an error of `run` may look while it is still on its way out: its frame holds no picture.

    def _named(self) -> str:
        reader, self._reader = self._reader, None
        return "" if reader is None else reader.name()

    def _request(self) -> Request | None:
        """What goes to the engine; None where the job ended meanwhile."""
        reader = self._reader
        if reader is None or self._ended:
            return None
        started = time.perf_counter()
        picture = reader.whole()
        self._tiles = picture.tiles
        if not self._tiles and self._look is None:
            self._reader = None
        self.source, self.notices = picture.source, picture.notices
        self.prepare_s = time.perf_counter() - started
        if self._ended:
            return None
        deadline = self.deadline
        if deadline is not None and time.perf_counter() >= deadline:
            raise timed_out()
        reading = self._read_writing() if self.task.ocr == "assist" else None
        if self._ended:
            return None
        self.dialogue = Dialogue(
            self.task,
            picture.hints,
            is_detailed=picture.tier != "low",
            tiles=picture.tiles,
            may_look=self._look is not None,
            reading=reading,
        )
        self._first = self.dialogue.begin()
        questions = tuple(each.question for each in self._first)
        return Request(self.task.head, picture.pixels, questions, deadline, is_held=self.dialogue.may_go_on)

    def _follow(self, questions: Sequence[OpenQuestion], tickets: Sequence[Ticket]) -> None:
        """Wait for the answers to what the engine was asked."""
        with self._lock:
            ended = self._ended
            if not ended:
                self._tickets += tickets
                if self.dialogue is not None and self.dialogue.may_go_on and questions[0].key.tile is None:
                    self._prefix = tickets[0].sequence.prefix
        for each, ticket in zip(questions, tickets, strict=True):
            if ended:  # cancelled while it was being handed over
                self._engine.cancel(ticket)
            else:
                ticket.future.add_done_callback(functools.partial(self._receive, each.key))
        if ended and questions[0].key.tile is None:
            self._engine.release(tickets[0].sequence.prefix)

    def _receive(self, key: QuestionKey, future: Future[Generation]) -> None:
        """Take an answer, as a rule in the engine's thread, for a decision in another."""
        try:
            error = future.exception()
            assert self._started is not None
            assert self.dialogue is not None
            answer: ReceivedAnswer | LocalAltError
            if error is None:
                answer = ReceivedAnswer(future.result(), time.perf_counter() - self._started)
            elif isinstance(error, (EngineError, OptionError)) and not self.dialogue.needs(key):
                answer = error
            else:
                raise error
            self._arrive(key, answer)
        except BaseException as error:  # a future swallows what its callbacks raise
            self.end(error)

    def _is_unwanted(self) -> bool:
        deadline = self.deadline
        return self._ended or (deadline is not None and time.perf_counter() >= deadline)

    def _read_writing(self) -> Reading | None:
        """What the OCR engine reads; None where the job ended meanwhile."""
        reader, look, self._look = self._reader, self._look, None
        if reader is None or look is None:
            return None
        if not self._tiles:
            self._reader = None
        try:
            reading = look[0](reader, self._is_unwanted)
        except StopReadingError as stopped:
            if self._ended:
                return None
            raise timed_out() from stopped
        self.ocr_s = reading.seconds
        return reading

    def look_up(self) -> None:
        """Read the writing in the picture, and go on."""
        reading = self._read_writing()
        if reading is not None:
            self._arrive(READING, reading)

    def _submit_look(self) -> None:
        look = self._look
        if look is not None:  # a job that has ended has none
            look[1].submit(_Looking(self, self._timer()))

    def _timer(self) -> threading.Timer | None:
        """What ends the job at its deadline, while the engine has nothing of its picture to do: nobody else would."""
        if self.deadline is None:
            return None
        timer = threading.Timer(max(0.0, self.deadline - time.perf_counter()), lambda: self.end(timed_out()))
        timer.daemon = True
        timer.start()
        return timer

    def _arrive(self, key: QuestionKey, answer: ReceivedAnswer | Reading | LocalAltError) -> None:
        with self._lock:
            if self._ended:
                return
            self._arrived.append((key, answer))
            if self._is_deciding:  # one at a time, in the order of their arrival
                return
            self._is_deciding = True
        self._deciders.submit(_Decision(self))

    def decide(self) -> None:
        """Look at the answers that are there, and go on. What goes wrong ends the job."""
        timer = self._timer()
        try:
            while (arrived := self._next_answer()) is not None:
                self._take(*arrived)
        except BaseException as error:
            self.end(error)
        finally:
            if timer is not None:
                timer.cancel()

    def _next_answer(self) -> tuple[QuestionKey, ReceivedAnswer | Reading | LocalAltError] | None:
        with self._lock:
            if self._ended or not self._arrived:
                self._is_deciding = False
                return None
            return self._arrived.popleft()

    def _take(self, key: QuestionKey, answer: ReceivedAnswer | Reading | LocalAltError) -> None:
        """Go on with an answer, or without it where it was only to improve another."""
        # Without the lock, which whoever ends the job needs: another answer waits until this one is decided.
        assert self.dialogue is not None
        was_waiting = self.dialogue.waits_for_reading
        if isinstance(answer, LocalAltError):
            questions = self.dialogue.miss(key, str(answer))
        elif isinstance(answer, Reading):
            questions = self.dialogue.read(answer)
        else:
            sequence = answer.generation.sequence
            assert sequence.finish_reason is not None
            self.answers[key] = answer
            questions = self.dialogue.take(key, answer.generation.text, sequence.finish_reason)
        with self._lock:
            if self._ended:
                return
            prefix = self._prefix
        if self.dialogue.waits_for_reading and not was_waiting:
            self._submit_look()
        if not questions and self.dialogue.is_done:
            self.result = self._build_result(self)
            self.end()
            return
        about_whole = [each for each in questions if each.key.tile is None]
        if about_whole:
            assert prefix is not None
            self._follow(about_whole, self._engine.ask(prefix, [each.question for each in about_whole]))
        for each in questions:
            if each.key.tile is not None:
                self._tile_readers.submit(_TileReading(self, each))
        if key == ALT and self._on_text is not None:
            self._on_text(None)  # the first answer is complete, and others are still to come

    def ask_about_tile(self, asked: OpenQuestion) -> None:
        """Read a tile, and ask about it: a request of its own, which the engine takes before all that waits."""
        reader, tile = self._reader, asked.key.tile
        if reader is None or tile is None:  # it has ended meanwhile
            return
        try:
            pixels = reader.tile(self._tiles[tile])
        except ImageError as error:  # the file is gone, perhaps
            self._arrive(asked.key, error)
            return
        request = Request(self.task.head, pixels, (asked.question,), self.deadline)
        self._follow([asked], self._engine.submit(request, goes_first=True))


class _Decision:
    """The work of a decider: the answers of one job."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def run(self) -> None:
        self._job.decide()

    def end(self, error: BaseException) -> None:
        self._job.end(error)


class _TileReading:
    """The work of a reader of tiles: one of them."""

    def __init__(self, job: Job, asked: OpenQuestion) -> None:
        self._job, self._asked = job, asked

    def run(self) -> None:
        try:
            self._job.ask_about_tile(self._asked)
        except BaseException as error:
            self._job.end(error)

    def end(self, error: BaseException) -> None:
        self._job.end(error)


class _Looking:
    """The work of a thread for OCR: the writing in one picture."""

    def __init__(self, job: Job, timer: threading.Timer | None) -> None:
        self._job, self._timer = job, timer

    def run(self) -> None:
        try:
            self._job.look_up()
        except BaseException as error:
            self._job.end(error)
        finally:
            self._stop()

    def end(self, error: BaseException) -> None:
        self._stop()
        self._job.end(error)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
