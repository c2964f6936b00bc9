"""The tensors that each type of projector must have, with their shapes and types, from the sizes in its header.

Where one is missing or of another shape, llama.cpp ends the process instead of refusing the file. Data and pure
functions; knows no files. Sources: llama.cpp as vendored by llama-cpp-python 0.3.36, tools/mtmd/clip.cpp
(load_tensors) and tools/mtmd/models/*.cpp for what the graphs use, conversion/*.py for the types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from localalt.gguf.hparams import VisionShape

__all__ = ["F16", "F32", "MATRICES", "NEEDS_SIZES", "Expected", "expected_tensors", "is_unwanted"]

F32, F16, BF16 = 0, 1, 30
VECTOR = frozenset({F32})
CONVOLUTION = frozenset({F32, F16})
"""Of kernels: ggml's convolution takes no others."""
MATRICES = frozenset({0, 1, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 29, 30, 34, 35, 39, 40})
"""By ggml.h's numbers, what a matrix product takes: not whole numbers, F64 or what only activations are put into."""

NEEDS_SIZES = frozenset({"gemma3", "gemma4v", "gemma4uv", "idefics3", "pixtral", "qwen2.5vl_merger", "qwen3vl_merger"})
"""The types of projector that are known here."""

_UNWANTED: Mapping[str, tuple[str, ...]] = {
    "pixtral": ("v.class_embd",),
    "qwen2vl_merger": ("v.class_embd", "v.patch_embd.bias"),
    "qwen2.5vl_merger": ("v.class_embd", "v.patch_embd.bias"),
    "qwen3vl_merger": ("v.class_embd",),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a tensor must be; None as a side means any."""

    name: str
    shape: tuple[int | None, ...]
    types: frozenset[int] = VECTOR
    optional: bool = False

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Whether a tensor's shape is this one, with ones at its end or without."""
        padded = (*shape, *(1,) * (len(self.shape) - len(shape)))
        return len(padded) == len(self.shape) and all(
            wanted in (None, side) for wanted, side in zip(self.shape, padded, strict=True)
        )


def expected_tensors(shape: VisionShape) -> Iterator[Expected]:
    """Those of a projector with these sizes, of a type in `NEEDS_SIZES`."""
    own = list(_own(shape))
    yield from own
    names = {each.name for each in own}
    yield from (each for each in _used_of_all(shape) if each.name not in names)


def is_unwanted(kind: str, name: str) -> bool:
    """Whether a tensor makes the graph of a projector of the type `kind` one that cannot be computed.

    clip.cpp takes a layer with experts for a mixture of them, whatever the type (build_vit), and Qwen's graphs assert
    that the others are not there (models/qwen2vl.cpp and qwen3vl.cpp). Pixtral's positions are one too many for their
    tensor with a class embedding (clip.cpp:4501 and 5115).
    """
    if kind in NEEDS_SIZES and name.startswith("v.blk.") and name.endswith(".ffn_gate_exps.weight"):
        return True
    return name in _UNWANTED.get(kind, ())


def _used_of_all(shape: VisionShape) -> Iterator[Expected]:
    """What clip.cpp looks for in every projector, and uses where it is there (load_tensors, build_vit)."""
    n_embd = shape.n_embd
    for name in ("v.pre_ln.weight", "v.pre_ln.bias", "v.post_ln.weight", "v.post_ln.bias", "v.patch_embd.bias"):
        yield Expected(name, (n_embd,), optional=True)
    n_embd_head = n_embd // max(1, shape.n_head)
    widths = dict.fromkeys(("ls1", "ls2", "out_scale", "attn_post_norm", "ffn_post_norm"), n_embd)
    widths |= dict.fromkeys(("attn_q_norm", "attn_k_norm"), n_embd_head)
    matrices = {"attn_qkv": (n_embd, 3 * n_embd), "ffn_gate": (n_embd, shape.n_ff)}
    for index in range(shape.n_layer):
        for norm, width in widths.items():
            yield Expected(f"v.blk.{index}.{norm}.weight", (width,), optional=True)
        for name, sides in matrices.items():
            yield Expected(f"v.blk.{index}.{name}.weight", sides, MATRICES, optional=True)
            yield Expected(f"v.blk.{index}.{name}.bias", sides[1:], optional=True)


def _own(shape: VisionShape) -> Iterator[Expected]:
    yield from _stem(shape)
    for index in range(shape.n_layer):
        for each in _layer(shape):
            yield Expected(f"v.blk.{index}.{each.name}", each.shape, each.types, each.optional)
    yield from _projection(shape)


def _stem(shape: VisionShape) -> Iterator[Expected]:
    kind, n_embd = shape.projector, shape.n_embd
    patch = (shape.patch_px, shape.patch_px, 3, n_embd)
    if kind == "gemma4uv":  # no tower: whole squares of patches are projected
        n_patch = 3 * (shape.patch_px * shape.merge) ** 2
        yield Expected("v.patch_embd.weight", (n_patch, n_embd), MATRICES)
        yield Expected("v.patch_embd.bias", (n_embd,))
        for number, width in ((1, n_patch), (2, n_embd), (3, n_embd)):
            yield Expected(f"v.patch_norm.{number}.weight", (width,))
            yield Expected(f"v.patch_norm.{number}.bias", (width,))
        yield Expected("v.position_embd.weight", (n_embd, None, 2), frozenset({F32, F16, BF16}))
        return
    yield Expected("v.patch_embd.weight", patch, CONVOLUTION)
    if kind in ("qwen3vl_merger", "qwen2.5vl_merger"):
        yield Expected("v.patch_embd.weight.1", patch, CONVOLUTION)
    if kind in ("qwen3vl_merger", "gemma3", "idefics3"):
        yield Expected("v.patch_embd.bias", (n_embd,))
    if kind == "gemma4v":
        yield Expected("v.position_embd.weight", (n_embd, None, 2), frozenset({F32, F16, BF16}))
        yield Expected("v.std_scale", (n_embd,), optional=True)
        yield Expected("v.std_bias", (n_embd,), optional=True)
    elif kind in ("gemma3", "idefics3"):
        yield Expected("v.position_embd.weight", (n_embd, (shape.image_px // shape.patch_px) ** 2))
    elif kind == "qwen3vl_merger":
        yield Expected("v.position_embd.weight", (n_embd, None))
    if kind == "pixtral":
        yield Expected("v.pre_ln.weight", (n_embd,))
    if kind in ("gemma3", "idefics3", "qwen3vl_merger", "qwen2.5vl_merger"):
        yield Expected("v.post_ln.weight", (n_embd,))
        yield Expected("v.post_ln.bias", (n_embd,), optional=kind == "qwen2.5vl_merger")


def _layer(shape: VisionShape) -> Iterator[Expected]:
    kind, n_embd, n_ff = shape.projector, shape.n_embd, shape.n_ff
    is_plain = kind in ("gemma3", "idefics3", "qwen3vl_merger")
    has_bias = is_plain or kind == "qwen2.5vl_merger"
    sizes = {"attn_q": (n_embd, n_embd), "attn_k": (n_embd, n_embd), "attn_v": (n_embd, n_embd)}
    if kind == "qwen3vl_merger":
        sizes = {"attn_qkv": (n_embd, 3 * n_embd)}
    sizes |= {"attn_out": (n_embd, n_embd), "ffn_up": (n_embd, n_ff), "ffn_down": (n_ff, n_embd)}
    if not is_plain:
        sizes["ffn_gate"] = (n_embd, n_ff)
    for name, (inner, outer) in sizes.items():
        yield Expected(f"{name}.weight", (inner, outer), MATRICES)
        yield Expected(f"{name}.bias", (outer,), optional=not has_bias)
        if kind == "gemma4v":
            for bound in ("input_min", "input_max", "output_min", "output_max"):
                yield Expected(f"{name}.{bound}", (1,), optional=True)
    for norm in ("ln1", "ln2"):
        yield Expected(f"{norm}.weight", (n_embd,))
        yield Expected(f"{norm}.bias", (n_embd,), optional=not is_plain)
    if kind == "gemma4v":
        n_embd_head = n_embd // max(1, shape.n_head)
        yield Expected("attn_q_norm.weight", (n_embd_head,))
        yield Expected("attn_k_norm.weight", (n_embd_head,))
        yield Expected("attn_post_norm.weight", (n_embd,))
        yield Expected("ffn_post_norm.weight", (n_embd,))
        yield Expected("out_scale.weight", (n_embd,), optional=True)


def _projection(shape: VisionShape) -> Iterator[Expected]:
    kind, n_embd, n_out = shape.projector, shape.n_embd, shape.n_embd_out
    n_merged = n_embd * shape.merge**2
    if kind == "gemma3":  # multiplied the other way round
        yield Expected("mm.input_projection.weight", (n_out, n_embd), CONVOLUTION | {BF16})
        yield Expected("mm.soft_emb_norm.weight", (n_embd,))
    elif kind in ("gemma4v", "gemma4uv"):
        yield Expected("mm.input_projection.weight", (n_embd, n_out), MATRICES)
    elif kind == "idefics3":
        yield Expected("mm.model.fc.weight", (n_merged, n_out), MATRICES)
    elif kind == "pixtral":
        yield Expected("mm.1.weight", (n_embd, n_out), MATRICES)
        yield Expected("mm.1.bias", (n_out,), optional=True)
        yield Expected("mm.2.weight", (n_out, n_out), MATRICES)
        yield Expected("mm.2.bias", (n_out,), optional=True)
        yield Expected("v.token_embd.img_break", (n_out,), CONVOLUTION)
        is_merged = shape.merge > 1
        yield Expected("mm.input_norm.weight", (n_embd,), optional=not is_merged)
        yield Expected("mm.patch_merger.weight", (n_merged, n_embd), MATRICES, optional=not is_merged)
    else:
        yield Expected("mm.0.weight", (n_merged, n_merged), MATRICES)
        yield Expected("mm.0.bias", (n_merged,))
        yield Expected("mm.2.weight", (n_merged, n_out), MATRICES)
        yield Expected("mm.2.bias", (n_out,))
        for index in shape.deepstack:
            for name, width in (("fc1", n_merged), ("fc2", n_out)):
                yield Expected(f"v.deepstack.{index}.{name}.weight", (n_merged, width), MATRICES)
                yield Expected(f"v.deepstack.{index}.{name}.bias", (width,))
            yield Expected(f"v.deepstack.{index}.norm.weight", (n_merged,))
            yield Expected(f"v.deepstack.{index}.norm.bias", (n_merged,))
