"""From a family's torch model to what is committed: two GGUF files, pictures and torch's answers.

llama.cpp's own converter, from the source package of llama-cpp-python, writes the GGUF files;
only the vocabulary is ours. The pictures with the surest answers stay.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import io
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from localalt.gguf.mmproj import image_geometry
from localalt.gguf.reader import read_header
from localalt.image.processor import load_picture
from localalt.prompting.builtin import PROMPTS
from scripts.archive import pack

from .common import Answer, Family, Pixels
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from gguf import GGUFWriter
    from transformers import PreTrainedModel

__all__ = ["MMPROJ", "WEIGHTS", "SourcePackage", "drawing", "write_family"]

WEIGHTS, MMPROJ = "weights.gguf", "mmproj.gguf"

N_CANDIDATES = 60
"""Pictures of each size that are tried."""
SHADES = (0, 85, 170, 255)
LEAST_VARIETY = 5
"""Different tokens that a known answer has at least: one token repeated proves little."""
LEAST_SURENESS = 10
"""How often a known answer's margin exceeds what rounding changes, at least: other kernels round otherwise."""
ENDING = range(3, 10)
"""Tokens before the end of the answer that ends."""


class SourcePackage:
    """The unpacked source package of llama-cpp-python.

    Raises:
        FileNotFoundError: it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._llama = folder / "vendor" / "llama.cpp"
        if not (self._llama / "conversion" / "__init__.py").is_file():
            raise FileNotFoundError(
                f"{folder} is not a source package of llama-cpp-python (vendor/llama.cpp/conversion is missing): "
                "pip download --no-deps --no-binary :all: llama-cpp-python fetches it; unpack it and name its folder."
            )

    def template(self, name: str) -> str:
        """A chat template by its file's name; text that names none is a template itself."""
        if not name.endswith(".jinja"):
            return name
        return (self._llama / "models" / "templates" / name).read_text(encoding="utf-8")

    def convert(self, family: Family, checkpoint: Path, folder: Path) -> None:
        """Write a saved transformers model to `folder` as weights and mmproj, matrices in F16."""
        with _first_in_path(self._llama, self._llama / "gguf-py"):
            conversion = importlib.import_module("conversion")
            gguf = importlib.import_module("gguf")
            base = importlib.import_module("conversion.base")
        hparams = conversion.ModelBase.load_hparams(checkpoint, False)
        template = self.template(family.template)

        def set_vocab(converter: Any) -> None:  # noqa: ANN401 (a class of llama.cpp's script)
            _write_vocabulary(converter.gguf_writer, family.vocabulary, template)

        for out, kind in ((WEIGHTS, base.ModelType.TEXT), (MMPROJ, base.ModelType.MMPROJ)):
            is_text = kind == base.ModelType.TEXT
            converter = conversion.get_model_class(base.get_model_architecture(hparams, kind), mmproj=not is_text)
            if is_text:
                own = {"model_arch": converter.model_arch, "set_vocab": set_vocab, **family.text_settings}
            else:
                own = {"set_gguf_parameters": _bounded(converter, family.image_bounds)}
            converter = type(f"Tiny{converter.__name__}", (converter,), own)
            converter(
                checkpoint, gguf.LlamaFileType.MOSTLY_F16, folder / out, model_name=f"localalt {family.name} test pair"
            ).write()


def _bounded(converter: Any, bounds: tuple[int, int] | None) -> Callable[[Any], None]:  # noqa: ANN401 (llama.cpp's)
    """`converter.set_gguf_parameters`, with the keys of our own bounds of image tokens."""

    def set_gguf_parameters(self: Any) -> None:  # noqa: ANN401 (a class of llama.cpp's script)
        converter.set_gguf_parameters(self)
        for name, value in zip(("image_min_tokens", "image_max_tokens"), bounds or (), strict=False):
            self.gguf_writer.add_uint32(f"localalt.{name}", value)

    return set_gguf_parameters


@contextlib.contextmanager
def _first_in_path(*folders: Path) -> Iterator[None]:
    before = list(sys.path)
    sys.path[:0] = map(str, folders)
    try:
        yield
    finally:
        sys.path[:] = before


def _write_vocabulary(writer: GGUFWriter, vocabulary: Vocabulary, template: str) -> None:
    writer.add_tokenizer_model(vocabulary.model)
    if vocabulary.pre:
        writer.add_tokenizer_pre(vocabulary.pre)
    writer.add_token_list(list(vocabulary.tokens))
    writer.add_token_types(list(vocabulary.kinds))
    if vocabulary.scores:
        writer.add_token_scores(list(vocabulary.scores))
    if vocabulary.merges:
        writer.add_token_merges(list(vocabulary.merges))
    writer.add_eos_token_id(vocabulary.id(vocabulary.eos))
    if vocabulary.bos:
        writer.add_bos_token_id(vocabulary.id(vocabulary.bos))
    if vocabulary.pad:
        writer.add_pad_token_id(vocabulary.id(vocabulary.pad))
    writer.add_add_bos_token(vocabulary.adds_bos)
    for key, value in vocabulary.extra.items():
        add = {bool: writer.add_bool, int: writer.add_uint32, str: writer.add_string}[type(value)]
        add(f"tokenizer.ggml.{key}", value)
    if template:
        writer.add_chat_template(template)


def write_family(family: Family, source: SourcePackage, folder: Path) -> dict[str, Any]:
    """Write `folder`/NAME.tar.xz and NAME.json; returns what the latter says."""
    model = family.build().float().eval()
    for name, weights in model.named_parameters():
        if weights.ndim > 1 and not torch.equal(weights, weights.half().float()):
            raise ValueError(f"{family.name}: {name} is not exact in F16, so torch would answer with other weights")
    template = source.template(family.template)
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint, pair = Path(scratch, "checkpoint"), Path(scratch, "pair")
        pair.mkdir()
        model.save_pretrained(checkpoint)
        tensors = checkpoint / "model.safetensors"
        save_file(family.published(load_file(tensors)), tensors, metadata={"format": "pt"})
        for name, content in {"preprocessor_config.json": family.preprocessor(), **family.files()}.items():
            (checkpoint / name).write_text(json.dumps(content), encoding="utf-8")
        source.convert(family, checkpoint, pair)
        chosen = _choose(family, model, template, pair / MMPROJ)
        files = {WEIGHTS: (pair / WEIGHTS).read_bytes(), MMPROJ: (pair / MMPROJ).read_bytes()}
    files |= {f"{name}.png": _png(picture.pixels) for name, picture in chosen.items()}
    preset = family.preset(template)
    known = {
        "architecture": family.architecture,
        "projector": family.projector,
        "family": preset.family,
        "instruction": PROMPTS["plain"].instruction,
        "smallest_margin": round(min(picture.answer.margin for picture in chosen.values()), 4),
        "pictures": {f"{name}.png": picture.known(family) for name, picture in chosen.items()},
    }
    (folder / f"{family.name}.tar.xz").write_bytes(pack(files))
    (folder / f"{family.name}.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return known


@dataclass(frozen=True)
class _Candidate:
    """A picture and torch's answer to it."""

    pixels: Pixels
    answer: Answer
    ends_after: int | None
    """Tokens before the first that ends the answer."""
    noise: float = 0.0

    def known(self, family: Family) -> dict[str, Any]:
        """What a test holds the engine to."""
        answer = self.answer
        return {
            "n_image_tokens": answer.n_image_tokens,
            "n_prompt_tokens": answer.n_prompt_tokens,
            "n_past": answer.n_past,
            "tokens": answer.tokens,
            "text": family.vocabulary.text(answer.tokens),
            "ends_after": self.ends_after,
            "margin": round(answer.margin, 4),
            "noise": round(self.noise, 4),
        }


def _choose(family: Family, model: PreTrainedModel, template: str, mmproj: Path) -> dict[str, _Candidate]:
    """The picture of each size with the surest answer, and one more, "ending", whose answer ends."""
    chosen: dict[str, _Candidate] = {}
    ending: list[_Candidate] = []
    for name, candidates in _candidates(family, model, template, mmproj):
        ending += [each for each in candidates if each.ends_after in ENDING]
        others = [each.answer.tokens for each in chosen.values()]
        going_on = [
            each
            for each in candidates
            if each.ends_after is None
            and len(set(each.answer.tokens)) >= LEAST_VARIETY
            and each.answer.tokens not in others
        ]
        chosen[name] = _surest(family, model, template, going_on, name)
    return chosen | {"ending": _surest(family, model, template, ending, "ending")}


def _candidates(
    family: Family, model: PreTrainedModel, template: str, mmproj: Path
) -> Iterator[tuple[str, list[_Candidate]]]:
    """Each size's name, and pictures of it with their answers."""
    geometry = image_geometry(read_header(mmproj))
    ends = {family.vocabulary.id(token) for token in family.end_tokens}
    for name, size in family.sizes.items():
        candidates = []
        for index in range(N_CANDIDATES):
            pixels = drawing(f"{family.name} {name} {index}", size, family.token_px)
            if not np.array_equal(load_picture(pixels, geometry).pixels, pixels):
                raise ValueError(f"{family.name}: localalt resizes pictures of {size}: their answers cannot be known")
            answer = family.answer(model, pixels, template)
            ends_after = next((at for at, token in enumerate(answer.tokens) if token in ends), None)
            candidates.append(_Candidate(pixels, answer, ends_after))
        yield name, candidates


def _surest(
    family: Family, model: PreTrainedModel, template: str, candidates: list[_Candidate], name: str
) -> _Candidate:
    """The candidate with the largest margin that stands well above the noise."""
    for each in sorted(candidates, key=lambda candidate: candidate.answer.margin, reverse=True):
        noise = family.noise(model, each.pixels, template, each.answer)
        if each.answer.margin >= LEAST_SURENESS * noise:
            return dataclasses.replace(each, noise=noise)
    raise ValueError(
        f"{family.name}: of {len(candidates)} {name} pictures none has a sure answer: change the gains or the seed"
    )


def drawing(key: str, size: tuple[int, int], token_px: int) -> Pixels:
    """Blocks of bright colours, two to an image token's side."""
    width, height = size
    block = max(1, token_px // 2)
    rows, columns = -(-height // block), -(-width // block)
    shades = np.frombuffer(random.Random(key).randbytes(rows * columns * 3), np.uint8) % len(SHADES)
    blocks = np.array(SHADES, np.uint8)[shades].reshape(rows, columns, 3)
    return np.ascontiguousarray(blocks.repeat(block, 0).repeat(block, 1)[:height, :width])


def _png(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return file.getvalue()
