"""The pieces of one answer, as the model writes them: `Stream`."""

from __future__ import annotations

import queue
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from localalt.concurrency.waiting import next_look_s, timed_out, wait
from localalt.drafting.picture_job import PictureJob
from localalt.errors import ClosedError, TimedOutError
from localalt.types import AltText

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Stream"]


class Stream:
    """Pieces of one answer as they are written. Closing it early stops the model, and so does forgetting it.

    The pieces are the model's own words, before any check; show `result.text` once it is there.
    Those of `also` are not streamed: `result` waits for them.
    """

    def __init__(
        self,
        job: PictureJob,
        pieces: queue.SimpleQueue[str | None],
        finish: Callable[[PictureJob], AltText],
        check: Callable[[], None],
    ) -> None:
        self._job: PictureJob | None = job
        self._pieces = pieces
        self._finish = finish
        self._check = check
        self._ended = False
        self._result: AltText | None = None
        weakref.finalize(self, job.cancel).atexit = False

    @classmethod
    def of_result(cls, result: AltText) -> Self:
        """The stream of a text that is there already, because no model had to be asked: it has no pieces."""
        stream = cls.__new__(cls)
        stream._job, stream._result, stream._ended = None, result, True
        return stream

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._job is None:
            raise StopIteration
        self._check()
        deadline = self._job.deadline
        while not self._ended:
            left_s = next_look_s(deadline)
            try:
                piece = self._pieces.get(timeout=max(0.0, left_s))
            except queue.Empty:
                if left_s <= 0:
                    self._job.end(timed_out())
                continue
            if piece is not None:
                return piece
            self._ended = True
        if self._job.done.done():
            self._job.done.result()  # an error that ended the answer is raised here
        raise StopIteration

    @property
    def result(self) -> AltText:
        """The finished text; waits for it. Raises what `Describer.describe` raises."""
        if self._result is None:
            assert self._job is not None
            self._check()
            try:
                wait(self._job.done, self._job.deadline)
            except TimedOutError as error:
                self._job.end(error)
                raise
            except BaseException:  # Ctrl-C: the slot is wanted by others
                self._job.cancel()
                raise
            self._result = self._finish(self._job)
        return self._result

    def close(self) -> None:
        """Stop the model if it is still writing: there is then no result. Safe to call again."""
        if self._job is not None:
            self._job.end(ClosedError("This stream was closed before its text was finished: start a new one."))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
