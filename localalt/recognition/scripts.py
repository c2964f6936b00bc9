"""Which scripts the weights of the extra `ocr` read: what is written in another is not looked up.

A script counts as read well where nine of ten words of drawn pages are found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set

from localalt.text.scripts import script_shares

__all__ = ["READ_WELL", "unread"]

READ_WELL = frozenset(("Latin", "Han", "Hiragana", "Katakana"))
"""By the first word of a letter's name in Unicode."""


def unread(text: str, alphabet: Set[str]) -> tuple[str, ...]:
    """What of a text cannot be read, in words: scripts such as "Cyrillic", and letters that the engine does not know.

    Args:
        text: any.
        alphabet: the characters that the engine can write.
    """
    foreign = [script for script in script_shares(text) if script not in READ_WELL]
    normal = unicodedata.normalize("NFC", text)
    signs = dict.fromkeys(
        each for each in normal if each.isalnum() and each not in alphabet and not _is_of(each, foreign)
    )
    return (*foreign, *(f"“{each}”" for each in signs))


def _is_of(sign: str, scripts: list[str]) -> bool:
    return any(script in scripts for script in script_shares(sign))
