"""What a GGUF file says about itself: its metadata, and where its tensors lie.

Data alone. Knows the container only, not what any model's keys mean, and reads no file: `localalt.gguf.reader` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from localalt.frozen import FrozenMapping

__all__ = ["ALIGNMENT", "BLOCKS", "GgufHeader", "KeyType", "MetadataValue", "TensorInfo"]

MetadataValue: TypeAlias = "int | float | bool | str | tuple[int | float | bool, ...]"

ALIGNMENT = 32
"""Of the tensor data where `general.alignment` says nothing (gguf.md)."""

# Elements and bytes of one block, by ggml_type (ggml.h and ggml-common.h).
BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (1, 4),  # F32
    1: (1, 2),  # F16
    2: (32, 18),  # Q4_0
    3: (32, 20),  # Q4_1
    6: (32, 22),  # Q5_0
    7: (32, 24),  # Q5_1
    8: (32, 34),  # Q8_0
    9: (32, 36),  # Q8_1
    10: (256, 84),  # Q2_K
    11: (256, 110),  # Q3_K
    12: (256, 144),  # Q4_K
    13: (256, 176),  # Q5_K
    14: (256, 210),  # Q6_K
    15: (256, 292),  # Q8_K
    16: (256, 66),  # IQ2_XXS
    17: (256, 74),  # IQ2_XS
    18: (256, 98),  # IQ3_XXS
    19: (256, 50),  # IQ1_S
    20: (32, 18),  # IQ4_NL
    21: (256, 110),  # IQ3_S
    22: (256, 82),  # IQ2_S
    23: (256, 136),  # IQ4_XS
    24: (1, 1),  # I8
    25: (1, 2),  # I16
    26: (1, 4),  # I32
    27: (1, 8),  # I64
    28: (1, 8),  # F64
    29: (256, 56),  # IQ1_M
    30: (1, 2),  # BF16
    34: (256, 54),  # TQ1_0
    35: (256, 66),  # TQ2_0
    39: (32, 17),  # MXFP4
    40: (64, 36),  # NVFP4
}


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor: `shape` has the fastest dimension first, `ggml_type` is ggml.h's number."""

    shape: tuple[int, ...]
    ggml_type: int
    offset: int
    """Bytes from the start of the tensor data."""

    @property
    def n_bytes(self) -> int | None:
        """Size in the file, or None for a type this version does not know."""
        block = BLOCKS.get(self.ggml_type)
        if block is None:
            return None
        n_elements = 1
        for side in self.shape:
            n_elements *= side
        return n_elements // block[0] * block[1]


@dataclass(frozen=True, slots=True)
class KeyType:
    """How a metadata value is stored, by gguf.md's numbers."""

    kind: int
    element: int = -1
    """Of an array, the type of its elements."""
    length: int = 0
    start: int = 0
    """Of an array, where its elements begin, in bytes."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a GGUF file says about itself. Arrays of strings and long arrays are left out."""

    path: Path
    version: int
    metadata: Mapping[str, MetadataValue]
    tensors: Mapping[str, TensorInfo]
    table_start: int = 0
    """Where the table of tensors begins, in bytes: the metadata ends there."""
    data_start: int = 0
    """Where the tensor data begins."""
    types: Mapping[str, KeyType] = field(default_factory=FrozenMapping, compare=False, hash=False)
    """How the metadata is stored, arrays that are left out included."""

    @property
    def architecture(self) -> str:
        """`general.architecture`: "gemma3", "qwen35", "clip" for a projector, "" where missing."""
        return self.string("general.architecture")

    def string(self, key: str, default: str = "") -> str:
        """The string under `key`, or `default` where it is missing or of another type."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else default

    def integer(self, key: str, default: int = 0) -> int:
        """The integer under `key`, or `default` where it is missing or of another type."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default
