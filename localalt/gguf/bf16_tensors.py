"""The matrices of an mmproj file that can become BF16, and what that costs in memory. Pure: reads headers only."""

from __future__ import annotations

import math
from collections.abc import Iterator

from localalt.gguf.header import GgufHeader, TensorInfo
from localalt.gguf.mmproj import projector_type

__all__ = ["BF16", "F16", "F32", "Q8_0", "bf16_growth", "bf16_matrices", "matrix_types"]

F32, F16, Q8_0, BF16 = 0, 1, 8, 30
"""ggml_type, as in ggml.h."""

# Those whose random pairs give torch's tokens in BF16 too (tests/describer/test_families.py).
_KNOWN_PROJECTORS = frozenset(
    (
        *("gemma3", "gemma4uv", "gemma4v", "glm4v", "idefics3", "lfm2", "pixtral"),
        *("qwen2.5vl_merger", "qwen2vl_merger", "qwen3vl_merger"),
    )
)
_MATRICES = ("v.blk.", "v.deepstack.", "mm.")
"""How the names of matrices begin that serve for products alone: a table of positions does not."""


def bf16_matrices(mmproj: GgufHeader) -> Iterator[tuple[str, TensorInfo]]:
    """The projector's matrices, by name, that can be converted to BF16.

    All models of the catalog were trained in BF16, so that an F16 file's weights come out as they were;
    of activations BF16 preserves more than Q8_0, whose files are published as good as F16 ones.
    """
    is_sized = all(tensor.n_bytes is not None for tensor in mmproj.tensors.values())
    if is_sized and projector_type(mmproj) in _KNOWN_PROJECTORS:
        for name, tensor in mmproj.tensors.items():
            is_matrix = len(tensor.shape) == 2 and name.endswith(".weight") and name.startswith(_MATRICES)
            if is_matrix and tensor.ggml_type in (F16, Q8_0):
                yield name, tensor


def matrix_types(mmproj: GgufHeader) -> frozenset[int]:
    """The ggml_types of the projector's matrices that serve for products."""
    return frozenset(
        tensor.ggml_type
        for name, tensor in mmproj.tensors.items()
        if len(tensor.shape) == 2 and name.endswith(".weight") and name.startswith(_MATRICES)
    )


def bf16_growth(mmproj: GgufHeader) -> int | None:
    """Bytes that the projector takes more with these matrices in BF16; None where it has none of them."""
    growths = [2 * math.prod(tensor.shape) - (tensor.n_bytes or 0) for _, tensor in bf16_matrices(mmproj)]
    return sum(growths) if growths else None
