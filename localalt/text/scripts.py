"""The scripts of a text: how many of its letters are Latin, Cyrillic, Han and so on."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter

from localalt.text.folding import normalized
from localalt.text.language_data import SCRIPTS_BY_PREFIX

__all__ = ["CASED", "DENSE", "UNSPACED", "letter_weights", "script_shares"]

DENSE = frozenset(("Han", "Hiragana", "Katakana", "Hangul"))
"""Scripts with a syllable or a word in each sign, and few spaces or none."""
UNSPACED = DENSE | {"Thai", "Lao", "Khmer", "Myanmar", "Tibetan"}
CASED = frozenset(("Latin", "Cyrillic", "Greek", "Armenian"))
_LETTERS_IN_A_SIGN = 3
"""Letters that say about as much as one sign of a dense script."""


def script_shares(text: str) -> dict[str, float]:
    """The share of each script in a text's letters, the largest first; empty for a text without letters.

    A script is called by the first word of its name in Unicode.
    """
    counts = _letters(text)
    total = counts.total()
    return {script: number / total for script, number in counts.most_common()}


def _letters(text: str) -> Counter[str]:
    """Letters by script."""
    normal = normalized(text, "NFKC")
    scripts = (_script(character) for character in normal if unicodedata.category(character)[0] == "L")
    return Counter(script for script in scripts if script)


def letter_weights(text: str) -> Counter[str]:
    """Letters by script, where a sign of a dense script counts as the letters that say as much."""
    weights: Counter[str] = Counter()
    for script, number in _letters(text).items():
        weights[script] = number * (_LETTERS_IN_A_SIGN if script in DENSE else 1)
    return weights


@functools.lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    prefix = unicodedata.name(letter, "").partition(" ")[0]
    return SCRIPTS_BY_PREFIX.get(prefix, prefix.capitalize())
