"""How many bytes a loaded model takes: by device, and by what they are for.

Pure: shapes and settings in, bytes out. Every rule tells where it comes from: llama.cpp's source
as vendored by llama-cpp-python 0.3.36, or measurements of random weights of the true shape
(`benchmarks/plan_memory.py` repeats them). What is counted is what must stay: pages of the file
that the system can drop and never reads again are not. The GPU's share follows the same
source and could not be measured yet: it leans to the safe side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localalt.gguf import GgufHeader
from localalt.shape import Layer, ModelShape, Recurrent, TextShape, VisionShape

__all__ = ["Memory", "Parts", "Settings", "WeightsSplit", "estimate", "weights_split"]

F16, F32 = 2, 4
"""Bytes of a number."""
MIB = 1 << 20

CELL_PADDING = 256
"""KV caches grow in steps of this many cells (llama-context.cpp, llama-kv-cache-iswa.cpp)."""

PROCESS_BYTES = 60 * MIB
"""Python, numpy, Pillow, llama.cpp's libraries and their threads, before any model. Measured."""
VOCAB_BYTES = 330
"""Of a token in llama.cpp's vocabulary: text, index, merges. Measured: 300 to 370 where pairs are merged."""
VOCAB_BYTES_SCORED = 170
"""Where pieces go by scores (SentencePiece). Measured: 160."""
PICTURE_BYTES = 18
"""Of a pixel while a picture is prepared: RGB bytes, mtmd's copies, floats. Measured."""
GPU_BYTES = 400 * MIB
"""Of the driver's context, its kernels and cuBLAS' workspaces. Not measured here."""

HEAVY_BITS = 6.5625
"""Q6_K: what llama-quantize gives the output matrix where most tensors get fewer bits (llama-quant.cpp)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the memory of a loaded model depends on besides its shape, in llama.cpp's names."""

    n_seq_max: int
    n_ctx_seq: int
    n_ubatch: int
    n_image_tokens: int
    """Of the largest picture."""
    n_gpu_layers: int
    """0 to n_layer + 1. llama.cpp counts from the end: the first is the output matrix."""
    projector_on_gpu: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """Bytes on one device."""

    weights: int = 0
    """The language model's, each once: what llama.cpp repacks for the CPU replaces the file's own pages."""
    projector: int = 0
    kv_cache: int = 0
    recurrent: int = 0
    compute: int = 0
    vision_compute: int = 0
    overhead: int = 0
    """The process or the driver, the vocabulary, logits, and pictures in preparation."""

    @property
    def total(self) -> int:
        """All of them."""
        return (
            self.weights
            + self.projector
            + self.kv_cache
            + self.recurrent
            + self.compute
            + self.vision_compute
            + self.overhead
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes in RAM and on the GPU."""

    host: Parts
    gpu: Parts


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

    @property
    def n_bytes(self) -> int:
        """What the file holds."""
        return sum(self.layers) + self.embeddings + self.output


def weights_split(header: GgufHeader, shape: TextShape) -> WeightsSplit:
    """The split of a file that is here, from its table of tensors."""
    layers = [0] * shape.n_layer
    embeddings = output = 0
    for name, tensor in header.tensors.items():
        n_bytes = tensor.n_bytes or 0
        block = name.split(".", 2)[1] if name.startswith("blk.") else ""
        if block.isdigit():
            if int(block) < shape.n_layer:  # the others are for speculative decoding: not loaded
                layers[int(block)] += n_bytes
        elif name.startswith("output") or (shape.tied_output and name == "token_embd.weight"):
            output += n_bytes
        else:
            embeddings += n_bytes
    return WeightsSplit(tuple(layers), embeddings, output, shape.tied_output)


def _guessed_split(shape: TextShape, weights_bytes: int) -> WeightsSplit:
    """The split of a file of that size, from how many numbers each part holds."""
    layers = [_n_weights(shape, layer) for layer in shape.layers]
    matrix = shape.n_embd * shape.n_vocab
    lookups = (0 if shape.tied_output else matrix) + shape.n_layer * shape.n_embd_per_layer * shape.n_vocab
    n_all = sum(layers) + matrix + lookups
    per_weight = weights_bytes / max(1, n_all)
    output = min(weights_bytes, int(matrix * max(per_weight, HEAVY_BITS / 8)))
    rest = (weights_bytes - output) / max(1, n_all - matrix)
    return WeightsSplit(tuple(int(rest * each) for each in layers), int(rest * lookups), output, shape.tied_output)


def _n_weights(shape: TextShape, layer: Layer) -> int:
    n_embd = shape.n_embd
    if layer.kind == "recurrent" and shape.recurrent is not None:
        count = n_embd * (_n_conv(shape.recurrent) + 2 * shape.recurrent.d_inner)
    else:
        n_query = layer.n_head * layer.n_embd_head_k
        n_key_value = layer.n_head_kv * (layer.n_embd_head_k + layer.n_embd_head_v * layer.has_v) * layer.has_kv
        count = n_embd * (2 * n_query + n_key_value)
    experts = shape.n_expert * shape.n_ff_expert + shape.n_ff_shared
    return count + 3 * n_embd * (layer.n_ff * _has_dense(shape) + experts) + 2 * n_embd * shape.n_embd_per_layer


def _has_dense(shape: TextShape) -> bool:
    """Whether `Layer.n_ff` is used: beside experts only Gemma 4 does (src/models/gemma4.cpp)."""
    return not shape.n_expert or shape.architecture == "gemma4"


def _n_conv(sizes: Recurrent) -> int:
    """Width of the convolution: queries and keys of every group, values."""
    return sizes.d_inner + 2 * sizes.n_group * sizes.d_state


def estimate(
    model: ModelShape,
    *,
    weights_bytes: int,
    mmproj_bytes: int,
    settings: Settings,
    split: WeightsSplit | None = None,
) -> Memory:
    """What a model takes with these settings.

    `weights_bytes` and `mmproj_bytes` are the sizes of its files; `split` is better than the
    guess that is made from them, where the weights are here to be asked.
    """
    text, vision = model.text, model.vision
    split = split or _guessed_split(text, weights_bytes)
    # llama-model.cpp: layers from here on are on the GPU, the output being the last.
    first = max(0, text.n_layer + 1 - settings.n_gpu_layers)
    output_on_gpu = settings.n_gpu_layers > 0
    compute = _compute(text, settings)
    vision_compute = _vision_compute(vision, settings)
    host = Parts(
        weights=weights_bytes - sum(split.layers[first:]) - (split.output if output_on_gpu and not split.tied else 0),
        projector=0 if settings.projector_on_gpu else mmproj_bytes,
        kv_cache=_kv_cache(text, settings, text.layers[:first]),
        recurrent=_recurrent(text, settings, text.layers[:first]),
        compute=compute if first else _graph_inputs(text, settings),
        vision_compute=0 if settings.projector_on_gpu else vision_compute,
        overhead=_host_overhead(model, settings),
    )
    if not output_on_gpu and not settings.projector_on_gpu:
        return Memory(host, Parts())
    gpu = Parts(
        weights=sum(split.layers[first:]) + (split.output if output_on_gpu else 0),
        projector=mmproj_bytes if settings.projector_on_gpu else 0,
        kv_cache=_kv_cache(text, settings, text.layers[first:]),
        recurrent=_recurrent(text, settings, text.layers[first:]),
        compute=compute + _logits(text, settings) if output_on_gpu else 0,
        vision_compute=vision_compute if settings.projector_on_gpu else 0,
        overhead=GPU_BYTES + (_vision_scratch(vision, settings) if settings.projector_on_gpu else 0),
    )
    return Memory(host, gpu)


def _padded(n_cells: int) -> int:
    return -(-n_cells // CELL_PADDING) * CELL_PADDING


def _cells(shape: TextShape, settings: Settings, layer: Layer) -> int:
    """Cells that a layer keeps of each sequence (llama-kv-cache-iswa.cpp: swa_full and kv_unified are off)."""
    if layer.kind == "recurrent" or not layer.has_kv:
        return 0
    n_ctx_seq = _padded(settings.n_ctx_seq)
    if layer.kind == "full":
        return n_ctx_seq
    return _padded(min(n_ctx_seq, shape.n_swa + settings.n_ubatch))


def _kv_cache(shape: TextShape, settings: Settings, layers: Sequence[Layer]) -> int:
    per_sequence = sum(
        _cells(shape, settings, layer) * layer.n_head_kv * (layer.n_embd_head_k + layer.n_embd_head_v) * F16
        for layer in layers
    )
    return settings.n_seq_max * per_sequence


def _recurrent(shape: TextShape, settings: Settings, layers: Sequence[Layer]) -> int:
    """The last columns of the convolution and the state itself, in F32 (llama-hparams.cpp, n_embd_r and n_embd_s)."""
    sizes = shape.recurrent
    if sizes is None:
        return 0
    count = sum(layer.kind == "recurrent" for layer in layers)
    per_layer = max(0, sizes.d_conv - 1) * _n_conv(sizes) + sizes.d_state * sizes.d_inner
    return settings.n_seq_max * count * per_layer * F32


def _compute(shape: TextShape, settings: Settings) -> int:
    """The buffer of a graph of `n_ubatch` tokens.

    Fitted to what llama.cpp reserves (model parameter `no_alloc`) for the shapes of the
    catalog: from 1 % below to 8 % above. The widest point of a graph is a feed-forward block:
    gate, up and their product, beside what flows past it.
    """
    n_embd = shape.n_embd
    dense = max((layer.n_ff for layer in shape.layers), default=0) if _has_dense(shape) else 0
    wide = 3 * (dense + shape.n_ff_shared)
    # Each expert's output is kept until they are added up.
    wide += shape.n_expert_used * (3 * shape.n_ff_expert + n_embd) + 2 * shape.n_expert
    if shape.architecture == "gemma4":
        wide += (5.2 if not shape.n_expert else 4) * n_embd
        if shape.n_embd_per_layer:
            wide += 1.8 * n_embd + shape.n_layer * shape.n_embd_per_layer
    else:
        wide += (3 if shape.recurrent else 4 + 2 * shape.n_deepstack) * n_embd
    n_bytes = wide * settings.n_ubatch * F32
    if shape.recurrent is not None:
        n_bytes = max(n_bytes, _delta_net_compute(shape, shape.recurrent, settings))
    return int(n_bytes) + _masks(shape, settings)


def _delta_net_compute(shape: TextShape, sizes: Recurrent, settings: Settings) -> float:
    """Of linear attention: copies of the convolution's columns, and two of every sequence's state."""
    columns = _n_conv(sizes) * settings.n_ubatch * F32
    states = 2.1 * settings.n_seq_max * sizes.d_state * sizes.d_inner * F32
    return 3 * shape.n_embd * settings.n_ubatch * F32 + max(3 * columns, 2.5 * columns + states)


def _masks(shape: TextShape, settings: Settings) -> int:
    """Of attention, one for each kind of layer: every token of a graph against every cell, in F16."""
    kinds = {layer.kind: _cells(shape, settings, layer) for layer in shape.layers if layer.has_kv}
    return sum(kinds.values()) * settings.n_ubatch * F16


def _graph_inputs(shape: TextShape, settings: Settings) -> int:
    """What stays in RAM of a graph that is on the GPU: embeddings going in, masks, logits coming out."""
    inputs = (shape.n_embd_inp + shape.n_layer * shape.n_embd_per_layer) * settings.n_ubatch * F32
    return 2 * inputs + _masks(shape, settings) + _logits(shape, settings)


def _logits(shape: TextShape, settings: Settings) -> int:
    """Of one answer token in every sequence (n_outputs_max)."""
    return settings.n_seq_max * shape.n_vocab * F32


def _n_patches(shape: VisionShape, settings: Settings) -> int:
    """Of one encode: the whole picture, or the one tile of those that it is cut into."""
    if shape.projector == "idefics3":
        return (shape.image_px // shape.patch_px) ** 2
    return settings.n_image_tokens * shape.merge**2


def _vision_compute(shape: VisionShape, settings: Settings) -> int:
    """The buffer of the projector's graph at the largest picture, with flash attention: linear in its patches.

    Fitted to what llama.cpp reserves for the shapes of the catalog.
    """
    return int(_n_patches(shape, settings) * _vision_width(shape) * F32)


def _vision_width(shape: VisionShape) -> float:
    """Numbers per patch at the widest point of the graph."""
    return 6.75 * shape.n_embd + 3.4 * shape.n_embd * bool(shape.deepstack)


def _vision_scratch(shape: VisionShape, settings: Settings) -> int:
    """A matrix product's input in the weights' type, in the backend's own memory: the widest is a feed-forward block's."""
    return _n_patches(shape, settings) * max(shape.n_ff, shape.n_embd) * F16


def _host_overhead(model: ModelShape, settings: Settings) -> int:
    text, vision = model.text, model.vision
    per_token = VOCAB_BYTES_SCORED if text.architecture == "gemma3" else VOCAB_BYTES
    n_pixels = _n_patches(vision, settings) * vision.patch_px**2
    scratch = 0 if settings.projector_on_gpu else _vision_scratch(vision, settings)
    return PROCESS_BYTES + per_token * text.n_vocab + _logits(text, settings) + PICTURE_BYTES * n_pixels + scratch
