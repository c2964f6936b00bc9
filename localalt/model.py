"""A model as its files: two GGUF headers that belong together, found from what a caller names.

Knows headers, not weights: a mismatch is told before anything is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from localalt import selftest
from localalt.errors import ModelFormatError, ModelMismatchError, ModelNotFoundError, OptionError
from localalt.gguf import GgufHeader, read_header
from localalt.presets import Preset, family_for
from localalt.projector import projector_type, projector_width
from localalt.types import ModelIdentity, ModelSource

__all__ = ["ModelFiles", "resolve"]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The headers of weights and projector, and what the model is called."""

    name: str
    weights: GgufHeader
    mmproj: GgufHeader

    @property
    def family(self) -> str:
        """Which preset fits: a key of `presets.PRESETS`."""
        if self.name == "selftest":
            return "selftest"
        return family_for(self.weights.architecture, projector_type(self.mmproj))

    @property
    def n_ctx_train(self) -> int:
        """Tokens of context that the model was trained for, 0 where unknown."""
        return self.weights.integer(f"{self.weights.architecture}.context_length")

    @property
    def chat_template(self) -> str:
        """The template that the weights carry, "" where they carry none."""
        return self.weights.string("tokenizer.chat_template")

    def identity(self, preset: Preset) -> ModelIdentity:
        """What results tell about the model."""
        return ModelIdentity(
            name=self.name,
            family=preset.family,
            architecture=self.weights.architecture,
            projector=projector_type(self.mmproj),
            weights=str(self.weights.path),
            mmproj=str(self.mmproj.path),
            preset=preset.identity,
        )


def resolve(model: ModelSource) -> ModelFiles:
    """The files that `model` names: "selftest", or a pair of local GGUF files (weights, mmproj).

    Raises:
        OptionError: it is neither a name nor a pair of paths.
        ModelNotFoundError: there is no such name or file.
        ModelFormatError: a file is damaged or not GGUF.
        ModelMismatchError: the two do not belong together, or in the other order.
    """
    if model == "selftest":
        name, weights, mmproj = "selftest", selftest.WEIGHTS, selftest.MMPROJ
    elif isinstance(model, str):
        raise ModelNotFoundError(_no_such_model(model))
    else:
        try:
            weights, mmproj = map(Path, model)
        except (TypeError, ValueError) as error:
            raise OptionError(
                f'A model is "selftest" or a pair of paths, weights and mmproj, not {model!r}.'
            ) from error
        name = weights.stem
    files = ModelFiles(name, read_header(weights), read_header(mmproj))
    _check_pair(files)
    return files


def _no_such_model(model: str) -> str:
    advice = 'give two local GGUF files, weights and mmproj, or "selftest" to try the installation.'
    if model == "auto":
        return f"No model was named, and this version downloads none: {advice}"
    if model.endswith(".gguf"):
        return f"{model} is one file, and a vision model has two: give its weights and mmproj."
    return f"There is no model {model!r}: {advice}"


def _check_pair(files: ModelFiles) -> None:
    weights, mmproj = files.weights, files.mmproj
    if weights.architecture == "clip":
        raise ModelMismatchError(f"{weights.path} is a projector: pass the pair in the order (weights, mmproj).")
    if mmproj.architecture != "clip":
        raise ModelMismatchError(
            f"{mmproj.path} is no projector (its architecture is {mmproj.architecture!r}): "
            "pass the model's mmproj file, from the same repository."
        )
    if not projector_type(mmproj):
        raise ModelFormatError(f"{mmproj.path} names no vision projector: use the mmproj of a vision model.")
    width = projector_width(mmproj)
    n_embd = weights.integer(f"{weights.architecture}.embedding_length")
    if width is not None and n_embd and width != n_embd:
        raise ModelMismatchError(
            f"The projector {mmproj.path} belongs to another model than {weights.path}: its embeddings are "
            f"{width} wide, the model's {n_embd}. Download both from the same repository."
        )
