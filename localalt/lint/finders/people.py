"""What is said of people without the author's word: traits that are guessed, and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalt.lint.finders.patterns import by_language, compiled
from localalt.lint.subject import Fault, Subject
from localalt.lint.trait_words import AGES, NO_TRAITS, TRAITS
from localalt.text.claims import claims

__all__ = ["guessed_trait", "unsupplied_name"]

_TRAITS = {
    code: tuple((kind, compiled(rf"\b(?:{pattern})(?!\w)")) for kind, pattern in pairs)
    for code, pairs in TRAITS.items()
}
_AGES = by_language({code: rf"\b(?:{pattern})(?!\w)" for code, pattern in AGES.items()})

_NO_TRAITS = by_language(NO_TRAITS)


def guessed_trait(subject: Subject) -> Iterator[Fault]:
    """Ethnicity, religion, health or age of somebody, unless the author supplied it."""
    patterns = [*_TRAITS.get(subject.language, ())]
    if subject.language in _AGES:
        patterns.append(("age", _AGES[subject.language]))
    other = _NO_TRAITS.get(subject.language)
    text = subject.outside if other is None else other.sub(lambda match: " " * len(match[0]), subject.outside)
    found: dict[int, tuple[str, re.Match[str]]] = {}
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            found.setdefault(match.start(), (kind, match))
    for start, (kind, match) in sorted(found.items()):
        if subject.sources is not None and subject.sources.have(match[0]):
            continue
        message = f"“{match[0]}” states {kind}, which a picture cannot show: delete it unless it is known and matters."
        yield Fault(start, match.end(), message)


def unsupplied_name(subject: Subject) -> Iterator[Fault]:
    """A name that is not in what the author supplied."""
    if subject.sources is None:
        return
    for claim in claims(subject.text, language=subject.asked or subject.language):
        if claim.kind == "name" and not subject.sources.support(claim):
            message = f"“{claim.text}” looks like a name that the author did not supply: check it, or delete it."
            yield Fault(claim.start, claim.end, message)
