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
        **metadata,
    }
    return write(path, keys)


def gemma3_mmproj(path: Path, *, width: int = 64, **metadata: Any) -> Path:
    """A Gemma 3 projector, as far as its header goes."""
    keys = {
        "general.architecture": "clip",
        "clip.projector_type": "gemma3",
        "clip.vision.image_size": 64,
        "clip.vision.patch_size": 8,
        "clip.vision.projector.scale_factor": 2,
        "clip.vision.embedding_length": 32,
        **metadata,
    }
    return write(path, keys, {"mm.input_projection.weight": (width, 32)})
