"""Which settings a model could run with, and the memory that each of them takes."""

from __future__ import annotations

from collections.abc import Iterator

from localalt.planning.memory import Memory, RuntimeSettings, estimate
from localalt.planning.plan import ModelSpec

__all__ = [
    "N_SEQ_MAX",
    "N_TEXT_CELLS",
    "N_TILED_CELLS",
    "N_UBATCH",
    "memory_of",
    "runtime_settings",
    "sizes_to_try",
    "smallest_bytes",
    "with_image_tokens",
]

N_SEQ_MAX = 4
"""Slots where memory allows and nothing is measured. Two cores decode Gemma 3 270M at 45 tokens/s with one sequence,
97 with four, 97 with sixteen."""
N_UBATCH = 512
"""Tokens per graph, llama.cpp's default: larger ones gain little and their buffers cost memory."""
N_TEXT_CELLS = 1536
"""Cells for the instruction (about 150 tokens) and what the author says about the picture."""
N_TILED_CELLS = 4096
"""Cells for a picture that the projector cuts into tiles by rules of its own."""


def runtime_settings(
    spec: ModelSpec,
    n_seq_max: int,
    n_image_tokens: int,
    n_gpu_layers: int,
    *,
    projector_on_gpu: bool = True,
    op_offload: bool | None = None,
    n_cpu_moe: int = 0,
    tensor_split: tuple[int, ...] = (),
) -> RuntimeSettings:
    """Settings with so many slots, image tokens and layers on GPUs.

    Their context has room for one picture and its answer in each slot. A GPU with layers computes prompts for the
    others too, unless `op_offload` says otherwise.
    """
    tiled = spec.geometry.token_px == 1
    n_ubatch = spec.tuning.n_ubatch or N_UBATCH
    n_ctx_seq = (N_TILED_CELLS if tiled else n_image_tokens) + (spec.n_text_cells or N_TEXT_CELLS) + spec.max_tokens
    n_ctx_train = spec.shape.text.n_ctx_train
    if n_ctx_train > 0:  # going beyond it garbles text
        n_ctx_seq = min(n_ctx_seq, n_ctx_train)
    # Weights on the CPU are uploaded for every graph of 32 tokens or more (ggml-cuda.cu:5651): one for the picture.
    op_offload = n_gpu_layers > 0 if op_offload is None else op_offload
    is_split = op_offload and (n_gpu_layers <= spec.shape.text.n_layer or n_cpu_moe > 0)
    covers_picture = spec.non_causal or (is_split and spec.tuning.n_ubatch is None and not tiled)
    return RuntimeSettings(
        n_seq_max=n_seq_max,
        n_ctx_seq=n_ctx_seq,
        n_ubatch=max(n_ubatch, n_image_tokens) if covers_picture else n_ubatch,
        n_image_tokens=n_image_tokens,
        n_gpu_layers=n_gpu_layers,
        projector_on_gpu=projector_on_gpu,
        op_offload=op_offload,
        n_cpu_moe=n_cpu_moe,
        tensor_split=tensor_split,
    )


def sizes_to_try(spec: ModelSpec, n_seq_max: int | None) -> Iterator[tuple[int, int]]:
    """(slots, image tokens) to try, best first: as many as reading takes, then fewer, but no fewer than looking takes.

    A number that a person asked for is not cut.
    """
    geometry = spec.geometry
    slots = n_seq_max or N_SEQ_MAX
    is_free = geometry.square is None and geometry.token_px > 1
    most = N_TILED_CELLS if geometry.token_px == 1 else geometry.max_tokens
    if is_free:
        most = min(most, geometry.high_tokens)
    while True:
        yield slots, most
        if slots == 1:
            break
        slots //= 2
    least = max(geometry.min_tokens, geometry.low_tokens)
    while is_free and spec.tuning.n_image_tokens is None and most > least:
        most = max(most // 2, least)
        yield 1, most


def with_image_tokens(spec: ModelSpec, settings: RuntimeSettings, n_image_tokens: int) -> RuntimeSettings:
    """`settings` with room for larger or smaller pictures."""
    return runtime_settings(
        spec,
        settings.n_seq_max,
        n_image_tokens,
        settings.n_gpu_layers,
        projector_on_gpu=settings.projector_on_gpu,
        op_offload=settings.op_offload,
        n_cpu_moe=settings.n_cpu_moe,
        tensor_split=settings.tensor_split,
    )


def memory_of(spec: ModelSpec, settings: RuntimeSettings) -> Memory:
    """What `spec` takes with these settings."""
    return estimate(
        spec.shape,
        weights_bytes=spec.weights_bytes,
        mmproj_bytes=spec.mmproj_bytes,
        settings=settings,
        split=spec.split,
    )


def smallest_bytes(spec: ModelSpec) -> int:
    """The least RAM that `spec` runs with, all on the CPU."""
    *_, smallest = sizes_to_try(spec, 1)
    return memory_of(spec, runtime_settings(spec, *smallest, 0, projector_on_gpu=False)).host.total
