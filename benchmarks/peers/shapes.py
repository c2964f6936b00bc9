"""Models to measure with: their files, and the text around a picture. Knows no way to describe one."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pair

from localalt.prompting.builtin import PROMPTS
from localalt.prompting.presets import PRESETS

__all__ = ["INSTRUCTION", "SHAPES", "Shape", "pair_of"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A model to measure with, and the text around its pictures."""

    quant: str
    """Of random weights; "" for the ones of `pair`."""
    opening: str
    closing: str
    image_tokens: tuple[int, int] | None = None
    """Least and most of one picture, for localalt; and for its peers:"""
    peer_image_tokens: tuple[int, int] | None = None
    longest_edge: int | None = None
    """Pixels of a tiled picture's longer side, in place of the projector's own."""


SHAPES: Mapping[str, Shape] = {
    "gemma3-270m": Shape("", PRESETS["gemma3"].opening, PRESETS["gemma3"].closing),
    "qwen3.5-0.8b": Shape(
        "Q4_K_M",
        PRESETS["qwen3.5"].opening,
        PRESETS["qwen3.5"].closing,
        image_tokens=(64, 256),
        peer_image_tokens=(64, 270),
    ),
    "smolvlm-256m": Shape(
        "Q8_0",
        "<|im_start|>user\n",  # as its own template in the file has it
        "<|im_end|>\n<|im_start|>assistant\n",
        longest_edge=512,
    ),
}
INSTRUCTION = PROMPTS["plain"].instruction
"""The same for every family."""


def pair_of(name: str) -> tuple[Path, Path]:
    """(weights, mmproj) of a shape, made on first use, in the temporary folder."""
    shape = SHAPES[name]
    if not shape.quant:
        return pair.gemma3_pair()
    from localalt.random_pair import pair_paths, write_pair

    weights, mmproj = pair_paths(name, shape.quant, pair.FOLDER)
    if not (weights.exists() and mmproj.exists()):
        write_pair(name, shape.quant, pair.FOLDER)
    return weights, mmproj if shape.longest_edge is None else _with_longest_edge(mmproj, shape.longest_edge)


def _with_longest_edge(mmproj: Path, pixels: int) -> Path:
    """A copy of a projector that brings pictures to this size before it cuts them into tiles."""
    copy = mmproj.with_name(f"{mmproj.stem}-edge-{pixels}.gguf")
    if not copy.exists():
        data = bytearray(mmproj.read_bytes())
        key = b"clip.vision.preproc_image_size"
        # A GGUF file holds a key, its type as four bytes, and its value, here four bytes too.
        struct.pack_into("<I", data, data.index(key) + len(key) + 4, pixels)
        part = copy.with_suffix(".part")
        part.write_bytes(data)
        part.replace(copy)
    return copy
