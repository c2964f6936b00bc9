"""SmolVLM: a picture is cut into tiles, and a small copy of the whole follows them.

The markers between the tiles are text. The template comes from the file itself, as no preset
knows this family.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import PreTrainedModel, SmolVLMConfig, SmolVLMForConditionalGeneration

from .common import Embedded, Family, Pixels, fill, keep_rows
from .vocabulary import CONTROL, NORMAL, Vocabulary, byte_bpe

__all__ = ["FAMILIES"]

MAX_TILES = 4
"""Tiles a side, as in the published models."""
AROUND, WHOLE, PLACE = "<fake_token_around_image>", "<global-img>", "<image>"
MARKS = [
    ("ĊĊ", NORMAL),  # an empty line, which mtmd looks up as one token
    *(
        (mark, CONTROL)
        for mark in (
            "<|endoftext|>",
            "<|im_start|>",
            "<|im_end|>",
            AROUND,
            PLACE,
            "<end_of_utterance>",
            WHOLE,
            *(f"<row_{row}_col_{column}>" for row in range(1, 1 + MAX_TILES) for column in range(1, 1 + MAX_TILES)),
        )
    ),
]
TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{ line['text'] }}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
ANSWERS = "abcdefghijklmnopqrstuvwxyz ,."
"""What the pair can say, besides ending: text that a test's failure can show."""


class _Lines(Vocabulary):
    """A vocabulary with a token for an empty line."""

    def encode_plain(self, text: str) -> list[int]:
        """Two line feeds are one token; of more, the first two are."""
        pieces = (piece for piece in re.split("(\n\n)", text) if piece)
        parts = ([self.id("ĊĊ")] if piece == "\n\n" else super(_Lines, self).encode_plain(piece) for piece in pieces)
        return [token for part in parts for token in part]


def _vocabulary() -> Vocabulary:
    plain = byte_bpe("smollm", MARKS, eos="<end_of_utterance>", bos="<|im_start|>", pad="<|im_end|>")
    return _Lines(**{**{name: getattr(plain, name) for name in plain.__dataclass_fields__}, "merges": ("Ċ Ċ",)})


class SmolVLM(Family):
    """SmolVLM-256M's shape: tiles of one size, 4 x 4 patches shuffled into a token."""

    name = "smolvlm"
    architecture = "llama"
    projector = "idefics3"
    vocabulary = _vocabulary()
    template = TEMPLATE
    tile_px = 32
    patch_px = 2
    merge = 4
    token_px = patch_px * merge
    longest_px = 96
    sizes: Mapping[str, tuple[int, int]] = {"square": (96, 96), "wide": (96, 64), "tall": (32, 96)}
    end_tokens = ("<end_of_utterance>", "<|im_end|>", "<|endoftext|>")
    end_gain = 1.0
    """How much larger than a letter's row of the output layer the end token's is."""
    gains: Mapping[str, float] = {
        r"lm_head": 3.0,
        r"embed_tokens": 1.0,
        r"modality_projection": 2.0,
        r"text_model.*[qk]_proj": 2.0,
        r"vision_model.*[qk]_proj": 1.5,
        r"patch_embedding": 1.5,
        r"position_embedding": 0.5,
    }

    def build(self) -> PreTrainedModel:
        """Two vision layers, four text layers."""
        text = {
            "model_type": "llama",
            "architectures": ["VLlama3ForCausalLM"],
            "vocab_size": len(self.vocabulary.tokens),
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_hidden_layers": 4,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "max_position_embeddings": 8192,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e5},
            "tie_word_embeddings": False,
        }
        vision = {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": self.tile_px,
            "patch_size": self.patch_px,
        }
        config = SmolVLMConfig(
            text_config=text,
            vision_config=vision,
            image_token_id=self.vocabulary.id(PLACE),
            scale_factor=self.merge,
            tie_word_embeddings=False,
        )
        model: PreTrainedModel = SmolVLMForConditionalGeneration(config).requires_grad_(False)
        fill(model, f"{self.name} {self.seed}", self.gains)
        end = self.vocabulary.id(self.end_tokens[0])
        keep_rows(model.lm_head.weight, [*ANSWERS.encode(), end])
        model.lm_head.weight[end] *= self.end_gain
        return model

    def preprocessor(self) -> dict[str, Any]:
        """Means, and the length that the longer side of every picture is brought to."""
        return {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": {"longest_edge": self.longest_px}}

    def embed(self, pixels: Pixels) -> Embedded:
        """Tiles row by row, each with its place before it; then the whole picture, as small as a tile."""
        tile = self.tile_px
        rows, columns = pixels.shape[0] // tile, pixels.shape[1] // tile
        small = Image.fromarray(pixels).resize((tile, tile), Image.Resampling.LANCZOS)
        tiles = [
            pixels[y * tile : (y + 1) * tile, x * tile : (x + 1) * tile] for y in range(rows) for x in range(columns)
        ]
        scaled = np.stack([*tiles, np.asarray(small)]).astype(np.float32) / np.float32(127.5) - 1
        n_tokens = (tile // self.token_px) ** 2
        places = PLACE * n_tokens
        text = "\n".join(
            "".join(f"{AROUND}<row_{row + 1}_col_{column + 1}>{places}" for column in range(columns))
            for row in range(rows)
        )
        return Embedded(
            tokens=self.vocabulary.encode(f"{text}\n\n{AROUND}{WHOLE}{places}{AROUND}", special=True),
            inputs={"pixel_values": torch.from_numpy(scaled).permute(0, 3, 1, 2)[None]},
            n_image_tokens=n_tokens * len(scaled),
        )


FAMILIES: tuple[Family, ...] = (SmolVLM(),)
