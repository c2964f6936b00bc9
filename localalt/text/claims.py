"""What a text claims that a picture rarely shows: names, numbers and quotations, and which texts support them.

A model that invents does it there first. A claim is supported by what the author supplied or by
a transcription of the picture. Capital letters distinguish names from other words, so there are none
to be found in German, which begins every noun with one, in Title Case, or where a sentence begins with the
name alone. Numbers are digits: "three dogs" is a count of what can be seen. Knows no models and no pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.text.folding import without_accents
from localalt.text.function_words import function_words
from localalt.text.quotations import blanked, quotations

__all__ = ["Claim", "ClaimKind", "Sources", "claims"]

ClaimKind: TypeAlias = Literal["name", "number", "quotation"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One of them, at `start` to `end` in the text."""

    kind: ClaimKind
    text: str
    start: int
    end: int


def claims(text: str, *, language: str | None = None) -> tuple[Claim, ...]:
    """The claims of a text, in its order. What is quoted is one claim, whatever is in it.

    `language` is the text's, as a BCP 47 tag, where it is known; German is known by its function words.
    """
    outside = blanked(text)
    quoted = (Claim("quotation", text[p.inner_start : p.inner_end], p.start, p.end) for p in quotations(text))
    numbers = (Claim("number", match[0], *match.span()) for match in _NUMBER.finditer(outside))
    found = [claim for claim in quoted if any(c.isalnum() for c in claim.text)]
    names = () if _primary(language or _guessed(outside)) in _NOUNS_WITH_CAPITALS else _names(outside)
    return tuple(sorted([*found, *numbers, *names], key=lambda claim: claim.start))


class Sources:
    """Texts that may support a claim."""

    def __init__(self, texts: Iterable[str]) -> None:
        supplied = tuple(texts)
        folded = [_folded(text) for text in supplied]
        self._folded = [f" {text} " for text in folded]
        self._known: dict[str, bool] = {}
        """What was looked for before: a text may say it a thousand times."""
        self._words = {word for text in folded for word in text.split()}
        self._joined = "\n".join(text.replace(" ", "") for text in folded)
        self._numbers = {_number(match[0]) for text in supplied for match in _NUMBER.finditer(text)}

    def have(self, text: str) -> bool:
        """Whether these words are in them, in this order."""
        words = f" {_folded(text)} "
        if words not in self._known:
            self._known[words] = any(words in run for run in self._folded)
        return self._known[words]

    def support(self, claim: Claim) -> bool:
        """Whether the claim is in them: a name by its words, a number by its digits, a quotation in its order."""
        if claim.kind == "quotation":
            parts = {_folded(part).replace(" ", "") for part in _ELLIPSIS.split(claim.text)}
            return len(parts) <= _MAX_PARTS and all(map(self._has, parts))
        if claim.kind == "number":
            return _number(claim.text) in self._numbers
        words = [word for word in _folded(claim.text).split() if word not in _PARTICLES]
        return all(word in self._words or word.removesuffix("s") in self._words for word in words)

    def _has(self, letters: str) -> bool:
        if letters not in self._known:
            self._known[letters] = len(self._known) < _MAX_SOUGHT and letters in self._joined
        return self._known[letters]


_NOUNS_WITH_CAPITALS = frozenset(("de", "gsw", "lb", "nds"))
_MAX_PARTS = 50
"""Of a quotation with omissions: one with more is a list of words."""
_MAX_SOUGHT = 2_000
"""Different texts that are looked for in all that is supplied: each takes a pass over it."""
# Each group begins with what separates it from the one before: a run of digits can be taken in one way only.
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,:/\u2009\u202f' ]\d+)*%?(?!\w)")
_THOUSANDS = re.compile(r"[.,' \u2009\u202f](?=\d{3}(?!\d))")
_ELLIPSIS = re.compile(r"\[?(?:…|\.\.\.)\]?")
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’-][^\W\d_]+)*(?!\w)")
_BEFORE_A_SENTENCE = frozenset(".!?:;…([{–—|/•")
_OWNED = re.compile(r"(?<=\w)['’]s\b")
_POSSESSIVE = re.compile(r"['’]s?$")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Inside a name, never at its ends.
_PARTICLES = _words("of de da do dos du des del della di von van den der the la le el y e and af av")

# Begin with a capital and name nobody: the calendar, languages and styles, abbreviations of things.
_COMMON = _words(
    """
    i i'm i'd i'll i've ok monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    english french german spanish italian portuguese dutch chinese japanese korean arabic latin greek
    roman gothic victorian baroque christmas easter halloween braille earth internet web
    tv led lcd cd dvd pc usb qr diy suv atm gps wi-fi id faq url html css api gui ui pdf am pm bc ad ce
    x-axis y-axis z-axis x-ray t-shirt t-shirts u-shaped v-shaped l-shaped s-shaped a-frame v-neck
    """
)
# May begin a sentence before a name, and are not part of it.
_OPENERS = _words(
    """
    a an the this that these those his her its their my our your one two three four five six seven eight
    nine ten many several some all both each every another no in on at by with from under over behind near
    between inside outside above below and but or as while when where after before for to of into
    un une le la les des du el los las una unos unas il lo gli i uno een de het o os um uma en ett ei
    """
)
_TITLE_CASE_SHARE = 0.7
"""Of a text's longer words with a capital: above it capitals mean nothing."""
_CAPITAL_OPENERS = 2
"""Words such as "of" and "and" with a capital, after the first word: they have one in titles alone."""
_LONG = 4
"""Letters of a longer word."""
_ENOUGH = 5
"""Longer words from which on their share means something."""


def _names(text: str) -> Iterator[Claim]:
    words = list(_WORD.finditer(text))
    long_words = [word[0] for word in words if len(word[0]) >= _LONG]
    if sum(word[0][0].isupper() and word[0].lower() in _OPENERS for word in words[1:]) >= _CAPITAL_OPENERS:
        return
    n_capitals = sum(word[0].isupper() for word in long_words)
    if len(long_words) >= _ENOUGH and n_capitals > _TITLE_CASE_SHARE * len(long_words):
        return
    run: list[re.Match[str]] = []
    for word in words:
        if run and not _continues(text, run[-1], word):
            yield from _closed(text, run)
            run = []
        is_initial = len(word[0]) == 1 and word[0].isupper() and text[word.end() : word.end() + 1] == "."
        if is_initial or _is_capital(word[0]) or (run and word[0].lower() in _PARTICLES):
            run.append(word)
        elif run:
            yield from _closed(text, run)
            run = []
    yield from _closed(text, run)


def _continues(text: str, last: re.Match[str], word: re.Match[str]) -> bool:
    between = text[last.end() : word.start()]
    return between.strip(" &") == "" or (between == ". " and len(last[0]) == 1)  # "J. Smith"


def _closed(text: str, run: list[re.Match[str]]) -> Iterator[Claim]:
    """The name in a run of capitalised words, if there is one."""
    first, last = 0, len(run)
    if run and _starts_sentence(text, run[0].start()):
        first += len(run) == 1 or run[0][0].lower() in _OPENERS or run[1][0].lower() in _PARTICLES
    while first < last and (run[last - 1][0].lower() in _PARTICLES or _is_common(run[last - 1][0])):
        last -= 1
    while first < last and (run[first][0].lower() in _PARTICLES or _is_common(run[first][0])):
        first += 1
    if first < last:
        start, end = run[first].start(), run[last - 1].end()
        name = _POSSESSIVE.sub("", text[start:end])
        if len(name) > 1:
            yield Claim("name", name, start, start + len(name))


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


def _is_common(word: str) -> bool:
    bare = _POSSESSIVE.sub("", word.lower().replace("’", "'"))
    return bare in _COMMON or bare.split("-")[0] in _COMMON


def _number(text: str) -> str:
    return _THOUSANDS.sub("", text.rstrip("%"))


def _folded(text: str) -> str:
    """Words without case, accents and punctuation, separated by single spaces."""
    plain = without_accents(_OWNED.sub("", text).casefold())
    characters = (c if c.isalnum() else " " for c in plain if c not in "'’")
    return " ".join("".join(characters).split())


def _guessed(text: str) -> str:
    """German, where its function words are in a text and English ones are not."""
    words = {word[0] for word in _WORD.finditer(text)}
    return "de" if len(words & function_words("de")) > len(words & function_words("en")) else ""


def _primary(language: str | None) -> str:
    return (language or "").lower().partition("-")[0]
