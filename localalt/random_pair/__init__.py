"""Pairs of random weights of a model's true shape: what can be measured without a download.

Writes GGUF files from the shapes in the catalog. Must not know what is measured. Doors: `write_pair`, `write_shape`.
"""

from localalt.random_pair.pair import pair_paths, pair_types, write_pair, write_shape
from localalt.random_pair.types import QUANTS

__all__ = ["QUANTS", "pair_paths", "pair_types", "write_pair", "write_shape"]
