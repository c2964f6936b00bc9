"""Errors as JSON values, and back. Those of the tree stay what they are; of any other, its words arrive as a cause."""

from __future__ import annotations

from typing import Any

from localalt import errors
from localalt.errors import EngineError, LocalAltError, restored

__all__ = ["decode_error", "encode_error"]


def encode_error(error: BaseException) -> dict[str, Any]:
    """`error` with its attributes, notes and cause."""
    cause = error.__cause__
    return {
        "type": type(error).__name__ if isinstance(error, LocalAltError) else "",
        "words": str(error) if isinstance(error, LocalAltError) else f"{type(error).__name__}: {error}",
        "args": [_plain(each) for each in error.args] if isinstance(error, LocalAltError) else [],
        "attributes": {name: _plain(value) for name, value in vars(error).items()},
        "cause": None if cause is None else encode_error(cause),
    }


def decode_error(value: dict[str, Any]) -> Exception:
    """The error that `encode_error` wrote down: one of the tree, or an `Exception` that has its words."""
    name = value["type"]
    error: Exception
    if name in errors.__all__:
        # Made as copying makes one: some want more than a message.
        attributes = {key: each if key == "__notes__" else _frozen(each) for key, each in value["attributes"].items()}
        error = restored(getattr(errors, name), tuple(value["args"]), attributes)
    elif name:  # of the tree, but not public
        error = EngineError(value["words"])
    else:
        error = Exception(value["words"])
    if value["cause"] is not None:
        error.__cause__ = decode_error(value["cause"])
    return error


def _plain(value: object) -> Any:  # noqa: ANN401
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return str(value)


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value
