"""Shapes of models of 2026 by other makers than Qwen and Google: see `catalog_hparams`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from localalt.gguf.hparams import Layer, ModelShape, TextShape, VisionShape

__all__ = ["OTHERS"]


def _full(n_ff: int, n_head: int, n_head_kv: int, n_embd_head: int) -> Layer:
    return Layer("full", n_ff, n_head, n_head_kv, n_embd_head, n_embd_head)


def _ministral(n_embd: int, n_layer: int, n_ff: int, *, tied: bool) -> ModelShape:
    text = TextShape(
        architecture="mistral3",
        n_embd=n_embd,
        n_vocab=131_072,
        n_ctx_train=262_144,
        layers=(_full(n_ff, 32, 8, 128),) * n_layer,
        tied_output=tied,
    )
    return ModelShape(text, VisionShape("pixtral", 24, 1024, 4096, 16, 14, 2, 1540, n_embd))


def _lfm2(
    n_embd: int, n_layer: int, n_ff: int, n_head: int, attention: Collection[int], n_vocab: int, vision: VisionShape
) -> ModelShape:
    """A short convolution in most layers, which have no keys and values; attention in those at `attention`."""
    text = TextShape(
        architecture="lfm2",
        n_embd=n_embd,
        n_vocab=n_vocab,
        n_ctx_train=128_000,
        layers=tuple(_full(n_ff, n_head, 8 * (index in attention), 64) for index in range(n_layer)),
    )
    return ModelShape(text, vision)


def _lfm2_vision(n_layer: int, n_embd: int, n_ff: int, n_head: int, n_embd_out: int) -> VisionShape:
    return VisionShape("lfm2", n_layer, n_embd, n_ff, n_head, 16, 2, 256, n_embd_out, n_position=256)


def _muse_glimmer() -> ModelShape:
    """Three layers that see a sliding window, then one that sees all."""
    sliding, full = (Layer(kind, 19_968, 32, 2, 128, 128) for kind in ("sliding", "full"))
    text = TextShape(
        architecture="muse-glimmer",
        n_embd=6656,
        n_vocab=202_048,
        n_ctx_train=131_072,
        layers=(sliding, sliding, sliding, full) * 13,
        tied_output=False,
        n_swa=2048,
    )
    return ModelShape(text, VisionShape("muse-glimmer", 50, 1536, 8960, 16, 14, 2, 896, 6656, n_position=32 * 32))


_LFM2_ATTENTION = (2, 5, 8, 10, 12, 14)

OTHERS: Mapping[str, ModelShape] = MappingProxyType(
    {
        # Ministral 3: src/models/mistral3.cpp (layers), transformers' Ministral3Config and Mistral3Config; 3.43 and
        # 8.49 billion weights as the hub's listing has them. 3B Q4_K_M 1.000, Q8_0 1.000; 8B mmproj BF16 1.000.
        "ministral-3-3b": _ministral(3072, 26, 9216, tied=True),
        "ministral-3-8b": _ministral(4096, 34, 14_336, tied=False),
        # File sizes not verified: none are known but of Q8_0 (1.000).
        "ministral-3-14b": _ministral(5120, 40, 16_384, tied=False),
        # LFM2-VL: src/models/lfm2.cpp, conversion/lfm2.py, headers that people printed. Which layers attend in 3B is
        # not verified, only that 8 do.
        "lfm2.5-vl-450m": _lfm2(1024, 16, 4608, 16, _LFM2_ATTENTION, 65_536, _lfm2_vision(12, 768, 3072, 12, 1024)),
        "lfm2.5-vl-1.6b": _lfm2(2048, 16, 8192, 32, _LFM2_ATTENTION, 65_536, _lfm2_vision(27, 1152, 4304, 16, 2048)),
        "lfm2.5-vl-3b": _lfm2(
            2048, 30, 10_752, 32, (2, 6, 10, 14, 18, 21, 24, 27), 128_000, _lfm2_vision(27, 1152, 4304, 16, 2048)
        ),
        # GLM-4.6V-Flash: src/models/glm4.cpp, transformers' Glm4vConfig, whose text part is GLM-4-9B.
        "glm-4.6v-flash": ModelShape(
            TextShape(
                architecture="glm4",
                n_embd=4096,
                n_vocab=151_552,
                n_ctx_train=131_072,
                layers=(_full(13_696, 32, 2, 128),) * 40,
                tied_output=False,
            ),
            VisionShape("glm4v", 24, 1536, 13_696, 12, 14, 2, 336, 4096, n_position=24 * 24),
        ),
        # Muse-Glimmer: src/models/muse-glimmer.cpp, headers and a config.json that people printed; 27.9 billion weights
        # and 1.9 in the tower, 29.8 as named.
        "muse-glimmer-30b": _muse_glimmer(),
    }
)
