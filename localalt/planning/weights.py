"""The bytes of a language model's weights by where llama.cpp puts them: layers, output, and what only looks tokens up.

Read from a file's table of tensors, or guessed from its size and shape. Knows nothing of devices.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from localalt.gguf.header import GgufHeader
from localalt.gguf.hparams import Layer, Recurrent, TextShape

__all__ = ["WeightsSplit", "guessed_split", "has_dense", "n_conv", "n_weights", "weights_split"]

_EXPERTS = re.compile(r"^blk\.\d+\.ffn_(up|down|gate|gate_up)_(ch|)exps")
"""Tensors of the experts that a router chooses from (common.h, LLM_FFN_EXPS_REGEX)."""
OUTPUT_BYTES = 210 / 256
"""Of a weight in Q6_K: what llama-quantize gives the output matrix where most get less (llama-quant.cpp)."""


@dataclass(frozen=True, slots=True)
class WeightsSplit:
    """The bytes of a language model's file by where llama.cpp puts them."""

    layers: tuple[int, ...]
    """Of each repeating layer."""
    embeddings: int
    """What only looks tokens up: it always stays in RAM."""
    output: int
    """The output matrix and norm. Where it is the embeddings too, a GPU gets a copy of its own."""
    tied: bool
    experts: tuple[int, ...] = ()
    """Of each repeating layer, how many of its bytes are experts that a router chooses from; () where none are."""
    largest: int = 0
    """Bytes of the largest tensor of a layer that is not of experts: a GPU gets one at a time from the CPU."""
    largest_experts: int = 0
    """Bytes of the largest tensor of experts."""

    @property
    def n_bytes(self) -> int:
        """What the file holds."""
        return sum(self.layers) + self.embeddings + self.output


def weights_split(header: GgufHeader, shape: TextShape) -> WeightsSplit:
    """The split of a file that is here, from its table of tensors."""
    layers, experts = [0] * shape.n_layer, [0] * shape.n_layer
    embeddings = output = largest = largest_experts = 0
    for name, tensor in header.tensors.items():
        n_bytes = tensor.n_bytes or 0
        block = name.split(".", 2)[1] if name.startswith("blk.") else ""
        if block.isdigit():
            if int(block) < shape.n_layer:  # the others are for speculative decoding: not loaded
                layers[int(block)] += n_bytes
                is_expert = bool(_EXPERTS.match(name))
                experts[int(block)] += n_bytes * is_expert
                largest = max(largest, n_bytes * (not is_expert))
                largest_experts = max(largest_experts, n_bytes * is_expert)
        elif name.startswith("output") or (shape.tied_output and name == "token_embd.weight"):
            output += n_bytes
        else:
            embeddings += n_bytes
    chosen = tuple(experts) if any(experts) else ()
    return WeightsSplit(
        tuple(layers), embeddings, output, shape.tied_output, chosen, largest=largest, largest_experts=largest_experts
    )


def guessed_split(shape: TextShape, weights_bytes: int) -> WeightsSplit:
    """The split of a file of that size, from how many numbers each part holds."""
    layers = [n_weights(shape, layer) for layer in shape.layers]
    matrix = shape.n_embd * shape.n_vocab
    lookups = (0 if shape.tied_output else matrix) + shape.n_layer * shape.n_embd_per_layer * shape.n_vocab
    n_all = sum(layers) + matrix + lookups
    per_weight = weights_bytes / max(1, n_all)
    output = min(weights_bytes, int(matrix * max(per_weight, OUTPUT_BYTES)))
    rest = (weights_bytes - output) / max(1, n_all - matrix)
    n_experts = 3 * shape.n_embd * shape.n_expert * shape.n_ff_expert
    return WeightsSplit(
        tuple(int(rest * each) for each in layers),
        int(rest * lookups),
        output,
        shape.tied_output,
        (int(rest * n_experts),) * shape.n_layer if n_experts else (),
        largest=int(max(rest, OUTPUT_BYTES) * max(map(functools.partial(_n_largest, shape), shape.layers), default=0)),
        # Gate and up may be one tensor.
        largest_experts=int(rest * n_experts * (2 / 3)),
    )


def _n_largest(shape: TextShape, layer: Layer) -> int:
    """How many numbers the largest matrix of a layer holds that is not of experts."""
    widths = [layer.n_ff * has_dense(shape), shape.n_ff_shared, 2 * layer.n_head * layer.n_embd_head_k]
    if layer.kind == "recurrent" and shape.recurrent is not None:
        widths.append(n_conv(shape.recurrent))
    return shape.n_embd * max(widths)


def n_weights(shape: TextShape, layer: Layer) -> int:
    """How many numbers a layer's matrices hold, all experts counted."""
    n_embd = shape.n_embd
    if layer.kind == "recurrent" and shape.recurrent is not None:
        count = n_embd * (n_conv(shape.recurrent) + 2 * shape.recurrent.d_inner)
    else:
        n_query = layer.n_head * layer.n_embd_head_k
        n_key_value = layer.n_head_kv * (layer.n_embd_head_k + layer.n_embd_head_v * layer.has_v) * layer.has_kv
        count = n_embd * (2 * n_query + n_key_value)
    experts = shape.n_expert * shape.n_ff_expert + shape.n_ff_shared
    return count + 3 * n_embd * (layer.n_ff * has_dense(shape) + experts) + 2 * n_embd * shape.n_embd_per_layer


def has_dense(shape: TextShape) -> bool:
    """Whether `Layer.n_ff` is used: beside experts only Gemma 4 does (src/models/gemma4.cpp)."""
    return not shape.n_expert or shape.architecture == "gemma4"


def n_conv(sizes: Recurrent) -> int:
    """Width of the convolution: queries and keys of every group, values."""
    return sizes.d_inner + 2 * sizes.n_group * sizes.d_state
