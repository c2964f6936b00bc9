"""A picture on its way to a child: `RemoteJob`, and what a call asks of all its pictures, written down once."""

from __future__ import annotations

import itertools
import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Protocol

from localalt.drafting.options import DescribeOptions
from localalt.drafting.task import Task, make_task
from localalt.isolation.codec import encode
from localalt.isolation.frames import Frame
from localalt.isolation.sources import PictureMessage, pack
from localalt.types import AltText, Detail, ImageGeometry, ImageSource

__all__ = ["Call", "RemoteJob", "call_of"]

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Call:
    """What a call asks of each of its pictures."""

    options: str
    """As JSON."""
    detail: Detail
    wants_hints: bool
    timeout_s: float | None


def call_of(options: DescribeOptions) -> Call:
    """What options ask for, once they are validated.

    Raises:
        OptionError: see `make_task`.
    """
    task = make_task(options)
    return Call(
        json.dumps(encode(_written(options, task)), separators=(",", ":")),
        task.detail,
        task.wants_metadata,
        task.timeout_s,
    )


def _written(options: DescribeOptions, task: Task) -> DescribeOptions:
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
    """A picture on its way to a child: a `PictureJob`."""

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
        self._image: ImageSource | None = image
        self._call = call
        self._carrier = carrier
        self._on_text = on_text
        self._n_characters = 0
        """Of the first answer that were handed out: a second child writes it again from the start."""
        self._n_heard = 0
        self._started = started
        self._message: PictureMessage | None = None
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
        """Make the picture's message, and hand it on. What goes wrong ends the job and is raised."""
        try:
            if self._started is None:
                self._started = time.perf_counter()
            image, self._image = self._image, None
            if self._ended or image is None:
                return
            call = self._call
            self._message = pack(image, self._carrier.geometry, detail=call.detail, wants_hints=call.wants_hints)
            del image
            self._carrier.submit(self)
        except BaseException as error:
            self.end(error)
            raise

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

    def finish(self, result: AltText) -> None:
        """End it with its text. Does nothing once it has ended."""
        self._end(None, result)

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
        self._image = self._message = None
        self.result = result
        if error is not None:
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        if self._on_text is not None:
            self._on_text(None)
        return True
