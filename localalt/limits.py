"""How long a text and how great a number may be that a stranger hands in, and the error of one that is beyond it.

A limit is looked at before anything is done with a value: a text of megabytes costs nothing, and no number reaches
llama.cpp, which ends the process over one that it did not expect. The greatest are far above what anybody needs, and
low enough that all that is done with them takes moments.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from localalt.errors import OptionError
from localalt.request import Sampling

__all__ = [
    "MAX_ANSWER_CHARS",
    "MAX_CONTEXT_CHARS",
    "MAX_EXISTING_CHARS",
    "MAX_FACT_CHARS",
    "MAX_ITEM_CHARS",
    "MAX_MAX_CHARS",
    "MAX_SEED",
    "MAX_TOKENS",
    "SAMPLING_RANGES",
    "sampling_fault",
    "shown",
    "validate_chars",
    "validate_sampling",
]

MAX_CONTEXT_CHARS = 20_000
"""Of the author's free text: eight pages, several times what the context window of a plan has room for."""
MAX_EXISTING_CHARS = 10_000
"""Of a person's own alt text: twice what the most generous platform takes (Tumblr, 4,096)."""
MAX_FACT_CHARS = 4_000
"""Of a caption, a place, an event, a date or a target: the longest captions of scientific figures have about 3,000."""
MAX_ITEM_CHARS = 1_000
"""Of a name or a keyword: the longest that people have had is 746 letters."""
MAX_ANSWER_CHARS = 65_536
"""Of an answer: 512 tokens of 128 characters. A vocabulary may have tokens of any length."""
MAX_MAX_CHARS = 1_000_000
"""Of `max_chars`: beyond it nothing is limited."""
MAX_TOKENS = 4096
"""Of an answer."""
MAX_SEED = 2**32 - 2
"""Seeds have 32 bits, and the last of them asks llama.cpp to draw one (LLAMA_DEFAULT_SEED in llama.h)."""
SAMPLING_RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": (0.0, 5.0),
    "top_k": (0, 1_000_000),
    "top_p": (0.0, 1.0),
    "min_p": (0.0, 1.0),
    "presence_penalty": (0.0, 5.0),
}
"""The least and the greatest value by the field of `Sampling`; a `top_k` above the vocabulary takes all of it."""


def validate_chars(name: str, text: str, most: int) -> str:
    """The text, if it has at most `most` characters.

    Raises:
        OptionError: it has more.
    """
    if len(text) > most:
        raise OptionError(f"{name} has {len(text):,} characters and {most:,} are allowed: shorten it.")
    return text


def sampling_fault(name: str, value: object) -> str | None:
    """What is wrong with a value for a field of `Sampling`; None where nothing is."""
    least, most = SAMPLING_RANGES[name]
    kinds = (int,) if name == "top_k" else (int, float)
    is_number = isinstance(value, kinds) and not isinstance(value, bool)
    if is_number and least <= value <= most:  # type: ignore[operator]  # and not where it is "not a number"
        return None
    what = "a whole number" if name == "top_k" else "a number"
    return f"{name} {shown(value)}: write {what} from {least} to {most}."


def validate_sampling(sampling: object) -> Sampling:
    """The sampling, if every field of it is within its range.

    Raises:
        OptionError: one is not, or it is not a `Sampling`.
    """
    if not isinstance(sampling, Sampling):
        raise OptionError(f"sampling is {shown(sampling)}: pass a localalt.request.Sampling, or None.")
    for name in SAMPLING_RANGES:
        fault = sampling_fault(name, getattr(sampling, name))
        if fault is not None:
            raise OptionError(f"The sampling has {fault}")
    return sampling


def shown(value: Any) -> str:  # noqa: ANN401 (whatever somebody passes)
    """A value for a message, in a few characters."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return f"about 10**{round(math.log10(abs(value)))}"  # its digits may be more than Python writes
    return f"{value!r:.40}"
