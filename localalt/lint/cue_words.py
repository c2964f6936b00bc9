"""Words that announce wording of the picture, by language, an ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["BEARERS", "CUES"]

CUES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:that |which )?(?:reads|reading|says|saying|spells|spelling out)|with the (?:words|text|caption)",
        "de": r"mit (?:dem text|der aufschrift|den worten)|steht geschrieben|lautet",
        "fr": r"(?:où|qui|sur lequel) (?:on peut lire|il est écrit|est écrit|dit)|(?:avec|porte) l['’]inscription",
        "es": r"(?:que|donde) (?:dice|se lee|pone)|con el texto",
        "it": r"(?:che|dove) (?:dice|recita|si legge)|con la scritta",
        "pt": r"(?:que|onde) (?:diz|se lê)|com (?:o texto|os dizeres)",
        "nl": r"met (?:de tekst|het opschrift|de woorden)|waarop staat",
    }
)
"""Announce wording that is copied from the picture, which belongs in quotation marks."""

BEARERS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"signs?|signboards?|labels?|buttons?|banners?|posters?|(?:t-)?shirts?|hoodies?|texts?|captions?"
        r"|headings?|headlines?|titles?"
        r"|cards?|box(?:es)?|pages?|screens?|stickers?|plaques?|boards?|billboards?|notes?|messages?|logos?|badges?"
        r"|tags?|bubbles?"
        r"|placards?|mugs?|caps?|slides?|flyers?|leaflets?|letters?|tickets?|plates?|pop-?ups?|dialogs?"
        r"|notifications?|tweets?|posts?"
        r"|comments?|menus?|graphics?|covers?|notices?|inscriptions?|graffiti|arrows?|tabs?|links?|subtitles?"
        r"|prompts?|it|that|which",
    }
)
"""What bears such wording: "a sign reads", and not "a woman reads". Cues of other languages say so themselves."""
