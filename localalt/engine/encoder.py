"""From the head of a prompt and its picture to what the prefill needs: tokens and image embeddings.

Owned by one thread: the engine's, or one beside it where pictures are encoded on another
device than the one that decodes. A picture whose embeddings are not finite is encoded again on
the CPU, so that nothing leaves here that is not a number. Knows nothing of slots or answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from localalt.engine.embedding_cache import EmbeddingCache
from localalt.engine.prepared import Prepared
from localalt.engine.sequence import Prefix
from localalt.errors import EngineError, LocalAltError, NotFiniteError
from localalt.native import Chunk, Model, Projector

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["CACHE_BYTES", "Encoder"]

logger = logging.getLogger(__name__)

CACHE_BYTES = 64 * 1024 * 1024
"""Of cached embeddings: the last six pictures of 1,024 tokens for a model that is 2,560 wide."""


class Encoder:
    """The projector, and the embeddings of the pictures that it saw last.

    Args:
        model, projector: the loaded model.
        cache_bytes: the most that cached embeddings take; 0 for no cache.
        device: what the projector computes on, for people.
        on_cpu: makes the same projector on the CPU, for pictures that the device fails at; None where it is there.
    """

    def __init__(
        self,
        model: Model,
        projector: Projector,
        *,
        cache_bytes: int,
        device: str = "the CPU",
        on_cpu: Callable[[], Projector] | None = None,
    ) -> None:
        self._projector = projector
        self._device, self._make_on_cpu = device, on_cpu
        self._on_cpu: Projector | None = None
        """Made for the first picture that needs it; the model frees it."""
        self._rescued: set[bytes] = set()
        """Digests of the cached pictures that were encoded on the CPU in place of the device."""
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
        embeddings = self._cache.get(prefix.digest)
        if embeddings and prefix.digest in self._rescued:
            prefix.faults = (self._fault,)
        return Prepared(owner, chunks, tail, embeddings or ())

    def _encode(self, pictures: Mapping[Prefix, Prepared], wanted: Mapping[Prefix, Future[Prepared]]) -> None:
        started = time.perf_counter()
        images = [[chunk for chunk in prepared.chunks if chunk.tokens is None] for prepared in pictures.values()]
        try:
            arrays = iter(self._arrays([chunk for chunks in images for chunk in chunks], list(pictures)))
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
            self._note_rescue(prefix)
            prefix.encode_s = encode_s
            wanted[prefix].set_result(prepared)

    def _arrays(self, chunks: Sequence[Chunk], prefixes: Sequence[Prefix]) -> list[npt.NDArray[np.float32]]:
        """The embeddings of the chunks of `prefixes`; those of one alone from the CPU, where the device fails at it."""
        try:
            return self._projector.encode_batch(chunks)
        except NotFiniteError as error:
            if len(prefixes) > 1 or self._make_on_cpu is None:
                raise
            logger.warning("%s Encoding it again on the CPU.", error)
            try:
                if self._on_cpu is None:
                    self._on_cpu = self._make_on_cpu()
                arrays = self._on_cpu.encode_batch(chunks)
            except NotFiniteError as also:
                raise NotFiniteError(
                    f"Neither {self._device} nor the CPU encodes this picture to finite numbers: use an mmproj file "
                    "in BF16 or Q8_0, or download this one again.",
                    call=also.call,
                ) from also
            except LocalAltError as why:  # the memory, as a rule: the model itself goes on
                raise NotFiniteError(
                    f"{self._device} encodes this picture to numbers that are not finite, and the CPU cannot encode it "
                    f"({why}) Use an mmproj file in BF16 or Q8_0, or a smaller model.",
                    call=error.call,
                ) from why
            prefixes[0].faults = (self._fault,)
            return arrays

    @property
    def _fault(self) -> str:
        return (
            f"{self._device} encoded this picture to numbers that are not finite, so the CPU encoded it again: "
            "use an mmproj file in BF16 or Q8_0, and run localalt doctor."
        )

    def _note_rescue(self, prefix: Prefix) -> None:
        """A picture that comes again from the cache carries the same warning."""
        if prefix.faults:
            self._rescued = {digest for digest in (*self._rescued, prefix.digest) if self._cache.get(digest)}
