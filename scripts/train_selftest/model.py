"""What the self-test models share in torch: heads on their patches, losses and greedy answers.

An architecture's own module (`gemma3.py` and its neighbours) builds the network
with transformers and says how it sees and reads. The heads read each patch's label: they steer
the training and are thrown away after it. Knows nothing of files, schedules or how pictures are drawn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from localalt.types import ImageGeometry

from .pictures import COLOURS, DETAILS, LETTERS, PATCH_PX, THINGS
from .vocabulary import PAD, PictureMarks, Vocabulary

__all__ = ["MERGE", "TOKEN_PX", "SelfTestModel"]

MERGE = 2
"""Patches a side that become one image token."""
TOKEN_PX = PATCH_PX * MERGE
MAX_ANSWER_TOKENS = 40
IGNORED = -100


class SelfTestModel(ABC):
    """A network, its patch heads and what is computed with them.

    Pixels are (n, 3, height, width) in -1..1, patches (n, rows * columns, width of the tower), row by row.
    """

    name: str
    """Of `localalt.selftest.MODELS`."""
    architecture: str
    """As GGUF files of weights name it."""
    marks: PictureMarks
    geometry: ImageGeometry
    """The sizes of pictures that it takes."""
    network: Any
    """What transformers builds of the configuration."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.network = self.build()
        width = self.network.config.vision_config.hidden_size
        self.heads = nn.ModuleDict(
            {
                "thing": nn.Linear(width, len(THINGS)),
                "colour": nn.Linear(width, len(COLOURS)),
                "detail": nn.Linear(width, len(DETAILS)),
                "letters": nn.Linear(width, len(LETTERS)),
            }
        )

    @abstractmethod
    def build(self) -> nn.Module:
        """The network with the weights that training begins with."""

    @abstractmethod
    def see(self, pixels: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """(patches as the vision tower leaves them, what the text model gets of the picture).

        Of the latter the first is the embeddings (n, n_image_tokens, n_embd); with deepstack more follow.
        """

    @abstractmethod
    def read(self, image: tuple[Tensor, ...], tokens: Tensor, grid: tuple[int, int]) -> Tensor:
        """Hidden states of the text model for prompt and answer tokens about these pictures.

        `grid` is (rows, columns) of image tokens. Padding comes last: nothing sees it.
        """

    @abstractmethod
    def inputs(self, pixels: Tensor, tokens: Tensor) -> dict[str, Tensor]:
        """What the network itself, as transformers calls it, takes for these pictures and tokens."""

    def embed(self, image: Tensor, tokens: Tensor) -> tuple[Tensor, int, int]:
        """Embedded tokens with the picture's in their place, which is from the second number to before the third."""
        embedded = self.network.model.language_model.embed_tokens(tokens)
        first = self.vocabulary.prompt(1).index(self.vocabulary.image)
        last = first + image.shape[1]
        return torch.cat([embedded[:, :first], image.to(embedded.dtype), embedded[:, last:]], dim=1), first, last

    def know(self, grid: tuple[int, int]) -> None:  # noqa: B027 (not all have anything to know)
        """Work out what depends on nothing but (rows, columns) of image tokens, outside of what is compiled."""

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of all tokens after hidden states."""
        return functional.linear(hidden, self.network.lm_head.weight)

    def prompt(self, pixels: Tensor, context: str = "") -> list[int]:
        """The prompt for pictures of this size."""
        rows, columns = grid_of(pixels)
        return self.vocabulary.prompt(rows * columns, context)

    def losses(self, pixels: Tensor, tokens: Tensor, n_prompt: int, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Loss of the answers, and loss of the patch heads.

        `tokens` holds prompt and answer, padded; `labels` is (n, patches, 4): thing, colour, detail, letters.
        """
        patches, image = self.see(pixels)
        hidden = self.read(image, tokens[:, :-1], grid_of(pixels))
        logits = self.logits(hidden[:, n_prompt - 1 :])
        wanted = tokens[:, n_prompt:]
        wanted = torch.where(wanted == PAD, IGNORED, wanted)
        answer = functional.cross_entropy(logits.flatten(0, 1).float(), wanted.flatten(), ignore_index=IGNORED)
        patch = torch.zeros(())
        for index, name in enumerate(("thing", "colour", "detail")):
            guess = self.heads[name](patches).flatten(0, 1).float()
            patch = patch + functional.cross_entropy(guess, labels[..., index].flatten(), ignore_index=IGNORED)
        bits = (labels[..., 3, None] >> torch.arange(len(LETTERS))) & 1
        spelled = functional.binary_cross_entropy_with_logits(self.heads["letters"](patches).float(), bits.float())
        return answer, patch + len(LETTERS) * spelled

    def answers(self, pixels: Tensor) -> list[str]:
        """The greedy text for each picture."""
        prompt = torch.tensor([self.prompt(pixels)]).repeat(len(pixels), 1)
        tokens = prompt
        with torch.no_grad():
            _, image = self.see(pixels)
            done = torch.zeros(len(pixels), dtype=torch.bool)
            for _ in range(MAX_ANSWER_TOKENS):
                hidden = self.read(image, tokens, grid_of(pixels))[:, -1]
                best = self.logits(hidden).argmax(-1)
                tokens = torch.cat([tokens, best[:, None]], dim=1)
                done |= best == self.vocabulary.end_turn
                if done.all():
                    break
        return [self.vocabulary.decode(row) for row in tokens[:, prompt.shape[1] :].tolist()]

    def departure(self, pixels: Tensor) -> float:
        """By how much logits differ at most from those that transformers' own call gives: no more than rounding."""
        tokens = torch.tensor([self.prompt(pixels)]).repeat(len(pixels), 1)
        with torch.no_grad():
            _, image = self.see(pixels)
            own = self.logits(self.read(image, tokens, grid_of(pixels)))
            theirs = self.network(input_ids=tokens, **self.inputs(pixels, tokens)).logits
        return float((own - theirs).abs().max())


def grid_of(pixels: Tensor) -> tuple[int, int]:
    """(rows, columns) of image tokens."""
    return pixels.shape[2] // TOKEN_PX, pixels.shape[3] // TOKEN_PX


def causal_mask(length: int, dtype: torch.dtype) -> Tensor:
    """(1, 1, length, length) to be added to attention scores: every token sees itself and those before it."""
    return additive(torch.ones(length, length, dtype=torch.bool).tril(), dtype)


def two_way_mask(length: int, first: int, last: int, dtype: torch.dtype) -> Tensor:
    """Causal, but the tokens from `first` to before `last`, those of the picture, see each other."""
    seen = torch.ones(length, length, dtype=torch.bool).tril()
    seen[first:last, first:last] = True
    return additive(seen, dtype)


def additive(seen: Tensor, dtype: torch.dtype) -> Tensor:
    """A mask of what is seen as what attention adds to its scores."""
    return torch.zeros(seen.shape).masked_fill(~seen, float("-inf")).to(dtype)[None, None]
