"""The shape of a model: what decides how much memory it takes, in GGUF's own terms.

Read from the headers of a model's two files, or written down in `models/catalog_hparams.py` for models that
are not here yet. Holds no sizes in bytes: `planning/memory.py` makes those. Knows no llama.cpp.

Sources: llama.cpp as vendored by llama-cpp-python 0.3.36, src/models/*.cpp for the keys each
architecture reads and their defaults, tools/mtmd/clip.cpp for the projectors'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from localalt.errors import ModelFormatError
from localalt.gguf.header import GgufHeader
from localalt.gguf.mmproj import projector_type

__all__ = ["Layer", "LayerKind", "ModelShape", "Recurrent", "TextShape", "VisionShape", "text_shape", "vision_shape"]

LayerKind: TypeAlias = Literal["full", "sliding", "recurrent"]

MAX_LAYERS = 1024
MAX_WIDTH = 1 << 20
"""No layer, vocabulary aside, is wider; a header that says so is damaged."""
MAX_COUNT = 1 << 31
"""Of tokens: vocabularies and contexts."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One repeating layer of a language model."""

    kind: LayerKind
    n_ff: int
    """Width of the dense feed-forward part, 0 where there are experts only."""
    n_head: int
    n_head_kv: int
    n_embd_head_k: int
    n_embd_head_v: int
    has_kv: bool = True
    """Whether it has keys and values of its own rather than using an earlier layer's."""
    has_v: bool = True
    """Whether values have a projection of their own rather than being the keys (Gemma 4)."""


@dataclass(frozen=True, slots=True)
class Recurrent:
    """The sizes of linear attention (gated delta net), under the `ssm.` keys."""

    d_conv: int
    d_inner: int
    d_state: int
    dt_rank: int
    """Value heads."""
    n_group: int
    """Key heads."""


@dataclass(frozen=True, slots=True)
class TextShape:
    """A language model."""

    architecture: str
    n_embd: int
    n_vocab: int
    n_ctx_train: int
    layers: tuple[Layer, ...]
    tied_output: bool = True
    """Whether the input embeddings serve as output matrix too."""
    n_swa: int = 0
    """Tokens that a sliding layer sees."""
    n_expert: int = 0
    n_expert_used: int = 0
    n_ff_expert: int = 0
    n_ff_shared: int = 0
    """Width of the expert that every token passes, 0 where there is none (or it counts as `Layer.n_ff`)."""
    n_embd_per_layer: int = 0
    """Width of the embeddings that each layer has for itself (Gemma 4 E2B, E4B), 0 for none."""
    recurrent: Recurrent | None = None
    n_deepstack: int = 0
    """Layers that get image embeddings of their own (Qwen3-VL)."""
    n_layer_nextn: int = 0
    """Layers behind the others that guess further tokens (MTP): not loaded, but llama.cpp counts them among the layers
    on GPUs (llama-model.cpp:1589)."""

    @property
    def n_layer(self) -> int:
        """Repeating layers."""
        return len(self.layers)

    @property
    def n_embd_inp(self) -> int:
        """Numbers per image embedding: those of the deepstack layers are appended."""
        return self.n_embd * (1 + self.n_deepstack)


@dataclass(frozen=True, slots=True)
class VisionShape:
    """A projector: the vision tower and what turns its output into image embeddings."""

    projector: str
    n_layer: int
    n_embd: int
    n_ff: int
    n_head: int
    patch_px: int
    merge: int
    """Patches a side that make one image token."""
    image_px: int
    """The size that the tower was trained at: the only one for "gemma3", one tile's for "idefics3"."""
    n_embd_out: int
    """`projection_dim`: width of the language model."""
    deepstack: tuple[int, ...] = ()
    """Layers whose output is appended to the image embeddings."""
    full_attention_every: int = 0
    """Of windowed layers, every so-many-th attends over the whole picture (Qwen2.5-VL); 0: all do."""
    n_position: int = 0
    """Rows of the learned position table, 0 where positions are rotary or read off the tensor."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """A language model and its projector."""

    text: TextShape
    vision: VisionShape


# Layers per full-attention layer, where the header does not say: load_swa_pattern and
# full_attention_interval in src/models/*.cpp. In each group the last layer is the full one.
_SLIDING_GROUP: Mapping[str, int] = {"gemma3": 6, "gemma2": 2, "cohere2": 4, "muse-glimmer": 4}
_HYBRID_GROUP: Mapping[str, int] = {"qwen35": 4, "qwen35moe": 4, "qwen3next": 4}

_MERGE: Mapping[str, tuple[str, int]] = {
    "gemma3": ("projector.scale_factor", 4),
    "gemma4v": ("projector.scale_factor", 3),
    "gemma4uv": ("projector.scale_factor", 3),
    "idefics3": ("projector.scale_factor", 2),
    "lfm2": ("projector.scale_factor", 2),
    "minicpmv4_6": ("projector.scale_factor", 4),
    "pixtral": ("spatial_merge_size", 1),
}
_MERGE_OTHERS = ("spatial_merge_size", 2)


def text_shape(header: GgufHeader) -> TextShape:
    """The shape of the language model with this header.

    An architecture that is not known here is read from the keys that all share, every layer
    with full attention: more memory than it may need, never less.

    Raises:
        ModelFormatError: sizes are missing or make no sense.
    """
    keys = _Keys(header, header.architecture)
    n_nextn = keys.size("nextn_predict_layers", MAX_LAYERS)  # for speculative decoding: not loaded
    n_layer = keys.size("block_count", MAX_LAYERS, required=True) - n_nextn
    if n_layer <= 0:
        raise keys.damaged("block_count", n_layer)
    n_embd = keys.size("embedding_length", MAX_WIDTH, required=True)
    n_shared = keys.size("attention.shared_kv_layers", n_layer)
    n_expert = keys.size("expert_count", MAX_WIDTH)
    return TextShape(
        architecture=header.architecture,
        n_embd=n_embd,
        n_vocab=_n_vocab(header, keys),
        n_ctx_train=keys.size("context_length", MAX_COUNT),
        layers=_layers(header, keys, n_layer, n_embd, n_shared),
        tied_output="output.weight" not in header.tensors,
        n_swa=keys.size("attention.sliding_window", MAX_COUNT),
        n_expert=n_expert,
        n_expert_used=keys.size("expert_used_count", MAX_WIDTH),
        n_ff_expert=keys.size("expert_feed_forward_length", MAX_WIDTH),
        n_ff_shared=keys.size("expert_shared_feed_forward_length", MAX_WIDTH),
        n_embd_per_layer=keys.size("embedding_length_per_layer_input", MAX_WIDTH),
        recurrent=_recurrent(keys),
        n_deepstack=keys.size("n_deepstack_layers", MAX_LAYERS),
        n_layer_nextn=n_nextn,
    )


def _n_vocab(header: GgufHeader, keys: _Keys) -> int:
    # The list of tokens is skipped, so the embeddings say how long it is.
    tensor = header.tensors.get("token_embd.weight")
    n_vocab = tensor.shape[1] if tensor is not None and len(tensor.shape) == 2 else keys.size("vocab_size", MAX_COUNT)
    if not 0 <= n_vocab <= MAX_COUNT:
        raise keys.damaged("vocab_size", n_vocab)
    return n_vocab


def _layers(header: GgufHeader, keys: _Keys, n_layer: int, n_embd: int, n_shared: int) -> tuple[Layer, ...]:
    kinds = _kinds(keys, n_layer)
    n_ff = keys.sizes("feed_forward_length", n_layer, 0)
    n_head = keys.sizes("attention.head_count", n_layer, 0)
    n_head_kv = keys.sizes("attention.head_count_kv", n_layer, None, fallback=n_head)
    even = tuple(n_embd // count if count else 0 for count in n_head)
    head_k = keys.sizes("attention.key_length", n_layer, None, fallback=even)
    head_v = keys.sizes("attention.value_length", n_layer, None, fallback=even)
    swa_k = keys.sizes("attention.key_length_swa", n_layer, None, fallback=head_k)
    swa_v = keys.sizes("attention.value_length_swa", n_layer, None, fallback=head_v)
    return tuple(
        Layer(
            kind=kind,
            n_ff=n_ff[index],
            n_head=n_head[index],
            n_head_kv=n_head_kv[index],
            n_embd_head_k=(swa_k if kind == "sliding" else head_k)[index],
            n_embd_head_v=(swa_v if kind == "sliding" else head_v)[index],
            has_kv=index < n_layer - n_shared,
            has_v=header.architecture != "gemma4"
            or index >= n_layer - n_shared
            or f"blk.{index}.attn_v.weight" in header.tensors,
        )
        for index, kind in enumerate(kinds)
    )


def _kinds(keys: _Keys, n_layer: int) -> list[LayerKind]:
    recurrent = keys.flags("attention.recurrent_layers", n_layer)
    if recurrent is not None:
        return ["recurrent" if flag else "full" for flag in recurrent]
    if keys.prefix in _HYBRID_GROUP:
        group = keys.size("full_attention_interval", MAX_LAYERS) or _HYBRID_GROUP[keys.prefix]
        return ["full" if (index + 1) % group == 0 else "recurrent" for index in range(n_layer)]
    if not keys.size("attention.sliding_window", MAX_COUNT):
        return ["full"] * n_layer
    sliding = keys.flags("attention.sliding_window_pattern", n_layer)
    if sliding is not None:
        return ["sliding" if flag else "full" for flag in sliding]
    group = keys.size("attention.sliding_window_pattern", MAX_LAYERS) or _SLIDING_GROUP.get(keys.prefix, 1)
    return ["full" if (index + 1) % group == 0 else "sliding" for index in range(n_layer)]


def _recurrent(keys: _Keys) -> Recurrent | None:
    if not keys.size("ssm.state_size", MAX_WIDTH):
        return None
    return Recurrent(
        d_conv=keys.size("ssm.conv_kernel", MAX_WIDTH),
        d_inner=keys.size("ssm.inner_size", MAX_WIDTH),
        d_state=keys.size("ssm.state_size", MAX_WIDTH),
        dt_rank=keys.size("ssm.time_step_rank", MAX_WIDTH),
        n_group=keys.size("ssm.group_count", MAX_WIDTH),
    )


def vision_shape(header: GgufHeader) -> VisionShape:
    """The shape of the projector with this header.

    Raises:
        ModelFormatError: sizes are missing or make no sense.
    """
    keys = _Keys(header, "clip.vision")
    kind = projector_type(header)
    n_layer = keys.size("block_count", MAX_LAYERS)
    merge_key, merge = _MERGE.get(kind, _MERGE_OTHERS)
    deepstack = keys.flags("is_deepstack_layers", n_layer) or ()
    positions = header.tensors.get("v.position_embd.weight")
    return VisionShape(
        projector=kind,
        n_layer=n_layer,
        n_embd=keys.size("embedding_length", MAX_WIDTH, required=True),
        n_ff=keys.size("feed_forward_length", MAX_WIDTH),
        n_head=keys.size("attention.head_count", MAX_WIDTH),
        patch_px=keys.size("patch_size", MAX_WIDTH, required=True),
        merge=keys.size(merge_key, MAX_WIDTH) or merge,
        image_px=keys.size("image_size", MAX_WIDTH),
        n_embd_out=keys.size("projection_dim", MAX_WIDTH),
        deepstack=tuple(index for index, flag in enumerate(deepstack) if flag),
        full_attention_every=keys.size("n_wa_pattern", MAX_LAYERS),
        n_position=positions.shape[1] if positions is not None and len(positions.shape) > 1 else 0,
    )


class _Keys:
    """The sizes under one prefix of a header's keys, checked as they are read."""

    def __init__(self, header: GgufHeader, prefix: str) -> None:
        self._header = header
        self.prefix = prefix

    def size(self, key: str, most: int, *, required: bool = False) -> int:
        """The number under `key`, 0 where there is none (or a list)."""
        value = self._header.integer(f"{self.prefix}.{key}")
        if not (required <= value <= most):
            raise self.damaged(key, value)
        return value

    def sizes(self, key: str, n_layer: int, default: int | None, *, fallback: tuple[int, ...] = ()) -> tuple[int, ...]:
        """The numbers under `key`, one a layer: a list, or one number for all."""
        value = self._header.metadata.get(f"{self.prefix}.{key}")
        if isinstance(value, tuple):
            if len(value) < n_layer or not all(isinstance(each, int) and 0 <= each <= MAX_WIDTH for each in value):
                raise self.damaged(key, f"a list of {len(value)}")
            return tuple(int(each) for each in value[:n_layer])
        if not isinstance(value, int) and default is None:
            return fallback
        return (self.size(key, MAX_WIDTH) or (default or 0),) * n_layer

    def flags(self, key: str, n_layer: int) -> tuple[bool, ...] | None:
        """The flags under `key`, one a layer, or None where there is no such list."""
        value = self._header.metadata.get(f"{self.prefix}.{key}")
        if not isinstance(value, tuple):
            return None
        if len(value) < n_layer:
            raise self.damaged(key, f"a list of {len(value)}")
        return tuple(bool(each) for each in value[:n_layer])

    def damaged(self, key: str, value: object) -> ModelFormatError:
        return ModelFormatError(
            f"{self._header.path} has {self.prefix}.{key} = {value}: it is damaged. Download it again."
        )
