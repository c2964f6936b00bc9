"""The self-test model in Gemma 4's architecture, as 31B has it: pictures of any shape, keys that are values too."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import Gemma4Config, Gemma4ForConditionalGeneration

from localalt.types import ImageGeometry

from .model import MERGE, TOKEN_PX, SelfTestModel, causal_mask, grid_of, two_way_mask
from .pictures import PATCH_PX
from .vocabulary import BOS, EOS, PAD, PictureMarks

__all__ = ["Gemma4SelfTest"]

HEAD = 32
N_PLACES = 64
"""Columns, and rows, of patches that have a place of their own."""


class Gemma4SelfTest(SelfTestModel):
    """1.7 million parameters."""

    name = "selftest-gemma4"
    architecture = "gemma4"
    marks = PictureMarks("<|image>", "<image|>", "<|image|>")
    geometry = ImageGeometry(None, TOKEN_PX, 16, 24)

    def build(self) -> nn.Module:
        """A vision tower of four layers and three layers of text, the last one without a window."""
        config = Gemma4Config(
            text_config={
                "vocab_size": len(self.vocabulary),
                "vocab_size_per_layer_input": len(self.vocabulary),
                "hidden_size": 128,
                "intermediate_size": 320,
                "num_hidden_layers": 3,
                "layer_types": ["sliding_attention", "sliding_attention", "full_attention"],
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "num_global_key_value_heads": 1,
                "head_dim": HEAD,
                "global_head_dim": 2 * HEAD,
                "attention_k_eq_v": True,
                "use_bidirectional_attention": "vision",
                "hidden_size_per_layer_input": 0,
                "max_position_embeddings": 512,
                "sliding_window": 512,
                "final_logit_softcapping": 30.0,
                "pad_token_id": PAD,
                "eos_token_id": EOS,
                "bos_token_id": BOS,
            },
            vision_config={
                "hidden_size": 160,
                "intermediate_size": 320,
                "num_hidden_layers": 4,
                "num_attention_heads": 5,
                "num_key_value_heads": 5,
                "head_dim": HEAD,
                "patch_size": PATCH_PX,
                "pooling_kernel_size": MERGE,
                "position_embedding_size": N_PLACES,
                "hidden_activation": "quick_gelu",  # llama.cpp's, where the published models have the tanh one
            },
            audio_config=None,
            boi_token_id=self.vocabulary.start_image,
            eoi_token_id=self.vocabulary.end_image,
            image_token_id=self.vocabulary.image,
            # It has neither sound nor video: what cannot come up in a prompt.
            audio_token_id=len(self.vocabulary),
            video_token_id=len(self.vocabulary) + 1,
        )
        config._attn_implementation = "eager"
        network: nn.Module = Gemma4ForConditionalGeneration(config)
        for name, parameter in network.named_parameters():
            if name.endswith(("q_norm.weight", "k_norm.weight")):
                # Scores are not divided by anything here: untrained ones should not be peaked.
                nn.init.constant_(parameter, HEAD**-0.25)
            elif name.endswith("position_embedding_table"):
                nn.init.normal_(parameter, std=0.02)
        return network

    def see(self, pixels: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The projector averages the patches of a token."""
        tower = self.network.model.vision_tower
        places = _places(pixels)
        outside = torch.zeros(places.shape[:2], dtype=torch.bool)
        embedded = tower.patch_embedder(_patches(pixels), places, outside)
        hidden = embedded
        turns = tower.encoder.rotary_emb(hidden, places)
        for layer in tower.encoder.layers:
            hidden = layer(hidden, attention_mask=None, position_embeddings=turns, position_ids=places)
        rows, columns = grid_of(pixels)
        n, _, width = hidden.shape
        pooled = hidden.view(n, rows, MERGE, columns, MERGE, width).float().mean((2, 4)).flatten(1, 2) * width**0.5
        return hidden, (self.network.model.embed_vision(pooled.to(embedded.dtype)),)

    def read(self, image: tuple[Tensor, ...], tokens: Tensor, grid: tuple[int, int]) -> Tensor:
        """The picture's tokens see each other in the layers that have a window."""
        embedded, first, last = self.embed(image[0], tokens)
        length = tokens.shape[1]
        hidden: Tensor = self.network.model.language_model(
            inputs_embeds=embedded,
            attention_mask={
                "full_attention": causal_mask(length, embedded.dtype),
                "sliding_attention": two_way_mask(length, first, last, embedded.dtype),
            },
            position_ids=torch.arange(length)[None],
            use_cache=False,
        ).last_hidden_state
        return hidden

    def logits(self, hidden: Tensor) -> Tensor:
        """Kept from growing beyond a bound."""
        bound: float = self.network.config.text_config.final_logit_softcapping
        return torch.tanh(super().logits(hidden) / bound) * bound

    def inputs(self, pixels: Tensor, tokens: Tensor) -> dict[str, Tensor]:
        """Patches, each with its column and row."""
        return {
            "pixel_values": _patches(pixels),
            "image_position_ids": _places(pixels),
            "mm_token_type_ids": (tokens == self.vocabulary.image).long(),
        }


def _patches(pixels: Tensor) -> Tensor:
    """(n, patches, height * width * channels) from 0 to 1, row by row."""
    n = len(pixels)
    rows, columns = pixels.shape[2] // PATCH_PX, pixels.shape[3] // PATCH_PX
    blocks = pixels.reshape(n, 3, rows, PATCH_PX, columns, PATCH_PX)
    return blocks.permute(0, 2, 4, 3, 5, 1).reshape(n, rows * columns, -1) / 2 + 0.5


def _places(pixels: Tensor) -> Tensor:
    """(n, patches, 2): column and row."""
    rows, columns = pixels.shape[2] // PATCH_PX, pixels.shape[3] // PATCH_PX
    places = torch.stack([torch.arange(columns).repeat(rows), torch.arange(rows).repeat_interleave(columns)], -1)
    return places[None].repeat(len(pixels), 1, 1)
