"""Models as data: where they are on the hub, under what licence, how large, and what they make of a picture.

Adding a model is an entry here and its numbers in `catalog_hparams.SHAPES`. Sizes are claims, gathered from
public code and model cards (November 2026): they are shown before a download, and what the hub
lists is believed instead as soon as it is asked. Knows nothing of the machine or of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from localalt import suggest
from localalt.models.catalog_entry import CatalogEntry
from localalt.models.catalog_gemma import GEMMA
from localalt.models.catalog_others import OTHERS
from localalt.models.catalog_qwen import QWEN

__all__ = ["AUTO", "CATALOG", "CatalogEntry", "nearest"]

CATALOG: Mapping[str, CatalogEntry] = MappingProxyType({entry.name: entry for entry in (*QWEN, *GEMMA, *OTHERS)})
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
