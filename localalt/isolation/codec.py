"""Value objects as JSON values, and back: those of a closed list, by their names.

    encode(Notice("animated", …)) -> {"Notice": {"name": "animated", …}}

A tuple stays a tuple and a mapping what it was, so that a value equals itself on the other side. What somebody derived
from a class of the list arrives as that class, and so do other libraries' numbers and texts.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import numbers
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from localalt.errors.wording import Message
from localalt.first_imports import importing
from localalt.frozen import FrozenMapping
from localalt.isolation.frames import NotAMessageError

__all__ = ["decode", "encode"]

_HOMES = {
    "localalt.image.metadata.hints": ("Hints",),
    "localalt.image.tiles": ("Tile",),
    "localalt.planning.memory": ("Memory", "Parts"),
    "localalt.planning.plan": ("Plan",),
    "localalt.planning.tuning": ("Tuning",),
    "localalt.prompting.prompt": ("Prompt", "TextKind", "Wording"),
    "localalt.request": ("Sampling",),
    "localalt.types": (
        "AltText",
        "Candidate",
        "DownloadProgress",
        "Facts",
        "ImageGeometry",
        "ModelIdentity",
        "Notice",
        "Supported",
        "Timings",
    ),
}
"""The dataclasses that cross, by their modules, which are imported once one of them does: a child is started first.
Making one runs no code but its own."""
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def encode(value: Any) -> Any:  # noqa: ANN401 (any value object)
    """`value` as JSON values.

    Raises:
        TypeError: it is of a class that does not cross.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if isinstance(value, Message):
        return {"Message": [str(value), value.in_command]}
    if isinstance(value, tuple):
        return {"tuple": [encode(each) for each in value]}
    if isinstance(value, list):
        return [encode(each) for each in value]
    for base in kind.__mro__:
        name = base.__name__
        if _HOME_OF.get(name) == base.__module__:
            return {name: {field: encode(getattr(value, field)) for field in _fields(name)}}
    if isinstance(value, Mapping):
        label = "frozen" if kind is FrozenMapping else "dict"
        return {label: [[encode(key), encode(each)] for key, each in value.items()]}
    if isinstance(value, PurePath):
        return {"path": str(value)}
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    raise TypeError(f"{kind.__name__} does not cross between processes")


def decode(value: Any) -> Any:  # noqa: ANN401
    """What `encode` made these JSON values of.

    Raises:
        NotAMessageError: it did not make them.
    """
    try:
        return _decoded(value)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise NotAMessageError(f"a value cannot be read: {type(error).__name__}: {error}") from error


def _decoded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_decoded(each) for each in value]
    if not isinstance(value, dict):
        return value
    ((name, content),) = value.items()
    if name == "tuple":
        return tuple(_decoded(each) for each in content)
    if name == "path":
        return Path(content)
    if name == "Message":
        return Message.of_readings(*content)
    if name in ("dict", "frozen"):
        items = {_decoded(key): _decoded(each) for key, each in content}
        return FrozenMapping(items) if name == "frozen" else items
    return _class(name)(**{field: _decoded(each) for field, each in content.items()})


@functools.cache
def _fields(name: str) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(_class(name)))


@functools.cache
def _class(name: str) -> Any:  # noqa: ANN401
    with importing():
        return getattr(importlib.import_module(_HOME_OF[name]), name)
