"""Refuses a GGUF file by its header where llama.cpp would end the process, or answer with damaged numbers.

What is checked is what no valid file of the family lacks: keys of the type that is read, sizes that agree with the
tensors, a vocabulary that agrees with itself. Of an architecture that is not known here only what holds for all is
checked. Reads headers alone, in milliseconds; knows no llama.cpp.

Sources: llama.cpp as vendored by llama-cpp-python 0.3.36: src/llama-model.cpp, src/llama-vocab.cpp and
src/models/*.cpp for the weights, tools/mtmd/clip.cpp for the projectors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from localalt.errors import ModelFormatError
from localalt.gguf.header import GgufHeader, KeyType
from localalt.gguf.hparams import TextShape, text_shape, vision_shape
from localalt.gguf.mmproj_tensors import F32, MATRICES, NEEDS_SIZES, expected_tensors
from localalt.gguf.reader import repeated_string

__all__ = ["check_mmproj", "check_weights"]

_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9
_NAMES = {4: "an unsigned number of 32 bits", 6: "a float of 32 bits", 7: "a truth value", 8: "a text"}

MAX_LAYERS, MAX_EXPERTS = 512, 1024
"""LLAMA_MAX_LAYERS and LLAMA_MAX_EXPERTS (src/llama-hparams.h)."""

KNOWN = frozenset({"gemma3", "gemma4", "llama", "mistral3", "qwen2vl", "qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe"})
"""Architectures of weights whose needs are known here."""
_ROTATES_ALL = frozenset({"llama", "mistral3", "qwen2vl", "qwen3vl", "qwen3vlmoe"})
"""Those whose graphs demand that the whole head is rotated."""

# Of clip.cpp's keys: reading one of another type ends the process.
_CLIP_TYPES: Mapping[str, int] = {
    "general.name": _STRING,
    "general.description": _STRING,
    "clip.has_vision_encoder": _BOOL,
    "clip.has_audio_encoder": _BOOL,
    "clip.use_gelu": _BOOL,
    "clip.use_silu": _BOOL,
    "clip.projector_type": _STRING,
    "clip.vision.projector_type": _STRING,
    "clip.audio.projector_type": _STRING,
    "clip.vision.mm_patch_merge_type": _STRING,
    "clip.audio.num_mel_bins": _UINT32,
    **{
        f"clip.vision.{name}": _UINT32
        for name in (
            "image_size",
            "patch_size",
            "n_wa_pattern",
            "spatial_merge_size",
            "projector.scale_factor",
            "preproc_image_size",
        )
    },
    **{
        f"clip.{tower}.{name}": _UINT32
        for tower in ("vision", "audio")
        for name in (
            "embedding_length",
            "feed_forward_length",
            "block_count",
            "projection_dim",
            "attention.head_count",
            "attention.head_count_kv",
        )
    },
    "clip.vision.attention.layer_norm_epsilon": _FLOAT32,
    "clip.audio.attention.layer_norm_epsilon": _FLOAT32,
}


def check_mmproj(header: GgufHeader) -> None:
    """Check the header of a projector.

    Raises:
        ModelFormatError: llama.cpp would end the process, or read damaged numbers.
    """
    for key, kind in _CLIP_TYPES.items():
        _check_type(header, key, kind)
    if not header.metadata.get("clip.has_vision_encoder", False):
        raise _wrong(header, "has no vision encoder (clip.has_vision_encoder)")
    shape = vision_shape(header)
    if shape.projector not in NEEDS_SIZES:
        return
    _check_positive_float(header, "clip.vision.attention.layer_norm_epsilon")
    if shape.n_layer and (not shape.n_head or shape.n_embd % shape.n_head):
        raise _wrong(header, f"has {shape.n_head} heads (clip.vision.attention.head_count) for {shape.n_embd} numbers")
    if not shape.n_embd_out:
        raise _wrong(header, "has no clip.vision.projection_dim")
    if shape.projector == "idefics3" and "clip.vision.projector.scale_factor" not in header.metadata:
        raise _wrong(header, "has no clip.vision.projector.scale_factor")
    if shape.projector == "qwen2.5vl_merger" and not shape.full_attention_every:
        raise _wrong(header, "has no clip.vision.n_wa_pattern")
    if shape.image_px < shape.patch_px:
        raise _wrong(header, f"has pictures of {shape.image_px} pixels and patches of {shape.patch_px}")
    if shape.projector == "qwen3vl_merger" and math.isqrt(shape.n_position) ** 2 != shape.n_position:
        raise _wrong(header, f"has {shape.n_position} positions (v.position_embd.weight), which are not a square")
    for expected in expected_tensors(shape):
        tensor = header.tensors.get(expected.name)
        if tensor is None:
            if expected.optional:
                continue
            raise _wrong(header, f"lacks the tensor {expected.name}")
        if not expected.fits(tensor.shape):
            wanted = [side if side is not None else "any" for side in expected.shape]
            raise _wrong(
                header, f"has the tensor {expected.name} of the shape {list(tensor.shape)}, where {wanted} is expected"
            )
        if tensor.ggml_type not in expected.types:
            raise _wrong(header, f"has the tensor {expected.name} in ggml's type {tensor.ggml_type}")


def check_weights(header: GgufHeader) -> None:
    """Check the header of a language model.

    Raises:
        ModelFormatError: llama.cpp would end the process, or read damaged numbers.
    """
    _check_vocabulary(header)
    if header.architecture not in KNOWN:
        return
    shape = text_shape(header)
    _check_sizes(header, shape)
    _check_rotation(header, shape)
    _check_text_types(header)
    _check_layers(header, shape)


def _check_sizes(header: GgufHeader, shape: TextShape) -> None:
    prefix = header.architecture
    for key in ("block_count", "context_length", "embedding_length"):
        _check_type(header, f"{prefix}.{key}", _UINT32)
    if header.integer(f"{prefix}.block_count") > MAX_LAYERS:
        raise _wrong(header, f"has more than {MAX_LAYERS} layers ({prefix}.block_count)")
    if not shape.n_ctx_train:
        raise _wrong(header, f"has no {prefix}.context_length")
    _check_positive_float(header, f"{prefix}.attention.layer_norm_rms_epsilon")
    for layer in shape.layers:
        if layer.kind == "recurrent":
            continue
        if not layer.n_head or not layer.n_head_kv or layer.n_head % layer.n_head_kv:
            raise _wrong(
                header,
                f"has {layer.n_head} heads ({prefix}.attention.head_count) for {layer.n_head_kv} of keys and values",
            )
        if not layer.n_embd_head_k or not layer.n_embd_head_v:
            raise _wrong(header, f"has heads without a width ({prefix}.attention.key_length)")
        if prefix == "gemma4" and layer.n_embd_head_k != layer.n_embd_head_v:
            raise _wrong(
                header, f"has keys of {layer.n_embd_head_k} and values of {layer.n_embd_head_v} ({prefix}.attention)"
            )
    if shape.n_expert > MAX_EXPERTS or shape.n_expert_used > shape.n_expert:
        raise _wrong(header, f"uses {shape.n_expert_used} of {shape.n_expert} experts ({prefix}.expert_count)")
    has_experts = any("_exps." in name for name in header.tensors)
    if has_experts and not (shape.n_expert and shape.n_expert_used):
        raise _wrong(header, f"has experts and no {prefix}.expert_count or {prefix}.expert_used_count")
    if header.tensors and not has_experts and shape.n_expert:
        raise _wrong(header, f"has {shape.n_expert} experts ({prefix}.expert_count) and no tensors of theirs")
    sizes = shape.recurrent
    if prefix in ("qwen35", "qwen35moe"):
        if sizes is None or not all((sizes.d_conv, sizes.d_inner, sizes.d_state, sizes.dt_rank, sizes.n_group)):
            raise _wrong(header, f"lacks sizes of its recurrent layers ({prefix}.ssm)")
        if sizes.d_inner != sizes.d_state * sizes.dt_rank or sizes.dt_rank % sizes.n_group:
            raise _wrong(header, f"has sizes of its recurrent layers that do not agree ({prefix}.ssm)")


def _check_rotation(header: GgufHeader, shape: TextShape) -> None:
    prefix = header.architecture
    scaling = header.metadata.get(f"{prefix}.rope.scaling.type", "none")
    if scaling not in ("none", "linear", "yarn", "longrope"):
        raise _wrong(header, f"has {prefix}.rope.scaling.type = {scaling!r}")
    full = [layer.n_embd_head_k for layer in shape.layers if layer.kind == "full"]
    sliding = [layer.n_embd_head_k for layer in shape.layers if layer.kind == "sliding"]
    for key, widths in (("rope.dimension_count", full), ("rope.dimension_count_swa", sliding)):
        n_rot = header.metadata.get(f"{prefix}.{key}")
        if not isinstance(n_rot, int) or not widths:
            continue
        if n_rot <= 0 or n_rot % 2 or n_rot > max(widths) or (prefix in _ROTATES_ALL and n_rot != widths[0]):
            raise _wrong(header, f"has {prefix}.{key} = {n_rot} for heads of {max(widths)}")
    for key in ("rope.freq_base", "rope.freq_base_swa"):
        if f"{prefix}.{key}" in header.metadata:
            _check_positive_float(header, f"{prefix}.{key}")
    if f"{prefix}.rope.dimension_sections" in header.metadata:
        sections = header.metadata[f"{prefix}.rope.dimension_sections"]
        if not isinstance(sections, tuple) or not all(isinstance(each, int) and each >= 0 for each in sections):
            raise _wrong(header, f"has {prefix}.rope.dimension_sections = {sections}")
        if not sum(sections):
            raise _wrong(header, f"has {prefix}.rope.dimension_sections = {sections}")


def _check_text_types(header: GgufHeader) -> None:
    """Norms, biases and the other vectors are F32 in every file; of matrices, what can be multiplied."""
    for name, tensor in header.tensors.items():
        is_vector = len([side for side in tensor.shape if side > 1]) < 2 or name.endswith("ssm_conv1d.weight")
        if tensor.ggml_type != F32 if is_vector else tensor.ggml_type not in MATRICES:
            raise _wrong(header, f"has the tensor {name} in ggml's type {tensor.ggml_type}")


def _check_layers(header: GgufHeader, shape: TextShape) -> None:
    """What llama.cpp takes for optional and then uses all the same; the rest it refuses itself."""
    n_embd = shape.n_embd
    if header.architecture not in ("qwen35", "qwen35moe") or shape.recurrent is None:
        return
    sizes = shape.recurrent
    n_value = sizes.d_state * sizes.dt_rank
    wanted = {
        "attn_qkv.weight": (n_embd, 2 * sizes.d_state * sizes.n_group + n_value),
        "attn_gate.weight": (n_embd, n_value),
    }
    for index, layer in enumerate(shape.layers):
        for name, sides in wanted.items() if layer.kind == "recurrent" else ():
            tensor = header.tensors.get(f"blk.{index}.{name}")
            if tensor is None:
                raise _wrong(header, f"lacks the tensor blk.{index}.{name}")
            if tensor.shape != sides:
                raise _wrong(
                    header, f"has blk.{index}.{name} of the shape {list(tensor.shape)}, where {list(sides)} is expected"
                )


def _check_vocabulary(header: GgufHeader) -> None:
    tokens = header.types.get("tokenizer.ggml.tokens")
    if tokens is None:
        return  # llama.cpp says so itself
    if tokens.kind != _ARRAY or tokens.element != _STRING or not tokens.length:
        raise _wrong(header, "has a list of tokens (tokenizer.ggml.tokens) that is not one of texts")
    repeated = repeated_string(header, "tokenizer.ggml.tokens")
    if repeated is not None:
        text = repeated.decode("utf-8", errors="replace")
        raise _wrong(header, f"has the token {text!r} twice (tokenizer.ggml.tokens)")
    n_vocab = tokens.length
    embeddings = header.tensors.get("token_embd.weight")
    if embeddings is not None and len(embeddings.shape) == 2 and embeddings.shape[1] != n_vocab:
        raise _wrong(header, f"has {n_vocab} tokens and embeddings of {embeddings.shape[1]} (token_embd.weight)")
    for key, element in (("scores", _FLOAT32), ("token_type", _INT32)):
        stored = header.types.get(f"tokenizer.ggml.{key}")
        # Some converters store the types of tokens as unsigned: the bytes are the same.
        elements = {element, _UINT32} if element == _INT32 else {element}
        if stored is not None and (stored.element not in elements or stored.length < n_vocab):
            raise _wrong(header, f"has {stored.length} entries in tokenizer.ggml.{key} for {n_vocab} tokens")
    merges = header.types.get("tokenizer.ggml.merges", KeyType(_ARRAY, _STRING))
    if merges.element != _STRING:
        raise _wrong(header, "has merges (tokenizer.ggml.merges) that are not texts")
    for key, value in header.metadata.items():
        is_id = key.startswith("tokenizer.ggml.") and key.endswith("_token_id") and isinstance(value, int)
        # 4,294,967,295 is -1, which means none.
        if is_id and not 0 <= int(str(value)) < n_vocab and value != 2**32 - 1:
            raise _wrong(header, f"has {key} = {value}, where there are {n_vocab} tokens")


def _check_type(header: GgufHeader, key: str, kind: int) -> None:
    stored = header.types.get(key)
    if stored is not None and stored.kind != kind:
        raise _wrong(header, f"has {key} in gguf's type {stored.kind}, where {_NAMES[kind]} is expected")


def _check_positive_float(header: GgufHeader, key: str) -> None:
    value = header.metadata.get(key)
    stored = header.types.get(key, KeyType(-1))
    if stored.kind != _FLOAT32 or not isinstance(value, float) or not math.isfinite(value) or value < 0:
        raise _wrong(header, f"has {key} = {value}")


def _wrong(header: GgufHeader, what: str) -> ModelFormatError:
    return ModelFormatError(
        f"{header.path} {what}: it is damaged, or not a file of its family. Download it again, or run localalt verify."
    )
