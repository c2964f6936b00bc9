"""One picture on its way to its texts, for whoever waits for it: `PictureJob`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from localalt.types import AltText, ImageSource

__all__ = ["MakeJob", "PictureJob"]


class PictureJob(Protocol):
    """A picture on its way. Its end is the end of `done`, whose exception is what went wrong."""

    done: Future[None]
    result: AltText | None
    """What comes of it, once it is done without an error."""

    @property
    def deadline(self) -> float | None:
        """When, on the clock of `time.perf_counter`, it is too late; None before it began and without a timeout."""

    def run(self) -> None:
        """Set out. What goes wrong at once ends the job and is raised."""

    def cancel(self) -> None:
        """End it with CancelledError, wherever it is. Does nothing once it has ended."""

    def end(self, error: BaseException) -> None:
        """End it with `error`. Does nothing once it has ended."""


class MakeJob(Protocol):
    """Makes the jobs of a call, which all ask the same."""

    def __call__(
        self,
        image: ImageSource,
        *,
        on_text: Callable[[str | None], None] | None = None,
        started: float | None = None,
    ) -> PictureJob:
        """The job of one picture.

        Args:
            image: the picture, which is not looked at yet.
            on_text: called with each piece of the first answer, and with None after the last.
            started: when its time began, on the clock of `time.perf_counter`; by default when it is run.
        """
