"""The transcription of a picture that is read in tiles: which is to be read next, and what comes of them.

Pure: copies in, one copy out. Knows no pixels and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from localalt.image.tiles import Tile
from localalt.text.cleaning import Cleaned
from localalt.text.joining import Part, joined
from localalt.types import Notice

__all__ = ["TiledCopy"]

_NOTHING_THERE = "no-text"
_NOTHING_USED = "empty"


class TiledCopy:
    """What was read of a picture so far, tile by tile.

    Args:
        tiles: in the order of reading.
    """

    def __init__(self, tiles: Sequence[Tile]) -> None:
        self._tiles = tuple(tiles)
        self._copies: dict[int, Cleaned] = {}
        self._missed: dict[int, str] = {}

    @property
    def next_tile(self) -> int | None:
        """The index of the tile that is to be read next; None after the last."""
        n_done = len(self._copies) + len(self._missed)
        return n_done if n_done < len(self._tiles) else None

    @property
    def is_in_vain(self) -> bool:
        """Whether no tile could be read."""
        return not self._copies

    @property
    def read(self) -> tuple[int, ...]:
        """The indices of the tiles that were read."""
        return tuple(self._copies)

    @property
    def text(self) -> str:
        """The copies so far, as one text."""
        parts = [
            Part(copy.text, self._tiles[index].n_shared if index - 1 in self._copies else 0)
            for index, copy in sorted(self._copies.items())
        ]
        return joined(parts)

    def take(self, index: int, copy: Cleaned) -> None:
        """Take the copy of a tile."""
        if any(notice.name == _NOTHING_USED for notice in copy.notices):
            self._missed[index] = "The model wrote nothing that can be used."
        else:
            self._copies[index] = copy

    def miss(self, index: int, why: str) -> None:
        """Go on without a tile.

        Args:
            why: it could not be read, in a sentence for people.
        """
        self._missed[index] = why

    def result(self) -> Cleaned:
        """The copy of the picture, with what is to be known of it."""
        text, copies = self.text, self._copies.values()
        seen = dict.fromkeys(notice for copy in copies for notice in copy.notices)
        notices = [notice for notice in seen if notice.name != _NOTHING_THERE or not text]
        for index, why in sorted(self._missed.items()):
            part = f"Part {index + 1} of {len(self._tiles)} of the picture is missing from the text"
            notices.append(Notice("part-missing", f"{part}: {why} Read it yourself."))
        return Cleaned(text, tuple(notices))
