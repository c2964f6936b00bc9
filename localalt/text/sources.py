"""Texts that may support what another text claims: by whole words, and by the values of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from localalt.text.claim import Claim
from localalt.text.endings import base_stems, has_cases, stems
from localalt.text.name_words import PARTICLES
from localalt.text.names import names
from localalt.text.numbers import Number, codes, lone_multipliers, numbers, values_of_words
from localalt.text.quotations import blanked, quotations
from localalt.text.spelling import HYPHENATED, spelled

__all__ = ["Sources"]

_MAX_PARTS = 50
"""Of a quotation with omissions: one with more is a list of words."""
_MAX_SOUGHT = 2_000
"""Different texts that are looked for in all that is supplied: each takes a pass over it."""
_ELLIPSIS = re.compile(r"\[?(?:…|\.\.\.)\]?")
_SUFFIX = re.compile(r"(?<=[^\W\d_]{3})['’][^\W\d_]{1,6}(?!\w)")
"""What Turkish adds to a name."""


class Sources:
    """Texts that may support a claim."""

    def __init__(self, texts: Iterable[str]) -> None:
        supplied = tuple(texts)
        joined = [HYPHENATED.sub("", text) for text in supplied]
        runs = [spelled(text) for text in dict.fromkeys([*supplied, *joined])]
        self._runs = [f" {' '.join(run)} " for run in runs]
        self._known: dict[str, bool] = {}
        """What was looked for before: a text may say it a thousand times."""
        self._words = {word for run in runs for word in run}
        self._pairs = {one + other for run in runs for one, other in pairwise(run)}
        self._stems = {stem for word in self._words for stem in base_stems(word)}
        self._numbers: set[str] = set()
        self._in_each: list[set[str]] = []
        """The values of each text."""
        self._written: set[str] = set()
        """Claims of theirs, as they are written."""
        self._zeros: set[int] = set()
        for text in supplied:
            self._add(text)

    def have(self, text: str) -> bool:
        """Whether these words are in them, in this order."""
        return self._has(spelled(text))

    def support(self, claim: Claim) -> bool:
        """Whether the claim is in them: a name by its words, a number by its value, a quotation in its order."""
        if claim.text in self._written:
            return True
        if claim.kind == "quotation":
            parts = {" ".join(spelled(part)): part for part in _ELLIPSIS.split(claim.text)}
            return len(parts) <= _MAX_PARTS and all(self._quotes(part.split(), whole) for part, whole in parts.items())
        if claim.kind == "number":
            return all(map(self._gives, [*numbers(claim.text)] or [_NOTHING]))
        name = spelled(_SUFFIX.sub("", claim.text))
        words = [word for word in name if word not in PARTICLES]
        is_spaced = any(len(word) > 1 for word in words)
        return self._has(name) or (is_spaced and all(self._names(word, claim.language) for word in words))

    def _quotes(self, words: list[str], whole: str) -> bool:
        if not words:
            return not whole.strip() or not any(c.isalnum() for c in whole) or self._has(words)
        return self._has(words) or "".join(words) in self._words or (len(words) == 1 and words[0] in self._pairs)

    def _has(self, words: list[str]) -> bool:
        sought = f" {' '.join(words)} "
        if sought not in self._known:
            may_look = len(self._known) < _MAX_SOUGHT
            self._known[sought] = may_look and any(sought in run for run in self._runs)
        return self._known[sought]

    def _names(self, word: str, language: str) -> bool:
        if word in self._words or word in self._pairs:
            return True
        with_cases = has_cases(word, language)
        found = stems(word, language)
        return any(stem in self._words or (with_cases and stem in self._stems) for stem in found)

    def _gives(self, number: Number) -> bool:
        if not number.values.isdisjoint(self._numbers):
            return True
        if number.scaled is not None:
            mantissa, zeros = number.scaled
            return zeros in self._zeros and mantissa in self._numbers
        low, high = number.bounds or ("", "")
        # One text must have both; in a text that says "3-1", the two are a score, and 1-3 is another.
        return any(low in text and high in text and f"{high}:{low}" not in text for text in self._in_each)

    def _add(self, text: str) -> None:
        outside = blanked(text)
        values: set[str] = set()
        for each in (text, outside) if outside != text else (text,):
            for number in numbers(each):
                self._written.add(each[number.start : number.end])
                values |= number.values | number.gives
        self._written |= {name.text for name in names(outside)}
        self._written |= {text[pair.inner_start : pair.inner_end] for pair in quotations(text)}
        values.update(codes(text))
        values |= values_of_words(text)
        self._in_each.append(values)
        self._numbers |= values
        self._zeros |= lone_multipliers(text)


_NOTHING = Number(0, 0, frozenset())
