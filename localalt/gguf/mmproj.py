"""What each kind of projector wants of a picture: its size, and how many image tokens it makes of it.

Data and pure functions over an mmproj file's header; knows no pixels and no llama.cpp.
Sources: llama.cpp, tools/mtmd/clip.cpp (the hyperparameters of each projector type) and
mtmd.cpp (its preprocessor), as vendored by llama-cpp-python 0.3.36.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from localalt.errors import ModelFormatError
from localalt.gguf.header import GgufHeader
from localalt.gguf.image_budgets import GEMMA4, GLM, LFM2, MISTRAL, MUSE_GLIMMER, QWEN, ImageBudgets
from localalt.types import ImageGeometry

__all__ = ["geometry", "image_geometry", "is_non_causal", "own_bounds", "projector_type", "projector_width"]


@dataclass(frozen=True, slots=True)
class _Rule:
    """How to read a projector's geometry from its header.

    `merge_key` holds how many patches a side one image token covers, `merge` is its value
    where the key is missing. A projector without budgets takes one size only, a square.
    """

    merge_key: str
    merge: int
    budgets: ImageBudgets | None


_SCALE = "clip.vision.projector.scale_factor"
_SPATIAL = "clip.vision.spatial_merge_size"

_GEMMA4 = _Rule(_SCALE, 3, GEMMA4)
_QWEN = _Rule(_SPATIAL, 2, QWEN)

_RULES: Mapping[str, _Rule] = {
    "gemma3": _Rule(_SCALE, 4, None),
    "gemma4v": _GEMMA4,
    "gemma4uv": _GEMMA4,
    "glm4v": _Rule(_SPATIAL, 2, GLM),
    "lfm2": _Rule(_SCALE, 2, LFM2),
    "muse-glimmer": _Rule(_SPATIAL, 2, MUSE_GLIMMER),
    "qwen2vl_merger": _QWEN,
    "qwen2.5vl_merger": _QWEN,
    "qwen3vl_merger": _QWEN,
    "pixtral": _Rule(_SPATIAL, 1, MISTRAL),
}

_POSITIONS = "v.position_embd.weight"

# Ours, as the models that ship with localalt are smaller than llama.cpp expects of their architectures.
_MIN_TOKENS, _MAX_TOKENS = "localalt.image_min_tokens", "localalt.image_max_tokens"
MAX_OWN_TOKENS = 4096

# A projector that cuts pictures into tiles by rules of its own: it gets the picture at up to
# two megapixels in its own shape and resizes it itself.
_TILING = ImageGeometry(square=None, token_px=1, min_tokens=1, max_tokens=2 * 1024 * 1024)

MAX_SIDE_PX = 8192
"""No projector takes a fixed square or a patch larger than this; a header that says so is damaged."""


def projector_type(mmproj: GgufHeader) -> str:
    """The projector type that the header names, such as "gemma3" or "qwen3vl_merger"."""
    # Files with vision and audio name them apart.
    return mmproj.string("clip.projector_type") or mmproj.string("clip.vision.projector_type")


def projector_width(mmproj: GgufHeader) -> int | None:
    """Numbers per image embedding, as the last projection's tensor says, or None where it is not known.

    Only for types whose output tensor is known; llama.cpp checks the others when it loads them.
    """
    name, axis = _OUTPUT_TENSORS.get(projector_type(mmproj), ("", 0))
    tensor = mmproj.tensors.get(name)
    if tensor is None or len(tensor.shape) <= axis:
        return None
    return tensor.shape[axis]


# As clip_n_mmproj_embd in clip.cpp; Qwen3-VL widens by its deepstack layers and is left to llama.cpp.
_OUTPUT_TENSORS: Mapping[str, tuple[str, int]] = {
    "gemma3": ("mm.input_projection.weight", 0),
    "gemma4v": ("mm.input_projection.weight", 1),
    "qwen2vl_merger": ("mm.2.bias", 0),
    "qwen2.5vl_merger": ("mm.2.bias", 0),
    "glm4v": ("mm.down.weight", 1),
    "lfm2": ("mm.2.weight", 1),
    "minicpmv4_6": ("mm.merger.fc2.weight", 1),
    "muse-glimmer": ("mm.2.weight", 1),
    "pixtral": ("mm.2.weight", 1),
}


def image_geometry(mmproj: GgufHeader) -> ImageGeometry:
    """How the projector with this header cuts a picture into image tokens.

    Raises:
        ModelFormatError: the header lacks the sizes that its type needs, or they make no sense.
    """
    kind = projector_type(mmproj)
    rule = _RULES.get(kind)
    if rule is None:
        return _TILING
    merge = mmproj.integer(rule.merge_key, rule.merge)
    image_px, patch_px = mmproj.integer("clip.vision.image_size"), mmproj.integer("clip.vision.patch_size")
    try:
        found = geometry(kind, image_px=image_px, patch_px=patch_px, merge=merge)
    except ValueError as error:
        raise ModelFormatError(f"{mmproj.path} has {error}: it is damaged. Download it again.") from error
    own = own_bounds(mmproj)
    if found.square is not None:
        return found
    if own is not None:
        return ImageGeometry(None, found.token_px, *own)
    table = mmproj.tensors.get(_POSITIONS) if found.fills else None
    if table is None or len(table.shape) < 2:
        return found
    n_positions = table.shape[1]  # of patches a side; "unified" projectors take a token for one
    return dataclasses.replace(found, max_side_tokens=max(1, n_positions // (1 if kind == "gemma4uv" else merge)))


def own_bounds(mmproj: GgufHeader) -> tuple[int, int] | None:
    """(fewest, most) image tokens of a picture, where the file names them: a known-answer model's does.

    Raises:
        ModelFormatError: they make no sense.
    """
    least, most = mmproj.integer(_MIN_TOKENS), mmproj.integer(_MAX_TOKENS)
    if not (least or most):
        return None
    if not 0 < least <= most <= MAX_OWN_TOKENS:
        raise ModelFormatError(
            f"{mmproj.path} has bounds of {least} to {most} image tokens: it is damaged. Install localalt again."
        )
    return least, most


def geometry(kind: str, *, image_px: int, patch_px: int, merge: int) -> ImageGeometry:
    """How a projector of type `kind` with these sizes cuts a picture; `merge` is in patches a side.

    Raises:
        ValueError: the sizes make no sense.
    """
    rule = _RULES.get(kind)
    if rule is None:
        return _TILING
    token_px = patch_px * merge
    if not (0 < patch_px <= MAX_SIDE_PX and 0 < merge <= MAX_SIDE_PX and token_px <= MAX_SIDE_PX):
        raise ValueError(f"a patch size of {patch_px} and merges {merge}")
    own = rule.budgets
    if own is not None:
        return ImageGeometry(None, token_px, own.least, own.most, own.low, own.low_on_gpu, own.high, fills=own.fills)
    if not token_px <= image_px <= MAX_SIDE_PX:
        raise ValueError(f"an image size of {image_px}")
    n_tokens = (image_px // token_px) ** 2
    return ImageGeometry(image_px, token_px, n_tokens, n_tokens)


def is_non_causal(kind: str, n_embd: int) -> bool:
    """Whether the image tokens of a projector see those after them too; `n_embd` is the language model's width.

    As mtmd_decode_use_non_causal in mtmd.cpp, which the engine asks once the projector is loaded:
    Gemma 4 E2B and E4B, recognised by their widths, are causal, and its other sizes are not.
    """
    if kind == "gemma4v":
        return n_embd not in (1536, 2560)
    return kind in ("gemma3", "gemma4uv")
