"""What llama.cpp calls the parts of each architecture: names of tensors and the values of both headers.

Data, and the few tensors that are cut or turned on the way. Knows nothing of training or of writing files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["LAYOUTS", "Array", "Layout", "State", "Value"]

Array: TypeAlias = "npt.NDArray[Any]"
State: TypeAlias = "dict[str, Array]"
"""A network's tensors by transformers' names."""
Value: TypeAlias = "int | float | bool | str | list[int] | list[float] | list[bool]"

GATED_MLP = {"mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
QKVO = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
}
QK_NORMS = {"self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm"}


class Layout(ABC):
    """One architecture: where transformers has its tensors, and what GGUF files call them.

    Tensors that `text_block` or `vision_block` names are taken with all of `weight` and `bias` that there is.
    """

    text_block: Mapping[str, str]
    vision_layers: str
    """What stands before the number of a layer of the vision tower."""
    vision_block: Mapping[str, str]
    other: Mapping[str, str]
    """Further tensors, by their whole names."""

    def text_tensors(self, state: State) -> Iterator[tuple[str, Array]]:
        """Of the language model; its embeddings are its output layer, too."""
        root = "model.language_model."
        yield "token_embd.weight", state[root + "embed_tokens.weight"]
        yield "output_norm.weight", self.norm(state[root + "norm.weight"])
        for name, values in _blocks(state, f"{root}layers.", self.text_block, "blk."):
            yield name, self.norm(values) if values.ndim == 1 else values

    def vision_tensors(self, state: State) -> Iterator[tuple[str, Array]]:
        """Of the vision tower and the projector."""
        for theirs, ours in self.other.items():
            yield ours, state[theirs]
        yield from _blocks(state, self.vision_layers, self.vision_block, "v.blk.")

    def norm(self, values: Array) -> Array:
        """A norm's factor."""
        return values

    @abstractmethod
    def text_values(self, text: Any) -> dict[str, Value]:  # noqa: ANN401 (any of transformers' configurations)
        """Header of the weights, below the architecture's name, besides what all have."""

    @abstractmethod
    def vision_values(self, vision: Any) -> dict[str, Value]:  # noqa: ANN401
        """Header of the mmproj, below "clip.", besides what all have."""


def _blocks(state: State, root: str, block: Mapping[str, str], ours: str) -> Iterator[tuple[str, Array]]:
    layer = 0
    while any(name.startswith(f"{root}{layer}.") for name in state):
        for theirs, name in block.items():
            for part in ("weight", "bias"):
                values = state.get(f"{root}{layer}.{theirs}.{part}")
                if values is not None:
                    yield f"{ours}{layer}.{name}.{part}", values
        layer += 1


def _heads(text: Any) -> dict[str, Value]:  # noqa: ANN401
    """Of layers that all have the same."""
    return {
        "attention.head_count_kv": text.num_key_value_heads,
        "attention.key_length": text.head_dim,
        "attention.value_length": text.head_dim,
    }


class Gemma3(Layout):
    """SigLIP, an average of patches, and norms that store what is added to one."""

    text_block: Mapping[str, str] = {
        **QKVO,
        **QK_NORMS,
        **GATED_MLP,
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "post_attention_norm",
        "pre_feedforward_layernorm": "ffn_norm",
        "post_feedforward_layernorm": "post_ffw_norm",
    }
    vision_layers = "model.vision_tower.encoder.layers."
    vision_block: Mapping[str, str] = {
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.out_proj": "attn_out",
        "layer_norm1": "ln1",
        "layer_norm2": "ln2",
        "mlp.fc1": "ffn_up",
        "mlp.fc2": "ffn_down",
    }
    other: Mapping[str, str] = {
        "model.vision_tower.embeddings.patch_embedding.weight": "v.patch_embd.weight",
        "model.vision_tower.embeddings.patch_embedding.bias": "v.patch_embd.bias",
        "model.vision_tower.embeddings.position_embedding.weight": "v.position_embd.weight",
        "model.vision_tower.post_layernorm.weight": "v.post_ln.weight",
        "model.vision_tower.post_layernorm.bias": "v.post_ln.bias",
        "model.multi_modal_projector.mm_input_projection_weight": "mm.input_projection.weight",
    }

    def norm(self, values: Array) -> Array:
        """llama.cpp wants the factor."""
        factor: Array = values + 1
        return factor

    def vision_tensors(self, state: State) -> Iterator[tuple[str, Array]]:
        """The projector's norm is one of those, too."""
        yield from super().vision_tensors(state)
        yield "mm.soft_emb_norm.weight", self.norm(state["model.multi_modal_projector.mm_soft_emb_norm.weight"])

    def text_values(self, text: Any) -> dict[str, Value]:  # noqa: ANN401
        """All layers have the same window."""
        return {**_heads(text), "rope.freq_base": 1_000_000.0, "attention.sliding_window": text.sliding_window}

    def vision_values(self, vision: Any) -> dict[str, Value]:  # noqa: ANN401
        """Square pictures."""
        return {
            "projector_type": "gemma3",
            "use_gelu": True,
            "vision.image_size": vision.image_size,
            "vision.attention.layer_norm_epsilon": vision.layer_norm_eps,
            "vision.projector.scale_factor": 2,
            "vision.image_mean": [0.5] * 3,
            "vision.image_std": [0.5] * 3,
        }


class Qwen3VL(Layout):
    """A kernel of patches for each of two frames, and features of earlier layers for the text model (deepstack)."""

    text_block: Mapping[str, str] = {
        **QKVO,
        **QK_NORMS,
        **GATED_MLP,
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
    }
    vision_layers = "model.visual.blocks."
    vision_block: Mapping[str, str] = {
        "attn.qkv": "attn_qkv",
        "attn.proj": "attn_out",
        "mlp.linear_fc1": "ffn_up",
        "mlp.linear_fc2": "ffn_down",
        "norm1": "ln1",
        "norm2": "ln2",
    }
    other: Mapping[str, str] = {
        "model.visual.patch_embed.proj.bias": "v.patch_embd.bias",
        "model.visual.pos_embed.weight": "v.position_embd.weight",
        **{
            f"model.visual.merger.{theirs}.{part}": f"{ours}.{part}"
            for theirs, ours in (("norm", "v.post_ln"), ("linear_fc1", "mm.0"), ("linear_fc2", "mm.2"))
            for part in ("weight", "bias")
        },
    }

    def vision_tensors(self, state: State) -> Iterator[tuple[str, Array]]:
        """Each frame's kernel by itself; deepstack's mergers by the layer that they follow."""
        yield from super().vision_tensors(state)
        kernel = state["model.visual.patch_embed.proj.weight"]  # (width, 3, frames, height, width)
        yield "v.patch_embd.weight", kernel[:, :, 0]
        yield "v.patch_embd.weight.1", kernel[:, :, 1]
        for index, layer in enumerate(self.deepstack):
            root = f"model.visual.deepstack_merger_list.{index}."
            for theirs, ours in (("norm", "norm"), ("linear_fc1", "fc1"), ("linear_fc2", "fc2")):
                for part in ("weight", "bias"):
                    yield f"v.deepstack.{layer}.{ours}.{part}", state[f"{root}{theirs}.{part}"]

    deepstack = (1, 3)

    def text_values(self, text: Any) -> dict[str, Value]:  # noqa: ANN401
        """M-RoPE's share of a head for time, row and column."""
        return {
            **_heads(text),
            "rope.freq_base": text.rope_parameters["rope_theta"],
            "rope.dimension_sections": [*text.rope_parameters["mrope_section"], 0],
            "n_deepstack_layers": len(self.deepstack),
        }

    def vision_values(self, vision: Any) -> dict[str, Value]:  # noqa: ANN401
        """Pictures of any size: `image_size` is that of the learned positions."""
        assert tuple(vision.deepstack_visual_indexes) == self.deepstack
        return {
            "projector_type": "qwen3vl_merger",
            "use_gelu": True,
            "vision.image_size": round(vision.num_position_embeddings**0.5) * vision.patch_size,
            "vision.spatial_merge_size": vision.spatial_merge_size,
            "vision.attention.layer_norm_epsilon": 1e-6,
            "vision.is_deepstack_layers": [layer in self.deepstack for layer in range(vision.depth)],
            "vision.image_mean": [0.5] * 3,
            "vision.image_std": [0.5] * 3,
        }


class Gemma4(Layout):
    """Gated layers in the tower as well, places by column and row, and full attention with heads of its own size."""

    text_block: Mapping[str, str] = Gemma3.text_block
    vision_layers = "model.vision_tower.encoder.layers."
    vision_block: Mapping[str, str] = {
        "self_attn.q_proj.linear": "attn_q",
        "self_attn.k_proj.linear": "attn_k",
        "self_attn.v_proj.linear": "attn_v",
        "self_attn.o_proj.linear": "attn_out",
        "self_attn.q_norm": "attn_q_norm",
        "self_attn.k_norm": "attn_k_norm",
        "mlp.gate_proj.linear": "ffn_gate",
        "mlp.up_proj.linear": "ffn_up",
        "mlp.down_proj.linear": "ffn_down",
        "input_layernorm": "ln1",
        "post_attention_layernorm": "attn_post_norm",
        "pre_feedforward_layernorm": "ln2",
        "post_feedforward_layernorm": "ffn_post_norm",
    }
    other: Mapping[str, str] = {
        "model.vision_tower.patch_embedder.position_embedding_table": "v.position_embd.weight",
        "model.embed_vision.embedding_projection.weight": "mm.input_projection.weight",
    }
    rotated = 0.25
    """Share of a head that full attention turns."""

    def text_tensors(self, state: State) -> Iterator[tuple[str, Array]]:
        """Full attention's unturned numbers get periods that never end."""
        yield from super().text_tensors(state)
        n_pairs = self.global_head // 2
        n_rotated = int(n_pairs * self.rotated)
        yield "rope_freqs.weight", np.array([1.0] * n_rotated + [1e30] * (n_pairs - n_rotated), np.float32)

    global_head = 64

    def vision_tensors(self, state: State) -> Iterator[tuple[str, Array]]:
        """The patches' matrix as the kernel that it is."""
        yield from super().vision_tensors(state)
        matrix = state["model.vision_tower.patch_embedder.input_proj.weight"]
        side = round((matrix.shape[1] / 3) ** 0.5)
        yield "v.patch_embd.weight", matrix.reshape(-1, side, side, 3).transpose(0, 3, 1, 2)

    def text_values(self, text: Any) -> dict[str, Value]:  # noqa: ANN401
        """Windows in all layers but those of full attention."""
        assert text.rope_parameters["full_attention"]["partial_rotary_factor"] == self.rotated
        is_sliding = [kind == "sliding_attention" for kind in text.layer_types]
        layers = [text.per_layer_config[layer] for layer in range(len(is_sliding))]
        full, windowed = layers[is_sliding.index(False)], layers[is_sliding.index(True)]
        assert full.head_dim == self.global_head
        return {
            "attention.head_count_kv": [layer.num_key_value_heads for layer in layers],
            "attention.key_length": full.head_dim,
            "attention.value_length": full.head_dim,
            "attention.key_length_swa": windowed.head_dim,
            "attention.value_length_swa": windowed.head_dim,
            "attention.sliding_window": text.sliding_window,
            "attention.sliding_window_pattern": is_sliding,
            "attention.shared_kv_layers": 0,
            "embedding_length_per_layer_input": 0,
            "final_logit_softcapping": text.final_logit_softcapping,
            "rope.freq_base": text.rope_parameters["full_attention"]["rope_theta"],
            "rope.freq_base_swa": text.rope_parameters["sliding_attention"]["rope_theta"],
            "rope.dimension_count": full.head_dim,
            "rope.dimension_count_swa": windowed.head_dim,
        }

    def vision_values(self, vision: Any) -> dict[str, Value]:  # noqa: ANN401
        """Pixels from 0 to 1, which the graph moves to -1 to 1; llama.cpp asks for an image size and ignores it."""
        return {
            "vision.projector_type": "gemma4v",
            "vision.image_size": 224,
            "vision.projector.scale_factor": vision.pooling_kernel_size,
            "vision.attention.layer_norm_epsilon": vision.rms_norm_eps,
            "vision.image_mean": [0.0] * 3,
            "vision.image_std": [1.0] * 3,
        }


LAYOUTS: Mapping[str, Layout] = {"gemma3": Gemma3(), "qwen3vl": Qwen3VL(), "gemma4": Gemma4()}
