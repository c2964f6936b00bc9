"""Models as data: where they are on the hub, under what licence, how large, and what they make of a picture.

Adding a model is an entry here and its numbers in `catalog_hparams.SHAPES`. Sizes are claims, gathered from
public code and model cards (November 2026): they are shown before a download, and what the hub
lists is believed instead as soon as it is asked. Knows nothing of the machine or of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from localalt import suggest

__all__ = ["AUTO", "CATALOG", "CatalogEntry", "nearest"]

# Bits a weight, unquantized tensors counted in, for sizes that nobody published.
_BITS = {"Q4_0": 4.7, "Q4_K_M": 5.0, "UD-IQ4_NL": 4.2, "Q8_0": 8.6, "F16": 16.0, "BF16": 16.0}
_MMPROJ_GUESS = 930_000_000
"""A projector of 27 layers, 1152 wide, in F16: what most of the larger models have."""

_GEMMA_TERMS = "https://ai.google.dev/gemma/terms"
_QWEN_RESEARCH = "https://huggingface.co/Qwen/Qwen2.5-VL-3B-Instruct/blob/main/LICENSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """One model: weights in several quantizations, and its projector."""

    name: str
    repository: str
    """"owner/name" on the hub."""
    family: str
    """A key of `presets.PRESETS`."""
    shape: str
    """A key of `catalog_hparams.SHAPES`."""
    n_parameters_b: float
    """Parameters of the language model, in thousand millions."""
    n_active_b: float = 0.0
    """Those that one token uses, where they are fewer: in a mixture of experts."""
    weights_bytes: Mapping[str, int | None]
    """Quantization -> expected bytes, None where nobody published them. The first is the default;
    others that the repository has can be named all the same."""
    mmproj_bytes: int | None
    """Expected bytes of the projector in the preferred format."""
    mmproj_preference: tuple[str, ...] = ("Q8_0", "F16", "BF16")
    """The projector's formats, best first: no loss was measured between Q8_0 and F16."""
    weights_pattern: str | None = None
    """Which files of the repository are weights, as fnmatch reads it, where it holds others too."""
    licence: str = "Apache-2.0"
    """SPDX identifier, or the licence's own name."""
    terms_url: str = ""
    """Where terms beyond the licence stand, "" where there are none."""
    gated: bool = False
    """Whether the hub may hand files out only after these terms were accepted there."""

    @property
    def default_quant(self) -> str:
        """The quantization that is taken where none is named."""
        return next(iter(self.weights_bytes))

    def expected_weights_bytes(self, quant: str | None = None) -> int:
        """Bytes of the weights, estimated from the parameters where nobody published them."""
        quant = quant or self.default_quant
        return self.weights_bytes.get(quant) or int(self.n_parameters_b * 1e9 * _BITS.get(quant, 8.6) / 8)

    @property
    def expected_mmproj_bytes(self) -> int:
        """Bytes of the projector, a common size where nobody published them."""
        return self.mmproj_bytes or _MMPROJ_GUESS

    def expected_bytes(self, quant: str | None = None) -> int:
        """Bytes to download: weights and projector."""
        return self.expected_weights_bytes(quant) + self.expected_mmproj_bytes

    def is_estimate(self, quant: str | None = None) -> bool:
        """Whether `expected_bytes` rests on an estimate rather than on published sizes."""
        return not (self.weights_bytes.get(quant or self.default_quant) and self.mmproj_bytes)


_ENTRIES = (
    CatalogEntry(
        name="qwen3.5-0.8b",
        repository="unsloth/Qwen3.5-0.8B-GGUF",
        family="qwen3.5",
        shape="qwen3.5-0.8b",
        n_parameters_b=0.75,
        weights_bytes={"Q4_K_M": 532_517_120},
        mmproj_bytes=204_987_232,
    ),
    CatalogEntry(
        name="qwen3.5-2b",
        repository="unsloth/Qwen3.5-2B-GGUF",
        family="qwen3.5",
        shape="qwen3.5-2b",
        n_parameters_b=1.9,
        weights_bytes={"Q4_K_M": 1_280_835_840, "Q8_0": 2_012_012_800},
        mmproj_bytes=668_227_264,
    ),
    CatalogEntry(
        name="qwen3.5-4b",
        repository="unsloth/Qwen3.5-4B-GGUF",
        family="qwen3.5",
        shape="qwen3.5-4b",
        n_parameters_b=4.2,
        weights_bytes={"Q4_K_M": 2_740_937_888},
        mmproj_bytes=672_423_616,
    ),
    CatalogEntry(
        name="qwen3.5-9b",
        repository="unsloth/Qwen3.5-9B-GGUF",
        family="qwen3.5",
        shape="qwen3.5-9b",
        n_parameters_b=9.0,
        weights_bytes={"Q4_K_M": 5_680_522_464, "Q8_0": 9_527_502_048},
        mmproj_bytes=918_166_080,
    ),
    CatalogEntry(
        name="qwen3.5-27b",
        repository="unsloth/Qwen3.5-27B-GGUF",
        family="qwen3.5",
        shape="qwen3.5-27b",
        n_parameters_b=26.9,
        weights_bytes={"Q4_K_M": 16_700_000_000},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="qwen3.5-35b-a3b",
        repository="unsloth/Qwen3.5-35B-A3B-GGUF",
        family="qwen3.5",
        shape="qwen3.5-35b-a3b",
        n_parameters_b=34.7,
        n_active_b=3.0,
        weights_bytes={"Q4_K_M": 22_000_000_000},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="qwen3.5-122b-a10b",
        repository="unsloth/Qwen3.5-122B-A10B-GGUF",
        family="qwen3.5",
        shape="qwen3.5-122b-a10b",
        n_parameters_b=122.0,
        n_active_b=10.0,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="qwen3.6-27b",
        repository="unsloth/Qwen3.6-27B-GGUF",
        family="qwen3.5",
        shape="qwen3.6-27b",
        n_parameters_b=26.9,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=927_607_360,
    ),
    CatalogEntry(
        name="qwen3.6-35b-a3b",
        repository="unsloth/Qwen3.6-35B-A3B-GGUF",
        family="qwen3.5",
        shape="qwen3.6-35b-a3b",
        n_parameters_b=34.7,
        n_active_b=3.0,
        weights_bytes={"UD-IQ4_NL": 18_040_888_288},
        mmproj_bytes=899_283_680,
    ),
    CatalogEntry(
        name="qwen3-vl-2b",
        repository="Qwen/Qwen3-VL-2B-Instruct-GGUF",
        family="qwen3-vl",
        shape="qwen3-vl-2b",
        n_parameters_b=1.72,
        weights_bytes={"Q4_K_M": 1_107_409_952},
        mmproj_bytes=445_053_216,
    ),
    CatalogEntry(
        name="qwen3-vl-4b",
        repository="Qwen/Qwen3-VL-4B-Instruct-GGUF",
        family="qwen3-vl",
        shape="qwen3-vl-4b",
        n_parameters_b=4.02,
        weights_bytes={"Q4_K_M": 2_497_281_664},
        mmproj_bytes=453_974_304,
    ),
    CatalogEntry(
        name="qwen3-vl-8b",
        repository="Qwen/Qwen3-VL-8B-Instruct-GGUF",
        family="qwen3-vl",
        shape="qwen3-vl-8b",
        n_parameters_b=8.19,
        weights_bytes={"Q4_K_M": 5_027_784_800},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="qwen3-vl-30b-a3b",
        repository="Qwen/Qwen3-VL-30B-A3B-Instruct-GGUF",
        family="qwen3-vl",
        shape="qwen3-vl-30b-a3b",
        n_parameters_b=30.5,
        n_active_b=3.3,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="qwen3-vl-32b",
        repository="Qwen/Qwen3-VL-32B-Instruct-GGUF",
        family="qwen3-vl",
        shape="qwen3-vl-32b",
        n_parameters_b=32.8,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="qwen2.5-vl-3b",
        repository="ggml-org/Qwen2.5-VL-3B-Instruct-GGUF",
        family="qwen2.5-vl",
        shape="qwen2.5-vl-3b",
        n_parameters_b=3.09,
        weights_bytes={"Q4_K_M": 1_929_901_056},
        mmproj_bytes=844_757_728,
        licence="Qwen Research, non-commercial",
        terms_url=_QWEN_RESEARCH,
    ),
    CatalogEntry(
        name="qwen2.5-vl-7b",
        repository="ggml-org/Qwen2.5-VL-7B-Instruct-GGUF",
        family="qwen2.5-vl",
        shape="qwen2.5-vl-7b",
        n_parameters_b=7.62,
        weights_bytes={"Q4_K_M": 4_683_072_032},
        mmproj_bytes=853_119_712,
    ),
    CatalogEntry(
        name="qwen2.5-vl-32b",
        repository="ggml-org/Qwen2.5-VL-32B-Instruct-GGUF",
        family="qwen2.5-vl",
        shape="qwen2.5-vl-32b",
        n_parameters_b=32.8,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="gemma-4-e2b",
        repository="ggml-org/gemma-4-E2B-it-GGUF",
        family="gemma4-e",
        shape="gemma-4-e2b",
        n_parameters_b=4.63,
        weights_bytes={"Q4_0": 2_841_481_184},
        mmproj_bytes=557_400_000,
    ),
    CatalogEntry(
        name="gemma-4-e4b",
        repository="ggml-org/gemma-4-E4B-it-GGUF",
        family="gemma4-e",
        shape="gemma-4-e4b",
        n_parameters_b=7.52,
        weights_bytes={"Q4_0": 4_590_807_392, "Q4_K_M": 5_335_289_824},
        mmproj_bytes=559_874_816,
    ),
    CatalogEntry(
        name="gemma-4-12b",
        repository="ggml-org/gemma-4-12B-it-GGUF",
        family="gemma4",
        shape="gemma-4-12b",
        n_parameters_b=11.9,
        weights_bytes={"Q4_K_M": 7_381_382_048},
        mmproj_bytes=175_000_000,
        mmproj_preference=("BF16", "Q8_0"),
    ),
    CatalogEntry(
        name="gemma-4-26b-a4b",
        repository="ggml-org/gemma-4-26B-A4B-it-GGUF",
        family="gemma4",
        shape="gemma-4-26b-a4b",
        n_parameters_b=25.2,
        n_active_b=3.8,
        weights_bytes={"Q4_0": 14_618_145_824},
        mmproj_bytes=806_408_320,
    ),
    CatalogEntry(
        name="gemma-4-31b",
        repository="ggml-org/gemma-4-31B-it-GGUF",
        family="gemma4",
        shape="gemma-4-31b",
        n_parameters_b=30.7,
        weights_bytes={"Q4_K_M": 18_687_061_792},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="gemma-4-e2b-qat",
        repository="google/gemma-4-E2B-it-qat-q4_0-gguf",
        family="gemma4-e",
        shape="gemma-4-e2b",
        n_parameters_b=4.63,
        weights_bytes={"Q4_0": 3_349_516_256},
        mmproj_bytes=None,
        terms_url="https://huggingface.co/google/gemma-4-E2B-it-qat-q4_0-gguf",
        gated=True,
    ),
    CatalogEntry(
        name="gemma-4-e4b-qat",
        repository="google/gemma-4-E4B-it-qat-q4_0-gguf",
        family="gemma4-e",
        shape="gemma-4-e4b",
        n_parameters_b=7.52,
        weights_bytes={"Q4_0": 5_154_941_280},
        mmproj_bytes=None,
        terms_url="https://huggingface.co/google/gemma-4-E4B-it-qat-q4_0-gguf",
        gated=True,
    ),
    CatalogEntry(
        name="gemma-4-12b-qat",
        repository="google/gemma-4-12B-it-qat-q4_0-gguf",
        family="gemma4",
        shape="gemma-4-12b",
        n_parameters_b=11.9,
        weights_bytes={"Q4_0": None},
        mmproj_bytes=None,
        mmproj_preference=("BF16", "Q8_0"),
        terms_url="https://huggingface.co/google/gemma-4-12B-it-qat-q4_0-gguf",
        gated=True,
    ),
    CatalogEntry(
        name="gemma-4-26b-a4b-qat",
        repository="google/gemma-4-26B-A4B-it-qat-q4_0-gguf",
        family="gemma4",
        shape="gemma-4-26b-a4b",
        n_parameters_b=25.2,
        n_active_b=3.8,
        weights_bytes={"Q4_0": 14_439_363_584},
        mmproj_bytes=None,
        terms_url="https://huggingface.co/google/gemma-4-26B-A4B-it-qat-q4_0-gguf",
        gated=True,
    ),
    CatalogEntry(
        name="gemma-4-31b-qat",
        repository="google/gemma-4-31B-it-qat-q4_0-gguf",
        family="gemma4",
        shape="gemma-4-31b",
        n_parameters_b=30.7,
        weights_bytes={"Q4_0": None},
        mmproj_bytes=None,
        terms_url="https://huggingface.co/google/gemma-4-31B-it-qat-q4_0-gguf",
        gated=True,
    ),
    CatalogEntry(
        name="gemma-3-4b",
        repository="ggml-org/gemma-3-4b-it-GGUF",
        family="gemma3",
        shape="gemma-3-4b",
        n_parameters_b=3.88,
        weights_bytes={"Q4_K_M": 2_489_757_856},
        mmproj_bytes=851_251_104,
        licence="Gemma",
        terms_url=_GEMMA_TERMS,
    ),
    CatalogEntry(
        name="gemma-3-12b",
        repository="ggml-org/gemma-3-12b-it-GGUF",
        family="gemma3",
        shape="gemma-3-12b",
        n_parameters_b=11.8,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=851_251_104,
        licence="Gemma",
        terms_url=_GEMMA_TERMS,
    ),
    CatalogEntry(
        name="gemma-3-27b",
        repository="ggml-org/gemma-3-27b-it-GGUF",
        family="gemma3",
        shape="gemma-3-27b",
        n_parameters_b=27.0,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=851_251_104,
        licence="Gemma",
        terms_url=_GEMMA_TERMS,
    ),
    CatalogEntry(
        name="gemma-3-4b-qat",
        repository="ggml-org/gemma-3-4b-it-qat-GGUF",
        family="gemma3",
        shape="gemma-3-4b",
        n_parameters_b=3.88,
        weights_bytes={"Q4_0": None},
        mmproj_bytes=851_251_104,
        licence="Gemma",
        terms_url=_GEMMA_TERMS,
    ),
    CatalogEntry(
        name="gemma-3-12b-qat",
        repository="ggml-org/gemma-3-12b-it-qat-GGUF",
        family="gemma3",
        shape="gemma-3-12b",
        n_parameters_b=11.8,
        weights_bytes={"Q4_0": None},
        mmproj_bytes=851_251_104,
        licence="Gemma",
        terms_url=_GEMMA_TERMS,
    ),
    CatalogEntry(
        name="gemma-3-27b-qat",
        repository="ggml-org/gemma-3-27b-it-qat-GGUF",
        family="gemma3",
        shape="gemma-3-27b",
        n_parameters_b=27.0,
        weights_bytes={"Q4_0": None},
        mmproj_bytes=851_251_104,
        licence="Gemma",
        terms_url=_GEMMA_TERMS,
    ),
    CatalogEntry(
        name="mistral-small-3.1-24b",
        repository="ggml-org/Mistral-Small-3.1-24B-Instruct-2503-GGUF",
        family="mistral",
        shape="mistral-small-3.1-24b",
        n_parameters_b=23.6,
        weights_bytes={"Q4_K_M": None},
        mmproj_bytes=None,
    ),
    CatalogEntry(
        name="smolvlm-256m",
        repository="ggml-org/SmolVLM-256M-Instruct-GGUF",
        family="generic",
        shape="smolvlm-256m",
        n_parameters_b=0.135,
        weights_bytes={"Q8_0": 175_054_528},
        mmproj_bytes=103_769_856,
    ),
    CatalogEntry(
        name="smolvlm2-500m",
        repository="ggml-org/SmolVLM2-500M-Video-Instruct-GGUF",
        family="generic",
        shape="smolvlm2-500m",
        n_parameters_b=0.36,
        weights_bytes={"Q8_0": 436_808_704},
        mmproj_bytes=108_785_184,
    ),
    CatalogEntry(
        name="smolvlm2-2.2b",
        repository="ggml-org/SmolVLM2-2.2B-Instruct-GGUF",
        family="generic",
        shape="smolvlm2-2.2b",
        n_parameters_b=1.81,
        weights_bytes={"Q4_K_M": 1_112_602_656},
        mmproj_bytes=592_523_200,
    ),
)

CATALOG: Mapping[str, CatalogEntry] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
"""Every entry by its name."""

AUTO: tuple[tuple[str, str], ...] = (
    ("qwen3.6-35b-a3b", "UD-IQ4_NL"),
    ("gemma-4-26b-a4b", "Q4_0"),
    ("qwen3.5-9b", "Q8_0"),
    ("qwen3.5-9b", "Q4_K_M"),
    ("qwen3.5-4b", "Q4_K_M"),
    ("qwen3.5-2b", "Q8_0"),
    ("qwen3.5-2b", "Q4_K_M"),
    ("qwen3.5-0.8b", "Q4_K_M"),
)
"""(name, quantization) that "auto" chooses from, best first: it takes the first that fits.

The order follows what vendors measured at full precision (HallusionBench: Qwen3.5 9B 69.3, 4B 65.0,
2B 51.3, 0.8B 46.7); nobody published caption figures for these at four bits.
"""


def nearest(name: str, n: int = 3) -> list[str]:
    """The catalog's names most like `name`, best first; empty where none is."""
    return suggest.nearest(name.lower(), CATALOG, n=n, cutoff=0.4)
