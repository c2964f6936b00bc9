"""GGUF files with one thing wrong: what a damaged download, a careless converter or a stranger makes of a good one.

A writer and reader of its own, so that it shares no mistake with the one under test. The data of all other
tensors stays as it was, and offsets fit the new sizes unless they are what is wrong: the container alone betrays
few of these files. Format: github.com/ggml-org/ggml, docs/gguf.md.
"""

from __future__ import annotations

import copy
import random
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KINDS", "File", "Mutant", "mutant", "parse"]

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9
_INTEGERS = (0, 1, 2, 3, 4, 5, 10, 11)
_ALIGNMENT = 32
_RANGES = {0: (0, 255), 1: (-128, 127), 2: (0, 65535), 3: (-32768, 32767), 4: (0, 2**32 - 1), 5: (-(2**31), 2**31 - 1)}
# Elements and bytes of a block, by ggml_type (ggml-common.h): those that a mutant changes a tensor to.
_BLOCKS = {
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
    if key.kind == _STRING:
        return _text(key.value)
    if key.kind == _ARRAY:
        head = struct.pack("<IQ", key.element, len(key.value))
        if key.element == _STRING:
            return head + b"".join(map(_text, key.value))
        return head + struct.pack(f"<{len(key.value)}{_SCALARS[key.element]}", *key.value)
    return struct.pack(f"<{_SCALARS[key.kind]}", key.value)


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
        return text() if kind == _STRING else number(_SCALARS[kind])

    version, n_tensors, n_keys = number("I"), number("Q"), number("Q")
    keys, table = [], []
    for _ in range(n_keys):
        name, kind = text(), number("I")
        element = number("I") if kind == _ARRAY else 0
        keys.append(Key(name, kind, [value(element) for _ in range(number("Q"))] if element else value(kind), element))
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
    elements, size = _BLOCKS[kind]
    count = 1
    for side in shape:
        count *= side
    return count // elements * size


# --- what goes wrong ---


def _tensor(file: File, rng: random.Random) -> Tensor:
    # One of each name as often as of any other, whatever layer it is in: the last layers are not special.
    by_role: dict[str, list[Tensor]] = {}
    for tensor in file.tensors:
        by_role.setdefault("".join(each for each in tensor.name if not each.isdigit()), []).append(tensor)
    return rng.choice(by_role[rng.choice(sorted(by_role))])


def _tensor_missing(file: File, rng: random.Random) -> str:
    tensor = _tensor(file, rng)
    file.tensors.remove(tensor)
    return tensor.name


def _tensor_renamed(file: File, rng: random.Random) -> str:
    tensor = _tensor(file, rng)
    old = tensor.name
    tensor.name = rng.choice([old + "x", old.replace(".weight", ".wieght") + "_", old.replace(".", "_"), old[:-1], "x"])
    return f"{old} -> {tensor.name}"


def _tensor_twice(file: File, rng: random.Random) -> str:
    tensor, other = _tensor(file, rng), _tensor(file, rng)
    old, other.name = other.name, tensor.name
    return f"{old} -> {tensor.name}"


def _tensor_swapped(file: File, rng: random.Random) -> str:
    """Two tensors of different shapes under each other's name."""
    tensor, other = _tensor(file, rng), _tensor(file, rng)
    tensor.name, other.name = other.name, tensor.name
    return f"{tensor.name} <-> {other.name}"


def _tensor_shape(file: File, rng: random.Random) -> str:
    tensor = _tensor(file, rng)
    before, shape = list(tensor.shape), tensor.shape
    at = rng.randrange(len(shape))
    change = rng.choice(["halve", "double", "more", "less", "one", "zero", "swap", "flat", "deep", "huge", "negative"])
    if change == "halve":
        shape[at] = max(1, shape[at] // 2)
    elif change == "double":
        shape[at] *= 2
    elif change == "more":
        shape[at] += 32
    elif change == "less":
        shape[at] = max(1, shape[at] - 1)
    elif change == "one":
        shape[at] = 1
    elif change == "zero":
        shape[at] = 0
    elif change == "swap":
        shape.reverse()
    elif change == "flat":
        total = 1
        for side in shape:
            total *= side
        shape[:] = [total]
    elif change == "deep":
        shape[:] = [*shape, 2] if len(shape) < 4 else shape[:-1]
    elif change == "huge":
        shape[at] = rng.choice([1 << 31, 1 << 40, 1 << 62])
    else:
        shape[at] = -shape[at]
    _refill(tensor)
    return f"{tensor.name} {before} -> {shape}"


def _refill(tensor: Tensor) -> None:
    """Data that fit the shape, where such a file is not too large to write."""
    size = _n_bytes(tensor.shape, tensor.kind) if min(tensor.shape) >= 0 else -1
    if 0 <= size <= 1 << 24:
        tensor.data = (tensor.data * (size // max(1, len(tensor.data)) + 1))[:size]


def _tensor_type(file: File, rng: random.Random) -> str:
    tensor = _tensor(file, rng)
    before = tensor.kind
    tensor.kind = rng.choice([kind for kind in (*_BLOCKS, 4, 33, 41, 99, 1 << 31) if kind != before])
    if tensor.kind in _BLOCKS and rng.random() < 0.8:
        _refill(tensor)
    return f"{tensor.name} type {before} -> {tensor.kind}"


def _tensor_offset(file: File, rng: random.Random) -> str:
    tensor = _tensor(file, rng)
    tensor.offset = rng.choice([0, 32, 33, 1 << 20, 1 << 40, (1 << 64) - 32])
    return f"{tensor.name} offset {tensor.offset}"


def _key(file: File, rng: random.Random, wanted: Callable[[Key], bool] = lambda _: True) -> Key | None:
    keys = [key for key in file.keys if wanted(key)]
    return rng.choice(keys) if keys else None


def _key_missing(file: File, rng: random.Random) -> str:
    key = _key(file, rng)
    assert key is not None
    file.keys.remove(key)
    return key.name


def _key_renamed(file: File, rng: random.Random) -> str:
    key = _key(file, rng)
    assert key is not None
    old, key.name = key.name, rng.choice([key.name + "s", key.name.replace(".", "_"), "", "x." + key.name])
    return f"{old} -> {key.name}"


def _key_twice(file: File, rng: random.Random) -> str:
    key = _key(file, rng)
    assert key is not None
    file.keys.append(copy.deepcopy(key))
    return key.name


def _key_type(file: File, rng: random.Random) -> str:
    """The same value, as far as possible, in another type."""
    key = _key(file, rng)
    assert key is not None
    before = key.kind, key.element
    kinds = [kind for kind in (*_SCALARS, _STRING, _ARRAY) if kind != key.kind or kind == _ARRAY]
    kind = rng.choice(kinds)
    first = key.value[0] if isinstance(key.value, list) and key.value else key.value
    if kind == _ARRAY:
        elements = [each for each in (*_SCALARS, _STRING) if each != key.element]
        key.element = rng.choice(elements)
        values = key.value if isinstance(key.value, list) else [key.value]
        key.value = [_cast(each, key.element) for each in values]
    else:
        key.value = _cast(first, kind)
    key.kind = kind
    return f"{key.name} type {before} -> {key.kind, key.element}"


def _cast(value: object, kind: int) -> Any:  # noqa: ANN401 (the format decides)
    if kind == _STRING:
        return str(value)
    if kind == _BOOL:
        return bool(value)
    number = value if isinstance(value, (int, float)) else 1
    if kind in (_FLOAT32, 12):
        return float(number) if abs(number) < 1e38 else 1e38
    low, high = _RANGES.get(kind, (-(2**63), 2**63 - 1) if kind == 11 else (0, 2**64 - 1))
    return min(max(int(number), low), high)


def _key_size(file: File, rng: random.Random) -> str | None:
    """A number that contradicts the tensors, or all sense."""
    key = _key(file, rng, lambda each: each.kind in (*_INTEGERS, _FLOAT32, _BOOL))
    if key is None:
        return None
    before = key.value
    if key.kind == _BOOL:
        key.value = not key.value
    elif key.kind == _FLOAT32:
        key.value = rng.choice([0.0, -1.0, float("nan"), float("inf"), 1e-30, 1e30, key.value * 2])
    else:
        new = rng.choice(
            [0, 1, 2, 3, 7, before - 1, before + 1, before * 2, before // 2, 1 << 20, 1 << 31, (1 << 32) - 1, -1]
        )
        key.value = _cast(new, key.kind)
    return f"{key.name} {before} -> {key.value}"


def _key_list(file: File, rng: random.Random) -> str | None:
    key = _key(file, rng, lambda each: each.kind == _ARRAY and bool(each.value))
    if key is None:
        return None
    change = rng.choice(["shorter", "empty", "longer", "element", "one"])
    at = rng.randrange(len(key.value))
    if change == "shorter":
        key.value = key.value[:-1]
    elif change == "empty":
        key.value = []
    elif change == "longer":
        key.value = [*key.value, key.value[-1] if key.element != _STRING else key.value[-1] + "x"]
    elif change == "one":
        key.value = key.value[:1]
    elif key.element == _STRING:
        key.value[at] = rng.choice(["", " ", "x" * 300, "\udcff\udcfe", "\0", "a b c"])
    elif key.element == _BOOL:
        key.value[at] = not key.value[at]
    elif key.element == _FLOAT32:
        key.value[at] = rng.choice([0.0, float("nan"), float("inf"), -1e30])
    else:
        key.value[at] = _cast(rng.choice([0, -1, 1, 99, 1 << 31, (1 << 32) - 1]), key.element)
    return f"{key.name} {change} {at}"


def _key_text(file: File, rng: random.Random) -> str | None:
    key = _key(file, rng, lambda each: each.kind == _STRING)
    if key is None:
        return None
    key.value = rng.choice(["", "x", key.value + "x", key.value.upper(), "\udcff", "llama", "a" * 100_000, "{{"])
    return f"{key.name} -> {key.value[:20]!r}"


def _alignment(file: File, rng: random.Random) -> str:
    value = rng.choice([0, 1, 3, 8, 16, 24, 33, 64, 4096, 1 << 20, 1 << 31])
    file.keys = [key for key in file.keys if key.name != "general.alignment"]
    file.keys.append(Key("general.alignment", rng.choice([_UINT32, _UINT32, _UINT32, _INT32, 10, _FLOAT32]), value))
    file.keys[-1].value = _cast(value, file.keys[-1].kind)
    return f"{file.keys[-1].kind} {value}"


def _tokens(file: File, rng: random.Random) -> str | None:
    lists = {key.name: key for key in file.keys if key.name.startswith("tokenizer.ggml.") and key.kind == _ARRAY}
    tokens = lists.get("tokenizer.ggml.tokens")
    if tokens is None:
        return None
    change = rng.choice(["twice", "twice", "empty", "newline", "types", "id", "byte"])
    first, second = rng.sample(range(len(tokens.value)), 2)
    if change == "twice":
        tokens.value[first] = tokens.value[second]
    elif change == "empty":
        tokens.value[first] = ""
    elif change in ("newline", "byte"):  # tokens that every text needs
        needed = {"\n", "Ċ", "<0x0A>"} if change == "newline" else {"<0x41>", "A", "a", "Ġ", "▁"}
        tokens.value = [f"gone{index}" if text in needed else text for index, text in enumerate(tokens.value)]
    elif change == "types" and "tokenizer.ggml.token_type" in lists:
        lists["tokenizer.ggml.token_type"].value[first] = rng.choice([0, 2, 3, 6, 7, 99, -1])
    else:
        ids = [key for key in file.keys if key.name.endswith("_token_id")]
        if ids:
            rng.choice(ids).value = rng.choice([len(tokens.value), len(tokens.value) + 7, (1 << 31) - 1, 0])
    return f"{change} {first} {second}"


def _counts(file: File, rng: random.Random) -> str:
    change = rng.choice(["version", "keys", "tensors", "cut", "none"])
    if change == "version":
        file.version = rng.choice([0, 1, 2, 4, 3 << 24])
    elif change == "keys":
        file.n_keys = rng.choice([0, len(file.keys) - 1, len(file.keys) + 1, 1 << 40])
    elif change == "tensors":
        file.n_tensors = rng.choice([0, len(file.tensors) - 1, len(file.tensors) + 1, 1 << 40])
    elif change == "cut":
        file.cut = rng.choice([1, 31, 32, 1000, 100_000])
    else:
        file.tensors = []
    return change


KINDS: Mapping[str, Callable[[File, random.Random], str | None]] = {
    "tensor-missing": _tensor_missing,
    "tensor-renamed": _tensor_renamed,
    "tensor-twice": _tensor_twice,
    "tensor-swapped": _tensor_swapped,
    "tensor-shape": _tensor_shape,
    "tensor-type": _tensor_type,
    "tensor-offset": _tensor_offset,
    "key-missing": _key_missing,
    "key-renamed": _key_renamed,
    "key-twice": _key_twice,
    "key-type": _key_type,
    "key-size": _key_size,
    "key-list": _key_list,
    "key-text": _key_text,
    "alignment": _alignment,
    "tokens": _tokens,
    "counts": _counts,
}
"""What can be wrong, by name. Each changes the file and says how, or gives None where the file has no such thing."""


@dataclass(frozen=True)
class Mutant:
    """A file with one thing wrong."""

    kind: str
    detail: str
    data: bytes


def mutant(original: File, rng: random.Random) -> Mutant:
    """One that `rng` chooses, of any kind that the file allows."""
    while True:
        kind = rng.choice(sorted(KINDS))
        file = copy.deepcopy(original)
        detail = KINDS[kind](file, rng)
        if detail is not None and (data := file.write()) != original.write():
            return Mutant(kind, detail, data)
