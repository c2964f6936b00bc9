"""Values as metadata holds them -> texts: their encodings, their limits, and what broken ones are worth."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from localalt.errors import ImageError
from localalt.image import decoding

__all__ = [
    "MAX_BYTES",
    "MAX_NAME",
    "MAX_TEXT",
    "UNFIT",
    "Found",
    "clean",
    "decoded",
    "distinct",
    "place",
    "tolerated",
    "utf16",
]

MAX_BYTES = 1 << 20
"""Most bytes of an XMP packet, an IPTC block or an EXIF value that are looked at; real ones are far smaller."""

MAX_TEXT, MAX_NAME = 1000, 100
"""Most characters of a text, and of a keyword or a person's name."""

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""Characters that are not text, and that XML may not hold; lone surrogates among them."""

_T = TypeVar("_T")
_Key = TypeVar("_Key")
Found: TypeAlias = Mapping[str, Sequence[str]]
"""What one source says, by the field's name; the first usable text counts."""


def tolerated(read: Callable[..., _T], *args: object) -> _T | None:
    """What `read` returns; None where the metadata is broken.

    As broad as the boundary for pictures, and as quiet: on broken metadata Pillow raises
    SyntaxError, struct.error, OverflowError, ValueError, … and warns, and broken XML is a SyntaxError too.
    """
    try:
        with decoding.translated("<image>"):
            return read(*args)
    except ImageError:
        return None


def place(said: Mapping[_Key, Sequence[str]], names: Iterable[_Key]) -> str:
    """A place in words, from the smallest part to the largest, of the properties that name its parts."""
    return ", ".join(distinct(next(filter(clean, said.get(name, ())), "") for name in names))


def utf16(value: object, endian: str | None = "<") -> str:
    """UTF-16 in the order of `endian`, unless a mark or the NULs beside Latin letters say otherwise."""
    if not isinstance(value, bytes):
        return decoded(value)
    value = value[: min(len(value), MAX_BYTES) // 2 * 2]
    if value.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return value.decode("utf-16", "replace")
    first, second = value[::2].count(0), value[1::2].count(0)
    little = endian == "<" if first == second else second > first
    return value.decode("utf-16-le" if little else "utf-16-be", "replace")


def decoded(value: object, encoding: str = "") -> str:
    """In `encoding`, or else UTF-8 where it is that, or else Windows Latin."""
    if isinstance(value, str):  # Pillow takes text in EXIF for Latin-1
        try:
            value = value[:MAX_BYTES].encode("latin-1")
        except UnicodeEncodeError:
            return str(value)
    if not isinstance(value, bytes):
        return ""
    # Not the end of the text: a limit on its bytes may have cut the last letter.
    text, used = codecs.utf_8_decode(value[:MAX_BYTES], "replace", False)
    if encoding or ("\ufffd" not in text and (used == len(value[:MAX_BYTES]) or not text.isascii())):
        return text
    return value[:MAX_BYTES].decode("cp1252", "replace")


def distinct(values: Iterable[str], limit: int = MAX_TEXT) -> list[str]:
    """Texts, cleaned, each once whatever its case."""
    by_folded: dict[str, str] = {}
    for text in filter(None, (clean(value, limit) for value in values)):
        by_folded.setdefault(text.casefold(), text)
    return list(by_folded.values())


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """A text on one line, of at most `limit` characters, cut between two words."""
    text = " ".join(UNFIT.sub(" ", text).split())
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit + 1)  # unless it has no words, as Chinese has not
    return text[: cut if cut > 0 else limit].rstrip()
