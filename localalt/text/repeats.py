"""A text that ends by repeating itself -> the text with one copy of what repeats. Time grows with the length."""

from __future__ import annotations

import re

__all__ = ["without_repeats"]


def without_repeats(text: str) -> str:
    """All but one copy of what the text ends by repeating, three times or more."""
    # Copies with a space between them have one space fewer than copies: with one more, all copies are alike.
    return _one_copy(text) or _one_copy(f"{text} ") or text


_SPACE = re.compile(r"\s")


def _one_copy(text: str) -> str | None:
    """`text` with one copy of its repeated end, or None where the end does not repeat."""
    backwards = text[::-1]
    border = [0] * (len(backwards) + 1)
    border[0] = -1
    dropped = 0
    for length in range(1, len(backwards) + 1):
        k = border[length - 1]
        while k >= 0 and backwards[k] != backwards[length - 1]:
            k = border[k]
        border[length] = k + 1
        period = length - border[length]
        if length >= 3 * period:
            dropped = max(dropped, length - period)
    if not dropped:
        return None
    # Copies may be counted from inside a word: the one that stays goes on to the end of it.
    start, rest = text[: len(text) - dropped], text[len(text) - dropped :]
    end_of_word = _SPACE.search(rest)
    return start + rest[: end_of_word.start()] if end_of_word and not start[-1:].isspace() else start
