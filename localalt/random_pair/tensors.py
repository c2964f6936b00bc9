"""The tensors of a model, by name and shape, as llama.cpp reads them from its two files.

Names and shapes: llama.cpp as vendored by llama-cpp-python 0.3.36, src/models/*.cpp
(load_arch_tensors) for the text, tools/mtmd/clip.cpp (load_tensors) and conversion/*.py for the
projector. Shapes have the fastest dimension first, as in the file. Knows no types and no bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from localalt.gguf.hparams import Layer, TextShape, VisionShape

Tensors = dict[str, tuple[int, ...]]

N_SHORT_CONV = 3
"""Tokens that LFM2's convolutions see (`shortconv.l_cache`)."""
SIGLIP = ("gemma3", "idefics3", "lfm2", "minicpmv4_6")
"""Projectors behind a tower of SigLIP's kind: norms with biases, and no gates."""


def text_tensors(shape: TextShape) -> Tensors:
    """All tensors of the language model, in the file's order."""
    tensors: Tensors = {"token_embd.weight": (shape.n_embd, shape.n_vocab)}
    if not shape.tied_output:
        tensors["output.weight"] = (shape.n_embd, shape.n_vocab)
    tensors["token_embd_norm.weight" if shape.architecture == "lfm2" else "output_norm.weight"] = (shape.n_embd,)
    if shape.n_embd_per_layer:
        width = shape.n_embd_per_layer * shape.n_layer
        tensors["per_layer_token_embd.weight"] = (width, shape.n_vocab)
        tensors["per_layer_model_proj.weight"] = (shape.n_embd, width)
        tensors["per_layer_proj_norm.weight"] = (shape.n_embd_per_layer,)
    if shape.architecture == "gemma4":
        full = next(layer for layer in shape.layers if layer.kind == "full")
        tensors["rope_freqs.weight"] = (full.n_embd_head_k // 2,)
    for index, layer in enumerate(shape.layers):
        if layer.kind == "recurrent":
            block = _recurrent(shape)
        elif shape.architecture == "lfm2" and not layer.n_head_kv:
            block = _short_convolution(shape)
        else:
            block = _attention(shape, layer)
        for name, sides in (*block, *_feed_forward(shape, layer)):
            tensors[f"blk.{index}.{name}"] = sides
    for index in range(shape.n_layer, shape.n_layer + shape.n_layer_nextn):
        last = shape.layers[-1]
        for name, sides in (*_attention(shape, last), *_feed_forward(shape, last), *_next_tokens(shape)):
            tensors[f"blk.{index}.{name}"] = sides
    return tensors


def _next_tokens(shape: TextShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What a layer that guesses further tokens has besides (src/models/qwen35.cpp, load_block_mtp)."""
    yield "nextn.eh_proj.weight", (2 * shape.n_embd, shape.n_embd)
    yield "nextn.enorm.weight", (shape.n_embd,)
    yield "nextn.hnorm.weight", (shape.n_embd,)
    yield "nextn.shared_head_norm.weight", (shape.n_embd,)


def _attention(shape: TextShape, layer: Layer) -> Iterator[tuple[str, tuple[int, ...]]]:
    n_embd, architecture = shape.n_embd, shape.architecture
    n_q = layer.n_head * layer.n_embd_head_k
    n_k, n_v = layer.n_head_kv * layer.n_embd_head_k, layer.n_head_kv * layer.n_embd_head_v
    gated = architecture in ("qwen35", "qwen35moe")  # the queries' projection makes a gate too
    normed = architecture not in ("llama", "mistral3", "qwen2vl", "glm4")
    yield "attn_norm.weight", (n_embd,)
    yield "attn_q.weight", (n_embd, n_q * (2 if gated else 1))
    # Gemma 4's files keep the projections that their layers with shared keys never use.
    if layer.has_kv:
        yield "attn_k.weight", (n_embd, n_k)
        if layer.has_v:
            yield "attn_v.weight", (n_embd, n_v)
    if architecture in ("qwen2vl", "glm4"):
        yield "attn_q.bias", (n_q,)
        yield "attn_k.bias", (n_k,)
        yield "attn_v.bias", (n_v,)
    yield "attn_output.weight", (n_q, n_embd)
    if normed:
        yield "attn_q_norm.weight", (layer.n_embd_head_k,)
        if layer.has_kv:
            yield "attn_k_norm.weight", (layer.n_embd_head_k,)
    if architecture == "muse-glimmer":
        yield "attn_gate.weight", (n_embd, n_q)
    if architecture in ("gemma3", "gemma4", "glm4", "muse-glimmer", "qwen35", "qwen35moe"):
        yield "post_attention_norm.weight", (n_embd,)


def _short_convolution(shape: TextShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Of LFM2 (src/models/lfm2.cpp)."""
    yield "attn_norm.weight", (shape.n_embd,)
    yield "shortconv.conv.weight", (N_SHORT_CONV, shape.n_embd)
    yield "shortconv.in_proj.weight", (shape.n_embd, 3 * shape.n_embd)
    yield "shortconv.out_proj.weight", (shape.n_embd, shape.n_embd)


def _recurrent(shape: TextShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    sizes = shape.recurrent
    if sizes is None:
        raise ValueError(f"{shape.architecture} has recurrent layers and no sizes for them.")
    n_embd, n_value = shape.n_embd, sizes.d_state * sizes.dt_rank
    n_conv = 2 * sizes.d_state * sizes.n_group + n_value
    yield "attn_norm.weight", (n_embd,)
    yield "attn_qkv.weight", (n_embd, n_conv)
    yield "attn_gate.weight", (n_embd, n_value)
    yield "ssm_conv1d.weight", (sizes.d_conv, n_conv)
    yield "ssm_dt.bias", (sizes.dt_rank,)
    yield "ssm_a", (sizes.dt_rank,)
    yield "ssm_beta.weight", (n_embd, sizes.dt_rank)
    yield "ssm_alpha.weight", (n_embd, sizes.dt_rank)
    yield "ssm_norm.weight", (sizes.d_state,)
    yield "ssm_out.weight", (n_value, n_embd)
    yield "post_attention_norm.weight", (n_embd,)


def _feed_forward(shape: TextShape, layer: Layer) -> Iterator[tuple[str, tuple[int, ...]]]:
    n_embd, n_expert = shape.n_embd, shape.n_expert
    gemma4 = shape.architecture == "gemma4"
    if shape.architecture not in ("qwen35", "qwen35moe"):  # those call it post_attention_norm
        yield "ffn_norm.weight", (n_embd,)
    if layer.n_ff and (gemma4 or not n_expert):
        if shape.architecture == "glm4":  # gate and up in one
            yield "ffn_up.weight", (n_embd, 2 * layer.n_ff)
        else:
            yield "ffn_gate.weight", (n_embd, layer.n_ff)
            yield "ffn_up.weight", (n_embd, layer.n_ff)
        yield "ffn_down.weight", (layer.n_ff, n_embd)
    if shape.architecture in ("gemma3", "gemma4", "glm4", "muse-glimmer"):
        yield "post_ffw_norm.weight", (n_embd,)
    if n_expert:
        yield "ffn_gate_inp.weight", (n_embd, n_expert)
        if gemma4:
            yield "ffn_gate_inp.scale", (n_embd,)
            for name in ("pre_ffw_norm_2", "post_ffw_norm_1", "post_ffw_norm_2"):
                yield f"{name}.weight", (n_embd,)
            yield "ffn_gate_up_exps.weight", (n_embd, 2 * shape.n_ff_expert, n_expert)
            yield "ffn_down_exps.scale", (n_expert,)
        else:
            yield "ffn_gate_exps.weight", (n_embd, shape.n_ff_expert, n_expert)
            yield "ffn_up_exps.weight", (n_embd, shape.n_ff_expert, n_expert)
        yield "ffn_down_exps.weight", (shape.n_ff_expert, n_embd, n_expert)
    if shape.n_ff_shared:
        yield "ffn_gate_inp_shexp.weight", (n_embd,)
        yield "ffn_gate_shexp.weight", (n_embd, shape.n_ff_shared)
        yield "ffn_up_shexp.weight", (n_embd, shape.n_ff_shared)
        yield "ffn_down_shexp.weight", (shape.n_ff_shared, n_embd)
    if gemma4:
        yield "layer_output_scale.weight", (1,)
        if shape.n_embd_per_layer:
            yield "inp_gate.weight", (n_embd, shape.n_embd_per_layer)
            yield "proj.weight", (shape.n_embd_per_layer, n_embd)
            yield "post_norm.weight", (n_embd,)


def vision_tensors(shape: VisionShape) -> Tensors:
    """All tensors of the projector's file, audio left out (see `audio_tensors`)."""
    return dict(_vision(shape))


def _vision(shape: VisionShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    kind, n_embd, n_out = shape.projector, shape.n_embd, shape.n_embd_out
    patch = (shape.patch_px, shape.patch_px, 3, n_embd)
    if kind == "gemma4uv":  # no tower: patches of 48 pixels are projected
        n_patch = 3 * (shape.patch_px * shape.merge) ** 2
        yield "v.patch_embd.weight", (n_patch, n_embd)
        yield "v.patch_embd.bias", (n_embd,)
        for number, width in ((1, n_patch), (2, n_embd), (3, n_embd)):
            yield f"v.patch_norm.{number}.weight", (width,)
            yield f"v.patch_norm.{number}.bias", (width,)
        yield "v.position_embd.weight", (n_embd, shape.n_position, 2)
        yield "mm.input_projection.weight", (n_embd, n_out)
        return
    yield "v.patch_embd.weight", patch
    if kind in ("qwen3vl_merger", "qwen2.5vl_merger", "glm4v"):  # two frames of a film, the same for a picture
        yield "v.patch_embd.weight.1", patch
    if kind in ("qwen3vl_merger", "glm4v", *SIGLIP):
        yield "v.patch_embd.bias", (n_embd,)
    if kind == "glm4v":
        yield "v.norm_embd.weight", (n_embd,)
    if kind == "gemma4v":
        yield "v.position_embd.weight", (n_embd, shape.n_position, 2)
    elif shape.n_position:
        yield "v.position_embd.weight", (n_embd, shape.n_position)
    for index in range(shape.n_layer):
        for name, sides in _vision_layer(shape):
            yield f"v.blk.{index}.{name}", sides
    n_merged = n_embd * shape.merge**2
    for index in shape.deepstack:
        yield f"v.deepstack.{index}.norm.weight", (n_merged,)
        yield f"v.deepstack.{index}.norm.bias", (n_merged,)
        for name, width in (("fc1", n_merged), ("fc2", n_out)):
            yield f"v.deepstack.{index}.{name}.weight", (n_merged, width)
            yield f"v.deepstack.{index}.{name}.bias", (width,)
    yield from _projection(shape, n_merged)


def _vision_layer(shape: VisionShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    kind, n_embd, n_ff = shape.projector, shape.n_embd, shape.n_ff
    biased = kind in ("qwen3vl_merger", "qwen2.5vl_merger", "muse-glimmer", *SIGLIP)
    gated = kind in ("qwen2.5vl_merger", "gemma4v", "glm4v", "pixtral")
    if kind == "glm4v":  # the header's width is the merger's
        n_ff = shape.n_embd_out

    def linear(name: str, n_in: int, n_out: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        yield f"{name}.weight", (n_in, n_out)
        if biased:
            yield f"{name}.bias", (n_out,)
        if _is_small_gemma4(shape):  # it clips what goes into a projection and what comes out
            for end in ("input_min", "input_max", "output_min", "output_max"):
                yield f"{name}.{end}", (1,)

    if kind in ("qwen3vl_merger", "glm4v"):
        yield from linear("attn_qkv", n_embd, 3 * n_embd)
    else:
        for name in ("attn_q", "attn_k", "attn_v"):
            yield from linear(name, n_embd, n_embd)
    yield from linear("attn_out", n_embd, n_embd)
    if gated:
        yield from linear("ffn_gate", n_embd, n_ff)
    yield from linear("ffn_up", n_embd, n_ff)
    yield from linear("ffn_down", n_ff, n_embd)
    norms = ["ln1", "ln2"]
    if kind == "gemma4v":
        norms += ["attn_post_norm", "ffn_post_norm"]
        yield "attn_q_norm.weight", (n_embd // shape.n_head,)
        yield "attn_k_norm.weight", (n_embd // shape.n_head,)
    for norm in norms:
        yield f"{norm}.weight", (n_embd,)
        if kind in ("qwen3vl_merger", "muse-glimmer", *SIGLIP):  # the others have RMS norms
            yield f"{norm}.bias", (n_embd,)


def _projection(shape: VisionShape, n_merged: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    kind, n_embd, n_out = shape.projector, shape.n_embd, shape.n_embd_out
    if kind == "muse-glimmer":
        yield "v.pre_ln.weight", (n_embd,)
        yield "v.pre_ln.bias", (n_embd,)
    if kind in ("qwen3vl_merger", "muse-glimmer", *SIGLIP):
        yield "v.post_ln.weight", (n_embd,)
        yield "v.post_ln.bias", (n_embd,)
    if kind in ("qwen2.5vl_merger", "glm4v"):
        yield "v.post_ln.weight", (n_embd,)
    if kind in ("qwen3vl_merger", "qwen2.5vl_merger"):
        for number, width in ((0, n_merged), (2, n_out)):
            yield f"mm.{number}.weight", (n_merged, width)
            yield f"mm.{number}.bias", (width,)
    elif kind == "gemma3":
        yield "mm.input_projection.weight", (n_out, n_embd)
        yield "mm.soft_emb_norm.weight", (n_embd,)
    elif kind == "gemma4v":
        if not _is_small_gemma4(shape):
            yield "v.std_bias", (n_embd,)
            yield "v.std_scale", (n_embd,)
        yield "mm.input_projection.weight", (n_embd, n_out)
    elif kind == "idefics3":
        yield "mm.model.fc.weight", (n_merged, n_out)
    elif kind in _PROJECTIONS:
        yield from _PROJECTIONS[kind](shape, n_merged)
    elif kind == "pixtral":
        yield "v.pre_ln.weight", (n_embd,)
        yield "mm.1.weight", (n_embd, n_out)
        yield "mm.2.weight", (n_out, n_out)
        yield "mm.input_norm.weight", (n_embd,)
        yield "mm.patch_merger.weight", (n_merged, n_embd)
        yield "v.token_embd.img_break", (n_out,)


def _linear(name: str, n_in: int, n_out: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (n_in, n_out)
    yield f"{name}.bias", (n_out,)


def _lfm2_projection(shape: VisionShape, n_merged: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from _linear("mm.1", n_merged, N_LFM2_HIDDEN)
    yield from _linear("mm.2", N_LFM2_HIDDEN, shape.n_embd_out)


def _glm4v_projection(shape: VisionShape, _: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    n_out = shape.n_embd_out
    yield "mm.patch_merger.weight", (shape.merge, shape.merge, shape.n_embd, n_out)
    yield "mm.patch_merger.bias", (n_out,)
    yield "mm.model.fc.weight", (n_out, n_out)
    yield "mm.post_norm.weight", (n_out,)
    yield "mm.post_norm.bias", (n_out,)
    yield "mm.gate.weight", (n_out, shape.n_ff)
    yield "mm.up.weight", (n_out, shape.n_ff)
    yield "mm.down.weight", (shape.n_ff, n_out)


def _muse_glimmer_projection(shape: VisionShape, n_merged: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "mm.0.weight", (n_merged, N_MUSE_HIDDEN)
    yield "mm.1.weight", (N_MUSE_HIDDEN, N_MUSE_HIDDEN)
    yield "mm.2.weight", (N_MUSE_HIDDEN, shape.n_embd_out)


def _minicpmv_projection(shape: VisionShape, _: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """2 x 2 patches merge within the tower, by attention and a wide layer, and 2 x 2 of these behind it."""
    n_embd, n_four = shape.n_embd, 4 * shape.n_embd
    for norm, width in (("ln1", n_embd), ("ds_ln", n_four)):
        yield f"v.vit_merger.{norm}.weight", (width,)
        yield f"v.vit_merger.{norm}.bias", (width,)
    for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
        yield from _linear(f"v.vit_merger.{name}", n_embd, n_embd)
    yield from _linear("v.vit_merger.ds_ffn_up", n_four, 4 * shape.n_ff)
    yield from _linear("v.vit_merger.ds_ffn_down", 4 * shape.n_ff, n_embd)
    yield "mm.input_norm.weight", (n_four,)
    yield "mm.input_norm.bias", (n_four,)
    yield from _linear("mm.up", n_four, n_four)
    yield from _linear("mm.down", n_four, shape.n_embd_out)


N_LFM2_HIDDEN = 2048
"""`projector_hidden_size` of LFM2-VL."""
N_MUSE_HIDDEN = 4096
"""`projector_hidden_size` of Muse-Glimmer."""
_PROJECTIONS: Mapping[str, Callable[[VisionShape, int], Iterator[tuple[str, tuple[int, ...]]]]] = {
    "glm4v": _glm4v_projection,
    "lfm2": _lfm2_projection,
    "minicpmv4_6": _minicpmv_projection,
    "muse-glimmer": _muse_glimmer_projection,
}


def audio_tensors(shape: VisionShape) -> Tensors:
    """What the mmproj holds besides where a model hears too: llama.cpp loads it with the rest."""
    if shape.projector == "gemma4uv":  # no tower: 40 ms of sound are projected
        return {"mm.a.input_projection.weight": (640, shape.n_embd_out)}
    return dict(_gemma4_audio(shape.n_embd_out)) if _is_small_gemma4(shape) else {}


def _is_small_gemma4(shape: VisionShape) -> bool:
    """Whether this is the tower of E2B and E4B, which differs in more than size."""
    return shape.projector == "gemma4v" and shape.n_embd == 768


# Gemma 4's audio tower (conformer), the same in E2B and E4B: conversion/gemma.py, and the
# defaults of transformers' Gemma4AudioConfig.
N_AUDIO_LAYER, N_AUDIO_EMBD, N_AUDIO_OUT = 12, 1024, 1536


def _gemma4_audio(n_embd_out: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    n_embd = N_AUDIO_EMBD

    def linear(name: str, n_in: int, n_out: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        yield f"{name}.weight", (n_in, n_out)
        for end in ("input_min", "input_max", "output_min", "output_max"):
            yield f"{name}.{end}", (1,)

    for number, n_in, n_out in ((0, 1, 128), (1, 128, 32)):
        yield f"a.conv1d.{number}.weight", (3, 3, n_in, n_out)
        yield f"a.conv1d.{number}.norm.weight", (n_out,)
    yield "a.input_projection.weight", (n_embd, n_embd)
    for index in range(N_AUDIO_LAYER):
        block = f"a.blk.{index}"
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            yield from linear(f"{block}.{name}", n_embd, n_embd)
        yield f"{block}.attn_k_rel.weight", (n_embd, n_embd)
        yield f"{block}.per_dim_scale.weight", (128,)
        for name in ("", "_1"):
            yield from linear(f"{block}.ffn_up{name}", n_embd, 4 * n_embd)
            yield from linear(f"{block}.ffn_down{name}", 4 * n_embd, n_embd)
            yield f"{block}.ffn_norm{name}.weight", (n_embd,)
            yield f"{block}.ffn_post_norm{name}.weight", (n_embd,)
        yield from linear(f"{block}.conv_pw1", n_embd, 2 * n_embd)
        yield from linear(f"{block}.conv_pw2", n_embd, n_embd)
        yield f"{block}.conv_dw.weight", (5, n_embd)
        for name in ("conv_norm", "norm_conv", "attn_pre_norm", "attn_post_norm", "ln2"):
            yield f"{block}.{name}.weight", (n_embd,)
    yield "a.pre_encode.out.weight", (n_embd, N_AUDIO_OUT)
    yield "a.pre_encode.out.bias", (N_AUDIO_OUT,)
    yield "mm.a.input_projection.weight", (N_AUDIO_OUT, n_embd_out)
