"""What supports the claims of a draft: its author, an OCR engine, or the model's own transcription.

Who wrote a claim cannot support it. Without an OCR engine the model is asked again, for a transcription, which is the
best there is. With one, its reading decides, and a draft that was shown that reading needs the transcription as well:
each claim that its author did not supply has then been read twice, by readers that have not seen each other's answer.
What the engine cannot read, by its script or its characters, is left to the transcription.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from localalt.recognition.evidence import Evidence
from localalt.recognition.reading import Reading
from localalt.text.claims import Claim, Sources, claims
from localalt.text.numbers import numbers
from localalt.types import Notice, Supported

__all__ = ["MOST_OF_A_COPY", "Support"]

MOST_OF_A_COPY = 10
"""Numbers of a transcription that get a warning each: a page of other numbers is one warning more."""


class Support:
    """What is known about a picture whose draft is looked at.

    Args:
        language: the draft's, as a BCP 47 tag, where it is known.
        supplied: the author's texts.
        copied: the model's transcriptions.
        reading: what an OCR engine read, where it did.
        is_assisted: whether the model saw that reading when it wrote the draft.
    """

    def __init__(
        self,
        language: str | None,
        supplied: Sequence[str],
        copied: Sequence[str],
        reading: Reading | None,
        *,
        is_assisted: bool = False,
    ) -> None:
        self._language = language
        self._author = Sources(supplied)
        self._copy = Sources(copied) if copied else None
        self._evidence = Evidence(reading) if reading is not None and not reading.fault else None
        self._is_assisted = is_assisted

    def unsupplied(self, text: str) -> list[Claim]:
        """Claims that are not the author's."""
        return [claim for claim in claims(text, language=self._language) if not self._author.support(claim)]

    def is_copy_wanted(self, text: str) -> bool:
        """Whether a transcription could support a claim that nothing supports so far."""
        return any(self._needs_copy(claim) for claim in self.unsupplied(text))

    def notices(self, text: str) -> Iterator[Notice]:
        """A warning for each claim that nothing supports, with who was asked."""
        for claim in self.unsupplied(text):
            if why := self._lacking(claim):
                yield Notice(f"unsupported-{claim.kind}", f"“{claim.text}”: {why}. Check it.", (claim.start, claim.end))

    def supported(self, text: str) -> tuple[Supported, ...]:
        """The claims that need no warning, with all who have them."""
        found = []
        for claim in claims(text, language=self._language):
            is_authors = self._author.support(claim)
            if is_authors or not self._lacking(claim):
                has = {
                    "author": is_authors,
                    "ocr": self._evidence is not None and self._evidence.supports(claim),
                    "transcription": self._copy is not None and self._copy.support(claim),
                }
                by = tuple(who for who, is_so in has.items() if is_so)
                found.append(Supported(claim.kind, claim.text, (claim.start, claim.end), by))
        return tuple(found)

    def numbers_to_read(self, copy: str) -> list[Claim]:
        """The numbers of a transcription that are not the author's."""
        found = (Claim("number", copy[each.start : each.end], each.start, each.end) for each in numbers(copy))
        return [claim for claim in found if not self._author.support(claim)]

    def notices_of_copy(self, copy: str) -> Iterator[Notice]:
        """A warning for each number of a transcription that an OCR engine does not read, and knows how to."""
        evidence = self._evidence
        if evidence is None:
            return
        missing = [
            each for each in self.numbers_to_read(copy) if not evidence.unread(each) and not evidence.supports(each)
        ]
        for each in missing[:MOST_OF_A_COPY]:
            why = "the OCR engine does not read it in the picture"
            yield Notice("unsupported-number", f"“{each.text}”: {why}. Check it.", (each.start, each.end))
        if n_more := len(missing[MOST_OF_A_COPY:]):
            yield Notice(
                "unsupported-number", f"The OCR engine does not read {n_more} more of its numbers. Check them."
            )

    def _needs_copy(self, claim: Claim) -> bool:
        evidence = self._evidence
        if self._copy is not None and self._copy.support(claim):
            return False
        if evidence is None or evidence.unread(claim):
            return True
        return self._is_assisted and evidence.supports(claim)

    def _lacking(self, claim: Claim) -> str:
        """Why a claim that is not the author's is not supported; "" where it is."""
        is_copied = self._copy is not None and self._copy.support(claim)
        evidence = self._evidence
        if evidence is None:
            if self._copy is None:
                return "the author did not supply it"
            return "" if is_copied else "neither the author nor the text in the picture has it"
        if unread := evidence.unread(claim):
            asked = ["the author did not supply it", "neither the author nor the model's transcription has it"]
            return (
                ""
                if is_copied
                else f"{asked[self._copy is not None]}, and the OCR engine does not read {', '.join(unread)}"
            )
        if not evidence.supports(claim):
            if is_copied:
                return "the model reads it in the picture twice, but the OCR engine does not"
            return "the author did not supply it, and the OCR engine does not read it in the picture"
        if not self._is_assisted or is_copied:
            return ""
        return "the OCR engine, whose reading the model was shown, has it; the model's own transcription does not"
