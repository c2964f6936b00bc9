"""GGUF files in memory: read from a valid file, and written again with whatever was changed.

A writer and reader of its own, so that it shares no mistake with the one under test. The data of all other
tensors stays as it was, and offsets fit the new sizes unless they are what is wrong: the container alone betrays
few of these files. Format: github.com/ggml-org/ggml, docs/gguf.md.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ARRAY",
    "BLOCKS",
    "BOOL",
    "FLOAT32",
    "INT32",
    "INTEGERS",
    "SCALARS",
    "STRING",
    "UINT32",
    "File",
    "Key",
    "Tensor",
    "cast",
    "parse",
    "refill",
]

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""How struct writes a value, by gguf.md's number of its type."""
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
INTEGERS = (0, 1, 2, 3, 4, 5, 10, 11)
BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    8: (32, 34),
    12: (256, 144),
    24: (1, 1),
    26: (1, 4),
    28: (1, 8),
    30: (1, 2),
}
"""Elements and bytes of a block, by ggml_type (ggml-common.h): those that a mutant changes a tensor to."""
_ALIGNMENT = 32
_RANGES = {0: (0, 255), 1: (-128, 127), 2: (0, 65535), 3: (-32768, 32767), 4: (0, 2**32 - 1), 5: (-(2**31), 2**31 - 1)}


@dataclass
class Key:
    """One entry of the metadata."""

    name: str
    kind: int
    value: Any
    element: int = 0
    """Type of an array's elements."""


@dataclass
class Tensor:
    """One tensor with its data."""

    name: str
    shape: list[int]
    kind: int
    data: bytes
    offset: int | None = None
    """What the table says, where that is not where the data are."""


@dataclass
class File:
    """A GGUF file in memory."""

    keys: list[Key] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    version: int = 3
    n_keys: int | None = None
    n_tensors: int | None = None
    cut: int = 0
    """Bytes that are missing at the end."""

    def write(self) -> bytes:
        """The file's bytes."""
        head = [b"GGUF", struct.pack("<I", self.version)]
        head.append(struct.pack("<Q", len(self.tensors) if self.n_tensors is None else self.n_tensors))
        head.append(struct.pack("<Q", len(self.keys) if self.n_keys is None else self.n_keys))
        for key in self.keys:
            head += [_text(key.name), struct.pack("<I", key.kind), _value(key)]
        at, data = 0, []
        for tensor in self.tensors:
            head += [_text(tensor.name), struct.pack("<I", len(tensor.shape))]
            head += [struct.pack("<Q", side & (2**64 - 1)) for side in tensor.shape]
            head.append(struct.pack("<IQ", tensor.kind, at if tensor.offset is None else tensor.offset))
            padded = tensor.data + bytes(-len(tensor.data) % _ALIGNMENT)
            data.append(padded)
            at += len(padded)
        start = b"".join(head)
        whole = start + bytes(-len(start) % _ALIGNMENT) + b"".join(data)
        return whole[: len(whole) - self.cut]


def _text(text: str) -> bytes:
    data = text.encode("utf-8", errors="surrogateescape")
    return struct.pack("<Q", len(data)) + data


def _value(key: Key) -> bytes:
    if key.kind == STRING:
        return _text(key.value)
    if key.kind == ARRAY:
        head = struct.pack("<IQ", key.element, len(key.value))
        if key.element == STRING:
            return head + b"".join(map(_text, key.value))
        return head + struct.pack(f"<{len(key.value)}{SCALARS[key.element]}", *key.value)
    return struct.pack(f"<{SCALARS[key.kind]}", key.value)


def parse(data: bytes) -> File:
    """A valid file, read."""
    at = 4

    def number(code: str) -> Any:  # noqa: ANN401 (the format decides)
        nonlocal at
        found = struct.unpack_from(f"<{code}", data, at)[0]
        at += struct.calcsize(f"<{code}")
        return found

    def text() -> str:
        nonlocal at
        length = number("Q")
        at += length
        return data[at - length : at].decode("utf-8", errors="surrogateescape")

    def value(kind: int) -> Any:  # noqa: ANN401 (the format decides)
        return text() if kind == STRING else number(SCALARS[kind])

    version, n_tensors, n_keys = number("I"), number("Q"), number("Q")
    keys, table = [], []
    for _ in range(n_keys):
        name, kind = text(), number("I")
        element = number("I") if kind == ARRAY else 0
        keys.append(
            Key(name, kind, [value(element) for _ in range(number("Q"))] if kind == ARRAY else value(kind), element)
        )
    for _ in range(n_tensors):
        name = text()
        shape = [number("Q") for _ in range(number("I"))]
        table.append((name, shape, number("I"), number("Q")))
    start = -(-at // _ALIGNMENT) * _ALIGNMENT
    ends = sorted({offset for *_, offset in table} | {len(data) - start})
    tensors = []
    for name, shape, kind, offset in table:
        end = next(each for each in ends if each > offset)
        size = _n_bytes(shape, kind)
        tensors.append(Tensor(name, shape, kind, data[start + offset : start + min(end, offset + size)]))
    return File(keys, tensors, version)


def _n_bytes(shape: list[int], kind: int) -> int:
    elements, size = BLOCKS[kind]
    count = 1
    for side in shape:
        count *= side
    return count // elements * size


def refill(tensor: Tensor) -> None:
    """Give a tensor data that fit its shape, where such a file is not too large to write."""
    size = _n_bytes(tensor.shape, tensor.kind) if min(tensor.shape) >= 0 else -1
    if 0 <= size <= 1 << 24:
        tensor.data = (tensor.data * (size // max(1, len(tensor.data)) + 1))[:size]


def cast(value: object, kind: int) -> Any:  # noqa: ANN401 (the format decides)
    """The value, as far as possible, in another type of scalar or as a text."""
    if kind == STRING:
        return str(value)
    if kind == BOOL:
        return bool(value)
    number = value if isinstance(value, (int, float)) else 1
    if kind in (FLOAT32, 12):
        return float(number) if abs(number) < 1e38 else 1e38
    low, high = _RANGES.get(kind, (-(2**63), 2**63 - 1) if kind == 11 else (0, 2**64 - 1))
    return min(max(int(number), low), high)
