"""What several finders share: patterns made from the words of a language, and excerpts for messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

__all__ = ["Pattern", "by_language", "compiled", "excerpt", "is_cjk", "is_mostly_dense"]

Pattern: TypeAlias = "re.Pattern[str]"


def compiled(pattern: str) -> Pattern:
    """A pattern that ignores case."""
    return re.compile(pattern, re.IGNORECASE)


def by_language(data: Mapping[str, str]) -> dict[str, Pattern]:
    """The same for each language."""
    return {code: compiled(pattern) for code, pattern in data.items()}


def excerpt(text: str) -> str:
    """A text on one line and in at most 24 characters, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= 24 else f"{line[:23]}…"


def is_cjk(c: str) -> bool:
    """Whether a character is a sign of Chinese or Japanese."""
    return "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff"


_DENSE = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_mostly_dense(text: str) -> bool:
    """Whether half of a text is in signs that say more than a letter: Chinese, Japanese, Korean, Thai."""
    return 2 * len(_DENSE.findall(text)) > sum(map(str.isalnum, text))
