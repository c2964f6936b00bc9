"""What the prefill needs of a prompt's head and its picture: tokens, and the picture's embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from localalt.native import Chunk, Chunks

__all__ = ["Prepared"]


@dataclass(slots=True)
class Prepared:
    """A tokenized prefix, and its picture as embeddings."""

    owner: Chunks | None
    """Frees the chunks; None where there are none."""
    chunks: Sequence[Chunk]
    """Up to and with the last piece of the picture."""
    tail: list[int]
    """Text tokens after it, such as the end-of-image token."""
    embeddings: Sequence[npt.NDArray[np.float32]]
    """One array of shape (n_tokens, n_embd_inp) per image chunk, in their order."""

    @property
    def n_tokens(self) -> int:
        """Cells that the chunks take."""
        return sum(chunk.n_tokens for chunk in self.chunks)
