"""Shapes of the catalog's families, made small enough to be written, loaded and run in a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from localalt.gguf.hparams import Layer, ModelShape, TextShape, VisionShape
from localalt.models.catalog_hparams import SHAPES

# The layers that stay: one of every kind, and of Gemma 4 E2B some that share keys and values.
FAMILIES = {
    "qwen3.5-0.8b": range(4),
    "qwen3.5-35b-a3b": range(4),
    "qwen3-vl-2b": range(3),
    "qwen3-vl-30b-a3b": range(3),
    "qwen2.5-vl-3b": range(2),
    "gemma-4-e2b": (0, 1, 2, 3, 4, 33, 34),
    "gemma-4-12b": range(6),
    "gemma-4-26b-a4b": range(6),
    "gemma-3-4b": range(6),
    "mistral-small-3.1-24b": range(2),
    "smolvlm-256m": range(2),
    "ministral-3-3b": range(2),
    "lfm2.5-vl-1.6b": range(4),
    "glm-4.6v-flash": range(2),
    "minicpm-v-4.6": range(4),
    "muse-glimmer-30b": range(4),
}


def tiny(name: str) -> ModelShape:
    """The shape of `name` with few layers and narrow ones; what makes its family stays."""
    shape = SHAPES[name]
    return ModelShape(_text(shape.text, FAMILIES[name]), _vision(shape.vision))


def _text(shape: TextShape, layers: Iterable[int]) -> TextShape:
    experts: dict[str, Any] = {
        "n_expert": 4,
        "n_expert_used": 2,
        "n_ff_expert": 256,
        "n_ff_shared": min(shape.n_ff_shared, 256),
    }
    recurrent = shape.recurrent and replace(shape.recurrent, d_inner=256, dt_rank=2, n_group=2)
    return replace(
        shape,
        n_embd=256,
        n_vocab=3000,
        n_ctx_train=4096,
        layers=tuple(_layer(shape.layers[index]) for index in layers),
        n_swa=min(shape.n_swa, 512),
        recurrent=recurrent,
        n_deepstack=min(shape.n_deepstack, 1),
        **(experts if shape.n_expert else {}),
    )


def _layer(layer: Layer) -> Layer:
    n_head = 256 // layer.n_embd_head_k or 1
    # Qwen2-VL has no sizes of its own for heads: they make up the width.
    return replace(layer, n_ff=min(layer.n_ff, 512), n_head=n_head, n_head_kv=min(layer.n_head_kv, 1))


def _vision(shape: VisionShape) -> VisionShape:
    side = 4 * shape.merge
    image_px = shape.image_px if shape.projector.startswith("gemma4") else side * shape.patch_px
    return replace(
        shape,
        n_layer=min(shape.n_layer, 2),
        n_embd=128 if shape.n_layer else 256,
        n_ff=min(shape.n_ff, 256),
        n_head=min(shape.n_head, 2),
        image_px=image_px,
        n_embd_out=256,
        deepstack=(0,) if shape.deepstack else (),
        full_attention_every=min(shape.full_attention_every, 2),
        n_position=_n_position(shape, side),
    )


def _n_position(shape: VisionShape, side: int) -> int:
    if shape.projector == "minicpmv4_6":  # llama.cpp looks 70 x 70 up, whatever the size
        return shape.n_position
    return 0 if not shape.n_position else 256 if shape.projector.startswith("gemma4") else side**2
