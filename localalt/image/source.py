"""What a person holds: a path, bytes, an open file or an array, checked before it is decoded.

Knows file systems, streams and arrays. Does not know picture formats beyond asking whether a
stream's start looks like one.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeGuard, cast

from localalt.containers import check_pixels
from localalt.errors import ImageFormatError, ImageNotFoundError, ImageTooLargeError
from localalt.errors.wording import either
from localalt.image import decoding
from localalt.image.mistakes import missing_target

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Named",
    "is_path",
    "label_of",
    "name_of",
    "not_taken",
    "opened",
    "read_all",
    "validate_array",
    "validate_name",
]

MAX_STREAM_BYTES = 1 << 30
"""Most bytes read from a file object: a picture of the largest size, 16 bits deep and
uncompressed, has about as many. An endless stream stops there."""

_URL = re.compile(r"[a-z][a-z0-9+.-]+:/|data:|mailto:|blob:", re.IGNORECASE)
"""One slash, since pathlib has taken the second; two letters or more, since C:/ is a drive."""

_TAKES = "pass a path, bytes, an open binary file, a PIL image or a uint8 array"


@dataclass(frozen=True, slots=True)
class Named:
    """A path or the bytes of a file, from another process, under the name that it has there."""

    source: str | bytes | bytearray | memoryview
    name: str


def is_path(source: object) -> TypeGuard[str | os.PathLike[str]]:
    """Whether a picture is handed over as the path of its file."""
    return isinstance(source, (str, os.PathLike))


def name_of(source: object) -> str:
    """What a picture is called in results and messages: its path, or the kind of object."""
    if isinstance(source, Named):
        return source.name
    if is_path(source):
        return os.fsdecode(source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return "<bytes>"
    if hasattr(source, "read"):
        name = getattr(source, "name", None)  # a number where the file has none
        return name if isinstance(name, str) and name else "<file>"
    return "<array>" if hasattr(source, "dtype") else "<image>"


def label_of(source: object) -> str:
    """What a picture is called in the middle of a sentence: a path in quotation marks."""
    name = name_of(source)
    return repr(name) if is_path(source.source if isinstance(source, Named) else source) else name


def validate_name(source: object) -> str:
    """`name_of` a picture that need not be read; of a path, once it turns out to be a file.

    Raises:
        ImageNotFoundError, ImageFormatError: as `opened` does for a path.
    """
    inner = source.source if isinstance(source, Named) else source
    if is_path(inner):
        _open_path(os.fsdecode(inner), label_of(source), name_of(source)).close()
    return name_of(source)


def not_taken(source: object) -> ImageFormatError:
    """The error of an object that is nothing of what pictures are taken as."""
    return ImageFormatError(f"An object of type {type(source).__name__} is not a picture: {_TAKES}.")


@contextmanager
def opened(source: object, label: str) -> Iterator[IO[bytes]]:
    """A source that holds an encoded file, as a seekable file at its start.

    Files that were opened here are closed after; others are read to their end and left open.

    Raises:
        ImageNotFoundError: if a path names no file.
        ImageFormatError: if it is a URL, directory, device, text, closed, or not taken at all.
        ImageTooLargeError: if a file object goes on for too long.
    """
    name = name_of(source)
    if isinstance(source, Named):
        source = source.source
    if is_path(source):
        with _open_path(os.fsdecode(source), label, name) as file:
            yield file
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield io.BytesIO(source)
    elif hasattr(source, "read"):
        yield io.BytesIO(read_all(source, label))
    else:
        raise not_taken(source)


def _open_path(path: str, label: str, name: str) -> IO[bytes]:
    if not path:
        raise ImageNotFoundError("The path of the picture is empty: pass the path of a file.")
    if _URL.match(path):
        raise ImageFormatError(f"{label[:100]} is a URL, and localalt does not fetch: download it and pass the path.")
    try:
        mode = Path(path).stat().st_mode
        if stat.S_ISDIR(mode):
            raise ImageFormatError(f"{label} is a directory: pass the path of a picture in it.")
        if not stat.S_ISREG(mode):  # reading a pipe or device could block or never end
            how = either("pass its bytes", "pipe it into localalt describe -")
            raise ImageFormatError(f"{label} is not a regular file: copy its content to one, or {how}.")
        return Path(path).open("rb")
    except ImageFormatError:  # a ValueError too: ours from above
        raise
    except (OSError, ValueError) as error:
        if getattr(error, "filename", None) is not None:  # as the caller wrote it, not as it was made absolute
            error.filename = str(Path(name))  # type: ignore[union-attr]
        raise _path_error(error, path, label) from error


def _path_error(error: OSError | ValueError, path: str, label: str) -> ImageNotFoundError | ImageFormatError:
    """What a path that cannot be opened means. ValueError: it has a NUL or a lone surrogate."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if isinstance(error, FileNotFoundError) and (other := missing_target(Path(path))):
            what, advice = other
            return ImageNotFoundError(f"{label} is {what}: {advice}.")
        return ImageNotFoundError(f"{label} does not exist: check the path.")
    if isinstance(error, PermissionError):
        return ImageFormatError(f"{label} cannot be read: check its permissions.")
    reason = getattr(error, "strerror", None) or error  # without the path, which is at the start
    return ImageFormatError(f"{label} cannot be opened ({reason}): check the path.")


def read_all(source: object, label: str) -> bytes:
    """All that is left in a file object, as soon as its start has turned out to be a picture.

    Raises:
        ImageFormatError, ImageTooLargeError: as `opened` does for a file object.
    """
    file = cast("IO[bytes]", source)
    if getattr(file, "closed", False):
        raise ImageFormatError(f"{label} is a closed file: open it again and pass it before it is closed.")
    buffer = io.BytesIO()
    identified = False
    while chunk := file.read(1 << 20):
        if isinstance(chunk, str):
            raise ImageFormatError(f'{label} is open as text: open it in binary mode ("rb").')
        buffer.write(chunk)
        if not identified and buffer.tell() >= decoding.HEAD_BYTES:
            decoding.identify(buffer.getvalue()[: decoding.HEAD_BYTES], label)
            identified = True
        if buffer.tell() > MAX_STREAM_BYTES:
            raise ImageTooLargeError(f"{label} goes on beyond {MAX_STREAM_BYTES:,} bytes: pass a smaller picture.")
    return buffer.getvalue()


def validate_array(array: npt.NDArray[Any], label: str) -> npt.NDArray[np.uint8]:
    """The array as (H, W), (H, W, 3) or (H, W, 4), if it is one that is taken.

    Raises:
        ImageFormatError: if it is not uint8, not of a picture's shape, or holds no pixels.
        ImageTooLargeError: if it has more pixels than are decoded.
    """
    import numpy as np

    shape = "×".join(map(str, array.shape)) or "scalar"
    if array.size == 0:
        raise ImageFormatError(f"{label} has no pixels (shape {shape}): pass an array of at least 1×1.")
    if array.dtype != np.uint8:
        raise ImageFormatError(f"{label} has dtype {array.dtype}, not uint8: {_conversion(array)}.")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        advice = "pass H×W, H×W×1, H×W×3 (RGB) or H×W×4 (RGBA)"
        if array.ndim == 3 and array.shape[0] in (1, 3, 4):
            advice = "channels come last, so pass array.transpose(1, 2, 0)"
        elif array.ndim == 4:
            advice = "pass one picture at a time, such as array[0]"
        raise ImageFormatError(f"{label} has shape {shape}: {advice}.")
    check_pixels((array.shape[1], array.shape[0]), label)
    return array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array


def _conversion(array: npt.NDArray[Any]) -> str:
    """The expression that makes a uint8 array of one with another dtype."""
    import numpy as np

    if array.dtype == np.bool_:
        return "pass array.astype(np.uint8) * 255"
    if array.dtype == np.uint16:
        return "pass (array // 257).astype(np.uint8)"
    if np.issubdtype(array.dtype, np.floating):
        if np.isnan(array).all():
            return "every value is NaN, so check where it was made"
        if np.nanmax(array) <= 1:
            return "pass (array * 255).round().astype(np.uint8)"
    if np.issubdtype(array.dtype, np.number) and not np.issubdtype(array.dtype, np.complexfloating):
        return "pass array.clip(0, 255).astype(np.uint8)"
    return "pass grey levels or colours as np.uint8"
