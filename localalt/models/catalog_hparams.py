"""The shapes of the catalog's models, as data, by short name: for plans made before a download.

Every entry says in its comment where its sizes come from and how they were checked: the
tensors of that shape (`localalt.random_pair.tensors`), in the types that llama-quantize gives
them, against the size in bytes of the published file (`tests/random_pair/test_random_pair.py` repeats it).
The numbers are computed over published, the header's vocabulary counted: 1.000 is exact to 0.05 %.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from localalt.gguf.hparams import Layer, ModelShape, Recurrent, TextShape, VisionShape
from localalt.models.catalog_hparams_others import OTHERS

__all__ = ["SHAPES"]


def _grouped(n_layer: int, group: int, most: Layer, last: Layer) -> tuple[Layer, ...]:
    """Layers in groups whose last one differs."""
    return tuple(last if (index + 1) % group == 0 else most for index in range(n_layer))


def _full(n_ff: int, n_head: int, n_head_kv: int, n_embd_head: int) -> Layer:
    return Layer("full", n_ff, n_head, n_head_kv, n_embd_head, n_embd_head)


def _sliding(n_ff: int, n_head: int, n_head_kv: int, n_embd_head: int) -> Layer:
    return Layer("sliding", n_ff, n_head, n_head_kv, n_embd_head, n_embd_head)


# --- Qwen3.5, Qwen3.6: three layers of gated delta net, then one of full attention ---


def _qwen35(
    *, n_embd: int, n_layer: int, n_ff: int, n_head: int, n_head_kv: int, n_head_value: int, tied: bool
) -> TextShape:
    return TextShape(
        architecture="qwen35",
        n_embd=n_embd,
        n_vocab=248_320,
        n_ctx_train=262_144,
        layers=_hybrid(n_layer, n_ff, n_head, n_head_kv),
        tied_output=tied,
        recurrent=_delta_net(n_head_value),
    )


def _qwen35_moe(
    *, n_embd: int, n_layer: int, n_head: int, n_head_kv: int, n_head_value: int, n_ff_expert: int
) -> TextShape:
    return TextShape(
        architecture="qwen35moe",
        n_embd=n_embd,
        n_vocab=248_320,
        n_ctx_train=262_144,
        layers=_hybrid(n_layer, 0, n_head, n_head_kv),
        tied_output=False,
        n_expert=256,
        n_expert_used=8,
        n_ff_expert=n_ff_expert,
        n_ff_shared=n_ff_expert,
        recurrent=_delta_net(n_head_value),
    )


def _hybrid(n_layer: int, n_ff: int, n_head: int, n_head_kv: int) -> tuple[Layer, ...]:
    recurrent = Layer("recurrent", n_ff, n_head, n_head_kv, 256, 256)
    return _grouped(n_layer, 4, recurrent, _full(n_ff, n_head, n_head_kv, 256))


def _delta_net(n_head_value: int) -> Recurrent:
    return Recurrent(d_conv=4, d_inner=128 * n_head_value, d_state=128, dt_rank=n_head_value, n_group=16)


def _qwen3_vision(n_layer: int, n_embd: int, n_ff: int, n_head: int, n_embd_out: int, *deepstack: int) -> VisionShape:
    return VisionShape(
        projector="qwen3vl_merger",
        n_layer=n_layer,
        n_embd=n_embd,
        n_ff=n_ff,
        n_head=n_head,
        patch_px=16,
        merge=2,
        image_px=768,
        n_embd_out=n_embd_out,
        deepstack=deepstack,
        n_position=48 * 48,
    )


# --- Qwen3-VL and Qwen2.5-VL: full attention throughout ---


def _qwen3_vl(n_embd: int, n_layer: int, n_ff: int, n_head: int, *, tied: bool) -> TextShape:
    return TextShape(
        architecture="qwen3vl",
        n_embd=n_embd,
        n_vocab=151_936,
        n_ctx_train=262_144,
        layers=(_full(n_ff, n_head, 8, 128),) * n_layer,
        tied_output=tied,
        n_deepstack=3,
    )


def _qwen25_vl(n_embd: int, n_layer: int, n_ff: int, n_head: int, n_head_kv: int, n_vocab: int) -> ModelShape:
    text = TextShape(
        architecture="qwen2vl",
        n_embd=n_embd,
        n_vocab=n_vocab,
        n_ctx_train=128_000,
        layers=(_full(n_ff, n_head, n_head_kv, 128),) * n_layer,
        tied_output=n_embd == 2048,
    )
    vision = VisionShape(
        projector="qwen2.5vl_merger",
        n_layer=32,
        n_embd=1280,
        n_ff=3456 if n_embd == 5120 else 3420,
        n_head=16,
        patch_px=14,
        merge=2,
        image_px=560,
        n_embd_out=n_embd,
        full_attention_every=8,
    )
    return ModelShape(text, vision)


# --- Gemma: most layers see a sliding window ---


def _gemma3(n_embd: int, n_layer: int, n_ff: int, n_head: int, n_head_kv: int, n_embd_head: int) -> ModelShape:
    sizes = (n_ff, n_head, n_head_kv, n_embd_head)
    text = TextShape(
        architecture="gemma3",
        n_embd=n_embd,
        n_vocab=262_144,
        n_ctx_train=131_072,
        layers=_grouped(n_layer, 6, _sliding(*sizes), _full(*sizes)),
        n_swa=1024,
    )
    vision = VisionShape(
        projector="gemma3",
        n_layer=27,
        n_embd=1152,
        n_ff=4304,
        n_head=16,
        patch_px=14,
        merge=4,
        image_px=896,
        n_embd_out=n_embd,
        n_position=64 * 64,
    )
    return ModelShape(text, vision)


def _gemma4_e(n_embd: int, n_layer: int, n_ff: int, n_head_kv: int, group: int, n_shared: int, wide: int) -> ModelShape:
    """E2B and E4B: the last `n_shared` layers use earlier keys and values; theirs is `wide` times the width."""
    first = n_layer - n_shared
    layers = tuple(
        Layer(
            kind="full" if (index + 1) % group == 0 else "sliding",
            n_ff=n_ff if index < first else n_ff * wide,
            n_head=8,
            n_head_kv=n_head_kv,
            n_embd_head_k=512 if (index + 1) % group == 0 else 256,
            n_embd_head_v=512 if (index + 1) % group == 0 else 256,
            has_kv=index < first,
        )
        for index in range(n_layer)
    )
    text = TextShape(
        architecture="gemma4",
        n_embd=n_embd,
        n_vocab=262_144,
        n_ctx_train=131_072,
        layers=layers,
        n_swa=512,
        n_embd_per_layer=256,
    )
    return ModelShape(text, _gemma4_vision(16, 768, 3072, 12, n_embd))


def _gemma4_vision(n_layer: int, n_embd: int, n_ff: int, n_head: int, n_embd_out: int) -> VisionShape:
    return VisionShape(
        projector="gemma4v",
        n_layer=n_layer,
        n_embd=n_embd,
        n_ff=n_ff,
        n_head=n_head,
        patch_px=16,
        merge=3,
        image_px=224,  # in the file, and without a meaning
        n_embd_out=n_embd_out,
        n_position=10_240,
    )


def _gemma4(
    *, n_embd: int, n_layer: int, n_ff: int, n_head: int, n_head_kv: int, n_head_kv_full: int, n_ff_expert: int = 0
) -> TextShape:
    """12B, 26B-A4B and 31B: full layers with fewer, wider heads whose values are their keys."""
    full = Layer("full", n_ff, n_head, n_head_kv_full, 512, 512, has_v=False)
    return TextShape(
        architecture="gemma4",
        n_embd=n_embd,
        n_vocab=262_144,
        n_ctx_train=262_144,
        layers=_grouped(n_layer, 6, _sliding(n_ff, n_head, n_head_kv, 256), full),
        n_swa=1024,
        n_expert=128 if n_ff_expert else 0,
        n_expert_used=8 if n_ff_expert else 0,
        n_ff_expert=n_ff_expert,
    )


# --- SmolVLM, Mistral Small ---


def _llama(
    n_embd: int,
    n_layer: int,
    n_ff: int,
    n_head: int,
    n_head_kv: int,
    n_vocab: int,
    *,
    head: int,
    n_ctx: int,
    tied: bool,
) -> TextShape:
    return TextShape(
        architecture="llama",
        n_embd=n_embd,
        n_vocab=n_vocab,
        n_ctx_train=n_ctx,
        layers=(_full(n_ff, n_head, n_head_kv, head),) * n_layer,
        tied_output=tied,
    )


def _smol_vision(
    n_layer: int, n_embd: int, n_ff: int, n_head: int, image_px: int, patch_px: int, merge: int, out: int
) -> VisionShape:
    return VisionShape(
        projector="idefics3",
        n_layer=n_layer,
        n_embd=n_embd,
        n_ff=n_ff,
        n_head=n_head,
        patch_px=patch_px,
        merge=merge,
        image_px=image_px,
        n_embd_out=out,
        n_position=(image_px // patch_px) ** 2,
    )


_QWEN_TEXT_27B = _qwen35(n_embd=5120, n_layer=64, n_ff=17_408, n_head=24, n_head_kv=4, n_head_value=48, tied=False)
_QWEN_TEXT_35B = _qwen35_moe(n_embd=2048, n_layer=40, n_head=16, n_head_kv=2, n_head_value=32, n_ff_expert=512)

SHAPES: Mapping[str, ModelShape] = MappingProxyType(
    {
        **OTHERS,
        # Qwen3.5: transformers' Qwen3_5Config, src/models/qwen35.cpp, training recipes on GitHub.
        # Q4_K_M 0.995 (Unsloth's own mix), mmproj F16 1.000.
        "qwen3.5-0.8b": ModelShape(
            _qwen35(n_embd=1024, n_layer=24, n_ff=3584, n_head=8, n_head_kv=2, n_head_value=16, tied=True),
            _qwen3_vision(12, 768, 3072, 12, 1024),
        ),
        # Q8_0 1.000, Q4_K_M 0.995 (Unsloth's own mix), mmproj F16 1.000.
        "qwen3.5-2b": ModelShape(
            _qwen35(n_embd=2048, n_layer=24, n_ff=6144, n_head=8, n_head_kv=2, n_head_value=16, tied=True),
            _qwen3_vision(24, 1024, 4096, 16, 2048),
        ),
        # Q4_K_M 0.989 (Unsloth's own mix), mmproj F16 1.000.
        "qwen3.5-4b": ModelShape(
            _qwen35(n_embd=2560, n_layer=32, n_ff=9216, n_head=16, n_head_kv=4, n_head_value=32, tied=True),
            _qwen3_vision(24, 1024, 4096, 16, 2560),
        ),
        # Transformers' defaults. Q8_0 1.000, Q4_K_M 0.991 (Unsloth's own mix), mmproj F16 1.000.
        "qwen3.5-9b": ModelShape(
            _qwen35(n_embd=4096, n_layer=32, n_ff=12_288, n_head=16, n_head_kv=4, n_head_value=32, tied=False),
            _qwen3_vision(27, 1152, 4304, 16, 4096),
        ),
        # llama.cpp, tests/snapshots/qwen3.6-27b.schema; 26.9 billion weights as named. Q4_K_M 0.991 of a rounded size.
        # mmproj F16 1.000 of Qwen3.6's.
        "qwen3.5-27b": ModelShape(_QWEN_TEXT_27B, _qwen3_vision(27, 1152, 4304, 16, 5120)),
        # Transformers' defaults of the MoE config; 34.7 billion weights as named.
        # Q4_K_M 0.96 of a rounded size (own mix), mmproj F16 1.000 of Qwen3.6's.
        "qwen3.5-35b-a3b": ModelShape(_QWEN_TEXT_35B, _qwen3_vision(27, 1152, 4304, 16, 2048)),
        # 122.1 billion weights as named. File sizes not verified: none are known.
        "qwen3.5-122b-a10b": ModelShape(
            _qwen35_moe(n_embd=3072, n_layer=48, n_head=32, n_head_kv=2, n_head_value=64, n_ff_expert=1024),
            _qwen3_vision(27, 1152, 4304, 16, 3072),
        ),
        "qwen3.6-27b": ModelShape(_QWEN_TEXT_27B, _qwen3_vision(27, 1152, 4304, 16, 5120)),
        # Qwen3.8: a header that people printed is Qwen3.6's and has a layer more, which guesses further tokens.
        "qwen3.8-27b": ModelShape(
            dataclasses.replace(_QWEN_TEXT_27B, n_layer_nextn=1), _qwen3_vision(27, 1152, 4304, 16, 5120)
        ),
        # MiniCPM-V 4.6: conversion/minicpm.py, transformers' MiniCPMV4_6Config; the text model is Qwen3.5's.
        "minicpm-v-4.6": ModelShape(
            _qwen35(n_embd=1024, n_layer=24, n_ff=3584, n_head=8, n_head_kv=2, n_head_value=16, tied=True),
            VisionShape("minicpmv4_6", 27, 1152, 4304, 16, 14, 4, 448, 1024, n_position=70 * 70),
        ),
        "qwen3.6-35b-a3b": ModelShape(_QWEN_TEXT_35B, _qwen3_vision(27, 1152, 4304, 16, 2048)),
        # Qwen3-VL: src/models/qwen3vl.cpp, Qwen3's sizes. Q4_K_M 1.000, mmproj Q8_0 1.000.
        "qwen3-vl-2b": ModelShape(
            _qwen3_vl(2048, 28, 6144, 16, tied=True), _qwen3_vision(24, 1024, 4096, 16, 2048, 5, 11, 17)
        ),
        # Q4_K_M 1.000, mmproj Q8_0 1.000.
        "qwen3-vl-4b": ModelShape(
            _qwen3_vl(2560, 36, 9728, 32, tied=True), _qwen3_vision(24, 1024, 4096, 16, 2560, 5, 11, 17)
        ),
        # Q4_K_M 1.000, mmproj F16 1.000.
        "qwen3-vl-8b": ModelShape(
            _qwen3_vl(4096, 36, 12_288, 32, tied=False), _qwen3_vision(27, 1152, 4304, 16, 4096, 8, 16, 24)
        ),
        # Qwen3-30B-A3B's sizes; 30.5 billion weights as named. File sizes not verified: none are known.
        "qwen3-vl-30b-a3b": ModelShape(
            TextShape(
                architecture="qwen3vlmoe",
                n_embd=2048,
                n_vocab=151_936,
                n_ctx_train=262_144,
                layers=(_full(6144, 32, 4, 128),) * 48,
                tied_output=False,
                n_expert=128,
                n_expert_used=8,
                n_ff_expert=768,
                n_deepstack=3,
            ),
            _qwen3_vision(27, 1152, 4304, 16, 2048, 8, 16, 24),
        ),
        # Qwen3-32B's sizes (32.8 billion weights), and a config.json of the projector. File sizes not verified.
        "qwen3-vl-32b": ModelShape(
            _qwen3_vl(5120, 64, 25_600, 64, tied=False), _qwen3_vision(27, 1152, 4304, 16, 5120, 8, 16, 24)
        ),
        # Qwen2.5-VL: transformers' vision defaults. Q4_K_M 1.000, mmproj Q8_0 1.000.
        "qwen2.5-vl-3b": _qwen25_vl(2048, 36, 11_008, 16, 2, 151_936),
        # Q4_K_M 1.000, mmproj Q8_0 1.000.
        "qwen2.5-vl-7b": _qwen25_vl(3584, 28, 18_944, 28, 4, 152_064),
        # Qwen2.5-32B's sizes (32.8 billion weights). Not verified: the file sizes, and the projector's n_ff of 3,456.
        "qwen2.5-vl-32b": _qwen25_vl(5120, 64, 27_648, 40, 8, 152_064),
        # Gemma 4: transformers' Gemma4Config, src/models/gemma4.cpp. Q4_0 1.000, Google's own q4_0 1.000,
        # mmproj Q8_0 1.000 with the audio tower that the file holds besides.
        "gemma-4-e2b": _gemma4_e(1536, 35, 6144, 1, 5, 20, 2),
        # Q4_0 1.000, Google's own q4_0 1.000, Q4_K_M 0.994, mmproj Q8_0 1.000 with audio.
        "gemma-4-e4b": _gemma4_e(2560, 42, 10_240, 2, 6, 18, 1),
        # Q4_K_M 1.000; the mmproj (pixels projected, no tower) 1.001 of a rounded size in BF16.
        "gemma-4-12b": ModelShape(
            _gemma4(n_embd=3840, n_layer=48, n_ff=15_360, n_head=16, n_head_kv=8, n_head_kv_full=1),
            VisionShape("gemma4uv", 0, 3840, 0, 0, 16, 3, 224, 3840, n_position=1120),
        ),
        # Q4_0 1.000, Google's own q4_0 1.000, mmproj Q8_0 1.000.
        "gemma-4-26b-a4b": ModelShape(
            _gemma4(n_embd=2816, n_layer=30, n_ff=2112, n_head=16, n_head_kv=8, n_head_kv_full=2, n_ff_expert=704),
            _gemma4_vision(27, 1152, 4304, 16, 2816),
        ),
        # Q4_K_M 1.000. The projector's size is not verified: 26B-A4B's tower, as transformers names one for both.
        "gemma-4-31b": ModelShape(
            _gemma4(n_embd=5376, n_layer=60, n_ff=21_504, n_head=32, n_head_kv=16, n_head_kv_full=4),
            _gemma4_vision(27, 1152, 4304, 16, 5376),
        ),
        # Gemma 3: src/models/gemma3.cpp, tests/snapshots/gemma-3-4b-it.schema. Q4_K_M 1.000, mmproj F16 1.000.
        "gemma-3-4b": _gemma3(2560, 34, 10_240, 8, 4, 256),
        # Google's published sizes. File sizes not verified: none are known.
        "gemma-3-12b": _gemma3(3840, 48, 15_360, 16, 8, 256),
        # Google's published sizes. File sizes not verified: none are known.
        "gemma-3-27b": _gemma3(5376, 62, 21_504, 32, 16, 128),
        # Transformers' Mistral3Config defaults; 23.6 billion weights as named. File sizes not verified: none are known.
        "mistral-small-3.1-24b": ModelShape(
            _llama(5120, 40, 32_768, 32, 8, 131_072, head=128, n_ctx=131_072, tied=False),
            VisionShape("pixtral", 24, 1024, 4096, 16, 14, 2, 1540, 5120),
        ),
        # SmolVLM: HuggingFaceTB's cards; the files hold an output matrix of its own. Q8_0 1.000, mmproj Q8_0 1.000.
        "smolvlm-256m": ModelShape(
            _llama(576, 30, 1536, 9, 3, 49_280, head=64, n_ctx=8192, tied=False),
            _smol_vision(12, 768, 3072, 12, 512, 16, 4, 576),
        ),
        # Q8_0 1.000, mmproj Q8_0 1.000.
        "smolvlm2-500m": ModelShape(
            _llama(960, 32, 2560, 15, 5, 49_280, head=64, n_ctx=8192, tied=False),
            _smol_vision(12, 768, 3072, 12, 512, 16, 4, 960),
        ),
        # Q4_K_M 1.000, mmproj Q8_0 1.000.
        "smolvlm2-2.2b": ModelShape(
            _llama(2048, 24, 8192, 32, 32, 49_280, head=64, n_ctx=8192, tied=False),
            _smol_vision(27, 1152, 4304, 16, 384, 14, 3, 2048),
        ),
    }
)
