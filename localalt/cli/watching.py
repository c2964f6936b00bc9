"""One picture, described before the eyes of whoever asked: `console.live` shows it, until the checked text is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from localalt.console import is_terminal
from localalt.errors import ClosedError, LocalAltError, WorkerCrashedError

if TYPE_CHECKING:
    from localalt.describer.describer import Describer
    from localalt.drafting.options import DescribeOptions
    from localalt.types import AltText, ImageSource

__all__ = ["is_watched", "watched"]


def is_watched() -> bool:
    """Whether anyone can see what is going on."""
    return is_terminal("stdout") or is_terminal("stderr")


def watched(
    describer: Describer, images: Iterable[ImageSource], options: DescribeOptions
) -> Iterator[AltText | LocalAltError]:
    """`describe_many(images, on_error="return")`, one at a time.

    Raises:
        OptionError: see `Describer.describe_many`.
    """
    describer.describe_many([], **options)  # wrong options are not a picture's fault
    return (_described(describer, image, options) for image in images)


def _described(describer: Describer, image: ImageSource, options: DescribeOptions) -> AltText | LocalAltError:
    from localalt.console.live import LiveText

    try:
        with LiveText() as live, describer.stream(image, **options) as stream:
            for piece in stream:
                live.add(piece)
            live.check()
            return stream.result
    except LocalAltError as error:
        if isinstance(error, ClosedError) or (isinstance(error, WorkerCrashedError) and error.is_final):
            raise
        return error
