"""The models on this machine: files that a caller names, and what was downloaded, found by name."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from localalt import selftest
from localalt.errors import OptionError
from localalt.hub import store
from localalt.hub.repository import Selection
from localalt.hub.store import LocalModel
from localalt.models.catalog import CATALOG
from localalt.models.paths import pair_of
from localalt.models.reference import Reference
from localalt.types import ModelSource

__all__ = ["find", "find_pinned", "local_pair", "match"]

Pinned = TypeVar("Pinned", LocalModel, Selection)


def local_pair(model: ModelSource) -> tuple[Path, Path] | None:
    """(weights, mmproj) where `model` names files or a folder of this disk; None where it is a model's name.

    A name of the catalog, "auto" and those of the known-answer models are names, whatever lies in the current folder:
    "./auto" is the file.

    Raises:
        OptionError: it is neither a name nor a path nor a pair of paths.
        ModelNotFoundError, ModelFormatError, ModelMismatchError: see `paths.pair_of`.
    """
    if isinstance(model, str):
        is_name = model == "auto" or model in selftest.MODELS or model.strip().partition(":")[0].lower() in CATALOG
        return None if is_name or not model else pair_of(model)
    if isinstance(model, os.PathLike):
        return pair_of(model)
    try:
        weights, mmproj = map(Path, model)
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"A model is a name, a path, or a pair of paths, weights and mmproj, not {model!r}."
        ) from error
    return weights, mmproj


def find(model: Reference) -> LocalModel | None:
    """The downloaded model that `model` names, or None.

    Without a quantization any that is there will do, the catalog's choice first: what a person
    has pulled is used before another one is downloaded.
    """
    return match(model, store.downloaded())


def find_pinned(model: Reference) -> LocalModel | None:
    """The pinned model that `model` names, whether its files are here or not; None where none is."""
    return match(model, store.all_pinned())


def match(model: Reference, there: Iterable[Pinned]) -> Pinned | None:
    """The one of `there` that `model` names: of several quantizations the wanted one, or else the first."""
    fitting = [
        each
        for each in there
        if each.repository.lower() == model.repository.lower()
        and (model.quant is None or each.quant.lower() == model.quant.lower())
    ]
    preferred = (model.wanted_quant or "").lower()
    return min(fitting, key=lambda each: each.quant.lower() != preferred, default=None)
