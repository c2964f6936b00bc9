"""What an OCR engine read, as support for what a text claims.

It may only support: what it does not find is to be checked by a person, and not wrong. What it finds counts where it
is sure of the line, and reads the claim's script well. Pure: knows no engine and no model.
"""

from __future__ import annotations

from localalt.recognition.reading import Reading
from localalt.recognition.scripts import unread
from localalt.text.claims import Claim, Sources

__all__ = ["Evidence"]

N_COLUMNS = 20
"""Across a picture: lines that begin within the same one are below each other."""


class Evidence:
    """A reading in which claims are looked up."""

    def __init__(self, reading: Reading) -> None:
        self._alphabet = reading.alphabet
        self._sources = Sources([reading.text, _by_column(reading)]) if reading.trusted else None

    def unread(self, claim: Claim) -> tuple[str, ...]:
        """What of a claim the engine would not read if it were there: see `scripts.unread`."""
        return unread(claim.text, self._alphabet)

    def supports(self, claim: Claim) -> bool:
        """Whether the claim is in the picture, as far as the engine reads it."""
        return self._sources is not None and not self.unread(claim) and self._sources.support(claim)


def _by_column(reading: Reading) -> str:
    """The lines in the order of columns: a quotation goes on in the next line below, and not beside."""
    lines = sorted(reading.trusted, key=lambda line: (round(N_COLUMNS * line.box[0]), line.box[1]))
    return "\n".join(line.text for line in lines)
