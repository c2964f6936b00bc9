"""Refuses a projector by its header where llama.cpp would end the process, or answer with damaged numbers.

What is checked is what no valid file of the type lacks: keys of the type that is read, sizes that agree with the
tensors, and no tensors that the type has no use for where llama.cpp uses them all the same. Of a type that is not
known here only what holds for all is checked. Knows no llama.cpp.

Source: llama.cpp as vendored by llama-cpp-python 0.3.36, tools/mtmd/clip.cpp and tools/mtmd/models/*.cpp.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from localalt.gguf.damage import BOOL, FLOAT32, INT32, STRING, UINT32, check_positive_float, check_type, damaged
from localalt.gguf.header import GgufHeader
from localalt.gguf.hparams import VisionShape, vision_shape
from localalt.gguf.mmproj_tensors import NEEDS_SIZES, Expected, expected_tensors, is_unwanted

__all__ = ["check_mmproj"]

# Of clip_model_loader's keys: gguf_get_val_* (gguf.cpp) ends the process at one of another type.
_TYPES: Mapping[str, int] = {
    "general.name": STRING,
    "general.description": STRING,
    "clip.has_vision_encoder": BOOL,
    "clip.has_audio_encoder": BOOL,
    "clip.has_gen_audio_encoder": BOOL,
    "clip.use_gelu": BOOL,
    "clip.use_silu": BOOL,
    "clip.projector_type": STRING,
    "clip.vision.projector_type": STRING,
    "clip.audio.projector_type": STRING,
    "clip.gen.audio.projector_type": STRING,
    "clip.vision.mm_patch_merge_type": STRING,
    "clip.minicpmv_version": INT32,
    "clip.minicpmv_query_num": UINT32,
    "clip.audio.num_mel_bins": UINT32,
    **{
        f"clip.vision.{name}": UINT32
        for name in (
            "image_size",
            "image_min_pixels",
            "image_max_pixels",
            "patch_size",
            "preproc_image_size",
            "preproc_min_tiles",
            "preproc_max_tiles",
            "projector.scale_factor",
            "spatial_merge_size",
            "n_wa_pattern",
            "window_size",
            "expert_used_count",
        )
    },
    **{
        f"clip.{tower}.{name}": UINT32
        for tower in ("vision", "audio")
        for name in (
            "embedding_length",
            "feed_forward_length",
            "block_count",
            "projection_dim",
            "attention.head_count",
            "attention.head_count_kv",
            "attention.head_dim",
        )
    },
    "clip.vision.attention.layer_norm_epsilon": FLOAT32,
    "clip.audio.attention.layer_norm_epsilon": FLOAT32,
}
_ROTATES = frozenset({"gemma4v", "pixtral", "qwen2.5vl_merger", "qwen3vl_merger"})
"""Types that rotate each half of a head by itself: ggml_rope wants an even number of numbers in either."""
_HEADS = "clip.vision.attention.head_count"


def check_mmproj(header: GgufHeader) -> None:
    """Check the header of a projector.

    Raises:
        ModelFormatError: llama.cpp would end the process, or read damaged numbers.
    """
    for key, kind in _TYPES.items():
        check_type(header, key, kind)
    if not header.metadata.get("clip.has_vision_encoder", False):
        raise damaged(header, "has no vision encoder (clip.has_vision_encoder)")
    shape = vision_shape(header)
    for name in header.tensors:
        if is_unwanted(shape.projector, name):
            raise damaged(header, f"has the tensor {name}, which no projector of the type {shape.projector} has")
    # clip_n_mmproj_embd reads the width off the last layer, whose tensors llama.cpp takes for optional; Yi's is mm.3.
    if shape.projector == "mlp" and not {"mm.2.weight", "mm.3.weight"} & header.tensors.keys():
        raise damaged(header, "lacks the tensor mm.2.weight")
    if shape.projector not in NEEDS_SIZES:
        return
    check_positive_float(header, "clip.vision.attention.layer_norm_epsilon")
    if shape.n_layer:
        _check_heads(header, shape)
    if not shape.n_embd_out:
        raise damaged(header, "has no clip.vision.projection_dim")
    if shape.projector == "idefics3" and "clip.vision.projector.scale_factor" not in header.metadata:
        raise damaged(header, "has no clip.vision.projector.scale_factor")
    if shape.projector == "qwen2.5vl_merger" and not shape.full_attention_every:
        raise damaged(header, "has no clip.vision.n_wa_pattern")
    if shape.image_px < shape.patch_px:
        raise damaged(header, f"has pictures of {shape.image_px} pixels and patches of {shape.patch_px}")
    if shape.projector == "qwen3vl_merger" and math.isqrt(shape.n_position) ** 2 != shape.n_position:
        raise damaged(header, f"has {shape.n_position} positions (v.position_embd.weight), which are not a square")
    _check_deepstack(header, shape)
    for expected in expected_tensors(shape):
        _check_tensor(header, expected)


def _check_heads(header: GgufHeader, shape: VisionShape) -> None:
    if not shape.n_head or shape.n_embd % shape.n_head:
        raise damaged(header, f"has {shape.n_head} heads ({_HEADS}) for {shape.n_embd} numbers")
    width = shape.n_embd // shape.n_head
    if shape.projector in _ROTATES and width % 4:
        raise damaged(header, f"has {shape.n_head} heads ({_HEADS}) of {width} numbers, which cannot be rotated")
    # Known types have all heads in queries, keys and values, and nothing else (clip_graph::build_vit).
    for key, wanted in (("head_count_kv", shape.n_head), ("head_dim", width)):
        value = header.metadata.get(f"clip.vision.attention.{key}", wanted)
        if value != wanted:
            raise damaged(header, f"has clip.vision.attention.{key} = {value}, where {wanted} is expected")


def _check_deepstack(header: GgufHeader, shape: VisionShape) -> None:
    # clip.cpp goes by the tensors (clip_layer::has_deepstack) and not by the key.
    found = {index for index in range(shape.n_layer) if any(f"v.deepstack.{index}." in name for name in header.tensors)}
    if found != set(shape.deepstack):
        raise damaged(
            header,
            f"has tensors of deepstack layers {sorted(found)}, where {list(shape.deepstack)} are expected "
            "(clip.vision.is_deepstack_layers)",
        )


def _check_tensor(header: GgufHeader, expected: Expected) -> None:
    tensor = header.tensors.get(expected.name)
    if tensor is None:
        if expected.optional:
            return
        raise damaged(header, f"lacks the tensor {expected.name}")
    if not expected.fits(tensor.shape):
        wanted = [side if side is not None else "any" for side in expected.shape]
        raise damaged(
            header, f"has the tensor {expected.name} of the shape {list(tensor.shape)}, where {wanted} is expected"
        )
    if tensor.ggml_type not in expected.types:
        raise damaged(header, f"has the tensor {expected.name} in ggml's type {tensor.ggml_type}")
