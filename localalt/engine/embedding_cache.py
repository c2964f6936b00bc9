"""A cache of the latest pictures' embeddings: a picture that comes again is not encoded again.

Belongs to one loaded projector and to the thread that owns it. The key is a digest of the
prepared pixels, whose size already follows from the projector and the token budget.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["EmbeddingCache", "digest"]


def digest(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A key that pictures have in common only if their size and all their pixels are the same.

    Args:
        pixels: uint8 of shape (height, width, 3).
    """
    size = repr(pixels.shape).encode()
    return hashlib.blake2b(pixels.data if pixels.flags.c_contiguous else pixels.tobytes(), key=size).digest()


class EmbeddingCache:
    """Embeddings by digest, the least recently used dropped where they are too many or too large.

    Args:
        max_bytes: the most that all of them take.
        max_pictures: the most that are cached, however small.
    """

    def __init__(self, max_bytes: int, max_pictures: int = 32) -> None:
        self._max_bytes, self._max_pictures = max_bytes, max_pictures
        self._entries: OrderedDict[bytes, Sequence[npt.NDArray[np.float32]]] = OrderedDict()
        self.n_bytes = 0

    def get(self, key: bytes) -> Sequence[npt.NDArray[np.float32]] | None:
        """The picture's embeddings, one array per image chunk, if they are still here."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: bytes, embeddings: Sequence[npt.NDArray[np.float32]]) -> None:
        """Cache a picture's embeddings, if they fit at all."""
        n_bytes = _size(embeddings)
        if key in self._entries or n_bytes > self._max_bytes:
            return
        self._entries[key] = embeddings
        self.n_bytes += n_bytes
        while self.n_bytes > self._max_bytes or len(self._entries) > self._max_pictures:
            _, dropped = self._entries.popitem(last=False)
            self.n_bytes -= _size(dropped)


def _size(embeddings: Sequence[npt.NDArray[np.float32]]) -> int:
    return sum(array.nbytes for array in embeddings)
