"""A copy of an mmproj file with its matrices in BF16, for CPUs that multiply in it.

llama.cpp computes a matrix in the type that its file has, so the choice of kernels takes a file.
Knows the container and three number formats; not which matrices, nor when.
"""

from __future__ import annotations

import contextlib
import functools
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from localalt.files.passing import passing_file
from localalt.gguf.bf16_tensors import BF16, F16, bf16_matrices
from localalt.gguf.header import ALIGNMENT, GgufHeader, TensorInfo
from localalt.gguf.reader import read_header

__all__ = ["bf16_copy", "write_bf16"]

CHUNK = 1 << 18
"""Numbers converted at a time: a few megabytes of them in all forms."""
_Q8_0_BLOCK = np.dtype([("scale", "<f2"), ("numbers", "i1", 32)])
"""As block_q8_0 in ggml-common.h."""


@contextlib.contextmanager
def bf16_copy(path: Path) -> Iterator[Path]:
    """A file for this process alone, gone on leaving: the projector at `path` with its matrices in BF16.

    Raises:
        ModelFormatError, ModelNotFoundError: see `read_header`.
        OSError: it cannot be written; the message is the system's.
    """
    with passing_file() as copy:
        write_bf16(read_header(path), copy)
        yield copy


def write_bf16(mmproj: GgufHeader, target: Path) -> None:
    """Write the projector's file to `target`, its matrices in BF16 and all else as it is.

    Raises:
        OSError: one of the files cannot be read or written.
    """
    alignment = mmproj.integer("general.alignment", ALIGNMENT)
    converted = dict(bf16_matrices(mmproj))
    table, end = [], 0
    for name, tensor in mmproj.tensors.items():
        new = replace(tensor, ggml_type=BF16) if name in converted else tensor
        new = replace(new, offset=-(-end // alignment) * alignment)
        end = new.offset + (new.n_bytes or 0)
        table.append((name, tensor, new))
    with mmproj.path.open("rb") as source, target.open("wb") as file:
        file.write(source.read(mmproj.table_start))
        for name, _, new in table:
            file.write(_entry(name, new))
        data_start = -(-file.tell() // alignment) * alignment
        for name, tensor, new in table:
            source.seek(mmproj.data_start + tensor.offset)
            file.seek(data_start + new.offset)
            if name in converted:
                _convert(source, file, tensor)
            else:
                file.write(_read(source, tensor.n_bytes or 0))


def _entry(name: str, tensor: TensorInfo) -> bytes:
    text = name.encode("utf-8")
    sides = struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape)
    return struct.pack("<Q", len(text)) + text + sides + struct.pack("<IQ", tensor.ggml_type, tensor.offset)


def _convert(source: BinaryIO, file: BinaryIO, tensor: TensorInfo) -> None:
    left = tensor.n_bytes or 0
    block, n_blocks = (np.dtype("<u2"), CHUNK) if tensor.ggml_type == F16 else (_Q8_0_BLOCK, CHUNK // 32)
    while left:
        data = _read(source, min(left, n_blocks * block.itemsize))
        left -= len(data)
        blocks = np.frombuffer(data, block)
        file.write((_of_f16()[blocks] if tensor.ggml_type == F16 else _of_q8_0(blocks)).tobytes())


def _read(source: BinaryIO, n_bytes: int) -> bytes:
    data = source.read(n_bytes)
    if len(data) < n_bytes:
        raise OSError("the file became shorter while it was read")
    return data


@functools.cache
def _of_f16() -> npt.NDArray[np.uint16]:
    """BF16 by F16, both as their bits: there are few enough for a table."""
    return _rounded(np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32))


def _of_q8_0(blocks: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    return _rounded(blocks["numbers"] * blocks["scale"].astype(np.float32)[:, None])


def _rounded(numbers: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """The bits of the nearest BF16, ties to the even one, as ggml_compute_fp32_to_bf16; NaN stays NaN."""
    bits = numbers.view(np.uint32)
    nearest = (bits + (0x7FFF + (bits >> 16 & 1))) >> 16
    return np.where(np.isnan(numbers), bits >> 16 | 64, nearest).astype(np.uint16)
