"""Words that mark a guess, by language, an ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["HEDGES"]

HEDGES: Mapping[str, str] = MappingProxyType(
    {
        # "suggests" and "indicates" gave false alarms with published texts (charts suggest and indicate), and a
        # logo may simply appear at the top.
        "en": r"appears? (?:to|as if|as though|like)|appearing to|seem(?:s|ingly)?|seeming to|possibly|probably"
        r"|likely|perhaps|maybe|presumably|apparently|might be|may be|could be|what looks like|looks to be",
        "de": r"scheint|scheinen|anscheinend|scheinbar|möglicherweise|vermutlich|wahrscheinlich|vielleicht|wohl",
        "fr": r"sembl(?:e|ent|ant|erait)|probablement|peut-être|apparemment|vraisemblablement",
        "es": r"parecen? (?:ser|estar|que|una?)|posiblemente|probablemente|quizás?|tal vez|aparentemente",
        "it": r"sembra(?:no)?|forse|probabilmente|possibilmente|apparentemente",
        "pt": r"parecem? (?:ser|estar|que|uma?)|talvez|possivelmente|provavelmente|aparentemente",
        "nl": r"lijk(?:t|en) (?:te|op)|mogelijk|waarschijnlijk|misschien|vermoedelijk|blijkbaar",
        "sv": r"verkar|tycks|möjligen|troligen|kanske|förmodligen",
    }
)
"""Words that mark a guess."""
