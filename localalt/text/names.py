"""Names in a text: where capital letters distinguish them, or where something else marks them.

There are none to be found in Title Case, nor where a sentence begins with the name alone and nothing says that it is
one. German begins every noun with a capital, so that only well-known names are found there, and those after a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalt.text.claim import Claim
from localalt.text.endings import WITH_CASES
from localalt.text.function_words import function_words
from localalt.text.name_words import (
    COMMON,
    COMMON_PAIRS,
    GIVEN,
    MASS,
    OPENERS,
    PARTICLES,
    PLACES,
    STYLES,
    TITLES,
    VERBS,
)

__all__ = ["names"]

_NOUNS_WITH_CAPITALS = frozenset(("de", "gsw", "lb", "nds"))
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’-][^\W\d_]+)*(?!\w)")
_BEFORE_A_SENTENCE = frozenset(".!?:;…([{–—|/•")
_POSSESSIVE = re.compile(r"['’]s?$")
_SUFFIX = re.compile(r"(?<=[^\W\d_]{3})['’][^\W\d_]{1,6}$")
"""What Turkish adds to a name, and English where it owns something."""
_ADDRESSED = re.compile(r"([\u4e00-\u9fff]{1,4}|[\u30a0-\u30ff]{2,12})(?:さん|さま|くん|ちゃん|氏|先生|女士)")
_FORMS_OF_ADDRESS = frozenset(
    ("frau", "herr", "herrn", "dr", "prof", "professor", "familie", "onkel", "tante", "kaiser")
)
_TITLE_CASE_SHARE = 0.7
"""Of a text's longer words with a capital: above it capitals mean nothing."""
_CAPITAL_OPENERS = 2
"""Words such as "of" and "and" with a capital, after the first word: they have one in titles alone."""
_LONG = 4
"""Letters of a longer word."""
_ENOUGH = 5
"""Longer words from which on their share means something."""


def names(text: str, *, language: str | None = None) -> Iterator[Claim]:
    """The names of a text without its quotations, in its order."""
    code = _primary(language or _guessed(text))
    if code in _NOUNS_WITH_CAPITALS:
        yield from _known_names(text, code)
    elif code in ("ja", "zh"):
        yield from _addressed(text, code)
    else:
        yield from _names(text, code)


def _addressed(text: str, code: str) -> Iterator[Claim]:
    """Names before a form of address, where a script has no capitals."""
    for match in _ADDRESSED.finditer(text):
        yield Claim("name", match[1], match.start(1), match.end(1), code)


def _known_names(text: str, code: str) -> Iterator[Claim]:
    """A well-known first name with the surname after it, a surname after a title, a well-known place."""
    words = list(_WORD.finditer(text))
    index = 0
    while index < len(words):
        word = words[index]
        stop = index + 1
        folded = word[0].casefold()
        is_place = folded in PLACES or folded.removesuffix("s") in PLACES
        has_next = stop < len(words) and text[word.end() : words[stop].start()] in (" ", ". ")
        first = index
        if word[0][0].isupper() and has_next and (folded in GIVEN or folded in _FORMS_OF_ADDRESS):
            while stop < len(words) and _goes_on(text, words[stop - 1], words[stop]):
                stop += 1
            while stop > index + 1 and not words[stop - 1][0][0].isupper():
                stop -= 1
            first += folded in _FORMS_OF_ADDRESS
            is_place = stop > index + 1
        if is_place and word[0][0].isupper():
            start, end = words[first].start(), words[stop - 1].end()
            yield Claim("name", text[start:end], start, end, code)
        index = stop


def _goes_on(text: str, last: re.Match[str], word: re.Match[str]) -> bool:
    is_part = word[0][0].isupper() or word[0] in PARTICLES
    return is_part and text[last.end() : word.start()] in (" ", ". ")


def _names(text: str, code: str) -> Iterator[Claim]:
    words = list(_WORD.finditer(text))
    long_words = [word[0] for word in words if len(word[0]) >= _LONG]
    if sum(word[0][0].isupper() and word[0].lower() in OPENERS for word in words[1:]) >= _CAPITAL_OPENERS:
        return
    n_capitals = sum(word[0].isupper() for word in long_words)
    if len(long_words) >= _ENOUGH and n_capitals > _TITLE_CASE_SHARE * len(long_words):
        return
    run: list[re.Match[str]] = []
    for word in words:
        if run and not _continues(text, run[-1], word):
            yield from _closed(text, run, code)
            run = []
        is_initial = len(word[0]) == 1 and word[0].isupper() and text[word.end() : word.end() + 1] == "."
        if is_initial or _is_capital(word[0]) or (run and word[0].lower() in PARTICLES):
            run.append(word)
        elif run:
            yield from _closed(text, run, code)
            run = []
    yield from _closed(text, run, code)


def _continues(text: str, last: re.Match[str], word: re.Match[str]) -> bool:
    between = text[last.end() : word.start()]
    return between.strip(" &") == "" or (between == ". " and len(last[0]) == 1)  # "J. Smith"


def _closed(text: str, run: list[re.Match[str]], code: str) -> Iterator[Claim]:
    """The name in a run of capitalised words, if there is one."""
    first, last = 0, len(run)
    if run and _starts_sentence(text, run[0].start()):
        is_alone = len(run) == 1 or run[1][0].lower() in PARTICLES
        is_opener = run[0][0].lower() in OPENERS or (len(run) > 1 and _is_adverb(run[0][0]))
        # Without articles the first word may be a noun as well: "Portret Marii" is a portrait of Maria.
        is_noun = len(run) > 1 and code in WITH_CASES
        first += is_opener or is_noun or (is_alone and not _is_name_of_its_own(text, run, code))
    bare = [_bare(word[0]) for word in run]
    while first < last and (bare[last - 1] in PARTICLES or _is_common(bare, last - 1)):
        last -= 1
    while first < last and (bare[first] in PARTICLES or bare[first] in TITLES or _is_common(bare, first)):
        first += 1
    if first < last:
        start, end = run[first].start(), run[last - 1].end()
        name = _SUFFIX.sub("", _POSSESSIVE.sub("", text[start:end]))
        if len(name) > 1:
            yield Claim("name", name, start, start + len(name), code)


def _is_name_of_its_own(text: str, run: list[re.Match[str]], code: str) -> bool:
    """Whether one word with a capital at the start of a sentence is a name: it does something, or owns something."""
    word = run[0][0].lower()
    if len(run) > 1 or word in MASS or word in OPENERS or word.endswith("ing"):
        return False
    after = _WORD.match(text, run[0].end() + 1)
    return after is not None and text[run[0].end()] == " " and after[0] in VERBS.get(code or "en", ())


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and len(word) > _LONG


def _starts_sentence(text: str, start: int) -> bool:
    """Whether what begins at `start` begins a sentence, a line or brackets."""
    at = start
    while at and text[at - 1].isspace():
        at -= 1
        if text[at] == "\n":
            return True
    return not at or text[at - 1] in _BEFORE_A_SENTENCE or (text[at - 1] == "-" and text[at - 2 : at - 1].isspace())


def _is_capital(word: str) -> bool:
    return word[0].isupper() and len(_POSSESSIVE.sub("", word)) > 1


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower().replace("’", "'"))


def _is_common(bare: list[str], index: int) -> bool:
    """Whether a word of a run names nobody, by itself or with one beside it."""
    word = bare[index]
    pairs = {" ".join(bare[max(0, index - 1) : index + 1]), " ".join(bare[index : index + 2])}
    return word in COMMON or word.split("-")[0] in COMMON or word in STYLES or not pairs.isdisjoint(COMMON_PAIRS)


def _guessed(text: str) -> str:
    """German, where its function words are in a text and English ones are not."""
    words = {word[0] for word in _WORD.finditer(text)}
    return "de" if len(words & function_words("de")) > len(words & function_words("en")) else ""


def _primary(language: str | None) -> str:
    return (language or "").lower().partition("-")[0]
