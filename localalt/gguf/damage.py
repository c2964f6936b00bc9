"""How a damaged header is refused, and the looks at single keys that all checks share. Knows no model's keys."""

from __future__ import annotations

import math
from collections.abc import Mapping

from localalt.errors import ModelFormatError
from localalt.gguf.header import GgufHeader, KeyType

__all__ = ["ARRAY", "BOOL", "FLOAT32", "INT32", "STRING", "UINT32", "check_positive_float", "check_type", "damaged"]

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
"""gguf.md's numbers of the types of metadata."""
_NAMES: Mapping[int, str] = {
    UINT32: "an unsigned number of 32 bits",
    INT32: "a number of 32 bits",
    FLOAT32: "a float of 32 bits",
    BOOL: "a truth value",
    STRING: "a text",
}


def damaged(header: GgufHeader, what: str) -> ModelFormatError:
    """The error for a file of which `what` is wrong, as in "lacks the tensor x"."""
    return ModelFormatError(
        f"{header.path} {what}: it is damaged, or not a file of its family. Download it again, or run localalt verify."
    )


def check_type(header: GgufHeader, key: str, kind: int) -> None:
    """Check that a key, where there is one, is of a type: reading one of another may end the process.

    Raises:
        ModelFormatError: it is of another.
    """
    stored = header.types.get(key)
    if stored is not None and stored.kind != kind:
        raise damaged(header, f"has {key} in gguf's type {stored.kind}, where {_NAMES[kind]} is expected")


def check_positive_float(header: GgufHeader, key: str) -> None:
    """Check that a key is there and is a finite float, 0 or more.

    Raises:
        ModelFormatError: it is not.
    """
    value = header.metadata.get(key)
    stored = header.types.get(key, KeyType(-1))
    if stored.kind != FLOAT32 or not isinstance(value, float) or not math.isfinite(value) or value < 0:
        raise damaged(header, f"has {key} = {value}")
