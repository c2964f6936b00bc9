"""Draft alt text for pictures with a vision-language model on your own machine.

    import localalt

    alt = localalt.describe("photo.jpg")
    print(alt.text, alt.warnings)

Nothing heavy is imported before the first call, and no picture leaves the machine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from localalt._version import __version__
from localalt.first_imports import importing

if TYPE_CHECKING:
    from localalt import lint
    from localalt.api import adescribe, adescribe_many, as_completed, describe, describe_many, load, stream
    from localalt.describer import Describer
    from localalt.drafting.options import DescribeOptions, LoadOptions
    from localalt.drafting.stream import Stream
    from localalt.errors import (
        AccessError,
        BackendMissingError,
        CacheFullError,
        ClosedError,
        ContextTooLongError,
        DocumentError,
        DownloadError,
        EngineError,
        ImageError,
        ImageFormatError,
        ImageNotFoundError,
        ImageTooLargeError,
        IntegrityError,
        LocalAltError,
        ModelError,
        ModelFormatError,
        ModelLoadError,
        ModelMismatchError,
        ModelNotFoundError,
        NativeError,
        NotEnoughMemoryError,
        OfflineError,
        OptionError,
        StorageError,
        TemplateError,
        TimedOutError,
    )
    from localalt.planning.plan import Plan
    from localalt.planning.tuning import Tuning
    from localalt.prompting.prompt import Prompt
    from localalt.types import (
        AltText,
        Candidate,
        Checks,
        Detail,
        DownloadCallback,
        DownloadProgress,
        Facts,
        FinishReason,
        ImageSource,
        ModelIdentity,
        ModelSource,
        Notice,
        OnError,
        OnExisting,
        ProgressCallback,
        Purpose,
        TextVerdict,
        Timings,
    )

__all__ = [
    "AccessError",
    "AltText",
    "BackendMissingError",
    "CacheFullError",
    "Candidate",
    "Checks",
    "ClosedError",
    "ContextTooLongError",
    "DescribeOptions",
    "Describer",
    "Detail",
    "DocumentError",
    "DownloadCallback",
    "DownloadError",
    "DownloadProgress",
    "EngineError",
    "Facts",
    "FinishReason",
    "ImageError",
    "ImageFormatError",
    "ImageNotFoundError",
    "ImageSource",
    "ImageTooLargeError",
    "IntegrityError",
    "LoadOptions",
    "LocalAltError",
    "ModelError",
    "ModelFormatError",
    "ModelIdentity",
    "ModelLoadError",
    "ModelMismatchError",
    "ModelNotFoundError",
    "ModelSource",
    "NativeError",
    "NotEnoughMemoryError",
    "Notice",
    "OfflineError",
    "OnError",
    "OnExisting",
    "OptionError",
    "Plan",
    "ProgressCallback",
    "Prompt",
    "Purpose",
    "StorageError",
    "Stream",
    "TemplateError",
    "TextVerdict",
    "TimedOutError",
    "Timings",
    "Tuning",
    "__version__",
    "adescribe",
    "adescribe_many",
    "as_completed",
    "describe",
    "describe_many",
    "lint",
    "load",
    "stream",
]

_HOMES = {
    "localalt.describer": ("Describer",),
    "localalt.api": (
        "adescribe",
        "adescribe_many",
        "as_completed",
        "describe",
        "describe_many",
        "load",
        "stream",
    ),
    "localalt.drafting.stream": ("Stream",),
    "localalt.prompting.prompt": ("Prompt",),
    "localalt.planning.plan": ("Plan",),
    "localalt.types": (
        "AltText",
        "Candidate",
        "Checks",
        "DescribeOptions",
        "Detail",
        "DownloadCallback",
        "DownloadProgress",
        "Facts",
        "FinishReason",
        "ImageSource",
        "LoadOptions",
        "ModelIdentity",
        "ModelSource",
        "Notice",
        "OnError",
        "OnExisting",
        "ProgressCallback",
        "Purpose",
        "TextVerdict",
        "Timings",
        "Tuning",
    ),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (PEP 562: any public name)
    if name not in __all__:
        raise AttributeError(f"module 'localalt' has no attribute {name!r}")
    if name == "lint":  # a module of its own
        with importing():
            return importlib.import_module("localalt.lint")
    home = next((module for module, names in _HOMES.items() if name in names), "localalt.errors")
    with importing():
        value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
