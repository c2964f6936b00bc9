"""The Gemma families: Gemma 3, and Gemma 4 in its four shapes (E2B, 31B, 26B-A4B, and 12B without a vision tower).

All have tied embeddings, norms after as well as before each part of a layer, and sliding
windows, here shorter than the prompt. Sizes are as small as the graphs allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from family_pairs_common import (
    BYTE,
    CONTROL,
    NORMAL,
    UNKNOWN,
    USER_DEFINED,
    Embedded,
    Family,
    Floats,
    Pixels,
    Vocabulary,
    draw,
    fill,
    levels,
)
from transformers import (
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    Gemma4Config,
    Gemma4ForConditionalGeneration,
    Gemma4UnifiedConfig,
    Gemma4UnifiedForConditionalGeneration,
)

__all__ = ["FAMILIES"]

SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
"""How SentencePiece spells a space."""
ANSWERS = "abcdefghijklmnopqrstuvwxyz ,."
"""What the pairs can say, besides ending: text that a test's failure can show."""


def sentence_pieces(model: str, marks: Sequence[tuple[str, int]]) -> Vocabulary:
    """A vocabulary of SentencePiece's kind: Gemma's first tokens, `marks`, all bytes, then the printable characters.

    Text is escaped spaces, then characters; a character without a piece falls back to its bytes.
    """
    first = (("<pad>", CONTROL), ("<eos>", CONTROL), ("<bos>", CONTROL), ("<unk>", UNKNOWN))
    special = (*first, *marks)
    characters = ["\n", *map(chr, range(33, 127))]
    pieces = [SPACE, *characters]
    byte_ids = [len(special) + byte for byte in range(256)]
    for offset, piece in enumerate([" ", *characters]):
        byte_ids[ord(piece)] = len(special) + 256 + offset
    return Vocabulary(
        model=model,
        pre="default" if model == "llama" else "",
        tokens=(*(text for text, _ in special), *(f"<0x{byte:02X}>" for byte in range(256)), *pieces),
        kinds=(*(kind for _, kind in special), *[BYTE] * 256, *[NORMAL] * len(pieces)),
        byte_ids=tuple(byte_ids),
        eos="<eos>",
        bos="<bos>",
        pad="<pad>",
        adds_bos=True,
        scores=(*[-1000.0] * (len(special) + 256), *(-float(rank) for rank in range(len(pieces)))),
        # llama.cpp refuses a vocabulary of Gemma 4's kind without merges: one that no text comes to.
        merges=() if model == "llama" else ("<0xFE> <0xFF>",),
        extra={"unknown_token_id": len(first) - 1, "add_space_prefix": False},
    )


class Gemma(Family):
    """What the Gemma families share."""

    end_tokens: tuple[str, ...]
    image_mark: str
    """The token whose places in torch's prompt the picture takes."""
    around: tuple[str, str]
    """The markers that mtmd writes around a picture."""
    end_gain = 1.0
    """How much larger than a letter's row of the embeddings the end token's is."""
    qk_gain = 2.5
    """The weight of the norms of queries and keys: how sharply the model attends."""
    embedding_gain = 0.125
    """Of a letter's embedding, once multiplied by the square root of the width."""
    out_gain = 24.0
    """The weight of the last norm: how far apart logits are."""
    gains: Mapping[str, float] = {}

    def embeddings(self, width: int) -> Floats:
        """The tied embeddings: all but the rows that an answer may have are an eighth as long, so that none is said."""
        vocabulary = self.vocabulary
        rows = draw(f"{self.name} {self.seed} embeddings", (len(vocabulary.tokens), width), self.embedding_gain / width**0.5)
        end = vocabulary.id(self.end_tokens[0])
        said = [*vocabulary.encode_plain(ANSWERS), end]
        quiet = np.ones(len(rows), bool)
        quiet[said] = False
        rows[quiet] /= 8
        rows[end] *= self.end_gain
        return rows

    def norms(self, model: torch.nn.Module, shift: float) -> dict[str, Floats]:
        """The weights of the norms that decide how sure the answers are; `shift` is what the model adds to them."""
        values = {}
        for name, parameter in model.named_parameters():
            if "language_model" not in name or not name.endswith("norm.weight"):
                continue
            gain = self.qk_gain if "q_norm" in name or "k_norm" in name else 1.0
            if name.endswith("language_model.norm.weight"):
                gain = self.out_gain
            steps = levels(f"{self.name} {self.seed} {name}", tuple(parameter.shape), 3)
            values[name] = (np.float32(gain) * (1 + steps * np.float32(0.125)) - np.float32(shift)).astype(np.float32)
        return values

    def files(self) -> dict[str, Any]:
        """The converter counts the tokens of a tokenizer.json to find the rows of the embeddings that are used."""
        vocabulary = {token: index for index, token in enumerate(self.vocabulary.tokens)}
        return {"tokenizer.json": {"model": {"vocab": vocabulary}, "added_tokens": []}}

    def embedded(self, n_tokens: int, inputs: dict[str, torch.Tensor]) -> Embedded:
        """`n_tokens` places for the picture, between its markers."""
        start, end = map(self.vocabulary.id, self.around)
        pads = [self.vocabulary.id(self.image_mark)] * n_tokens
        return Embedded(tokens=[start, *pads, end], inputs=inputs, n_image_tokens=n_tokens)


GEMMA3_MARKS = ("<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>", "<image_soft_token>")


class Gemma3(Gemma):
    """Gemma 3 with its fixed square picture: five layers of six have a window, positions are scaled in the sixth."""

    name = architecture = projector = "gemma3"
    vocabulary = sentence_pieces("llama", [(mark, CONTROL) for mark in GEMMA3_MARKS])
    template = "google-gemma-2-2b-it.jinja"  # Gemma 3's own is not in the package; the turns are the same
    side = 96
    patch_px = 6
    merge = 4
    token_px = patch_px * merge
    sizes = {"square": (side, side), "other": (side, side)}
    end_tokens = ("<end_of_turn>", "<eos>")
    image_mark = "<image_soft_token>"
    around = ("<start_of_image>", "<end_of_image>")
    published_names = {"vision_tower.": "vision_tower.vision_model."}
    gains = {r"patch_embedding": 1.5, r"position_embedding": 0.5, r"vision_tower": 1.5, r"mm_input_projection": 1.0}

    @property
    def n_tokens(self) -> int:
        """Image tokens of every picture."""
        return (self.side // self.token_px) ** 2

    def build(self) -> torch.nn.Module:
        """Two vision layers, six text layers."""
        mark = self.vocabulary.id
        text = {
            "vocab_size": len(self.vocabulary.tokens),
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_hidden_layers": 6,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "query_pre_attn_scalar": 16,
            "max_position_embeddings": 8192,
            "sliding_window": 512,
            "rope_parameters": {
                "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
            },
        }
        vision = {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": self.side,
            "patch_size": self.patch_px,
            "vision_use_head": False,
        }
        config = Gemma3Config(
            text_config=text,
            vision_config=vision,
            mm_tokens_per_image=self.n_tokens,
            boi_token_index=mark("<start_of_image>"),
            eoi_token_index=mark("<end_of_image>"),
            image_token_index=mark("<image_soft_token>"),
        )
        model = Gemma3ForConditionalGeneration(config).requires_grad_(False)
        table = "model.language_model.embed_tokens.weight"
        ties = {table: self.embeddings(64), **self.norms(model, shift=1.0)}
        fill(model, f"{self.name} {self.seed}", self.gains, ties)
        return model

    def preprocessor(self) -> dict[str, Any]:
        """Means and the picture's length: the sizes are in the configuration."""
        return {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "image_seq_length": self.n_tokens}

    def embed(self, pixels: Pixels) -> Embedded:
        """Pixels from -1 to 1, channels first."""
        scaled = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
        return self.embedded(self.n_tokens, {"pixel_values": scaled})

    def prompt_inputs(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Which tokens are the picture's: they see each other in both directions."""
        return {"token_type_ids": (ids == self.vocabulary.id(self.image_mark)).long()}


GEMMA4_MARKS = (
    *((mark, USER_DEFINED) for mark in ("<|tool_call>", "<tool_call|>", "<|tool_response>", "<tool_response|>", '<|"|>')),
    ("<|think|>", CONTROL),
    *((mark, USER_DEFINED) for mark in ("<|channel>", "<channel|>")),
    *((mark, CONTROL) for mark in ("<|turn>", "<turn|>", "<|image>", "<image|>", "<|image|>", "<|audio|>", "<|video|>")),
)


class Gemma4(Gemma):
    """What the shapes of Gemma 4 share; by itself 31B's: keys that are values too, standardized vision embeddings."""

    name = architecture = "gemma4"
    projector = "gemma4v"
    vocabulary = sentence_pieces("gemma4", GEMMA4_MARKS)
    template = "google-gemma-4-31B-it.jinja"
    patch_px = 4
    merge = 3
    token_px = patch_px * merge
    sizes = {"square": (9 * token_px, 9 * token_px), "wide": (10 * token_px, 7 * token_px), "tall": (84, 132)}
    end_tokens = ("<turn|>", "<eos>")
    image_mark = "<|image|>"
    around = ("<|image>", "<image|>")
    qk_gain = 0.875  # attention has no scale of its own here
    width = 64
    gains = {r"input_proj": 1.5, r"position_embedding": 0.5, r"embedding_projection": 1.0}
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

    def build(self) -> torch.nn.Module:
        """Two vision layers, four text layers."""
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
        config = Gemma4Config(text_config=self.text_config(), vision_config=vision, audio_config=None, **self.mark_ids())
        return self.filled(Gemma4ForConditionalGeneration(config).requires_grad_(False))

    def filled(self, model: torch.nn.Module) -> torch.nn.Module:
        """All weights drawn, and the numbers that are no parameters."""
        table = "model.language_model.embed_tokens.weight"
        ties = {table: self.embeddings(self.width), **self.norms(model, shift=0.0)}
        fill(model, f"{self.name} {self.seed}", self.gains, ties)
        for name, buffer in model.named_buffers():
            steps = torch.from_numpy(levels(f"{self.name} {self.seed} {name}", tuple(buffer.shape), 3))
            if name.endswith(("layer_scalar", "std_scale")):
                buffer.copy_(1 + steps / 4)
            elif name.endswith("std_bias"):
                buffer.copy_(steps / 4)
        return model

    def preprocessor(self) -> dict[str, Any]:
        """Pixels from 0 to 1: the graph itself moves them to -1 to 1."""
        return {"image_mean": [0.0] * 3, "image_std": [1.0] * 3}

    def embed(self, pixels: Pixels) -> Embedded:
        """Patches row by row, each with its column and row."""
        patch = self.patch_px
        return self.patches(pixels, patch, (pixels.shape[0] // patch // self.merge) * (pixels.shape[1] // patch // self.merge))

    def patches(self, pixels: Pixels, patch: int, n_tokens: int) -> Embedded:
        """Squares of `patch` pixels a side as rows of numbers from 0 to 1."""
        rows, columns = pixels.shape[0] // patch, pixels.shape[1] // patch
        squares = pixels.reshape(rows, patch, columns, patch, 3).transpose(0, 2, 1, 3, 4).reshape(rows * columns, -1)
        places = [(column, row) for row in range(rows) for column in range(columns)]
        return self.embedded(
            n_tokens,
            {
                "pixel_values": torch.from_numpy(squares.astype(np.float32) / 255)[None],
                "image_position_ids": torch.tensor([places]),
            },
        )

    def prompt_inputs(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Which tokens are the picture's."""
        return {"mm_token_type_ids": (ids == self.vocabulary.id(self.image_mark)).long()}


class Gemma4MoE(Gemma4):
    """26B-A4B's shape: every layer has experts beside its dense part."""

    name = "gemma4-moe"
    text = {**Gemma4.text, "enable_moe_block": True, "num_experts": 4, "top_k_experts": 2, "moe_intermediate_size": 32}
    gains = {**Gemma4.gains, r"router\.proj": 32.0}  # clear choices: its inputs are divided by the root of the width


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
    text = {
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
    vision = {"use_clipped_linears": True}

    def embeddings(self, width: int) -> Floats:
        """One period's rows, repeated."""
        repeats = width // self.period
        return np.tile(super().embeddings(self.period), (1, repeats)) * np.float32(repeats**-0.5)

    def norms(self, model: torch.nn.Module, shift: float) -> dict[str, Floats]:
        """The norms, and all matrices with the text model's width on a side."""
        values = super().norms(model, shift)
        for name, parameter in model.named_parameters():
            if parameter.ndim != 2 or self.width not in parameter.shape or name.endswith("embed_tokens.weight"):
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
    text = {**Gemma4.text, "moe_intermediate_size": None}  # the converter asks for it
    gains = {r"pos_embedding": 0.5, r"embedding_projection": 1.0}

    def build(self) -> torch.nn.Module:
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
        n_tokens = pixels.shape[0] * pixels.shape[1] // self.token_px**2
        return self.patches(pixels, self.token_px, n_tokens)


FAMILIES: tuple[Family, ...] = (Gemma3(), Gemma4(), Gemma4MoE(), Gemma4E(), Gemma4Unified())
