"""The names of all findings, for `--select`, `--ignore`, configuration and comments.

They are stable: a name never changes, and is never used for another rule.
"""

from __future__ import annotations

from collections.abc import Iterable

from localalt import suggest
from localalt.errors import OptionError
from localalt.lint.rules import RULES

__all__ = ["CODES", "OF_FILES", "check_codes"]

OF_FILES = {
    "missing": ("error", "a picture without an alt attribute, or without a text in Markdown"),
    "unreadable": ("error", "a text that cannot be read where one should be"),
    "same-text": ("warning", "one text for three different pictures or more"),
}
"""Findings about a file and not about a text: level and summary by name."""

CODES: tuple[str, ...] = (*OF_FILES, *(rule.name for rule in RULES))


def check_codes(names: Iterable[str], where: str) -> frozenset[str]:
    """The names as a set.

    Args:
        names: as a person wrote them.
        where: what names them, for the message.

    Raises:
        OptionError: there is no such rule; with the one that may be meant.
    """
    found = frozenset(names)
    for name in sorted(found - frozenset(CODES)):
        advice = suggest.advice(name, CODES, "see localalt lint --rules.")
        raise OptionError(f"{where} names the rule {name!r:.60}, which does not exist: {advice}")
    return found
