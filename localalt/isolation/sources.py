"""Pictures on their way into another process: what a person hands over -> a message with buffers, and back.

A path travels as an absolute path, and its file is decoded over there. Bytes, open files and arrays travel as bytes. A
PIL image is made ready here, since only its owner's Pillow knows it; whoever hands one over has imported it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from localalt.first_imports import importing
from localalt.image.source import Named, is_path, name_of, read_all, validate_array
from localalt.isolation.codec import decode, encode
from localalt.types import Detail, ImageGeometry, ImageSource

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from localalt.image.processor import Picture

__all__ = ["PictureMessage", "pack", "unpack"]

_NO_FILE = re.compile(r"[a-z][a-z0-9+.-]+:/|data:|mailto:|blob:|\Z|.*\0", re.IGNORECASE | re.DOTALL)
"""What is not the path of a file here, and must not be made to look like one: a URL, nothing, a NUL."""


@dataclass(frozen=True, slots=True)
class PictureMessage:
    """A picture as it crosses."""

    body: dict[str, Any]
    buffers: tuple[bytes | bytearray | memoryview, ...] = field(default=())


def pack(
    image: ImageSource, geometry: Callable[[], ImageGeometry], *, detail: Detail, wants_hints: bool
) -> PictureMessage:
    """The message for a picture. A file is read to its end; what a path names is not touched.

    Args:
        image: what a person hands over.
        geometry: gives what the projector makes of a picture, for one that has to be made ready here.
        detail, wants_hints: see `load_picture`.

    Raises:
        ImageError: it is not a picture that is taken.
    """
    name = name_of(image)
    if is_path(image):
        path = os.fsdecode(cast("str", image))
        return PictureMessage({"path": path if _NO_FILE.match(path) else _absolute(path), "name": name})
    if isinstance(image, bytes | bytearray | memoryview):
        return PictureMessage({"name": name}, (image if isinstance(image, bytes) else bytes(image),))
    if hasattr(image, "read"):
        return PictureMessage({"name": name}, (read_all(image, name),))
    if hasattr(image, "dtype") and hasattr(image, "shape"):
        array = validate_array(cast("npt.NDArray[np.uint8]", image), name)
        return PictureMessage({"name": name, "shape": list(array.shape)}, (array.tobytes(),))
    with importing():
        from localalt.image.processor import load_picture
    picture = load_picture(image, geometry(), detail=detail, wants_hints=wants_hints)
    body = {
        "shape": list(picture.pixels.shape),
        "picture": encode(
            {
                "source": picture.source,
                "original_size": picture.original_size,
                "notices": picture.notices,
                "tier": picture.tier,
                "hints": picture.hints,
            }
        ),
    }
    return PictureMessage(body, (picture.pixels.tobytes(),))


def _absolute(path: str) -> str:
    try:
        return str(Path(path).absolute())
    except FileNotFoundError:  # the working folder is deleted, and so is what was in it
        return path


def unpack(message: PictureMessage) -> ImageSource | Named | Picture:
    """What `load_picture` takes, or the picture where it is ready."""
    body = message.body
    if "path" in body:
        return Named(body["path"], body["name"])
    (data,) = message.buffers
    if "shape" not in body:
        return Named(data, body["name"])
    import numpy as np

    array: npt.NDArray[np.uint8] = np.frombuffer(data, np.uint8).reshape(body["shape"])
    if "picture" in body:
        from localalt.image.processor import Picture

        return Picture(array, **decode(body["picture"]))
    return array
