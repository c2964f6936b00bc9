"""How long a text is: for people, and for the place where it will be published."""

from __future__ import annotations

from collections.abc import Iterator

from localalt.lint.finders.patterns import is_mostly_dense
from localalt.lint.subject import Fault, Subject
from localalt.text.platforms import length

__all__ = ["band", "limit"]

LETTERS_IN_A_SIGN = 3
"""Letters that say about as much as one sign of Chinese, Japanese or Korean, or as one of Thai with its marks. Only the
least counts so: limits of platforms are in characters, whatever these say."""


def band(subject: Subject) -> Iterator[Fault]:
    """Fewer or more graphemes than the profile aims for."""
    n_chars = length(subject.text.strip(), "graphemes")
    profile = subject.profile
    longest = profile.longest_detailed if subject.is_detailed else profile.longest
    shortest = 1 if subject.is_short else profile.shortest
    if is_mostly_dense(subject.text):
        shortest = -(-shortest // LETTERS_IN_A_SIGN)
    if 0 < n_chars < shortest:
        message = f"It has {n_chars} characters, and most pictures need {shortest} or more: describe more of it."
        yield Fault(0, len(subject.text), message)
    elif n_chars > longest:
        message = f"It has {n_chars} characters, and {longest} are enough for most such pictures: shorten it."
        yield Fault(0, len(subject.text), message)


def limit(subject: Subject) -> Iterator[Fault]:
    """More characters than a limit allows, in the unit of that limit."""
    for each in subject.limits:
        n = length(subject.text, each.unit)
        if n > each.most:
            where = f" on {each.platform}" if each.platform else ""
            message = f"It has {n:,} characters, and {each.most:,} are allowed{where}: shorten it."
            yield Fault(0, len(subject.text), message)
