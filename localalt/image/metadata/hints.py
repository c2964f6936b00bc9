"""What a picture file says about its picture, from whichever kind of metadata says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localalt.first_imports import import_once
from localalt.image.metadata.exif import read_exif
from localalt.image.metadata.iptc import read_iptc
from localalt.image.metadata.values import MAX_BYTES, MAX_NAME, clean, distinct, tolerated
from localalt.image.metadata.xmp import read_xmp

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["Hints", "read_hints"]

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
    sources = [tolerated(read, image) or {} for read in (read_xmp, read_iptc, read_exif)]

    shortened = []

    def text(field: str) -> str:
        for value in (value for source in sources for value in source.get(field, ())):
            found = clean(value)
            if found and (field == "place" or not _BOILERPLATE.fullmatch(found)):
                if len(found) < len(value) and len(clean(value, MAX_BYTES)) > len(found):
                    shortened.append(field)
                return found
        return ""

    def names(field: str, most: int) -> tuple[str, ...]:
        found = (distinct(source.get(field, ()), MAX_NAME) for source in sources)
        return tuple(next(filter(None, found), [])[:most])

    texts = {field: text(field) for field in _TEXTS}
    return Hints(
        people=names("people", MAX_PEOPLE),
        keywords=names("keywords", MAX_KEYWORDS),
        **texts,
        shortened=tuple(shortened),
    )
