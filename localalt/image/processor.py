"""Anything a person holds -> RGB pixels, the right way up, at the size the projector takes.

The order of the work keeps it cheap and the picture good: a JPEG is decoded at a fraction of
its size; the rest of a large surplus is averaged away in whole blocks, leaving at least twice
the size wanted; orientation, colour profile and transparency are then cheap; one Lanczos
resize gives the final size.

Does not know models or prompts: an `ImageGeometry` says all that matters about a projector.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localalt.containers import MAX_EXIF_BYTES, check_pixels
from localalt.image import colour, decoding, source as sources
from localalt.image.budgets import Tier, budget
from localalt.image.file_hints import hints_of, notices_of
from localalt.image.ink import ink_of
from localalt.image.loading import Loaded, Size, load_file, oversampled
from localalt.image.metadata.hints import Hints
from localalt.image.resize import Fit, fit
from localalt.image.tiers import tier_of_image
from localalt.image.tiles import LEAST_TYPE_PX, SmallWriting, Tile, Tiling, is_too_small, tiling
from localalt.image.type_size import type_height
from localalt.types import Detail, ImageGeometry, ImageSource, Notice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import PIL.Image

__all__ = ["Picture", "load_picture", "load_pixels", "orientation_of", "placed", "plain"]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture as the projector takes it."""

    pixels: npt.NDArray[np.uint8]
    """(height, width, 3), RGB, C-contiguous."""
    source: str
    """The path as given, or "<bytes>", "<file>" or the file object's name, "<image>", "<array>"."""
    original_size: tuple[int, int]
    """(width, height) in pixels, the right way up, before resizing."""
    notices: tuple[Notice, ...]
    """"animated": one frame of several is shown. "multipage": the first page of several is
    shown. "transparent": no pixel is visible. "damaged": the file is, and what of it is there is
    shown. "metadata-shortened": a text of its file was cut. "small-writing": its writing is too small to be read."""
    tier: Tier = "high"
    """Whether it has all the detail that the projector takes, or less."""
    hints: Hints | None = None
    """What its file says about it, where that was wanted."""
    tiles: tuple[Tile, ...] = ()
    """Parts of it that are to be read one by one, since its writing is too small in the whole."""
    page: npt.NDArray[np.uint8] | None = None
    """What its tiles are cut from, where its owner is another process: (height, width, 3), of the original size."""


def load_picture(
    source: ImageSource | sources.Named,
    geometry: ImageGeometry,
    *,
    detail: Detail = "high",
    wants_hints: bool = False,
    small_writing: SmallWriting = "ignore",
) -> Picture:
    """Read a picture and bring it to the size that `geometry` asks for, or to a smaller one of less `detail`.

    Writing that is too small then is cut into tiles for `small_writing` "tile", and a notice says so for "warn".

    A file object is read from its position to its end, and not closed. A PIL image is left
    as it is, and taken at its current frame. Arrays are uint8, of shape (H, W),
    (H, W, 1), (H, W, 3) as RGB or (H, W, 4) as RGBA with straight alpha.

    Safe to call from several threads at once. Changes no setting of Pillow's.

    Raises:
        ImageNotFoundError: if a path names no file.
        ImageFormatError: if it is empty, truncated, damaged, not a picture, a URL, of a format
            that cannot be read here, or an object that is not taken.
        ImageTooLargeError: if it has more pixels than are decoded.
    """
    decoding.import_pillow()
    from PIL import Image

    name, label = sources.name_of(source), sources.label_of(source)
    with decoding.translated(label):
        reach = _reach(geometry, detail)
        loaded = load_pixels(source, label, lambda size: oversampled(fit(*size, reach).content))
        hints = hints_of(loaded, orientation_of(loaded.image), source) if wants_hints else None
        notices = [*loaded.notices, *notices_of(hints)]
        is_own = not isinstance(source, Image.Image)
        return _prepare(loaded, name, label, notices, geometry, detail, hints, small_writing, is_own=is_own)


def _reach(geometry: ImageGeometry, wanted: Detail) -> ImageGeometry:
    """For what a picture is decoded: the tier "high", unless "max" is asked for.

    "auto" may come to "max" all the same, for small print: at most four times the tokens, and so twice the sides, for
    which a picture with `OVERSAMPLE` times the sides of "high" has pixels enough. A photograph of 48 megapixels would
    take three times as long, and 180 MiB more, were it decoded for that.
    """
    return budget(geometry, "max" if wanted == "max" else "high")


def load_pixels(source: ImageSource | sources.Named, label: str, at_least: Callable[[Size], Size]) -> Loaded:
    """Pixels as stored, of a JPEG perhaps at a fraction of its size: see `load_file`."""
    import numpy as np
    from PIL import Image

    if isinstance(source, Image.Image):
        check_pixels(source.size, label)
        source.load()
        return Loaded(source, source.size, _notices_of_image(source))
    if isinstance(source, np.ndarray):
        image = Image.fromarray(np.ascontiguousarray(sources.validate_array(source, label)))
        return Loaded(image, image.size)
    with sources.opened(source, label) as file:
        return load_file(file, label, at_least)


def _prepare(
    loaded: Loaded,
    name: str,
    label: str,
    notices: list[Notice],
    geometry: ImageGeometry,
    wanted: Detail,
    hints: Hints | None,
    small_writing: SmallWriting,
    *,
    is_own: bool,
) -> Picture:
    """Loaded pixels of any kind -> the finished picture. Those of an `is_own` image are freed on the way."""
    import numpy as np

    orientation = orientation_of(loaded.image)
    original_size = _turned(loaded.size, orientation >= 5)
    place = fit(*original_size, _reach(geometry, wanted))
    working = plain(loaded, orientation, oversampled(place.content), label, is_own=is_own)
    if working.mode == "RGBA" and working.getchannel("A").getextrema() == (0, 0):
        notices.append(Notice("transparent", "Every pixel is fully transparent: nothing can be seen."))
    opaque, level = colour.flatten(working)
    tier = tier_of_image(opaque) if wanted == "auto" else wanted
    tiles: tuple[Tile, ...] = ()
    if small_writing != "ignore" and tier != "low":
        ink = ink_of(np.asarray(opaque.convert("L")))
        height = type_height(ink)
        type_px = None if height is None else height * original_size[1] / opaque.height
        if wanted == "auto" and is_too_small(original_size, type_px, budget(geometry, tier)):
            tier = "max"
        found = tiling(original_size, type_px, ink, budget(geometry, tier))
        if found is not None:
            tiles, small = _small_writing(found, small_writing)
            notices += small
    granted = budget(geometry, tier)
    pixels = placed(opaque, level, fit(*original_size, granted))
    return Picture(pixels, name, original_size, tuple(notices), tier, hints, tiles)


def plain(loaded: Loaded, orientation: int, at_least: Size, label: str, *, is_own: bool) -> PIL.Image.Image:
    """The right way up, in sRGB, in mode RGB or RGBA; by a whole factor smaller where it is much larger than wanted.

    Args:
        loaded: pixels as stored; those of an `is_own` image are freed on the way.
        orientation: see `orientation_of`.
        at_least: the (width, height) that is wanted, the right way up.
        label: what the picture is called in errors.
    """
    image = loaded.image
    working = colour.shrink(image, _turned(at_least, orientation >= 5), label, loaded.samples)
    if is_own and working is not image:
        image.close()  # before the copies that follow are made
    return colour.to_srgb(_upright(working, orientation), image.info.get("icc_profile"))


def placed(opaque: PIL.Image.Image, level: int | None, place: Fit) -> npt.NDArray[np.uint8]:
    """An RGB image at its place on the canvas: uint8 of shape (height, width, 3), C-contiguous.

    `level` is the grey of the ground that it lies on already; None where it lies on none.
    """
    import numpy as np
    from PIL import Image

    resized = opaque.resize(place.content, Image.Resampling.LANCZOS)
    if place.padded:
        # The ground that the content stands out from: bars in the colour of its edges would
        # hide where a plain line or panel ends.
        level = colour.ground_for(opaque) if level is None else level
        canvas = Image.new("RGB", place.canvas, (level, level, level))
        canvas.paste(resized, place.offset)
        resized = canvas
    return np.array(resized, order="C")


def _small_writing(found: Tiling, wanted: SmallWriting) -> tuple[tuple[Tile, ...], list[Notice]]:
    """The tiles in which writing that is too small in the whole is read, and what to know of it."""
    tiles, seen_px = (found.tiles, found.type_px) if wanted == "tile" else ((), found.whole_px)
    if seen_px >= LEAST_TYPE_PX:
        return tiles, []
    return tiles, [
        Notice(
            "small-writing",
            f"The model sees its writing {seen_px:.0f} pixels high, and below {LEAST_TYPE_PX:.0f} it misreads: check "
            "every word, or pass a larger scan, or one part at a time.",
        )
    ]


def _turned(size: tuple[int, int], turned: bool) -> tuple[int, int]:
    return (size[1], size[0]) if turned else size


def orientation_of(image: PIL.Image.Image) -> int:
    """EXIF (or XMP) orientation, 1 to 8; 1 where it is missing or broken.

    From 5 on, width and height change places. Of a TIFF only after `load()`, in which Pillow
    turns it and takes the tag away.
    """
    try:
        # A text of a PNG may hold EXIF too, as lines of hexadecimal digits.
        limits = {"exif": MAX_EXIF_BYTES, "Raw profile type exif": 3 * MAX_EXIF_BYTES}
        if any(len(image.info.get(name) or "") > limit for name, limit in limits.items()):
            return 1
        value = image.getexif().get(0x0112)
    except Exception:  # broken metadata does not make a bad picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _upright(image: PIL.Image.Image, orientation: int) -> PIL.Image.Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _notices_of_image(image: PIL.Image.Image) -> list[Notice]:
    """What to say of a PIL image that is a frame of an animation.

    Only from what lies open: the properties that count frames seek, and a seek throws away
    what the owner has drawn on the image.
    """
    if image.format in ("MPO", "TIFF"):
        return []
    n_frames = vars(image).get("n_frames", 1)
    if n_frames > 1 or (image.format == "GIF" and "loop" in image.info):
        total = f" of {n_frames}" if n_frames > 1 else ""
        frame = f"frame {image.tell() + 1}{total}"
        return [Notice("animated", f"The picture is animated; this is {frame}, as it was passed.")]
    return []
