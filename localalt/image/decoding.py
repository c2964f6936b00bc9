"""Picture files: what a file is, which formats are read, how much of one is decoded.

Knows magic numbers, Pillow's plugins and everything that they may raise. Does not know
where a file came from, what its colours mean, or the size that a model wants.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, cast

from localalt.containers import MAX_EXIF_BYTES, check_memory, check_pixels, examine
from localalt.containers.jpeg import MAX_PIXELS_IN_ONE_SCAN
from localalt.containers.png import significant_bits
from localalt.errors import ImageFormatError, ImageTooLargeError, LocalAltError
from localalt.first_imports import import_once, importing
from localalt.image.icons import largest_icon
from localalt.image.mistakes import mistaken
from localalt.image.quiet import quiet
from localalt.image.samples import Samples, samples_of
from localalt.image.several import main_jpeg, open_tiff

if TYPE_CHECKING:
    from PIL import Image, ImageFile, JpegImagePlugin, TiffImagePlugin

__all__ = [
    "HEAD_BYTES",
    "Opened",
    "exif_of",
    "identify",
    "import_pillow",
    "open_picture",
    "reduce_on_decoding",
    "translated",
]

HEAD_BYTES = 4096
"""Enough of a file to see what it is; an SVG's root may follow a long comment."""

_PLUGINS = {
    # Formats of pixels that people hold. Their plugins are called by name, never through
    # Image.open: that one tries formats that start programs (EPS: Ghostscript) or load other
    # files, and its limits are process-wide.
    "AVIF": ("AvifImagePlugin", "AvifImageFile"),
    "BMP": ("BmpImagePlugin", "BmpImageFile"),
    "GIF": ("GifImagePlugin", "GifImageFile"),
    "ICO": ("IcoImagePlugin", "IcoImageFile"),
    "JPEG": ("JpegImagePlugin", "JpegImageFile"),
    "JPEG2000": ("Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "PNG": ("PngImagePlugin", "PngImageFile"),
    "PPM": ("PpmImagePlugin", "PpmImageFile"),
    "TIFF": ("TiffImagePlugin", "TiffImageFile"),
    "WEBP": ("WebPImagePlugin", "WebPImageFile"),
}

_LATE = (
    "numpy",
    "encodings.utf_16",
    *("PIL.features", "PIL.Image", "PIL.ImageCms", "PIL.ImageOps", "PIL.ImageSequence"),
    *(f"PIL.{module}" for module, _ in _PLUGINS.values()),
)

_FEATURES = {"AVIF": "avif", "JPEG2000": "jpg_2000", "WEBP": "webp"}
"""Formats that a build of Pillow may lack, by the name that `PIL.features` has for them."""

_PLANAR_BYTES = {"AVIF": 8}
"""Bytes a pixel of planes that a decoder holds, in 12 bits and with alpha, beside two copies and Pillow's own."""
_HEIC_BYTES = 12
"""Bytes a pixel of libheif's planes and interleaved copy, and of Pillow's."""
_ANIMATED_PNG_BYTES = 16
"""Bytes a pixel of a frame, of those that it is laid on, and of what was there before."""

_MAGIC = (
    ("PNG", rb"\x89PNG\r\n\x1a\n"),
    ("JPEG", rb"\xff\xd8\xff"),
    ("GIF", rb"GIF8[79]a"),
    ("WEBP", rb"RIFF....WEBP"),
    ("TIFF", rb"II[*+]\x00|MM\x00[*+]"),
    ("BMP", rb"BM"),
    ("ICO", rb"\x00\x00\x01\x00"),
    ("PPM", rb"P[1-6f][\s#]"),
    ("JPEG2000", rb"\xff\x4f\xff\x51|\x00\x00\x00\x0cjP  \r\n\x87\n"),
)

_READS = "localalt reads PNG, JPEG, WebP, AVIF, GIF, TIFF, BMP, ICO, PPM, JPEG 2000, and HEIC with localalt[heic]"

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})


def import_pillow() -> None:
    """Import what any picture may need, above all Pillow and numpy: see `first_imports`. They are not used before."""
    import_once(*_LATE)


@contextmanager
def translated(label: str) -> Iterator[None]:
    """The boundary that Pillow's exceptions do not cross: only `ImageError`s come out.

    Hostile files make the plugins raise nearly everything that Python has (OSError,
    SyntaxError, struct.error, IndexError, OverflowError, …), hence `Exception`.

    Raises:
        ImageTooLargeError: for Pillow's own pixel limit, or when memory ran out.
        ImageFormatError: for everything else.
    """
    try:
        with quiet():
            yield
    except LocalAltError:
        raise
    except MemoryError as error:
        raise ImageTooLargeError(f"{label} needs more memory than there is: scale it down first.") from error
    except Exception as error:
        pillow = sys.modules.get("PIL.Image")  # not imported where a picture is only handed on
        if pillow is not None and isinstance(error, pillow.DecompressionBombError):
            raise ImageTooLargeError(f"{label} has too many pixels ({error}): scale it down first.") from error
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ImageFormatError(
            f"{label} is damaged, truncated or of a kind that Pillow cannot read ({reason}): "
            "open it in an image editor and save it as PNG."
        ) from error


def identify(head: bytes, label: str) -> str:
    """The format that a file's first `HEAD_BYTES` show, such as "PNG".

    Raises:
        ImageFormatError: naming what the file is instead, where that shows.
    """
    if not head:
        raise ImageFormatError(f"{label} is empty: save or download the picture again.")
    for name, magic in _MAGIC:
        if re.match(magic, head, re.DOTALL):
            return name
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[i : i + 4] for i in range(16, min(int.from_bytes(head[:4], "big"), 256), 4))}
        if brands & {b"avif", b"avis"}:
            return "AVIF"
        if brands & _HEIC_BRANDS:
            return "HEIC"
    if other := mistaken(head):
        what, advice = other
        raise ImageFormatError(f"{label} is {what}, not a picture of pixels that localalt reads: {advice}.")
    raise ImageFormatError(f"{label} is not a picture, or of an unknown format: {_READS}.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture file whose header was read."""

    image: Image.Image
    name: str
    """Its format, as `identify` names it."""
    n_images: int = 1
    """Frames or pages, up to one more than `MAX_FRAMES`."""
    samples: Samples = field(default_factory=Samples)
    inherited: Mapping[int, int | str] = field(default_factory=dict)
    """EXIF tags that hold where the image has none of its own."""


def open_picture(file: IO[bytes], label: str) -> Opened:
    """Read a picture's header; pixels are decoded by `load()` on what is returned.

    `file` is seekable, at its start, and stays open and at hand until then. HEIC and ICO come back
    loaded, since there are no lazy images of them. To be called within `translated`.

    Raises:
        ImageFormatError: if it is not a picture, or of a format that cannot be read here.
        ImageTooLargeError: if decoding it would take too much memory or time.
    """
    head = file.read(HEAD_BYTES)
    name = identify(head, label)
    file.seek(0)
    if name == "HEIC":
        return Opened(_open_heic(file, label), name)
    if name in _FEATURES:
        from PIL import features

        if not features.check(_FEATURES[name]):
            raise ImageFormatError(f"{label} is {name}, which this build of Pillow lacks: convert it to PNG first.")
    claims = examine(name, file, label)
    if name == "ICO":
        return Opened(largest_icon(file, label), name)
    original_bits = significant_bits(file) if name == "PNG" else None
    file.seek(0)
    module, plugin_name = _PLUGINS[name]
    # Without a file name Pillow does not map the file into memory: a file that another process
    # cuts short would then end this process by SIGBUS.
    plugin: type[ImageFile.ImageFile] = getattr(importlib.import_module(f"PIL.{module}"), plugin_name)
    inherited: Mapping[int, int | str] = {}
    if name == "TIFF":
        image: ImageFile.ImageFile
        image, inherited = open_tiff(cast("type[TiffImagePlugin.TiffImageFile]", plugin), file, claims)
    else:
        image = plugin(file)
        if name == "JPEG":
            image = main_jpeg(image, file, label)
    # Of a JPEG `examine` has seen the frame, and knows whether it is decoded whole.
    check_pixels(image.size, label, MAX_PIXELS_IN_ONE_SCAN if name == "JPEG" else None)
    n_images = claims.n_images
    if n_images is None:
        n_images = getattr(image, "n_frames", 1)
    if name in _PLANAR_BYTES:
        check_memory(image.size, _PLANAR_BYTES[name] + 3 * len(image.getbands()), label)
    elif name == "PNG" and n_images > 1:
        check_memory(image.size, _ANIMATED_PNG_BYTES, label)
    samples = replace(samples_of(image), original_bits=original_bits)
    if name == "JPEG2000" and b"cdef" not in head:  # the box that says which component is alpha (T.800, I.5.3.6)
        samples = replace(samples, alpha_may_be_unused=True)
    return Opened(image, name, n_images, samples, inherited)


def exif_of(image: Image.Image) -> bytes:
    """The EXIF that a file was found to have, if it has no more than is read."""
    exif = image.info.get("exif") or b""
    return exif if isinstance(exif, bytes) and len(exif) <= MAX_EXIF_BYTES else b""


def _open_heic(file: IO[bytes], label: str) -> Image.Image:
    try:
        with importing():
            import pillow_heif
    except ImportError as error:
        raise ImageFormatError(f'{label} is HEIC, which needs pillow-heif: pip install "localalt[heic]".') from error
    # Not through register_heif_opener, which would change Pillow for the whole process.
    container = pillow_heif.open_heif(file)
    check_memory(container.size, _HEIC_BYTES, label)
    return cast("Image.Image", container.to_pillow())


def reduce_on_decoding(image: Image.Image, at_least: tuple[int, int], label: str) -> None:
    """Have a JPEG decode at 1/2, 1/4 or 1/8 of its size where that stays above `at_least`.

    `at_least` is (width, height) as stored, before orientation. Other formats decode whole.

    Raises:
        ImageTooLargeError: if too many pixels are left even so.
    """
    if image.format == "JPEG":
        cast("JpegImagePlugin.JpegImageFile", image).draft(None, at_least)
        check_pixels(image.size, label)
