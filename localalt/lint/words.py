"""Words that the rules look for, as data: by language, an ISO 639 code, where words differ.

Adding a language touches this file alone. Rules that need a language's words find nothing in one that is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["AGES", "BARE_OPENINGS", "CUES", "DANGLING", "HEDGES", "OPENINGS", "PLACEHOLDERS", "PORTRAYING", "TRAITS"]


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


OPENINGS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:an?|the|this|one)?\s*(?:(?:close-?up|black[- ]and[- ]white|colou?r|digital|stock|screen)\s+)?"
        r"(?:images?|pictures?|photo(?:graph)?s?|pics?|snapshots?)",
        "de": r"(?:ein|eine|das|die|dieses|diese)?\s*(?:bild|foto|fotografie|aufnahme|abbildung)",
        "fr": r"(?:une?|la|le|l['’]|cette)?\s*(?:image|photo(?:graphie)?|clich[ée])",
        "es": r"(?:una?|la|el|esta)?\s*(?:imagen|foto(?:graf[íi]a)?)",
        "it": r"(?:un['’]|una?|la|l['’]|questa)?\s*(?:immagine|foto(?:grafia)?)",
        "pt": r"(?:uma?|a|o|esta)?\s*(?:imagem|foto(?:grafia)?)",
        "nl": r"(?:een|de|het|deze|dit)?\s*(?:afbeelding|foto|plaatje)",
        "sv": r"(?:en|ett)?\s*(?:bild(?:en)?|foto(?:t)?|fotografi)",
    }
)
"""What opens a text without saying anything: a screen reader has already said "image" (W3C WAI, tips for images)."""

BARE_OPENINGS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"of|showing|depicting|featuring|displaying|with",
        "de": r"von|mit|eines|einer|eine[ms]",
        "fr": r"de|d['’]|du|des|montrant|avec",
        "es": r"de|del|con|que muestra",
        "it": r"di|del|della|con|che mostra|raffigurante",
        "pt": r"de|do|da|com|mostrando",
        "nl": r"van|met",
        "sv": r"av|på|med|föreställande",
    }
)
"""What follows such an opening when the thing itself comes next."""

PORTRAYING: Mapping[str, str] = MappingProxyType(
    {
        "en": r"shows?|depicts?|features?|displays?|portrays?|presents?|captures?|illustrates?|contains?|is of|is",
        "de": r"zeigt|zeigen|ist|stellt|enthält",
        "fr": r"montre|représente|présente|est|illustre",
        "es": r"muestra|representa|presenta|es",
        "it": r"mostra|raffigura|rappresenta|è",
        "pt": r"mostra|apresenta|retrata|é",
        "nl": r"toont|laat|is",
        "sv": r"visar|föreställer|är",
    }
)

PLACEHOLDERS = _words(
    """
    image images img picture pictures pic photo photograph photos graphic graphics icon logo chart graph diagram
    screenshot figure illustration untitled placeholder spacer thumbnail banner avatar null none undefined todo tbd alt
    blank empty unknown n/a na xxx test decorative description caption text
    bild foto abbildung grafik platzhalter imagen fotografia fotografía imagem immagine afbeelding plaatje kuva
    billede bilde zdjęcie obraz 画像 写真 图片 照片 圖片 이미지 사진 изображение фото картинка صورة
    """
) | {
    *("alt text", "alt-text", "alternative text", "image description", "your alt text here", "insert alt text"),
    *("no description", "no alt text", "add alt text", "no text", "alt text here", "describe this image"),
    *("image may contain", "missing alt", "kein alternativtext"),
}
"""Words alone in place of a description: failures F30 and F39 of WCAG's techniques, in lower case."""

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

_PEOPLE_EN = (
    r"(?:m[ae]n|wom[ae]n|boys?|girls?|person|people|persons|child(?:ren)?|kids?|lady|ladies|gentlem[ae]n|guys?|couple"
    r"|famil(?:y|ies)|teenagers?|students?|adults?|individuals?|males?|females?|baby|babies|actors?|actress(?:es)?"
    r"|models?|youths?)"
)
TRAITS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "en": (
            (
                "ethnicity",
                rf"(?:white|black|brown|asian|african|african[- ]american|caucasian|hispanic|latin[oax]|arab(?:ic)?"
                rf"|indian|middle[- ]eastern|native american|indigenous|mixed[- ]race|biracial|european|chinese"
                rf"|japanese)(?:[- ]looking)?\s+(?:\w+\s+)?{_PEOPLE_EN}",
            ),
            ("ethnicity", r"caucasian|hispanic|mixed[- ]race|biracial|(?:dark|light|fair|pale|brown)[- ]skinned"),
            ("religion", rf"(?:muslim|christian|jewish|hindu|sikh|buddhist|catholic)\s+{_PEOPLE_EN}"),
            (
                "health",
                rf"(?:disabled|handicapped|autistic|obese|overweight|anorexic|mentally ill|sick|diabetic)"
                rf"\s+{_PEOPLE_EN}|wheelchair-bound|pregnant|suffering from|suffers from|transgender"
                rf"|{_PEOPLE_EN} with autism",
            ),
        ),
        "de": (
            (
                "ethnicity",
                r"(?:asiatische|afrikanische|dunkelhäutige|hellhäutige|arabische|weiße|schwarze)[rnms]? "
                r"(?:frau(?:en)?|mann|männer|kind(?:er)?|person(?:en)?|mädchen|junge)",
            ),
            ("religion", r"muslimische[rn]?|jüdische[rn]? (?:frau|mann|kind|familie)|muslimin"),
            ("health", r"behinderte[rn]?|schwangere?n?|übergewichtige[rn]?|krank(?:e[rn]?)? (?:frau|mann|kind)"),
        ),
        "fr": (
            (
                "ethnicity",
                r"(?:homme|femme|enfant|personne|fille|garçon)s? (?:noire?|blanche?|blanc|asiatique|arabe"
                r"|africaine?|métisse?)s?",
            ),
            ("religion", r"(?:homme|femme|famille)s? (?:musulmane?|juif|juive|chrétienne?|hindoue?)s?"),
            ("health", r"handicapée?s?|enceintes?|obèses?|en surpoids"),
        ),
        "es": (
            (
                "ethnicity",
                r"(?:hombre|mujer|niñ[oa]|persona|chic[oa])(?:s|es)? (?:negr[oa]|blanc[oa]|asiátic[oa]|árabe"
                r"|african[oa]|latin[oa]|mestiz[oa])s?",
            ),
            ("religion", r"(?:hombre|mujer|familia)(?:s|es)? (?:musulman[oa]?|judí[oa]|cristian[oa]|hindú)s?"),
            ("health", r"discapacitad[oa]s?|embarazadas?|obes[oa]s?|con sobrepeso"),
        ),
    }
)
"""What is guessed about people from how they look: (what it is, pattern). Never guessed, only ever supplied:
Cooper Hewitt's Guidelines for Image Description (cooperhewitt.org/cooper-hewitt-guidelines-for-image-description)."""

_TEENS = r"twent|thirt|fort|fift|sixt|sevent|eight|ninet"
AGES: Mapping[str, str] = MappingProxyType(
    {
        "en": rf"\d{{1,3}}[- ]years?[- ]olds?|aged? \d{{1,3}}|in (?:his|her|their) (?:(?:early|mid|late)[- ])?"
        rf"(?:\d0s|(?:{_TEENS})ies|teens)|(?:{_TEENS})y?-?\w*[- ]year[- ]old|middle[- ]aged",
        "de": r"\d{1,3}[- ]?jährige[rnms]?|im alter von \d{1,3}|mittleren alters",
        "fr": r"(?:âgée?s? )?de \d{1,3} ans|d['’]âge moyen|(?:vingt|trent|quarant|cinquant|soixant)aine d['’]années",
        "es": r"de \d{1,3} años|de mediana edad",
    }
)

CUES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:that |which )?(?:reads|reading|says|saying|spells|spelling out|the words|the text|the caption)",
        "de": r"mit (?:dem text|der aufschrift|den worten)|steht geschrieben|lautet",
        "fr": r"(?:où|qui|sur lequel) (?:on peut lire|il est écrit|est écrit|dit)|l['’]inscription",
        "es": r"(?:que|donde) (?:dice|se lee|pone)|con el texto",
    }
)
"""Announce wording that is copied from the picture, which belongs in quotation marks."""
