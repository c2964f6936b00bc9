"""Anything a person holds -> RGB pixels, the right way up, at the size the projector takes.

The order of the work keeps it cheap and the picture good: a JPEG is decoded at a fraction of
its size; the rest of a large surplus is averaged away in whole blocks, leaving at least twice
the size wanted; orientation, colour profile and transparency are then cheap; one Lanczos
resize gives the final size.

Does not know models or prompts: an `ImageGeometry` says all that matters about a projector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from localalt.containers import MAX_EXIF_BYTES, MAX_FRAMES, check_pixels
from localalt.image import colour, decoding, source as sources
from localalt.image.budgets import Tier, budget
from localalt.image.detail import measure, tier_of
from localalt.image.metadata.hints import Hints, read_hints
from localalt.image.metadata.values import MAX_TEXT
from localalt.image.resize import fit
from localalt.types import Detail, ImageGeometry, ImageSource, Notice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import PIL.Image

__all__ = ["Picture", "load_picture"]

OVERSAMPLE = 2
"""How many times the final size is left for the Lanczos resize, which then has whole pixels to
weigh; Pillow's own `reducing_gap` calls 2.0 close to a resize from the full size."""

SAMPLED_FRAMES = 8
"""Frames of an animation that are looked at, spread over its length."""

FRAME_BUDGET_PIXELS = 128_000_000
"""Most pixels decoded in search of a frame, a second or two of work: frames build on the ones
before, so that the last one looked at costs all of them."""

MEASURED_PX = 1024
"""Longest side at which it is measured how much detail a picture has."""

THUMBNAIL_PX = 96
"""Side at which frames are compared: enough to see content, too small to see noise."""

FIRST_FRAME_SHARE = 0.5
"""The first frame is taken if it has this share of the detail of the best one: it is what
people see before anything moves, and what a still copy of the animation shows."""


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
    shown. "transparent": no pixel is visible. "metadata-shortened": a text of its file was cut."""
    tier: Tier = "high"
    """Whether it has all the detail that the projector takes, or less."""
    hints: Hints | None = None
    """What its file says about it, where that was wanted."""


def load_picture(
    source: ImageSource | sources.Named, geometry: ImageGeometry, *, detail: Detail = "high", wants_hints: bool = False
) -> Picture:
    """Read a picture and bring it to the size that `geometry` asks for, or to a smaller one of less `detail`.

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
        image, size, notices = _load(source, label, geometry)
        hints = read_hints(image) if wants_hints else None
        notices += _notices_of_hints(hints)
        is_own = not isinstance(source, Image.Image)
        return _prepare(image, name, label, size, notices, geometry, detail, hints, is_own=is_own)


def _notices_of_hints(hints: Hints | None) -> list[Notice]:
    if hints is None or not hints.shortened:
        return []
    fields = ", ".join(name.replace("_", " ") for name in hints.shortened)
    return [Notice("metadata-shortened", f"The file's {fields} had more than {MAX_TEXT:,} characters and was cut.")]


def _load(
    source: ImageSource | sources.Named, label: str, geometry: ImageGeometry
) -> tuple[PIL.Image.Image, tuple[int, int], list[Notice]]:
    """Pixels as stored, loaded; their (width, height) before any reduction; what to know."""
    import numpy as np
    from PIL import Image

    if isinstance(source, Image.Image):
        check_pixels(source.size, label)
        source.load()
        return source, source.size, _notices_of_image(source)
    if isinstance(source, np.ndarray):
        image = Image.fromarray(np.ascontiguousarray(sources.validate_array(source, label)))
        return image, image.size, []
    with sources.opened(source, label) as file:
        return _load_file(file, label, geometry)


def _load_file(
    file: IO[bytes], label: str, geometry: ImageGeometry
) -> tuple[PIL.Image.Image, tuple[int, int], list[Notice]]:
    image, n_images = decoding.open_picture(file, label)
    notices: list[Notice] = []
    if image.format == "JPEG":
        size = image.size
        # As stored: turning the picture turns the size it gets, and nothing else.
        decoding.reduce_on_decoding(image, _oversampled(fit(*size, geometry).content), label)
        image.load()
        return image, size, notices
    several = f"{n_images}" if n_images <= MAX_FRAMES else f"more than {MAX_FRAMES}"
    if image.format == "TIFF":
        if n_images > 1:
            notices.append(Notice("multipage", f"The file has {several} pages; this is the first."))
    elif n_images > 1:
        index = _representative_frame(image, min(n_images, MAX_FRAMES), label)
        if index < image.tell():
            # Pillow 13.0 loses its place in a PNG of several IDAT chunks when it seeks back.
            file.seek(0)
            image, _ = decoding.open_picture(file, label)
        image.seek(index)
        notices.append(Notice("animated", f"The picture is animated; this is frame {index + 1} of {several}."))
    image.load()
    check_pixels(image.size, label)  # a GIF's later frame may enlarge it
    return image, image.size, notices


def _prepare(
    image: PIL.Image.Image,
    name: str,
    label: str,
    size: tuple[int, int],
    notices: list[Notice],
    geometry: ImageGeometry,
    wanted: Detail,
    hints: Hints | None,
    *,
    is_own: bool,
) -> Picture:
    """Loaded pixels of any kind -> the finished picture. Those of an `is_own` image are freed on the way."""
    import numpy as np
    from PIL import Image

    orientation = _orientation(image)
    original_size = _turned(size, orientation >= 5)
    place = fit(*original_size, geometry)
    working = colour.shrink(image, _turned(_oversampled(place.content), orientation >= 5), label)
    if is_own and working is not image:
        image.close()  # before the copies that follow are made
    working = colour.to_srgb(_upright(working, orientation), image.info.get("icc_profile"))
    if working.mode == "RGBA" and working.getchannel("A").getextrema() == (0, 0):
        notices.append(Notice("transparent", "Every pixel is fully transparent: nothing can be seen."))
    opaque, level = colour.flatten(working)
    tier = tier_of(measure(_measured(opaque))) if wanted == "auto" else wanted
    place = fit(*original_size, budget(geometry, tier))
    resized = opaque.resize(place.content, Image.Resampling.LANCZOS)
    if place.padded:
        # The ground that the content stands out from: bars in the colour of its edges would
        # hide where a plain line or panel ends.
        level = colour.ground_for(opaque) if level is None else level
        canvas = Image.new("RGB", place.canvas, (level, level, level))
        canvas.paste(resized, place.offset)
        resized = canvas
    return Picture(np.array(resized, order="C"), name, original_size, tuple(notices), tier, hints)


def _measured(image: PIL.Image.Image) -> npt.NDArray[np.uint8]:
    """Grey levels at a size at which small writing can still be distinguished from texture."""
    import numpy as np
    from PIL import Image

    grey = image.convert("L")
    grey.thumbnail((MEASURED_PX, MEASURED_PX), Image.Resampling.BOX)
    return np.asarray(grey)


def _turned(size: tuple[int, int], turned: bool) -> tuple[int, int]:
    return (size[1], size[0]) if turned else size


def _oversampled(size: tuple[int, int]) -> tuple[int, int]:
    return size[0] * OVERSAMPLE, size[1] * OVERSAMPLE


def _orientation(image: PIL.Image.Image) -> int:
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


def _representative_frame(image: PIL.Image.Image, n_frames: int, label: str) -> int:
    """Index of a frame that shows what the animation is about: the first, unless others show
    far more."""
    reachable = min(n_frames, max(1, FRAME_BUDGET_PIXELS // (image.width * image.height)))
    indices = sorted({round(i * (reachable - 1) / (SAMPLED_FRAMES - 1)) for i in range(SAMPLED_FRAMES)})
    details: dict[int, float] = {}
    for index in indices:
        try:
            image.seek(index)
        except EOFError:  # the header promised more frames than there are
            break
        details[index] = _detail(image, label)
    best = max(details, key=lambda index: details[index])
    return 0 if details[0] >= FIRST_FRAME_SHARE * details[best] else best


def _detail(image: PIL.Image.Image, label: str) -> float:
    """Mean difference of neighbouring grey levels of a thumbnail: 0.0 for an even picture."""
    import numpy as np

    small = colour.flatten(colour.to_srgb(colour.shrink(image, (THUMBNAIL_PX, THUMBNAIL_PX), label), None))[0]
    grey = np.asarray(small.convert("L").resize((THUMBNAIL_PX, THUMBNAIL_PX)), dtype=np.float64)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
