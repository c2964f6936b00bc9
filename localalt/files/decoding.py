"""The bytes of a text that somebody hands in -> the text and how it was encoded, and back again.

A byte order mark decides; then UTF-16 that is plainly so, as Windows' shells write it; then what the document declares;
then UTF-8. Nothing is guessed beyond that: a text in an encoding that it does not name is reported with the place.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from localalt.files.labels import LABELS

__all__ = ["UTF_8", "DecodingError", "Encoding", "decode", "decode_lines", "encode", "encoding_of"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4_096
"""Bytes from the beginning that show UTF-16 without a mark."""
_LINE_BREAK = re.compile(r"\r\n?|\n")
_NAMES = {"cp1252": "windows-1252"}
# Five bytes that Python's codec leaves undefined, and browsers read as control characters.
_UNDEFINED = dict.fromkeys((0x81, 0x8D, 0x8F, 0x90, 0x9D))


class DecodingError(ValueError):
    """The bytes are not text in the encoding that they should be in. The message names it and the place."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text was encoded."""

    codec: str = "utf-8"
    """Python's name of it."""
    mark: bytes = b""
    """The byte order mark before the text."""
    is_exact: bool = True
    """Whether encoding the text again gives the same bytes: some old encodings have two ways to write a character."""

    def can_encode(self, text: str) -> bool:
        """Whether it has all characters of a text."""
        try:
            _encoded(text, self.codec)
        except ValueError:
            return False
        return True


UTF_8 = Encoding()


def decode(data: bytes, *, declared: str | None = None) -> tuple[str, Encoding]:
    """The text of a file or a pipe, without its byte order mark, and with its line breaks as they are.

    Args:
        data: the bytes, all of them.
        declared: the label of the encoding that the document declares, as WHATWG lists them; an unknown one counts
            as none.

    Raises:
        DecodingError: they are not text in that encoding.
    """
    mark, codec = _marked(data)
    if mark:
        return _decoded(data[len(mark) :], codec, mark, len(mark)), Encoding(codec, mark)
    codec = _plain_utf_16(data) or LABELS.get((declared or "").strip().lower(), "utf-8")
    text = _decoded(data, codec, b"", 0, declared=declared)
    return text, Encoding(codec, is_exact=codec.startswith("utf-") or _encoded(text, codec) == data)


def encode(text: str, encoding: Encoding) -> bytes:
    """The bytes of a text, its byte order mark included.

    Raises:
        UnicodeEncodeError: the encoding lacks a character of it.
    """
    return encoding.mark + _encoded(text, encoding.codec)


def decode_lines(data: bytes, *, drop_damaged: bool = False) -> list[str]:
    """The lines of a text, as JSON lines has them: LF, CR LF and CR end them, other breaks may be in a string.

    Args:
        data: the bytes, all of them; see `decode`.
        drop_damaged: whether a line that is not text becomes an empty one, such as one that a kill has cut off.

    Raises:
        DecodingError: see `decode`; not with `drop_damaged`.
    """
    try:
        text = decode(data)[0]
    except DecodingError:
        if not drop_damaged:
            raise
        return [_or_nothing(line) for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n")]
    return _LINE_BREAK.split(text)


def encoding_of(data: bytes) -> str:
    """Python's name of the encoding that bytes are in, by their mark or as UTF-16 plainly is; else "utf-8"."""
    return _marked(data)[1] or _plain_utf_16(data) or "utf-8"


def _marked(data: bytes) -> tuple[bytes, str]:
    """(the byte order mark, Python's name of the encoding), both empty without one."""
    for mark, codec in _MARKS:
        if not data.startswith(mark):
            continue
        if codec == "utf-32-le":  # UTF-16 that begins with NUL begins in the same way
            try:
                data.decode("utf-32")
            except UnicodeDecodeError:
                continue
        return mark, codec
    return b"", ""


def _or_nothing(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _decoded(data: bytes, codec: str, mark: bytes, offset: int, *, declared: str | None = None) -> str:
    if codec == "cp1252":
        return data.decode("latin-1").translate(_FROM_1252)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = "" if mark or codec != "utf-8" or declared else ", and no other encoding is declared"
        if declared and declared.strip().lower() not in LABELS:
            reason = f", and the declared encoding {declared.strip()!r:.40} is unknown"
        raise DecodingError(
            f"byte 0x{data[error.start]:02X} at offset {offset + error.start:,} (line {line:,}) is not "
            f"{_NAMES.get(codec, codec.upper())}{reason}"
        ) from error


def _encoded(text: str, codec: str) -> bytes:
    if codec == "cp1252":
        if any(c in _C1 for c in text):
            raise UnicodeEncodeError("cp1252", text, 0, 1, "a control character that has no byte")
        return text.translate(_TO_1252).encode("latin-1")
    return text.encode(codec)


def _plain_utf_16(data: bytes) -> str | None:
    """UTF-16 without a mark, where every second byte of many is 0 and no other: text that is mostly ASCII."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < 4:
        return None
    first, second = sample[0::2], sample[1::2]
    for codec, zero, other in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if zero.count(0) * 2 > len(zero) and not other.count(0):
            return codec
    return None


_FROM_1252 = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in _UNDEFINED}
_TO_1252 = {ord(character): byte for byte, character in _FROM_1252.items()}
_C1 = frozenset(map(chr, _FROM_1252)) - frozenset(_FROM_1252.values())
