r"""Text that hides nothing: what has no shape of its own is shown as its code, as Python writes it (`\x1b`, `\u202e`).

Control characters move the cursor, erase lines and change a terminal's title; bidi controls turn the order of what is
read; other format characters carry words that nobody sees (UTR 36, section 2; CVE-2021-42574). Some of them have a
use, and stay where they have it: joiners in the scripts and emoji that need them (RFC 5892, appendix A; UAX 31, 2.3;
UTS 51, 2.3), selectors after what they select from, the flags of England, Scotland and Wales. Pure: knows no stream.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

from localalt.text.graphemes import is_emoji

__all__ = ["code_of", "visible"]

_ZWNJ, _ZWJ, _ZWSP = "\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH SPACE}"
_IMPLICIT_MARKS = "\u200e\u200f\u061c"
"""LRM, RLM and ALM turn nothing but what stands beside them, and Hebrew and Arabic texts have them."""
_SHAPED_FORMATS = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Of category Cf, and drawn: signs that stand around numbers (PropList.txt, Prepended_Concatenation_Mark)."""

# All of the categories Cc, Cs, Zl and Zp, Cf without the above, DerivedCoreProperties' Default_Ignorable_Code_Point,
# and noncharacters.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U0010fffe\U0010ffff"
)
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_FOUND = re.compile(f"{_FLAG}|[{_HIDDEN}]")

# Scripts whose letters join, or make conjuncts, so that joiners between them are spelling: first and last of blocks.
_JOINING = (
    (0x600, 0x7FF),  # Arabic, Syriac, Thaana, N'Ko
    (0x840, 0x8FF),  # Mandaic, Syriac, Arabic
    (0x900, 0xDFF),  # Devanagari to Sinhala
    (0xF00, 0x109F),  # Tibetan, Myanmar
    (0x1700, 0x18AF),  # the Philippines, Khmer, Mongolian
    (0x1900, 0x1CFF),  # Limbu to Vedic
    (0xA800, 0xABFF),  # Syloti Nagri to Meetei Mayek
    (0xFB50, 0xFDCF),
    (0xFDF0, 0xFDFF),
    (0xFE70, 0xFEFE),
    (0x10A00, 0x10FFF),  # Kharoshthi, Manichaean, Sogdian
    (0x11000, 0x11FFF),  # Brahmi and its kin
    (0x1E900, 0x1E95F),  # Adlam
)
_WITHOUT_SPACES = (
    (0xE00, 0xEFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x1950, 0x1AAF),
    (0x1B00, 0x1B7F),
    (0xA980, 0xA9DF),
)
"""Thai, Lao, Myanmar, Khmer and their neighbours: a ZERO WIDTH SPACE is where a line may end."""
_MONGOLIAN = ((0x1800, 0x18AF),)


def visible(
    text: str, *, keeps_lines: bool = False, is_draft: bool = False, code: Callable[[str], str] | None = None
) -> str:
    r"""`text` with all that is hidden in it shown as codes; what is visible stays, backslashes included.

    Args:
        text: anything, lone surrogates of undecodable file names included.
        keeps_lines: line breaks and tabs stay; a line break of Windows becomes a plain one.
        is_draft: it is the text of a picture, which people copy: LRM, RLM and ALM stay, too.
        code: gives the code of a character; by default `\x1b`, `\u202e`, `\U000e0041`.
    """
    if text.isascii() and text.isprintable():
        return text
    if keeps_lines:
        text = text.replace("\r\n", "\n")

    def shown(match: re.Match[str]) -> str:
        found = match[0]
        if len(found) > 1 or (keeps_lines and found in "\n\t") or (is_draft and found in _IMPLICIT_MARKS):
            return found
        return found if _has_a_use(text, match.start()) else (code or code_of)(found)

    return _FOUND.sub(shown, text)


def code_of(character: str) -> str:
    r"""A character as Python writes it: `\n`, `\x1b`, `\u202e` or `\U000e0041`."""
    number = ord(character)
    if character in "\t\n\r":
        return repr(character)[1:-1]
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _has_a_use(text: str, at: int) -> bool:
    """Whether the hidden character at `at` shapes what stands beside it."""
    found = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if found == _ZWJ and _joins_emoji(text, at):
        return True
    if found in (_ZWJ, _ZWNJ):
        return _is_letter(before, _JOINING) or (_is_letter(after, _JOINING) and before.isalnum())
    if found == _ZWSP:
        return _is_letter(before, _WITHOUT_SPACES) and _is_letter(after, _WITHOUT_SPACES)
    if found in "\ufe0e\ufe0f":
        return bool(before) and (is_emoji(before) or before in "0123456789#*")
    if "\ufe00" <= found <= "\ufe0d":  # forms of letters, mathematical signs and punctuation
        return bool(before) and unicodedata.category(before) in ("Lo", "Sm", "Po", "Nd")
    if "\U000e0100" <= found <= "\U000e01ef":  # forms of ideographs
        return bool(before) and unicodedata.category(before) == "Lo"
    if "\u180b" <= found <= "\u180f" and found != "\u180e":
        return _is_letter(before, _MONGOLIAN)
    if "\U00013430" <= found <= "\U0001343f":  # how Egyptian hieroglyphs stand together
        return "\U00013000" <= before <= "\U0001345f"
    return False


def _joins_emoji(text: str, at: int) -> bool:
    last = at - 1
    if last > 0 and (text[last] == "\ufe0f" or "\U0001f3fb" <= text[last] <= "\U0001f3ff"):  # a form or a skin tone
        last -= 1
    return last >= 0 and at + 1 < len(text) and is_emoji(text[last]) and is_emoji(text[at + 1])


def _is_letter(character: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    """Whether it is a letter, or a mark on one, of one of these blocks, and not hidden itself."""
    if not character or unicodedata.category(character)[0] not in "LM" or _FOUND.match(character):
        return False
    at = bisect_right(blocks, (ord(character), sys.maxunicode)) - 1
    return at >= 0 and ord(character) <= blocks[at][1]
