"""What a model writes that has lost its way: one sign or word over and over, broken encodings, scraps of many scripts.

What is quoted is left out: a sign in the picture may say "ha ha ha". Time grows with the length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from localalt.text.quotations import blanked
from localalt.text.scripts import script_shares

__all__ = ["garbled"]

_LONGEST_PERIOD = 10
"""Words, or signs, that come again."""
_LEAST_COPIES = 4
_LEAST_WORDS = 9
"""All copies together: "very, very, very good" is fine, and so is the chorus of a song."""
_LEAST_SIGNS = 16
_LEAST_OF_A_WORD = 10
"""Times one letter in a row, or signs of a syllable's copies in a word."""
_MOST_OF_IT = 0.6
"""Share of a loop in the letters from which it is the whole text."""
_MOST_SCRIPTS = 4
_LEAST_OF_SCRIPTS = 20
"""Letters, before many scripts say anything."""
_BROKEN = re.compile(
    "\ufffd"
    "|â€[\u2122\u0153\u009d\u02dc\u201c\u201d\u00a6\u0093\u0094\u0099]"  # UTF-8 read as Windows-1252
    "|(?:Ã[\u0080-\u00bf\u0192\u2030\u0161\u0178\u017d\u0153\u2013\u2014\u2018-\u2026]){2}"
    "|[ÃÂ][\u00a0-\u00bf]|ÃÂ"
    "|(?:[ÐÑ][\u0080-\u00bf\u2018-\u203a\u0152-\u0192\u02c6\u02dc\u20ac\u2122]){3}"  # and Cyrillic
    "|(?:[åæçè][\u0080-\u00bf\u2018-\u203a\u0152-\u0192\u02c6]{1,2}){3}"  # and Chinese
    "|(?:[Ġ▁]\\w{1,20}\\s?){2}|(?:<0x[0-9A-Fa-f]{2}>)"  # tokens as a vocabulary writes them
)
_TOKEN = re.compile(r"\w+")
_SIGN = re.compile(r"[^\W_]")


def garbled(text: str) -> tuple[int, int] | None:
    """Where a text is garbled, as (start, end); None where it is not."""
    outside = blanked(text)
    broken = _BROKEN.search(outside)
    if broken is not None:
        return broken.span()
    tokens = [match.span() for match in _TOKEN.finditer(outside)]
    found = _loop(outside, tokens, _LEAST_WORDS)
    if found is None and len(outside) > 8 * len(tokens):
        found = _long_word(outside, tokens) or _loop(
            outside, [match.span() for match in _SIGN.finditer(outside)], _LEAST_SIGNS
        )
    if found is not None:
        n_letters = sum(map(str.isalnum, outside))
        is_most = sum(map(str.isalnum, outside[slice(*found)])) > _MOST_OF_IT * n_letters
        return (0, len(text)) if is_most else found
    shares = script_shares(outside)
    n_scripts = sum(script not in ("Hiragana", "Katakana") for script in shares)
    if n_scripts >= _MOST_SCRIPTS and sum(map(str.isalpha, outside)) >= _LEAST_OF_SCRIPTS:
        return 0, len(text)
    return None


def _loop(text: str, spans: Sequence[tuple[int, int]], least: int) -> tuple[int, int] | None:
    """Where a few pieces of a text come again and again without a break."""
    said = [text[start:end].lower() for start, end in spans]
    for period in range(1, _LONGEST_PERIOD + 1):
        run = 0
        for index in range(period, len(said)):
            run = run + 1 if said[index] == said[index - period] else 0
            if run + period >= max(least, _LEAST_COPIES * period) and not said[index].isdigit():
                return spans[index - run - period + 1][0], spans[index][1]
    return None


def _long_word(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """A word of one letter, or of one syllable, again and again."""
    for start, end in spans:
        if end - start < _LEAST_OF_A_WORD:
            continue
        word = text[start:end].lower()
        for period in range(1, 5):
            if (
                (len(word) >= _LEAST_OF_A_WORD + 2 * period)
                and word[period:] == word[:-period]
                and word != "0" * len(word)
            ):
                return start, end
    return None
