"""Words that announce wording of the picture, by language, an ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CUES"]

CUES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:that |which )?(?:reads|reading|says|saying|spells|spelling out|the words|the text|the caption)",
        "de": r"mit (?:dem text|der aufschrift|den worten)|steht geschrieben|lautet",
        "fr": r"(?:où|qui|sur lequel) (?:on peut lire|il est écrit|est écrit|dit)|l['’]inscription",
        "es": r"(?:que|donde) (?:dice|se lee|pone)|con el texto",
    }
)
"""Announce wording that is copied from the picture, which belongs in quotation marks."""
