"""EXIF: a description, a comment and a date (CIPA DC-008), and the tags that Windows writes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from localalt.containers import MAX_EXIF_BYTES
from localalt.image import decoding
from localalt.image.metadata.png_text import raw_profile
from localalt.image.metadata.values import MAX_BYTES, Found, decoded, tolerated, utf16

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["read_exif"]

_EXIF = {"ImageDescription": 0x010E, "XPTitle": 0x9C9B, "XPComment": 0x9C9C, "XPKeywords": 0x9C9E, "XPSubject": 0x9C9F}
_EXIF_IFD, _DATE_TIME_ORIGINAL, _USER_COMMENT = 0x8769, 0x9003, 0x9286


def read_exif(image: PIL.Image.Image) -> Found:
    """What the EXIF tags of a picture say, those of Windows among them."""
    exif = _exif(image)
    said = {name: exif.get(tag) for name, tag in _EXIF.items()}
    more = tolerated(exif.get_ifd, _EXIF_IFD) or {}
    comment = _user_comment(more.get(_USER_COMMENT), exif.endian)
    taken = re.match(r"([0-9]{4})[:/-]([0-9]{2})[:/-]([0-9]{2})\b", decoded(more.get(_DATE_TIME_ORIGINAL)))
    day = tolerated(date, *map(int, taken.groups())) if taken else None
    return {
        "title": [utf16(said["XPTitle"])],
        "caption": [decoded(said["ImageDescription"]), utf16(said["XPComment"]), comment, utf16(said["XPSubject"])],
        "keywords": utf16(said["XPKeywords"]).split(";"),
        "date": [day.isoformat()] if day else [],
    }


def _exif(image: PIL.Image.Image) -> PIL.Image.Exif:
    from PIL import Image

    if image.format == "TIFF" and "exif" not in image.info:
        return image.getexif()
    # Not of the image: a PNG's `getexif` decodes pixels, and the image holds what it finds from then on.
    exif = Image.Exif()
    exif.load(decoding.exif_of(image) or _wrapped(image))
    return exif


def _wrapped(image: PIL.Image.Image) -> bytes:
    """EXIF in a text chunk of a PNG, as ImageMagick writes it."""
    data = raw_profile(image, "exif") or raw_profile(image, "APP1")
    return data if data.startswith(b"Exif\0\0") and len(data) <= MAX_EXIF_BYTES else b""


def _user_comment(value: object, endian: str | None) -> str:
    """Text after the 8 bytes that name its encoding; of bytes that name none, only UTF-8."""
    if not isinstance(value, bytes):
        return decoded(value)
    name, body = value[:8].rstrip(b"\0 "), value[8:MAX_BYTES]
    if name == b"UNICODE":
        return utf16(body, endian)
    if name == b"ASCII":
        return decoded(body)
    try:
        return body.decode({b"JIS": "iso2022_jp", b"": "utf-8"}[name])
    except (KeyError, UnicodeDecodeError):
        return ""
