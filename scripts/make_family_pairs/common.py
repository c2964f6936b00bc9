"""What every family of tiny pairs is made of: a vocabulary, weights of few levels, and torch's own answers.

A family's module describes one architecture to `Family`; `files.py` writes what
comes of it. Knows transformers and torch, nothing of GGUF files.
"""

from __future__ import annotations

import contextlib
import random
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from localalt.prompting.builder import PicturePart, build_prompt
from localalt.prompting.chat_template import fit_preset, preset_from_template
from localalt.prompting.presets import PRESETS, Preset, family_for
from localalt.types import SpecialTokens

from .vocabulary import (
    BYTE,
    CONTROL,
    NORMAL,
    UNKNOWN,
    UNUSED,
    USER_DEFINED,
    Vocabulary,
    byte_bpe,
)

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = [
    "BYTE",
    "CONTROL",
    "NORMAL",
    "UNKNOWN",
    "UNUSED",
    "USER_DEFINED",
    "Answer",
    "Embedded",
    "Family",
    "Floats",
    "Pixels",
    "Vocabulary",
    "byte_bpe",
    "draw",
    "fill",
    "keep_rows",
    "levels",
]

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

N_TOKENS = 12
"""Length of a known answer."""


# --- weights ---


def levels(key: str, shape: Sequence[int], n_levels: int = 3) -> Floats:
    """Whole numbers around zero, drawn evenly: the same for the same key on every machine."""
    count = int(np.prod(shape))
    drawn = np.frombuffer(random.Random(key).randbytes(2 * count), dtype="<u2") % n_levels
    return (drawn.astype(np.float32) - n_levels // 2).reshape(shape)


def draw(key: str, shape: Sequence[int], std: float, n_levels: int = 3) -> Floats:
    """Weights of about the standard deviation `std` on few levels.

    The step is 1, 1.25, 1.5 or 1.75 times a power of two: all levels are then exact in F16
    and BF16, their low byte is zero, and they compress to little more than their entropy.
    """
    step = std / np.sqrt((n_levels**2 - 1) / 12)
    exponent = np.floor(np.log2(step))
    step = round(step / 2.0**exponent * 4) / 4 * 2.0**exponent
    drawn: Floats = levels(key, shape, n_levels) * np.float32(step)
    return drawn


def fill(
    model: torch.nn.Module, key: str, gains: Mapping[str, float], values: Mapping[str, Floats] | None = None
) -> None:
    """Draw all weights of `model`.

    A matrix gets the standard deviation gain / sqrt(inputs), an embedding table gain itself,
    with the gain of the first entry of `gains` whose pattern is found in its name (1.0 for
    none). A vector is what transformers makes it, a bias of zeros or a norm of ones, with
    0.125 a step added, times its gain. `values` names parameters that are given.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            gain = next((gain for pattern, gain in gains.items() if re.search(pattern, name)), 1.0)
            shape = tuple(parameter.shape)
            if values and name in values:
                drawn = values[name]
            elif parameter.ndim < 2:
                drawn = (levels(f"{key} {name}", shape, 3) * np.float32(0.125) + parameter.numpy()) * np.float32(gain)
            elif "embed" in name and "patch_embed" not in name:
                drawn = draw(f"{key} {name}", shape, gain)
            else:
                # Stacked matrices, one per expert, have their inputs last; convolutions have theirs after the first.
                inputs = shape[-1] if "experts" in name else parameter[0].numel()
                drawn = draw(f"{key} {name}", shape, gain / float(np.sqrt(inputs)))
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(drawn)))


def keep_rows(weight: torch.nn.Parameter, rows: Sequence[int]) -> None:
    """Zero all other rows: an output layer then chooses among the tokens `rows` alone."""
    with torch.no_grad():
        kept = torch.zeros(weight.shape[0], dtype=torch.bool)
        kept[list(rows)] = True
        weight[~kept] = 0


# --- a family ---


@dataclass(frozen=True)
class Embedded:
    """A picture as the transformers model takes it."""

    tokens: list[int]
    """What stands in the prompt for it, with the markers around it that mtmd writes."""
    inputs: dict[str, torch.Tensor]
    """The model's own arguments: pixel values, grid …"""
    n_image_tokens: int
    """How many of `tokens` hold image embeddings."""
    n_pos: int | None = None
    """Positions that `tokens` take, where that is not their number (M-RoPE)."""


@dataclass(frozen=True)
class Answer:
    """What torch says to a picture."""

    tokens: list[int]
    leads: list[float]
    """How far the logit of each token leads the next best one's."""
    n_prompt_tokens: int
    n_image_tokens: int
    n_past: int
    """Positions of the prompt."""

    @property
    def margin(self) -> float:
        """The smallest lead."""
        return min(self.leads)


class Family(ABC):
    """One architecture: how its tiny pair is built and how transformers is asked about a picture."""

    name: str
    """Of the files; the text architecture's name in GGUF, and more where a family has several pairs."""
    architecture: str
    projector: str
    """Both as the GGUF files spell them."""
    vocabulary: Vocabulary
    template: str = ""
    """The chat template: a file in the source package's models/templates, or a template's own text."""
    sizes: Mapping[str, tuple[int, int]]
    """Name -> (width, height) of the test pictures, each such that nothing resizes it."""
    end_tokens: tuple[str, ...]
    """Tokens that end an answer; one picture is looked for whose answer ends with the first."""
    token_px: int = 32
    """Side of the blocks that test pictures are made of."""
    seed: int = 0
    published_names: Mapping[str, str] = {}
    """Beginnings of tensors' names as transformers saves them -> as published checkpoints have them."""
    text_settings: Mapping[str, object] = {}
    """Attributes set on the converter's class of the text model, such as no_mtp."""
    image_bounds: tuple[int, int] | None = None
    """Fewest and most image tokens, where the table of positions is too small for those of the published models."""

    @abstractmethod
    def build(self) -> torch.nn.Module:
        """The transformers model with all its weights drawn."""

    @abstractmethod
    def embed(self, pixels: Pixels) -> Embedded:
        """A picture (height, width, 3) as the model takes it."""

    @abstractmethod
    def preprocessor(self) -> dict[str, Any]:
        """preprocessor_config.json, of which the converter takes means and sizes."""

    def files(self) -> dict[str, Any]:
        """Further JSON files of the checkpoint that the converter asks for: name -> content."""
        return {}

    def published(self, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The tensors that transformers saved, as published checkpoints, and so the converter, have them."""
        renamed = {}
        for name, tensor in tensors.items():
            start = next((start for start in self.published_names if name.startswith(start)), "")
            renamed[self.published_names.get(start, "") + name.removeprefix(start)] = tensor
        return renamed

    def prompt_inputs(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Arguments that depend on the whole prompt, such as token types; `ids` has shape (1, n)."""
        return {}

    def preset(self, template: str) -> Preset:
        """The preset that a Describer comes to for this pair."""
        base = PRESETS[family_for(self.architecture, self.projector)]
        vocabulary = self.vocabulary
        special = SpecialTokens(vocabulary.bos, vocabulary.eos, vocabulary.adds_bos)
        if base.family == "generic":
            return preset_from_template(template, special, base=base)
        return fit_preset(base, template, special)

    def answer(self, model: PreTrainedModel, pixels: Pixels, template: str) -> Answer:
        """torch's greedy answer in float32, `N_TOKENS` long whatever it says."""
        picture = self.embed(pixels)
        ids = self._prompt(picture, template)
        tokens, leads = self._greedy(model, picture, ids)
        saved = 0 if picture.n_pos is None else len(picture.tokens) - picture.n_pos
        return Answer(tokens, leads, len(ids), picture.n_image_tokens, len(ids) - saved)

    def noise(self, model: PreTrainedModel, pixels: Pixels, template: str, answer: Answer) -> float:
        """How much a lead changes when activations are rounded to F16; infinite if that changes a token."""
        picture = self.embed(pixels)
        with _rounding(model):
            tokens, leads = self._greedy(model, picture, self._prompt(picture, template))
        if tokens != answer.tokens:
            return float("inf")
        return max(abs(rounded - exact) for rounded, exact in zip(leads, answer.leads, strict=True))

    def _prompt(self, picture: Embedded, template: str) -> list[int]:
        vocabulary = self.vocabulary
        ids = [vocabulary.id(vocabulary.bos)] if vocabulary.adds_bos else []
        for part in build_prompt(self.preset(template)):
            if isinstance(part, PicturePart):
                ids += picture.tokens
            else:
                ids += vocabulary.encode(part.text, special=part.special)
        return ids

    def _greedy(self, model: PreTrainedModel, picture: Embedded, ids: list[int]) -> tuple[list[int], list[float]]:
        """The likeliest tokens, and how far each one's logit leads the next best."""
        prompt = torch.tensor([ids])
        model.generation_config.eos_token_id = None
        with torch.inference_mode():
            result = model.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                **picture.inputs,
                **self.prompt_inputs(prompt),
                max_new_tokens=N_TOKENS,
                do_sample=False,
                output_logits=True,
                return_dict_in_generate=True,
            )
        best = torch.cat(result.logits).topk(2).values
        return result.sequences[0, len(ids) :].tolist(), (best[:, 0] - best[:, 1]).tolist()


@contextlib.contextmanager
def _rounding(model: torch.nn.Module) -> Iterator[None]:
    """Round what goes into and comes out of every matrix to F16, as llama.cpp's kernels and its KV cache do."""

    def to_f16(x: object) -> object:
        return x.half().float() if isinstance(x, torch.Tensor) and x.is_floating_point() else x

    hooks = []
    for module in model.modules():
        if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d, torch.nn.Conv3d)):
            hooks.append(module.register_forward_pre_hook(lambda _, inputs: tuple(map(to_f16, inputs))))
            hooks.append(module.register_forward_hook(lambda _, __, output: to_f16(output)))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
