"""What can be wrong with the metadata and with the container: names, types, values, lengths and counts."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from typing import Any

from .file import ARRAY, BOOL, FLOAT32, INT32, INTEGERS, SCALARS, STRING, UINT32, File, Key, cast

__all__ = ["KINDS", "one_key"]

# What llama.cpp reads and most files lack, with the type it wants: llama-arch.cpp and clip-impl.h.
_OPTIONAL_TEXT: Mapping[str, int] = {
    "{}.attention.causal": BOOL,
    "{}.attention.clamp_kqv": FLOAT32,
    "{}.attention.max_alibi_bias": FLOAT32,
    "{}.attention.scale": FLOAT32,
    "{}.attention.sliding_window": UINT32,
    "{}.attention.sliding_window_pattern": UINT32,
    "{}.attention.key_length": UINT32,
    "{}.attention.value_length": UINT32,
    "{}.attention.key_length_swa": UINT32,
    "{}.attention.value_length_swa": UINT32,
    "{}.attention.shared_kv_layers": UINT32,
    "{}.attention.temperature_length": UINT32,
    "{}.attention.temperature_scale": FLOAT32,
    "{}.attention.layer_norm_epsilon": FLOAT32,
    "{}.attn_logit_softcapping": FLOAT32,
    "{}.final_logit_softcapping": FLOAT32,
    "{}.logit_scale": FLOAT32,
    "{}.embedding_scale": FLOAT32,
    "{}.residual_scale": FLOAT32,
    "{}.embedding_length_out": UINT32,
    "{}.embedding_length_per_layer_input": UINT32,
    "{}.expert_count": UINT32,
    "{}.expert_used_count": UINT32,
    "{}.expert_group_count": UINT32,
    "{}.expert_group_used_count": UINT32,
    "{}.expert_gating_func": UINT32,
    "{}.expert_weights_scale": FLOAT32,
    "{}.expert_shared_feed_forward_length": UINT32,
    "{}.full_attention_interval": UINT32,
    "{}.leading_dense_block_count": UINT32,
    "{}.n_deepstack_layers": UINT32,
    "{}.nextn_predict_layers": UINT32,
    "{}.pooling_type": UINT32,
    "{}.rope.dimension_count": UINT32,
    "{}.rope.dimension_count_swa": UINT32,
    "{}.rope.freq_base": FLOAT32,
    "{}.rope.freq_base_swa": FLOAT32,
    "{}.rope.scale_linear": FLOAT32,
    "{}.rope.scaling.attn_factor": FLOAT32,
    "{}.rope.scaling.factor": FLOAT32,
    "{}.rope.scaling.finetuned": BOOL,
    "{}.rope.scaling.original_context_length": UINT32,
    "{}.rope.scaling.type": STRING,
    "{}.rope.scaling.yarn_beta_fast": FLOAT32,
    "{}.rope.scaling.yarn_ext_factor": FLOAT32,
    "{}.rope.scaling.yarn_log_multiplier": FLOAT32,
    "{}.use_parallel_residual": BOOL,
    "{}.vocab_size": UINT32,
    "{}.posnet.block_count": UINT32,
    "{}.convnext.block_count": UINT32,
    "{}.classifier.output_labels": STRING,
    "general.sampling.temp": FLOAT32,
    "general.sampling.top_k": INT32,
    "general.quantization_version": UINT32,
    "general.file_type": UINT32,
    "general.type": STRING,
    "split.count": 2,
    "split.no": 2,
    "split.tensors.count": INT32,
}
_OPTIONAL_VISION: Mapping[str, int] = {
    "clip.has_audio_encoder": BOOL,
    "clip.has_gen_audio_encoder": BOOL,
    "clip.has_llava_projector": BOOL,
    "clip.use_gelu": BOOL,
    "clip.use_silu": BOOL,
    "clip.minicpmv_version": INT32,
    "clip.minicpmv_query_num": UINT32,
    "clip.projector_type": STRING,
    "clip.vision.projector_type": STRING,
    "clip.vision.attention.head_count_kv": UINT32,
    "clip.vision.attention.head_dim": UINT32,
    "clip.vision.feature_layer": ARRAY,
    "clip.vision.image_grid_pinpoints": ARRAY,
    "clip.vision.image_mean": ARRAY,
    "clip.vision.image_std": ARRAY,
    "clip.vision.is_deepstack_layers": ARRAY,
    "clip.vision.wa_layer_indexes": ARRAY,
    "clip.vision.image_min_pixels": UINT32,
    "clip.vision.image_max_pixels": UINT32,
    "clip.vision.mm_patch_merge_type": STRING,
    "clip.vision.n_wa_pattern": UINT32,
    "clip.vision.preproc_image_size": UINT32,
    "clip.vision.preproc_min_tiles": UINT32,
    "clip.vision.preproc_max_tiles": UINT32,
    "clip.vision.projector.scale_factor": UINT32,
    "clip.vision.spatial_merge_size": UINT32,
    "clip.vision.window_size": UINT32,
    "general.description": STRING,
    "general.name": STRING,
}
_ARCHITECTURES = (
    *(
        "bert",
        "chameleon",
        "cogvlm",
        "deepseek2",
        "ernie4_5",
        "falcon",
        "gemma",
        "gemma2",
        "gemma3",
        "gemma3n",
        "gemma4",
    ),
    *("glm4", "gpt-oss", "granite", "hunyuan_vl", "internlm2", "jamba", "lfm2", "llama", "llama4", "mamba", "minicpm"),
    *("mistral3", "mpt", "olmo2", "paddleocr", "phi3", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen35", "qwen35moe"),
    *("qwen3moe", "qwen3next", "qwen3vl", "qwen3vlmoe", "rwkv6", "smollm3", "stablelm", "starcoder2", "t5"),
)
_PROJECTORS = (
    *("adapter", "cogvlm", "deepseekocr", "dots_ocr", "gemma3", "gemma3nv", "gemma4a", "gemma4uv", "gemma4v", "glm4v"),
    *(
        "granite4_vision",
        "hunyuanvl",
        "idefics3",
        "internvl",
        "janus_pro",
        "kimivl",
        "ldp",
        "ldpv2",
        "lfm2",
        "lightonocr",
    ),
    *("llama4", "minicpmv4_6", "mlp", "nemotron_v2_vl", "paddleocr", "phi4", "pixtral", "qwen2.5o", "qwen2.5vl_merger"),
    *("qwen2a", "qwen2vl_merger", "qwen3vl_merger", "resampler", "step3vl", "ultravox", "voxtral", "youtuvl"),
)
_TEXTS = (
    "",
    "x",
    "\udcff",
    "llama",
    "bert",
    "mamba",
    "clip",
    "qwen3vl_merger",
    "yarn",
    "longrope",
    "a" * 100_000,
    "{{",
    "\0",
)


def one_key(file: File, rng: random.Random, wanted: Callable[[Key], bool] = lambda _: True) -> Key | None:
    """A key that is `wanted`, or None where there is none."""
    keys = [key for key in file.keys if wanted(key)]
    return rng.choice(keys) if keys else None


def _missing(file: File, rng: random.Random) -> str:
    key = rng.choice(file.keys)
    file.keys.remove(key)
    return key.name


def _renamed(file: File, rng: random.Random) -> str:
    key = rng.choice(file.keys)
    names = [key.name + "s", key.name.replace(".", "_"), "", "x." + key.name, key.name + "\0", "\udcff", "k" * 70_000]
    old, key.name = key.name, rng.choice(names)
    return f"{old} -> {key.name!r:.80}"


def _twice(file: File, rng: random.Random) -> str:
    key = rng.choice(file.keys)
    file.keys.append(copy.deepcopy(key))
    return key.name


def _added(file: File, rng: random.Random) -> str | None:
    """One that is optional, with a value that need not fit."""
    keys = {key.name: key for key in file.keys}
    architecture = keys["general.architecture"].value
    optional = _OPTIONAL_VISION if architecture == "clip" else _OPTIONAL_TEXT
    pattern = rng.choice(sorted(optional))
    name, kind = pattern.format(architecture), optional[pattern]
    if name in keys:
        return None
    if rng.random() < 0.2:
        kind = rng.choice([*SCALARS, STRING, ARRAY])
    element = rng.choice([UINT32, INT32, FLOAT32, BOOL]) if kind == ARRAY else 0
    key = Key(name, kind, None, element)
    key.value = (
        [_any(element, rng) for _ in range(rng.choice([0, 1, 2, 3, 4, 7, 100]))] if kind == ARRAY else _any(kind, rng)
    )
    file.keys.append(key)
    return f"{name} = {key.value!r:.60}"


def _any(kind: int, rng: random.Random) -> Any:  # noqa: ANN401 (the format decides)
    if kind == STRING:
        return rng.choice(_TEXTS)
    if kind == BOOL:
        return rng.random() < 0.5
    if kind in (FLOAT32, 12):
        return rng.choice([0.0, -1.0, 1.0, 0.5, 1e-30, 1e30, float("nan"), float("inf")])
    return cast(rng.choice([0, 1, 2, 3, 4, 5, 7, 16, 32, 100, 512, 1 << 16, 1 << 20, 1 << 31, (1 << 32) - 1, -1]), kind)


def _architecture(file: File, rng: random.Random) -> str | None:
    """Another's, with keys that are named for it: a file of a family that is unlike its tensors."""
    keys = {key.name: key for key in file.keys}
    before = keys["general.architecture"].value
    if before == "clip":
        kind = next(key for key in file.keys if key.name in ("clip.projector_type", "clip.vision.projector_type"))
        before, kind.value = kind.value, rng.choice(_PROJECTORS)
        return f"{before} -> {kind.value}"
    after = rng.choice(_ARCHITECTURES)
    keys["general.architecture"].value = after
    for key in file.keys:
        if key.name.startswith(f"{before}."):
            key.name = f"{after}.{key.name.removeprefix(f'{before}.')}"
    return f"{before} -> {after}"


def _type(file: File, rng: random.Random) -> str:
    """The same value, as far as possible, in another type."""
    key = rng.choice(file.keys)
    before = key.kind, key.element
    kinds = [kind for kind in (*SCALARS, STRING, ARRAY) if kind != key.kind or kind == ARRAY]
    kind = rng.choice(kinds)
    first = key.value[0] if isinstance(key.value, list) and key.value else key.value
    if kind == ARRAY:
        elements = [each for each in (*SCALARS, STRING) if each != key.element or key.kind != ARRAY]
        key.element = rng.choice(elements)
        values = key.value if isinstance(key.value, list) else [key.value]
        key.value = [cast(each, key.element) for each in values]
    else:
        key.value, key.element = cast(first, kind), 0
    key.kind = kind
    return f"{key.name} type {before} -> {key.kind, key.element}"


def _number(file: File, rng: random.Random) -> str | None:
    """A number that contradicts the tensors, or all sense."""
    key = one_key(file, rng, lambda each: each.kind in (*INTEGERS, FLOAT32, BOOL))
    if key is None:
        return None
    before = key.value
    if key.kind == BOOL:
        key.value = not key.value
    elif key.kind == FLOAT32:
        key.value = rng.choice([0.0, -1.0, float("nan"), float("inf"), 1e-45, 1e-30, 1e30, 3e38, key.value * 2])
    else:
        small = [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 33, 64, 100, 511, 512, 513]
        near = [before - 1, before + 1, before * 2, before // 2, before * 3]
        key.value = cast(rng.choice([*small, *near, *near, 1 << 16, 1 << 20, 1 << 31, (1 << 32) - 1, -1]), key.kind)
    return f"{key.name} {before} -> {key.value}"


def _list(file: File, rng: random.Random) -> str | None:
    key = one_key(file, rng, lambda each: each.kind == ARRAY and bool(each.value))
    if key is None:
        return None
    change = rng.choice(["shorter", "empty", "longer", "element", "one", "all", "reversed"])
    at = rng.randrange(len(key.value))
    if change == "shorter":
        key.value = key.value[:-1]
    elif change == "empty":
        key.value = []
    elif change == "longer":
        key.value = [*key.value, key.value[-1] if key.element != STRING else key.value[-1] + "x"]
    elif change == "one":
        key.value = key.value[:1]
    elif change == "reversed":
        key.value = key.value[::-1]
    elif change == "all" and key.element != STRING:
        key.value = [_any(key.element, rng)] * len(key.value)
    else:
        key.value[at] = _any(key.element, rng)
    return f"{key.name} {change} {at}"


def _text(file: File, rng: random.Random) -> str | None:
    key = one_key(file, rng, lambda each: each.kind == STRING)
    if key is None:
        return None
    key.value = rng.choice([*_TEXTS, key.value + "x", key.value.upper(), key.value[:-1], key.value + "\0"])
    return f"{key.name} -> {key.value[:20]!r}"


def _alignment(file: File, rng: random.Random) -> str:
    value = rng.choice([0, 1, 3, 8, 16, 24, 33, 64, 4096, 1 << 20, 1 << 31])
    file.keys = [key for key in file.keys if key.name != "general.alignment"]
    kind = rng.choice([UINT32, UINT32, UINT32, INT32, 10, FLOAT32])
    file.keys.append(Key("general.alignment", kind, cast(value, kind)))
    return f"{kind} {value}"


def _container(file: File, rng: random.Random) -> str:
    change = rng.choice(["version", "keys", "cut"])
    if change == "version":
        file.version = rng.choice([0, 1, 2, 4, 3 << 24, (1 << 32) - 1])
        return f"version {file.version}"
    if change == "keys":
        file.n_keys = rng.choice([0, len(file.keys) - 1, len(file.keys) + 1, 1 << 31, 1 << 40, (1 << 64) - 1])
        return f"{len(file.keys)} keys -> {file.n_keys}"
    file.cut = rng.choice([1, 31, 32, 1000, 100_000])
    return f"cut {file.cut}"


KINDS: Mapping[str, Callable[[File, random.Random], str | None]] = {
    "key-missing": _missing,
    "key-renamed": _renamed,
    "key-twice": _twice,
    "key-added": _added,
    "key-type": _type,
    "key-number": _number,
    "key-list": _list,
    "key-text": _text,
    "key-architecture": _architecture,
    "alignment": _alignment,
    "container": _container,
}
"""By name; see `gguf_mutants.KINDS`."""
