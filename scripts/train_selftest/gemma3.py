"""The self-test model in Gemma 3's architecture: square pictures, image tokens that see each other."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, SiglipVisionConfig
from transformers.models.gemma3 import Gemma3TextConfig

from localalt.types import ImageGeometry

from .model import MERGE, TOKEN_PX, SelfTestModel, two_way_mask
from .pictures import PATCH_PX, SIDE_PX
from .vocabulary import BOS, EOS, PAD, PictureMarks

__all__ = ["Gemma3SelfTest"]

N_IMAGE_TOKENS = (SIDE_PX // TOKEN_PX) ** 2


class Gemma3SelfTest(SelfTestModel):
    """1.6 million parameters."""

    name = "selftest"
    architecture = "gemma3"
    marks = PictureMarks("<start_of_image>", "<end_of_image>", "<image_soft_token>")
    geometry = ImageGeometry(SIDE_PX, PATCH_PX * MERGE, N_IMAGE_TOKENS, N_IMAGE_TOKENS)

    def build(self) -> nn.Module:
        """A SigLIP tower of four layers and three layers of text."""
        vision = SiglipVisionConfig(
            hidden_size=160,
            intermediate_size=480,
            num_hidden_layers=4,
            num_attention_heads=5,
            image_size=SIDE_PX,
            patch_size=PATCH_PX,
            vision_use_head=False,
        )
        text = Gemma3TextConfig(
            vocab_size=len(self.vocabulary),
            hidden_size=128,
            intermediate_size=320,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=32,
            query_pre_attn_scalar=32,
            max_position_embeddings=512,
            sliding_window=512,
            pad_token_id=PAD,
            eos_token_id=EOS,
            bos_token_id=BOS,
        )
        config = Gemma3Config(
            text_config=text.to_dict(),
            vision_config=vision.to_dict(),
            mm_tokens_per_image=N_IMAGE_TOKENS,
            boi_token_index=self.vocabulary.start_image,
            eoi_token_index=self.vocabulary.end_image,
            image_token_index=self.vocabulary.image,
        )
        # Sixty-four keys are few: plain products train a third faster here than torch's fused attention.
        config._attn_implementation = "eager"
        network: nn.Module = Gemma3ForConditionalGeneration(config)
        # transformers leaves the projection at zero, through which no gradient comes.
        nn.init.normal_(network.get_parameter("model.multi_modal_projector.mm_input_projection_weight"), std=0.05)
        return network

    def see(self, pixels: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The projector averages the patches of a token."""
        patches: Tensor = self.network.model.vision_tower(pixel_values=pixels).last_hidden_state
        return patches, (self.network.model.multi_modal_projector(patches),)

    def read(self, image: tuple[Tensor, ...], tokens: Tensor, grid: tuple[int, int]) -> Tensor:
        """The picture's tokens see each other in all layers."""
        embedded, first, last = self.embed(image[0], tokens)
        length = tokens.shape[1]
        mask = two_way_mask(length, first, last, embedded.dtype)
        hidden: Tensor = self.network.model.language_model(
            inputs_embeds=embedded,
            attention_mask={"full_attention": mask, "sliding_attention": mask},
            position_ids=torch.arange(length)[None],
            use_cache=False,
        ).last_hidden_state
        return hidden

    def inputs(self, pixels: Tensor, tokens: Tensor) -> dict[str, Tensor]:
        """Pixels as they are."""
        return {"pixel_values": pixels, "token_type_ids": (tokens == self.vocabulary.image).long()}
