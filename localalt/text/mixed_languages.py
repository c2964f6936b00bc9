"""Two languages in one text: a sentence in another script inside it, or a translation after it.

A name or a title in its own script is fine, and so is what is quoted, in brackets or behind a colon, as it may be
copied from the picture. Knows nothing of which language is wanted: that is `language`'s business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from localalt.text.function_words import are_close, function_word_hits, function_words, prevailing
from localalt.text.quotations import blanked
from localalt.text.scripts import DENSE, letter_weights
from localalt.text.sentences import sentences

__all__ = ["mixed_languages"]

MOST_CHARS = 20_000
"""Of a text that is looked at."""
_LEAST_SIGNS = 10
"""Of a run in a script that writes a word in each sign: shorter ones are names and titles."""
_LEAST_WORDS = 5
"""Of a run in another script."""
_LEAST_FUNCTION_WORDS = 2
"""Of a run in Latin letters inside another script, whose texts are full of names in Latin letters."""
_LEAST_OF_A_SENTENCE = 6
"""Words of a sentence whose language is looked at."""
_LEAST_HITS = 3
"""Function words of a sentence after which another one is its translation."""
_SHARED = 1 / 3
"""Of those words, that the other language may have, too: "an", "in", "die"."""
_RUN = re.compile(
    r"[\u0370-\u03ff]+(?:[\s,]{1,3}[\u0370-\u03ff]+)*|[\u0400-\u052f]+(?:[\s,]{1,3}[\u0400-\u052f]+)*"
    r"|[\u0590-\u05ff]+(?:[\s,]{1,3}[\u0590-\u05ff]+)*|[\u0600-\u06ff]+(?:[\s،]{1,3}[\u0600-\u06ff]+)*"
    r"|[\u0900-\u097f]+(?:[\s,]{1,3}[\u0900-\u097f]+)*|[\u0e00-\u0e7f]+(?:\s{1,2}[\u0e00-\u0e7f]+)*"
    r"|[\uac00-\ud7af]+(?:[\s,]{1,3}[\uac00-\ud7af]+)*|[\u3040-\u30ff\u3400-\u9fff\u3001\u3002\uff0c]+"
    r"|[A-Za-z\u00c0-\u024f']+(?:[\s,]{1,3}[A-Za-z\u00c0-\u024f']+)*"
)
_BEFORE_COPIES = ":：(（[【《〈"


def mixed_languages(text: str) -> tuple[int, int] | None:
    """Where a second language begins and ends; None where there is one language alone."""
    outside = blanked(text[:MOST_CHARS])
    return next(_other_script(outside), None) or next(_other_words(outside), None)


def _other_script(text: str) -> Iterator[tuple[int, int]]:
    weights = letter_weights(text)
    if len(weights) < 2:
        return
    main = weights.most_common(1)[0][0]
    for match in _RUN.finditer(text):
        scripts = letter_weights(match[0])
        if not scripts or main in scripts or (main in DENSE and scripts.keys() <= DENSE):
            continue
        before = text[: match.start()].rstrip()[-1:]
        if before in _BEFORE_COPIES and before:
            continue
        words = match[0].split()
        is_dense = bool(scripts.keys() & (DENSE - {"Hangul"}))
        if len(match[0]) < _LEAST_SIGNS if is_dense else len(words) < _LEAST_WORDS:
            continue
        english = function_words("en")
        if "Latin" in scripts and sum(word.lower() in english for word in words) < _LEAST_FUNCTION_WORDS:
            continue
        yield match.span()


def _other_words(text: str) -> Iterator[tuple[int, int]]:
    """A sentence whose function words are of another language than the first sentence's."""
    every = [(each, re.findall(r"[^\W\d_]+", each.plain)) for each in sentences(text)]
    long = [(each, words) for each, words in every if len(words) >= _LEAST_OF_A_SENTENCE]
    if len(long) < 2:
        return
    first = None
    before = Counter[str]()
    for each, words in long:
        found = prevailing(words, None)[1]
        hits = function_word_hits(words)
        is_other = found is not None and first is not None and found != first and not are_close(first, found)
        if is_other or _is_translation(before, hits):
            yield each.start, each.end
        first, before = first or found, hits


def _is_translation(one: Counter[str], other: Counter[str]) -> bool:
    """Whether each of two sentences has function words of a language that the other has hardly any of."""
    if not one or not other:
        return False
    (mine, n_mine), (theirs, n_theirs) = one.most_common(1)[0], other.most_common(1)[0]
    are_enough = min(n_mine, n_theirs) >= _LEAST_HITS
    are_apart = one[theirs] <= n_mine * _SHARED and other[mine] <= n_theirs * _SHARED
    return are_enough and are_apart and not are_close(mine, theirs)
