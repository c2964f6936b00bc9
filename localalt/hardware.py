"""What this machine has, and the settings a model gets on it.

`plan()` is pure: numbers in, numbers out. Only `physical_cores()` looks at the machine.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from localalt.types import ImageGeometry

__all__ = ["Plan", "physical_cores", "plan"]

N_BATCH = 2048
"""Tokens per call of llama_decode, llama.cpp's default."""
N_UBATCH = 512
"""Tokens per graph, llama.cpp's default: larger ones gain little and their buffers cost memory."""
N_TEXT_CELLS = 1536
"""Cells for the instruction (about 150 tokens) and what the author says about the picture."""
N_TILED_CELLS = 4096
"""Cells for a picture that the projector cuts into tiles by rules of its own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of one loaded model, in llama.cpp's names."""

    n_gpu_layers: int
    """-1: all layers on the GPU."""
    projector_on_gpu: bool
    n_seq_max: int
    n_ctx_seq: int
    n_batch: int
    n_ubatch: int
    n_threads: int


def plan(
    geometry: ImageGeometry, *, max_tokens: int, n_ctx_train: int, n_seq_max: int, n_cores: int, use_gpu: bool
) -> Plan:
    """Settings with room for the largest picture, `N_TEXT_CELLS` of text and the answer in every sequence.

    `n_ctx_train` is what the model was trained for, 0 where unknown; going beyond it garbles text.
    """
    n_image_cells = geometry.max_tokens if geometry.token_px > 1 else N_TILED_CELLS
    n_ctx_seq = n_image_cells + N_TEXT_CELLS + max_tokens
    if n_ctx_train > 0:
        n_ctx_seq = min(n_ctx_seq, n_ctx_train)
    return Plan(
        n_gpu_layers=-1 if use_gpu else 0,
        projector_on_gpu=use_gpu,
        n_seq_max=n_seq_max,
        n_ctx_seq=n_ctx_seq,
        n_batch=N_BATCH,
        n_ubatch=N_UBATCH,
        n_threads=n_cores,
    )


def physical_cores() -> int:
    """Cores that this process may use, hyper-threads counted once: more threads than that slow llama.cpp down."""
    usable = set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    if sys.platform == "linux":
        siblings = {_first_sibling(cpu) for cpu in usable}
        if None not in siblings:
            return len(siblings)
    if sys.platform == "darwin":
        return len(usable)  # Apple silicon has no hyper-threads
    return max(1, len(usable) // 2)


def _first_sibling(cpu: int) -> str | None:
    """What names the core that `cpu` is a hyper-thread of, or None where the kernel does not say."""
    try:
        return Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text()
    except OSError:
        return None
