"""Pictures drawn ahead of the training, as arrays by size and kind, and the endless batches made of them.

A batch has pictures of one size: what is computed for them then has one shape. Knows nothing
of networks or schedules.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

from localalt.image.resize import fit
from localalt.types import ImageGeometry

from .pictures import KINDS, PATCH_PX, Kind, draw, to_input
from .vocabulary import Vocabulary

__all__ = ["SEED", "Batch", "Batches", "Pictures", "Pool", "as_input", "draw_checks", "draw_pool"]

Size: TypeAlias = "tuple[int, int]"
"""(width, height) in pixels."""

SEED = 20_260
"""Training draws upwards from this many thousand millions; checks, held-out set and examples have their own ranges."""
CHECK_SEED = 1
N_CHECKS = 100
CHUNK = 1000

POOL_SHARES: dict[Kind, float] = {"shapes": 0.26, "word": 0.5, "chart": 0.2, "empty": 0.04}
FIRST_SHARES: dict[Kind, float] = {"shapes": 0.28, "word": 0.48, "chart": 0.2, "empty": 0.04}


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of one size and kind."""

    pixels: npt.NDArray[np.uint8]
    """(n, height, width, 3)"""
    labels: npt.NDArray[np.int32]
    """(n, patches, 4)"""
    texts: list[str]

    def tensor(self, rows: npt.NDArray[np.int64]) -> torch.Tensor:
        """These rows as a model's input."""
        return as_input(self.pixels[rows])


Pool: TypeAlias = "dict[Size, dict[Kind, Pictures]]"


@dataclass(frozen=True, slots=True)
class Batch:
    """One step's pictures, their answers as tokens and the labels of their patches."""

    pixels: torch.Tensor
    answers: list[list[int]]
    labels: torch.Tensor


def as_input(pixels: npt.NDArray[np.uint8]) -> torch.Tensor:
    """(n, height, width, 3) bytes as the (n, 3, height, width) from -1 to 1 that models take."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1


def draw_pool(size: int, geometry: ImageGeometry) -> Pool:
    """About `size` training pictures, drawn on all cores."""
    parts: list[Pool] = []
    with ProcessPoolExecutor() as workers:
        for index, kind in enumerate(KINDS):
            first = SEED * 1_000_000_000 + index * 10_000_000
            starts = range(first, first + max(CHUNK, round(size * POOL_SHARES[kind])), CHUNK)
            parts += workers.map(partial(_draw, kind, count=CHUNK, geometry=geometry, roughly=True), starts)
    return _joined(parts)


def draw_checks(geometry: ImageGeometry) -> Pool:
    """Pictures that training never sees, to look how far it is."""
    return _joined([_draw(kind, CHECK_SEED * 1_000_000_000, N_CHECKS, geometry, False) for kind in KINDS])


def _draw(kind: Kind, first: int, count: int, geometry: ImageGeometry, roughly: bool) -> Pool:
    """Draw `count` pictures of one kind. `roughly` varies the resize filter and adds JPEG."""
    found: dict[Size, list[tuple[npt.NDArray[np.uint8], list[tuple[int, int, int, int]], str]]] = {}
    for seed in range(first, first + count):
        drawing = draw(seed, kind)
        size = fit(*drawing.picture.size, geometry).canvas
        pixels = np.asarray(to_input(drawing.picture, size, random.Random(seed) if roughly else None))
        labels = drawing.labels(size[1] // PATCH_PX, size[0] // PATCH_PX)
        numbers = [(label.thing, label.colour, label.detail, label.letters) for label in labels]
        found.setdefault(size, []).append((pixels, numbers, drawing.text))
    pool: Pool = {}
    for size, drawn in found.items():
        arrays, numbers_of, texts = zip(*drawn, strict=True)
        pool[size] = {kind: Pictures(np.stack(arrays), np.array(numbers_of, np.int32), list(texts))}
    return pool


def _joined(parts: Iterable[Pool]) -> Pool:
    found: dict[Size, dict[Kind, list[Pictures]]] = {}
    for part in parts:
        for size, kinds in part.items():
            for kind, pictures in kinds.items():
                found.setdefault(size, {}).setdefault(kind, []).append(pictures)
    return {
        size: {
            kind: Pictures(
                np.concatenate([each.pixels for each in pictures]),
                np.concatenate([each.labels for each in pictures]),
                [text for each in pictures for text in each.texts],
            )
            for kind, pictures in kinds.items()
        }
        for size, kinds in found.items()
    }


class Batches:
    """Endless training batches from the pool, in shares per kind that may change on the way."""

    def __init__(self, pool: Pool, vocabulary: Vocabulary, batch: int) -> None:
        self.pool = pool
        self.batch = batch
        self.shares = dict(FIRST_SHARES)
        self.rng = np.random.default_rng(SEED)
        self.sizes = tuple(pool)
        counts = [sum(len(pictures.texts) for pictures in pool[size].values()) for size in self.sizes]
        self.frequencies = np.array(counts) / sum(counts)
        self.answers = {
            size: {kind: [vocabulary.answer(text) for text in pictures.texts] for kind, pictures in kinds.items()}
            for size, kinds in pool.items()
        }

    def aim(self, wrong: Mapping[Kind, float]) -> None:
        """Give half of the coming batches to what is still wrong."""
        total = sum(wrong.values())
        self.shares = {
            kind: (FIRST_SHARES[kind] + wrong[kind] / total) / 2 if total else FIRST_SHARES[kind] for kind in KINDS
        }

    def __next__(self) -> Batch:
        size = self.sizes[self.rng.choice(len(self.sizes), p=self.frequencies)]
        counts = self.rng.multinomial(self.batch, [self.shares[kind] for kind in KINDS])
        pixels, answers, labels = [], [], []
        for kind, count in zip(KINDS, counts, strict=True):
            pictures = self.pool[size][kind]
            rows = self.rng.integers(len(pictures.texts), size=count)
            pixels.append(pictures.tensor(rows))
            answers += [self.answers[size][kind][row] for row in rows]
            labels.append(torch.from_numpy(pictures.labels[rows]).long())
        seen = torch.cat(pixels)
        # Pictures come round several times: a shade of difference each time.
        seen = seen + torch.from_numpy(self.rng.normal(0, 0.02, (len(seen), 3, 1, 1)).astype(np.float32))
        return Batch(seen, answers, torch.cat(labels))

    def __iter__(self) -> Iterator[Batch]:
        return self
