"""Articles, prepositions and the like: words that hold a language together, and what they say of a text's language."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence

from localalt.text.language_data import CLOSE, FUNCTION_WORDS
from localalt.text.language_tag import same_language

__all__ = ["are_close", "function_word_hits", "function_words", "leads", "prevailing"]

# These numbers are this project's, set on tests/data/language_texts.json so that no right text there is called wrong.
_PREVAILING = 3
"""Different function words of another language that say it is that language."""
_PREVAILING_SHARE = 0.2
"""Of all words that are such function words."""
_LEAD = 2
"""Function words that the language found has more than the next: below it, it is not named."""


def leads(own: str, words: Sequence[str]) -> bool:
    """Whether a text has function words of a language, by its code, and fewer of every other one."""
    mine = function_words(own)
    hits = [word for word in words if word.casefold() in mine]
    if len({word.casefold() for word in hits}) < _PREVAILING - 1:
        return False
    others = (
        sum(word.casefold() in function_words(other) for word in words) for other in _languages_with_words() - {own}
    )
    return max(others) < len(hits)


def prevailing(words: Sequence[str], own: str | None) -> tuple[bool, str | None]:
    """Whether a text has function words of another language and none of its own; and which one, where it is clear.

    A language that is close to its own does not count as another.
    """
    folded = [word.casefold() for word in words]
    mine = frozenset[str]() if own is None else function_words(own)
    hits: Counter[str] = Counter()
    found_languages = set()
    for other in _languages_with_words() - {own}:
        theirs = function_words(other)
        hits[other] = sum(word in theirs for word in folded)
        theirs_alone, mine_alone = theirs - mine, mine - theirs
        found = [word for word in folded if word in theirs_alone]
        enough = len(set(found)) >= _PREVAILING and len(found) >= _PREVAILING_SHARE * len(folded)
        close = own is not None and are_close(own, other)
        if enough and not close and mine_alone.isdisjoint(folded):
            found_languages.add(other)
    (first, most), (_, next_most) = hits.most_common(2)
    return bool(found_languages), first if first in found_languages and most >= next_most + _LEAD else None


def function_word_hits(words: Sequence[str]) -> Counter[str]:
    """By language, how many of the words are its function words."""
    folded = [word.casefold() for word in words]
    hits = {code: sum(word in function_words(code) for word in folded) for code in _languages_with_words()}
    return Counter({code: n for code, n in hits.items() if n})


def are_close(one: str, other: str) -> bool:
    """Whether two languages, by their codes, share so many words that a text of one may look like the other."""
    return any({one, other} <= languages for languages in CLOSE)


@functools.cache
def _languages_with_words() -> frozenset[str]:
    return frozenset(same_language(language) for language in FUNCTION_WORDS)


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Articles, prepositions and the like of a language, by its code, in lower case; none where they are not known."""
    lists = (words for key, words in FUNCTION_WORDS.items() if same_language(key) == language)
    return frozenset(word for words in lists for word in words.split())
