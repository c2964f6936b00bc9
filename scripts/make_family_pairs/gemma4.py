"""Gemma 4 in its four shapes: 31B, 26B-A4B with experts, E2B, and 12B, which has no vision tower.

All but E2B let image tokens see each other in both directions, in the layers with a window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from transformers import (
    Gemma4Config,
    Gemma4ForConditionalGeneration,
    Gemma4UnifiedConfig,
    Gemma4UnifiedForConditionalGeneration,
    PreTrainedModel,
)

from .common import Embedded, Family, Floats, Pixels, draw, fill, levels
from .gemma import Gemma, sentence_pieces
from .vocabulary import CONTROL, USER_DEFINED

__all__ = ["FAMILIES", "Gemma4"]

GEMMA4_MARKS = (
    *(
        (mark, USER_DEFINED)
        for mark in ("<|tool_call>", "<tool_call|>", "<|tool_response>", "<tool_response|>", '<|"|>')
    ),
    ("<|think|>", CONTROL),
    *((mark, USER_DEFINED) for mark in ("<|channel>", "<channel|>")),
    *(
        (mark, CONTROL)
        for mark in ("<|turn>", "<turn|>", "<|image>", "<image|>", "<|image|>", "<|audio|>", "<|video|>")
    ),
)


class Gemma4(Gemma):
    """What the shapes share; most have keys that are values too, and standardized vision embeddings."""

    architecture = "gemma4"
    projector = "gemma4v"
    image_bounds = (70, 560)
    vocabulary = sentence_pieces("gemma4", GEMMA4_MARKS)
    template = "google-gemma-4-31B-it.jinja"
    patch_px = 4
    merge = 3
    token_px = patch_px * merge
    sizes: Mapping[str, tuple[int, int]] = {"square": (108, 108), "wide": (120, 84), "tall": (84, 132)}
    end_tokens = ("<turn|>", "<eos>")
    image_mark = "<|image|>"
    around = ("<|image>", "<image|>")
    qk_gain = 0.875  # attention has no scale of its own here
    gains: Mapping[str, float] = {r"input_proj": 1.5, r"position_embedding": 0.5, r"embedding_projection": 1.0}
    text: Mapping[str, Any] = {
        "num_hidden_layers": 4,
        "layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "full_attention"],
        "intermediate_size": 96,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "num_global_key_value_heads": 1,
        "attention_k_eq_v": True,
        "use_bidirectional_attention": "vision",
        "hidden_size_per_layer_input": 0,
    }
    vision: Mapping[str, Any] = {"standardize": True}

    def text_config(self) -> dict[str, Any]:
        """The text model's settings."""
        return {
            "vocab_size": len(self.vocabulary.tokens),
            "vocab_size_per_layer_input": len(self.vocabulary.tokens),
            "hidden_size": self.width,
            "head_dim": 16,
            "global_head_dim": 32,
            "max_position_embeddings": 8192,
            "sliding_window": 512,
            "final_logit_softcapping": 30.0,
            **self.text,
        }

    def mark_ids(self) -> dict[str, int]:
        """The tokens that the configuration names."""
        names = {
            "boi_token_id": "<|image>",
            "eoi_token_id": "<image|>",
            "image_token_id": "<|image|>",
            "audio_token_id": "<|audio|>",
            "video_token_id": "<|video|>",
        }
        return {name: self.vocabulary.id(mark) for name, mark in names.items()}

    def build(self) -> PreTrainedModel:
        """Two vision layers and the text layers."""
        vision = {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "patch_size": self.patch_px,
            "pooling_kernel_size": self.merge,
            "position_embedding_size": 64,
            "hidden_activation": "quick_gelu",  # llama.cpp's, where the published models have the tanh one
            **self.vision,
        }
        config = Gemma4Config(
            text_config=self.text_config(), vision_config=vision, audio_config=None, **self.mark_ids()
        )
        return self.filled(Gemma4ForConditionalGeneration(config).requires_grad_(False))

    def filled(self, model: PreTrainedModel) -> PreTrainedModel:
        """All weights drawn, and the numbers that are not parameters."""
        fill(model, f"{self.name} {self.seed}", self.gains, self.values(model, shift=0.0))
        for name, buffer in model.named_buffers():
            steps = torch.from_numpy(levels(f"{self.name} {self.seed} {name}", tuple(buffer.shape), 3))
            if name.endswith(("layer_scalar", "std_scale")):
                buffer.copy_(1 + steps / 4)
            elif name.endswith("std_bias"):
                buffer.copy_(steps / 4)
            elif name.endswith(("put_min", "put_max")):
                buffer.fill_(2.0 if name.endswith("max") else -2.0)
        return model

    def preprocessor(self) -> dict[str, Any]:
        """Pixels from 0 to 1: the graph itself moves them to -1 to 1."""
        return {"image_mean": [0.0] * 3, "image_std": [1.0] * 3}

    def embed(self, pixels: Pixels) -> Embedded:
        """Patches row by row, each with its column and row."""
        return self.patches(pixels, self.patch_px)

    def patches(self, pixels: Pixels, patch: int) -> Embedded:
        """Squares of `patch` pixels a side as rows of numbers from 0 to 1."""
        rows, columns = pixels.shape[0] // patch, pixels.shape[1] // patch
        squares = pixels.reshape(rows, patch, columns, patch, 3).transpose(0, 2, 1, 3, 4).reshape(rows * columns, -1)
        places = [(column, row) for row in range(rows) for column in range(columns)]
        return self.embedded(
            pixels.shape[0] * pixels.shape[1] // self.token_px**2,
            {
                "pixel_values": torch.from_numpy(squares.astype(np.float32) / 255)[None],
                "image_position_ids": torch.tensor([places]),
            },
        )

    def prompt_inputs(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Which tokens are the picture's."""
        return {"mm_token_type_ids": (ids == self.vocabulary.id(self.image_mark)).long()}


class Gemma4Dense(Gemma4):
    """31B's shape."""

    name = "gemma4"
    end_gain = 1.25


class Gemma4MoE(Gemma4):
    """26B-A4B's shape: each of its layers, two here, has experts beside its dense part."""

    name = "gemma4-moe"
    end_gain = 1.25
    text: Mapping[str, Any] = {
        **Gemma4.text,
        "num_hidden_layers": 2,
        "layer_types": ["sliding_attention", "full_attention"],
        "enable_moe_block": True,
        "num_experts": 4,
        "top_k_experts": 2,
        "moe_intermediate_size": 32,
    }
    # What goes into the router is divided by the root of the width. Clear choices, and experts that
    # count for less than the dense part, keep answers from hanging on a choice that rounding turns.
    gains: Mapping[str, float] = {**Gemma4.gains, r"router\.proj": 64.0, r"post_feedforward_layernorm_2": 0.5}


class Gemma4E(Gemma4):
    """E2B's shape: an embedding for every layer, layers that share keys and values, causal image tokens.

    mtmd knows E2B by its width of 1536 numbers. Most weights along it repeat every `period`
    numbers, which costs the packed file next to nothing; norms do not, so that no two places are alike.
    """

    name = "gemma4-e2b"
    template = (
        "{{ bos_token }}{% for message in messages %}<|turn>"
        "{{ 'model' if message['role'] == 'assistant' else message['role'] }}\n{{ message['content'] }}<turn|>\n"
        "{% endfor %}{% if add_generation_prompt %}<|turn>model\n{% endif %}"
    )
    width = 1536
    period = 96
    qk_gain = 0.75
    end_gain = 1.25
    text: Mapping[str, Any] = {
        "num_hidden_layers": 6,
        # llama.cpp's shared layers read the last two of their own: one with a window, then one without.
        "layer_types": [*["sliding_attention"] * 3, "full_attention", "sliding_attention", "full_attention"],
        "num_kv_shared_layers": 2,
        "use_double_wide_mlp": True,
        "intermediate_size": 32,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "hidden_size_per_layer_input": 8,
    }
    vision: Mapping[str, Any] = {"use_clipped_linears": True}

    def embeddings(self, width: int) -> Floats:
        """One period's rows, repeated."""
        repeats = width // self.period
        rows: Floats = np.tile(super().embeddings(self.period), (1, repeats)) * np.float32(repeats**-0.5)
        return rows

    def values(self, model: torch.nn.Module, shift: float) -> dict[str, Floats]:
        """All other matrices with the text model's width on a side, too."""
        values = super().values(model, shift)
        for name, parameter in model.named_parameters():
            if parameter.ndim != 2 or self.width not in parameter.shape or name in values:
                continue
            axis = parameter.shape.index(self.width)
            shape = tuple(self.period if size == self.width else size for size in parameter.shape)
            repeats = self.width // self.period
            # Equal inputs add up to a multiple of one, not to the root of it.
            std = parameter.shape[1] ** -0.5 * (repeats**-0.5 if axis == 1 else 1.0)
            once = draw(f"{self.name} {self.seed} {name}", shape, std)
            values[name] = np.tile(once, (1, repeats) if axis else (repeats, 1))
        return values


class Gemma4Unified(Gemma4):
    """12B's shape: patches go straight into the text model, and so does sound, which the file must have too."""

    name = "gemma4-unified"
    projector = "gemma4uv"
    text: Mapping[str, Any] = {**Gemma4.text, "moe_intermediate_size": None}  # the converter asks for it
    gains: Mapping[str, float] = {r"pos_embedding": 0.5, r"embedding_projection": 1.0}

    def build(self) -> PreTrainedModel:
        """Four text layers."""
        vision = {
            "patch_size": self.patch_px,
            "pooling_kernel_size": self.merge,
            "mm_embed_dim": self.width,
            "mm_posemb_size": 64,
            "output_proj_dims": self.width,
        }
        config = Gemma4UnifiedConfig(
            text_config=self.text_config(),
            vision_config=vision,
            audio_config={"audio_embed_dim": 32},
            **self.mark_ids(),
        )
        return self.filled(Gemma4UnifiedForConditionalGeneration(config).requires_grad_(False))

    def embed(self, pixels: Pixels) -> Embedded:
        """Patches as large as an image token."""
        return self.patches(pixels, self.token_px)


FAMILIES: tuple[Family, ...] = (Gemma4Dense(), Gemma4MoE(), Gemma4E(), Gemma4Unified())
