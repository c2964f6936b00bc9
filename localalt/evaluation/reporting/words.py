"""Words of a report: which are localalt's own, and which others wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Given", "Text", "plain"]


@dataclass(frozen=True, slots=True)
class Given:
    """Words that are not ours, in whatever direction they are written."""

    text: str


Text: TypeAlias = "tuple[str | Given, ...]"


def plain(text: Text) -> str:
    """The words as one string, for programs."""
    return "".join(part if isinstance(part, str) else part.text for part in text)
