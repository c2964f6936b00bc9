"""What a repair of a damaged file is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, cast

from localalt.containers.spliced import Spliced

__all__ = ["Repair", "cut_short", "is_enough"]


@dataclass(frozen=True, slots=True)
class Repair:
    """A file that holds what is there of another one, and ends as it should."""

    spliced: Spliced
    message: str
    """What is there, for a person."""
    step: tuple[int, int] = (1, 1)
    """Of an interlaced picture: every how many columns and rows there is a pixel. Decoding it ends with an error."""

    @property
    def file(self) -> IO[bytes]:
        """It, as plugins take it."""
        return cast("IO[bytes]", self.spliced)


def is_enough(n_rows: int, height: int) -> bool:
    """Whether so many rows of a picture are worth describing: half of them. Of fewer nobody knows what it shows."""
    return n_rows > 0 and 2 * n_rows >= height


def cut_short(n_rows: int, height: int, *, which: str = "first") -> str:
    """The message for a picture of which some rows are there.

    These are described as a picture of their own: rows that are painted in their place, grey or any other, would be
    described as well.
    """
    share = 100 * n_rows // height
    return (
        f"The file is cut short or damaged: the {which} {n_rows:,} of its {height:,} rows are there ({share} %), "
        "and only these are described. Save or download it again."
    )
