"""What is measured: a model's two files, downloaded ones or random weights of its true shape."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from localalt.errors import ModelNotFoundError, OptionError, StorageError
from localalt.machine import this_machine
from localalt.models import choose, resolve
from localalt.models.catalog import CATALOG, CatalogEntry
from localalt.models.catalog_hparams import SHAPES
from localalt.planning import planner
from localalt.random_pair import QUANTS, pair_paths, write_pair
from localalt.units import format_bytes

__all__ = ["Target", "cache_folder", "of_model", "of_shape", "shape_named", "written_shape"]

DISK_RESERVE = 1 << 30
"""Bytes that stay free of the disk, whatever is written."""


@dataclass(frozen=True, slots=True)
class Target:
    """A pair of files with its name."""

    name: str
    weights: Path
    mmproj: Path
    kind: Literal["random", "real"]


def cache_folder() -> Path:
    """The folder of random pairs and drawn pictures, which may be deleted at any time."""
    import platformdirs

    return platformdirs.user_cache_path("localalt") / "bench"


def shape_named(name: str) -> tuple[CatalogEntry, str, str]:
    """(the catalog's entry, its shape, the quantization) of a name such as "qwen3.5-4b:Q4_K_M".

    Raises:
        OptionError: there is no such shape or quantization.
    """
    shape, _, wanted = name.partition(":")
    entry = CATALOG.get(shape)
    if entry is None or shape.removesuffix("-qat") not in SHAPES:
        raise OptionError(f"There is no shape {shape}: write one of {', '.join(CATALOG)}, with or without :QUANT.")
    quant = wanted or entry.default_quant
    if quant not in QUANTS:
        raise OptionError(
            f"Random weights cannot be written as {quant}: write {shape}:QUANT with one of {', '.join(QUANTS)}."
        )
    return entry, shape, quant


def of_shape(name: str, *, folder: Path | None = None, say: Callable[[str], None] = lambda _: None) -> Target:
    """Random weights of a catalog model's shape, "qwen3.5-4b:Q4_K_M" or with its usual quantization.

    Written to `folder` unless they are there; `say` gets a sentence before that.

    Raises:
        OptionError: there is no such shape or quantization.
        NotEnoughMemoryError: such a model does not fit this machine: nothing is written.
        StorageError: the disk has no room for it: nothing is written.
    """
    entry, shape, quant = shape_named(name)
    folder = folder or cache_folder()
    weights, mmproj = pair_paths(shape, quant, folder)
    if not (weights.exists() and mmproj.exists()):
        planned = choose.spec_of(entry, quant if quant in entry.weights_bytes else None)
        planner.plan(planned, this_machine())  # says it where it does not fit
        n_bytes = planned.weights_bytes + planned.mmproj_bytes
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        if free < n_bytes + DISK_RESERVE:
            raise StorageError(
                f"Random weights of {shape}:{quant} take {format_bytes(n_bytes)}, and {folder} has "
                f"{format_bytes(free)} free: free some space, or choose a smaller one."
            )
        say(f"Writing random weights of {shape}:{quant}, {format_bytes(n_bytes)}, to {folder}")
        weights, mmproj = write_pair(shape, quant, folder)
    return Target(f"{shape}:{quant}", weights, mmproj, "random")


def written_shape(name: str, folder: Path) -> Target:
    """Random weights that `of_shape` wrote to `folder` before.

    Raises:
        OptionError: there is no such shape or quantization.
        ModelNotFoundError: they are not there.
    """
    _, shape, quant = shape_named(name)
    weights, mmproj = pair_paths(shape, quant, folder)
    if not (weights.exists() and mmproj.exists()):
        raise ModelNotFoundError(f"{folder} has no random weights of {shape}:{quant}: measure that shape first.")
    return Target(f"{shape}:{quant}", weights, mmproj, "random")


def of_model(name: str, mmproj: Path | None = None) -> Target:
    """A model that is downloaded, or a GGUF file with its `mmproj`.

    Raises:
        OptionError: it is not a model's name.
        ModelNotFoundError, OfflineError: it is not here.
        ModelError: its files are damaged or do not belong together.
    """
    if name == "auto":
        raise ModelNotFoundError('"auto" may be another model tomorrow: name the model to measure.')
    files = resolve.open_model((name, str(mmproj)) if mmproj else name, this_machine(), offline=True)
    return Target(files.name, files.weights.path, files.mmproj.path, "real")
