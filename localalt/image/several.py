"""Files of several pictures: the directory of a TIFF that is shown, and the main one of several JPEGs.

Knows Pillow's plugins for both. Which one it is, `containers` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, cast

from localalt.containers import Claims, examine
from localalt.containers.mpf import main_image
from localalt.containers.spliced import Spliced
from localalt.containers.tiff import starting_at
from localalt.image import libtiff

if TYPE_CHECKING:
    from PIL import ImageFile, TiffImagePlugin

__all__ = ["main_jpeg", "open_tiff"]

_DESCRIPTION, _ORIENTATION = 0x010E, 0x0112


def main_jpeg(first: ImageFile.ImageFile, file: IO[bytes], label: str) -> ImageFile.ImageFile:
    """The JPEG that the index of the first one calls the main one, not decoded; the first one where there is none.

    Raises:
        ImageTooLargeError: it asks for too much.
    """
    place = main_image(first.info.get("mp") or b"")
    if place is None:
        return first
    begin = first.info["mpoffset"] + place[0]
    part = cast("IO[bytes]", Spliced(file, [(begin, begin + place[1])]))
    if part.read(3) != b"\xff\xd8\xff":
        return first
    examine("JPEG", part, label)
    return type(first)(part)


def open_tiff(
    plugin: type[TiffImagePlugin.TiffImageFile], file: IO[bytes], claims: Claims
) -> tuple[TiffImagePlugin.TiffImageFile, Mapping[int, int | str]]:
    """A TIFF at the directory of its picture, which need not be in the chain, and what the first one says of it."""
    inherited: dict[int, int | str] = {_ORIENTATION: claims.orientation} if claims.orientation else {}
    try:
        image = plugin(file)
    except SyntaxError:
        if claims.directory is None:
            raise
        # The first directory is of a kind that Pillow does not know: another takes its place in the header.
        image = plugin(cast("IO[bytes]", starting_at(file, claims.directory)))
    else:
        if claims.directory is not None:  # as `get_child_images` of Pillow does
            packet, description = image.info.get("xmp"), image.tag_v2.get(_DESCRIPTION)
            image._frame_pos = [claims.directory]
            image._seek(0)
            if packet:
                image.info.setdefault("xmp", packet)
            if isinstance(description, str):
                inherited[_DESCRIPTION] = description
    libtiff.silence()
    return image, inherited
