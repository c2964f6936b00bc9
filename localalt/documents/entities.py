"""Character references of HTML in attribute values -> pieces: what is written, and what it means.

After the HTML Standard, 13.2.5.72 to 13.2.5.80. `html.unescape` is for text, takes "&copy=1" for a sign where an
attribute has a parameter of an address, and differs between releases of Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from localalt.documents.references import Piece

__all__ = ["decoded", "pieces_of"]

_SPECIAL = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*;?)|\r\n?|\0")
_LONGEST_NAME = 32
_C1 = {
    0x80 + index: character
    for index, character in enumerate("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ")  # as windows-1252 has them
}


def pieces_of(content: str, start: int, end: int, *, in_attribute: bool = True) -> tuple[Piece, ...]:
    """The pieces of a value that is written at `start` to `end`."""
    return tuple(_pieces(content, start, end, in_attribute))


def decoded(content: str, start: int, end: int, *, in_attribute: bool = True) -> str:
    """What is written at `start` to `end`, with character references replaced and line breaks as "\\n"."""
    raw = content[start:end]
    if "&" not in raw and "\r" not in raw and "\0" not in raw:
        return raw
    return "".join(piece.text for piece in _pieces(content, start, end, in_attribute))


def _pieces(content: str, start: int, end: int, in_attribute: bool) -> Iterator[Piece]:
    at = start
    for match in _SPECIAL.finditer(content, start, end):
        if match.start() < at:
            continue
        written, text = _meaning(match[0], content[match.end() : match.end() + 1], in_attribute)
        if not written:
            continue
        if at < match.start():
            yield Piece(at, match.start(), content[at : match.start()])
        at = match.start() + written
        yield Piece(match.start(), at, text)
    if at < end:
        yield Piece(at, end, content[at:end])


def _meaning(raw: str, following: str, in_attribute: bool) -> tuple[int, str]:
    """(how many characters of `raw` are a reference, what it means); 0 where there is no reference."""
    if raw[0] == "\r":
        return len(raw), "\n"
    if raw == "\0":
        return 1, "\ufffd"
    if raw[1] == "#":
        return len(raw), _numbered(raw[2:].rstrip(";"))
    name = raw[1:]
    if name in html5 and name.endswith(";"):
        return len(raw), html5[name]
    bare = name.rstrip(";")
    if in_attribute:
        is_one = bare in html5 and (name.endswith(";") or following != "=")
        return (len(bare) + 1, html5[bare]) if is_one else (0, "")
    for n in range(min(len(bare), _LONGEST_NAME), 1, -1):
        if bare[:n] in html5:
            return n + 1, html5[bare[:n]]
    return 0, ""


def _numbered(digits: str) -> str:
    is_hex = digits[:1] in ("x", "X")
    digits = (digits[1:] if is_hex else digits).lstrip("0") or "0"
    code = int(digits, 16 if is_hex else 10) if len(digits) <= 8 else 0x110000
    if code in _C1:
        return _C1[code]
    return "\ufffd" if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
