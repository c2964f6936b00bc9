"""A model as its files: two GGUF headers that belong together, found from what a caller names.

Knows headers, not weights: a mismatch is an error before anything is loaded.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from localalt.errors import ModelFormatError, ModelMismatchError
from localalt.errors.wording import either
from localalt.gguf.bf16_tensors import bf16_growth, matrix_types
from localalt.gguf.check import check_weights
from localalt.gguf.header import GgufHeader
from localalt.gguf.hparams import ModelShape, VisionShape, text_shape, vision_shape
from localalt.gguf.mmproj import image_geometry, is_non_causal, projector_type, projector_width
from localalt.gguf.mmproj_check import check_mmproj
from localalt.gguf.reader import read_header
from localalt.planning.cpu_kernels import has_tiled_kernels
from localalt.planning.plan import ModelSpec
from localalt.planning.tuning import Tuning
from localalt.planning.weights import weights_split
from localalt.prompting.presets import Preset, family_for
from localalt.types import ImageGeometry, ModelIdentity

__all__ = ["ModelFiles", "TextWeights", "read_files", "read_text_weights"]

NO_VISION = VisionShape("", n_layer=0, n_embd=0, n_ff=0, n_head=0, patch_px=0, merge=0, image_px=0, n_embd_out=0)
NO_PICTURES = ImageGeometry(None, token_px=2, min_tokens=0, max_tokens=0)
"""What a plan has in place of a projector where only text is asked about: it takes no memory and no cells."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The headers of weights and projector, and what the model is called."""

    name: str
    weights: GgufHeader
    """With the tensors of all parts, where the weights are split."""
    mmproj: GgufHeader
    weights_bytes: int
    mmproj_bytes: int
    repository: str
    """Where it was downloaded from, "" for files of the caller's."""
    commit: str
    why: str = ""
    """Why "auto" takes it, for people, where that was not said yet."""

    @property
    def is_instrument(self) -> bool:
        """Whether this is the known-answer model, under whatever name: it knows drawn test pictures only."""
        return self.weights.string("general.name") == "localalt selftest"

    @property
    def fingerprint(self) -> str:
        """Which files these are: names, where a link leads to the hub's digest, bytes, and the time of their change."""
        return ", ".join(
            f"{path.name} of {path.stat().st_size} bytes, {path.stat().st_mtime_ns}"
            for path in (self.weights.path.resolve(), self.mmproj.path.resolve())
        )

    @property
    def family(self) -> str:
        """Which preset fits: a key of `presets.PRESETS`."""
        if self.is_instrument:
            return "selftest"
        return family_for(self.weights.architecture, projector_type(self.mmproj))

    @property
    def chat_template(self) -> str:
        """The template that the weights carry, "" where they carry none."""
        return self.weights.string("tokenizer.chat_template")

    def spec(self, *, max_tokens: int) -> ModelSpec:
        """What a plan depends on, with answers of at most `max_tokens`.

        Raises:
            ModelFormatError: a header's sizes are missing or make no sense.
        """
        text = text_shape(self.weights)
        return ModelSpec(
            name=self.name,
            shape=ModelShape(text, vision_shape(self.mmproj)),
            weights_bytes=self.weights_bytes,
            mmproj_bytes=self.mmproj_bytes,
            geometry=image_geometry(self.mmproj),
            non_causal=is_non_causal(projector_type(self.mmproj), text.n_embd),
            max_tokens=max_tokens,
            split=weights_split(self.weights, text),
            has_tiled_kernels=has_tiled_kernels(self.weights),
            # What is known of its answers is letter by letter: rounding would decide where two letters are near.
            bf16_growth=None if self.is_instrument else bf16_growth(self.mmproj),
            mmproj_types=matrix_types(self.mmproj),
        )

    def identity(self, preset: Preset) -> ModelIdentity:
        """What results say about the model."""
        return ModelIdentity(
            name=self.name,
            family=preset.family,
            architecture=self.weights.architecture,
            projector=projector_type(self.mmproj),
            weights=str(self.weights.path),
            mmproj=str(self.mmproj.path),
            preset=preset.identity,
            repository=self.repository,
            commit=self.commit,
        )


@dataclass(frozen=True, slots=True)
class TextWeights:
    """The header of weights that are asked about text alone."""

    name: str
    header: GgufHeader
    """With the tensors of all parts, where the weights are split."""
    n_bytes: int

    @property
    def chat_template(self) -> str:
        """The template in the weights, "" where there is none, as in a base model."""
        return self.header.string("tokenizer.chat_template")

    def spec(self, *, n_text_cells: int, max_tokens: int) -> ModelSpec:
        """What a plan depends on, with prompts and answers of at most so many tokens.

        Raises:
            ModelFormatError: the header's sizes are missing or make no sense.
        """
        text = text_shape(self.header)
        return ModelSpec(
            name=self.name,
            shape=ModelShape(text, NO_VISION),
            weights_bytes=self.n_bytes,
            mmproj_bytes=0,
            geometry=NO_PICTURES,
            non_causal=False,
            max_tokens=max_tokens,
            split=weights_split(self.header, text),
            has_tiled_kernels=has_tiled_kernels(self.header),
            tuning=Tuning(projector_on_gpu=False),
            n_text_cells=n_text_cells,
        )


def read_text_weights(path: Path) -> TextWeights:
    """The header of a local GGUF file of weights, of a split model its first part, without a projector.

    Raises:
        ModelNotFoundError: there is no such file, or a part is missing.
        ModelFormatError: the file is damaged or not GGUF.
        ModelMismatchError: it is a projector.
    """
    header, n_bytes = _read_weights(path)
    if header.architecture == "clip":
        raise ModelMismatchError(f"{path} is a projector, which answers nothing: name a file of text weights.")
    check_weights(header)
    return TextWeights(path.stem, header, n_bytes)


def read_files(name: str, weights: Path, mmproj: Path, *, repository: str = "", commit: str = "") -> ModelFiles:
    """The headers of two local GGUF files, weights (of a split model its first part) and mmproj.

    Raises:
        ModelNotFoundError: there is no such file, or a part is missing.
        ModelFormatError: a file is damaged or not GGUF.
        ModelMismatchError: the two do not belong together, or in the other order.
    """
    headers, n_bytes = _read_weights(weights)
    files = ModelFiles(name, headers, read_header(mmproj), n_bytes, mmproj.stat().st_size, repository, commit)
    _check_pair(files)
    check_weights(headers)
    check_mmproj(files.mmproj)
    return files


def _read_weights(path: Path) -> tuple[GgufHeader, int]:
    """The header of the weights with the tensors of all parts, and their bytes together."""
    header = read_header(path)
    n_bytes = path.stat().st_size
    n_parts = header.integer("split.count", 1)
    if n_parts <= 1:
        return header, n_bytes
    part = re.fullmatch(r"(.*)-(\d{5})-of-(\d{5})(\.gguf|)", path.name, re.I)
    if part is None or int(part[2]) != 1 or int(part[3]) != n_parts:
        raise ModelFormatError(
            f"{path} is one of {n_parts} parts: leave their names alone, and name the first, -00001-of-{n_parts:05}."
        )
    tensors = dict(header.tensors)
    for number in range(2, n_parts + 1):
        other = path.with_name(f"{part[1]}-{number:05}-of-{n_parts:05}{part[4]}")
        tensors |= read_header(other).tensors
        n_bytes += other.stat().st_size
    return dataclasses.replace(header, tensors=tensors), n_bytes


def _check_pair(files: ModelFiles) -> None:
    weights, mmproj = files.weights, files.mmproj
    if weights.architecture == "clip":
        in_order = either("pass the pair in the order (weights, mmproj)", "write --model weights --mmproj mmproj")
        raise ModelMismatchError(f"{weights.path} is a projector: {in_order}.")
    if mmproj.architecture != "clip":
        raise ModelMismatchError(
            f"{mmproj.path} is not a projector (its architecture is {mmproj.architecture!r}): "
            f"{either('pass', 'give --mmproj')} the model's mmproj file, from the same repository."
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
