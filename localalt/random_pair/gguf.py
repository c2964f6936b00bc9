"""GGUF files of random weights: the container, and blocks of every type that compute to small finite numbers.

Written tensor by tensor, unless somebody else fills them, from one small pool of blocks per type, since speed and
memory depend on no value, only on the types and shapes. Format: github.com/ggml-org/ggml, docs/gguf.md; block
layouts: ggml/src/ggml-common.h. Knows no models.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from localalt.random_pair.types import BF16, F16, F32, IQ4_NL, Q4_0, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, n_bytes

Value: TypeAlias = "bool | int | float | str | Sequence[bool] | Sequence[int] | Sequence[float] | Sequence[str]"

Fill: TypeAlias = Callable[[str, "tuple[int, ...]", int], Iterable[bytes]]
"""The data of a tensor, by its name, its shape (the fastest dimension first) and its type."""

ALIGNMENT = 32
POOL_BLOCKS = 1 << 14
"""Blocks of each type that are made once and repeated: about 2 MB."""
CHUNK_BYTES = 1 << 24
STD = 0.02
"""Standard deviation of the weights, as models are initialized: activations stay finite."""


def write_gguf(
    path: Path,
    metadata: Mapping[str, Value],
    tensors: Mapping[str, tuple[int, ...]],
    types: Mapping[str, int],
    *,
    empty: bool = False,
    fill: Fill | None = None,
) -> None:
    """Write the file. With `empty` its tensor data is a hole that takes no disk and reads as zeros; `fill` gives the
    data, which is from the pools by itself."""
    head = [b"GGUF", struct.pack("<IQQ", 3, len(tensors), len(metadata))]
    head += [_string(key) + _value(value) for key, value in metadata.items()]
    offset = 0
    for name, shape in tensors.items():
        head.append(_string(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape))
        head.append(struct.pack("<IQ", types[name], offset))
        offset += _aligned(n_bytes(shape, types[name]))
    data = b"".join(head)
    with path.open("wb") as file:
        file.write(data + bytes(_aligned(len(data)) - len(data)))
        if empty:
            file.truncate(file.tell() + offset)
            return
        fill = fill or _FromPools()
        for name, shape in tensors.items():
            size = n_bytes(shape, types[name])
            for part in fill(name, shape, types[name]):
                file.write(part)
            file.write(bytes(_aligned(size) - size))


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _string(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", _BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", _UINT32, value)
    if isinstance(value, float):
        return struct.pack("<If", _FLOAT32, value)
    if isinstance(value, str):
        return struct.pack("<I", _STRING) + _string(value)
    count, first = len(value), value[0]
    if isinstance(first, str):
        return struct.pack("<IIQ", _ARRAY, _STRING, count) + b"".join(map(_string, map(str, value)))
    kind, code = {bool: (_BOOL, "?"), int: (_INT32, "i")}.get(type(first), (_FLOAT32, "f"))
    return struct.pack("<IIQ", _ARRAY, kind, count) + struct.pack(f"<{count}{code}", *value)


class _FromPools:
    """Fills tensors from one pool of blocks per type."""

    def __init__(self) -> None:
        self._pools: dict[int, bytes] = {}

    def __call__(self, name: str, shape: tuple[int, ...], kind: int) -> Iterable[bytes]:
        size = n_bytes(shape, kind)
        if kind == F32 and (len(shape) == 1 or name.endswith(".scale")):
            return [np.full(size // 4, _constant(name), np.float32).tobytes()]
        if kind not in self._pools:
            pool = blocks(kind, POOL_BLOCKS)
            self._pools[kind] = pool * max(1, CHUNK_BYTES // len(pool))
        pool = self._pools[kind]
        return [pool] * (size // len(pool)) + [pool[: size % len(pool)]]


def _constant(name: str) -> float:
    """Norms leave their input as it is, biases add nothing, limits limit nothing."""
    if name.endswith((".bias", "_bias")):
        return 0.0
    if name.endswith("_min"):
        return -3e38
    if name.endswith("_max"):
        return 3e38
    return -1.0 if name.endswith("ssm_a") else 1.0


def blocks(
    kind: int, count: int, *, std: float = STD, spread: float = 0.0, rng: np.random.Generator | None = None
) -> bytes:
    """`count` blocks of random weights around zero with a standard deviation of about `std`.

    Of a type without blocks 32 numbers make one. Every bit of a block is random but those of its scale, which
    differs from block to block by up to `spread` of itself.
    """
    rng = rng or np.random.default_rng(kind)
    factors = rng.uniform(1.0 - spread, 1.0 + spread, (count, 1)) if spread else np.ones((count, 1))
    if spread and kind in (IQ4_NL, Q4_0, Q5_0):  # their numbers have a mean, which products would add up
        factors *= rng.choice((-1.0, 1.0), (count, 1))

    def noise(*shape: int) -> npt.NDArray[np.uint8]:
        return rng.integers(0, 256, (count, *shape), dtype=np.uint8)

    def scale(value: float) -> npt.NDArray[np.uint8]:
        return (value * factors).astype(np.float16).view(np.uint8)

    parts: list[npt.NDArray[np.uint8]]
    if kind in (F32, F16, BF16):
        values = (rng.standard_normal(32 * count) * std).astype(np.float32)
        if kind == BF16:
            return (values.view(np.uint32) >> 16).astype(np.uint16).tobytes()
        return values.astype(np.float16 if kind == F16 else np.float32).tobytes()
    if kind == Q8_0:  # d, 32 x int8
        parts = [scale(std / 74), noise(32)]
    elif kind == Q4_0:  # d, 32 x 4 bits around 8
        parts = [scale(std / 4.6), noise(16)]
    elif kind == IQ4_NL:  # d, 32 x 4 bits that choose one of 16 numbers, whose root mean square is 67
        parts = [scale(std / 67), noise(16)]
    elif kind == Q5_0:  # d, high bits, 32 x 4 bits, around 16
        parts = [scale(std / 9.2), noise(20)]
    elif kind == Q5_1:  # d, minimum, high bits, 32 x 4 bits
        parts = [scale(std / 9.2), scale(-15.5 * std / 9.2), noise(20)]
    elif kind == Q4_K:  # d, dmin, 16 x 6 bits of scales and minima, 256 x 4 bits: d*s*q - dmin*m
        parts = [scale(std / 260), scale(7.5 * std / 260), noise(12), noise(128)]
    elif kind == Q5_K:  # the same with 5 bits
        parts = [scale(std / 530), scale(15.5 * std / 530), noise(12), noise(160)]
    elif kind == Q6_K:  # 256 x 6 bits around 32, 16 x int8 scales, d
        parts = [noise(192), noise(16), scale(std / 1370)]
    else:
        raise ValueError(f"There are no blocks of type {kind} here.")
    return np.concatenate(parts, axis=1).tobytes()
