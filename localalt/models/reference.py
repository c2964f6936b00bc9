"""What a person calls a model, and where on the hub that is.

"qwen3.5-2b", "qwen3.5-2b:Q8_0", "owner/repository" and "owner/repository:QUANT" all name one.
Knows names only: nothing of files, connections or this machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from localalt import suggest
from localalt.errors import ModelNotFoundError
from localalt.errors.wording import either
from localalt.models.catalog import CATALOG, CatalogEntry, nearest

__all__ = ["Reference", "parse"]

# As the hub allows them: letters, digits, "-", "_" and ".".
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """A model on the hub as a person named it."""

    name: str
    """As it is shown: the catalog's name, or "owner/repository"."""
    repository: str
    quant: str | None
    """The quantization that was asked for (or a file's name), None where any will do."""
    entry: CatalogEntry | None
    """What the catalog knows of it, None outside the catalog."""

    @property
    def wanted_quant(self) -> str | None:
        """The quantization to download: the one asked for, or the catalog's choice; None leaves it to the files."""
        if self.quant is not None or self.entry is None:
            return self.quant
        return self.entry.default_quant

    @property
    def licence(self) -> str:
        """As the catalog says it, "" outside the catalog."""
        return self.entry.licence if self.entry is not None else ""

    def __str__(self) -> str:
        return f"{self.name}:{self.quant}" if self.quant is not None else self.name


def parse(name: str) -> Reference:
    """The model that `name` stands for, found in the catalog in any case, or a repository of the hub.

    Raises:
        ModelNotFoundError: it is neither; the message has the nearest names.
    """
    model, _, quant = name.strip().partition(":")
    entry = CATALOG.get(model.lower())
    if entry is None and "/" in model:
        entry = next((each for each in CATALOG.values() if each.repository.lower() == model.lower()), None)
    is_repository = _REPOSITORY.fullmatch(model) and not model.lower().endswith(".gguf")
    if (entry is None and not is_repository) or (":" in name and not quant):
        raise ModelNotFoundError(_unknown(name, model))
    if entry is not None:
        return Reference(entry.name, entry.repository, quant or None, entry)
    return Reference(model, model, quant or None, None)


def _unknown(name: str, model: str) -> str:
    if model in ("auto", "selftest") or model.startswith("selftest-"):
        what = "the choice among the models that suit this machine" if model == "auto" else "part of localalt"
        return f"{model} is {what}, not a model that can be downloaded: `localalt models` lists those."
    if model.lower().endswith(".gguf"):
        return (
            f"{name} is one file, and a vision model has two: give its weights and its mmproj "
            f"({either('a pair of paths', '--model weights.gguf --mmproj mmproj.gguf')})."
        )
    if model.lower() in CATALOG:
        quants = " or ".join(f"{model}:{quant}" for quant in CATALOG[model.lower()].weights_bytes)
        return f"{name!r} names no quantization after the colon: write {quants}, or {model} alone."
    near = nearest(model)
    if near:
        return (
            f"There is no model {name!r}: {suggest.did_you_mean(*near)} (A repository of the hub is written "
            "owner/repository:QUANT.)"
        )
    return (
        f"There is no model {name!r}: localalt models lists what there is, and a repository of the hub is written "
        "owner/repository:QUANT."
    )
