"""Words that the rules look for, as data: by language, an ISO 639 code, where words differ.

Those of other rules are in modules of their own, beside it. Rules that need a language's words find nothing in one
that is not here.
"""

from __future__ import annotations

__all__ = ["PLACEHOLDERS"]


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


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
