"""LFM2-VL: short convolutions in most text layers, SigLIP 2's tower at the picture's own shape.

Pictures of up to 256 tokens stay whole; causal image tokens, positions of the plain kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from transformers import Lfm2VlConfig, Lfm2VlForConditionalGeneration, PreTrainedModel

from .common import Embedded, Family, Floats, Pixels, draw, fill
from .vocabulary import CONTROL, byte_bpe

__all__ = ["FAMILIES"]

MARKS = [
    (mark, CONTROL)
    for mark in (
        "<|pad|>",
        "<|startoftext|>",
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
        "<image>",
        "<|image_start|>",
        "<|image_end|>",
        "<|img_thumbnail|>",
        *(f"<|img_row_{row}_col_{column}|>" for row in range(1, 3) for column in range(1, 3)),
    )
]
N_EMBD = 64
EMBEDDINGS = "model.language_model.embed_tokens.weight"
ANSWERS = "abcdefghijklmnopqrstuvwxyz ,."
"""What the pair can say, besides ending: text that a test's failure can show."""


class Lfm2VL(Family):
    """LFM2-VL's shape: attention in one text layer of four, 2 x 2 patches to a token."""

    name = architecture = "lfm2"
    projector = "lfm2"
    vocabulary = byte_bpe("lfm2", MARKS, eos="<|im_end|>", bos="<|startoftext|>", pad="<|pad|>", adds_bos=True)
    template = "LFM2.5-Instruct.jinja"
    published_names: Mapping[str, str] = {"model.vision_tower.": "model.vision_tower.vision_model."}
    patch_px = 16
    token_px = 32
    sizes: Mapping[str, tuple[int, int]] = {"square": (256, 256), "wide": (512, 160), "tall": (160, 448)}
    end_tokens = ("<|im_end|>", "<|endoftext|>")
    end_gain = 1.0
    """How much larger than a letter's row of the output layer the end token's is."""
    # The embeddings are the output layer: layers must outweigh them, or the last token is said again.
    gains: Mapping[str, float] = {
        r"feed_forward\.w2": 4.0,
        r"conv\.out_proj": 4.0,
        r"self_attn\.out_proj": 16.0,
        r"linear_2": 3.0,
        r"layernorm\.weight": 2.0,
        r"vision_tower.*[qk]_proj": 1.5,
        r"position_embedding": 0.5,
        r"patch_embedding": 1.5,
    }

    def build(self) -> PreTrainedModel:
        """Three vision layers, four text layers, of which the third attends."""
        text = {
            "model_type": "lfm2",
            "architectures": ["Lfm2ForCausalLM"],
            "vocab_size": len(self.vocabulary.tokens),
            "hidden_size": N_EMBD,
            "intermediate_size": 96,
            "block_auto_adjust_ff_dim": False,
            "num_hidden_layers": 4,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "layer_types": ["conv", "conv", "full_attention", "conv"],
            "max_position_embeddings": 8192,
        }
        vision = {
            "model_type": "siglip2_vision_model",
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 3,  # fewer, and the converter does not know the projector's linear_2
            "num_attention_heads": 2,
            "num_patches": 256,
            "patch_size": self.patch_px,
            "vision_use_head": False,
        }
        config = Lfm2VlConfig(
            text_config=text,
            vision_config=vision,
            image_token_id=self.vocabulary.id("<image>"),
            projector_hidden_size=64,
            projector_use_layernorm=False,
            downsample_factor=2,
        )
        model: PreTrainedModel = Lfm2VlForConditionalGeneration(config).requires_grad_(False)
        fill(model, f"{self.name} {self.seed}", self.gains, {EMBEDDINGS: self.embeddings()})
        return model

    def embeddings(self) -> Floats:
        """They are the output layer, too: all but the rows that an answer may have are an eighth as long."""
        rows = draw(f"{self.name} {self.seed} embeddings", (len(self.vocabulary.tokens), N_EMBD), 1.0)
        end = self.vocabulary.id(self.end_tokens[0])
        quiet = np.ones(len(rows), bool)
        quiet[[*ANSWERS.encode(), end]] = False
        rows[quiet] /= 8
        rows[end] *= self.end_gain
        return rows

    def preprocessor(self) -> dict[str, Any]:
        """Means only: the sizes are llama.cpp's own."""
        return {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}

    def embed(self, pixels: Pixels) -> Embedded:
        """Patches row by row, colours last."""
        patch = self.patch_px
        height, width, _ = pixels.shape
        rows, columns = height // patch, width // patch
        scaled = pixels.astype(np.float32) / np.float32(127.5) - 1
        patches = scaled.reshape(rows, patch, columns, patch, 3).transpose(0, 2, 1, 3, 4).reshape(rows * columns, -1)
        n_tokens = rows * columns // 4
        start, place, end = map(self.vocabulary.id, ("<|image_start|>", "<image>", "<|image_end|>"))
        return Embedded(
            tokens=[start, *[place] * n_tokens, end],
            inputs={
                "pixel_values": torch.from_numpy(np.ascontiguousarray(patches))[None],
                "spatial_shapes": torch.tensor([[rows, columns]]),
                "pixel_attention_mask": torch.ones(1, rows * columns, dtype=torch.long),
            },
            n_image_tokens=n_tokens,
        )


FAMILIES: tuple[Family, ...] = (Lfm2VL(),)
