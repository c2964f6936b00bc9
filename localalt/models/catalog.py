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

__all__ = ["AUTO", "AUTO_WHY", "CATALOG", "CatalogEntry", "nearest"]

CATALOG: Mapping[str, CatalogEntry] = MappingProxyType({entry.name: entry for entry in (*QWEN, *GEMMA, *OTHERS)})
"""Every entry by its name."""

AUTO: tuple[tuple[str, str], ...] = (
    ("qwen3.6-27b", "Q4_K_M"),
    ("qwen3.8-27b", "UD-Q4_K_M"),
    ("qwen3.5-9b", "Q8_0"),
    ("qwen3.5-9b", "Q4_K_M"),
    ("qwen3.5-4b", "Q8_0"),
    ("qwen3.5-4b", "Q4_K_M"),
    ("qwen3.6-35b-a3b", "UD-IQ4_NL"),
    ("gemma-4-26b-a4b", "Q4_0"),
    ("qwen3.5-2b", "Q8_0"),
    ("qwen3.5-2b", "Q4_K_M"),
    ("qwen3.5-0.8b", "Q8_0"),
    ("qwen3.5-0.8b", "Q4_K_M"),
)
"""(name, quantization) that "auto" chooses from, best first: it takes the first that runs well.

What the order rests on. Vendors, at full precision: HallusionBench of Qwen3.5 9B 69.3, 4B 65.0, 2B 51.3, 0.8B 46.7. One
user's test of 23 models with 30 pictures, three times each (Reddit, as bittide.aicompass.dev has it, 2026), all without
thinking: Qwen3.6-27B in four bits 79.6, the best for 24 GB; Qwen3.5-4B in four bits 75.5, the best for 4 to 8 GB;
Qwen3-VL-8B in Q8_0 74.4, the best for 12 to 16 GB and below 4B, so it is not here; mixtures of experts no better than
much smaller dense models; small models better in Q8_0. These are claims of strangers, confirmed by nobody here:
`localalt eval` can. Qwen3.8-27B is Qwen3.6's successor in the same shape, of which no such figures are known: it comes
second, for those who have it already. The mixtures come before the smallest, for small GPUs beside much RAM.
"""

_DENSE = "Dense models come before mixtures of experts that take as much memory"
_Q8 = "Models of 4B and less come in Q8_0 where memory allows, as users found four bits worse"
_USER = "one user's test of 23 models"
AUTO_WHY: Mapping[str, str] = MappingProxyType(
    {
        "qwen3.6-27b:Q4_K_M": f"{_DENSE}: it was the best for 24 GB in {_USER}, which is not confirmed.",
        "qwen3.8-27b:UD-Q4_K_M": f"{_DENSE}: it succeeds Qwen3.6-27B, the best for 24 GB in {_USER}; not confirmed.",
        "qwen3.5-9b:Q8_0": "Its maker measured fewer invented details than with smaller ones.",
        "qwen3.5-9b:Q4_K_M": "Its maker measured fewer invented details than with smaller ones.",
        "qwen3.5-4b:Q8_0": f"{_Q8}: not confirmed.",
        "qwen3.5-4b:Q4_K_M": f"It was the best for 4 to 8 GB in {_USER}, which is not confirmed.",
        "qwen3.6-35b-a3b:UD-IQ4_NL": "It is a mixture of experts, of which a token uses few: those can be in RAM.",
        "gemma-4-26b-a4b:Q4_0": "It is a mixture of experts, of which a token uses few: those can be in RAM.",
        "qwen3.5-2b:Q8_0": f"{_Q8}: not confirmed.",
        "qwen3.5-2b:Q4_K_M": "Its maker measured fewer invented details than with the next smaller one.",
        "qwen3.5-0.8b:Q8_0": f"{_Q8}: not confirmed.",
        "qwen3.5-0.8b:Q4_K_M": "It is the smallest that is worth trying.",
    }
)
"""Why each of them has its place, by "name:quantization", in a sentence for people."""


def nearest(name: str, n: int = 3) -> list[str]:
    """The catalog's names most like `name`, best first; empty where none is."""
    return suggest.nearest(name.lower(), CATALOG, n=n, cutoff=0.4)
