"""The parts of a case's entry: questions, and what must be mentioned."""

from __future__ import annotations

from typing import Any

__all__ = ["any_of", "ask"]


def ask(question: str, right: str, *wrong: str) -> dict[str, Any]:
    """A question, its right answer first: where that stands among the others is decided when the cases are made."""
    return {"question": question, "right": right, "wrong": list(wrong)}


def any_of(*things: str) -> list[list[str]]:
    """Things that must be mentioned; "a|b" counts with either."""
    return [thing.split("|") for thing in things]
