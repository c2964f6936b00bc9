"""XMP: words in an XML packet (Adobe, XMP Specification Part 1; IPTC Photo Metadata Standard for the names)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from localalt.image.metadata.values import MAX_BYTES, UNFIT, Found, decoded, distinct, place

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import PIL.Image

__all__ = ["read_xmp"]

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_XMP = {
    "title": (_DC + "title", _PHOTOSHOP + "Headline"),
    "caption": (_DC + "description",),
    "alt_text": (_CORE + "AltTextAccessibility",),
    "long_description": (_CORE + "ExtDescrAccessibility",),
    "people": (_EXT + "PersonInImage",),
    "event": (_EXT + "Event",),
    "keywords": (_DC + "subject",),
}
_XMP_PLACE = (_CORE + "Location", _PHOTOSHOP + "City", _PHOTOSHOP + "State", _PHOTOSHOP + "Country")
_XMP_STRUCT = tuple(_EXT + name for name in ("LocationName", "Sublocation", "City", "ProvinceState", "CountryName"))


def read_xmp(image: PIL.Image.Image) -> Found:
    """What the XMP packet of a picture says."""
    root = _parsed(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp"))
    rdf = root if root is None or root.tag == _RDF + "RDF" else root.find(f".//{_RDF}RDF")
    nodes = [] if rdf is None else rdf.findall(_RDF + "Description")
    said = _properties(nodes)
    found = {field: [value for name in names for value in said.get(name, ())] for field, names in _XMP.items()}
    shown, created = (_locations(nodes, _EXT + name) for name in ("LocationShown", "LocationCreated"))
    found["place"] = [shown, place(said, _XMP_PLACE), created]
    return found


def _parsed(packet: object) -> Element | None:
    """An XMP packet as XML; None if it is missing, too large, or declares entities."""
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


def _properties(nodes: Iterable[Element]) -> dict[str, list[str]]:
    """The texts of each property, of those written as attributes and as elements."""
    said: dict[str, list[str]] = {}
    for node in nodes:
        for name, value in node.items():
            said.setdefault(name, []).append(value)
        for child in node:
            said.setdefault(child.tag, []).extend(_values(child))
    return said


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


def _locations(nodes: Iterable[Element], name: str) -> str:
    items = [item for node in nodes for element in node.findall(name) for item in _items(element)]
    places = (place(_properties([item, *item.findall(_RDF + "Description")]), _XMP_STRUCT) for item in items)
    return "; ".join(distinct(places))
