"""Kinds of models in the catalog that are marked untested: there are no files of theirs whose answers are known."""

from __future__ import annotations

from localalt.models.catalog import CATALOG
from localalt.models.catalog_hparams import SHAPES

__all__ = ["untested"]


def untested() -> set[tuple[str, str]]:
    """(architecture, projector) each."""
    shapes = [SHAPES[entry.shape] for entry in CATALOG.values() if entry.untested]
    return {(shape.text.architecture, shape.vision.projector) for shape in shapes}
