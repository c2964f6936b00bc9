"""One picture of a caller's, read as a whole and then, where its writing is too small for that, tile by tile.

Knows what has to stay at hand in between: the path, the bytes of a file, an array or an image. Decoded pixels do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localalt.image.decoding import translated
from localalt.image.processor import Picture, load_picture
from localalt.image.source import Named, is_path, label_of, name_of, read_all, validate_name
from localalt.image.tile_loading import load_tile
from localalt.types import Detail, ImageGeometry, ImageSource

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from localalt.image.budgets import Tier
    from localalt.image.tiles import SmallWriting, Tile

__all__ = ["PictureReader"]


@dataclass(slots=True, eq=False)
class PictureReader:
    """Reads one picture; for one thread at a time."""

    source: ImageSource | Named | Picture
    """What a person handed over; or the picture, where it is ready. Empty bytes once no more is read of it."""
    geometry: ImageGeometry
    """What the projector makes of a picture."""
    detail: Detail = "high"
    wants_hints: bool = False
    small_writing: SmallWriting = "ignore"
    is_read_again: bool = False
    """Whether it may be read once more, for an OCR engine."""
    on_tiles: Callable[[Picture], None] | None = None
    """Called with a picture that may be read in tiles."""
    _size: tuple[int, int] = field(init=False, default=(0, 0))
    _tier: Tier = field(init=False, default="high")

    def name(self) -> str:
        """What it is called, where it need not be read.

        Raises:
            ImageError: see `validate_name`.
        """
        source, self.source = self.source, b""
        return source.source if isinstance(source, Picture) else validate_name(source)

    def whole(self) -> Picture:
        """The whole picture.

        Raises:
            ImageError: see `load_picture`.
        """
        source = self.source
        if isinstance(source, Picture):
            seen = source.pixels if self.is_read_again else b""
            self.source = seen if source.page is None else source.page
            self._read(source)
            return source
        is_kept = self.small_writing == "tile" or self.is_read_again
        if is_kept and hasattr(source, "read") and not is_path(source):
            # A file object is read once: its bytes are there for what comes later.
            label = label_of(source)
            with translated(label):
                self.source = source = Named(read_all(source, label), name_of(source))
        picture = load_picture(
            source,
            self.geometry,
            detail=self.detail,
            wants_hints=self.wants_hints,
            small_writing=self.small_writing,
        )
        if not picture.tiles and not self.is_read_again:
            self.source = b""
        self._read(picture)
        return picture

    def _read(self, picture: Picture) -> None:
        self._size, self._tier = picture.original_size, picture.tier
        if picture.tiles and self.on_tiles is not None:
            self.on_tiles(picture)

    def tile(self, tile: Tile) -> npt.NDArray[np.uint8]:
        """A part of the picture that was read as a whole: uint8 of shape (height, width, 3).

        Raises:
            ImageError: it cannot be read any more.
        """
        assert not isinstance(self.source, Picture)
        return load_tile(self.source, tile.box, self._size, self.geometry, tier=self._tier)

    def large(self, most_pixels: int) -> npt.NDArray[np.uint8]:
        """The whole picture at its own size, or as large as `most_pixels` allow: uint8 of shape (height, width, 3).

        Raises:
            ImageError: it cannot be read any more.
        """
        assert not isinstance(self.source, Picture)
        own_size = ImageGeometry(square=None, token_px=1, min_tokens=1, max_tokens=most_pixels)
        return load_picture(self.source, own_size).pixels
