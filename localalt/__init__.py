"""Draft alt text for pictures with a vision-language model on your own machine.

    import localalt

    alt = localalt.describe("photo.jpg")
    print(alt.text, alt.warnings)

Nothing heavy is imported before the first call, and no picture leaves the machine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from localalt import errors
from localalt._version import __version__ as __version__
from localalt.first_imports import importing

if TYPE_CHECKING:
    from localalt import lint as lint
    from localalt.api import (
        adescribe as adescribe,
        adescribe_many as adescribe_many,
        as_completed as as_completed,
        describe as describe,
        describe_many as describe_many,
        load as load,
        stream as stream,
    )
    from localalt.describer.describer import Describer as Describer
    from localalt.drafting.options import DescribeOptions as DescribeOptions, LoadOptions as LoadOptions
    from localalt.drafting.stream import Stream as Stream
    from localalt.errors import (
        AccessError as AccessError,
        BackendMissingError as BackendMissingError,
        CacheFullError as CacheFullError,
        ClosedError as ClosedError,
        ContextTooLongError as ContextTooLongError,
        DocumentError as DocumentError,
        DownloadError as DownloadError,
        EngineError as EngineError,
        ImageError as ImageError,
        ImageFormatError as ImageFormatError,
        ImageNotFoundError as ImageNotFoundError,
        ImageTooLargeError as ImageTooLargeError,
        IntegrityError as IntegrityError,
        LocalAltError as LocalAltError,
        ModelError as ModelError,
        ModelFormatError as ModelFormatError,
        ModelLoadError as ModelLoadError,
        ModelMismatchError as ModelMismatchError,
        ModelNotFoundError as ModelNotFoundError,
        NativeError as NativeError,
        NotEnoughMemoryError as NotEnoughMemoryError,
        NotFiniteError as NotFiniteError,
        OfflineError as OfflineError,
        OptionError as OptionError,
        StorageError as StorageError,
        TemplateError as TemplateError,
        TimedOutError as TimedOutError,
        WorkerCrashedError as WorkerCrashedError,
    )
    from localalt.planning.plan import Plan as Plan
    from localalt.planning.tuning import Tuning as Tuning
    from localalt.prompting.prompt import Prompt as Prompt
    from localalt.types import (
        AltText as AltText,
        Candidate as Candidate,
        Checks as Checks,
        Detail as Detail,
        DownloadCallback as DownloadCallback,
        DownloadProgress as DownloadProgress,
        Facts as Facts,
        FinishReason as FinishReason,
        ImageSource as ImageSource,
        Isolation as Isolation,
        ModelIdentity as ModelIdentity,
        ModelSource as ModelSource,
        Notice as Notice,
        Ocr as Ocr,
        OnError as OnError,
        OnExisting as OnExisting,
        ProgressCallback as ProgressCallback,
        Purpose as Purpose,
        Supported as Supported,
        TextVerdict as TextVerdict,
        Timings as Timings,
    )

_HOMES = {
    "localalt.api": ("adescribe", "adescribe_many", "as_completed", "describe", "describe_many", "load", "stream"),
    "localalt.describer.describer": ("Describer",),
    "localalt.drafting.options": ("DescribeOptions", "LoadOptions"),
    "localalt.drafting.stream": ("Stream",),
    "localalt.errors": errors.__all__,
    "localalt.planning.plan": ("Plan",),
    "localalt.planning.tuning": ("Tuning",),
    "localalt.prompting.prompt": ("Prompt",),
    "localalt.types": (
        "AltText",
        "Candidate",
        "Checks",
        "Detail",
        "DownloadCallback",
        "DownloadProgress",
        "Facts",
        "FinishReason",
        "ImageSource",
        "Isolation",
        "ModelIdentity",
        "ModelSource",
        "Notice",
        "OnError",
        "Ocr",
        "OnExisting",
        "ProgressCallback",
        "Purpose",
        "Supported",
        "TextVerdict",
        "Timings",
    ),
}
"""The public names by the module that has each, which is imported when one of them is first asked for."""

__all__ = sorted(["__version__", "lint", *(name for names in _HOMES.values() for name in names)])


def __getattr__(name: str) -> Any:  # noqa: ANN401 (PEP 562: any public name)
    if name not in __all__:
        raise AttributeError(f"module 'localalt' has no attribute {name!r}")
    if name == "lint":  # a module of its own
        with importing():
            return importlib.import_module("localalt.lint")
    home = next(module for module, names in _HOMES.items() if name in names)
    with importing():
        value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
