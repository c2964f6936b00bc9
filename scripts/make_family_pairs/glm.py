"""GLM-4.6V-Flash: GLM-4's text model with M-RoPE, and a tower whose patches a convolution merges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from transformers import Glm4vConfig, Glm4vForConditionalGeneration

from .common import fill
from .qwen import Qwen
from .vocabulary import CONTROL, USER_DEFINED, byte_bpe

__all__ = ["FAMILIES"]

MARKS = [
    *(
        (mark, CONTROL)
        for mark in (
            "<|endoftext|>",
            "[gMASK]",
            "<sop>",
            "<|system|>",
            "<|user|>",
            "<|assistant|>",
            "<|observation|>",
            "<|begin_of_image|>",
            "<|end_of_image|>",
            "<|image|>",
            "<|video|>",
        )
    ),
    ("<think>", USER_DEFINED),
    ("</think>", USER_DEFINED),
    ("/nothink", USER_DEFINED),
]


class Glm4V(Qwen):
    """GLM-4.6V-Flash's shape: half of a head is rotated, in three sections; pictures are laid out as Qwen's."""

    name = architecture = "glm4"
    projector = "glm4v"
    vocabulary = byte_bpe("glm4", MARKS, eos="<|user|>", pad="<|endoftext|>", bos="<|endoftext|>")
    template = "GLM-4.6.jinja"
    sizes: Mapping[str, tuple[int, int]] = {"square": (252, 252), "wide": (504, 168), "tall": (140, 392)}
    mean, std = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    patch_px, token_px = 14, 28
    end_gain = 1.5
    end_tokens = ("<|user|>", "<|endoftext|>")
    image_marks = ("<|begin_of_image|>", "<|image|>", "<|end_of_image|>")
    gains: Mapping[str, float] = {
        r"lm_head": 3.0,
        r"embed_tokens": 1.0,
        r"merger.*down_proj": 3.0,
        r"visual.*qkv": 1.5,
        r"language_model.*[qk]_proj\.weight": 1.75,
    }

    def build(self) -> torch.nn.Module:
        """Three vision layers, three text layers."""
        text = {
            "vocab_size": len(self.vocabulary.tokens),
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_hidden_layers": 3,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 8192,
            "pad_token_id": self.vocabulary.id("<|endoftext|>"),
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1e4,
                "partial_rotary_factor": 0.5,
                "mrope_section": [2, 3, 3],
            },
        }
        vision = {
            "depth": 3,
            "hidden_size": 32,
            "num_heads": 2,
            "image_size": 112,
            "patch_size": self.patch_px,
            "out_hidden_size": 64,
            "intermediate_size": 96,
        }
        names = ("image_token_id", "video_token_id", "image_start_token_id", "image_end_token_id")
        marks = ("<|image|>", "<|video|>", "<|begin_of_image|>", "<|end_of_image|>")
        config = Glm4vConfig(
            text_config=text,
            vision_config=vision,
            tie_word_embeddings=False,
            **{name: self.vocabulary.id(mark) for name, mark in zip(names, marks, strict=True)},
        )
        model: torch.nn.Module = Glm4vForConditionalGeneration(config).requires_grad_(False)
        fill(model, f"{self.name} {self.seed}", self.gains)
        self.limit_answers(model)
        return model


FAMILIES: tuple[Any, ...] = (Glm4V(),)
