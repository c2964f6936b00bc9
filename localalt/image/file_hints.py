"""What a picture's file and its sidecar say about it, once the picture is loaded, and what to say of that.

Knows how a picture was loaded, and where from. Reads a sidecar in the process that decodes pixels.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from localalt.image import source as sources
from localalt.image.metadata.hints import Hints, read_hints
from localalt.image.metadata.regions import Frame
from localalt.image.metadata.sidecar import read_sidecar
from localalt.image.metadata.values import MAX_TEXT
from localalt.types import ImageSource, Notice

if TYPE_CHECKING:
    from localalt.image.loading import Loaded

__all__ = ["hints_of", "notices_of"]

_AS_STORED = ("JPEG", "PNG", "WEBP")
"""Formats whose decoders leave a picture as it lies in its file; others may turn it, and leave no trace of that."""


def hints_of(loaded: Loaded, orientation: int, source: ImageSource | sources.Named) -> Hints:
    """What the file of a picture says about it; where a path names the file, its sidecar as well.

    `orientation` is EXIF's, 1 to 8, as it was found in `loaded`. Raises nothing.
    """
    frame = Frame(loaded.size, orientation) if loaded.image.format in _AS_STORED else None
    inner = source.source if isinstance(source, sources.Named) else source
    sidecar = read_sidecar(Path(os.fsdecode(inner))) if sources.is_path(inner) else None
    return read_hints(loaded.image, frame=frame, sidecar=sidecar)


def notices_of(hints: Hints | None) -> list[Notice]:
    """What the author should know of what the file says."""
    if hints is None or not hints.shortened:
        return []
    fields = ", ".join(name.replace("_", " ") for name in hints.shortened)
    return [Notice("metadata-shortened", f"The file's {fields} had more than {MAX_TEXT:,} characters and was cut.")]
