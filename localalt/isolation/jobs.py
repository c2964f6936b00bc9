"""A picture on its way to a child: `RemoteJob`, and what a call asks of all its pictures, written down once."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from localalt.concurrency.waiting import wait
from localalt.drafting.options import DescribeOptions
from localalt.drafting.task import Task, make_task
from localalt.isolation.codec import encode
from localalt.isolation.frames import Frame
from localalt.isolation.sources import PictureMessage, pack, pack_name
from localalt.types import AltText, Detail, ImageGeometry, ImageSource, Notice

if TYPE_CHECKING:
    from localalt.image.tiles import SmallWriting

__all__ = ["Call", "RemoteJob", "call_of"]

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Call:
    """What a call asks of each of its pictures."""

    options: str
    """As JSON: the child makes its own task of them, for the family of its model."""
    asks_model: bool
    """Whether a picture is read at all: not where it is decorative, or a person's text stays."""
    detail: Detail
    wants_hints: bool
    small_writing: SmallWriting
    timeout_s: float | None


def call_of(options: DescribeOptions, *, exact: bool = False, is_here: bool = True) -> Call:
    """What options ask for, once they are validated.

    Args:
        options: of the call.
        exact, is_here: see `make_task`.

    Raises:
        OptionError: see `make_task`.
    """
    without: DescribeOptions = {**options}
    existing = without.pop("existing", None)
    task = make_task(without, exact=exact, is_here=is_here)
    read = _read_options(options, task)
    may_stay = existing is not None and not _may_ask_model(read)  # which validates it
    return Call(
        options=json.dumps(encode(read), separators=(",", ":")),
        asks_model=task.verdict_without_model is None and not may_stay,
        detail=task.detail,
        wants_hints=task.wants_metadata,
        small_writing=task.small_writing,
        timeout_s=task.timeout_s,
    )


def _may_ask_model(options: DescribeOptions) -> bool:
    """Whether a person's text may not stay, which its language does not decide: to find that out takes numpy."""
    return make_task({**options, "language": None, "ocr": "off"}).verdict_without_model is None


def _read_options(options: DescribeOptions, task: Task) -> DescribeOptions:
    """The options as plain values: files are read, and iterables have run."""
    read: DescribeOptions = {**options}
    if "prompt" in options:
        read["prompt"] = task.prompt
    if "facts" in options:
        read["facts"] = task.facts
    if "also" in options:
        read["also"] = task.also
    return read


class Carrier(Protocol):
    """Brings pictures to children."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Warnings that every result carries."""

    def geometry(self) -> ImageGeometry:
        """What the projector makes of a picture."""

    def submit(self, job: RemoteJob) -> None:
        """Bring it to a child.

        Raises:
            ClosedError: there are none any more.
        """

    def withdraw(self, job: RemoteJob) -> None:
        """Nobody waits for it any more."""


class RemoteJob:
    """A picture on its way to a child: a `PictureJob`.

    Args:
        image: the picture, which is not looked at yet.
        call: what is asked about it.
        carrier: brings it to a child.
        on_text, started: see `MakeJob`.
    """

    def __init__(
        self,
        image: ImageSource,
        call: Call,
        carrier: Carrier,
        *,
        on_text: Callable[[str | None], None] | None = None,
        started: float | None = None,
    ) -> None:
        self.number = next(_numbers)
        self.done: Future[None] = Future()
        self.result: AltText | None = None
        self.streams = on_text is not None
        self._image = [image]
        """Until it is packed, or the job has ended."""
        self._call = call
        self._carrier = carrier
        self._on_text = on_text
        self._n_characters = 0
        """Of the first answer that were handed out: a second child writes it again from the start."""
        self._n_heard = 0
        self._started = started
        self._message: PictureMessage | None = None
        self._packing_s = 0.0
        self._begun: Future[None] = Future()
        """Done once a child has read the picture, or the job has ended."""
        self._ended = False
        # Reentrant: the garbage collector may close an iterator, which cancels its jobs, at any time.
        self._lock = threading.RLock()
        self._pid = os.getpid()

    @property
    def deadline(self) -> float | None:
        """See `PictureJob`."""
        timeout_s = self._call.timeout_s
        return None if timeout_s is None or self._started is None else self._started + timeout_s

    def run(self) -> None:
        """Make the picture's message, and hand it on; where its pieces are wanted, wait until a child has read it.

        What goes wrong ends the job and is raised.
        """
        try:
            if self._started is None:
                self._started = time.perf_counter()
            self._message = self._pack()
            if self._message is None or self._ended:
                return
            self._carrier.submit(self)
            if self.streams:  # whoever asks for a stream hears at once of a picture that cannot be used
                wait(self._begun, self.deadline)
                if self.done.done():
                    self.done.result()
        except BaseException as error:
            self.end(error)
            raise

    def _pack(self) -> PictureMessage | None:
        call, begun = self._call, time.perf_counter()
        try:
            image = self._image.pop()
        except IndexError:  # cancelled while it waited for a reader
            return None
        if not call.asks_model:
            return pack_name(image)
        message = pack(
            image,
            self._carrier.geometry,
            detail=call.detail,
            wants_hints=call.wants_hints,
            small_writing=call.small_writing,
        )
        self._packing_s = time.perf_counter() - begun
        return message

    def frame(self) -> Frame | None:
        """What a child is sent; None once it has ended."""
        message = self._message
        if message is None or self._started is None:
            return None
        self._n_heard = 0
        body = {
            "options": self._call.options,
            "picture": message.body,
            "elapsed_s": time.perf_counter() - self._started,
            "streams": self.streams,
        }
        return Frame(body, message.buffers)

    def begin(self) -> None:
        """A child has read the picture."""
        with contextlib.suppress(InvalidStateError):  # another one had, before it died
            self._begun.set_result(None)

    def hear(self, text: str | None) -> None:
        """Take a piece of the first answer, from its child."""
        if self._on_text is None or self._ended:
            return
        if text is None:
            self._on_text(None)
            return
        new = text[max(0, self._n_characters - self._n_heard) :]
        self._n_heard += len(text)
        self._n_characters = max(self._n_characters, self._n_heard)
        if new:
            self._on_text(new)

    def finish(self, result: AltText, notices: tuple[Notice, ...]) -> None:
        """End it with its text, which a child wrote whose every result carries `notices`.

        Does nothing once it has ended.
        """
        self._end(None, self._completed(result, notices))

    def _completed(self, result: AltText, notices: tuple[Notice, ...]) -> AltText:
        """A result with the warnings of its Describer, and the time that the picture took on this side."""
        times = result.timings
        if not times.n_answers:  # no model was asked
            return result
        shared = self._carrier.notices
        texts = {(each, each.message) for each in shared}
        own = tuple(each for each in notices if (each, each.message) not in texts)
        # They are the Describer's objects, not their equals: by that callers distinguish them from a picture's own.
        return dataclasses.replace(
            result,
            warnings=(*shared, *own, *result.warnings[len(notices) :]),
            timings=dataclasses.replace(
                times, prepare_s=times.prepare_s + self._packing_s, queue_s=max(0.0, times.queue_s - self._packing_s)
            ),
            also={name: self._completed(each, notices) for name, each in result.also.items()},
        )

    def cancel(self) -> None:
        """See `PictureJob`."""
        self.end(CancelledError())

    def end(self, error: BaseException) -> None:
        """See `PictureJob`."""
        if self._end(error, None):
            self._carrier.withdraw(self)

    def _end(self, error: BaseException | None, result: AltText | None) -> bool:
        if os.getpid() != self._pid:  # the lock may be held by a thread that stayed behind at the fork
            return False
        with self._lock:
            if self._ended:
                return False
            self._ended = True
        self._image.clear()
        self._message = None
        self.result = result
        if error is not None:
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        self.begin()
        if self._on_text is not None:
            self._on_text(None)
        return True
