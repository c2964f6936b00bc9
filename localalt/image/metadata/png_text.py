"""PNG: words in its text chunks (PNG Specification, Third Edition, 11.3.3), and metadata that is wrapped in them.

Of the keywords, three hold what a person says of a picture. Where a generator of images or of diagrams left its
settings, no chunk of the file is a person's word: what somebody asked a generator for is not what it made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localalt.image.metadata.boilerplate import GENERATORS, SETTINGS_OF_GENERATORS
from localalt.image.metadata.values import MAX_BYTES, Found, decoded

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["raw_profile", "read_png_text"]

_TEXTS = {"title": ("title",), "caption": ("description", "comment")}
_PROGRAM = ("software", "source", "author")
"""Chunks in which a generator names itself."""
_RAW_PROFILE = "Raw profile type "


def read_png_text(image: PIL.Image.Image) -> Found:
    """What the text chunks of a PNG say."""
    if image.format != "PNG":
        return {}
    texts = {str(name).casefold(): _text(value) for name, value in image.info.items() if isinstance(value, str)}
    is_generated = any(GENERATORS.match(texts.get(name, "")) for name in (*_PROGRAM, "title"))
    if is_generated or not SETTINGS_OF_GENERATORS.isdisjoint(texts):
        return {}
    return {field: [texts.get(name, "") for name in names] for field, names in _TEXTS.items()}


def raw_profile(image: PIL.Image.Image, kind: str) -> bytes:
    """Metadata that ImageMagick and others wrap in a text chunk: its kind, its size, and it in hexadecimal digits."""
    text = image.info.get(_RAW_PROFILE + kind)
    if not isinstance(text, str) or len(text) > 3 * MAX_BYTES:
        return b""
    lines = text.strip().split("\n", 2)  # exiftool names the kind in two words: "IPTC profile"
    try:
        return bytes.fromhex(lines[2]) if len(lines) == 3 else b""
    except ValueError:
        return b""


def _text(value: str) -> str:
    # Many programs write UTF-8 into the chunks for Latin-1; the other kind, a subclass of str, is UTF-8.
    return decoded(value) if type(value) is str else str(value)
