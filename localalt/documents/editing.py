"""Texts are replaced where they are written: spans are edited, nothing is written anew, and the result is proved.

After an edit the document is read again. Unless exactly the texts that were meant have changed, and nothing else that
a reader sees, the edit is refused. What stays of a text stays as it is written, its entities and escapes included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from localalt.documents.differences import differences
from localalt.documents.entities import decoded
from localalt.documents.references import ImageReference, Reading, Span
from localalt.errors import DocumentError

__all__ = ["Edit", "edited"]

Edit: TypeAlias = "tuple[int, int, str]"
"""(start, end, what comes there) in the text of a document."""
CanEncode: TypeAlias = Callable[[str], bool]

_NEEDS_QUOTES = re.compile(r"[\t\n\f\r \"'=<>`]|/$|^$")
_SPECIAL = re.compile(r"[\\\[\]`<|]|&(?=[#A-Za-z])")
_CONTINUED = re.compile(r"(?:\r\n?|\n)[ \t>]*")
_EMPHASIS = re.compile(r"[\\\[\]`<&*_~!|#:]")


def edited(
    content: str,
    before: Reading,
    read: Callable[[str], Reading],
    changes: Iterable[tuple[ImageReference, str]],
    can_encode: CanEncode,
) -> str:
    """The content with some texts replaced.

    Args:
        content: the text of the document.
        before: what `read` makes of it.
        read: its reader.
        changes: references of `before`, and the text that each gets.
        can_encode: whether a text can be written in the document's encoding.

    Raises:
        DocumentError: that cannot be done, or not without changing something else.
    """
    wanted = {reference: text for reference, text in changes if reference.text != text}
    chosen = [(reference, wanted[reference]) for reference in before.references if reference in wanted]
    if len(chosen) != len(wanted):
        raise DocumentError("A text for another document's image cannot be written: read the document again.")
    edits: list[Edit] = []
    for reference, text in chosen:
        if reference.span is None:
            raise DocumentError(f"The text in line {reference.line} cannot be replaced: edit it by hand.")
        edits += _edits(content, reference.span, reference.text or "", text, can_encode)
    new = _applied(content, edits)
    texts = [wanted.get(reference, reference.text) for reference in before.references]
    if not _is_proved(before, read(new), texts):
        first = chosen[0][0].line if chosen else 1
        raise DocumentError(
            f"The text in line {first} or a later one cannot be replaced without a change elsewhere: edit it by hand."
        )
    return new


def _is_proved(before: Reading, after: Reading, texts: Sequence[str | None]) -> bool:
    if after.rest != before.rest or len(after.references) != len(before.references):
        return False
    # Names and what is hidden follow from the rest, and from the texts: an image may name another one or a link.
    return all(
        (new.text, new.src, new.kind, new.language) == (text, old.src, old.kind, old.language)
        for old, new, text in zip(before.references, after.references, texts, strict=True)
    )


def _applied(content: str, edits: Sequence[Edit]) -> str:
    parts, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        if start < at:
            raise DocumentError("Two texts overlap in the file: edit them by hand.")
        parts += [content[at:start], text]
        at = end
    return "".join([*parts, content[at:]])


def _edits(content: str, span: Span, old: str, new: str, can_encode: CanEncode) -> list[Edit]:
    if span.syntax in ("html", "xml"):
        return _in_attribute(content, span, old, new, can_encode)
    if span.syntax == "json":
        is_ascii = content[span.start : span.end].isascii() and not _is_plainly_unicode(content, span)

        def write(text: str) -> str:
            return json.dumps(text, ensure_ascii=is_ascii or not can_encode(text))[1:-1]

        return _minimal(span, old, new, write)
    if not can_encode(new):
        raise DocumentError(
            f"The text for line {_line(content, span)} has characters that the file's encoding lacks: save it as UTF-8."
        )
    if span.syntax == "markdown":
        return _in_markdown(content, span, old, new)
    if not new.strip() or new != new.strip() or len(new.splitlines()) > 1:
        raise DocumentError(f"The text for line {_line(content, span)} is not one line of text: write one.")
    return _minimal(span, old, new, str)


def _is_plainly_unicode(content: str, span: Span) -> bool:
    """Whether the text has characters that JSON could escape and nobody did: none here, so the file's habit counts."""
    around = content[max(0, span.start - 2_000) : span.end + 2_000]
    return not around.isascii()


def _line(content: str, span: Span) -> int:
    return content.count("\n", 0, span.start) + 1


# --- pieces ---


def _minimal(span: Span, old: str, new: str, write: Callable[[str], str]) -> list[Edit]:
    """Edits within a value that leave the pieces of it that stay as they are written."""
    edits: list[Edit] = []
    for start, end, text in differences(old, new):
        edit = _written_at(span, start, end, text)
        if edits and edit[0] < edits[-1][1]:  # two within one indivisible piece
            return [(span.start, span.end, write(new))]
        edits.append((edit[0], edit[1], write(edit[2])))
    return edits


def _written_at(span: Span, start: int, end: int, text: str) -> Edit:
    """Where `start` to `end` of the text are written, widened to whole pieces where those are indivisible."""
    begun, ended = span.start if start == 0 else None, None
    at = 0
    for piece in span.pieces:
        following = at + len(piece.text)
        is_literal = piece.end - piece.start == len(piece.text)
        if begun is None and at <= start < following:
            inside = start - at
            begun = piece.start + inside if is_literal else piece.start
            if not is_literal and inside:
                text = piece.text[:inside] + text
        if at < end <= following:
            inside = end - at
            ended = piece.start + inside if is_literal else piece.end
            if not is_literal:
                text += piece.text[inside:]
        at = following
    begun = span.end if begun is None else begun
    return begun, begun if start == end and ended is None else (span.end if ended is None else ended), text


# --- HTML ---


def _in_attribute(content: str, span: Span, old: str, new: str, can_encode: CanEncode) -> list[Edit]:
    is_xml = span.syntax == "xml"
    quote = span.quote or '"'

    def write(text: str, *, in_full: bool = False) -> str:
        text = re.sub(r"&" if is_xml or in_full else r"&(?!\s)", "&amp;", text)
        if is_xml:
            text = text.replace("<", "&lt;")
        text = text.replace("\r", "&#13;").replace(quote, "&quot;" if quote == '"' else "&#39;")
        if is_xml or in_full:
            text = text.replace("\n", "&#10;").replace("\t", "&#9;")
        return text if can_encode(text) else "".join(c if can_encode(c) else f"&#{ord(c)};" for c in text)

    edits = _minimal(span, old, new, write)
    value = _value(content, span, edits)
    if decoded(value, 0, len(value)) != new:
        value = write(new, in_full=True)
        edits = [(span.start, span.end, value)]
    if span.quote:
        return edits
    if _NEEDS_QUOTES.search(value) or span.lead or is_xml:
        value = '"' + value.replace('"', "&quot;") + '"'
    return [(span.start, span.end, span.lead + value)]


def _value(content: str, span: Span, edits: Sequence[Edit]) -> str:
    """The value as the edits make it."""
    inside = [(start - span.start, end - span.start, text) for start, end, text in edits]
    return _applied(content[span.start : span.end], inside)


# --- Markdown ---


def _in_markdown(content: str, span: Span, old: str, new: str) -> list[Edit]:
    from localalt.documents.markdown import alt_of

    edits: list[Edit] = []
    for special in (_SPECIAL, _EMPHASIS):

        def write(text: str, special: re.Pattern[str] = special) -> str:
            if not span.in_table:
                text = text.replace("|", "\0")
            text = special.sub(lambda match: "\\" + match[0], text)
            return text.replace("\0", "|")

        edits = _minimal(span, old, new, write)
        if alt_of(_CONTINUED.sub("\n", _value(content, span, edits))) == new:
            break
    else:
        edits = [(span.start, span.end, write(new))]
    if span.label is not None:  # the old text stays as the name of the definition
        name = content[span.start : span.end]
        edits.append((span.label[0], span.label[1], f"][{name}]"))
    return edits
