"""llama_batch: the tokens of one call, with their positions and sequences."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

__all__ = ["Batch"]


class Batch:
    """A llama_batch over arrays of our own, filled without a Python loop per token."""

    def __init__(self, llama: Any, n_batch: int) -> None:
        import numpy as np

        self._token = np.zeros(n_batch, np.int32)
        self._pos = np.zeros(n_batch, np.int32)
        self._n_seq_id = np.ones(n_batch, np.int32)
        self._seq_id = np.zeros(n_batch, np.int32)
        self._logits = np.zeros(n_batch, np.int8)
        # seq_id is an array of pointers, one per row: each points at its row of _seq_id.
        rows = self._seq_id.ctypes.data + np.arange(n_batch, dtype=np.uintp) * self._seq_id.itemsize
        self._seq_id_rows = np.ascontiguousarray(rows, dtype=np.uintp)
        self.native = llama.llama_batch()
        for field, array in (
            ("token", self._token),
            ("pos", self._pos),
            ("n_seq_id", self._n_seq_id),
            ("seq_id", self._seq_id_rows),
            ("logits", self._logits),
        ):
            kind = dict(llama.llama_batch._fields_)[field]
            setattr(self.native, field, ctypes.cast(array.ctypes.data, kind))

    def set_run(
        self, tokens: Sequence[int], pos: int, seq_id: int, *, want_logits: bool, of_each: bool = False
    ) -> None:
        """Tokens of one sequence from position `pos` on, with logits after the last or each if they are wanted."""
        import numpy as np

        n_tokens = len(tokens)
        self._token[:n_tokens] = tokens
        self._pos[:n_tokens] = np.arange(pos, pos + n_tokens)
        self._seq_id[:n_tokens] = seq_id
        self._logits[:n_tokens] = want_logits and of_each
        self._logits[n_tokens - 1] = want_logits
        self.native.n_tokens = n_tokens

    def set_rows(self, tokens: Sequence[int], positions: Sequence[int], seq_ids: Sequence[int]) -> None:
        """One token of each of several sequences, with logits."""
        n_rows = len(tokens)
        self._token[:n_rows] = tokens
        self._pos[:n_rows] = positions
        self._seq_id[:n_rows] = seq_ids
        self._logits[:n_rows] = 1
        self.native.n_tokens = n_rows
