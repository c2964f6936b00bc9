"""From the head of a prompt and its picture to what the prefill needs: tokens and image embeddings.

Owned by one thread: the engine's, or one beside it where pictures are encoded on another
device than the one that decodes. Knows nothing of slots or answers.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future

from localalt.engine.embedding_cache import EmbeddingCache
from localalt.engine.prepared import Prepared
from localalt.engine.sequence import Prefix
from localalt.errors import EngineError
from localalt.native import Model, Projector

__all__ = ["CACHE_BYTES", "Encoder"]

CACHE_BYTES = 64 * 1024 * 1024
"""Of cached embeddings: the last six pictures of 1,024 tokens for a model that is 2,560 wide."""


class Encoder:
    """The projector, and the embeddings of the pictures that it saw last.

    Args:
        model, projector: the loaded model.
        cache_bytes: the most that cached embeddings take; 0 for no cache.
    """

    def __init__(self, model: Model, projector: Projector, *, cache_bytes: int) -> None:
        self._projector = projector
        self._ends_with_eos = model.eos if model.adds_eos else None
        self._cache = EmbeddingCache(cache_bytes)

    def prepare(self, wanted: Mapping[Prefix, Future[Prepared]]) -> None:
        """Tokenize and encode, pictures of one size together where the projector can. Each future gets its own outcome.

        Nothing is raised: a picture that fails ends its future with the error, and the others go on.
        """
        fresh: dict[Prefix, Prepared] = {}
        try:
            for prefix, future in wanted.items():
                try:
                    prepared = self._tokenize(prefix)
                except Exception as error:
                    future.set_exception(error)
                    continue
                if prepared.embeddings:
                    future.set_result(prepared)
                else:
                    fresh[prefix] = prepared
            if fresh:
                self._encode(fresh, wanted)
        except Exception as error:  # a fault of this module must not leave the engine waiting
            for future in wanted.values():
                if not future.done():
                    future.set_exception(error)

    def _tokenize(self, prefix: Prefix) -> Prepared:
        if prefix.pixels is None:
            raise EngineError("The picture was dropped before it was encoded: describe it again.")
        owner = self._projector.tokenize([*prefix.head, prefix.pixels])
        chunks = list(owner)
        tail = list(chunks.pop().tokens or ()) if chunks[-1].tokens is not None else []
        if tail and tail[-1] == self._ends_with_eos:  # meant for a whole text; the question follows here
            tail.pop()
        return Prepared(owner, chunks, tail, self._cache.get(prefix.digest) or ())

    def _encode(self, pictures: Mapping[Prefix, Prepared], wanted: Mapping[Prefix, Future[Prepared]]) -> None:
        started = time.perf_counter()
        images = [[chunk for chunk in prepared.chunks if chunk.tokens is None] for prepared in pictures.values()]
        try:
            arrays = iter(self._projector.encode_batch([chunk for chunks in images for chunk in chunks]))
        except Exception as error:
            if len(pictures) > 1:  # one by one, so that whoever is at fault fails alone
                for prefix, prepared in pictures.items():
                    self._encode({prefix: prepared}, wanted)
            else:
                (prefix,) = pictures
                wanted[prefix].set_exception(error)
            return
        encode_s = (time.perf_counter() - started) / len(pictures)
        for (prefix, prepared), chunks in zip(pictures.items(), images, strict=True):
            prepared.embeddings = [next(arrays) for _ in chunks]
            self._cache.put(prefix.digest, prepared.embeddings)
            prefix.encode_s = encode_s
            wanted[prefix].set_result(prepared)
