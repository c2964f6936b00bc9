"""A loaded model's first computations on a GPU, before anybody waits for one.

The largest picture is encoded and brought into the cache, short texts after it, and tokens are decoded for every
number of slots. Backends compile their shaders then, of which Vulkan has others for few columns, and take memory that
no plan sees in advance: the projector's buffer, pools, workspaces. Where that fails, it is loading that fails, and
there is a smaller plan.

Measured on a CPU, it costs more than it brings: see benchmarks/NOTES.md.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from localalt.engine.shortage import raise_where_memory_lacks
from localalt.errors import CacheFullError, NativeError
from localalt.image.budgets import budget
from localalt.image.resize import fit
from localalt.native import Chunk, Context, Model, Projector
from localalt.types import ImageGeometry, ProgressCallback

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["largest_picture", "warm_up"]

logger = logging.getLogger(__name__)

TILED_SIDE_PX = 512
"""Of a picture for a projector that cuts it into tiles: each is encoded by itself, whatever the whole one's size."""
HUGE_PX = 100_000
"""Of a side: beyond what any projector takes."""
TEXT_LENGTHS = (48, 24, 7, 6, 5, 4)
"""Tokens of texts: 4 to 7 are the heads of prompts before a picture, for which there are kernels as for `WIDEST`; for
the others Vulkan multiplies by tiles of three sizes, for up to 32 columns, up to 64, and more, which the
picture has (ggml-vulkan.cpp, matmul_tile_selector)."""
WIDEST = 8
"""Columns up to which Vulkan and CUDA have kernels for each number of them (ggml-vulkan.cpp, mul_mat_vec_max_cols;
mmvq.cuh, MMVQ_MAX_BATCH_SIZE)."""


def warm_up(
    model: Model,
    projector: Projector | None,
    context: Context,
    *,
    n_seq_max: int,
    geometry: ImageGeometry | None,
    progress: ProgressCallback,
) -> int:
    """Compute once all that a picture needs, and leave an empty cache; the bytes of the largest picture's state there.

    What a device computes wrong is not this function's business: the first picture says so.

    Args:
        model, projector, context: what is loaded.
        n_seq_max: slots of the context.
        geometry: what the projector makes of a picture, within the plan's image tokens; None without one.
        progress: called with 0.0 to 1.0; what it raises ends the loading.

    Raises:
        NotEnoughMemoryError: there is too little memory for the largest picture that is read.
    """
    n_past = n_bytes = 0
    try:
        if projector is not None and geometry is not None:
            n_past = _see(model, projector, context, largest_picture(geometry), progress)
            usual = budget(geometry, "high")
            n_bytes = context.state_bytes(0) * max(1, geometry.max_tokens) // max(1, usual.max_tokens)
        progress(0.8)
        _write(context, max(0, model.bos), n_past, n_seq_max)
    except (NativeError, CacheFullError) as error:
        raise_where_memory_lacks(error)
        logger.warning("The model could not be warmed up: %s", error)
    finally:
        for slot in range(n_seq_max):
            context.clear(slot)
    progress(1.0)
    return n_bytes


def largest_picture(geometry: ImageGeometry) -> npt.NDArray[np.uint8]:
    """A grey picture that takes as many image tokens as any that is read: uint8 of shape (height, width, 3).

    The tier "max" has more, for which a plan leaves memory with a margin: to compute one takes a small GPU seconds at
    every start, and few pictures are of that tier.
    """
    import numpy as np

    is_tiled = geometry.square is None and geometry.token_px == 1
    usual = budget(geometry, "high")
    width, height = (TILED_SIDE_PX,) * 2 if is_tiled else fit(HUGE_PX, HUGE_PX, usual).canvas
    return np.full((height, width, 3), 128, np.uint8)


def _see(
    model: Model,
    projector: Projector,
    context: Context,
    pixels: npt.NDArray[np.uint8],
    progress: ProgressCallback,
) -> int:
    """Encode a picture, or its first tile, and bring it into the first slot; the positions that it takes there."""
    chunks = projector.tokenize([pixels])  # which owns the chunk
    chunk = next(each for each in chunks if each.tokens is None)
    progress(0.1)
    embeddings = _encode(model, projector, chunk)
    progress(0.5)
    context.decode_image(projector, chunk, embeddings, 0, 0)
    context.synchronize()
    return chunk.n_pos


def _write(context: Context, token: int, n_past: int, n_seq_max: int) -> None:
    """Decode short texts after what is in the first slot, then a token of all slots, and of ever fewer."""
    for n_tokens in TEXT_LENGTHS:
        context.decode_text([token] * n_tokens, n_past, 0, want_logits=False)
        n_past += n_tokens
    for step, width in enumerate((n_seq_max, *range(min(n_seq_max - 1, WIDEST), 0, -1))):
        context.decode([token] * width, [n_past + step, *[step] * (width - 1)], range(width))
        for slot in range(width):
            context.sample(slot, slot)
    context.synchronize()


def _encode(model: Model, projector: Projector, chunk: Chunk) -> npt.NDArray[np.float32]:
    import numpy as np

    try:
        return projector.encode(chunk)
    except NativeError as error:  # numbers that are not finite, perhaps
        raise_where_memory_lacks(error)
        logger.warning("A picture could not be encoded to warm up: %s", error)
        return np.zeros((chunk.n_tokens, model.n_embd_inp), np.float32)
