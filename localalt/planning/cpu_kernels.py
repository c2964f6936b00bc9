"""Which of two ways the CPU should compute a model's matrices, where llama.cpp offers both.

Pure: tensor types and the processor's instructions in, a choice out; `benchmarks/NOTES.md` has the
measurements behind it. Knows no memory and no devices. ggml's sources as vendored by
llama-cpp-python 0.3.36: ggml-cpu/repack.cpp, ggml-cpu/tiled, ggml-cpu/llamafile/sgemm.cpp.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from localalt.gguf.header import GgufHeader

__all__ = [
    "can_repack",
    "computes_bf16",
    "computes_tiled",
    "has_tiled_kernels",
]

_Q4_0, _Q2_K, _Q4_K, _IQ4_NL, _MXFP4 = 2, 10, 12, 20, 39

_ONLY_REPACKED = frozenset((_Q4_0, _IQ4_NL, _MXFP4))
"""Types that have no tiled kernels: repacked, Q4_0 computes prompts twice as fast."""
_ALSO_TILED = frozenset((_Q2_K, _Q4_K))
"""Types that would be repacked on x86, and have tiled kernels as long as they are not."""


def has_tiled_kernels(weights: GgufHeader) -> bool:
    """Whether more of the weights could be computed by tiled kernels than only by repacked ones."""
    n_bytes: Counter[int] = Counter()
    for tensor in weights.tensors.values():
        n_bytes[tensor.ggml_type] += tensor.n_bytes or 0
    tiled, repacked = (sum(n_bytes[kind] for kind in kinds) for kinds in (_ALSO_TILED, _ONLY_REPACKED))
    return tiled > repacked


def can_repack(instructions: Collection[str]) -> bool:
    """Whether llama.cpp may lay matrices out anew for the CPU: not where it would do so for AMX.

    `_tile_loadconfig` of GCC 12's amxtileintrin.h declares 8 of the 64 bytes that the instruction reads, so that the
    compiler drops the rest of ggml's tile configuration (ggml-cpu/amx/mmq.cpp): the first prompt of quantized
    weights ends the process with SIGILL. Where no tile is used, second and later sequences of Qwen3.5's random pair
    got wrong tokens. One cannot see at run time which compiler built a library, so AMX is never used.
    """
    return "AMX_INT8" not in instructions


def computes_tiled(instructions: Collection[str]) -> bool:
    """Whether the CPU computes better with the tiled kernels, for matrices that are not repacked as by default.

    With AVX512_VNNI prompts of K-quants are 1.24 to 1.29 times as fast; decoding is 3 to 15 % slower.
    A picture's prompt is long and its answer short.
    """
    return "AVX512_VNNI" in instructions


def computes_bf16(instructions: Collection[str]) -> bool:
    """Whether the CPU multiplies matrices faster in BF16 than in F16 or Q8_0: 1.4 and 1.6 times with AVX512_BF16."""
    return "AVX512_BF16" in instructions
