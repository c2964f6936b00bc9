"""RDF as XMP writes it: a packet -> its nodes, and the texts, arrays and structures in them.

Knows the forms that one statement may have (attribute, element, `rdf:parseType="Resource"`, a node in a node), and no
property by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from localalt.image.metadata.values import MAX_BYTES, UNFIT, clean, decoded

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["first", "members", "nodes_of", "parsed", "properties"]

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def nodes_of(packet: object) -> list[Element]:
    """The nodes whose properties an XMP packet states; none if it is missing, too large, or declares entities."""
    root = parsed(packet)
    rdf = root if root is None or root.tag == _RDF + "RDF" else root.find(f".//{_RDF}RDF")
    return [] if rdf is None else rdf.findall(_RDF + "Description")


def parsed(packet: object) -> Element | None:
    """XML of at most `MAX_BYTES` that declares no entities; None where it is not that."""
    import json
    from xml.etree import ElementTree

    if not isinstance(packet, (bytes, str)) or len(packet) > MAX_BYTES:
        return None
    if isinstance(packet, bytes):
        encoding = json.detect_encoding(packet)  # by the byte order mark or the NULs around the first "<"
        packet = decoded(packet) if encoding.startswith("utf-8") else packet.decode(encoding, "replace")
    # Parsed as the very text that is checked: of text, expat ignores the encoding it declares.
    text = UNFIT.sub(" ", packet).strip()
    if re.search("<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        return None
    return ElementTree.fromstring(text)


def properties(nodes: Iterable[Element]) -> dict[str, list[str]]:
    """The texts of each property, of those written as attributes and as elements."""
    said: dict[str, list[str]] = {}
    for node in nodes:
        for name, value in node.items():
            said.setdefault(name, []).append(value)
        for child in node:
            said.setdefault(child.tag, []).extend(_values(child))
    return said


def first(said: dict[str, list[str]], name: str) -> str:
    """The first text of a property that is not blank, cleaned."""
    return next(filter(None, map(clean, said.get(name, ()))), "")


def members(nodes: Iterable[Element], name: str) -> list[Sequence[Element]]:
    """The structures that the property `name` holds, one or an array of them: each as nodes."""
    items = [item for node in nodes for element in node.findall(name) for item in _items(element)]
    return [[item, *item.findall(_RDF + "Description")] for item in items]


def _values(element: Element) -> list[str]:
    languages = element.find(_RDF + "Alt")
    if languages is not None:
        items = languages.findall(_RDF + "li")
        items.sort(key=lambda item: item.get(_LANG, "").lower() != "x-default")
        return [item.text for item in items if item.text and not item.text.isspace()][:1]
    return [item.text or "" for item in _items(element)]


def _items(element: Element) -> list[Element]:
    """The members of an array, or the element itself."""
    arrays = [array for kind in ("Bag", "Seq") for array in element.findall(_RDF + kind)]
    return [item for array in arrays for item in array.findall(_RDF + "li")] if arrays else [element]
