"""Mistral Small 3.1: Pixtral's vision tower, whose rows of image tokens end in a token of their own.

Pictures of any size, causal image tokens, positions of the plain kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from transformers import Mistral3Config, Mistral3ForConditionalGeneration, PreTrainedModel

from .common import Embedded, Family, Pixels, fill, keep_rows
from .vocabulary import CONTROL, byte_bpe

__all__ = ["FAMILIES"]

# In the order of Mistral's tokenizer.
MARKS = [
    (mark, CONTROL)
    for mark in (
        "<unk>",
        "<s>",
        "</s>",
        "[INST]",
        "[/INST]",
        "[AVAILABLE_TOOLS]",
        "[/AVAILABLE_TOOLS]",
        "[TOOL_RESULTS]",
        "[/TOOL_RESULTS]",
        "[TOOL_CALLS]",
        "[IMG]",
        "<pad>",
        "[IMG_BREAK]",
        "[IMG_END]",
        "[SYSTEM_PROMPT]",
        "[/SYSTEM_PROMPT]",
    )
]
ANSWERS = "abcdefghijklmnopqrstuvwxyz ,."
"""What the pair can say, besides ending: text that a test's failure can show."""
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)


def _converter_init(self: Any, *arguments: object, **settings: object) -> None:  # noqa: ANN401
    """The converter of Mistral 3 hands its work on to one of another class, which must get the vocabulary too."""
    own = type(self)
    super(own, self).__init__(*arguments, **settings)
    self.impl.set_vocab = lambda: own.set_vocab(self.impl)


class MistralSmall(Family):
    """Mistral Small 3.1 24B: a text model like Llama's, Pixtral's tower, 2 x 2 patches to a token."""

    name = architecture = "mistral3"
    projector = "pixtral"
    vocabulary = byte_bpe("tekken", MARKS, eos="</s>", bos="<s>", pad="<pad>", adds_bos=True)
    template = "Mistral-Small-3.2-24B-Instruct-2506.jinja"
    patch_px = 4
    merge = 2
    token_px = patch_px * merge
    sizes: Mapping[str, tuple[int, int]] = {"square": (72, 72), "wide": (96, 56), "tall": (48, 96)}
    end_tokens = ("</s>",)
    end_gain = 1.0
    """How much larger than a letter's row of the output layer the end token's is."""
    gains: Mapping[str, float] = {
        r"lm_head": 3.0,
        r"embed_tokens": 1.0,
        r"linear_2": 3.0,
        r"language_model.*[qk]_proj": 2.0,
        r"vision_tower.*[qk]_proj": 1.5,
        r"patch_conv": 1.5,
    }
    # The published name has "language_model." before it, and the converter of the projector skips all such.
    published_names: Mapping[str, str] = {"language_model.model.embed_tokens.": "model.embed_tokens."}
    text_settings: Mapping[str, object] = {"__init__": _converter_init}
    text: Mapping[str, object] = {}
    """What its text model has otherwise."""
    converted_as = "Mistral3ForConditionalGeneration"
    """Which of the converter's classes takes the text model."""

    def build(self) -> PreTrainedModel:
        """Three vision layers, four text layers, whose heads are wider together than the model."""
        text = {
            "model_type": "mistral",
            "architectures": [self.converted_as],
            "vocab_size": len(self.vocabulary.tokens),
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_hidden_layers": 4,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 32,
            "max_position_embeddings": 8192,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e9},
            "sliding_window": None,
            "tie_word_embeddings": False,
            **self.text,
        }
        vision = {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 3,  # fewer, and the converter does not know the projector's linear_2
            "num_attention_heads": 2,
            "image_size": 256,
            "patch_size": self.patch_px,
            "hidden_act": "silu",
        }
        config = Mistral3Config(
            text_config=text,
            vision_config=vision,
            image_token_index=self.vocabulary.id("[IMG]"),
            spatial_merge_size=self.merge,
            tie_word_embeddings=False,
        )
        model: PreTrainedModel = Mistral3ForConditionalGeneration(config).requires_grad_(False)
        fill(model, f"{self.name} {self.seed}", self.gains)
        end = self.vocabulary.id(self.end_tokens[0])
        keep_rows(model.lm_head.weight, [*ANSWERS.encode(), end])
        model.lm_head.weight[end] *= self.end_gain
        return model

    def preprocessor(self) -> dict[str, Any]:
        """CLIP's means."""
        return {"image_mean": list(MEAN), "image_std": list(STD)}

    def files(self) -> dict[str, Any]:
        """The converter looks up the token that ends a row, whose embedding the projector's file gets."""
        mark = "[IMG_BREAK]"
        return {"tokenizer_config.json": {"added_tokens_decoder": {str(self.vocabulary.id(mark)): {"content": mark}}}}

    def embed(self, pixels: Pixels) -> Embedded:
        """Pixels with CLIP's means, channels first; every row of tokens ends, the last one with the picture."""
        height, width, _ = pixels.shape
        scaled = (pixels.astype(np.float32) / 255 - np.array(MEAN, np.float32)) / np.array(STD, np.float32)
        image, row_end, end = map(self.vocabulary.id, ("[IMG]", "[IMG_BREAK]", "[IMG_END]"))
        rows, columns = height // self.token_px, width // self.token_px
        tokens = ([*[image] * columns, row_end] * rows)[:-1]
        return Embedded(
            tokens=[*tokens, end],
            inputs={
                "pixel_values": torch.from_numpy(scaled.astype(np.float32)).permute(2, 0, 1)[None],
                "image_sizes": torch.tensor([[height, width]]),
            },
            n_image_tokens=len(tokens),
        )


class Ministral3(MistralSmall):
    """Ministral 3: positions are stretched (YaRN), and queries grow with theirs, here within the prompt's length."""

    name = "ministral3"
    text: Mapping[str, object] = {
        "model_type": "ministral3",
        "rope_parameters": {
            "rope_type": "yarn",
            "rope_theta": 1e6,
            "factor": 16.0,
            "original_max_position_embeddings": 512,
            "beta_fast": 32.0,
            "beta_slow": 1.0,
            "mscale": 1.0,
            "mscale_all_dim": 1.0,
            "llama_4_scaling_beta": 0.1,
        },
    }


class MistralSmallAsLlama(MistralSmall):
    """The same as the converter wrote it before llama.cpp had a name for it: so the published files have it."""

    name = "llama-pixtral"
    architecture = "llama"
    converted_as = "MistralForCausalLM"
    text_settings: Mapping[str, object] = {}


FAMILIES: tuple[Family, ...] = (MistralSmall(), Ministral3(), MistralSmallAsLlama())
