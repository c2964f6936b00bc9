"""What an OCR engine read, as support for what a text claims.

It may only support: what it does not find is to be checked by a person, and not wrong. What it finds counts where it
is sure of the line, and reads the claim's script well. Pure: knows no engine and no model.
"""

from __future__ import annotations

from localalt.recognition.reading import Reading
from localalt.recognition.scripts import unread
from localalt.text.claims import Claim, Sources

__all__ = ["Evidence"]


class Evidence:
    """A reading in which claims are looked up."""

    def __init__(self, reading: Reading) -> None:
        self._alphabet = reading.alphabet
        self._sources = Sources([reading.text]) if reading.trusted else None

    def unread(self, claim: Claim) -> tuple[str, ...]:
        """What of a claim the engine would not read if it were there: see `scripts.unread`."""
        return unread(claim.text, self._alphabet)

    def supports(self, claim: Claim) -> bool:
        """Whether the claim is in the picture, as far as the engine reads it."""
        return self._sources is not None and not self.unread(claim) and self._sources.support(claim)
