"""What a picture file says about its own picture: titles, captions, people, places, a date.

Knows where EXIF, IPTC-IIM and XMP keep such words and in which encodings, and trusts none of
them: broken or hostile metadata gives empty fields and raises nothing. Reads no coordinates,
serial numbers or names of authors. Does not know prompts or whether the words are true.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from localalt.errors import ImageError
from localalt.first_imports import import_once
from localalt.image import decoding

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import PIL.Image
    from PIL import ImageFile

__all__ = ["Hints", "read_hints"]

MAX_BYTES = 1 << 20
"""Most bytes of an XMP packet, an IPTC block or an EXIF value that are looked at; real ones are far smaller."""

MAX_TEXT, MAX_NAME = 1000, 100
"""Most characters of a text, and of a keyword or a person's name."""

MAX_KEYWORDS, MAX_PEOPLE = 30, 20

_LATE = (
    "xml.etree.ElementTree",
    *(f"encodings.{name}" for name in ("iso2022_jp", "utf_16", "utf_16_be", "utf_16_le", "utf_32_be", "utf_32_le")),
)

_BOILERPLATE = re.compile(
    # What cameras and programs write where a person's words belong; matched against all of a text.
    r"""
    (?: (?:konica\ )?minolta | olympus | sony | samsung | pentax | nikon | canon | kodak | fujifilm | panasonic
      | casio | ricoh | hp )\ (?: digital\ (?:still\ )?camera | dsc | csc | camera(?:\ pictures)? | image )
    | (?-i: OLYMPUS | SONY | SAMSUNG | MOTOROLA | KODAK )  # a brand alone, as its cameras spell it
    | digital\ (?:still\ )?camera | (?:my\ )?(?:image|picture|photo) | jpeg\ image | untitled(?:[-\ ]\d+)? | default
    | ascii | exif[_\ ]jpeg.* | dcim.* | lead\ technologies.* | file\ written\ by\ adobe.* | creator:\ gd-jpeg.*
    | (?:created|made|edited|processed|generated|optimi[sz]ed)\ (?:with|by|using|in)\ (?:the\ )?
      (?: gimp | imagemagick | jpegmini | photoshop | inkscape | paint\.net )\b.*
    | <?(?:kenox|digimax)\b.*  # Samsung's compacts name themselves
    | (?:oz)?(?:nor|edf|hdr)(?:hdr)? | cof | dav | hdrpl | mde | ptr | rbt | rhdr | sdr | vsc  # Huawei's camera modes
    | filter:\ ?-?\d.* | \{.*\}  # settings of camera apps
    | \S+\.(?:jpe?g|png|tiff?|webp|hei[cf]|avif|gif|bmp|dng|cr[23]|nef|arw|raf|orf|rw2|psd)  # file names
    | _?(?:img|dsc[nfp]?|mg|pict|p|pxl|dji|gopr|sam|image)[_\ -]*\d{3}[\d_\ -]*
    """,
    re.IGNORECASE | re.VERBOSE,
)

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""Characters that are no text, and that XML may not hold; lone surrogates among them."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_TEXTS = ("title", "caption", "alt_text", "long_description", "place", "event", "date")

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

_IPTC = {"title": ((2, 5), (2, 105)), "caption": ((2, 120),), "keywords": ((2, 25),)}
_IPTC_PLACE = ((2, 92), (2, 90), (2, 95), (2, 101))

_EXIF = {"ImageDescription": 0x010E, "XPTitle": 0x9C9B, "XPComment": 0x9C9C, "XPKeywords": 0x9C9E, "XPSubject": 0x9C9F}
_EXIF_IFD, _DATE_TIME_ORIGINAL, _USER_COMMENT = 0x8769, 0x9003, 0x9286

_T = TypeVar("_T")
_Key = TypeVar("_Key")
_Found = Mapping[str, Sequence[str]]
"""What one source says, by the field's name; the first usable text counts."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a file says about its picture, cleaned; empty where it says nothing."""

    title: str = ""
    caption: str = ""
    alt_text: str = ""
    """The alt text that somebody wrote into the file."""
    long_description: str = ""
    people: tuple[str, ...] = ()
    place: str = ""
    """From the smallest to the largest, such as "Pier 39, San Francisco, USA"."""
    event: str = ""
    keywords: tuple[str, ...] = ()
    date: str = ""
    """When the picture was taken, as YYYY-MM-DD."""
    shortened: tuple[str, ...] = ()
    """Fields whose texts were longer than is looked at, and were cut."""


def read_hints(image: PIL.Image.Image) -> Hints:
    """What the file that `image` was opened from says about it: XMP first, then IPTC, then EXIF.

    Decodes no pixels and leaves the image as it is. Of a PNG that is not loaded yet, only what
    comes before its pixels is known. Raises nothing, whatever the metadata holds.
    """
    import_once(*_LATE)
    sources = [_tolerated(read, image) or {} for read in (_from_xmp, _from_iptc, _from_exif)]

    shortened = []

    def text(field: str) -> str:
        for value in (value for source in sources for value in source.get(field, ())):
            found = _clean(value)
            if found and (field == "place" or not _BOILERPLATE.fullmatch(found)):
                if len(found) < len(value) and len(_clean(value, MAX_BYTES)) > len(found):
                    shortened.append(field)
                return found
        return ""

    def names(field: str, most: int) -> tuple[str, ...]:
        found = (_distinct(source.get(field, ()), MAX_NAME) for source in sources)
        return tuple(next(filter(None, found), [])[:most])

    texts = {field: text(field) for field in _TEXTS}
    return Hints(
        people=names("people", MAX_PEOPLE),
        keywords=names("keywords", MAX_KEYWORDS),
        **texts,
        shortened=tuple(shortened),
    )


def _tolerated(read: Callable[..., _T], *args: object) -> _T | None:
    """What `read` returns; None where the metadata is broken.

    As broad as the boundary for pictures, and as quiet: on broken metadata Pillow raises
    SyntaxError, struct.error, OverflowError, ValueError, … and warns, and broken XML is a SyntaxError too.
    """
    try:
        with decoding.translated("<image>"):
            return read(*args)
    except ImageError:
        return None


def _from_xmp(image: PIL.Image.Image) -> _Found:
    root = _parsed(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp"))
    rdf = root if root is None or root.tag == _RDF + "RDF" else root.find(f".//{_RDF}RDF")
    nodes = [] if rdf is None else rdf.findall(_RDF + "Description")
    said = _properties(nodes)
    found = {field: [value for name in names for value in said.get(name, ())] for field, names in _XMP.items()}
    shown, created = (_locations(nodes, _EXT + name) for name in ("LocationShown", "LocationCreated"))
    found["place"] = [shown, _place(said, _XMP_PLACE), created]
    return found


def _parsed(packet: object) -> Element | None:
    """An XMP packet as XML; None if it is missing, too large, or declares entities."""
    import json
    from xml.etree import ElementTree

    if not isinstance(packet, (bytes, str)) or len(packet) > MAX_BYTES:
        return None
    if isinstance(packet, bytes):
        encoding = json.detect_encoding(packet)  # by the byte order mark or the NULs around the first "<"
        packet = _decoded(packet) if encoding.startswith("utf-8") else packet.decode(encoding, "replace")
    # Parsed as the very text that is checked: of text, expat ignores the encoding it declares.
    text = _UNFIT.sub(" ", packet).strip()
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
    places = (_place(_properties([item, *item.findall(_RDF + "Description")]), _XMP_STRUCT) for item in items)
    return "; ".join(_distinct(places))


def _place(said: Mapping[_Key, Sequence[str]], names: Iterable[_Key]) -> str:
    return ", ".join(_distinct(next(filter(_clean, said.get(name, ())), "") for name in names))


def _from_iptc(image: PIL.Image.Image) -> _Found:
    from PIL import IptcImagePlugin

    # A segment of a JPEG is small; of a TIFF, nothing else limits how much is parsed.
    if len(getattr(getattr(image, "tag_v2", None), "_tagdata", {}).get(33723, b"")) > MAX_BYTES:
        return {}
    said = IptcImagePlugin.getiptcinfo(cast("ImageFile.ImageFile", image)) or {}
    charset = said.get((1, 90))
    texts: dict[tuple[int, int], list[str]] = {}
    for key, value in said.items():
        values = value if isinstance(value, list) else [value]
        texts[key] = [_decoded(item, "utf-8" if charset == b"\x1b%G" else "") for item in values]
    found = {field: [value for key in keys for value in texts.get(key, ())] for field, keys in _IPTC.items()}
    found["place"] = [_place(texts, _IPTC_PLACE)]
    return found


def _from_exif(image: PIL.Image.Image) -> _Found:
    exif = _exif(image)
    said = {name: exif.get(tag) for name, tag in _EXIF.items()}
    more = _tolerated(exif.get_ifd, _EXIF_IFD) or {}
    comment = _user_comment(more.get(_USER_COMMENT), exif.endian)
    taken = re.match(r"([0-9]{4})[:/-]([0-9]{2})[:/-]([0-9]{2})\b", _decoded(more.get(_DATE_TIME_ORIGINAL)))
    day = _tolerated(date, *map(int, taken.groups())) if taken else None
    return {
        "title": [_utf16(said["XPTitle"])],
        "caption": [_decoded(said["ImageDescription"]), _utf16(said["XPComment"]), comment, _utf16(said["XPSubject"])],
        "keywords": _utf16(said["XPKeywords"]).split(";"),
        "date": [day.isoformat()] if day else [],
    }


def _exif(image: PIL.Image.Image) -> PIL.Image.Exif:
    from PIL import Image

    if image.format == "TIFF" and "exif" not in image.info:
        return image.getexif()
    # Not of the image: a PNG's `getexif` decodes pixels, and what it finds is kept from then on.
    exif = Image.Exif()
    exif.load(decoding.exif_of(image))
    return exif


def _user_comment(value: object, endian: str | None) -> str:
    """Text after the 8 bytes that name its encoding; of bytes that name none, only UTF-8."""
    if not isinstance(value, bytes):
        return _decoded(value)
    name, body = value[:8].rstrip(b"\0 "), value[8:MAX_BYTES]
    if name == b"UNICODE":
        return _utf16(body, endian)
    if name == b"ASCII":
        return _decoded(body)
    try:
        return body.decode({b"JIS": "iso2022_jp", b"": "utf-8"}[name])
    except (KeyError, UnicodeDecodeError):
        return ""


def _utf16(value: object, endian: str | None = "<") -> str:
    """UTF-16 in the order of `endian`, unless a mark or the NULs beside Latin letters say otherwise."""
    if not isinstance(value, bytes):
        return _decoded(value)
    value = value[: min(len(value), MAX_BYTES) // 2 * 2]
    if value.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return value.decode("utf-16", "replace")
    first, second = value[::2].count(0), value[1::2].count(0)
    little = endian == "<" if first == second else second > first
    return value.decode("utf-16-le" if little else "utf-16-be", "replace")


def _decoded(value: object, encoding: str = "") -> str:
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


def _distinct(values: Iterable[str], limit: int = MAX_TEXT) -> list[str]:
    kept: dict[str, str] = {}
    for text in filter(None, (_clean(value, limit) for value in values)):
        kept.setdefault(text.casefold(), text)
    return list(kept.values())


def _clean(text: str, limit: int = MAX_TEXT) -> str:
    text = " ".join(_UNFIT.sub(" ", text).split())
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit + 1)  # unless it has no words, as Chinese has not
    return text[: cut if cut > 0 else limit].rstrip()
