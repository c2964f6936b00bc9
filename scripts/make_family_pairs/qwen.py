"""The Qwen families: Qwen3-VL (deepstack), Qwen3.5 (hybrid: linear attention) and Qwen2.5-VL (window attention).

All three have M-RoPE and pictures of any size. Sizes are as small as the graphs allow; ratios
that matter (grouped heads, section sizes, full attention in every fourth layer) are the real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from transformers import (
    PreTrainedModel,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen3_5Config,
    Qwen3_5ForConditionalGeneration,
    Qwen3_5MoeConfig,
    Qwen3_5MoeForConditionalGeneration,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLMoeConfig,
    Qwen3VLMoeForConditionalGeneration,
)

from .common import Embedded, Family, Floats, Pixels, fill, keep_rows, levels
from .vocabulary import CONTROL, USER_DEFINED, byte_bpe

__all__ = ["FAMILIES"]

# In the order of Qwen's tokenizers. The thinking marks came with Qwen3.
MARKS = [
    (mark, CONTROL)
    for mark in (
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
        "<|object_ref_start|>",
        "<|object_ref_end|>",
        "<|box_start|>",
        "<|box_end|>",
        "<|quad_start|>",
        "<|quad_end|>",
        "<|vision_start|>",
        "<|vision_end|>",
        "<|vision_pad|>",
        "<|image_pad|>",
        "<|video_pad|>",
    )
]
THINKING = [("<think>", USER_DEFINED), ("</think>", USER_DEFINED)]

ANSWERS = "abcdefghijklmnopqrstuvwxyz ,."
"""What the pairs can say, besides ending: text that a test's failure can show."""


class Qwen(Family):
    """What the Qwen families share."""

    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    patch_px = 16
    end_tokens = ("<|im_end|>", "<|endoftext|>")
    image_marks = ("<|vision_start|>", "<|image_pad|>", "<|vision_end|>")
    """Before a picture, for each of its tokens, and behind it."""
    end_gain = 1.25
    """How much larger than a letter's row of the output layer the end token's is."""

    def preprocessor(self) -> dict[str, Any]:
        """Means only: the sizes are llama.cpp's own."""
        return {
            "image_mean": list(self.mean),
            "image_std": list(self.std),
            "patch_size": self.patch_px,
            "merge_size": 2,
        }

    def embed(self, pixels: Pixels) -> Embedded:
        """Patches in the order of the 2 x 2 that become one token; a still picture is two equal frames."""
        patch = self.patch_px
        height, width, _ = pixels.shape
        rows, columns = height // patch, width // patch
        scaled = (pixels.astype(np.float32) / 255 - np.array(self.mean, np.float32)) / np.array(self.std, np.float32)
        frames = torch.from_numpy(scaled.astype(np.float32)).permute(2, 0, 1)[None].repeat(2, 1, 1, 1)
        blocks = frames.reshape(2, 3, rows // 2, 2, patch, columns // 2, 2, patch)
        patches = blocks.permute(2, 5, 3, 6, 1, 0, 4, 7).reshape(rows * columns, 3 * 2 * patch * patch)
        n_tokens = rows * columns // 4
        start, pad, end = map(self.vocabulary.id, self.image_marks)
        return Embedded(
            tokens=[start, *[pad] * n_tokens, end],
            inputs={"pixel_values": patches, "image_grid_thw": torch.tensor([[1, rows, columns]])},
            n_image_tokens=n_tokens,
            n_pos=2 + max(rows, columns) // 2,
        )

    def prompt_inputs(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Which tokens are the picture's."""
        return {"mm_token_type_ids": (ids == self.vocabulary.id(self.image_marks[1])).int()}

    def special_ids(self) -> dict[str, int]:
        """The tokens that a configuration names."""
        names = ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id")
        marks = ("<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>")
        return {name: self.vocabulary.id(mark) for name, mark in zip(names, marks, strict=True)}

    def limit_answers(self, model: PreTrainedModel) -> None:
        """Let the model say letters, and end."""
        end = self.vocabulary.id(self.end_tokens[0])
        keep_rows(model.lm_head.weight, [*ANSWERS.encode(), end])
        with torch.no_grad():
            model.lm_head.weight[end] *= self.end_gain


TEXT = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 32,
    "max_position_embeddings": 8192,
}
VISION = {
    "depth": 3,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_heads": 2,
    "out_hidden_size": 64,
    "num_position_embeddings": 64,
}
EXPERTS = {"num_experts": 8, "num_experts_per_tok": 4, "moe_intermediate_size": 16}
ROUTER = {r"mlp\.gate\.": 4.0}
"""The last expert chosen and the first left out then weigh next to nothing: which is which, rounding decides."""


class Qwen3VL(Qwen):
    """Qwen3-VL, dense."""

    name = architecture = "qwen3vl"
    projector = "qwen3vl_merger"
    seed = 1
    vocabulary = byte_bpe("qwen2", [*MARKS, *THINKING], eos="<|im_end|>", pad="<|endoftext|>", bos="<|endoftext|>")
    sizes: Mapping[str, tuple[int, int]] = {"square": (256, 256), "wide": (512, 192), "tall": (160, 448)}
    config, model = Qwen3VLConfig, Qwen3VLForConditionalGeneration
    rope: Mapping[str, Any] = {"rope_theta": 5e6, "mrope_section": [6, 5, 5], "mrope_interleaved": True}
    text: Mapping[str, Any] = {}
    vision: Mapping[str, Any] = {"deepstack_visual_indexes": [0, 1]}
    gains: Mapping[str, float] = {
        r"lm_head": 3.0,
        r"embed_tokens": 2.0,
        r"merger.*linear_fc2\.weight": 3.0,
        r"visual.*qkv\.weight": 1.5,
        r"[qk]_norm": 3.0,  # peaked attention, or the picture drowns among 700 tokens of text
    }

    def build(self) -> torch.nn.Module:
        """Vision layers with deepstack and without, and four text layers."""
        rope = {"rope_type": "default", **self.rope}
        text = {**TEXT, "vocab_size": len(self.vocabulary.tokens), "rope_parameters": rope, **self.text}
        config = self.config(
            text_config=text, vision_config={**VISION, **self.vision}, tie_word_embeddings=False, **self.special_ids()
        )
        model: torch.nn.Module = self.model(config)
        fill(model, f"{self.name} {self.seed}", self.gains, self.values(model))
        self.limit_answers(model)
        return model

    def values(self, model: torch.nn.Module) -> dict[str, Floats]:
        """Parameters that are not drawn as others are."""
        return {}


class Qwen3VLMoe(Qwen3VL):
    """Qwen3-VL with a mixture of experts."""

    name = architecture = "qwen3vlmoe"
    seed = 0
    config, model = Qwen3VLMoeConfig, Qwen3VLMoeForConditionalGeneration
    text: Mapping[str, Any] = EXPERTS
    gains: Mapping[str, float] = {**ROUTER, **Qwen3VL.gains}

    def published(self, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """An expert's inputs before its outputs, which transformers restores only in what it loaded that way."""
        return {
            name: tensor.transpose(1, 2).contiguous() if "experts" in name else tensor
            for name, tensor in tensors.items()
        }


class Qwen35(Qwen3VL):
    """Qwen3.5: linear attention in three layers of four, gated full attention in the fourth."""

    name = architecture = "qwen35"
    seed = 0
    vocabulary = byte_bpe("qwen35", [*MARKS, *THINKING], eos="<|im_end|>", pad="<|endoftext|>", bos="<|endoftext|>")
    template = "Qwen3.5-4B.jinja"
    config, model = Qwen3_5Config, Qwen3_5ForConditionalGeneration
    text_settings: Mapping[str, object] = {"no_mtp": True}
    rope: Mapping[str, Any] = {
        **Qwen3VL.rope,
        "rope_theta": 1e7,
        "partial_rotary_factor": 0.25,
        "mrope_section": [2, 1, 1],
    }
    text: Mapping[str, Any] = {
        "linear_num_key_heads": 2,
        "linear_num_value_heads": 4,
        "linear_key_head_dim": 32,
        "linear_value_head_dim": 32,
    }
    vision: Mapping[str, Any] = {}
    # The picture reaches the answer through the one layer of full attention.
    gains: Mapping[str, float] = {
        **Qwen3VL.gains,
        r"embed_tokens": 1.0,
        r"o_proj": 4.0,
        r"linear_attn.*out_proj": 0.25,
    }

    def values(self, model: torch.nn.Module) -> dict[str, Floats]:
        """Decays of the linear attention, from about one token to about fifty; peaked attention, as norms add one."""
        values = {}
        for name, parameter in model.named_parameters():
            drawn = levels(f"{self.name} {self.seed} {name}", parameter.shape)
            if name.endswith("A_log"):
                values[name] = 2 * drawn - 2
            elif name.endswith(("q_norm.weight", "k_norm.weight")):
                values[name] = np.float32(0.25) * drawn + 2
        return values


class Qwen35Moe(Qwen35):
    """Qwen3.5 with a mixture of experts and one that is shared."""

    name = architecture = "qwen35moe"
    config, model = Qwen3_5MoeConfig, Qwen3_5MoeForConditionalGeneration
    text: Mapping[str, Any] = {**Qwen35.text, **EXPERTS, "shared_expert_intermediate_size": 16}
    gains: Mapping[str, float] = {**ROUTER, **Qwen35.gains}


class Qwen25VL(Qwen3VL):
    """Qwen2.5-VL: window attention in the vision tower, and the text model of Qwen2-VL."""

    name = architecture = "qwen2vl"
    projector = "qwen2.5vl_merger"
    seed = 2
    vocabulary = byte_bpe("qwen2", MARKS, eos="<|im_end|>", pad="<|endoftext|>", bos="<|endoftext|>")
    # Windows are 4 x 4 tokens: some are cut off at the edges.
    sizes: Mapping[str, tuple[int, int]] = {"square": (252, 252), "wide": (504, 168), "tall": (140, 392)}
    mean, std = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    patch_px, token_px = 14, 28
    config, model = Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
    rope: Mapping[str, Any] = {"rope_theta": 1e6, "mrope_section": [4, 6, 6]}
    text: Mapping[str, Any] = {
        "num_hidden_layers": 3,
        "rms_norm_eps": 1e-6,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": None,
    }
    gains: Mapping[str, float] = {**Qwen3VL.gains, r"embed_tokens": 0.5, r"[qk]_proj\.weight": 1.75}
    vision: Mapping[str, Any] = {"depth": 4, "fullatt_block_indexes": [1, 3], "window_size": 112}


FAMILIES: tuple[Family, ...] = (Qwen3VL(), Qwen3VLMoe(), Qwen35(), Qwen35Moe(), Qwen25VL())
