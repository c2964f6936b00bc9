"""What a text claims that a picture rarely shows: names, numbers and quotations.

A model that invents does it there first. `sources` says which texts support a claim.
Numbers are digits: "three dogs", and "3 dogs", count what can be seen. Knows no models and no pictures.
"""

from __future__ import annotations

from localalt.text.claim import Claim, ClaimKind
from localalt.text.names import names
from localalt.text.numbers import numbers
from localalt.text.quotations import blanked, quotations
from localalt.text.sources import Sources

__all__ = ["Claim", "ClaimKind", "Sources", "claims"]


def claims(text: str, *, language: str | None = None) -> tuple[Claim, ...]:
    """The claims of a text, in its order. What is quoted is one claim, whatever is in it.

    `language` is the text's, as a BCP 47 tag, where it is known; German is known by its function words.
    """
    outside = blanked(text)
    quoted = (Claim("quotation", text[p.inner_start : p.inner_end], p.start, p.end) for p in quotations(text))
    counted = (each for each in numbers(outside) if not each.is_count and not each.is_code)
    figures = (Claim("number", outside[each.start : each.end], each.start, each.end) for each in counted)
    found = [claim for claim in quoted if any(c.isalnum() for c in claim.text)]
    return tuple(sorted([*found, *figures, *names(outside, language=language)], key=lambda claim: claim.start))
