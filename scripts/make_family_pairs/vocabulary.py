"""Vocabularies of the tiny pairs: a piece for every byte, and the family's own special tokens with their own texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["BYTE", "CONTROL", "NORMAL", "UNKNOWN", "UNUSED", "USER_DEFINED", "Vocabulary", "byte_bpe"]

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
"""Token kinds, as gguf.TokenType counts them."""


@dataclass(frozen=True)
class Vocabulary:
    """One piece for every byte and the family's own special tokens, in a tokenizer of the family's kind.

    A kind that turns text into bytes differently overrides `encode_plain`.
    """

    model: str
    """`tokenizer.ggml.model`: "gpt2", "llama", "gemma4" …"""
    pre: str
    tokens: tuple[str, ...]
    """As the GGUF file spells them."""
    kinds: tuple[int, ...]
    byte_ids: tuple[int, ...]
    """The token of each byte, 0 to 255."""
    eos: str
    bos: str = ""
    pad: str = ""
    adds_bos: bool = False
    scores: tuple[float, ...] = ()
    merges: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further `tokenizer.ggml.*` entries, name without the prefix -> bool, int or string."""

    def id(self, token: str) -> int:
        """The number of a special token."""
        return self.tokens.index(token)

    def encode(self, text: str, *, special: bool) -> list[int]:
        """Tokens of one part of a prompt: control tokens only where `special`, user-defined ones always."""
        wanted = (CONTROL, USER_DEFINED) if special else (USER_DEFINED,)
        marks = [token for token, kind in zip(self.tokens, self.kinds, strict=True) if kind in wanted]
        if not marks:
            return self.encode_plain(text)
        split = re.split("(" + "|".join(map(re.escape, sorted(marks, key=len, reverse=True))) + ")", text)
        return [
            token
            for index, piece in enumerate(split)
            for token in ([self.id(piece)] if index % 2 else self.encode_plain(piece))
        ]

    def encode_plain(self, text: str) -> list[int]:
        """Tokens of text without special tokens."""
        return [self.byte_ids[byte] for byte in text.encode()]

    def text(self, tokens: Sequence[int]) -> str:
        """What the tokens say; control tokens say nothing."""
        bytes_of = {token: byte for byte, token in enumerate(self.byte_ids)}
        pieces = (
            bytes([bytes_of[token]])
            if token in bytes_of
            else self.tokens[token].encode()
            if self.kinds[token] == USER_DEFINED
            else b""
            for token in tokens
        )
        return b"".join(pieces).decode("utf-8", errors="replace")


def byte_bpe(
    pre: str, special: Sequence[tuple[str, int]], *, eos: str, pad: str = "", bos: str = "", adds_bos: bool = False
) -> Vocabulary:
    """A GPT-2 kind of vocabulary of bytes alone, whose token of a byte is the byte, and `special` after them.

    It has one merge, as llama.cpp refuses a vocabulary with none, and one that no text comes to.
    """
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shifted = iter(range(256, 512))
    letters = [chr(byte if byte in printable else next(shifted)) for byte in range(256)]
    return Vocabulary(
        model="gpt2",
        pre=pre,
        tokens=(*letters, *(text for text, _ in special)),
        kinds=(*[NORMAL] * 256, *(kind for _, kind in special)),
        byte_ids=tuple(range(256)),
        eos=eos,
        bos=bos,
        pad=pad,
        adds_bos=adds_bos,
        merges=(f"{letters[0xFE]} {letters[0xFF]}",),  # bytes that UTF-8 never has
    )
