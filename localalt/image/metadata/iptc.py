"""IPTC-IIM: words in numbered fields (IPTC-NAA Information Interchange Model, version 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from localalt.image.metadata.values import MAX_BYTES, Found, decoded, place

if TYPE_CHECKING:
    import PIL.Image
    from PIL import ImageFile

__all__ = ["read_iptc"]

_IPTC = {"title": ((2, 5), (2, 105)), "caption": ((2, 120),), "keywords": ((2, 25),)}
_IPTC_PLACE = ((2, 92), (2, 90), (2, 95), (2, 101))


def read_iptc(image: PIL.Image.Image) -> Found:
    """What the IPTC block of a picture says."""
    from PIL import IptcImagePlugin

    # A segment of a JPEG is small; of a TIFF, nothing else limits how much is parsed.
    if len(getattr(getattr(image, "tag_v2", None), "_tagdata", {}).get(33723, b"")) > MAX_BYTES:
        return {}
    said = IptcImagePlugin.getiptcinfo(cast("ImageFile.ImageFile", image)) or {}
    charset = said.get((1, 90))
    texts: dict[tuple[int, int], list[str]] = {}
    for key, value in said.items():
        values = value if isinstance(value, list) else [value]
        texts[key] = [decoded(item, "utf-8" if charset == b"\x1b%G" else "") for item in values]
    found = {field: [value for key in keys for value in texts.get(key, ())] for field, keys in _IPTC.items()}
    found["place"] = [place(texts, _IPTC_PLACE)]
    return found
