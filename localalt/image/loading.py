"""A picture file -> its pixels as stored: of several images in it, the one that a person sees.

Decides between frames and pages, and how much of a JPEG is decoded. Does not know colours, or what becomes of pixels.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, TypeAlias, cast

from localalt.containers import MAX_FRAMES, check_pixels
from localalt.errors import ImageTooLargeError
from localalt.image import damage, decoding, deep_colours
from localalt.image.frames import representative_frame
from localalt.image.levels import thinned
from localalt.image.samples import Samples
from localalt.types import Notice

if TYPE_CHECKING:
    import PIL.Image
    from PIL import ImageFile

__all__ = ["Loaded", "Size", "load_file", "oversampled"]

Size: TypeAlias = tuple[int, int]
"""(width, height) in pixels."""

OVERSAMPLE = 2
"""How many times the final size is left for the Lanczos resize, which then has whole pixels to
weigh; Pillow's own `reducing_gap` calls 2.0 close to a resize from the full size."""

_ANIMATED = ("AVIF", "GIF", "PNG", "WEBP")
_DAMAGED = "damaged"
"""The name of a notice."""


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Pixels as stored."""

    image: PIL.Image.Image
    size: tuple[int, int]
    """(width, height) as stored, before any reduction."""
    notices: list[Notice] = field(default_factory=list)
    samples: Samples | None = None
    """What the file says of its samples; None where only the image can."""


def oversampled(size: tuple[int, int]) -> tuple[int, int]:
    """The size that is left for the last resize to `size`."""
    return size[0] * OVERSAMPLE, size[1] * OVERSAMPLE


def load_file(file: IO[bytes], label: str, at_least: Callable[[Size], Size]) -> Loaded:
    """The picture in a file, decoded; a JPEG of many more pixels than are wanted at a fraction of its size.

    `at_least` gives the (width, height) that are wanted of a picture of that size.

    Of a damaged file what is there, with the notice "damaged". To be called within `decoding.translated`.

    Raises:
        ImageFormatError, ImageTooLargeError: as `decoding.open_picture`.
    """
    name = decoding.identify(file.read(decoding.HEAD_BYTES), label)
    file.seek(0)
    failed: Exception | None = None
    try:
        loaded = _load(file, label, at_least)
        if damage.is_suspicious(name, file, loaded.image, label):
            return _repaired(name, file, label, at_least) or loaded
        return loaded
    except (ImageTooLargeError, MemoryError):
        raise
    except Exception as error:  # as of any plugin: see `decoding.translated`
        failed = error
        _free(error)
    with contextlib.suppress(Exception):
        if found := _repaired(name, file, label, at_least):
            return found
    raise failed


def _free(error: BaseException) -> None:
    """Have an error no longer hold what was decoded before it, in the frames of its traceback and of its causes'."""
    each: BaseException | None = error
    while each is not None:
        traceback.clear_frames(each.__traceback__)
        each = each.__cause__ or each.__context__


def _repaired(name: str, file: IO[bytes], label: str, at_least: Callable[[Size], Size]) -> Loaded | None:
    """What is there of a damaged file; None if it is whole, or nothing can be made of it."""
    file.seek(0)
    repair = damage.repair(name, file, label)
    if repair is None:
        if name not in _ANIMATED:
            return None
        loaded = _load(file, label, at_least, is_repaired=True)
        return loaded if any(notice.name == _DAMAGED for notice in loaded.notices) else None
    loaded = _load(repair.file, label, at_least, is_repaired=True, is_partial=repair.step != (1, 1))
    others = [notice for notice in loaded.notices if notice.name != _DAMAGED]
    image = thinned(loaded.image, repair.step)
    return replace(loaded, image=image, notices=[Notice(_DAMAGED, repair.message), *others])


def _load(
    file: IO[bytes],
    label: str,
    at_least: Callable[[Size], Size],
    *,
    is_repaired: bool = False,
    is_partial: bool = False,
) -> Loaded:
    """The picture in a file.

    Args:
        file: at its start.
        label: what it is called in errors.
        at_least: see `load_file`.
        is_repaired: whether later frames of an animation may be damaged.
        is_partial: whether its data may end before its pixels.
    """
    opened = decoding.open_picture(file, label)
    image = opened.image
    if opened.name == "JPEG":
        size = image.size
        # As stored: turning the picture turns the size it gets, and nothing else.
        decoding.reduce_on_decoding(image, at_least(size), label)
        image.load()
        return Loaded(image, size)
    if is_partial:
        with contextlib.suppress(OSError):
            image.load()
        cast("ImageFile.ImageFile", image).tile = []  # nothing is left to be decoded
        return Loaded(image, image.size, [], opened.samples)
    notices: list[Notice] = []
    several = f"{opened.n_images}" if opened.n_images <= MAX_FRAMES else f"more than {MAX_FRAMES}"
    if opened.name == "TIFF":
        if opened.n_images > 1:
            notices.append(Notice("multipage", f"The file has {several} pages; this is the first."))
    elif opened.n_images > 1:
        image, notices = _frame(file, label, opened, several, is_tolerant=is_repaired)
    is_deep = deep_colours.is_deep(image)
    image.load()
    if is_deep and opened.n_images == 1:
        deep_colours.deepen(file, label, image)
    check_pixels(image.size, label)  # a GIF's later frame may enlarge it
    for tag, value in opened.inherited.items():
        image.getexif().setdefault(tag, value)
    return Loaded(image, image.size, notices, opened.samples)


def _frame(
    file: IO[bytes], label: str, opened: decoding.Opened, several: str, *, is_tolerant: bool
) -> tuple[PIL.Image.Image, list[Notice]]:
    """An animation at the frame that shows what it is about, and what to say of that."""
    image = opened.image
    # What an APNG shows where it cannot be animated is not one of its frames.
    first = int(bool(getattr(image, "default_image", False)))
    n_frames = min(opened.n_images, MAX_FRAMES) - first
    index, is_whole = representative_frame(image, first, n_frames, label, is_tolerant=is_tolerant)
    if index < image.tell() or not is_whole:
        # Pillow 13.0 loses its place in a PNG of several IDAT chunks when it seeks back.
        file.seek(0)
        image = decoding.open_picture(file, label).image
    image.seek(index)
    notices = []
    if n_frames > 1:
        total = several if opened.n_images > MAX_FRAMES else n_frames
        notices.append(Notice("animated", f"The picture is animated; this is frame {index - first + 1} of {total}."))
    if not is_whole:
        notices.append(
            Notice("damaged", "The file is cut short or damaged: later frames of the animation are missing.")
        )
    return image, notices
