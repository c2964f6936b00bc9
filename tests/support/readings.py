"""What an OCR engine might have read, for tests of what comes of it."""

from __future__ import annotations

import string

from localalt.recognition.reading import Line, Reading

__all__ = ["ALPHABET", "reading_of"]

ALPHABET = frozenset(string.printable + "äöüßéèàñçÄÖÜ’“”„—–·…€東京駅かなカナ中文")
"""Less than the engine's, and of the same scripts."""


def reading_of(*texts: str, score: float = 0.99) -> Reading:
    """A reading of these lines, one below the other."""
    n = max(1, len(texts))
    lines = (Line(text, score, (0.1, at / n, 0.9, (at + 0.8) / n)) for at, text in enumerate(texts))
    return Reading(tuple(lines), seconds=0.5, alphabet=ALPHABET)
