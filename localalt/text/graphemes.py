"""What a reader sees as one character: the extended grapheme clusters of Unicode's annex 29.

A letter with its marks, a flag, a family of emoji, an emoji with its skin tone, a keycap, a Korean syllable and an
Indic conjunct are one each. Marks, controls and letters come from `unicodedata`, and so from the Unicode version
of the Python that runs: to an older one, a mark that was encoded later is a character of its own. The ranges below
are not in `unicodedata`; they are Unicode 17's. Knows nothing of words, of lines, or of how wide
anything is drawn.
"""

from __future__ import annotations

import functools
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, TypeAlias

__all__ = ["boundary_at_or_before", "count", "ends", "is_emoji"]

_Kind: TypeAlias = Literal[
    "CR", "LF", "control", "extend", "zwj", "spacing", "prepend", "flag", "L", "V", "T", "LV", "LVT", "emoji", "other"
]
"""Values of Grapheme_Cluster_Break, with "emoji" for Extended_Pictographic, which never overlaps the others."""

# GraphemeBreakProperty.txt, Prepend.
_PREPEND = "600-605 6DD 70F 890-891 8E2 D4E 110BD 110CD 111C2-111C3 113D1 1193F 11941 11A84-11A89 11D46 11F02"
# The same, Mc without a value, as SpacingMark's definition in table 2 of the annex leaves them out.
_NO_SPACING = "102B-102C 1038 1062-1064 1067-106D 1083 1087-108C 108F 109A-109C 1A61 1A63-1A64 AA7B AA7D 11720-11721"
# The same, SpacingMark by name instead of by category.
_SPACING = "E33 EB3"
# PropList.txt, Other_Grapheme_Extend that is Mc, Lm or Cf; and the skin tones.
_EXTEND = (
    "9BE 9D7 B3E B57 BBE BD7 CC0 CC2 CC7-CC8 CCA-CCB CD5-CD6 D3E D57 DCF DDF 1715 1734 1B35 1B3B 1B3D 1B43-1B44 1BAA "
    "1BF2-1BF3 200C 302E-302F A953 A9C0 FF9E-FF9F 111C0 11235 1133E 1134D 11357 114B0 114BD 115AF 116B6 11930 1193D "
    "16FF0-16FF1 1D165-1D166 1D16D-1D172 1F3FB-1F3FF E0020-E007F"
)
# DerivedCoreProperties.txt, Default_Ignorable_Code_Point that is unassigned: controls to the annex.
_IGNORABLE = "2065 FFF0-FFF8 E0000 E0002-E001F E0080-E00FF E01F0-E0FFF"
# HangulSyllableType.txt; the vowels of Kirat Rai join in the same way.
_HANGUL_L = "1100-115F A960-A97C"
_HANGUL_V = "1160-11A7 D7B0-D7C6 16D63 16D67-16D6A"
_HANGUL_T = "11A8-11FF D7CB-D7FB"
_SYLLABLES = (0xAC00, 0xD7A3)
_TRAILING = 28
"""Syllables with the same leading consonant and vowel, the first of them without a trailing consonant."""
_FLAGS = (0x1F1E6, 0x1F1FF)
# emoji-data.txt, Extended_Pictographic.
_EMOJI = (
    "A9 AE 203C 2049 2122 2139 2194-2199 21A9-21AA 231A-231B 2328 23CF 23E9-23F3 23F8-23FA 24C2 25AA-25AB 25B6 25C0 "
    "25FB-25FE 2600-2604 260E 2611 2614-2615 2618 261D 2620 2622-2623 2626 262A 262E-262F 2638-263A 2640 2642 "
    "2648-2653 265F-2660 2663 2665-2666 2668 267B 267E-267F 2692-2697 2699 269B-269C 26A0-26A1 26A7 26AA-26AB "
    "26B0-26B1 26BD-26BE 26C4-26C5 26C8 26CE-26CF 26D1 26D3-26D4 26E9-26EA 26F0-26F5 26F7-26FA 26FD 2702 2705 "
    "2708-270D 270F 2712 2714 2716 271D 2721 2728 2733-2734 2744 2747 274C 274E 2753-2755 2757 2763-2764 2795-2797 "
    "27A1 27B0 27BF 2934-2935 2B05-2B07 2B1B-2B1C 2B50 2B55 3030 303D 3297 3299 1F004 1F02C-1F02F 1F094-1F09F "
    "1F0AF-1F0B0 1F0C0 1F0CF-1F0D0 1F0F6-1F0FF 1F170-1F171 1F17E-1F17F 1F18E 1F191-1F19A 1F1AF-1F1E5 1F201-1F20F "
    "1F21A 1F22F 1F232-1F23A 1F23C-1F23F 1F249-1F25F 1F266-1F321 1F324-1F393 1F396-1F397 1F399-1F39B 1F39E-1F3F0 "
    "1F3F3-1F3F5 1F3F7-1F3FA 1F400-1F4FD 1F4FF-1F53D 1F549-1F54E 1F550-1F567 1F56F-1F570 1F573-1F57A 1F587 "
    "1F58A-1F58D 1F590 1F595-1F596 1F5A4-1F5A5 1F5A8 1F5B1-1F5B2 1F5BC 1F5C2-1F5C4 1F5D1-1F5D3 1F5DC-1F5DE 1F5E1 "
    "1F5E3 1F5E8 1F5EF 1F5F3 1F5FA-1F64F 1F680-1F6C5 1F6CB-1F6D2 1F6D5-1F6E5 1F6E9 1F6EB-1F6F0 1F6F3-1F6FF "
    "1F7DC-1F7F0 1F80C-1F80F 1F848-1F84F 1F85A-1F85F 1F888-1F88F 1F8AE-1F8AF 1F8BC-1F8BF 1F8C2-1F8CF 1F8D9-1F8FF "
    "1F90C-1F93A 1F93C-1F945 1F947-1F9FF 1FA58-1FA5F 1FA6E-1FAFF 1FC00-1FFFD"
)
# DerivedCoreProperties.txt, Indic_Conjunct_Break: Linker, Consonant.
_LINKERS = (
    "94D 9CD ACD B4D C4D D4D 1039 17D2 1A60 1B44 1BAB 1CF5-1CF6 A9C0 AAF6 10A3F 11133 113D0 1193E 11A3A 11A47 11A99 "
    "11F42"
)
_CONSONANTS = (
    "915-939 958-95F 978-97F 995-9A8 9AA-9B0 9B2 9B6-9B9 9DC-9DD 9DF 9F0-9F1 A95-AA8 AAA-AB0 AB2-AB3 AB5-AB9 AF9 "
    "B15-B28 B2A-B30 B32-B33 B35-B39 B5C-B5D B5F B71 C15-C28 C2A-C39 C58-C5A D15-D3A 1000-102A 103F 1050-1055 "
    "105A-105D 1061 1065-1066 106E-1070 1075-1081 108E 1780-17B3 1A20-1A54 1B0B-1B0C 1B13-1B33 1B45-1B4C 1B83-1BA0 "
    "1BAE-1BAF 1BBB-1BBD A989-A98B A98F-A9B2 A9E0-A9E4 A9E7-A9EF A9FA-A9FE AA60-AA6F AA71-AA73 AA7A AA7E-AA7F "
    "AAE0-AAEA ABC0-ABDA 10A00 10A10-10A13 10A15-10A17 10A19-10A35 11103-11126 11144 11147 11380-11389 1138B 1138E "
    "11390-113B5 11900-11906 11909 1190C-11913 11915-11916 11918-1192F 11A00 11A0B-11A32 11A50 11A5C-11A83 11B0A "
    "11DF1 11F04-11F10 11F12-11F33"
)

_FIRST_JOINING = 0x300
"""Below it no character joins the one before it, but LF after CR."""


def count(text: str) -> int:
    """How many characters a reader sees."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in ends(text))


def boundary_at_or_before(text: str, position: int) -> int:
    """The last offset at or before `position` that is not inside what a reader sees as one character."""
    if position >= len(text):
        return len(text)
    last = 0
    for end in ends(text):
        if end > position:
            break
        last = end
    return last


def is_emoji(character: str) -> bool:
    """Whether one code point is a pictograph, or is set aside for one (Extended_Pictographic)."""
    return _in("emoji", character)


def ends(text: str) -> Iterator[int]:
    """The positions after each character that a reader sees; the last is the text's length."""
    before: _Kind = "control"
    emoji = False  # whether an emoji came last, but for what extends it
    odd_flag = False  # whether a flag still lacks its second half
    conjunct: Literal["no", "consonant", "linked"] = "no"
    for position, character in enumerate(text):
        here = _kind(character)
        consonant = _in("consonants", character)
        joined = (
            _joins(before, here)
            or (before == "zwj" and emoji and here == "emoji")
            or (odd_flag and here == "flag")
            or (conjunct == "linked" and consonant)
        )
        if position and not joined:
            yield position
        odd_flag = here == "flag" and not (joined and odd_flag)
        emoji = here == "emoji" or (emoji and here == "extend") or (emoji and here == "zwj" and before != "zwj")
        if consonant:
            conjunct = "consonant"
        elif conjunct != "no":
            # What extends a consonant keeps it open for a linker, the non-joiner alone excepted.
            if _in("linkers", character):
                conjunct = "linked"
            elif here not in ("extend", "zwj") or character == "\N{ZERO WIDTH NON-JOINER}":
                conjunct = "no"
        before = here
    if text:
        yield len(text)


def _joins(before: _Kind, here: _Kind) -> bool:
    """The rules GB3 to GB9b, which need one character on either side."""
    if before in ("CR", "LF", "control") or here in ("CR", "LF", "control"):
        return before == "CR" and here == "LF"
    if before == "L":
        hangul = here in ("L", "V", "LV", "LVT")
    elif before in ("LV", "V"):
        hangul = here in ("V", "T")
    else:
        hangul = before in ("LVT", "T") and here == "T"
    return hangul or here in ("extend", "zwj", "spacing") or before == "prepend"


def _kind(character: str) -> _Kind:
    code = ord(character)
    if character == "\r":
        return "CR"
    if character == "\n":
        return "LF"
    if code < _FIRST_JOINING and character.isalnum():
        return "other"
    if character == "\N{ZERO WIDTH JOINER}":
        return "zwj"
    if _SYLLABLES[0] <= code <= _SYLLABLES[1]:
        return "LVT" if (code - _SYLLABLES[0]) % _TRAILING else "LV"
    if _FLAGS[0] <= code <= _FLAGS[1]:
        return "flag"
    return _kind_by_table(character)


def _kind_by_table(character: str) -> _Kind:
    category = unicodedata.category(character)
    if category in ("Mn", "Me") or _in("extend", character):
        return "extend"
    if _in("prepend", character):
        return "prepend"
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp") or _in("ignorable", character):
        return "control"
    if _in("spacing", character) or (category == "Mc" and not _in("no spacing", character)):
        return "spacing"
    if _in("L", character):
        return "L"
    if _in("V", character):
        return "V"
    if _in("T", character):
        return "T"
    return "emoji" if _in("emoji", character) else "other"


_TABLES = {
    "prepend": _PREPEND,
    "no spacing": _NO_SPACING,
    "spacing": _SPACING,
    "extend": _EXTEND,
    "ignorable": _IGNORABLE,
    "L": _HANGUL_L,
    "V": _HANGUL_V,
    "T": _HANGUL_T,
    "emoji": _EMOJI,
    "linkers": _LINKERS,
    "consonants": _CONSONANTS,
}


def _in(name: str, character: str) -> bool:
    firsts, lasts = _ranges(name)
    at = bisect_right(firsts, ord(character)) - 1
    return at >= 0 and ord(character) <= lasts[at]


@functools.cache
def _ranges(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    pairs = [part.partition("-") for part in _TABLES[name].split()]
    return tuple(int(first, 16) for first, _, _ in pairs), tuple(int(last or first, 16) for first, _, last in pairs)
