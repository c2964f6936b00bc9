"""IPTC-IIM: words in numbered fields (IPTC-NAA Information Interchange Model, version 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from localalt.image.metadata.png_text import raw_profile
from localalt.image.metadata.values import MAX_BYTES, Found, decoded, place

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["read_iptc"]

_IPTC = {"title": ((2, 5), (2, 105)), "caption": ((2, 120),), "keywords": ((2, 25),)}
_IPTC_PLACE = ((2, 92), (2, 90), (2, 95), (2, 101))

_CHARSET, _UTF_8 = (1, 90), b"\x1b%G"
_RESOURCE = 0x0404
"""Of Photoshop's image resources, the one that holds IPTC-IIM."""
_TIFF_TAG = 33723


def read_iptc(image: PIL.Image.Image) -> Found:
    """What the IPTC block of a picture says."""
    fields = list(_fields(_block(image)))
    charset = next((value for key, value in fields if key == _CHARSET), b"")
    texts: dict[tuple[int, int], list[str]] = {}
    for key, value in fields:
        texts.setdefault(key, []).append(decoded(value, "utf-8" if charset == _UTF_8 else ""))
    found = {field: [value for key in keys for value in texts.get(key, ())] for field, keys in _IPTC.items()}
    found["place"] = [place(texts, _IPTC_PLACE)]
    return found


def _block(image: PIL.Image.Image) -> bytes:
    resources = image.info.get("photoshop")
    # Of a TIFF as stored: Pillow takes it for whole numbers, as Photoshop did.
    data = getattr(getattr(image, "tag_v2", None), "_tagdata", {}).get(_TIFF_TAG)
    if isinstance(resources, Mapping):
        data = resources.get(_RESOURCE)
    if not data:
        data = raw_profile(image, "iptc") or raw_profile(image, "8bim")
        data = _resource(data) if data.startswith(b"8BIM") else data
    return data if isinstance(data, bytes) and len(data) <= MAX_BYTES else b""


def _resource(data: bytes) -> bytes:
    """The block in Photoshop's image resources (Adobe Photoshop File Formats Specification)."""
    at = 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        kind = int.from_bytes(data[at + 4 : at + 6], "big")
        at += 6 + (data[at + 6] + 2) // 2 * 2  # a name after its length, both together even
        size = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if kind == _RESOURCE:
            return data[at : at + size]
        at += (size + 1) // 2 * 2
    return b""


def _fields(data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The fields of a block as ((record, dataset), value), up to one that is none, or is cut."""
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        key, size = (data[at + 1], data[at + 2]), int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # an extended field: so many bytes hold its size
            n_bytes = size & 0x7FFF
            size = int.from_bytes(data[at : at + min(n_bytes, 8)], "big")
            at += n_bytes
        yield key, data[at : at + size]
        at += size
