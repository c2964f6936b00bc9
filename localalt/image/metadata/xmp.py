"""XMP: words in an XML packet (Adobe, XMP Specification Part 1; IPTC Photo Metadata Standard for the names)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from localalt.image.metadata.rdf import first, members, nodes_of, parsed, properties
from localalt.image.metadata.regions import Frame, named_in
from localalt.image.metadata.tags import MAX_LEVELS, MAX_TAGS, SEPARATOR, sorted_tags
from localalt.image.metadata.values import Found, clean, distinct, place, tolerated

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["read_xmp"]

_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_MEDIA_PRO = "{http://ns.iview-multimedia.com/mediapro/1.0/}"
_MWG_KEYWORDS = "{http://www.metadataworkinggroup.com/schemas/keywords/}"
_ACDSEE = "{http://ns.acdsee.com/iptc/1.0/}categories"

_XMP = {
    "title": (_DC + "title", _PHOTOSHOP + "Headline"),
    "caption": (_DC + "description",),
    "alt_text": (_CORE + "AltTextAccessibility",),
    "long_description": (_CORE + "ExtDescrAccessibility",),
    "people": (_EXT + "PersonInImage", _MEDIA_PRO + "People"),
    "event": (_EXT + "Event", _MEDIA_PRO + "Event"),
    "keywords": (_DC + "subject",),
}
_XMP_PLACE = (_CORE + "Location", _PHOTOSHOP + "City", _PHOTOSHOP + "State", _PHOTOSHOP + "Country")
_XMP_STRUCT = tuple(_EXT + name for name in ("LocationName", "Sublocation", "City", "ProvinceState", "CountryName"))

_TREES = {
    "{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject": "|",
    "{http://www.digikam.org/ns/1.0/}TagsList": "/",
    "{http://ns.microsoft.com/photo/1.0/}LastKeywordXMP": "/",
    "{http://ns.microsoft.com/photo/1.0}LastKeywordXMP": "/",
    _MEDIA_PRO + "CatalogSets": "|",
    "{http://ns.microsoft.com/expressionmedia/1.0/}CatalogSets": "|",
}
"""Properties that hold tags in a tree, and what separates their levels."""


def read_xmp(packet: object, frame: Frame | None = None) -> Found:
    """What an XMP packet says, of a picture that lies in its file as `frame` says, if that is known."""
    nodes = nodes_of(packet)
    said = properties(nodes)
    found = {field: [value for name in names for value in said.get(name, ())] for field, names in _XMP.items()}
    tags = sorted_tags([*_tags(nodes, said), *(word for word in found["keywords"] if SEPARATOR in word)])
    regions = named_in(nodes, frame)
    details = [first(properties(each), _EXT + "PersonName") for each in members(nodes, _EXT + "PersonInImageWDetails")]
    found["people"] = [*regions.people, *found["people"], *details, *tags.people]
    found["from_left"] = list(regions.from_left)
    shown, created = (_locations(nodes, _EXT + name) for name in ("LocationShown", "LocationCreated"))
    places = [shown, place(said, _XMP_PLACE), created]
    stated = next(filter(None, places), "").casefold()
    found["place"] = [*places, "; ".join(tags.places)]
    found["event"] += ["; ".join(tags.events)]
    more = [leaf for leaf in tags.place_leaves if stated and leaf.casefold() not in stated]
    found["keywords"] += [*tags.keywords, *more]
    found["covered"] = [word for word in tags.covered if word not in {leaf.casefold() for leaf in more}]
    return found


def _locations(nodes: Iterable[Element], name: str) -> str:
    places = (place(properties(item), _XMP_STRUCT) for item in members(nodes, name))
    return "; ".join(distinct(places))


def _tags(nodes: Sequence[Element], said: dict[str, list[str]]) -> list[str]:
    """All tags in trees, with `SEPARATOR` between their levels."""
    tags = [
        tag.replace(SEPARATOR, " ").replace(separator, SEPARATOR) if separator != SEPARATOR else tag
        for name, separator in _TREES.items()
        for tag in said.get(name, ())
    ]
    for keywords in members(nodes, _MWG_KEYWORDS + "Keywords"):
        tags += _mwg_tags(keywords, _MWG_KEYWORDS + "Hierarchy")
    for text in said.get(_ACDSEE, ())[:MAX_LEVELS]:
        root = tolerated(parsed, text)
        tags += [] if root is None else _acdsee_tags(root)
    return tags[:MAX_TAGS]


def _mwg_tags(nodes: Sequence[Element], name: str, above: tuple[str, ...] = ()) -> list[str]:
    """MWG, section 5.8: a node with children is chosen itself only where it says so."""
    tags: list[str] = []
    for node in members(nodes, name)[:MAX_TAGS]:
        path = (*above, first(properties(node), _MWG_KEYWORDS + "Keyword").replace(SEPARATOR, " "))
        below = _mwg_tags(node, _MWG_KEYWORDS + "Children", path) if len(path) < MAX_LEVELS else []
        tags += below or [SEPARATOR.join(path)]
    return tags


def _acdsee_tags(node: Element, above: tuple[str, ...] = ()) -> list[str]:
    """Categories in one another; a node with children stands for them."""
    tags: list[str] = []
    for child in node[:MAX_TAGS]:
        path = (*above, clean(child.text or "").replace(SEPARATOR, " "))
        below = _acdsee_tags(child, path) if len(path) < MAX_LEVELS else []
        is_chosen = child.get("Assigned", "1") == "1"
        tags += below or ([SEPARATOR.join(path)] if is_chosen else [])
    return tags
