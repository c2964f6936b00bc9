"""Which type each tensor gets in a quantization, and bytes of that type.

The rules of llama-quantize (llama.cpp, src/llama-quant.cpp) and of the converters
(conversion/base.py and the families' own), for the quantizations that the catalog names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from localalt.random_pair.tensors import Tensors

F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, IQ4_NL, BF16 = 0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 20, 30

# Elements and bytes of a block (ggml-common.h).
BLOCKS: Mapping[int, tuple[int, int]] = {
    F32: (1, 4),
    F16: (1, 2),
    Q4_0: (32, 18),
    Q5_0: (32, 22),
    Q5_1: (32, 24),
    Q8_0: (32, 34),
    Q4_K: (256, 144),
    Q5_K: (256, 176),
    Q6_K: (256, 210),
    IQ4_NL: (32, 18),
    BF16: (1, 2),
}

QUANTS: Mapping[str, int] = {
    "Q4_0": Q4_0,
    "Q4_K_M": Q4_K,
    "Q5_K_M": Q5_K,
    "Q8_0": Q8_0,
    "IQ4_NL": IQ4_NL,
    "F16": F16,
    "BF16": BF16,
}
"""The type of most tensors, by the name of the quantization."""

FILE_TYPES: Mapping[str, int] = {
    "Q4_0": 2,
    "Q4_K_M": 15,
    "Q5_K_M": 17,
    "Q8_0": 7,
    "IQ4_NL": 25,
    "F16": 1,
    "BF16": 32,
}
"""`general.file_type` (llama_ftype in llama.h)."""

# The type of a tensor whose rows are not a multiple of the type's block (tensor_type_fallback).
_FALLBACK: Mapping[int, int] = {Q4_K: Q5_0, Q5_K: Q5_1, Q6_K: Q8_0}

# Tensors of two dimensions and more that stay as the converter wrote them (tensor_allows_quantization).
_KEPT_F32 = re.compile(
    r"_norm\.weight$|ffn_gate_inp|ssm_conv1d|shortconv\.conv\.|\.position_embd|\.scale$|conv1d\.|conv_dw"
    r"|^a\.input_projection"
)
_KEPT = re.compile(r"per_layer_model_proj")


def text_types(tensors: Tensors, quant: str, *, n_layer: int, embeddings: Mapping[str, int] = {}) -> dict[str, int]:
    """The type of every tensor of a language model; `embeddings` names those that the publisher chose."""
    base = QUANTS[quant]
    n_value = sum("attn_v.weight" in name or "attn_qkv.weight" in name for name in tensors)
    tied = "output.weight" not in tensors
    types: dict[str, int] = {}
    i_value = 0
    for name, shape in tensors.items():
        kind = base
        if name in embeddings:
            types[name] = embeddings[name]
            continue
        if len(shape) < 2 or not name.endswith(".weight") or _KEPT_F32.search(name):
            types[name] = F32
            continue
        if _KEPT.search(name):
            types[name] = base if base in (F16, BF16) else BF16
            continue
        if "attn_v.weight" in name or "attn_qkv.weight" in name:
            if quant in ("Q4_K_M", "Q5_K_M") and _more_bits(i_value, n_value):
                kind = Q6_K
            i_value += 1
        elif "ffn_down" in name:
            if quant in ("Q4_K_M", "Q5_K_M") and _more_bits(int(name.split(".")[1]), n_layer):
                kind = Q6_K
        elif (name == "output.weight" or (tied and _is_embedding(name))) and base not in (F16, BF16, Q8_0):
            kind = Q6_K if shape[0] % BLOCKS[base][0] == 0 else Q8_0
        types[name] = _fitting(kind, shape[0])
    return types


def _is_embedding(name: str) -> bool:
    return name in ("token_embd.weight", "per_layer_token_embd.weight")


def _more_bits(index: int, count: int) -> bool:
    return index < count // 8 or index >= 7 * count // 8 or (index - count // 8) % 3 == 2


def _fitting(kind: int, n_columns: int) -> int:
    if n_columns % BLOCKS[kind][0]:
        kind = _FALLBACK.get(kind, F16)
    return F16 if n_columns % BLOCKS[kind][0] else kind


def vision_types(tensors: Tensors, quant: str, projector: str) -> dict[str, int]:
    """The type of every tensor of a projector."""
    base = QUANTS[quant]
    types: dict[str, int] = {}
    for name, shape in tensors.items():
        if len(shape) < 2 or _KEPT_F32.search(name):
            types[name] = F32
        elif "patch_embd.weight" in name:
            types[name] = _patch_type(quant, projector)
        elif name == "mm.input_projection.weight" and projector == "gemma3":
            types[name] = F16
        else:
            types[name] = _fitting(base, shape[0])
    return types


def _patch_type(quant: str, projector: str) -> int:
    """Of the first convolution: what the published files have differs with the age of the converter."""
    if projector == "qwen2.5vl_merger":
        return F16
    if projector == "gemma3":
        return F32
    return F16 if quant == "F16" else F32


def n_bytes(shape: tuple[int, ...], kind: int) -> int:
    """Bytes of a tensor."""
    per_block, block_bytes = BLOCKS[kind]
    count = 1
    for side in shape:
        count *= side
    return count // per_block * block_bytes
