"""How many bytes a loaded model takes: by device, and by what they are for.

Pure: shapes and settings in, bytes out. Every rule says where it comes from: llama.cpp's source
as vendored by llama-cpp-python 0.3.36, or measurements of random weights of the true shape
(`benchmarks/plan_memory.py` and `split_memory.py` repeat them). What is counted is what must stay:
pages of the file that the system can drop and never reads again are not. Buffers of GPUs are those
that llama.cpp reserves on a Vulkan device; what a driver takes besides could not be measured yet,
and leans to the safe side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from localalt.gguf.hparams import Layer, ModelShape, Recurrent, TextShape, VisionShape
from localalt.planning.weights import WeightsSplit, guessed_split, has_dense, n_conv

__all__ = ["Memory", "Parts", "RuntimeSettings", "estimate", "layer_bytes"]

F16, F32 = 2, 4
"""Bytes of a number."""
MIB = 1 << 20

CELL_PADDING = 256
"""KV caches grow in steps of this many cells (llama-context.cpp, llama-kv-cache-iswa.cpp)."""

PROCESS_BYTES = 100 * MIB
"""Python, numpy, Pillow and llama.cpp's libraries (60 before any model), graphs, threads, and what malloc
holds back. Measured."""
VOCAB_BYTES = 330
"""Of a token in llama.cpp's vocabulary: text, index, merges. Measured: 300 to 370 where pairs are merged."""
VOCAB_BYTES_SCORED = 170
"""Where pieces go by scores (SentencePiece). Measured: 160."""
PICTURE_BYTES = 40
"""Of a pixel while a picture is encoded: RGB bytes as read, resized and copied to mtmd, and its floats twice."""
MAX_TILES = 17
"""SmolVLM's pictures are at most four tiles a side, and one of the whole (mtmd-image.cpp; preproc_image_size)."""
GPU_BYTES = 400 * MIB
"""Of the driver's context, its kernels and cuBLAS' workspaces. Not measured here."""


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """What the memory of a loaded model depends on besides its shape, in llama.cpp's names."""

    n_seq_max: int
    n_ctx_seq: int
    n_ubatch: int
    n_image_tokens: int
    """Of the largest picture."""
    n_gpu_layers: int
    """0 to n_layer + 1. llama.cpp counts from the end: the first is the output matrix."""
    projector_on_gpu: bool
    op_offload: bool = False
    """Whether a GPU computes prompts for layers on the CPU too, and gets their weights for each graph."""
    n_cpu_moe: int = 0
    """Of how many layers, the first ones, the experts of a mixture are on the CPU wherever the rest is."""
    tensor_split: tuple[int, ...] = ()
    """Layers on each GPU, `n_gpu_layers` in all; () for one GPU with all of them. The first has the projector, the last
    the output."""

    @property
    def gpu_layers(self) -> tuple[int, ...]:
        """Layers on each GPU that holds something, the output counted; () where none does."""
        if self.tensor_split:
            return self.tensor_split
        return (self.n_gpu_layers,) if self.n_gpu_layers or self.projector_on_gpu or self.op_offload else ()


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

    def __add__(self, other: Parts) -> Parts:
        """The bytes of both, part by part."""
        return Parts(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes in RAM and on the GPUs."""

    host: Parts
    gpu: Parts
    """On all GPUs together."""
    gpus: tuple[Parts, ...] = ()
    """On each, in the order of `RuntimeSettings.gpu_layers`."""


def estimate(
    model: ModelShape,
    *,
    weights_bytes: int,
    mmproj_bytes: int,
    settings: RuntimeSettings,
    split: WeightsSplit | None = None,
) -> Memory:
    """What a model takes with these settings.

    `weights_bytes` and `mmproj_bytes` are the sizes of its files; `split` is better than the
    guess that is made from them, where the weights are here to be asked.
    """
    text, vision = model.text, model.vision
    if split is not None:
        weights_bytes = min(weights_bytes, split.n_bytes)  # layers for speculative decoding are not loaded
    split = split or guessed_split(text, weights_bytes)
    # llama-model.cpp: layers from here on are on GPUs, the output being the last.
    first = max(0, text.n_layer + 1 - settings.n_gpu_layers)
    output_on_gpu = settings.n_gpu_layers > 0
    vision_compute = _vision_compute(vision, settings)
    gpus, begin = [], first
    for index, n_layers in enumerate(settings.gpu_layers):
        gpus.append(_on_gpu(model, settings, split, mmproj_bytes, index, range(begin, begin + n_layers)))
        begin += n_layers
    host = Parts(
        # Embeddings that serve as output are looked up in RAM all the same.
        weights=weights_bytes - sum(each.weights for each in gpus) + split.output * (output_on_gpu and split.tied),
        projector=0 if settings.projector_on_gpu else mmproj_bytes,
        kv_cache=_kv_cache(text, settings, text.layers[:first]),
        recurrent=_recurrent(text, settings, text.layers[:first]),
        compute=_host_compute(text, settings),
        vision_compute=0 if settings.projector_on_gpu else vision_compute,
        overhead=_host_overhead(model, settings),
    )
    return Memory(host, sum(gpus, Parts()), tuple(gpus))


def layer_bytes(model: ModelShape, settings: RuntimeSettings, split: WeightsSplit) -> list[int]:
    """What each of the layers on GPUs takes there, the output last, without what a GPU needs once."""
    text = model.text
    first = max(0, text.n_layer + 1 - settings.n_gpu_layers)
    experts = split.experts or (0,) * text.n_layer
    return [
        split.layers[index]
        - experts[index] * (index < settings.n_cpu_moe)
        + _kv_cache(text, settings, text.layers[index : index + 1])
        + _recurrent(text, settings, text.layers[index : index + 1])
        for index in range(first, text.n_layer)
    ] + [split.output]


def _on_gpu(
    model: ModelShape, settings: RuntimeSettings, split: WeightsSplit, mmproj_bytes: int, index: int, layers: range
) -> Parts:
    """What the GPU at `index` holds, where these layers are its own; the output counts as the last of all."""
    text, vision = model.text, model.vision
    own = slice(layers.start, layers.stop)
    has_projector = settings.projector_on_gpu and index == 0
    has_output = bool(layers) and layers.stop > text.n_layer
    experts = split.experts[own][: max(0, settings.n_cpu_moe - layers.start)]
    return Parts(
        weights=sum(split.layers[own]) - sum(experts) + (split.output if has_output else 0),
        projector=mmproj_bytes if has_projector else 0,
        kv_cache=_kv_cache(text, settings, text.layers[own]),
        recurrent=_recurrent(text, settings, text.layers[own]),
        compute=_gpu_compute(text, settings, split, index) + _logits(text, settings) * has_output
        if layers or settings.op_offload
        else 0,
        vision_compute=_vision_compute(vision, settings) if has_projector else 0,
        overhead=GPU_BYTES + (_vision_scratch(vision, settings) if has_projector else 0),
    )


def _padded(n_cells: int) -> int:
    return -(-n_cells // CELL_PADDING) * CELL_PADDING


def _cells(shape: TextShape, settings: RuntimeSettings, layer: Layer) -> int:
    """Cells that a layer keeps of each sequence (llama-kv-cache-iswa.cpp: swa_full and kv_unified are off)."""
    if layer.kind == "recurrent" or not layer.has_kv:
        return 0
    n_ctx_seq = _padded(settings.n_ctx_seq)
    if layer.kind == "full":
        return n_ctx_seq
    return _padded(min(n_ctx_seq, shape.n_swa + settings.n_ubatch))


def _kv_cache(shape: TextShape, settings: RuntimeSettings, layers: Sequence[Layer]) -> int:
    per_sequence = sum(
        _cells(shape, settings, layer) * layer.n_head_kv * (layer.n_embd_head_k + layer.n_embd_head_v) * F16
        for layer in layers
    )
    return settings.n_seq_max * per_sequence


def _recurrent(shape: TextShape, settings: RuntimeSettings, layers: Sequence[Layer]) -> int:
    """The last columns of the convolution and the state itself, in F32 (llama-hparams.cpp, n_embd_r and n_embd_s)."""
    sizes = shape.recurrent
    if sizes is None:
        return 0
    count = sum(layer.kind == "recurrent" for layer in layers)
    per_layer = max(0, sizes.d_conv - 1) * n_conv(sizes) + sizes.d_state * sizes.d_inner
    return settings.n_seq_max * count * per_layer * F32


def _compute(shape: TextShape, settings: RuntimeSettings, *, on_gpu: bool = False) -> int:
    """The buffer of a graph of `n_ubatch` tokens, on the CPU with what goes in.

    Fitted to what llama.cpp reserves (model parameter `no_alloc`) for the shapes of the
    catalog, with 256 to 1,024 tokens: 6 % below to 5 % above. The widest point of a graph is a feed-forward block:
    gate, up and their product, beside what flows past it.
    """
    n_embd = shape.n_embd
    dense = max((layer.n_ff for layer in shape.layers), default=0) if has_dense(shape) else 0
    # Each expert's output stays until they are added up.
    experts = shape.n_expert_used * (3 * shape.n_ff_expert + n_embd) + 2 * shape.n_expert + 3 * shape.n_ff_shared
    wide = max(3.0 * dense, experts)
    if shape.architecture == "gemma4":
        wide += (4 if shape.n_expert or on_gpu else 5.2) * n_embd
        if shape.n_embd_per_layer:
            wide += 1.8 * n_embd + shape.n_layer * shape.n_embd_per_layer
    else:
        wide += (3 if shape.recurrent else 2 if on_gpu else 4 + 2 * shape.n_deepstack) * n_embd
    n_bytes = wide * settings.n_ubatch * F32
    if shape.recurrent is not None:
        n_bytes = max(n_bytes, _delta_net_compute(shape, shape.recurrent, settings))
    return int(n_bytes) + _masks(shape, settings)


def _delta_net_compute(shape: TextShape, sizes: Recurrent, settings: RuntimeSettings) -> float:
    """Of linear attention: copies of the convolution's columns, and two of every sequence's state."""
    columns = n_conv(sizes) * settings.n_ubatch * F32
    states = 2.1 * settings.n_seq_max * sizes.d_state * sizes.d_inner * F32
    return 3 * shape.n_embd * settings.n_ubatch * F32 + max(3 * columns, 2.5 * columns + states)


def _masks(shape: TextShape, settings: RuntimeSettings) -> int:
    """Of attention, one for each kind of layer: every token of a graph against every cell, in F16."""
    kinds = {layer.kind: _cells(shape, settings, layer) for layer in shape.layers if layer.has_kv}
    return sum(kinds.values()) * settings.n_ubatch * F16


N_COPIES = 4
"""Of what goes into graphs, where several GPUs hold all layers and so work on several graphs at once (ggml-backend.cpp,
GGML_SCHED_MAX_COPIES; llama-context.cpp:430)."""


def _is_pipelined(shape: TextShape, settings: RuntimeSettings) -> bool:
    return len(settings.tensor_split) > 1 and settings.n_gpu_layers > shape.n_layer and not settings.n_cpu_moe


def _uploads(shape: TextShape, settings: RuntimeSettings) -> bool:
    """Whether weights on the CPU go to a GPU for prompts."""
    return settings.op_offload and (settings.n_gpu_layers <= shape.n_layer or settings.n_cpu_moe > 0)


def _inputs(shape: TextShape, settings: RuntimeSettings) -> int:
    return shape.n_embd_inp * settings.n_ubatch * F32


def _per_layer_inputs(shape: TextShape, settings: RuntimeSettings) -> int:
    """The embeddings that each layer has for itself."""
    return shape.n_layer * shape.n_embd_per_layer * settings.n_ubatch * F32


def _host_compute(shape: TextShape, settings: RuntimeSettings) -> int:
    """What is in RAM of a graph: all of it, or embeddings going in, masks, and what goes to and fro."""
    if not settings.op_offload:
        return _compute(shape, settings)
    inputs, masks = _inputs(shape, settings), _masks(shape, settings)
    hidden, per_layer = shape.n_embd * settings.n_ubatch * F32, _per_layer_inputs(shape, settings)
    if _is_pipelined(shape, settings):
        return N_COPIES * (inputs + masks) + hidden + per_layer
    # Convolutions and linear attention of layers on the CPU are computed there.
    return inputs + per_layer + masks + hidden * (3 if shape.recurrent and _uploads(shape, settings) else 1)


def _gpu_compute(shape: TextShape, settings: RuntimeSettings, split: WeightsSplit, index: int) -> int:
    """The buffer of a graph on the GPU at `index`, the first of which gets weights from the CPU, tensor by tensor.

    What is added to the buffer that a CPU needs is as llama.cpp reserves it for dense models (`benchmarks/NOTES.md`).
    """
    n_bytes = _compute(shape, settings, on_gpu=True)
    hidden = shape.n_embd * settings.n_ubatch * F32
    if index == 0 and _uploads(shape, settings):
        has_whole_layers = settings.n_gpu_layers <= shape.n_layer
        return n_bytes + _inputs(shape, settings) + max(split.largest * has_whole_layers, split.largest_experts)
    if index == 0 and shape.n_deepstack:
        n_bytes += _inputs(shape, settings)
    if _is_pipelined(shape, settings):
        n_bytes += (N_COPIES - 1) * (_masks(shape, settings) + _per_layer_inputs(shape, settings))
        n_bytes += N_COPIES * hidden * (2 if index else 1)
    return n_bytes


def _logits(shape: TextShape, settings: RuntimeSettings) -> int:
    """Of one answer token in every sequence (n_outputs_max)."""
    return settings.n_seq_max * shape.n_vocab * F32


_TILED = frozenset({"idefics3", "minicpmv4_6"})
"""Projectors that encode tiles of one size, one after the other (mtmd-image.cpp)."""


def _n_patches(shape: VisionShape, settings: RuntimeSettings) -> int:
    """Of one encode: the whole picture, or the one tile of those that it is cut into."""
    if shape.projector in _TILED:
        return (shape.image_px // shape.patch_px) ** 2
    return settings.n_image_tokens * shape.merge**2


def _vision_compute(shape: VisionShape, settings: RuntimeSettings) -> int:
    """The buffer of the projector's graph at the largest picture, with flash attention: linear in its patches.

    Fitted to what llama.cpp reserves for the shapes of the catalog.
    """
    n_patches = _n_patches(shape, settings)
    # A window's mask is of every patch against every patch.
    mask = n_patches**2 * F16 if shape.full_attention_every else 0
    return int(n_patches * _vision_width(shape) * F32) + mask


def _vision_width(shape: VisionShape) -> float:
    """Numbers per patch at the widest point of the graph."""
    if shape.projector == "gemma4uv":  # no tower: the pixels of a patch, before and after a norm
        return 2 * 3 * shape.patch_px**2
    width = _VISION_WIDTHS.get(shape.projector, max(_VISION_WIDTHS.values()))
    return shape.n_embd * (width + 3.4 * bool(shape.deepstack))


# Times the width of the tower. The towers with gated feed-forward blocks are the wide ones.
_VISION_WIDTHS: Mapping[str, float] = {
    "gemma3": 6.75,
    "gemma4v": 15,
    "idefics3": 7,
    "pixtral": 16.2,
    "qwen2.5vl_merger": 13,
    "qwen2vl_merger": 13,
    "qwen3vl_merger": 6.75,
}


def _vision_scratch(shape: VisionShape, settings: RuntimeSettings) -> int:
    """The widest input of a matrix product, in the weights' type: the backend keeps it in memory of its own."""
    return _n_patches(shape, settings) * max(shape.n_ff, shape.n_embd) * F16


def _host_overhead(model: ModelShape, settings: RuntimeSettings) -> int:
    text, vision = model.text, model.vision
    vocabulary = text.n_vocab * (VOCAB_BYTES_SCORED if text.architecture == "gemma3" else VOCAB_BYTES)
    picture = PICTURE_BYTES * _n_patches(vision, settings) * vision.patch_px**2
    if vision.projector in _TILED:  # all tiles wait together, as floats
        picture = MAX_TILES * vision.image_px**2 * 3 * F32
    # As mtmd hands them over, and as llama.cpp takes them in.
    embeddings = 2 * settings.n_image_tokens * text.n_embd_inp * F32
    scratch = 0 if settings.projector_on_gpu else _vision_scratch(vision, settings)
    return PROCESS_BYTES + vocabulary + _logits(text, settings) + picture + embeddings + scratch
