"""The words of a text: guesses, wording of the picture without quotation marks, the language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalt.lint.cue_words import BEARERS, CUES
from localalt.lint.finders.patterns import by_language, compiled
from localalt.lint.hedge_words import HEDGES, NO_HEDGES
from localalt.lint.subject import Fault, Subject
from localalt.text import language as languages
from localalt.text.language_tag import name_of

__all__ = ["hedge", "language", "unquoted"]

_HEDGES = by_language({code: rf"\b(?:{pattern})\b" for code, pattern in HEDGES.items()})


_NO_HEDGES = by_language(NO_HEDGES)
_BEFORE_AN_ANSWER = re.compile(r"(?:[,:;/|]|(?:^|\s)(?:and|or|und|oder|et|ou|y|o|e|of|en))\s*$", re.IGNORECASE)
_AFTER_AN_ANSWER = re.compile(r"(?: not| nicht| pas| no| niet)?\s*(?:[,.;:/|)]|$)", re.IGNORECASE)


def _is_answer(text: str, start: int, end: int) -> bool:
    """Whether a word is one of a list: "yes, no, maybe"."""
    before = _BEFORE_AN_ANSWER.search(text[max(0, start - 6) : start])
    return before is not None and _AFTER_AN_ANSWER.match(text, end) is not None


def hedge(subject: Subject) -> Iterator[Fault]:
    """Words that mark a guess."""
    pattern = _HEDGES.get(subject.language)
    if pattern is None:
        return
    text = subject.outside
    other = _NO_HEDGES.get(subject.language)
    if other is not None:
        text = other.sub(lambda match: " " * len(match[0]), text)
    for match in pattern.finditer(text):
        if _is_answer(text, match.start(), match.end()):
            continue
        yield Fault(*match.span(), f"“{match[0]}” marks a guess: say what can be seen, or delete it.")


def language(subject: Subject) -> Iterator[Fault]:
    """Another language than the text should be in."""
    if subject.asked is None:
        return
    verdict = languages.check(subject.text, subject.asked, languages.identifier())
    if verdict.outcome == "wrong":
        wanted = name_of(subject.asked) or subject.asked
        message = f"It seems to be in {verdict.found}, and it should be in {wanted}: translate it."
        yield Fault(0, len(subject.text), message)


_CUES = by_language({code: rf"\b(?:{pattern})\b[:,]?\s+(?=\S)" for code, pattern in CUES.items()})


_BEARERS = by_language({code: rf"\b(?:{pattern})\b" for code, pattern in BEARERS.items()})
_NEAR_A_CUE = 24
"""Characters before a cue in which what bears the words stands."""
_OF_A_BEARER = compiled(r"(?:that|which|with) ")


def _bears_words(subject: Subject, cue: re.Match[str]) -> bool:
    """Whether a sign or the like stands before a cue, and not somebody who reads or speaks."""
    pattern = _BEARERS.get(subject.language)
    if pattern is None or _OF_A_BEARER.match(cue[0]):
        return True
    before = subject.text[max(0, cue.start() - _NEAR_A_CUE) : cue.start()]
    return not before.rstrip().endswith((".", "!", "?")) and pattern.search(before) is not None


def unquoted(subject: Subject) -> Iterator[Fault]:
    """Words of the picture, announced by "reads" and the like, without quotation marks."""
    pattern = _CUES.get(subject.language)
    for match in pattern.finditer(subject.text) if pattern else ():
        # Numbers are read from meters and clocks; nobody quotes them.
        if (
            subject.text[match.end()].isupper()
            and subject.outside[match.start()] != " "
            and _bears_words(subject, match)
        ):
            message = (
                f"The words after “{match[0].strip()}” seem to be copied from the picture: put them in quotation marks."
            )
            yield Fault(*match.span(), message)
