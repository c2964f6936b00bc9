"""Small GGUF files for tests, valid and otherwise. A writer of our own, so that tests need no extra package."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STRING, ARRAY, UINT32, FLOAT32, BOOL = 8, 9, 4, 6, 7


def string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(content: Any) -> bytes:
    if isinstance(content, bool):
        return struct.pack("<I?", BOOL, content)
    if isinstance(content, int):
        return struct.pack("<II", UINT32, content)
    if isinstance(content, float):
        return struct.pack("<If", FLOAT32, content)
    if isinstance(content, str):
        return struct.pack("<I", STRING) + string(content)
    if content and isinstance(content[0], str):
        return struct.pack("<IIQ", ARRAY, STRING, len(content)) + b"".join(map(string, content))
    return struct.pack("<IIQ", ARRAY, FLOAT32, len(content)) + struct.pack(f"<{len(content)}f", *content)


def header(
    metadata: Mapping[str, Any],
    tensors: Mapping[str, tuple[int, ...]] | None = None,
    *,
    version: int = 3,
    n_tensors: int | None = None,
    n_metadata: int | None = None,
) -> bytes:
    """A GGUF file of F32 tensors, all zero. The counts can lie."""
    tensors = tensors or {}
    out = b"GGUF" + struct.pack(
        "<IQQ",
        version,
        len(tensors) if n_tensors is None else n_tensors,
        len(metadata) if n_metadata is None else n_metadata,
    )
    for key, content in metadata.items():
        out += string(key) + value(content)
    offset = 0
    for name, shape in tensors.items():
        n_bytes = 4
        for side in shape:
            n_bytes *= side
        out += string(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        out += struct.pack("<IQ", 0, offset)
        offset += -(-n_bytes // 32) * 32
    out += b"\0" * (-len(out) % 32)
    return out + b"\0" * offset


def write(path: Path, metadata: Mapping[str, Any], tensors: Mapping[str, tuple[int, ...]] | None = None) -> Path:
    path.write_bytes(header(metadata, tensors))
    return path


def text_model(path: Path, *, width: int = 64, **metadata: Any) -> Path:
    """Weights of a text model, as far as their header goes."""
    keys = {
        "general.architecture": "gemma3",
        "gemma3.embedding_length": width,
        "gemma3.block_count": 2,
        "gemma3.attention.head_count": 2,
        "gemma3.context_length": 512,
        "gemma3.attention.layer_norm_rms_epsilon": 1e-6,
        **metadata,
    }
    return write(path, keys)


def gemma3_mmproj(path: Path, *, width: int = 64, is_hollow: bool = False, **metadata: Any) -> Path:
    """A Gemma 3 projector of one layer; a hollow one lacks its tensors."""
    keys = {
        "general.architecture": "clip",
        "clip.has_vision_encoder": True,
        "clip.projector_type": "gemma3",
        "clip.vision.image_size": 64,
        "clip.vision.patch_size": 8,
        "clip.vision.projector.scale_factor": 2,
        "clip.vision.embedding_length": 32,
        "clip.vision.feed_forward_length": 48,
        "clip.vision.block_count": 1,
        "clip.vision.attention.head_count": 2,
        "clip.vision.attention.layer_norm_epsilon": 1e-6,
        "clip.vision.projection_dim": width,
        **metadata,
    }
    if is_hollow:
        return write(path, keys)
    tensors: dict[str, tuple[int, ...]] = {
        "mm.input_projection.weight": (width, 32),
        "mm.soft_emb_norm.weight": (32,),
        "v.patch_embd.weight": (8, 8, 3, 32),
        "v.patch_embd.bias": (32,),
        "v.position_embd.weight": (32, 64),
    }
    layer = {"attn_q": (32, 32), "attn_k": (32, 32), "attn_v": (32, 32), "attn_out": (32, 32)}
    layer |= {"ffn_up": (32, 48), "ffn_down": (48, 32)}
    for name, (inner, outer) in layer.items():
        tensors |= {f"v.blk.0.{name}.weight": (inner, outer), f"v.blk.0.{name}.bias": (outer,)}
    for norm in ("v.blk.0.ln1", "v.blk.0.ln2", "v.post_ln"):
        tensors |= {f"{norm}.weight": (32,), f"{norm}.bias": (32,)}
    return write(path, keys, tensors)
