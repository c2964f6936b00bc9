"""What the Gemma families share, and Gemma 3.

All have tied embeddings, norms after as well as before each part of a layer, and sliding
windows, here shorter than the prompt. Sizes are as small as the graphs allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, PreTrainedModel

from .common import Embedded, Family, Floats, Pixels, draw, fill, levels
from .vocabulary import BYTE, CONTROL, NORMAL, UNKNOWN, Vocabulary

__all__ = ["FAMILIES", "Gemma", "sentence_pieces"]

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
    width = 64
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
        shape = (len(vocabulary.tokens), width)
        rows = draw(f"{self.name} {self.seed} embeddings", shape, self.embedding_gain / width**0.5)
        end = vocabulary.id(self.end_tokens[0])
        said = [*vocabulary.encode_plain(ANSWERS), end]
        quiet = np.ones(len(rows), bool)
        quiet[said] = False
        rows[quiet] /= 8
        rows[end] *= self.end_gain
        return rows

    def values(self, model: torch.nn.Module, shift: float) -> dict[str, Floats]:
        """The embeddings, and the norms of the text model, which the model adds `shift` to."""
        values = {"model.language_model.embed_tokens.weight": self.embeddings(self.width)}
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
    qk_gain = 2.0
    end_gain = 0.75
    vocabulary = sentence_pieces("llama", [(mark, CONTROL) for mark in GEMMA3_MARKS])
    template = "google-gemma-2-2b-it.jinja"  # Gemma 3's own is not in the package; the turns are the same
    side = 96
    patch_px = 6
    merge = 4
    token_px = patch_px * merge
    sizes: Mapping[str, tuple[int, int]] = {"square": (side, side), "other": (side, side), "third": (side, side)}
    end_tokens = ("<end_of_turn>", "<eos>")
    image_mark = "<image_soft_token>"
    around = ("<start_of_image>", "<end_of_image>")
    published_names: Mapping[str, str] = {"vision_tower.": "vision_tower.vision_model."}
    gains: Mapping[str, float] = {r"patch_embedding": 1.5, r"position_embedding": 0.5, r"vision_tower": 1.5}

    @property
    def n_tokens(self) -> int:
        """Image tokens of every picture."""
        return (self.side // self.token_px) ** 2

    def build(self) -> PreTrainedModel:
        """Two vision layers, six text layers."""
        mark = self.vocabulary.id
        text = {
            "vocab_size": len(self.vocabulary.tokens),
            "hidden_size": self.width,
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
        model: PreTrainedModel = Gemma3ForConditionalGeneration(config).requires_grad_(False)
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):  # SigLIP's begin at random
                parameter.zero_()
        fill(model, f"{self.name} {self.seed}", self.gains, self.values(model, shift=1.0))
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


FAMILIES: tuple[Family, ...] = (Gemma3(),)
