"""The words of a text in a spelling by which texts are compared: without case, accents and ornament.

Signs that tell things apart stay: C++ is not C, -5 is not 5. Where a script has no spaces each sign is a word.
"""

from __future__ import annotations

import re
import unicodedata

from localalt.text.folding import normalized

__all__ = ["HYPHENATED", "spelled"]

HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]\n(?=[^\W\d_])")
"""A word that goes on in the next line."""

_OWNED = re.compile(r"(?<=\w)['’]s(?!\w)", re.IGNORECASE)
_SAME = str.maketrans("ıłøđðħıꞌٱیکھہې", "iloddhi'ايكههي", "\u00ad\u0640")
_LIGATURES = (("æ", "ae"), ("œ", "oe"), ("þ", "th"))
# A sign of a script without spaces with the marks on it, a word with the signs that belong to it, or a sign.
_TOKEN = re.compile(
    r"[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\u3099\u309a]?"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
    r"|(?:(?<![\w)%])-(?=\d))?[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff]+"
    r"(?:[+#]{1,3}(?![\w+#]))?"
    r"|[%&@#+€$£¥₹₽×÷=<>°§©®™]"
)
_MARKS = frozenset("\u3099\u309a")


def spelled(text: str) -> list[str]:
    """The words of a text, folded, in its order."""
    owned = _OWNED.sub("", text.replace("\u2212", "-"))
    plain = "".join(c for c in normalized(owned.casefold(), "NFKD") if not unicodedata.combining(c) or _stays(c))
    plain = plain.translate(_SAME)
    for ligature, letters in _LIGATURES:
        plain = plain.replace(ligature, letters)
    words = _TOKEN.findall(plain)
    return ["".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in word) for word in words]


def _stays(mark: str) -> bool:
    """Whether a mark makes another sign: of kana, and of scripts that write vowels and tones with marks."""
    return mark in _MARKS or "\u0900" <= mark <= "\u0eff"
