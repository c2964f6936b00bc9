"""From the head of a prompt and its picture to what the prefill needs: tokens and image embeddings.

Owned by one thread: the engine's, or one beside it where pictures are encoded on another
device than the one that decodes. Knows nothing of slots or answers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localalt.embeddings import EmbeddingCache
from localalt.native import Chunk, Chunks, Model, Projector
from localalt.sequence import Prefix

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["CACHE_BYTES", "Encoder", "Prepared"]

CACHE_BYTES = 64 * 1024 * 1024
"""Of embeddings kept: the last six pictures of 1,024 tokens for a model that is 2,560 wide."""


@dataclass(slots=True)
class Prepared:
    """A tokenized prefix, and its picture as embeddings."""

    owner: Chunks
    chunks: Sequence[Chunk]
    """Up to and with the last piece of the picture."""
    tail: list[int]
    """Text tokens after it, such as the end-of-image token."""
    embeddings: Sequence[npt.NDArray[np.float32]]
    """One array per image chunk, in their order."""

    @property
    def n_tokens(self) -> int:
        """Cells that the chunks take."""
        return sum(chunk.n_tokens for chunk in self.chunks)


class Encoder:
    """The projector, and the embeddings of the pictures that it saw last."""

    def __init__(self, model: Model, projector: Projector, *, cache_bytes: int) -> None:
        self._projector = projector
        self._ends_with_eos = model.eos if model.adds_eos else None
        self._cache = EmbeddingCache(cache_bytes)

    def prepare(self, prefixes: Sequence[Prefix]) -> dict[Prefix, Prepared | Exception]:
        """Tokenize and encode, pictures of one size together where the projector can; each fails alone."""
        results: dict[Prefix, Prepared | Exception] = {}
        fresh: dict[Prefix, Prepared] = {}
        for prefix in prefixes:
            try:
                results[prefix] = prepared = self._tokenize(prefix)
            except Exception as error:
                results[prefix] = error
                continue
            if not prepared.embeddings:
                fresh[prefix] = prepared
        if fresh:
            results.update(self._encode(fresh))
        return results

    def _tokenize(self, prefix: Prefix) -> Prepared:
        owner = self._projector.tokenize([*prefix.head, prefix.pixels])
        chunks = list(owner)
        tail = list(chunks.pop().tokens or ()) if chunks[-1].tokens is not None else []
        if tail and tail[-1] == self._ends_with_eos:  # meant for a whole text; the question follows here
            tail.pop()
        return Prepared(owner, chunks, tail, self._cache.get(prefix.digest) or ())

    def _encode(self, pictures: dict[Prefix, Prepared]) -> dict[Prefix, Prepared | Exception]:
        started = time.perf_counter()
        images = [[chunk for chunk in prepared.chunks if chunk.tokens is None] for prepared in pictures.values()]
        try:
            arrays = iter(self._projector.encode_batch([chunk for chunks in images for chunk in chunks]))
        except Exception as error:
            if len(pictures) == 1:
                return dict.fromkeys(pictures, error)
            return {prefix: self._encode({prefix: prepared})[prefix] for prefix, prepared in pictures.items()}
        encode_s = (time.perf_counter() - started) / len(pictures)
        for (prefix, prepared), chunks in zip(pictures.items(), images, strict=True):
            prepared.embeddings = [next(arrays) for _ in chunks]
            self._cache.put(prefix.digest, prepared.embeddings)
            prefix.encode_s = encode_s
        return dict(pictures)
