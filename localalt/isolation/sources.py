"""Pictures on their way into another process: what a person hands over -> a message with buffers, and back.

A path travels as an absolute path, and its file is decoded over there. Bytes, open files and arrays travel as bytes. A
PIL image is made ready here, since only its owner's Pillow knows it. Numpy and Pillow are not imported for any of
this: whoever hands over an array or an image has done so.
"""

from __future__ import annotations

import dataclasses
import io
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from localalt.errors import ImageNotFoundError
from localalt.first_imports import importing
from localalt.image.decoding import translated
from localalt.image.source import Named, is_path, label_of, name_of, not_taken, read_all, validate_array
from localalt.isolation.codec import decode, encode
from localalt.types import Detail, ImageGeometry, ImageSource

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    from localalt.image.processor import Picture
    from localalt.image.tiles import SmallWriting

__all__ = ["PictureMessage", "pack", "pack_name", "unpack"]

_NO_FILE = re.compile(r"[a-z][a-z0-9+.-]+:/|data:|mailto:|blob:|\Z|.*\0", re.IGNORECASE | re.DOTALL)
"""What is not the path of a file here, and must not be made to look like one: a URL, nothing, a NUL."""


@dataclass(frozen=True, slots=True)
class PictureMessage:
    """A picture as it crosses.

    `body` is one of these, with one buffer but for a path:
    {"path", "name"}: the file there; {"name"}: the buffer is an encoded file; {"shape"}: it is a uint8 array;
    {"shape", "picture"}: it is the pixels of a `Picture`, whose other fields are "picture"; with "page" there is a
    second buffer, an array of that shape which its tiles are cut from.
    """

    body: dict[str, Any]
    """JSON values."""
    buffers: tuple[bytes | bytearray | memoryview, ...] = field(default=())


def pack(
    image: ImageSource,
    geometry: Callable[[], ImageGeometry],
    *,
    detail: Detail,
    wants_hints: bool,
    small_writing: SmallWriting = "ignore",
) -> PictureMessage:
    """The message for a picture. A file is read to its end; what a path names is not touched.

    Args:
        image: what a person hands over.
        geometry: gives what the projector makes of a picture, for one that has to be made ready here.
        detail, wants_hints, small_writing: see `load_picture`.

    Raises:
        ImageError: it is not a picture that is taken.
    """
    name, label = name_of(image), label_of(image)
    if _is_image(image):
        with importing():
            from localalt.image.processor import load_picture
            from localalt.image.tile_loading import load_page
        picture = load_picture(image, geometry(), detail=detail, wants_hints=wants_hints, small_writing=small_writing)
        return _of_picture(dataclasses.replace(picture, page=load_page(image)) if picture.tiles else picture)
    with translated(label):
        if _is_array(image):
            import numpy as np

            array = np.ascontiguousarray(validate_array(image, label))
            # Not copied: the pages of a fresh copy cost more than the whole way.
            return PictureMessage({"shape": list(array.shape)}, (array.data,))
        if is_path(image):
            return PictureMessage({"path": _absolute(os.fsdecode(image), label), "name": name})
        if isinstance(image, bytes | bytearray | memoryview):
            return PictureMessage({"name": name}, (io.BytesIO(image).getvalue(),))
        if hasattr(image, "read"):
            return PictureMessage({"name": name}, (read_all(image, label),))
        raise not_taken(image)


def pack_name(image: ImageSource) -> PictureMessage:
    """The message for a picture that no model is asked about: of all but a path, what it is called is enough.

    Raises:
        ImageNotFoundError: it is a relative path, and this process's folder is gone.
    """
    name = name_of(image)
    if is_path(image):
        return PictureMessage({"path": _absolute(os.fsdecode(image), label_of(image)), "name": name})
    return PictureMessage({"name": name}, (b"",))


def unpack(message: PictureMessage) -> ImageSource | Named | Picture:
    """What `load_picture` takes, or the picture where it is ready.

    An array is not copied: where nobody waits for it any more, the parent may put another one in its place, and nobody
    sees what is read then. That would be dangerous for files, and for what the engine remembers.
    """
    body = message.body
    if "path" in body:
        return Named(body["path"], body["name"])
    data, *rest = message.buffers
    if "shape" not in body:
        return Named(bytes(data), body["name"])
    import numpy as np

    array: npt.NDArray[np.uint8] = np.frombuffer(data, np.uint8).reshape(body["shape"])
    if "picture" in body:
        from localalt.image.processor import Picture

        page = np.frombuffer(rest[0], np.uint8).reshape(body["page"]) if rest else None
        return Picture(array.copy(), **decode(body["picture"]), page=page)
    return array


def _of_picture(picture: Picture) -> PictureMessage:
    rest = {
        "source": picture.source,
        "original_size": picture.original_size,
        "notices": picture.notices,
        "tier": picture.tier,
        "hints": picture.hints,
        "tiles": picture.tiles,
    }
    body = {"shape": list(picture.pixels.shape), "picture": encode(rest)}
    if picture.page is None:
        return PictureMessage(body, (picture.pixels.data,))
    return PictureMessage({**body, "page": list(picture.page.shape)}, (picture.pixels.data, picture.page.data))


def _absolute(path: str, label: str) -> str:
    if _NO_FILE.match(path):
        return path
    try:
        os.fsencode(path)
        return str(Path(path).absolute())
    except UnicodeEncodeError:  # no file has such a name, and the error over there says where
        return path
    except FileNotFoundError as error:
        raise ImageNotFoundError(f"{label} does not exist: check the path.") from error


def _is_image(image: object) -> TypeGuard[Image.Image]:
    return _is_of("PIL.Image", "Image", image)


def _is_array(image: object) -> TypeGuard[npt.NDArray[Any]]:
    return _is_of("numpy", "ndarray", image)


def _is_of(module: str, name: str, image: object) -> bool:
    # Another thread may be importing the module right now: then it has no class yet, and nobody an object of it.
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(image, kind)
