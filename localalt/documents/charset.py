"""Which encoding a document of HTML or XML declares: the prescan of the HTML Standard, 13.2.3.2."""

from __future__ import annotations

import re

from localalt.documents.entities import decoded
from localalt.documents.tags import StartTag, Tokenizer
from localalt.files.labels import LABELS

__all__ = ["declared_charset"]

_LOOKED_AT = 16_384
"""Bytes from the beginning. The standard asks for 1,024; authors put more before it, and browsers wait for it."""
_XML = re.compile(r"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CONTENT = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]{1,40})""", re.IGNORECASE)


def declared_charset(data: bytes) -> str | None:
    """The label in `<meta charset>`, `<meta http-equiv="Content-Type">` or `<?xml encoding?>`; None without one.

    The first that is known counts, and the first unknown one where none is.
    """
    head = data[:_LOOKED_AT].decode("latin-1")
    labels = [label for label in (_of_xml(head), *_of_meta(head)) if label]
    return next((label for label in labels if label.strip().lower() in LABELS), labels[0] if labels else None)


def _of_xml(head: str) -> str | None:
    match = _XML.match(head.lstrip("\t\n\f\r "))
    return match[1] if match else None


def _of_meta(head: str) -> list[str]:
    found = []
    for token in Tokenizer(head):
        if isinstance(token, StartTag) and token.name == "meta":
            values = {name: decoded(head, each.start, each.end) for name, each in token.attributes.items()}
            match = _CONTENT.search(values.get("content", ""))
            if values.get("charset"):
                found.append(values["charset"])
            elif values.get("http-equiv", "").strip().lower() == "content-type" and match:
                found.append(match[1])
    return found
