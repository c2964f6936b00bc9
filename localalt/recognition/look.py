"""A look at the writing in a caller's picture, which is read again at the size that an OCR engine wants."""

from __future__ import annotations

from collections.abc import Callable

from localalt.errors import ImageError
from localalt.image.reader import PictureReader
from localalt.recognition.reading import Reading
from localalt.recognition.recognizer import MOST_PIXELS, Recognizer

__all__ = ["look_with"]


def look_with(recognizer: Recognizer, reader: PictureReader, is_unwanted: Callable[[], bool]) -> Reading:
    """What `recognizer` reads in the picture of a `reader`: see `Look`."""
    try:
        pixels = reader.large(MOST_PIXELS)
    except ImageError as error:  # a file may have changed
        return Reading((), fault=f"The picture cannot be read again: {error}")
    return recognizer.read(pixels, is_unwanted)
