"""The numbers that a case computes with: the same ones in every process and on every device.

Arrays are F32 or I32, with ggml's dimensions in reverse. Ordinary ones are uniform in -1 to 1, as upstream's tests have
them (test-backend-ops.cpp:53); large ones are what F16 can hold one by one, and cannot as a sum. Pure numpy.
"""

from __future__ import annotations

import functools
import math
import zlib
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from localalt.doctor.operations.cases import (
    Argmax,
    Attention,
    Case,
    Convolution,
    DeltaNet,
    ExpertProduct,
    Norm,
    Product,
    Rotation,
    SoftMax,
    TopK,
)

__all__ = ["Array", "inputs"]

Array: TypeAlias = npt.NDArray[Any]

LARGE = 5000.0
"""Of activations: 512 products have a sum of 160,000 in a row of weights that lean one way. A kernel that splits a row
of 2,560 in eight has about as much in each part."""
LARGE_SCORES = 200_000.0
"""Of queries times keys, before the scale. They differ by little, so that attention stays spread out."""
LARGE_VALUES = 4000.0
"""On average: a thousand of them exceed F16's range, though some kernels divide by eight first (fattn-common.cuh)."""
N_POSITIONS = 512
"""Upstream's too (test-backend-ops.cpp:5952): sine and cosine of more are less exact on GPUs than its tolerance."""


def inputs(case: Case) -> dict[str, Array]:
    """The tensors of a case by their names in `graphs`."""
    rng = np.random.default_rng(zlib.crc32(case.name.encode()))
    match case:
        case ExpertProduct():
            n_own = case.n_used if case.each_its_own else 1
            columns = _activations(rng, (case.n_columns, n_own, case.n_in), is_large=bool(case.large))
            ids = [rng.permutation(case.n_expert)[: case.n_used] for _ in range(case.n_columns)]
            weights = _weights((case.n_expert, case.n_out, case.n_in), is_large=bool(case.large))
            return {"weights": weights, "columns": columns, "ids": np.array(ids, np.int32)}
        case Product():
            weights = _weights((case.n_out, case.n_in), is_large=bool(case.large))
            columns = _activations(rng, (case.n_columns, case.n_in), is_large=bool(case.large))
            return {"weights": weights, "columns": columns}
        case Attention():
            return _attention(case, rng)
        case DeltaNet():
            return _delta_net(case, rng)
        case Convolution():
            size = 300.0 if case.large else 1.0
            tokens = (case.n_sequences, case.n_channels, case.n_kernel - 1 + case.n_tokens)
            return {
                "tokens": _uniform(rng, tokens, -size, size),
                "kernel": _uniform(rng, (case.n_channels, case.n_kernel), -size, size),
            }
        case Rotation():
            size = 60_000.0 if case.large else 1.0
            n_positions = case.n_tokens * (4 if case.sections else 1)
            return {
                "heads": _uniform(rng, (case.n_tokens, case.n_heads, case.head), -size, size),
                "positions": rng.integers(0, N_POSITIONS, n_positions, dtype=np.int32),
            }
        case Norm():
            size = 1000.0 if case.large else 10.0
            return {
                "rows": _uniform(rng, (case.n_rows, case.n_in), -size, size),
                "weights": _uniform(rng, (case.n_in,), 0.0, 2.0),
            }
        case SoftMax():
            around = 100_000.0 if case.large else 0.0
            rows = {"rows": _uniform(rng, (case.n_rows, case.n_in), around - 8, around + 8)}
            return rows | ({"mask": _uniform(rng, (case.n_rows, case.n_in), -1, 0)} if case.mask else {})
        case Argmax() | TopK():  # each number once: nothing is as large as another
            return {"rows": np.array([rng.permutation(case.n_in) for _ in range(case.n_rows)], np.float32)}
        case _:
            raise TypeError(f"There are no inputs for {type(case).__name__}.")


@functools.lru_cache(maxsize=2)
def _weights(shape: tuple[int, ...], *, is_large: bool) -> Array:
    """Shared by the cases of a shape. Of large ones a third of the rows leans to each side, and a third to none."""
    rng = np.random.default_rng(shape)
    if not is_large:
        return _uniform(rng, shape, -1, 1)
    lean: Array = ((np.arange(shape[-2]) % 3 - 1) * 0.25).astype(np.float32)
    return np.add(_uniform(rng, shape, -0.5, 0.5), lean[:, None])


def _activations(rng: np.random.Generator, shape: tuple[int, ...], *, is_large: bool) -> Array:
    return _uniform(rng, shape, -LARGE / 2, LARGE) if is_large else _uniform(rng, shape, -1, 1)


def _uniform(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> Array:
    numbers: Array = rng.random(shape, np.float32) * np.float32(high - low) + np.float32(low)
    return numbers


def _attention(case: Attention, rng: np.random.Generator) -> dict[str, Array]:
    n_heads = case.n_heads_kv * case.group
    queries = (case.n_streams, case.n_queries, n_heads, case.head)
    keys = (case.n_streams, case.n_keys, case.n_heads_kv, case.head)
    q, k, v = _uniform(rng, queries, -1, 1), _uniform(rng, keys, -1, 1), _uniform(rng, keys, -1, 1)
    if case.large == "scores":
        lean_k = 32.0
        lean_q = LARGE_SCORES / case.head / lean_k
        q, k = q + np.float32(lean_q), k * np.float32(math.sqrt(3) * 1.5 / lean_q) + np.float32(lean_k)
    elif case.large == "values":
        v = v * np.float32(LARGE_VALUES / 2) + np.float32(LARGE_VALUES)
    # Towers have keys and values in F32, and flash attention rounds them to F16: here they are such numbers already.
    found = {"q": q, "k": k.astype(np.float16), "v": v.astype(np.float16)}
    return found if case.is_tower else found | {"mask": _mask(case)}


def _mask(case: Attention) -> Array:
    """0 where a query sees a key. The last places are free: a cache is longer than what is in it."""
    n_free = 20
    key = np.arange(case.n_keys)
    own = case.n_keys - n_free - case.n_queries + np.arange(case.n_queries)[:, None]
    seen = key <= own
    if case.window:
        seen &= key > own - case.window
    mask = np.where(seen, 0.0, -np.inf).astype(np.float32)
    repeated: Array = np.broadcast_to(mask, (case.n_streams, 1, *mask.shape))
    return repeated


def _delta_net(case: DeltaNet, rng: np.random.Generator) -> dict[str, Array]:
    """Queries and keys have length one, as models have them; the gates forget between nothing and all."""
    n_heads = case.n_heads_key * case.repeat
    size = 1e4 if case.large else 1.0
    by_head = (case.n_sequences, case.n_tokens, n_heads, 1)
    q, k = (_uniform(rng, (case.n_sequences, case.n_tokens, case.n_heads_key, case.state), -1, 1) for _ in range(2))
    return {
        "q": q / np.linalg.norm(q, axis=-1, keepdims=True),
        "k": k / np.linalg.norm(k, axis=-1, keepdims=True),
        "v": _uniform(rng, (case.n_sequences, case.n_tokens, n_heads, case.state), -0.3 * size, 5 * size),
        "g": -(_uniform(rng, by_head, 0, 1) ** 8) * 20 - 1e-4,
        "beta": _uniform(rng, by_head, 0, 1),
        "state": _uniform(rng, (case.n_sequences, n_heads, case.state, case.state), -size, size),
    }
