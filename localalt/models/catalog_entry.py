"""One row of the catalog: where a model is on the hub, under what licence, and how large its files are.

Knows nothing of the machine or of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CatalogEntry"]

# Bits a weight, unquantized tensors counted in, for sizes that nobody published.
_BITS = {"Q4_0": 4.7, "Q4_K_M": 5.0, "UD-IQ4_NL": 4.2, "UD-Q4_K_XL": 4.6, "Q8_0": 8.6, "F16": 16.0, "BF16": 16.0}
_MMPROJ_GUESS = 930_000_000
"""A projector of 27 layers, 1152 wide, in F16: what most of the larger models have."""


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
    weights_name: str = ""
    """The weights' file name with "{quant}" in the quantization's place, "" where it is not known."""
    mmproj_name: str = ""
    """The projector's, "" where it is not known."""
    weights_pattern: str | None = None
    """Which files of the repository are weights, as fnmatch reads it, where it holds others too."""
    licence: str = "Apache-2.0"
    """SPDX identifier, or the licence's own name."""
    licence_tag: str = ""
    """What the hub calls the licence, where that is not `licence` in lower case."""
    terms_url: str = ""
    """Where terms beyond the licence stand, "" where there are none."""
    untested: str = ""
    """Why localalt's tests run no pair of this kind with known answers, "" where they do."""
    gated: bool = False
    """Whether the hub may hand files out only after these terms were accepted there."""

    @property
    def hub_licence(self) -> str:
        """What the hub should call the licence, in lower case."""
        return self.licence_tag or self.licence.lower()

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
