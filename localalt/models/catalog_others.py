"""The catalog's rows of all other makers: see `catalog`."""

from __future__ import annotations

from localalt.models.catalog_entry import CatalogEntry

__all__ = ["OTHERS"]

OTHERS = (
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
