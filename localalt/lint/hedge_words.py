"""Words that mark a guess, and wording that only looks like one, by language, an ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["HEDGES", "NO_HEDGES"]

HEDGES: Mapping[str, str] = MappingProxyType(
    {
        # "suggests" and "indicates" gave false alarms with published texts (charts suggest and indicate), and a
        # logo may simply appear at the top. "Likely" is a guess before what somebody or something is.
        "en": r"appears? (?:to|as if|as though|like)|appearing to|seem(?:s|ingly)?|seeming to|possibly|probably"
        r"|perhaps|maybe"
        r"|presumably|apparently|(?:might|may|could)(?: well)? be|what looks like|looks to be"
        r"|likely(?= (?:an?|the|from|in|at|his|her|their|one|part|taken|\w{2,20}ing)\b)|(?<=[,(;] )likely(?= \w)"
        r"|(?:is|are|was|were)(?: most| very)? likely(?! to (?!be\b)| that\b)",
        "de": r"anscheinend|scheinbar|möglicherweise|vermutlich|wahrscheinlich|vielleicht|(?-i:wohl)(?= \w)"
        r"|könnten? \w{1,20} sein"
        r"|schein(?:t|en)(?=[^.!?]{1,80}\bzu \w)|zu \w{1,30} schein(?:t|en)",
        "fr": r"sembl(?:e|ent|ant|erait)|probablement|peut-être|apparemment|vraisemblablement|sans doute"
        r"|pourrai(?:t|ent) être",
        "es": r"parecen? (?:ser|estar|que|una?)|posiblemente|probablemente|quizás?|tal vez|aparentemente"
        r"|podrían? ser",
        "it": r"sembra(?:no)?|forse|probabilmente|possibilmente|apparentemente|potrebbe(?:ro)? essere",
        "pt": r"parecem? (?:ser|estar|que|uma?)|talvez|possivelmente|provavelmente|aparentemente|poderiam? ser",
        "nl": r"lijk(?:t|en) (?:te|op)|mogelijk (?:een|de|het|van|uit)|waarschijnlijk|misschien|vermoedelijk"
        r"|blijkbaar",
        "sv": r"verkar|tycks|möjligen|troligen|kanske|förmodligen",
        "da": r"ser ud til|muligvis|sandsynligvis|måske|formentlig|tilsyneladende",
        "nb": r"ser ut til|muligens|sannsynligvis|kanskje|antakelig|tilsynelatende",
        "fi": r"näyttää olevan|ehkä|mahdollisesti|todennäköisesti|luultavasti|ilmeisesti",
        "pl": r"wydaje się|prawdopodobnie|być może|chyba|przypuszczalnie|najwyraźniej",
    }
)
"""Words that mark a guess."""

_UI = (
    r"(?:tooltips?|dialog(?:ue)?s?(?: box(?:es)?)?|menus?|messages?|buttons?|banners?|pop-?ups?|notifications?"
    r"|icons?|panels?|windows?"
    r"|labels?|prompts?|links?|options?|toolbars?|lists?|fields?|alerts?|cursors?|overlays?|text)"
)
NO_HEDGES: Mapping[str, str] = MappingProxyType(
    {
        "en": rf"\b{_UI} (?:\w{{1,20}} )?(?:that )?appears? (?:to|like|as if)\b"
        r"|\bappears? to (?:the|its|his|her|their|our|us|users?|them|you|everyone|people|anyone)\b"
        # What may be done, and what state something may have; "may be a church" is a guess.
        r"|\b(?:may|might|could)(?: also| not| then| easily| only| still)? be (?:\w{1,20}ly )?"
        r"(?:\w{2,20}(?:ed|en|ied)|sent|set|seen|made|found|put|cut|held|kept|left|lost|read|run|shown|sold|told"
        r"|taken|done|drawn"
        r"|given|built|bought|brought|caught|paid|met|sorted|shut|split|used|able|available|useful|helpful"
        r"|necessary|needed"
        r"|different|better|worse|higher|lower|more|less|too|subject to|due|required|difficult|easier|harder|longer"
        r"|shorter)\b"
        r"|\bmaybe (?-i:[A-Z])\w"
        r"|\b(?:less|more|how|un|equally|least) ?likely\b"
        r"|\b(?:a|the|of|most|and) (?:most |very )?likely(?! (?:an?|the|from|in|at|his|her|their)\b)",
        "de": r"\b(?:sonnen?|mond|licht(?:er)?|lampen?|sterne?|laternen?|scheinwerfer)\b[^.!?]{0,30}\bschein(?:t"
        r"|en)\b"
        r"|\b(?:zum|sehr|zu) wohl\b|\bwohl (?:fühlen|dem|der|bekomm)|\bfühl\w{1,4}[^.!?]{0,30}\bwohl\b",
        "fr": r"\b(?:se|s['’]|nous|vous) sembl\w{1,5}\b",
        "nl": r"\blijk(?:t|en) op elkaar\b|\bop elkaar lijken\b|\bzo \w{1,15} mogelijk\b",
    }
)
"""Wording that has such a word and marks no guess: it is passed over."""
