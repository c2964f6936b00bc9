"""One answer's state, from its question to its last token, and the prompt that it shares with others.

A sequence counts positions and cells separately, because M-RoPE spends fewer positions than
cells on a picture. Knows no llama.cpp, no threads and no text.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localalt.engine.prepared import Prepared
from localalt.request import Question, TextParts
from localalt.types import FinishReason

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from localalt.native.saved_state import SavedState

__all__ = ["Prefix", "Sequence"]


@dataclass(slots=True, eq=False)
class Prefix:
    """The prompt up to and with the picture, shared by the sequences of one request. Compared by identity."""

    head: TextParts
    pixels: npt.NDArray[np.uint8] | None
    """uint8 of shape (height, width, 3), until the last question has ended: an answer may have to be begun again."""
    digest: bytes
    """Of the pixels: the key of the picture's embeddings in the cache."""
    n_unasked: int
    """Questions that no slot has begun with, and one more as long as others may come."""
    deadline: float | None = None
    on_dropped: Callable[[], None] | None = None
    """Called once, when the picture is in the cache, or not wanted."""
    is_text: bool = False
    """Whether the prompt has no picture at all."""
    prepared: Future[Prepared] | None = None
    """What the prefill needs, from the call of the encoder until the cache holds it."""
    state: SavedState | None = None
    """What the cache held after the picture, as long as questions are unasked."""
    tail: list[int] = field(default_factory=list)
    """Text tokens that the projector puts after the picture: they begin every question."""
    n_past: int = 0
    n_tokens: int = 0
    n_image_tokens: int = 0
    encode_s: float = 0.0
    prefill_s: float = 0.0
    faults: tuple[str, ...] = ()
    """What a device did wrong with the picture, and what was done about it, in sentences for people."""
    is_proven: bool = False
    """Whether a token was drawn after it from finite numbers, so that what the cache held of it was sound."""
    n_unfinished: int = field(init=False)
    """Questions that have not ended, and one more as long as others may come."""

    def count_chunk(self, n_tokens: int, n_pos: int, *, image: bool) -> None:
        """Count a chunk that is now in the cache."""
        self.n_past += n_pos
        self.n_tokens += n_tokens
        if image:
            self.n_image_tokens += n_tokens

    def __post_init__(self) -> None:
        self.n_unfinished = self.n_unasked

    def add_question(self) -> None:
        """Expect one more question."""
        self.n_unasked += 1
        self.n_unfinished += 1

    def begin_question(self) -> None:
        """Expect one question less, and drop what only the next one would need."""
        self.n_unasked -= 1
        if self.state is not None or not self.n_unasked:
            self._drop()
        if not self.n_unasked:
            self.state = None

    def end_question(self) -> None:
        """Expect one answer less; after the last one the picture is gone."""
        self.n_unfinished -= 1
        if not self.n_unfinished:
            self.pixels = None

    def remove_question(self) -> None:
        """Expect neither one more question nor its answer."""
        self.begin_question()
        self.end_question()

    def begin_question_again(self) -> None:
        """Expect a question once more that had begun."""
        self.n_unasked += 1

    def _drop(self) -> None:
        self.prepared = None
        on_dropped, self.on_dropped = self.on_dropped, None
        if on_dropped is not None:
            on_dropped()


@dataclass(slots=True, eq=False)
class Sequence:
    """A question on its way through the engine. Compared by identity."""

    prefix: Prefix
    question: Question
    slot: int | None = None
    """The seq_id that it occupies, or None while it waits and after it finished."""
    n_past: int = 0
    """Positions used: where the next token goes."""
    n_prompt_tokens: int = 0
    """Cells of the KV cache that the prompt takes."""
    n_image_tokens: int = 0
    tokens: list[int] = field(default_factory=list)
    """The answer so far, without the token that ends it."""
    finish_reason: FinishReason | None = None
    queue_s: float = 0.0
    encode_s: float = 0.0
    prefill_s: float = 0.0
    ttft_s: float = 0.0
    decode_s: float = 0.0
    has_begun: bool = False
    """Whether its first token was drawn, so that its prefix expects it no more."""
    own_faults: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What a device did wrong with the picture and this answer, in sentences for people."""
        return (*self.prefix.faults, *self.own_faults)

    @property
    def is_finished(self) -> bool:
        """Whether no further token is wanted."""
        return self.finish_reason is not None

    def count_prompt(self, n_question_tokens: int) -> None:
        """Count the whole prompt, which is now in the cache: the prefix and what came after the picture."""
        prefix = self.prefix
        self.n_past = prefix.n_past + n_question_tokens
        self.n_prompt_tokens = prefix.n_tokens + n_question_tokens
        self.n_image_tokens = prefix.n_image_tokens

    def count_decoded(self) -> None:
        """Count the last answer token, which is now in the cache."""
        self.n_past += 1

    def begin(self) -> None:
        """Its first token was drawn: what its prefix has only for it can go."""
        self.has_begun = self.prefix.is_proven = True
        self.prefix.begin_question()

    def begin_again(self, fault: str) -> None:
        """Forget the answer so far, and all that was counted of it."""
        if self.has_begun:
            self.prefix.begin_question_again()
        if not self.prefix.is_proven:
            self.prefix.state = None  # perhaps what is spoiled
        self.own_faults = (fault,)
        self.has_begun = False
        self.finish_reason = None
        self.tokens.clear()
        self.n_past = 0

    def end(self) -> None:
        """It has ended, whatever with."""
        if not self.has_begun:
            self.prefix.begin_question()
        self.prefix.end_question()

    def append(self, token: int) -> None:
        """Take an answer token; the last one that fits finishes the sequence for its length."""
        self.tokens.append(token)
        if len(self.tokens) >= self.question.max_tokens:
            self.finish_reason = "length"
