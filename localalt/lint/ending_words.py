"""Words that no text ends with, by language, an ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DANGLING"]


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


DANGLING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "en": _words("a an the and or but of with at from into than whose nor his its their my your is are"),
        "de": _words("der die das ein eine einer einem einen und oder mit von vom zum zur im am"),
        "fr": _words("le la les un une des du de et ou avec dans sur au aux"),
        "es": _words("el la los las un una de del y o con en al"),
        "it": _words("il lo la gli le un una di del della e o con nel nella al"),
        "pt": _words("o os um uma de do da dos das e ou com em no na ao"),
        "nl": _words("de het een en of met van in op bij"),
    }
)
"""Words that no text ends with, so that one that does was cut off."""
