"""Refuses a language model by its header where llama.cpp would end the process, or answer with damaged numbers.

What is checked is what no valid file of the family lacks: keys of the type that is read, sizes that agree with the
tensors, a vocabulary that agrees with itself. Of an architecture that is not known here only what holds for all is
checked. Reads headers and the list of tokens, in milliseconds; knows no llama.cpp.

Sources: llama.cpp as vendored by llama-cpp-python 0.3.36: src/llama-model.cpp and src/models/*.cpp.
"""

from __future__ import annotations

from localalt.gguf.damage import UINT32, check_positive_float, check_type, damaged
from localalt.gguf.header import GgufHeader
from localalt.gguf.hparams import TextShape, text_shape
from localalt.gguf.mmproj_tensors import F32, MATRICES
from localalt.gguf.vocabulary import check_vocabulary

__all__ = ["check_weights"]

MAX_LAYERS, MAX_EXPERTS = 512, 1024
"""LLAMA_MAX_LAYERS and LLAMA_MAX_EXPERTS (src/llama-hparams.h)."""

KNOWN = frozenset({"gemma3", "gemma4", "llama", "mistral3", "qwen2vl", "qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe"})
"""Architectures of weights whose needs are known here."""
_ROTATES_ALL = frozenset({"llama", "mistral3", "qwen2vl", "qwen3vl", "qwen3vlmoe"})
"""Those whose graphs demand that the whole head is rotated."""

_ROTATES_IN_SECTIONS = frozenset({"paddleocr"})
"""Those that are always rotated in sections and whose files llama.cpp takes without (models/ernie4-5.cpp)."""
_SINGLE_EXPERT = frozenset({"hunyuan-dense", "hunyuan_vl"})
"""Those whose files may have one expert, which llama.cpp takes for none."""


def check_weights(header: GgufHeader) -> None:
    """Check the header of a language model.

    Raises:
        ModelFormatError: llama.cpp would end the process, or read damaged numbers.
    """
    is_known = header.architecture in KNOWN
    check_vocabulary(header, is_known=is_known)
    _check_counts(header)
    if not is_known:
        return
    shape = text_shape(header)
    _check_sizes(header, shape)
    _check_rotation(header, shape)
    _check_text_types(header)
    _check_layers(header, shape)


def _check_counts(header: GgufHeader) -> None:
    """What llama_model_base::load_hparams (llama-model.cpp) asserts of every architecture."""
    prefix = header.architecture
    n_layer = header.integer(f"{prefix}.block_count", 1)
    if not 0 < n_layer <= MAX_LAYERS:
        raise damaged(header, f"has {n_layer} layers ({prefix}.block_count), where 1 to {MAX_LAYERS} are expected")
    if header.integer(f"{prefix}.nextn_predict_layers") > n_layer:
        raise damaged(header, f"has more layers that look ahead than layers ({prefix}.nextn_predict_layers)")
    used = header.metadata.get(f"{prefix}.expert_used_count", 0)
    n_used = max(used, default=0) if isinstance(used, tuple) else used  # one number, or one a layer
    n_expert, n_groups = header.integer(f"{prefix}.expert_count"), header.integer(f"{prefix}.expert_group_count")
    if prefix in _SINGLE_EXPERT and n_expert <= 1:
        n_expert = n_used = 0
    if not isinstance(n_used, int) or n_expert > MAX_EXPERTS or n_used > n_expert or bool(n_used) != bool(n_expert):
        raise damaged(header, f"uses {n_used} of {n_expert} experts ({prefix}.expert_count)")
    n_groups_used = header.integer(f"{prefix}.expert_group_used_count")
    if n_groups and (
        n_groups >= n_expert or (n_groups > 1 and (n_expert % n_groups or not 0 < n_groups_used < n_groups))
    ):
        raise damaged(header, f"uses {n_groups_used} of {n_groups} groups of experts ({prefix}.expert_group_count)")
    _check_sections(header)
    scaling = header.metadata.get(f"{prefix}.rope.scaling.type", "none")
    if scaling not in ("none", "linear", "yarn", "longrope"):
        raise damaged(header, f"has {prefix}.rope.scaling.type = {scaling!r}")


def _check_sections(header: GgufHeader) -> None:
    # ggml's rope (ggml-cpu/ops.cpp) asserts that one of the first three is above 0; where they are required,
    # llama.cpp itself refuses a file without them.
    key = f"{header.architecture}.rope.dimension_sections"
    sections = header.metadata.get(key)
    is_missing = sections is None and header.architecture in _ROTATES_IN_SECTIONS
    is_wrong = isinstance(sections, tuple) and not (
        all(isinstance(each, int) and each >= 0 for each in sections) and any(sections[:3])
    )
    if is_missing or is_wrong or (header.architecture in KNOWN and not isinstance(sections, tuple | None)):
        raise damaged(header, f"has {key} = {sections}")


def _check_sizes(header: GgufHeader, shape: TextShape) -> None:
    prefix = header.architecture
    for key in ("block_count", "context_length", "embedding_length"):
        check_type(header, f"{prefix}.{key}", UINT32)
    if not shape.n_ctx_train:
        raise damaged(header, f"has no {prefix}.context_length")
    check_positive_float(header, f"{prefix}.attention.layer_norm_rms_epsilon")
    for layer in shape.layers:
        if layer.kind == "recurrent":
            continue
        if not layer.n_head or not layer.n_head_kv or layer.n_head % layer.n_head_kv:
            raise damaged(
                header,
                f"has {layer.n_head} heads ({prefix}.attention.head_count) for {layer.n_head_kv} of keys and values",
            )
        if not layer.n_embd_head_k or not layer.n_embd_head_v:
            raise damaged(header, f"has heads without a width ({prefix}.attention.key_length)")
        if prefix == "gemma4" and layer.n_embd_head_k != layer.n_embd_head_v:
            raise damaged(
                header, f"has keys of {layer.n_embd_head_k} and values of {layer.n_embd_head_v} ({prefix}.attention)"
            )
    has_experts = any("_exps." in name for name in header.tensors)
    if has_experts and not (shape.n_expert and shape.n_expert_used):
        raise damaged(header, f"has experts and no {prefix}.expert_count or {prefix}.expert_used_count")
    if header.tensors and not has_experts and shape.n_expert:
        raise damaged(header, f"has {shape.n_expert} experts ({prefix}.expert_count) and no tensors of theirs")
    sizes = shape.recurrent
    if prefix in ("qwen35", "qwen35moe"):
        if sizes is None or not all((sizes.d_conv, sizes.d_inner, sizes.d_state, sizes.dt_rank, sizes.n_group)):
            raise damaged(header, f"lacks sizes of its recurrent layers ({prefix}.ssm)")
        if sizes.d_inner != sizes.d_state * sizes.dt_rank or sizes.dt_rank % sizes.n_group:
            raise damaged(header, f"has sizes of its recurrent layers that do not agree ({prefix}.ssm)")


def _check_rotation(header: GgufHeader, shape: TextShape) -> None:
    prefix = header.architecture
    full = [layer.n_embd_head_k for layer in shape.layers if layer.kind == "full"]
    sliding = [layer.n_embd_head_k for layer in shape.layers if layer.kind == "sliding"]
    n_rot: object = (full or sliding or [0])[0]
    for key, widths in (("rope.dimension_count", full), ("rope.dimension_count_swa", sliding)):
        n_rot = header.metadata.get(f"{prefix}.{key}", n_rot)  # each is the one before where it is not there
        if not isinstance(n_rot, int) or not widths:
            continue
        if n_rot <= 0 or n_rot % 2 or n_rot > max(widths) or (prefix in _ROTATES_ALL and n_rot != widths[0]):
            raise damaged(header, f"has {prefix}.{key} = {n_rot} for heads of {max(widths)}")
    for key in ("rope.freq_base", "rope.freq_base_swa"):
        if f"{prefix}.{key}" in header.metadata:
            check_positive_float(header, f"{prefix}.{key}")


def _check_text_types(header: GgufHeader) -> None:
    """Norms, biases and the other vectors are F32 in every file; of matrices, what can be multiplied."""
    for name, tensor in header.tensors.items():
        is_vector = len([side for side in tensor.shape if side > 1]) < 2 or name.endswith("ssm_conv1d.weight")
        if tensor.ggml_type != F32 if is_vector else tensor.ggml_type not in MATRICES:
            raise damaged(header, f"has the tensor {name} in ggml's type {tensor.ggml_type}")


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
                raise damaged(header, f"lacks the tensor blk.{index}.{name}")
            if tensor.shape != sides:
                raise damaged(
                    header, f"has blk.{index}.{name} of the shape {list(tensor.shape)}, where {list(sides)} is expected"
                )
