"""Errors as JSON values, and back.

Those of the tree stay what they are, and so do Python's own where their arguments are plain values. Of any other
library's, which may not even be imported here, the words arrive. Nothing is looked up but in these two closed lists.
"""

from __future__ import annotations

import builtins
from typing import Any

from localalt import errors
from localalt.errors import LocalAltError, restored

__all__ = ["decode_error", "encode_error"]

_OF_PYTHON = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)
}


def encode_error(error: BaseException) -> dict[str, Any]:
    """`error` with its attributes, notes and cause."""
    cause, name = error.__cause__, type(error).__name__
    value: dict[str, Any] = {
        "type": "",
        "words": str(error) if isinstance(error, LocalAltError) else f"{name}: {error}",
        "args": [],
        "attributes": {key: _plain(each) for key, each in vars(error).items()},
        "cause": None if cause is None else encode_error(cause),
    }
    if isinstance(error, LocalAltError):
        value |= {"type": _public_name(error), "args": [_plain(each) for each in error.args]}
    elif _OF_PYTHON.get(name) is type(error):
        # OSError has taken the file's name out of them.
        args = (*error.args, error.filename) if isinstance(error, OSError) and error.filename else error.args
        if all(_is_plain(each) for each in args):
            value |= {"type": name, "args": list(args)}
    return value


def decode_error(value: dict[str, Any]) -> Exception:
    """The error that `encode_error` wrote down: of the same class, or an `Exception` that has its words.

    Raises:
        LookupError, TypeError: it is not what `encode_error` writes.
    """
    name, args = value["type"], value["args"]
    attributes = {key: each if key == "__notes__" else _frozen(each) for key, each in value["attributes"].items()}
    error: Exception
    if name in errors.__all__:
        # Made as copying makes one: some want more than a message.
        error = restored(getattr(errors, name), tuple(args), attributes)
    elif name in _OF_PYTHON:
        error = _OF_PYTHON[name](*args)
        error.__dict__.update(attributes)
    else:
        error = Exception(value["words"])
    if value["cause"] is not None:
        error.__cause__ = decode_error(value["cause"])
    return error


def _public_name(error: LocalAltError) -> str:
    """Of its class, or of the next one above it that callers know."""
    names = (each.__name__ for each in type(error).__mro__)
    return next(name for name in names if name in errors.__all__)


def _is_plain(value: object) -> bool:
    return value is None or type(value) in (bool, int, float, str)


def _plain(value: object) -> Any:  # noqa: ANN401
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return str(value)


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value
