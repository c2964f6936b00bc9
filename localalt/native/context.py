"""The KV cache of several sequences, and one batch at a time that fills it."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from localalt.errors import CacheFullError, EngineError, NativeError, NotEnoughMemoryError, NotFiniteError
from localalt.errors.wording import either
from localalt.native.allocation import lacks_memory
from localalt.native.batch import Batch
from localalt.native.handle import Handle
from localalt.native.library import flash_attn_type, forget_errors, library, what_llama_said
from localalt.native.model import Model
from localalt.native.nodes import NodeCounter
from localalt.native.projector import Chunk, Projector
from localalt.native.sampler import Sampler
from localalt.native.saved_state import SavedState, Shelf
from localalt.request import Sampling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Context"]

# llama.h:924-930: the flags of a sequence's state.
_IN_RAM, _ON_DEVICE = 0, 2

_ON_CPU = either('device="cpu"', "--device cpu")


class Context(Handle):
    """The KV cache of several sequences, and one batch.

    Args:
        model: the language model.
        samplers: one for each sequence. They run inside the graph where the backend can do that.
        n_ctx_seq: cells of each sequence.
        n_batch: the most tokens of one call.
        n_ubatch: the most tokens of one graph.
        n_threads: threads on the CPU.
        use_gpu: whether any layer is on a GPU.
        flash_attn: whether attention is computed so; None leaves it to llama.cpp.
        logits_wanted: keep the samplers out of the graph, so that `logits` can be read.
        n_outputs_seq: tokens of one batch and sequence that may have logits: see `decode_each`.
        counter: counts what is computed where: see `nodes`.

    Raises:
        NotEnoughMemoryError: the memory that is free does not suffice.
        EngineError: llama.cpp could not make it for another reason.
    """

    def __init__(
        self,
        model: Model,
        samplers: Sequence[Sampler],
        *,
        n_ctx_seq: int,
        n_batch: int,
        n_ubatch: int,
        n_threads: int,
        use_gpu: bool = False,
        flash_attn: bool | None = None,
        logits_wanted: bool = False,
        n_outputs_seq: int = 1,
        counter: NodeCounter | None = None,
    ) -> None:
        llama, _ = library()
        forget_errors()
        n_seq_max = len(samplers)
        params = llama.llama_context_default_params()
        params.n_ctx = n_ctx_seq * n_seq_max
        params.n_batch = n_batch
        params.n_ubatch = n_ubatch
        params.n_seq_max = n_seq_max
        # One answer token a sequence: the default reserves logits for a whole batch, 2 GB with a 262k vocabulary.
        params.n_outputs_max = n_seq_max * n_outputs_seq
        params.n_outputs_max_per_seq = n_outputs_seq
        params.n_threads = params.n_threads_batch = n_threads
        # A GPU build would otherwise compute large batches on the GPU even when all layers are on the CPU.
        params.offload_kqv = params.op_offload = use_gpu
        params.flash_attn_type = flash_attn_type(flash_attn)
        params.swa_full = False  # layers with a sliding window keep the window: nothing is ever cut back here
        params.kv_unified = False  # sequences share no prefix yet, and their own streams attend faster
        if counter is not None:
            params.cb_eval = counter.native
        pointer = llama.llama_init_from_model(model.pointer, params)
        if not pointer:
            said = what_llama_said()
            raise (NotEnoughMemoryError if lacks_memory(said) else EngineError)(
                f"llama.cpp could not make a KV cache of {n_seq_max} x {n_ctx_seq} cells{said}: "
                f"use {either('fewer slots (n_seq_max) or ', '')}a smaller model."
            )
        super().__init__(pointer, llama.llama_free, parent=model)
        self._memory = llama.llama_get_memory(pointer)
        self._samplers = list(samplers)
        self._model = model
        self._counter = counter  # llama.cpp calls it as long as there is a context
        self._in_graph_wanted = not logits_wanted
        self.n_batch: int = llama.llama_n_batch(pointer)
        self.n_ubatch: int = llama.llama_n_ubatch(pointer)
        self.n_ctx_seq: int = llama.llama_n_ctx_seq(pointer)
        self.in_graph = [self._attach(seq_id) for seq_id in range(n_seq_max)]
        """Whether each sequence's sampler runs inside the graph rather than on the Python thread's time."""
        self._batch = Batch(llama, self.n_batch)
        self._n_vocab = model.n_vocab
        self._shelf = Shelf(n_seq_max)
        self.saves_cheaply = not use_gpu or flash_attn is not False
        """Whether `save` and `restore` are worth their time. Without flash attention V is transposed, and each of its
        rows is a copy of its own from and to the device, 36,864 of them for Qwen3-VL 4B (llama-kv-cache.cpp:2323)."""
        self.saves_on_device = False
        """Whether `save` leaves what it can on the devices: faster, where they have the memory, see `state_bytes`."""

    def _attach(self, seq_id: int) -> bool:
        if not self._in_graph_wanted:
            return False
        sampler = self._samplers[seq_id]
        # A grammar looks at every token of the vocabulary, which no backend does; with min_p = 1 the graph leaves no
        # token at all, and draws any.
        pointer = None if sampler.grammar or sampler.sampling.min_p >= 1 else sampler.pointer
        return bool(library()[0].llama_set_sampler(self.pointer, seq_id, pointer)) and pointer is not None

    def draw(self, seq_id: int, sampling: Sampling, *, seed: int, grammar: str = "") -> None:
        """Draw the tokens of sequence `seq_id`, which is empty, like this from here on.

        A change makes llama.cpp lay out its graph anew, which takes some milliseconds.
        """
        old = self._samplers[seq_id]
        if (old.sampling, old.seed, old.grammar) == (sampling, seed, grammar):
            return
        self._samplers[seq_id] = Sampler(self._model, sampling, seed=seed, grammar=grammar)
        self.in_graph[seq_id] = self._attach(seq_id)
        old.close()  # once the graph has let go of it

    def decode_text(self, tokens: Sequence[int], pos: int, seq_id: int, *, want_logits: bool) -> None:
        """Put text tokens into the cache of sequence `seq_id` from position `pos` on.

        Raises:
            CacheFullError, NativeError: see `decode`.
        """
        for start in range(0, len(tokens), self.n_batch):
            part = tokens[start : start + self.n_batch]
            is_last = start + len(part) == len(tokens)
            self._batch.set_run(part, pos + start, seq_id, want_logits=want_logits and is_last)
            self._decode()

    def decode_each(self, tokens: Sequence[int], pos: int, seq_id: int) -> npt.NDArray[np.float32]:
        """Put text tokens into the cache as one batch; their logits, float32 of shape (n_tokens, n_vocab).

        At most `n_batch` and `n_outputs_seq` tokens, in a context with `logits_wanted`.

        Raises:
            CacheFullError, NativeError: see `decode` and `logits`.
        """
        import numpy as np

        self._batch.set_run(tokens, pos, seq_id, want_logits=True, of_each=True)
        self._decode()
        return np.stack([self.logits(row) for row in range(len(tokens))])

    def decode_image(
        self, projector: Projector, chunk: Chunk, embeddings: npt.NDArray[np.float32], pos: int, seq_id: int
    ) -> None:
        """Put a picture's embeddings into the cache of sequence `seq_id` from position `pos` on.

        Raises:
            EngineError: a non-causal picture is larger than a batch may be.
            CacheFullError, NativeError: see `decode`.
        """
        llama, mtmd = library()
        if projector.non_causal and chunk.n_tokens > self.n_ubatch:
            # llama.cpp would abort the process here.
            raise EngineError(
                f"The picture has {chunk.n_tokens} image tokens and n_ubatch is {self.n_ubatch}: use a smaller picture."
            )
        n_past = llama.llama_pos(0)
        no_callback = ctypes.cast(0, mtmd.mtmd_helper_post_decode_callback)
        data = embeddings.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        code = mtmd.mtmd_helper_decode_image_chunk(
            projector.pointer, self.pointer, chunk.pointer, data, pos, seq_id, self.n_batch, n_past, no_callback, None
        )
        _check_decode(code, "mtmd_helper_decode_image_chunk")

    def decode(self, tokens: Sequence[int], positions: Sequence[int], seq_ids: Sequence[int]) -> None:
        """One token each for several sequences, with logits.

        Raises:
            CacheFullError: no cells are left.
            NativeError: the computation failed.
        """
        self._batch.set_rows(tokens, positions, seq_ids)
        self._decode()

    def _decode(self) -> None:
        code = library()[0].llama_decode(self.pointer, self._batch.native)
        _check_decode(code, "llama_decode")

    def sample(self, seq_id: int, row: int) -> int:
        """The next token of sequence `seq_id`, whose logits are in `row` of the last batch (-1: the last row).

        Raises:
            NotFiniteError: the numbers that it is drawn from are infinite or none, and with them all that the cache
                holds of the sequence may be: see `wipe`.
        """
        llama, _ = library()
        sampler = self._samplers[seq_id].pointer
        token = int(llama.llama_get_sampled_token_ith(self.pointer, row)) if self.in_graph[seq_id] else -1
        self._check_finite(seq_id, row, token)
        if token < 0:  # the backend lacks a step of the chain: the rest of it runs here
            return int(llama.llama_sampler_sample(sampler, self.pointer, row))
        # llama_sampler_sample would do the same, and write a line to the log for every token.
        llama.llama_sampler_accept(sampler, token)
        return token

    def _check_finite(self, seq_id: int, row: int, token: int) -> None:
        """Look at one number of those that `token` was drawn from, or will be where it is negative.

        One is enough: each logit is a product with the same hidden state, so that a NaN there is one in all of them,
        and the softmax of a row with a NaN or an infinity is NaN in every place. Filters leave minus infinity behind.
        """
        llama, _ = library()
        if not self.in_graph[seq_id]:
            numbers = llama.llama_get_logits_ith(self.pointer, row)
        else:  # on the host in any case: what samplers in the graph leave is copied there (llama-context.cpp:2046)
            numbers = None
            if self._samplers[seq_id].sampling.temperature > 0:
                numbers, token = llama.llama_get_sampled_probs_ith(self.pointer, row), min(token, 0)
            numbers = numbers or llama.llama_get_sampled_logits_ith(self.pointer, row)
        if not numbers:
            return  # what a chain leaves that ends otherwise: nothing is known of it
        number = numbers[max(token, 0)]
        if math.isfinite(number) or (token < 0 and number == -math.inf):
            return
        raise NotFiniteError(
            f"The model computed {number} for the next token: try again, then with {_ON_CPU}.", call="llama_decode"
        )

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        """A copy of the logits in `row` of the last batch (-1: the last row), float32 of shape (n_vocab,).

        Raises:
            NativeError: the row has none: the context was made without `logits_wanted`, or the batch asked for none.
        """
        import numpy as np

        data = library()[0].llama_get_logits_ith(self.pointer, row)
        if not data:
            raise NativeError(
                f"Row {row} of the last batch has no logits: make the context with logits_wanted.",
                call="llama_get_logits_ith",
                code=row,
            )
        row_of_logits: npt.NDArray[np.float32] = np.ctypeslib.as_array(data, shape=(self._n_vocab,)).copy()
        return row_of_logits

    def synchronize(self) -> None:
        """Wait until the device has finished: before a clock is stopped."""
        library()[0].llama_synchronize(self.pointer)

    def clear(self, seq_id: int) -> None:
        """Free the cells of sequence `seq_id` and start its sampler anew."""
        library()[0].llama_memory_seq_rm(self._memory, seq_id, -1, -1)
        self._samplers[seq_id].reset()

    def wipe(self, held: Sequence[int]) -> None:
        """Free all cells and write zeros over them; the sequences in `held` have again what they had.

        Freed cells hold on to their numbers (llama_kv_cache::seq_rm), and a NaN in a cell that is masked spoils
        whoever has the slot next: NaN minus infinity, and NaN times 0, are NaN. A recurrent state begins as whatever a
        free cell holds times 0 (llm_graph_context::build_rs), so that one cell spoils every new sequence. Only
        llama_memory_clear writes over them, over all of them at once.

        Raises:
            NativeError: a sequence could not be saved or restored; then none is left.
        """
        states = {seq_id: self.save(seq_id) for seq_id in held}
        library()[0].llama_memory_clear(self._memory, True)
        for seq_id, state in states.items():
            self.restore(seq_id, state)

    def cut(self, seq_id: int, pos: int) -> bool:
        """Free the cells of sequence `seq_id` from position `pos` on; False where its memory cannot be cut."""
        return bool(library()[0].llama_memory_seq_rm(self._memory, seq_id, pos, -1))

    def move(self, source: int, target: int) -> None:
        """Give the cells and the sampler's state of sequence `source` to `target`, which is empty."""
        llama, _ = library()
        llama.llama_memory_seq_cp(self._memory, source, target, -1, -1)
        sampler = self._samplers[source]
        # A chain can be attached once: each slot has its own.
        self.draw(target, sampler.sampling, seed=sampler.seed, grammar=sampler.grammar)
        llama.llama_sampler_copy(sampler.pointer, self._samplers[target].pointer)
        self.clear(source)

    def state_bytes(self, seq_id: int) -> int:
        """Bytes that `save` would save of sequence `seq_id`: in RAM, or on the devices."""
        return int(library()[0].llama_state_seq_get_size_ext(self.pointer, seq_id, _IN_RAM))

    def save(self, seq_id: int, *, lasting: bool = False) -> SavedState:
        """What the cache holds of sequence `seq_id`, for `restore`.

        It is the same for every kind of memory: attention, sliding windows, and recurrent states, which cannot be cut
        back or shared in part. With `saves_on_device` its tensors stay on the devices, in the sequence's one place
        there, if no other state is in it; dropping the state frees the place.

        Args:
            seq_id: the sequence.
            lasting: whether the state is for many pictures: it then takes the last sequence's place, where that is
                empty, and leaves those of the others to them.

        Raises:
            NativeError: llama.cpp could not save it.
        """
        if not self.saves_on_device:
            return self._save(seq_id, on_device=False)
        if not lasting:
            return self._save(seq_id, on_device=self._shelf.is_free(seq_id))
        last = self._shelf.last
        if not last or not self._shelf.is_free(last):  # a single sequence needs its place for its pictures
            return self._save(seq_id, on_device=False)
        if seq_id == last:
            return self._save(seq_id, on_device=True)
        state = self._save(seq_id, on_device=False)
        if library()[0].llama_memory_seq_pos_max(self._memory, last) >= 0:
            return state
        self.restore(last, state)
        try:
            return self._save(last, on_device=True)
        finally:
            self.clear(last)

    def _save(self, seq_id: int, *, on_device: bool) -> SavedState:
        import numpy as np

        llama, _ = library()
        flags = _ON_DEVICE if on_device else _IN_RAM
        n_bytes = llama.llama_state_seq_get_size_ext(self.pointer, seq_id, flags)
        data = np.empty(n_bytes, np.uint8)
        pointer = data.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        written = llama.llama_state_seq_get_data_ext(self.pointer, pointer, n_bytes, seq_id, flags)
        if written != n_bytes:
            raise _state_error("llama_state_seq_get_data_ext", "copied out of", written)
        state = SavedState(data, seq_id if on_device else None)
        self._shelf.put(state)
        return state

    def restore(self, seq_id: int, state: SavedState) -> None:
        """Fill the empty sequence `seq_id` with what `save` returned, as often as wanted.

        Raises:
            NativeError: llama.cpp could not restore it.
        """
        llama, _ = library()
        if not self._shelf.has(state):  # llama.cpp would end the process
            raise _state_error("llama_state_seq_set_data_ext", "copied into", 0)
        flags = _IN_RAM if state.place is None else _ON_DEVICE
        pointer = state.data.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        read = llama.llama_state_seq_set_data_ext(self.pointer, pointer, state.data.size, seq_id, flags)
        if read != state.data.size:
            raise _state_error("llama_state_seq_set_data_ext", "copied into", read)


def _state_error(call: str, what: str, code: int) -> NativeError:
    return NativeError(
        f"A sequence could not be {what} the KV cache{what_llama_said()}: try again, then with fewer slots.",
        call=call,
        code=code,
    )


def _check_decode(code: int, call: str) -> None:
    if code == 0:
        return
    if code == 1:
        raise CacheFullError("The KV cache is full: use a shorter context, a smaller picture or fewer slots.")
    raise NativeError(
        f"{call} returned {code}{what_llama_said()}: try again; if it fails again, use {_ON_CPU}.",
        call=call,
        code=code,
    )
