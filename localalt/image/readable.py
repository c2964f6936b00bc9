"""Whether a picture can be read at all: found out before a model is loaded or asked for.

Decodes it once, small. Knows nothing of models.
"""

from __future__ import annotations

import os
from typing import BinaryIO, cast

from localalt.image.processor import load_picture
from localalt.image.source import Named
from localalt.types import ImageGeometry, ImageSource

__all__ = ["check_readable"]

_SMALL = ImageGeometry(None, 1, 1, 64 * 64)


def check_readable(image: ImageSource | Named) -> None:
    """Raises what reading `image` would raise. A file object that cannot go back to its position is not touched.

    Raises:
        ImageError: it cannot be used.
    """
    if not hasattr(image, "read") or isinstance(image, str | os.PathLike):
        load_picture(image, _SMALL)
        return
    file = cast("BinaryIO", image)
    try:
        at = file.tell() if file.seekable() else None
    except (AttributeError, OSError, ValueError):
        return
    if at is not None:
        try:
            load_picture(file, _SMALL)
        finally:
            file.seek(at)
