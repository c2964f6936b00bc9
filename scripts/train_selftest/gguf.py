"""Writes a self-test model as the two GGUF files that llama.cpp loads: text model and mmproj.

Matrices are F16, vectors F32; the patch and position embeddings stay F32, as llama.cpp's
converter leaves Gemma 3's. Knows what all architectures have in common and nothing of training.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import gguf
import numpy as np

from localalt.selftest import MODELS

from .layouts import LAYOUTS, Array, Value
from .model import SelfTestModel
from .vocabulary import Vocabulary

__all__ = ["write_pair"]

LICENSE = "mit"
NAME = "localalt selftest"

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}{{ 'IMAGE' }}{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}{{ '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)

WIDE = ("v.patch_embd.", "v.position_embd.", "rope_freqs.")
"""Tensors that stay in F32, as llama.cpp's operations on them want it."""


def write_pair(model: SelfTestModel, folder: Path) -> None:
    """Write both files, each put in place at once so that no reader meets half a file."""
    weights, mmproj = (path.name for path in MODELS[model.name])
    state = {name: tensor.detach().float().numpy() for name, tensor in model.network.state_dict().items()}
    layout = LAYOUTS[model.architecture]
    _write(folder / weights, _text_writer(model), layout.text_tensors(state))
    _write(folder / mmproj, _vision_writer(model), layout.vision_tensors(state))


def _text_writer(model: SelfTestModel) -> gguf.GGUFWriter:
    text = model.network.config.text_config
    writer = gguf.GGUFWriter(None, model.architecture)
    writer.add_name(NAME)
    writer.add_description("Known-answer model for localalt: reads drawn pictures, nothing else")
    writer.add_license(LICENSE)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    values: dict[str, Value] = {
        "context_length": text.max_position_embeddings,
        "embedding_length": text.hidden_size,
        "block_count": text.num_hidden_layers,
        "feed_forward_length": text.intermediate_size,
        "attention.head_count": text.num_attention_heads,
        "attention.layer_norm_rms_epsilon": text.rms_norm_eps,
    }
    values |= LAYOUTS[model.architecture].text_values(text)
    _add_values(writer, model.architecture, values)
    _add_vocabulary(writer, model.vocabulary)
    writer.add_chat_template(CHAT_TEMPLATE.replace("IMAGE", model.marks.start))
    return writer


def _vision_writer(model: SelfTestModel) -> gguf.GGUFWriter:
    vision = model.network.config.vision_config
    writer = gguf.GGUFWriter(None, "clip")
    writer.add_name(NAME)
    writer.add_license(LICENSE)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    values: dict[str, Value] = {
        "has_vision_encoder": True,
        "vision.patch_size": vision.patch_size,
        "vision.embedding_length": vision.hidden_size,
        "vision.feed_forward_length": vision.intermediate_size,
        "vision.block_count": getattr(vision, "num_hidden_layers", None) or vision.depth,
        "vision.attention.head_count": getattr(vision, "num_attention_heads", None) or vision.num_heads,
        "vision.projection_dim": model.network.config.text_config.hidden_size,
    }
    values |= LAYOUTS[model.architecture].vision_values(vision)
    _add_values(writer, "clip", values)
    if model.geometry.square is None:
        bounds = {"image_min_tokens": model.geometry.min_tokens, "image_max_tokens": model.geometry.max_tokens}
        _add_values(writer, "localalt", dict(bounds))
    return writer


def _add_values(writer: gguf.GGUFWriter, prefix: str, values: dict[str, Value]) -> None:
    for name, value in values.items():
        key = f"{prefix}.{name}"
        if isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        elif isinstance(value, float):
            writer.add_float32(key, value)
        elif isinstance(value, str):
            writer.add_string(key, value)
        else:
            writer.add_array(key, value)


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


def _write(path: Path, writer: gguf.GGUFWriter, tensors: Iterable[tuple[str, Array]]) -> None:
    for name, values in tensors:
        narrow = values.ndim > 1 and not name.startswith(WIDE)
        writer.add_tensor(name, np.ascontiguousarray(values.astype(np.float16 if narrow else np.float32)))
    unfinished = path.with_name(f".{path.name}.part")
    writer.write_header_to_file(unfinished)
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    unfinished.replace(path)
