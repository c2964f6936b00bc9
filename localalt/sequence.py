"""One request's state, from its arrival to its last token.

A sequence counts positions and cells apart, because M-RoPE spends fewer positions than
cells on a picture. Knows no llama.cpp, no threads and no text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from localalt.types import FinishReason

__all__ = ["Request", "Sequence"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to generate from: the prompt's parts in order, and the most tokens the answer may have."""

    parts: tuple[Any, ...]
    """Text as (text, whether control tokens in it are parsed), pictures as uint8 (H, W, 3)."""
    max_tokens: int
    stop: tuple[str, ...] = ()
    """Texts that end the answer, themselves left out of it."""
    exact: bool = False
    """Generate exactly `max_tokens`, whatever they say: for benchmarks."""


@dataclass(slots=True, eq=False)
class Sequence:
    """A request on its way through the engine. Compared by identity."""

    request: Request
    slot: int | None = None
    """The seq_id that it occupies, or None while it waits and after it finished."""
    n_past: int = 0
    """Positions used: where the next token goes."""
    n_kv: int = 0
    """Cells used in the KV cache."""
    n_prompt_tokens: int = 0
    n_image_tokens: int = 0
    tokens: list[int] = field(default_factory=list)
    """The answer so far, without the token that ends it."""
    finish_reason: FinishReason | None = None
    queue_s: float = 0.0
    encode_s: float = 0.0
    prefill_s: float = 0.0
    ttft_s: float = 0.0
    decode_s: float = 0.0

    @property
    def finished(self) -> bool:
        """Whether no further token is wanted."""
        return self.finish_reason is not None

    def prefilled(self, n_tokens: int, n_pos: int, *, image: bool) -> None:
        """Count a chunk of the prompt that is now in the cache."""
        self.n_past += n_pos
        self.n_kv += n_tokens
        self.n_prompt_tokens += n_tokens
        if image:
            self.n_image_tokens += n_tokens

    def fed(self) -> None:
        """Count the last answer token, which is now in the cache."""
        self.n_past += 1
        self.n_kv += 1

    def append(self, token: int) -> None:
        """Take an answer token; the last one that fits finishes the sequence for its length."""
        self.tokens.append(token)
        if len(self.tokens) >= self.request.max_tokens:
            self.finish_reason = "length"
