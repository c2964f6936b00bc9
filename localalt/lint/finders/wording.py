"""The words of a text: guesses, repetitions, wording of the picture without quotation marks, the language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalt.lint.cue_words import CUES
from localalt.lint.finders.patterns import by_language, excerpt, is_cjk
from localalt.lint.hedge_words import HEDGES
from localalt.lint.subject import Fault, Subject
from localalt.text import language as languages
from localalt.text.language_tag import name_of

__all__ = ["hedge", "language", "repetition", "unquoted"]

_HEDGES = by_language({code: rf"\b(?:{pattern})\b" for code, pattern in HEDGES.items()})


def hedge(subject: Subject) -> Iterator[Fault]:
    """Words that mark a guess."""
    pattern = _HEDGES.get(subject.language)
    for match in pattern.finditer(subject.outside) if pattern else ():
        yield Fault(*match.span(), f"“{match[0]}” marks a guess: say what can be seen, or delete it.")


N_GRAM = 6
"""Words in a row that no description needs twice. Of 596 published texts (benchmarks/TEXTS.md), 6 have such a run:
descriptions of several charts name the same axes. With ten words in place of six, 5 have one."""
N_GRAM_CJK = 12
"""Characters in a row, in scripts that write no spaces between words."""
MIN_SENTENCE = 3
"""Words of a sentence that may not come twice: "No." may."""
_TOKEN = re.compile(r"\w+(?:['’-]\w+)*")
_SENTENCE = re.compile(r"[^.!?。！？\n]+")


def repetition(subject: Subject) -> Iterator[Fault]:
    """A sentence, or `N_GRAM` words in a row, that comes twice; the first of them alone."""
    seen: set[str] = set()
    for match in _SENTENCE.finditer(subject.outside):
        said = [word.lower() for word in _TOKEN.findall(match[0])]
        key = " ".join(said)
        if len(said) >= MIN_SENTENCE and key in seen:
            yield Fault(*match.span(), f"“{excerpt(match[0])}” is said twice: say it once.")
            return
        seen.add(key)
    yield from _repeated_run(subject)


def _repeated_run(subject: Subject) -> Iterator[Fault]:
    tokens = list(_TOKEN.finditer(subject.outside))
    n = N_GRAM
    if sum(map(is_cjk, subject.outside)) > len(subject.outside) / 2:
        tokens = list(re.finditer(r"\w", subject.outside))
        n = N_GRAM_CJK
    seen: dict[tuple[str, ...], int] = {}
    for index in range(len(tokens) - n + 1):
        run = tokens[index : index + n]
        key = tuple(match[0].lower() for match in run)
        # A quotation within a run is not part of it: the words around several may well be the same.
        if subject.text[run[0].start() : run[-1].end()] != subject.outside[run[0].start() : run[-1].end()]:
            continue
        first = seen.setdefault(key, index)
        if index - first >= n or (index > first and len(set(key)) == 1):
            start, end = run[0].start(), run[-1].end()
            yield Fault(start, end, f"“{excerpt(subject.text[start:end])}” is said twice: say it once.")
            return


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
