"""The projector (mmproj): pictures to image embeddings, and prompts to chunks of tokens."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from localalt.errors import (
    ModelLoadError,
    ModelMismatchError,
    NativeError,
    NotEnoughMemoryError,
    NotFiniteError,
)
from localalt.gguf.bf16 import bf16_copy
from localalt.gguf.header import GgufHeader
from localalt.gguf.mmproj import image_geometry, own_bounds
from localalt.gguf.reader import read_header, read_tensor
from localalt.native.allocation import lacks_memory
from localalt.native.devices import device_handles
from localalt.native.handle import Handle, LoadProgress
from localalt.native.library import flash_attn_type, forget_errors, library, what_llama_said
from localalt.native.model import Model
from localalt.native.nodes import NodeCounter
from localalt.types import ProgressCallback

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

logger = logging.getLogger(__name__)

__all__ = ["Chunk", "Chunks", "Part", "Projector"]

Part: TypeAlias = "tuple[str, bool] | npt.NDArray[np.uint8]"
"""A piece of a prompt: (text, whether control tokens in it are parsed), or a picture (H, W, 3)."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of text tokens, or one picture's image tokens. Borrowed from its `Chunks`."""

    pointer: int
    tokens: Sequence[int] | None
    """Text tokens, or None for a picture."""
    n_tokens: int
    """Cells that it occupies in the KV cache."""
    n_pos: int
    """Positions that it advances by: fewer than cells under M-RoPE."""
    n_row: int = 0
    """Of a picture for a projector that ends rows: the tokens of a row with its end. 0 for all others."""


class Chunks(Handle):
    """A tokenized prompt: what `Projector.tokenize` made of its parts.

    Args:
        pointer: mtmd_input_chunks.
        n_rows: for a projector that ends rows, of each picture in their order: see `Chunk.n_row`.
    """

    def __init__(self, pointer: Any, n_rows: Sequence[int] = ()) -> None:
        super().__init__(pointer, library()[1].mtmd_input_chunks_free)
        self._n_rows = n_rows

    def __iter__(self) -> Iterator[Chunk]:
        _, mtmd = library()
        n_rows = iter(self._n_rows)
        for index in range(mtmd.mtmd_input_chunks_size(self.pointer)):
            chunk = mtmd.mtmd_input_chunks_get(self.pointer, index)
            n_tokens = mtmd.mtmd_input_chunk_get_n_tokens(chunk)
            tokens: Sequence[int] | None = None
            if mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_TEXT:
                n_text = ctypes.c_size_t()
                text = mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(n_text))
                tokens = text[: n_text.value]
            n_row = next(n_rows, 0) if tokens is None else 0
            yield Chunk(chunk, tokens, n_tokens, mtmd.mtmd_input_chunk_get_n_pos(chunk), n_row)


class Projector(Handle):
    """The loaded mmproj: pictures to image embeddings, and prompts to chunks.

    Args:
        path: the mmproj GGUF file.
        model: the language model that the embeddings are for.
        device: ggml's name of the GPU to encode on, or None for the CPU.
        n_threads: threads for encoding on the CPU.
        in_bf16: make its matrices BF16 while loading: see `localalt.kernels`.
        flash_attn: whether to compute attention so; None leaves it to llama.cpp.
        progress: called with 0.0 to 1.0 while loading.
        counter: counts what is computed where: see `nodes`.

    Raises:
        ModelMismatchError: the embeddings' width is not the model's.
        ModelLoadError: llama.cpp could not load the file, or it takes no pictures.
        NotEnoughMemoryError: the memory that is free did not suffice.
    """

    def __init__(
        self,
        path: Path,
        model: Model,
        *,
        device: str | None = None,
        n_threads: int = 1,
        in_bf16: bool = False,
        flash_attn: bool | None = None,
        progress: ProgressCallback | None = None,
        counter: NodeCounter | None = None,
    ) -> None:
        _, mtmd = library()
        forget_errors()
        params = mtmd.mtmd_context_params_default()
        params.use_gpu = device is not None
        if device is not None:  # mtmd would take the first GPU, which may not be the one with the layers
            (params.device,) = device_handles([device])
        params.n_threads = n_threads
        params.flash_attn_type = flash_attn_type(flash_attn)
        params.print_timings = False
        params.warmup = False  # it would encode a largest picture: seconds on a CPU for nothing
        header = read_header(path)
        own = own_bounds(header)
        if own is not None:
            params.image_min_tokens, params.image_max_tokens = own
        elif image_geometry(header).fills:  # narrow pictures have fewer tokens than llama.cpp's least, as in training
            params.image_min_tokens = 1
        if counter is not None:
            params.cb_eval = counter.native
        callback = LoadProgress(progress)
        params.progress_callback = native_callback = mtmd.mtmd_progress_callback(callback)
        with _in_bf16(path) if in_bf16 else contextlib.nullcontext(path) as file:
            pointer = mtmd.mtmd_init_from_file(os.fsencode(file), model.pointer, params)
        del native_callback
        if callback.error is not None:
            if pointer:
                mtmd.mtmd_free(pointer)
            raise callback.error
        if not pointer:
            said = what_llama_said()
            if "mismatch between text model" in said:
                raise ModelMismatchError(
                    f"The projector {path} does not belong to the model {model.path}{said}: "
                    "download both from the same repository."
                )
            if lacks_memory(said):
                raise NotEnoughMemoryError(
                    f"The projector {path} does not fit the memory that is free{said}: close other programs, "
                    "or choose a smaller model."
                )
            raise ModelLoadError(
                f"llama.cpp cannot load the projector {path}{said}: download it again, together with its weights."
            )
        super().__init__(pointer, mtmd.mtmd_free, parent=model)
        self._model = model
        self._counter = counter  # mtmd calls it as long as there is a projector
        if not mtmd.mtmd_support_vision(pointer):
            self.close()
            raise ModelLoadError(f"The projector {path} takes no pictures: use the mmproj of a vision model.")
        self.non_causal: bool = mtmd.mtmd_decode_use_non_causal(pointer, None)
        """Whether image tokens attend to each other in both directions."""
        header = read_header(path)
        self._row_end = _row_end(header)
        self._token_px = 0 if self._row_end is None else image_geometry(header).token_px

    def tokenize(self, parts: Sequence[Part]) -> Chunks:
        """Tokenize text parts and preprocess pictures, in order, with BOS in front where the vocabulary wants it.

        Raises:
            NativeError: mtmd refused a picture or a part.
        """
        _, mtmd = library()
        pictures = [part for part in parts if not isinstance(part, tuple)]
        n_rows = [picture.shape[1] // self._token_px + 1 for picture in pictures] if self._token_px else []
        chunks = Chunks(mtmd.mtmd_input_chunks_init(), n_rows)
        bitmaps: list[Any] = []
        keep: list[Any] = []  # all that the C side points to, alive until the call returns
        try:
            pointers = (ctypes.POINTER(mtmd.mtmd_input_part) * len(parts))()
            for index, part in enumerate(parts):
                entry = mtmd.mtmd_input_part()
                if isinstance(part, tuple):
                    text = part[0].encode("utf-8")
                    entry.text = ctypes.pointer(mtmd.mtmd_input_text(text, len(text), False, part[1]))
                    keep.append(text)
                else:
                    height, width, _ = part.shape
                    data = part.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
                    entry.bitmap = mtmd.mtmd_bitmap_init(width, height, data)
                    bitmaps.append(entry.bitmap)
                pointers[index] = ctypes.pointer(entry)
                keep.append(entry)
            code = mtmd.mtmd_tokenize_from_parts(self.pointer, chunks.pointer, pointers, len(parts), True)
        finally:
            for bitmap in bitmaps:
                mtmd.mtmd_bitmap_free(bitmap)
        if code != 0:
            chunks.close()
            raise NativeError(
                f"llama.cpp could not prepare the picture{what_llama_said()}: try it at another size.",
                call="mtmd_tokenize_from_parts",
                code=code,
            )
        return chunks

    def encode(self, chunk: Chunk) -> npt.NDArray[np.float32]:
        """One picture's embeddings: see `encode_batch`."""
        return self.encode_batch([chunk])[0]

    def encode_batch(self, chunks: Sequence[Chunk]) -> list[npt.NDArray[np.float32]]:
        """The pictures' embeddings, float32 of shape (n_tokens, n_embd_inp) each.

        Neighbours of the same size are encoded in one graph where the projector can do that.

        Raises:
            NotFiniteError: some of their numbers are infinite or none.
            NativeError: the projector failed.
        """
        _, mtmd = library()
        embeddings: list[npt.NDArray[np.float32]] = []
        while len(embeddings) < len(chunks):
            batch = mtmd.mtmd_batch_init(self.pointer)
            try:
                together = []
                for chunk in chunks[len(embeddings) :]:
                    if mtmd.mtmd_batch_add_chunk(batch, chunk.pointer) != 0:
                        break  # another size, too many, or a projector that takes one at a time
                    together.append(chunk)
                code = mtmd.mtmd_batch_encode(batch) if together else 1
                for chunk in together or chunks[:1]:
                    data = mtmd.mtmd_batch_get_output_embd(batch, chunk.pointer) if code == 0 else None
                    if not data:
                        raise _encode_error("failed to encode a picture" + what_llama_said(), code)
                    embeddings.append(self._finite(data, chunk))
            finally:
                mtmd.mtmd_batch_free(batch)
        return embeddings

    def _finite(self, data: Any, chunk: Chunk) -> npt.NDArray[np.float32]:
        """A copy of the embeddings at `data`, every number of it finite."""
        import numpy as np

        borrowed = np.ctypeslib.as_array(data, shape=(chunk.n_tokens, self._model.n_embd_inp))
        array: npt.NDArray[np.float32] = borrowed.copy()
        damaged = ~np.isfinite(array).all(axis=1)
        if damaged.any() and self._row_end is not None:
            array[damaged & self._ends_of_rows(array, chunk)] = self._row_end
            damaged = ~np.isfinite(array).all(axis=1)
        if damaged.any():
            # In the KV cache one NaN spoils later answers too: masked cells count 0 times what they hold.
            raise NotFiniteError(
                f"The projector computed numbers that are not finite for {damaged.sum()} of a picture's "
                f"{chunk.n_tokens} image tokens: use an mmproj file in Q8_0 or BF16, or a smaller picture.",
                call="mtmd_batch_encode",
            )
        return array

    def _ends_of_rows(self, array: npt.NDArray[np.float32], chunk: Chunk) -> npt.NDArray[np.bool_]:
        """Which rows of `array` are ends of a picture's rows, bool of shape (n_tokens,): one after each row of tokens
        but the last (pixtral.cpp:96). None where mtmd has resized the picture, so that its rows are not known."""
        import numpy as np

        ends = np.zeros(len(array), bool)
        if chunk.n_row and (chunk.n_tokens + 1) % chunk.n_row == 0:
            ends[chunk.n_row - 1 :: chunk.n_row] = True
        # A number that is there has to be the end's own: it was added to 0.
        is_own = (array[ends] == self._row_end) | ~np.isfinite(array[ends])
        return ends if is_own.all() else np.zeros_like(ends)


@contextlib.contextmanager
def _in_bf16(path: Path) -> Iterator[Path]:
    """A copy of the projector in BF16; without room to write one, the file itself, which is only slower."""
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(bf16_copy(path))
        except OSError as error:
            logger.info("The projector stays as its file has it: a copy in BF16 cannot be written (%s).", error)
            file = path
        yield file


def _encode_error(what: str, code: int) -> NativeError:
    return NativeError(
        f'The projector {what}: try again with device="cpu", or with a smaller picture.',
        call="mtmd_batch_encode",
        code=code,
    )


def _row_end(header: GgufHeader) -> npt.NDArray[np.float32] | None:
    """The embedding at the end of each row of a picture's tokens, for projectors that have one (Pixtral).

    llama.cpp 0.3.36 adds it to memory that nothing was written to, times zero (pixtral.cpp): where
    a NaN happens to lie there, one comes out.
    """
    import numpy as np

    name = "v.token_embd.img_break"
    data = read_tensor(header, name)
    kind = {0: "<f4", 1: "<f2"}.get(header.tensors[name].ggml_type) if data is not None else None
    return np.frombuffer(data, kind).astype(np.float32) if data is not None and kind is not None else None
