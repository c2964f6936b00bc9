"""The header of a GGUF file, read from the file: its metadata and the layout of its tensors.

Reads what a file says about itself, without llama.cpp and without the weights, so that a
truncated, foreign or mismatched file is refused by name before native code sees it. Knows
the container only, not what any model's keys mean.

Format: github.com/ggml-org/ggml, docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import math
import mmap
import os
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from localalt.errors import ModelFormatError, ModelNotFoundError
from localalt.frozen import FrozenMapping
from localalt.gguf.header import ALIGNMENT, BLOCKS, GgufHeader, KeyType, MetadataValue, TensorInfo

__all__ = ["read_header", "read_strings", "read_tensor"]

MAX_ENTRIES = 1 << 20
"""More metadata keys or tensors than this is a damaged count: the largest models have about 2,000 tensors."""
MAX_ELEMENTS = 1 << 48
"""Of one tensor: more is a damaged size, and would overflow what llama.cpp multiplies it by."""
MAX_ARRAY_LENGTH = 4096
"""Longer arrays are vocabularies, which are skipped."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_UINT32, _STRING, _ARRAY = 4, 8, 9


def read_header(path: str | os.PathLike[str]) -> GgufHeader:
    """Read the header of the GGUF file at `path` and check that all its tensors lie inside the file.

    Raises:
        ModelNotFoundError: there is no such file.
        ModelFormatError: it cannot be read, is not GGUF, is of an unsupported version, or is truncated.
    """
    path = Path(path)
    if path.is_dir():
        raise ModelFormatError(f"{path} is a folder: name the GGUF file inside it.")
    if path.exists() and not path.is_file():  # reading a pipe or a device may never end
        raise ModelFormatError(f"{path} is not a regular file: name a GGUF file.")
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            magic = file.read(4)
            if magic != b"GGUF":
                raise ModelFormatError(_not_gguf(path, magic))
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Parser(path, data, size).parse()
    except FileNotFoundError as error:
        raise ModelNotFoundError(f"There is no model file {path}: check the path.") from error
    except OSError as error:
        raise ModelFormatError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error


def read_tensor(header: GgufHeader, name: str) -> bytes | None:
    """The bytes of a tensor as the file has them, or None where it has no such tensor.

    Raises:
        ModelFormatError: the file cannot be read any more.
    """
    tensor = header.tensors.get(name)
    if tensor is None or tensor.n_bytes is None:
        return None
    try:
        with header.path.open("rb") as file:
            file.seek(header.data_start + tensor.offset)
            return file.read(tensor.n_bytes)
    except OSError as error:
        raise ModelFormatError(f"{header.path} cannot be read ({error.strerror}): check its permissions.") from error


def read_strings(header: GgufHeader, key: str) -> list[bytes]:
    """The list of texts under `key`, as bytes, since they need not be UTF-8.

    Raises:
        ModelFormatError: the file cannot be read any more.
    """
    stored = header.types[key]
    try:
        with header.path.open("rb") as file:
            file.seek(stored.start)
            data = file.read(header.table_start - stored.start)
    except OSError as error:
        raise ModelFormatError(f"{header.path} cannot be read ({error.strerror}): check its permissions.") from error
    unpack: Callable[..., tuple[Any, ...]] = struct.Struct("<Q").unpack_from
    at, texts = 0, []
    for _ in range(stored.length):
        end = at + 8 + unpack(data, at)[0]
        texts.append(data[at + 8 : end])
        at = end
    return texts


def _not_gguf(path: Path, magic: bytes) -> str:
    if not magic:
        return f"{path} is empty: download it again."
    hint = "a Git LFS pointer: fetch the real file" if magic == b"vers" else "use a GGUF file"
    return f"{path} is not a GGUF file (it begins with {magic!r}): {hint}."


class _Parser:
    """Walks the header of one file; `_at` is the next byte."""

    def __init__(self, path: Path, data: mmap.mmap, size: int) -> None:
        self._path = path
        self._data = data
        self._size = size
        self._at = 4
        self._type = KeyType(0)
        """Of the value that was read last."""

    def parse(self) -> GgufHeader:
        version = self._number("I")
        if version not in (2, 3):
            # A big-endian file shows its version in the high byte.
            found = "is big-endian" if version in (2 << 24, 3 << 24) else f"has GGUF version {version}"
            raise ModelFormatError(f"{self._path} {found}: convert it to version 3, little-endian.")
        n_tensors, n_metadata = self._number("Q"), self._number("Q")
        if max(n_tensors, n_metadata) > MAX_ENTRIES:
            raise self._damaged(f"claims {n_tensors} tensors and {n_metadata} metadata keys")
        metadata: dict[str, MetadataValue] = {}
        types: dict[str, KeyType] = {}
        for _ in range(n_metadata):
            key = self._string()
            if not key or key in types:
                raise self._damaged(
                    f"has the metadata key {key!r} twice" if key else "has a metadata key without a name"
                )
            value = self._value(self._number("I"))
            types[key] = self._type
            if value is not None:
                metadata[key] = value
        table_start = self._at
        tensors: dict[str, TensorInfo] = {}
        for _ in range(n_tensors):
            name, tensor = self._tensor()
            if name in tensors:
                raise self._damaged(f"has the tensor {name!r} twice")
            tensors[name] = tensor
        header = GgufHeader(
            self._path,
            version,
            FrozenMapping(metadata),
            FrozenMapping(tensors),
            table_start,
            types=FrozenMapping(types),
        )
        return replace(header, data_start=self._check_extent(header))

    def _tensor(self) -> tuple[str, TensorInfo]:
        name = self._string()
        n_dims = self._number("I")
        if n_dims > 4:  # GGML_MAX_DIMS
            raise self._damaged(f"has a tensor of {n_dims} dimensions")
        shape = tuple(self._number("Q") for _ in range(n_dims))
        tensor = TensorInfo(shape, self._number("I"), self._number("Q"))
        n_elements = math.prod(shape)
        if not 0 < n_elements <= MAX_ELEMENTS or max(shape, default=1) > MAX_ELEMENTS:
            raise self._damaged(f"has the tensor {name!r} of the shape {list(shape)}")
        block = BLOCKS.get(tensor.ggml_type)
        if block is not None and shape and shape[0] % block[0]:
            raise self._damaged(f"has the tensor {name!r} in rows of {shape[0]}, where its blocks have {block[0]}")
        return name, tensor

    def _check_extent(self, header: GgufHeader) -> int:
        alignment = header.integer("general.alignment", ALIGNMENT)
        stored = header.types.get("general.alignment", KeyType(_UINT32))
        # gguf.md: an unsigned number of 32 bits, a power of two. Below 32 ggml ends the process (TENSOR_ALIGNMENT).
        if stored.kind != _UINT32 or alignment < ALIGNMENT or alignment & (alignment - 1):
            raise self._damaged(f"has a general.alignment of {header.metadata.get('general.alignment')}")
        start = -(-self._at // alignment) * alignment
        expected: int | None = 0  # the data lie in the order of the table, without gaps but for the alignment
        for name, tensor in header.tensors.items():
            if tensor.offset % alignment or (expected is not None and tensor.offset != expected):
                raise self._damaged(f"has the tensor {name!r} at {tensor.offset}, where {expected} is expected")
            size = tensor.n_bytes
            expected = None if size is None or expected is None else expected + -(-size // alignment) * alignment
        end = max((start + t.offset + (t.n_bytes or 0) for t in header.tensors.values()), default=0)
        if end > self._size:
            raise ModelFormatError(
                f"{self._path} is truncated: it has {self._size:,} bytes of {end:,}. Download it again."
            )
        return start

    def _value(self, kind: int) -> MetadataValue | None:
        self._type = KeyType(kind)
        if kind in _SCALARS:
            number: MetadataValue = self._number(_SCALARS[kind])
            return number
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            return self._array()
        raise self._damaged(f"has a metadata value of the unknown type {kind}")

    def _array(self) -> MetadataValue | None:
        kind, length = self._number("I"), self._number("Q")
        self._type = KeyType(_ARRAY, kind, length, self._at)
        if kind in _SCALARS:
            form = f"<{length}{_SCALARS[kind]}"
            # Multiplied out by hand: a hostile length must not reach struct.
            start = self._advance(length * struct.calcsize(f"<{_SCALARS[kind]}"))
            return struct.unpack_from(form, self._data, start) if length <= MAX_ARRAY_LENGTH else None
        if kind == _STRING:
            self._skip_strings(length)
            return None
        raise self._damaged(f"has an array of the unknown type {kind}")

    def _skip_strings(self, count: int) -> None:
        # A vocabulary has 262,000 strings: this loop is all that reading a header costs.
        data, at, size = self._data, self._at, self._size
        unpack: Callable[..., tuple[Any, ...]] = struct.Struct("<Q").unpack_from
        try:
            for _ in range(count):
                at += 8 + unpack(data, at)[0]
        except (struct.error, OverflowError):  # past the end, or past what an index can be
            at = size + 1
        self._at = at
        self._advance(0)

    def _string(self) -> str:
        length = self._number("Q")
        start = self._advance(length)
        return self._data[start : start + length].decode("utf-8", errors="replace")

    def _number(self, code: str) -> Any:  # noqa: ANN401 (the format decides)
        form = f"<{code}"
        start = self._advance(struct.calcsize(form))
        return struct.unpack_from(form, self._data, start)[0]

    def _advance(self, n_bytes: int) -> int:
        start = self._at
        if start + n_bytes > self._size:
            raise ModelFormatError(f"{self._path} ends inside its header: it is truncated. Download it again.")
        self._at = start + n_bytes
        return start

    def _damaged(self, what: str) -> ModelFormatError:
        return ModelFormatError(f"{self._path} {what}: it is damaged. Download it again.")
