"""Value objects as JSON values, and back: those of a closed list, by their names.

    encode(Notice("animated", …)) -> {"Notice": {"name": "animated", …}}

A tuple stays a tuple, so that a value compares equal to itself on the other side.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from localalt.errors.wording import Message
from localalt.first_imports import importing
from localalt.frozen import FrozenMapping

__all__ = ["decode", "encode"]

_HOMES = {
    "localalt.image.metadata.hints": ("Hints",),
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
        "Timings",
    ),
}
"""The classes that cross, by their modules, which are imported once one of them does: a child is started first."""
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def encode(value: Any) -> Any:  # noqa: ANN401 (any value object)
    """`value` as JSON values.

    Raises:
        TypeError: it is of a class that does not cross.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is tuple:
        return {"tuple": [encode(each) for each in value]}
    if kind is list:
        return [encode(each) for each in value]
    if kind is Message:
        return {"Message": [str(value), value.in_command]}
    name = kind.__name__
    if _HOME_OF.get(name) == kind.__module__:
        return {name: {field: encode(getattr(value, field)) for field in _fields(name)}}
    if isinstance(value, Mapping):
        label = "frozen" if kind is FrozenMapping else "dict"
        return {label: [[encode(key), encode(each)] for key, each in value.items()]}
    if isinstance(value, PurePath):
        return {"path": str(value)}
    for base in (str, int, float):  # a subclass of somebody's
        if isinstance(value, base):
            return base.__str__(value) if base is str else base(value)
    if isinstance(value, tuple | list):
        return encode(list(value))
    raise TypeError(f"{name} does not cross between processes")


def decode(value: Any) -> Any:  # noqa: ANN401
    """What `encode` made these JSON values of."""
    if isinstance(value, list):
        return [decode(each) for each in value]
    if not isinstance(value, dict):
        return value
    ((name, content),) = value.items()
    if name == "tuple":
        return tuple(decode(each) for each in content)
    if name == "path":
        return Path(content)
    if name == "Message":
        return Message.of_readings(*content)
    if name in ("dict", "frozen"):
        items = {decode(key): decode(each) for key, each in content}
        return FrozenMapping(items) if name == "frozen" else items
    return _class(name)(**{field: decode(each) for field, each in content.items()})


@functools.cache
def _fields(name: str) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(_class(name)))


@functools.cache
def _class(name: str) -> Any:  # noqa: ANN401
    with importing():
        return getattr(importlib.import_module(_HOME_OF[name]), name)
