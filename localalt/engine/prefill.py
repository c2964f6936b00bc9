"""Prompts into the KV cache: the words before a picture, the picture, and a question.

What several prompts have in common is computed once: the words before the picture for all
that begin with the same, and the picture for all its questions. Knows nothing of answers,
nor of who comes when.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

from localalt.engine.handles import ModelHandles
from localalt.engine.lookahead import Lookahead
from localalt.engine.prepared import Prepared
from localalt.engine.sequence import Prefix, Sequence
from localalt.errors import ContextTooLongError, ModelFormatError
from localalt.errors.wording import either

if TYPE_CHECKING:
    from localalt.native.saved_state import SavedState

__all__ = ["Prefill"]

N_TOKENIZED = 64
"""Texts whose tokens are cached: the instruction and the template's, and the latest contexts."""


class Prefill:
    """Brings a sequence's prompt into its slot of the cache.

    Args:
        handles: the model.
        lookahead: who has pictures encoded; None for a model without a projector.
        reuse: whether tokens and the cache of a prompt's first words serve later prompts.
    """

    def __init__(self, handles: ModelHandles, lookahead: Lookahead | None, *, reuse: bool) -> None:
        self._context, self._projector, self._model = handles.context, handles.projector, handles.model
        self._sampling, self._seed = handles.sampling, handles.seed
        self._lookahead, self._reuse = lookahead, reuse
        tokenize = handles.model.tokenize
        self._tokenize = functools.lru_cache(N_TOKENIZED if reuse else 0)(
            lambda text, special: tokenize(text, special=special)
        )
        self._head: tuple[list[int], SavedState] | None = None
        """The latest head of a prompt: its tokens, and what the cache holds of them."""

    def begin(self, sequence: Sequence) -> None:
        """Bring a sequence's whole prompt into the cache.

        Raises:
            ContextTooLongError: the prompt and its answer do not fit.
            CacheFullError, EngineError: see `Context.decode_text`, and the encoder.
            ModelFormatError: the vocabulary has no token for any of it.
        """
        prefix, slot, question = sequence.prefix, sequence.slot, sequence.question
        assert slot is not None
        self._context.draw(
            slot, question.sampling or self._sampling, seed=question.seed or self._seed, grammar=question.grammar
        )
        words = [token for part in question.parts for token in self._tokenize(*part)]
        if prefix.state is None:
            prepared = self._prepared(prefix)
            self._check_fits(prepared.n_tokens + len(prepared.tail) + len(words), question.max_tokens)
            self._fill(prefix, prepared, slot)
            sequence.encode_s, sequence.prefill_s = prefix.encode_s, prefix.prefill_s
            prefix.encode_s = 0.0  # which further questions do not cost
            # Where that is not cheap, the picture is brought in again for a further question, from its embeddings.
            if prefix.n_unasked > 1 and prepared.chunks and self._context.saves_cheaply:
                prefix.state = self._context.save(slot)
        else:
            self._check_fits(prefix.n_tokens + len(prefix.tail) + len(words), question.max_tokens)
            self._context.restore(slot, prefix.state)
        started = time.perf_counter()
        tokens = [*prefix.tail, *words]
        if not tokens:  # llama.cpp would have no logits to draw the first token from, and end the process
            raise ModelFormatError(
                f"{self._model.path} has a vocabulary without a token for the prompt: it is damaged. Download it again."
            )
        self._context.decode_text(tokens, prefix.n_past, slot, want_logits=True)
        self._context.synchronize()
        sequence.prefill_s += time.perf_counter() - started
        sequence.count_prompt(len(tokens))

    def forget(self) -> None:
        """Forget what the cache held of a prompt's first words: it may be spoiled."""
        self._head = None

    def _prepared(self, prefix: Prefix) -> Prepared:
        if not prefix.is_text:
            assert self._lookahead is not None
            return self._lookahead.take(prefix)
        # Text alone is decoded in one go, together with the question.
        begins = [self._model.bos] if self._model.adds_bos else []
        words = [token for part in prefix.head for token in self._tokenize(*part)]
        return Prepared(None, (), [*begins, *words], ())

    def _check_fits(self, n_prompt: int, max_tokens: int) -> None:
        n_ctx_seq = self._context.n_ctx_seq
        if n_prompt + max_tokens > n_ctx_seq:
            raise ContextTooLongError(
                f"Picture, instruction and context take {n_prompt} tokens and the answer up to {max_tokens}, "
                f"but {n_ctx_seq} fit: shorten {either('the context', '--context')}."
            )

    def _fill(self, prefix: Prefix, prepared: Prepared, slot: int) -> None:
        """Bring a prompt up to its picture into the cache."""
        context = self._context
        prefix.n_past = prefix.n_tokens = prefix.n_image_tokens = 0  # not so after a full cache
        prefix.tail = prepared.tail
        embeddings = iter(prepared.embeddings)
        started = time.perf_counter()
        for index, chunk in enumerate(prepared.chunks):
            if chunk.tokens is None:
                assert self._projector is not None
                context.decode_image(self._projector, chunk, next(embeddings), prefix.n_past, slot)
            elif index == 0:
                self._fill_head(list(chunk.tokens), slot)
            else:
                context.decode_text(chunk.tokens, prefix.n_past, slot, want_logits=False)
            prefix.count_chunk(chunk.n_tokens, chunk.n_pos, image=chunk.tokens is None)
        context.synchronize()
        prefix.prefill_s = time.perf_counter() - started

    def _fill_head(self, tokens: list[int], slot: int) -> None:
        """The prompt's words before the picture, the same for most pictures: computed once, then copied."""
        if self._head is not None and self._head[0] == tokens:
            self._context.restore(slot, self._head[1])
            return
        self._context.decode_text(tokens, 0, slot, want_logits=False)
        if self._reuse and self._context.saves_cheaply:
            self._head = None  # whose place on the device the next one takes
            self._head = tokens, self._context.save(slot, lasting=True)
