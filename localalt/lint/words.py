"""Words that the rules look for, as data: by language, an ISO 639 code, where words differ.

Those of other rules are in modules of their own, beside it. Rules that need a language's words find nothing in one
that is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["BARE_OPENINGS", "OPENINGS", "PLACEHOLDERS", "PORTRAYING"]


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
