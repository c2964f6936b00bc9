"""Writes the self-test model as the two GGUF files that llama.cpp loads: text model and mmproj.

Matrices are F16, vectors F32; the patch and position embeddings stay F32, as llama.cpp's
converter leaves them. Knows the tensor names of Gemma 3 on both sides and nothing of training.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt
from train_selftest_model import SelfTestModel, Vocabulary

__all__ = ["MMPROJ_NAME", "WEIGHTS_NAME", "write_pair"]

WEIGHTS_NAME = "selftest.gguf"
MMPROJ_NAME = "mmproj-selftest.gguf"
LICENSE = "mit"

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}{{ '<start_of_image>' }}{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}{{ '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)

TEXT_BLOCK = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
VISION_BLOCK = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.out_proj": "attn_out",
    "layer_norm1": "ln1",
    "layer_norm2": "ln2",
    "mlp.fc1": "ffn_up",
    "mlp.fc2": "ffn_down",
}

Array = npt.NDArray[Any]


def write_pair(model: SelfTestModel, folder: Path) -> None:
    """Write both files, each put in place at once so that no reader meets half a file."""
    state = {name: tensor.detach().float().numpy() for name, tensor in model.network.state_dict().items()}
    for name, write in ((WEIGHTS_NAME, _write_text_model), (MMPROJ_NAME, _write_mmproj)):
        unfinished = folder / f".{name}.part"
        write(model, state, unfinished)
        unfinished.replace(folder / name)


def _write_text_model(model: SelfTestModel, state: dict[str, Array], path: Path) -> None:
    text = model.config.text_config
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_name("localalt selftest")
    writer.add_description("Known-answer model for localalt: reads drawn pictures, nothing else")
    writer.add_license(LICENSE)
    writer.add_context_length(text.max_position_embeddings)
    writer.add_embedding_length(text.hidden_size)
    writer.add_block_count(text.num_hidden_layers)
    writer.add_feed_forward_length(text.intermediate_size)
    writer.add_head_count(text.num_attention_heads)
    writer.add_head_count_kv(text.num_key_value_heads)
    writer.add_key_length(text.head_dim)
    writer.add_value_length(text.head_dim)
    writer.add_layer_norm_rms_eps(text.rms_norm_eps)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_sliding_window(text.sliding_window)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    _add_vocabulary(writer, model.vocabulary)

    root = "model.language_model."
    _add(writer, "token_embd.weight", state[root + "embed_tokens.weight"])
    _add(writer, "output_norm.weight", _gain(state[root + "norm.weight"]))
    for layer in range(text.num_hidden_layers):
        for theirs, ours in TEXT_BLOCK.items():
            values = state[f"{root}layers.{layer}.{theirs}.weight"]
            _add(writer, f"blk.{layer}.{ours}.weight", _gain(values) if values.ndim == 1 else values)
    _close(writer)


def _add_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    pieces = vocabulary.pieces
    tokens = [pieces.id_to_piece(token).encode() for token in range(len(vocabulary))]
    kinds = [
        gguf.TokenType.UNKNOWN
        if pieces.is_unknown(token)
        else gguf.TokenType.CONTROL
        if pieces.is_control(token)
        else gguf.TokenType.BYTE
        if pieces.is_byte(token)
        else gguf.TokenType.NORMAL
        for token in range(len(vocabulary))
    ]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([pieces.get_score(token) for token in range(len(vocabulary))])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(pieces.bos_id())
    # llama.cpp ends an answer at its end-of-sequence token; Gemma ends one with the turn.
    writer.add_eos_token_id(vocabulary.end_turn)
    writer.add_unk_token_id(pieces.unk_id())
    writer.add_pad_token_id(pieces.pad_id())
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _write_mmproj(model: SelfTestModel, state: dict[str, Array], path: Path) -> None:
    vision = model.config.vision_config
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_name("localalt selftest")
    writer.add_license(LICENSE)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.use_gelu", True)
    writer.add_string("clip.projector_type", "gemma3")
    writer.add_uint32("clip.vision.image_size", vision.image_size)
    writer.add_uint32("clip.vision.patch_size", vision.patch_size)
    writer.add_uint32("clip.vision.embedding_length", vision.hidden_size)
    writer.add_uint32("clip.vision.feed_forward_length", vision.intermediate_size)
    writer.add_uint32("clip.vision.block_count", vision.num_hidden_layers)
    writer.add_uint32("clip.vision.projection_dim", model.config.text_config.hidden_size)
    writer.add_uint32("clip.vision.attention.head_count", vision.num_attention_heads)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", vision.layer_norm_eps)
    patches_across = vision.image_size // vision.patch_size
    tokens_across = round(model.config.mm_tokens_per_image**0.5)
    writer.add_uint32("clip.vision.projector.scale_factor", patches_across // tokens_across)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)

    patches = next(name for name in state if name.endswith("embeddings.patch_embedding.weight"))
    root = patches.removesuffix("embeddings.patch_embedding.weight")
    _add(writer, "v.patch_embd.weight", state[patches], wide=True)
    _add(writer, "v.patch_embd.bias", state[f"{root}embeddings.patch_embedding.bias"])
    _add(writer, "v.position_embd.weight", state[f"{root}embeddings.position_embedding.weight"], wide=True)
    for layer in range(vision.num_hidden_layers):
        for theirs, ours in VISION_BLOCK.items():
            for part in ("weight", "bias"):
                _add(writer, f"v.blk.{layer}.{ours}.{part}", state[f"{root}encoder.layers.{layer}.{theirs}.{part}"])
    for part in ("weight", "bias"):
        _add(writer, f"v.post_ln.{part}", state[f"{root}post_layernorm.{part}"])
    projector = "model.multi_modal_projector."
    _add(writer, "mm.soft_emb_norm.weight", _gain(state[projector + "mm_soft_emb_norm.weight"]))
    _add(writer, "mm.input_projection.weight", state[projector + "mm_input_projection_weight"])
    _close(writer)


def _gain(norm: Array) -> Array:
    """Gemma's norms store what is added to one; llama.cpp wants the factor."""
    gain: Array = norm + 1
    return gain


def _add(writer: gguf.GGUFWriter, name: str, values: Array, *, wide: bool = False) -> None:
    narrow = values.ndim > 1 and not wide
    writer.add_tensor(name, np.ascontiguousarray(values.astype(np.float16 if narrow else np.float32)))


def _close(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
