"""Case endings of names: "Warszawie" is Warszawa, "Москвы" is Москва, "Berlins" is Berlin."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["WITH_CASES", "base_stems", "has_cases", "stems"]

# By the letters without accents. What a name ends with in its cases; the longest first.
_SLAVIC = "iego iego owi ami ach iej ego emu ymi imi owie ie iu om em im ym ow ej ou um mi a y i e u o"
_CYRILLIC = "ого его ому ему ыми ими ами ями ах ях ой ей ою ею ом ем ам ям ым им ых их ов ев ые ие ая яя ую юю ии ию "
_CYRILLIC += "ия ое ее ові еві ою а я ы и у ю е о ь й і ї є"
_BALTIC = "uose iuje iams oje uje aus iui ius ams ais oms yje eje as is us os es ai ui iu a e o u i s"
_FINNIC = "issa issa ssa sta lla lta lle ksi han hin seen iin in un an en on n a i na ta s st sse l le lt ga"
_HUNGARIAN = "ban ben bol tol rol nak nek val vel hoz hez hoz ert on en an ba be ra re nal nel ot et at t a e"
_TURKISH = "nin nun da de ta te dan den tan ten ya ye nda nde a e i u in un"
_GREEK = "ους ου ος ων ας ης ις α η ο ε ι ν ς σ"
_GERMANIC = "ens en s"
_ENDINGS = {
    **dict.fromkeys(("pl", "cs", "sk", "hr", "sr", "sl", "bs"), _SLAVIC),
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk"), _CYRILLIC),
    **dict.fromkeys(("lt", "lv"), _BALTIC),
    **dict.fromkeys(("fi", "et"), _FINNIC),
    "hu": _HUNGARIAN,
    "tr": _TURKISH,
    "az": _TURKISH,
    "el": _GREEK,
}
_BY_LANGUAGE = {code: sorted(set(words.split()), key=len, reverse=True) for code, words in _ENDINGS.items()}
WITH_CASES = frozenset(_ENDINGS)
"""Languages, by their codes, in which names have case endings."""
_UNKNOWN_LATIN = sorted({*_SLAVIC.split(), *_FINNIC.split()}, key=len, reverse=True)
_SHORTEST, _SHORTEST_UNKNOWN = 3, 5
"""Letters of a stem, in a language that is known, and in one that is not."""
_CYRILLIC_WORD, _GREEK_WORD = re.compile("[а-яёіїєґ]+"), re.compile("[α-ω]+")
# Sounds that change before an ending: Praha and Praze, Helsinki and Helsingissä.
_CHANGED = (("ng", "nk"), ("rz", "r"), ("dz", "d"))
_SOFTENED = {"z": "hg", "c": "kt", "л": "л", "з": "г", "ц": "к", "с": "х"}


def stems(word: str, language: str) -> Iterator[str]:
    """What may be the stem of a folded name with an ending, in a language by its code."""
    if _CYRILLIC_WORD.fullmatch(word):
        endings, shortest = _BY_LANGUAGE["ru"], _SHORTEST
    elif _GREEK_WORD.fullmatch(word):
        endings, shortest = _BY_LANGUAGE["el"], _SHORTEST
    elif language in _BY_LANGUAGE:
        endings, shortest = _BY_LANGUAGE[language], _SHORTEST
    elif language:
        endings, shortest = _GERMANIC.split() if language in ("de", "sv", "da", "nb", "no", "nn", "is") else ["s"], 2
    else:
        endings, shortest = _UNKNOWN_LATIN, _SHORTEST_UNKNOWN
    for ending in endings:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= shortest:
            yield stem
            for softened in _SOFTENED.get(stem[-1], "") if language else "":
                yield stem[:-1] + softened
            for changed, plain in _CHANGED if language else ():
                if stem.endswith(changed):
                    yield stem.removesuffix(changed) + plain


_BASE = ("us", "is", "as", "os", "es", "ος", "ης", "ας", "ια", "ий", "ый", "ая", "ия", "ov", "ek")
_BASE_LETTERS = frozenset("aeiouysаеиоуыяьйії" + "αοηις")


def base_stems(word: str) -> Iterator[str]:
    """What may be the stem of a name that stands alone: without the ending of its first case."""
    if len(word) > _SHORTEST and word[-1] in _BASE_LETTERS:
        yield word[:-1]
    if len(word) > _SHORTEST + 1 and word.endswith(_BASE):
        yield word[:-2]


def has_cases(word: str, language: str) -> bool:
    """Whether names change their endings in a language; unknown languages do, for long names."""
    return language in _BY_LANGUAGE or not language or not word.isascii()
