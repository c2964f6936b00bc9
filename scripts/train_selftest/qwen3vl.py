"""The self-test model in Qwen3-VL's architecture: pictures of any shape, M-RoPE positions, deepstack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration
from transformers.models.qwen3_vl.modeling_qwen3_vl import apply_rotary_pos_emb_vision
from transformers.vision_utils import get_vision_interpolation_indices_and_weights, get_vision_position_ids

from localalt.types import ImageGeometry

from .model import MERGE, TOKEN_PX, SelfTestModel, causal_mask, grid_of
from .pictures import PATCH_PX
from .vocabulary import BOS, EOS, PictureMarks, Vocabulary

__all__ = ["Qwen3VLSelfTest"]

N_FRAMES = 2
"""A still picture is two equal ones."""


@dataclass(frozen=True)
class _Grid:
    """What the vision tower needs to know of a picture's (rows, columns); patches in the order of their tokens."""

    indices: Tensor
    """(patches, 4): which learned positions a patch's is between."""
    weights: Tensor
    """(patches, 4): how near it is to each."""
    cos: Tensor
    """(patches, 2 * rotated numbers of a head), as `sin`."""
    sin: Tensor
    row_by_row: Tensor
    """(patches,): where each one is."""


class Qwen3VLSelfTest(SelfTestModel):
    """2.4 million parameters."""

    name = "selftest-qwen3vl"
    architecture = "qwen3vl"
    marks = PictureMarks("<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
    geometry = ImageGeometry(None, TOKEN_PX, 16, 24)

    def build(self) -> nn.Module:
        """A vision tower of five layers, two of which the text model's first layers see as well, and three of text."""
        config = Qwen3VLConfig(
            text_config={
                "vocab_size": len(self.vocabulary),
                "hidden_size": 128,
                "intermediate_size": 320,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "head_dim": 32,
                "max_position_embeddings": 512,
                "rope_parameters": {
                    "rope_type": "default",
                    "rope_theta": 1e6,
                    "mrope_section": [6, 5, 5],
                    "mrope_interleaved": True,
                },
                "eos_token_id": EOS,
                "bos_token_id": BOS,
                "tie_word_embeddings": True,
            },
            vision_config={
                "depth": 5,
                "hidden_size": 128,
                "intermediate_size": 384,
                "num_heads": 4,
                "out_hidden_size": 128,
                "patch_size": PATCH_PX,
                "spatial_merge_size": MERGE,
                "temporal_patch_size": N_FRAMES,
                "num_position_embeddings": 64,
                "deepstack_visual_indexes": [1, 3],
            },
            image_token_id=self.vocabulary.image,
            vision_start_token_id=self.vocabulary.start_image,
            vision_end_token_id=self.vocabulary.end_image,
            tie_word_embeddings=True,
        )
        config._attn_implementation = "eager"
        network: nn.Module = Qwen3VLForConditionalGeneration(config)
        return network

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self._grids: dict[tuple[int, int], _Grid] = {}

    def know(self, grid: tuple[int, int]) -> None:
        """Where the tower's learned positions are read, and what its attention turns by."""
        if grid in self._grids:
            return
        visual = self.network.model.visual
        rows, columns = grid
        size = torch.tensor([[1, rows * MERGE, columns * MERGE]])
        indices, weights = get_vision_interpolation_indices_and_weights(
            size,
            num_grid_per_side=visual.num_grid_per_side,
            mode=visual.interpolation_mode,
            align_corners=visual.interpolation_align_corners,
            spatial_merge_size=MERGE,
        )
        cos, sin = visual.rotary_pos_emb(weights, get_vision_position_ids(size, MERGE))
        order = np.arange(rows * columns * MERGE**2).reshape(rows, columns, MERGE, MERGE)
        row_by_row = torch.from_numpy(order.transpose(0, 2, 1, 3).reshape(-1))
        self._grids[grid] = _Grid(indices, weights, cos, sin, row_by_row)

    def see(self, pixels: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """As transformers' tower, which has all pictures in one row, but with a dimension for them."""
        visual = self.network.model.visual
        self.know(grid_of(pixels))
        grid = self._grids[grid_of(pixels)]
        places = (visual.pos_embed(grid.indices) * grid.weights[:, :, None]).sum(1)
        flat = _patches(pixels)
        n, n_patches, _ = flat.shape
        kernel = visual.patch_embed.proj
        hidden = functional.linear(flat.to(kernel.weight.dtype), kernel.weight.flatten(1), kernel.bias)
        hidden = hidden + places.to(hidden.dtype)
        deep = []
        for index, block in enumerate(visual.blocks):
            hidden = hidden + _attention(block.attn, block.norm1(hidden), grid.cos, grid.sin)
            hidden = hidden + block.mlp(block.norm2(hidden))
            if index in visual.deepstack_visual_indexes:
                merger = visual.deepstack_merger_list[visual.deepstack_visual_indexes.index(index)]
                deep.append(merger(hidden).view(n, n_patches // MERGE**2, -1))
        image = visual.merger(hidden).view(n, n_patches // MERGE**2, -1)
        return hidden[:, grid.row_by_row], (image, *deep)

    def read(self, image: tuple[Tensor, ...], tokens: Tensor, grid: tuple[int, int]) -> Tensor:
        """The first layers add what the tower's earlier layers saw."""
        text = self.network.model.language_model
        hidden, first, last = self.embed(image[0], tokens)
        length = tokens.shape[1]
        mask = causal_mask(length, hidden.dtype)
        positions = _positions(length, first, grid)
        turns = text.rotary_emb(hidden, positions[:, None])
        for index, layer in enumerate(text.layers):
            hidden = layer(hidden, attention_mask=mask, position_embeddings=turns)
            if index + 1 < len(image):
                hidden = hidden + functional.pad(image[index + 1], (0, 0, first, length - last)).to(hidden.dtype)
        read: Tensor = text.norm(hidden)
        return read

    def inputs(self, pixels: Tensor, tokens: Tensor) -> dict[str, Tensor]:
        """All patches in one row, and how many of each picture."""
        return {
            "pixel_values": _patches(pixels).flatten(0, 1),
            "image_grid_thw": _grid_thw(pixels),
            "mm_token_type_ids": (tokens == self.vocabulary.image).int(),
        }


def _grid_thw(pixels: Tensor) -> Tensor:
    rows, columns = grid_of(pixels)
    return torch.tensor([[1, rows * MERGE, columns * MERGE]]).repeat(len(pixels), 1)


def _patches(pixels: Tensor) -> Tensor:
    """(n, patches, channels * frames * height * width), in the order of the 2 x 2 that become one token."""
    n = len(pixels)
    rows, columns = grid_of(pixels)
    blocks = pixels[:, :, None].repeat(1, 1, N_FRAMES, 1, 1)
    blocks = blocks.reshape(n, 3, N_FRAMES, rows, MERGE, PATCH_PX, columns, MERGE, PATCH_PX)
    return blocks.permute(0, 3, 6, 4, 7, 1, 2, 5, 8).reshape(n, rows * columns * MERGE**2, -1)


def _attention(attention: Any, hidden: Tensor, cos: Tensor, sin: Tensor) -> Tensor:  # noqa: ANN401 (transformers')
    n, length, width = hidden.shape
    qkv = attention.qkv(hidden).view(n, length, 3, attention.num_heads, attention.head_dim)
    query, key, value = qkv.unbind(2)
    query, key = apply_rotary_pos_emb_vision(query, key, cos, sin)
    scores = query.transpose(1, 2) @ key.permute(0, 2, 3, 1) * attention.scaling
    seen = functional.softmax(scores, dim=-1, dtype=torch.float32).to(query.dtype) @ value.transpose(1, 2)
    mixed: Tensor = attention.proj(seen.transpose(1, 2).reshape(n, length, width))
    return mixed


def _positions(length: int, first: int, grid: tuple[int, int]) -> Tensor:
    """(3, length): M-RoPE's time, row and column. A picture takes as many positions as its longer side has tokens."""
    rows, columns = grid
    last = first + rows * columns
    positions = torch.arange(length).repeat(3, 1)
    positions[0, first:last] = first
    positions[1, first:last] = first + torch.arange(rows).repeat_interleave(columns)
    positions[2, first:last] = first + torch.arange(columns).repeat(rows)
    positions[:, last:] += max(grid) - rows * columns
    return positions
