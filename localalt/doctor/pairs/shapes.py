"""The pairs, as data: what real models have where a kernel is chosen by it, and as little as possible of the rest.

Sizes of heads, their groupings, states, types and projectors are those of `models/catalog_hparams.py`; widths, layers
and vocabularies are small. K-quants need rows of multiples of 256, Q8_0 and Q4_0 of 32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from localalt.devices import model_kind
from localalt.gguf.hparams import Layer, ModelShape, Recurrent, TextShape, VisionShape

__all__ = ["N_VOCAB", "PAIRS", "GeneratedPair"]

N_VOCAB = 1024
N_CTX_TRAIN = 4096


@dataclass(frozen=True, slots=True)
class GeneratedPair:
    """A pair by its shapes and types."""

    shape: ModelShape
    quant: str
    """Of the language model, as llama-quantize names the mix."""
    mmproj_quant: str
    picture_px: tuple[int, int]
    """(width, height) of its first picture; the second one is turned by a right angle."""

    @property
    def kind(self) -> str:
        """Its `model_kind`."""
        return model_kind(self.shape.text.architecture, self.shape.vision.projector)

    @property
    def half(self) -> int:
        """`n_gpu_layers` for half of the layers: llama.cpp counts the output as one."""
        return self.shape.text.n_layer // 2 + 1


def _text(architecture: str, n_embd: int, *layers: Layer, n_swa: int = 0, n_deepstack: int = 0) -> TextShape:
    return TextShape(
        architecture, n_embd, N_VOCAB, N_CTX_TRAIN, layers, tied_output=False, n_swa=n_swa, n_deepstack=n_deepstack
    )


def _qwen35(*layers: Layer) -> TextShape:
    return TextShape(
        "qwen35",
        512,
        N_VOCAB,
        N_CTX_TRAIN,
        layers,
        tied_output=False,
        recurrent=Recurrent(d_conv=4, d_inner=512, d_state=128, dt_rank=4, n_group=2),
    )


def _qwen35_moe(*layers: Layer) -> TextShape:
    return TextShape(
        "qwen35moe",
        256,
        N_VOCAB,
        N_CTX_TRAIN,
        layers,
        tied_output=False,
        n_expert=16,
        n_expert_used=4,
        n_ff_expert=256,
        n_ff_shared=256,
        recurrent=Recurrent(d_conv=4, d_inner=512, d_state=128, dt_rank=4, n_group=2),
    )


def _gemma4_moe(*layers: Layer) -> TextShape:
    return TextShape(
        "gemma4",
        256,
        N_VOCAB,
        N_CTX_TRAIN,
        layers,
        tied_output=False,
        n_swa=512,
        n_expert=16,
        n_expert_used=4,
        n_ff_expert=256,
    )


def _full(n_ff: int, n_head: int, n_head_kv: int, head: int, *, has_v: bool = True) -> Layer:
    return Layer("full", n_ff, n_head, n_head_kv, head, head, has_v=has_v)


def _sliding(n_ff: int, n_head: int, n_head_kv: int, head: int) -> Layer:
    return Layer("sliding", n_ff, n_head, n_head_kv, head, head)


def _recurrent(n_ff: int, n_head: int) -> Layer:
    return Layer("recurrent", n_ff, n_head, 1, 256, 256)


def _qwen_tower(head: int, n_head: int, n_embd_out: int, *deepstack: int) -> VisionShape:
    return VisionShape(
        "qwen3vl_merger", 2, head * n_head, 256, n_head, 16, 2, 256, n_embd_out, deepstack, n_position=256
    )


PAIRS: Mapping[str, GeneratedPair] = MappingProxyType(
    {
        # Heads of 64 in three groups (SmolVLM), Q8_0; a tower with heads of 64 in Q8_0.
        "pair-smolvlm": GeneratedPair(
            ModelShape(
                _text("llama", 192, _full(512, 3, 1, 64), _full(512, 3, 1, 64)),
                VisionShape("idefics3", 2, 128, 256, 2, 16, 4, 128, 192, n_position=64),
            ),
            "Q8_0",
            "Q8_0",
            (256, 256),
        ),
        # Heads of 128, four to a group (Qwen3-VL-4B), Q4_K with Q6_K, deepstack; a tower with heads of 64 in Q8_0.
        "pair-qwen3vl": GeneratedPair(
            ModelShape(
                _text("qwen3vl", 256, *[_full(512, 8, 2, 128)] * 3, n_deepstack=1),
                _qwen_tower(64, 2, 256, 0),
            ),
            "Q4_K_M",
            "Q8_0",
            (320, 256),
        ),
        # Heads of 128 with biases, eight to a group (Qwen2.5-VL-3B); a tower with heads of 80 in Q8_0, with windows.
        "pair-qwen2vl": GeneratedPair(
            ModelShape(
                _text("qwen2vl", 1024, *[_full(512, 8, 1, 128)] * 2),
                VisionShape("qwen2.5vl_merger", 2, 160, 320, 2, 14, 2, 224, 1024, full_attention_every=2),
            ),
            "Q4_K_M",
            "Q8_0",
            (280, 224),
        ),
        # Heads of 256, two to a group (Gemma 3), Q4_0, sliding windows; SigLIP's heads of 72 in BF16.
        "pair-gemma3": GeneratedPair(
            ModelShape(
                _text("gemma3", 256, *[_sliding(256, 2, 1, 256)] * 5, _full(256, 2, 1, 256), n_swa=512),
                VisionShape("gemma3", 2, 144, 256, 2, 14, 4, 224, 256, n_position=256),
            ),
            "Q4_0",
            "BF16",
            (224, 224),
        ),
        # Heads of 256 and of 512 whose values are their keys, sixteen to a group (Gemma 4 12B), Q4_K with Q6_K; pixels
        # projected in BF16.
        "pair-gemma4": GeneratedPair(
            ModelShape(
                _text("gemma4", 256, _sliding(512, 16, 8, 256), _full(512, 16, 1, 512, has_v=False), n_swa=512),
                VisionShape("gemma4uv", 0, 256, 0, 0, 16, 3, 224, 256, n_position=64),
            ),
            "Q4_K_M",
            "BF16",
            (480, 336),
        ),
        # A mixture with heads of 256 and 512, eight to a group (Gemma 4 26B), Q4_0; a tower with heads of 72 in Q8_0.
        "pair-gemma4-moe": GeneratedPair(
            ModelShape(
                _gemma4_moe(_sliding(256, 8, 4, 256), _full(256, 8, 1, 512, has_v=False)),
                VisionShape("gemma4v", 2, 288, 256, 4, 16, 3, 224, 256, n_position=64),
            ),
            "Q4_0",
            "Q8_0",
            (480, 336),
        ),
        # The gated delta net with states of 128, heads of 256, four to a group (Qwen3.5-4B), Q4_K with Q6_K; a tower
        # with heads of 64 in F16.
        "pair-qwen35": GeneratedPair(
            ModelShape(
                _qwen35(*[_recurrent(512, 4), _full(512, 4, 1, 256)] * 2),
                _qwen_tower(64, 2, 512),
            ),
            "Q4_K_M",
            "F16",
            (320, 256),
        ),
        # A mixture in IQ4_NL (Qwen3.6-35B-A3B); a tower with heads of 72 in F16.
        "pair-qwen35-moe": GeneratedPair(
            ModelShape(
                _qwen35_moe(_recurrent(0, 8), _full(0, 8, 1, 256)),
                _qwen_tower(72, 2, 256),
            ),
            "IQ4_NL",
            "F16",
            (320, 256),
        ),
        # Heads of 128, four to a group (Mistral Small), Q4_K with Q6_K; Pixtral's heads of 64 in BF16.
        "pair-mistral": GeneratedPair(
            ModelShape(
                _text("llama", 512, *[_full(512, 4, 1, 128)] * 2),
                VisionShape("pixtral", 2, 128, 256, 2, 14, 2, 224, 512),
            ),
            "Q4_K_M",
            "BF16",
            (280, 224),
        ),
    }
)
"""By name. What each one is for stands beside it."""
