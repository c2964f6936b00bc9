"""What a model asks of a device: bytes of weights for each token, operations for each prompt and picture.

Computed from the tensors in the files' headers; over the rates of the same device that is the share of what it
could do at best. Pure arithmetic; knows no device.

Left out, as they are small beside the rest: attention in the language model, norms, activations, and what
a mixture's router picks. Window attention in a vision tower is computed as if it were full.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from localalt.gguf.header import GgufHeader, TensorInfo

__all__ = ["decode_bytes", "encode_flops", "prefill_flops"]


def decode_bytes(weights: GgufHeader) -> float:
    """Bytes of weights that are read for one step of decoding, whatever its width."""
    return sum((tensor.n_bytes or 0) * share for _, tensor, share in _matrices(weights))


def prefill_flops(weights: GgufHeader, n_tokens: float) -> float:
    """Multiplications and additions for a prompt of `n_tokens`: the output layer is computed for the last one."""
    layers = sum(
        math.prod(tensor.shape) * share
        for name, tensor, share in _matrices(weights)
        if name not in ("output.weight", "token_embd.weight")
    )
    return 2.0 * layers * n_tokens


def encode_flops(mmproj: GgufHeader, n_image_tokens: float, merge: int) -> float:
    """Multiplications and additions for a picture; `merge` is how many patches a side become one token."""
    n_patches = n_image_tokens * merge**2
    tower = projector = 0.0
    for name, tensor in mmproj.tensors.items():
        if len(tensor.shape) < 2 or name.startswith("a.") or "position_embd" in name:
            continue
        if name.startswith("v.") and "deepstack" not in name:
            tower += math.prod(tensor.shape)
        else:
            projector += math.prod(tensor.shape)
    n_layer = mmproj.integer("clip.vision.block_count")
    attention = 4.0 * n_layer * mmproj.integer("clip.vision.embedding_length") * n_patches**2
    return 2.0 * (tower * n_patches + projector * n_image_tokens) + attention


def _matrices(weights: GgufHeader) -> Iterator[tuple[str, TensorInfo, float]]:
    """(name, tensor, share of it that one token uses) of the matrices that every token goes through."""
    is_tied = "output.weight" not in weights.tensors
    architecture = weights.architecture
    n_expert = weights.integer(f"{architecture}.expert_count")
    used = weights.integer(f"{architecture}.expert_used_count") / n_expert if n_expert else 1.0
    for name, tensor in weights.tensors.items():
        if len(tensor.shape) < 2 or name.startswith("per_layer_token_embd"):
            continue
        if name == "token_embd.weight" and not is_tied:
            continue  # one row for each token
        yield name, tensor, used if "_exps." in name else 1.0
