"""The language model: weights and vocabulary."""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localalt.errors import ModelLoadError, NotEnoughMemoryError
from localalt.native.allocation import lacks_memory
from localalt.native.devices import cpu_instructions, device_handles, ggml
from localalt.native.handle import Handle, LoadProgress
from localalt.native.library import forget_errors, library, what_llama_said
from localalt.planning.cpu_kernels import can_repack
from localalt.types import ProgressCallback, SpecialTokens

__all__ = ["Model"]


class _BufferOverride(ctypes.Structure):
    """llama_model_tensor_buft_override: tensors whose name matches go into that type of buffer."""

    _fields_ = (("pattern", ctypes.c_char_p), ("buft", ctypes.c_void_p))


def _experts_on_cpu(n_layers: int) -> ctypes.Array[_BufferOverride]:
    """What puts the experts of the first `n_layers` layers on the CPU (common.h, llm_add_n_cpu_ffn_overrides)."""
    overrides = (_BufferOverride * (n_layers + 1))()  # the last one ends the list
    for index in range(n_layers):
        pattern = rf"blk\.{index}\.ffn_(up|down|gate|gate_up)_(ch|)exps".encode()
        overrides[index] = _BufferOverride(pattern, ggml().ggml_backend_cpu_buffer_type())
    return overrides


def _native_split(llama: Any, split: Sequence[int]) -> ctypes.Array[ctypes.c_float] | None:
    """One number for each device that there could be, llama.cpp reading as many as it uses; None leaves it to it."""
    if not split:
        return None
    shares: ctypes.Array[ctypes.c_float] = (ctypes.c_float * max(len(split), llama.llama_max_devices()))(*split)
    return shares


class Model(Handle):
    """The language model's weights and vocabulary.

    Args:
        path: a GGUF file.
        n_gpu_layers: layers on GPUs, the last ones; the output counts as one, and so does each layer that guesses
            further tokens (MTP), though it is not loaded.
        devices: ggml's names of these GPUs; empty for none.
        tensor_split: layers on each of the devices, `n_gpu_layers` in all; empty leaves it to llama.cpp, which goes by
            the memory that is free.
        n_cpu_moe: of how many layers, the first ones, the experts of a mixture are on the CPU wherever the rest is.
        repack: lay out matrices on the CPU for its own kernels, where it has such kernels and they compute right: see
            `localalt.kernels`.
        progress: called with 0.0 to 1.0 while loading; what it raises ends the loading.

    Raises:
        ModelLoadError: llama.cpp could not load the file.
        NotEnoughMemoryError: the memory that is free did not suffice.
    """

    def __init__(
        self,
        path: Path,
        *,
        n_gpu_layers: int = 0,
        devices: Sequence[str] = (),
        tensor_split: Sequence[int] = (),
        n_cpu_moe: int = 0,
        repack: bool = True,
        progress: ProgressCallback | None = None,
    ) -> None:
        llama, _ = library()
        forget_errors()
        params = llama.llama_model_default_params()
        params.n_gpu_layers = n_gpu_layers
        # NULL would mean all there are, an integrated one beside the fast one included. A device without a layer gets a
        # context and buffers all the same.
        handles = [*device_handles(devices), None]
        native_devices = (ctypes.c_void_p * len(handles))(*handles)
        params.devices = ctypes.cast(native_devices, ctypes.c_void_p)
        native_split = _native_split(llama, tensor_split)
        params.tensor_split = native_split
        native_overrides = _experts_on_cpu(n_cpu_moe)
        params.tensor_buft_overrides = ctypes.cast(native_overrides, ctypes.c_void_p)
        params.use_extra_bufts = repack and can_repack(cpu_instructions())
        callback = LoadProgress(progress)
        params.progress_callback = native_callback = llama.llama_progress_callback(callback)
        pointer = llama.llama_model_load_from_file(os.fsencode(path), params)
        del native_callback, native_devices, native_split, native_overrides
        if callback.error is not None:
            if pointer:
                llama.llama_model_free(pointer)
            raise callback.error
        if not pointer:
            said = what_llama_said()
            unknown = re.search(r"unknown model architecture: '([^']*)'", said)
            if unknown is not None:
                raise ModelLoadError(
                    f"{path} has the architecture {unknown[1]!r}, which the installed llama.cpp does not know: "
                    "choose a model that localalt models lists, or update llama-cpp-python."
                )
            if lacks_memory(said):
                raise NotEnoughMemoryError(
                    f"{path} does not fit the memory that is free{said}: close other programs, "
                    "or choose a smaller model."
                )
            raise ModelLoadError(f"llama.cpp cannot load {path}{said}: download it again, or choose another model.")
        super().__init__(pointer, llama.llama_model_free)
        self.path = path
        self.vocab = llama.llama_model_get_vocab(pointer)
        self.n_vocab: int = llama.llama_vocab_n_tokens(self.vocab)
        self.n_embd_inp: int = llama.llama_model_n_embd_inp(pointer)
        self._piece = ctypes.create_string_buffer(256)
        self._pieces: dict[int, bytes] = {}

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """The tokens of a text, without those that begin and end a sequence; `special` parses control tokens."""
        llama, _ = library()
        data = text.encode("utf-8")
        room, n_tokens = 0, -len(data) - 1  # a vocabulary may put a space in front
        while n_tokens < -room:  # minus the tokens that there are, where there was no room for them
            room = -n_tokens
            tokens = (llama.llama_token * room)()
            n_tokens = llama.llama_tokenize(self.vocab, data, len(data), tokens, room, False, special)
        return list(tokens[:n_tokens])

    def is_end(self, token: int) -> bool:
        """Whether `token` ends an answer (end of turn, end of sequence)."""
        llama, _ = library()
        return bool(llama.llama_vocab_is_eog(self.vocab, token))

    def piece(self, token: int) -> bytes:
        """The bytes that `token` stands for, which may be part of a character; b"" for a control token."""
        piece = self._pieces.get(token)
        if piece is None:  # texts use few of a vocabulary's tokens, again and again
            piece = self._pieces[token] = self._read_piece(token)
        return piece

    def _read_piece(self, token: int) -> bytes:
        llama, _ = library()
        n_bytes = llama.llama_token_to_piece(self.vocab, token, self._piece, len(self._piece), 0, False)
        if n_bytes < 0:
            self._piece = ctypes.create_string_buffer(-n_bytes)
            n_bytes = llama.llama_token_to_piece(self.vocab, token, self._piece, len(self._piece), 0, False)
        return self._piece.raw[: max(n_bytes, 0)]

    def token_text(self, token: int) -> str:
        """The vocabulary's own spelling of `token`, such as "<bos>"."""
        llama, _ = library()
        if not 0 <= token < self.n_vocab:
            return ""
        text: bytes = llama.llama_vocab_get_text(self.vocab, token) or b""
        return text.decode("utf-8", errors="replace")

    @property
    def special_tokens(self) -> SpecialTokens:
        """What a chat template needs to know of the vocabulary."""
        return SpecialTokens(bos=self.token_text(self.bos), eos=self.token_text(self.eos), adds_bos=self.adds_bos)

    @property
    def bos(self) -> int:
        """Beginning-of-sequence token, or -1."""
        return int(library()[0].llama_vocab_bos(self.vocab))

    @property
    def eos(self) -> int:
        """End-of-sequence token, or -1."""
        return int(library()[0].llama_vocab_eos(self.vocab))

    @property
    def adds_eos(self) -> bool:
        """Whether the vocabulary wants EOS after a text, which `Projector.tokenize` then puts there."""
        return bool(library()[0].llama_vocab_get_add_eos(self.vocab))

    @property
    def adds_bos(self) -> bool:
        """Whether the vocabulary wants BOS in front of a prompt, which `Projector.tokenize` then puts there."""
        return bool(library()[0].llama_vocab_get_add_bos(self.vocab))
