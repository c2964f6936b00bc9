"""The words of a text: guesses, wording of the picture without quotation marks, the language."""

from __future__ import annotations

from collections.abc import Iterator

from localalt.lint.cue_words import CUES
from localalt.lint.finders.patterns import by_language
from localalt.lint.hedge_words import HEDGES
from localalt.lint.subject import Fault, Subject
from localalt.text import language as languages
from localalt.text.language_tag import name_of

__all__ = ["hedge", "language", "unquoted"]

_HEDGES = by_language({code: rf"\b(?:{pattern})\b" for code, pattern in HEDGES.items()})


def hedge(subject: Subject) -> Iterator[Fault]:
    """Words that mark a guess."""
    pattern = _HEDGES.get(subject.language)
    for match in pattern.finditer(subject.outside) if pattern else ():
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


def unquoted(subject: Subject) -> Iterator[Fault]:
    """Words of the picture, announced by "reads" and the like, without quotation marks."""
    pattern = _CUES.get(subject.language)
    for match in pattern.finditer(subject.text) if pattern else ():
        after = subject.text[match.end()]
        if (after.isupper() or after.isdigit()) and subject.outside[match.start()] != " ":
            message = (
                f"The words after “{match[0].strip()}” seem to be copied from the picture: put them in quotation marks."
            )
            yield Fault(*match.span(), message)
