"""What an OCR engine read in a picture: lines with their scores, and which characters it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from localalt.image.reader import PictureReader

__all__ = ["LEAST_SCORE", "Line", "Look", "Reading", "StopReadingError"]

LEAST_SCORE = 0.8
"""Mean probability of a line's characters, below which nothing rests on it, as drawn pages showed."""


class StopReadingError(Exception):
    """Nobody waits for what is read any more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of writing."""

    text: str
    score: float
    """Mean probability of its characters, 0.0 to 1.0."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom, as shares of the picture's width and height, 0.0 to 1.0."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines of a picture, from the top to the bottom."""

    lines: tuple[Line, ...]
    seconds: float = 0.0
    """That reading took, loading and waiting left out."""
    alphabet: frozenset[str] = frozenset()
    """The characters that the engine can write."""
    fault: str = ""
    """Why it could not be read, in a sentence for people; "" where it was."""

    @property
    def trusted(self) -> tuple[Line, ...]:
        """The lines that the engine is sure of."""
        return tuple(line for line in self.lines if line.score >= LEAST_SCORE)

    @property
    def text(self) -> str:
        """Those lines, each on its own."""
        return "\n".join(line.text for line in self.trusted)


class Look(Protocol):
    """Reads the writing in one picture."""

    def __call__(self, reader: PictureReader, is_unwanted: Callable[[], bool], /) -> Reading:
        """What is read. What goes wrong is its `fault`.

        Args:
            reader: reads the picture, once more.
            is_unwanted: whether nobody waits for it any more; asked now and then.

        Raises:
            StopReadingError: it is unwanted.
        """
