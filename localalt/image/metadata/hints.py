"""What a picture file says about its picture, from whichever kind of metadata says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localalt.first_imports import import_once
from localalt.image.metadata.boilerplate import is_boilerplate
from localalt.image.metadata.exif import read_exif
from localalt.image.metadata.iptc import read_iptc
from localalt.image.metadata.png_text import raw_profile, read_png_text
from localalt.image.metadata.regions import Frame
from localalt.image.metadata.tags import SEPARATOR, is_of_workflow, sorted_tags
from localalt.image.metadata.values import MAX_BYTES, MAX_NAME, Found, clean, distinct, tolerated
from localalt.image.metadata.xmp import read_xmp

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["Hints", "read_hints"]

MAX_KEYWORDS, MAX_PEOPLE = 30, 20

_LATE = (
    "xml.etree.ElementTree",
    *(f"encodings.{name}" for name in ("iso2022_jp", "utf_16", "utf_16_be", "utf_16_le", "utf_32_be", "utf_32_le")),
)

_TEXTS = ("title", "caption", "alt_text", "long_description", "place", "event", "date")


@dataclass(frozen=True, slots=True)
class Hints:
    """What a file says about its picture, cleaned; empty where it says nothing."""

    title: str = ""
    caption: str = ""
    alt_text: str = ""
    """The alt text that somebody wrote into the file."""
    long_description: str = ""
    people: tuple[str, ...] = ()
    people_from_left: bool = False
    """Whether it is certain that `people` are named from left to right."""
    place: str = ""
    """From the smallest to the largest, such as "Pier 39, San Francisco, USA"."""
    event: str = ""
    keywords: tuple[str, ...] = ()
    date: str = ""
    """When the picture was taken, as YYYY-MM-DD."""
    shortened: tuple[str, ...] = ()
    """Fields whose texts were longer than is looked at, and were cut."""


def read_hints(image: PIL.Image.Image, *, frame: Frame | None = None, sidecar: bytes | None = None) -> Hints:
    """What the file that `image` was opened from says about it, and its sidecar.

    The sidecar comes first, then XMP, IPTC, EXIF and a PNG's texts; for each field, the first that says something.
    Decodes no pixels and leaves the image as it is. Of a PNG that is not loaded yet, only what
    comes before its pixels is known. Raises nothing, whatever the metadata holds.

    Args:
        image: an image that a file was opened as.
        frame: how the picture lies in its file, where that is known for certain.
        sidecar: an XMP packet from a file beside it.
    """
    import_once(*_LATE)
    packets = (tolerated(read_xmp, packet, frame) for packet in (sidecar, _packet(image)))
    rest = (tolerated(read, image) for read in (read_iptc, read_exif, read_png_text))
    sources = [*(found or {} for found in packets), *(_with_trees(found or {}) for found in rest)]

    shortened = []

    def text(field: str) -> str:
        for value in (value for source in sources for value in source.get(field, ())):
            whole = clean(value, MAX_BYTES)
            if whole and (field == "place" or not is_boilerplate(whole)):
                found = clean(whole)
                if len(found) < len(whole):
                    shortened.append(field)
                return found
        return ""

    def names(field: str, most: int, unwanted: Callable[[str], bool] = lambda name: False) -> tuple[str, ...]:
        lists = (distinct(source.get(field, ()), MAX_NAME) for source in sources)
        wanted = ([name for name in found if not unwanted(name)] for found in lists)
        return tuple(next(filter(None, wanted), [])[:most])

    texts = {field: text(field) for field in _TEXTS}
    people = names("people", MAX_PEOPLE)
    said = {word for source in sources for word in source.get("covered", ())} | {name.casefold() for name in people}
    return Hints(
        people=people,
        people_from_left=bool(people) and people == names("from_left", MAX_PEOPLE + 1),
        keywords=names("keywords", MAX_KEYWORDS, lambda word: word.casefold() in said or is_of_workflow(word)),
        **texts,
        shortened=tuple(shortened),
    )


def _with_trees(found: Found) -> Found:
    """What a source without trees of tags says, with trees that a program wrote among its flat keywords."""
    keywords = found.get("keywords", ())
    tags = sorted_tags(word for word in keywords if SEPARATOR in word)
    more = {"people": tags.people, "place": ["; ".join(tags.places)], "event": tags.events, "keywords": tags.keywords}
    said = {field: [*found.get(field, ()), *values] for field, values in more.items()}
    return {**found, **said, "covered": list(tags.covered)}


def _packet(image: PIL.Image.Image) -> object:
    """The XMP packet in a picture's file; of a PNG, from any of the chunks that programs put it in."""
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if packet:
        return packet
    data = raw_profile(image, "xmp") or raw_profile(image, "APP1")
    return None if data.startswith(b"Exif\0\0") else data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
