"""What a program wrote by itself, and nobody read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from localalt.lint import machine_words as words
from localalt.lint.finders.patterns import Pattern, compiled
from localalt.lint.subject import Fault, Subject

__all__ = ["machine"]

_LONGEST_ABSENT = 80
"""Characters of a text that says nothing else."""


def _one_pattern(data: Mapping[str, str], before: str = "", after: str = "") -> Pattern:
    # The languages share programs, and a page in one language has texts of a program that runs in another.
    each = "|".join(pattern.replace(" ", r"\s") for pattern in data.values())
    return compiled(rf"{before}(?:{each}){after}")


_STAMP = _one_pattern(words.STAMPS)
_GUESS = _one_pattern(words.GUESSES, r"(?:^|(?<=[.!?:。] ))")
_GUESS_AT_THE_END = _one_pattern(
    {code: words.GUESSES[code] for code in ("hi", "hu", "ja", "ko", "tr", "zh")}, after=r"[.。!]?$"
)
_LONGEST_GUESS = 60
_ABSENT = _one_pattern(words.ABSENT, r"[\s(\[]{0,3}")


def machine(subject: Subject) -> Iterator[Fault]:
    """A program's stamp, its guess, or its word that it has none."""
    text = subject.text
    message = "“{}” was written by a program that guesses: look at the picture, and describe it yourself."
    absent = _ABSENT.match(text) if len(text) <= _LONGEST_ABSENT else None
    if absent is not None:
        yield Fault(
            0, len(text), f"“{_said(absent)}” is what a program writes where it has no text: describe the picture."
        )
        return
    for match in _STAMP.finditer(subject.outside):
        yield Fault(*match.span(), message.format(_said(match)))
        return
    at_the_end = max(0, len(text) - _LONGEST_GUESS)
    guess = _GUESS.search(subject.outside) or _GUESS_AT_THE_END.search(subject.outside, at_the_end)
    if guess is not None:
        yield Fault(*guess.span(), message.format(_said(guess)))


def _said(match: re.Match[str]) -> str:
    return " ".join(match[0].split())
