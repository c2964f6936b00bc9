"""A pair of GGUF files with random weights, of exactly the shape and types of a catalog model.

How fast a model is and how much memory it takes depends on no weight's value, so such a pair
measures as the real one does, and needs no download; what it writes is gibberish. With `empty`
the tensor data is a hole in the file: enough to ask llama.cpp how large its buffers would be.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from localalt.gguf.hparams import ModelShape, TextShape, VisionShape
from localalt.models.catalog import CATALOG
from localalt.models.catalog_hparams import SHAPES
from localalt.random_pair.gguf import Fill, Value, write_gguf
from localalt.random_pair.tensors import N_SHORT_CONV, Tensors, audio_tensors, text_tensors, vision_tensors
from localalt.random_pair.types import FILE_TYPES, Q4_0, Q8_0, text_types, vision_types
from localalt.random_pair.vocab import vocabulary

__all__ = ["pair_paths", "pair_types", "write_pair", "write_shape"]

MMPROJ_QUANT = {
    "qwen3.5": "F16",
    "qwen3.6": "F16",
    "qwen3.8": "F16",
    "qwen3-vl-8b": "F16",
    "gemma-4-12b": "BF16",
    "gemma-3": "F16",
    "ministral": "BF16",
}
"""The projector's type in the catalog's repositories, by the beginning of the name; the others' is Q8_0."""


def write_pair(name: str, quant: str, folder: Path, *, empty: bool = False) -> tuple[Path, Path]:
    """Write the pair of a model: (weights, mmproj); `name` is of the catalog, or a shape's.

    Raises:
        KeyError: there is no such shape or quantization.
    """
    return write_shape(
        SHAPES[CATALOG[name].shape if name in CATALOG else name], name, quant, _mmproj_quant(name), folder, empty=empty
    )


def pair_paths(name: str, quant: str, folder: Path) -> tuple[Path, Path]:
    """Where `write_pair` puts the pair."""
    return folder / f"{name}-{quant}.gguf", folder / f"mmproj-{name}-{_mmproj_quant(name)}.gguf"


def _mmproj_quant(name: str) -> str:
    return next((kind for start, kind in MMPROJ_QUANT.items() if name.startswith(start)), "Q8_0")


def write_shape(
    shape: ModelShape,
    name: str,
    quant: str,
    mmproj_quant: str,
    folder: Path,
    *,
    empty: bool = False,
    fill: Fill | None = None,
    changed: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Path, Path]:
    """Write a pair of any shape: (weights, mmproj).

    `fill` gives the numbers, and `changed` the types of tensors that have another than the quantization says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights, mmproj = folder / f"{name}-{quant}.gguf", folder / f"mmproj-{name}-{mmproj_quant}.gguf"
    (tensors, types), (mm_tensors, mm_types) = pair_types(shape, name, quant, mmproj_quant)
    metadata = {
        **_general(shape.text.architecture, name, quant),
        **_text_metadata(shape.text),
        **vocabulary(shape.text.architecture, shape.text.n_vocab),
    }
    for path, keys, parts, kinds in (
        (weights, metadata, tensors, types),
        (mmproj, {**_general("clip", name, mmproj_quant), **_vision_metadata(shape.vision)}, mm_tensors, mm_types),
    ):
        unfinished = path.with_suffix(".part")
        write_gguf(unfinished, keys, parts, {**kinds, **changed}, empty=empty, fill=fill)
        unfinished.replace(path)
    return weights, mmproj


def pair_types(
    shape: ModelShape, name: str, quant: str, mmproj_quant: str
) -> tuple[tuple[Tensors, Mapping[str, int]], tuple[Tensors, Mapping[str, int]]]:
    """Tensors and their types, of the weights and of the projector."""
    tensors = text_tensors(shape.text)
    mm_tensors = vision_tensors(shape.vision) | audio_tensors(shape.vision)
    embeddings = {}
    if shape.text.architecture == "gemma4" and quant == "Q4_0" and not name.endswith("-qat"):
        # ggml-org's files; Google's own have what llama-quantize does by itself.
        embeddings = {"token_embd.weight": Q8_0, "per_layer_token_embd.weight": Q4_0}
    types = text_types(tensors, quant, n_layer=shape.text.n_layer, embeddings=embeddings)
    return (tensors, types), (mm_tensors, vision_types(mm_tensors, mmproj_quant, shape.vision.projector))


def _general(architecture: str, name: str, quant: str) -> dict[str, Value]:
    return {
        "general.architecture": architecture,
        "general.type": "mmproj" if architecture == "clip" else "model",
        "general.name": f"{name} (random weights)",
        "general.file_type": FILE_TYPES[quant],
        "general.quantization_version": 2,
    }


def _text_metadata(shape: TextShape) -> dict[str, Value]:
    layers = shape.layers
    full = next(layer for layer in layers if layer.kind == "full")
    keys: dict[str, Value] = {
        "block_count": shape.n_layer + shape.n_layer_nextn,
        "context_length": shape.n_ctx_train,
        "embedding_length": shape.n_embd,
        "feed_forward_length": _one_or_many([layer.n_ff for layer in layers]),
        "attention.head_count": full.n_head,
        "attention.head_count_kv": _one_or_many([layer.n_head_kv for layer in layers]),
        "attention.key_length": full.n_embd_head_k,
        "attention.value_length": full.n_embd_head_v,
        "attention.layer_norm_rms_epsilon": 1e-6,
        "rope.freq_base": 1e6,
        "rope.dimension_count": 64 if shape.recurrent else full.n_embd_head_k,
    }
    keys |= _family_metadata(shape)
    if shape.n_expert:
        keys["expert_count"] = shape.n_expert
        keys["expert_used_count"] = shape.n_expert_used
        keys["expert_feed_forward_length"] = shape.n_ff_expert
    if shape.n_ff_shared:
        keys["expert_shared_feed_forward_length"] = shape.n_ff_shared
    if shape.n_layer_nextn:
        keys["nextn_predict_layers"] = shape.n_layer_nextn
    if shape.n_deepstack:
        keys["n_deepstack_layers"] = shape.n_deepstack
    return {f"{shape.architecture}.{key}": value for key, value in keys.items()}


def _family_metadata(shape: TextShape) -> dict[str, Value]:
    keys: dict[str, Value] = {}
    if shape.recurrent is not None:
        keys["rope.dimension_sections"] = [11, 11, 10, 0]
        keys["full_attention_interval"] = next(i + 1 for i, layer in enumerate(shape.layers) if layer.kind == "full")
        for name, value in zip(
            ("conv_kernel", "inner_size", "state_size", "time_step_rank", "group_count"),
            dataclasses.astuple(shape.recurrent),
            strict=True,
        ):
            keys[f"ssm.{name}"] = value
    elif shape.architecture.startswith("qwen"):
        keys["rope.dimension_sections"] = [16, 24, 24, 0] if shape.architecture == "qwen2vl" else [24, 20, 20, 0]
    if shape.architecture == "lfm2":
        keys["shortconv.l_cache"] = N_SHORT_CONV
    if shape.architecture == "glm4":
        keys["rope.dimension_sections"] = [8, 12, 12, 0]
    if shape.architecture == "muse-glimmer":
        keys["attention.sliding_window_pattern"] = 4
        keys["logit_scale"] = 0.2
        keys["final_logit_softcapping"] = 20.0
    if shape.n_swa:
        keys["attention.sliding_window"] = shape.n_swa
        keys["rope.freq_base_swa"] = 1e4
    if shape.architecture == "gemma4":
        sliding = next(layer for layer in shape.layers if layer.kind == "sliding")
        keys["attention.sliding_window_pattern"] = [layer.kind == "sliding" for layer in shape.layers]
        keys["attention.shared_kv_layers"] = sum(not layer.has_kv for layer in shape.layers)
        keys["attention.key_length_swa"] = keys["rope.dimension_count_swa"] = sliding.n_embd_head_k
        keys["attention.value_length_swa"] = sliding.n_embd_head_v
        keys["embedding_length_per_layer_input"] = shape.n_embd_per_layer
        keys["final_logit_softcapping"] = 30.0
    return keys


def _one_or_many(values: list[int]) -> int | list[int]:
    return values[0] if len(set(values)) == 1 else values


def _vision_metadata(shape: VisionShape) -> dict[str, Value]:
    hears = bool(audio_tensors(shape))
    kind = shape.projector
    metadata: dict[str, Value] = {"clip.has_vision_encoder": True}
    # Files that hear as well name two types.
    metadata["clip.vision.projector_type" if kind.startswith("gemma4") else "clip.projector_type"] = kind
    metadata["clip.use_silu" if kind in ("qwen2.5vl_merger", "pixtral", "glm4v") else "clip.use_gelu"] = True
    sizes: dict[str, Value] = {
        "image_size": shape.image_px,
        "patch_size": shape.patch_px,
        "embedding_length": shape.n_embd,
        "feed_forward_length": shape.n_ff,
        "block_count": shape.n_layer,
        "attention.head_count": shape.n_head,
        "attention.layer_norm_epsilon": 1e-6,
        "projection_dim": shape.n_embd_out,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    metadata |= {f"clip.vision.{key}": value for key, value in sizes.items()}
    if kind in ("gemma3", "idefics3", "gemma4v", "gemma4uv", "lfm2", "minicpmv4_6"):
        metadata["clip.vision.projector.scale_factor"] = shape.merge
    else:
        metadata["clip.vision.spatial_merge_size"] = shape.merge
    if kind == "minicpmv4_6":
        metadata["clip.vision.wa_layer_indexes"] = [min(6, shape.n_layer - 1)]
    if kind == "idefics3":
        metadata["clip.vision.preproc_image_size"] = 4 * shape.image_px
    if shape.full_attention_every:
        metadata["clip.vision.n_wa_pattern"] = shape.full_attention_every
    if shape.deepstack:
        metadata["clip.vision.is_deepstack_layers"] = [index in shape.deepstack for index in range(shape.n_layer)]
    if hears:
        metadata |= _audio_metadata(kind, shape.n_embd_out)
    return metadata


def _audio_metadata(kind: str, n_embd_out: int) -> dict[str, Value]:
    tower = kind == "gemma4v"
    return {
        "clip.has_audio_encoder": True,
        "clip.audio.projector_type": "gemma4a" if tower else "gemma4ua",
        "clip.audio.num_mel_bins": 128,
        "clip.audio.embedding_length": 1024 if tower else 640,
        "clip.audio.feed_forward_length": 4096 if tower else 0,
        "clip.audio.block_count": 12 if tower else 0,
        "clip.audio.attention.head_count": 8 if tower else 0,
        "clip.audio.attention.layer_norm_epsilon": 1e-6,
        "clip.audio.projection_dim": n_embd_out,
    }
