"""Every error that localalt raises on purpose.

Catch `LocalAltError` for all of them, or a branch of the tree:

    LocalAltError
    ├── OptionError           an option is unknown, of the wrong type or out of range (also a ValueError)
    │   └── ContextTooLongError   the author's context leaves no room for the picture and its answer
    ├── ImageError            this picture cannot be used; the next one can (also a ValueError)
    │   ├── ImageNotFoundError    no such file (also a FileNotFoundError)
    │   ├── ImageFormatError      empty, truncated, damaged or not a picture that can be read here
    │   └── ImageTooLargeError    more pixels than a picture may have
    ├── DocumentError         this document cannot be read or changed; the next one can (also a ValueError)
    ├── ModelError            this model cannot be used
    │   ├── ModelNotFoundError    no such name or file (also a FileNotFoundError)
    │   ├── ModelFormatError      not a GGUF file, a truncated one, or one of the wrong kind
    │   ├── ModelMismatchError    weights and projector do not belong together
    │   ├── ModelLoadError        llama.cpp could not load it
    │   ├── TemplateError         its chat template is missing, broken or hostile
    │   ├── NotEnoughMemoryError  it does not fit this machine
    │   └── DownloadError         it could not be downloaded
    │       ├── OfflineError          it is not on this machine, and no connection may be opened
    │       ├── AccessError           the hub asks for a token, or for its terms to be accepted
    │       ├── IntegrityError        a file is not what the hub said it would be
    │       └── StorageError          the disk is full, or the cache cannot be written
    ├── EngineError           llama.cpp failed at work that should have succeeded
    │   ├── BackendMissingError   the installed llama-cpp-python lacks something this needs
    │   ├── CacheFullError        no room is left in the KV cache
    │   ├── NativeError           a native call returned an error code
    │   │   └── NotFiniteError        a device computed numbers that are infinite or none
    │   └── WorkerCrashedError    the process that describes pictures ended or hung at this one
    ├── TimedOutError         timeout_s was over before the text was done (also a TimeoutError)
    └── ClosedError           the Describer was closed, before or during the call

A message names the thing that is wrong and ends with the next step. Errors of other
libraries arrive as the `__cause__`.
"""

from __future__ import annotations

import pickle
from typing import Any

from localalt.errors import wording

__all__ = [
    "AccessError",
    "BackendMissingError",
    "CacheFullError",
    "ClosedError",
    "ContextTooLongError",
    "DocumentError",
    "DownloadError",
    "EngineError",
    "ImageError",
    "ImageFormatError",
    "ImageNotFoundError",
    "ImageTooLargeError",
    "IntegrityError",
    "LocalAltError",
    "ModelError",
    "ModelFormatError",
    "ModelLoadError",
    "ModelMismatchError",
    "ModelNotFoundError",
    "NativeError",
    "NotEnoughMemoryError",
    "NotFiniteError",
    "OfflineError",
    "OptionError",
    "StorageError",
    "TemplateError",
    "TimedOutError",
    "WorkerCrashedError",
]


class LocalAltError(Exception):
    """Root of every error that localalt raises on purpose.

    It can be copied and sent to another process, with its attributes, notes and cause. `str()` names options as the
    library does (`max_chars`), `in_command` as the command does (`--max-chars`).
    """

    def __init__(self, *args: object) -> None:
        message = args[0] if args and isinstance(args[0], str) else ""
        spoken, typed = wording.in_python(message), wording.in_command(message)
        if spoken != typed:
            args = (spoken, *args[1:])
            self._in_command = typed
        super().__init__(*args)
        self.args = args  # an OSError takes them before this has looked at them

    @property
    def in_command(self) -> str:
        """The message in the words of the `localalt` command."""
        typed: str = getattr(self, "_in_command", None) or str(self)
        return typed

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own calls the class with the message alone, and leaves out the cause.
        return restored, (type(self), self.args, dict(self.__dict__), _crossing(self.__cause__))


def _crossing(cause: BaseException | None) -> BaseException | None:
    """`cause`, or its words where another library made it so that it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(cause))
    except Exception:
        return Exception(f"{type(cause).__name__}: {cause}")
    return cause


def restored(
    kind: type[LocalAltError], args: tuple[Any, ...], attributes: dict[str, Any], cause: BaseException | None = None
) -> LocalAltError:
    """An error as it was in another process: see `LocalAltError`."""
    # Not kind(*args), since some want more than a message; and Python lets only OSError make its own kind.
    maker: Any = OSError if issubclass(kind, OSError) else Exception
    error: LocalAltError = maker.__new__(kind, *args)
    error.args = args
    error.__dict__.update(attributes)
    if cause is not None:
        error.__cause__ = cause
    return error


class OptionError(LocalAltError, ValueError):
    """An option is unknown, of the wrong type or out of range."""


class ContextTooLongError(OptionError):
    """The author's context leaves no room for the picture and its answer."""


class ImageError(LocalAltError, ValueError):
    """This picture cannot be used; the next one can."""


class ImageNotFoundError(ImageError, FileNotFoundError):
    """No such picture file."""

    # FileNotFoundError would print its first argument as an errno.
    __str__ = Exception.__str__


class ImageFormatError(ImageError):
    """Empty, truncated, damaged, or not a picture that can be read here."""


class ImageTooLargeError(ImageError):
    """More pixels than a picture may have."""


class DocumentError(LocalAltError, ValueError):
    """A document cannot be read, decoded or changed; the next one can."""


class ModelError(LocalAltError):
    """This model cannot be used."""


class ModelNotFoundError(ModelError, FileNotFoundError):
    """No such model name or file."""

    __str__ = Exception.__str__


class ModelFormatError(ModelError):
    """Not a GGUF file, a truncated one, or one of the wrong kind."""


class ModelMismatchError(ModelError):
    """Weights and projector do not belong together."""


class ModelLoadError(ModelError):
    """llama.cpp could not load the model."""


class TemplateError(ModelError):
    """The model's chat template is missing, broken or hostile."""


class NotEnoughMemoryError(ModelError):
    """The model does not fit this machine."""


class DownloadError(ModelError):
    """The model could not be downloaded."""


class OfflineError(DownloadError):
    """The model is not on this machine, and no connection may be opened."""


class AccessError(DownloadError):
    """The hub asks for a token, or for the model's terms to be accepted."""


class IntegrityError(DownloadError):
    """A file is not what the hub said it would be."""


class StorageError(DownloadError):
    """The disk is full, or the cache cannot be written."""


class EngineError(LocalAltError):
    """llama.cpp failed at work that should have succeeded."""


class BackendMissingError(EngineError):
    """The installed llama-cpp-python lacks something that this needs."""


class CacheFullError(EngineError):
    """No room is left in the KV cache."""


class NativeError(EngineError):
    """A native call returned an error code.

    `call` is the C function's name and `code` what it returned, where it returned a number.
    """

    def __init__(self, message: str, *, call: str, code: int | None = None) -> None:
        super().__init__(message)
        self.call = call
        self.code = code


class NotFiniteError(NativeError):
    """A device computed numbers for a picture that are infinite or none: no text is made of them."""


class WorkerCrashedError(EngineError):
    """The process that describes pictures ended or hung: while it loaded, or at this picture, twice.

    `ending` is how it ended, such as "SIGABRT", `log` what llama.cpp said last, line by line, and `is_final` whether
    the Describer is of no more use: it ended while it loaded, or at every picture.
    """

    def __init__(self, message: str, *, ending: str = "", log: tuple[str, ...] = (), is_final: bool = False) -> None:
        super().__init__(message)
        self.ending = ending
        self.log = log
        self.is_final = is_final


class TimedOutError(LocalAltError, TimeoutError):
    """The time that was allowed for a picture was over before its text was done."""


class ClosedError(LocalAltError):
    """The Describer was closed, before or during the call."""
