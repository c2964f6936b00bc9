"""Trains the self-test model and writes what localalt ships of it.

    python scripts/train_selftest.py

needs `pip install localalt[train]` and no network. Both GGUF files are written again at every
check, so a usable pair lies in localalt/selftest from the first minutes on. Knows the schedule
and the files; the drawing, the model and the file format have their own modules beside this.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from selftest_pictures import KINDS, LETTERS, SIDE_PX, Kind, draw, to_input
from train_selftest_gguf import write_pair
from train_selftest_heldout import write_held_out
from train_selftest_model import QUESTION, SelfTestModel, Vocabulary

PACKAGE = Path(__file__).resolve().parent.parent / "localalt" / "selftest"
CHECKPOINT = Path(__file__).resolve().parent.parent / "build" / "selftest" / "checkpoint.pt"

SEED = 20_260
"""Training draws upwards from a thousand million times this; the checks and the held-out set from their own seeds."""
CHECK_SEED = 1
ANSWER_ROOM = 28
"""Tokens of the longest answer, with its end: a fixed length keeps the compiled step from compiling again."""

POOL_SHARES: dict[Kind, float] = {"shapes": 0.26, "word": 0.5, "chart": 0.2, "empty": 0.04}
FIRST_SHARES: dict[Kind, float] = {"shapes": 0.28, "word": 0.48, "chart": 0.2, "empty": 0.04}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What may be changed from the command line."""

    steps: int
    minutes: float
    batch: int
    pool: int
    muon_lr: float
    adam_lr: float
    compiled: bool


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures drawn ahead of time, as the arrays that training reads."""

    pixels: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    texts: list[str]

    def tensor(self, rows: npt.NDArray[np.int64]) -> torch.Tensor:
        """These rows as the model's input."""
        return torch.from_numpy(self.pixels[rows]).permute(0, 3, 1, 2).float() / 127.5 - 1


def draw_many(kind: Kind, first: int, count: int, roughly: bool) -> Pictures:
    """Draw `count` pictures of one kind. `roughly` varies the resize filter and adds JPEG."""
    pixels = np.empty((count, SIDE_PX, SIDE_PX, 3), np.uint8)
    labels = []
    texts = []
    for row in range(count):
        drawing = draw(first + row, kind)
        rng = random.Random(first + row) if roughly else None
        pixels[row] = np.asarray(to_input(drawing.picture, rng))
        labels.append([(label.thing, label.colour, label.detail, label.letters) for label in drawing.labels])
        texts.append(drawing.text)
    return Pictures(pixels, np.array(labels, np.int32), texts)


def draw_pool(size: int) -> dict[Kind, Pictures]:
    """The training pictures of every kind, drawn on all cores."""
    chunk = 1000
    pool: dict[Kind, Pictures] = {}
    with ProcessPoolExecutor() as workers:
        for index, kind in enumerate(KINDS):
            first = SEED * 1_000_000_000 + index * 10_000_000
            starts = range(first, first + max(chunk, round(size * POOL_SHARES[kind])), chunk)
            parts = list(workers.map(partial(draw_many, kind, count=chunk, roughly=True), starts))
            pool[kind] = Pictures(
                np.concatenate([part.pixels for part in parts]),
                np.concatenate([part.labels for part in parts]),
                [text for part in parts for text in part.texts],
            )
    return pool


def make_vocabulary() -> Vocabulary:
    """Pieces for the sentences; printed words are left out, so that the model spells them letter by letter."""
    sentences = [re.sub('"[A-Z]+"', '"', draw(seed).text) for seed in range(3000)]
    return Vocabulary([*sentences, *[" ".join(LETTERS)] * 3, *[QUESTION, "user", "model"] * 200])


class Batches:
    """Endless training batches from the pool, in shares per kind that may change on the way."""

    def __init__(self, pool: dict[Kind, Pictures], vocabulary: Vocabulary, batch: int) -> None:
        self.pool = pool
        self.batch = batch
        self.shares = dict(FIRST_SHARES)
        self.rng = np.random.default_rng(SEED)
        self.answers = {kind: [vocabulary.answer(text) for text in pool[kind].texts] for kind in KINDS}

    def __next__(self) -> tuple[torch.Tensor, list[list[int]], torch.Tensor]:
        counts = self.rng.multinomial(self.batch, [self.shares[kind] for kind in KINDS])
        pixels, answers, labels = [], [], []
        for kind, count in zip(KINDS, counts, strict=True):
            rows = self.rng.integers(len(self.pool[kind].texts), size=count)
            pixels.append(self.pool[kind].tensor(rows))
            answers += [self.answers[kind][row] for row in rows]
            labels.append(torch.from_numpy(self.pool[kind].labels[rows]).long())
        seen = torch.cat(pixels)
        # Pictures come round several times: a shade of difference each time.
        seen = seen + torch.from_numpy(self.rng.normal(0, 0.02, (len(seen), 3, 1, 1)).astype(np.float32))
        return seen, answers, torch.cat(labels)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, list[list[int]], torch.Tensor]]:
        return self


def optimizers(model: SelfTestModel, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for everything else."""
    hidden: list[torch.nn.Parameter] = []
    rest = list(model.heads.parameters())
    for name, parameter in model.network.named_parameters():
        inside = ".layers." in name and parameter.ndim == 2
        (hidden if inside else rest).append(parameter)
    return [
        torch.optim.Muon(hidden, lr=recipe.muon_lr, momentum=0.95, weight_decay=0.01),
        torch.optim.AdamW(rest, lr=recipe.adam_lr, betas=(0.9, 0.98), weight_decay=0.01),
    ]


def train(model: SelfTestModel, recipe: Recipe) -> None:
    """Train in place; the model ends with the averaged weights."""
    vocabulary = model.vocabulary
    started = time.monotonic()
    pool = draw_pool(recipe.pool)
    n_drawn = sum(len(part.texts) for part in pool.values())
    print(f"drew {n_drawn} pictures in {time.monotonic() - started:.0f} s", flush=True)
    batches = Batches(pool, vocabulary, recipe.batch)
    checks = {kind: draw_many(kind, CHECK_SEED * 1_000_000_000, 100, False) for kind in KINDS}
    both = optimizers(model, recipe)
    peaks = [optimizer.param_groups[0]["lr"] for optimizer in both]
    average = {name: value.detach().clone() for name, value in model.network.state_dict().items()}
    # The gradient is computed in bfloat16 by a copy; the weights themselves stay float32.
    worker = SelfTestModel(vocabulary)
    worker.network.bfloat16()
    worker.heads.bfloat16()
    losses: Any = torch.compile(worker.losses) if recipe.compiled else worker.losses
    own = [*model.network.parameters(), *model.heads.parameters()]
    lent = [*worker.network.parameters(), *worker.heads.parameters()]
    rng = random.Random(SEED)
    began = time.monotonic()
    shown = 0.0
    done = 0.0
    step = 0
    while done < 1:
        pixels, answers, labels = next(batches)
        context = distraction(vocabulary, rng) if rng.random() < 0.03 else ""
        prompt = vocabulary.prompt(context)
        tokens = torch.zeros(len(answers), len(prompt) + ANSWER_ROOM, dtype=torch.long)
        for row, answer in enumerate(answers):
            tokens[row, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        for optimizer, peak in zip(both, peaks, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = peak * min(1.0, (step + 1) / 200, (1 - done) / 0.7 + 1e-3)
        # A context has any length: compiling for each would cost more than it saves.
        with torch.no_grad():
            for parameter, copy in zip(own, lent, strict=True):
                copy.copy_(parameter)
                copy.grad = None
        answer_loss, patch_loss = (worker.losses if context else losses)(pixels, tokens, len(prompt), labels)
        patch_weight = max(0.05, 0.5 * (1 - 1.25 * done))
        (answer_loss + patch_weight * patch_loss).backward()
        for parameter, copy in zip(own, lent, strict=True):
            parameter.grad = None if copy.grad is None else copy.grad.float()
        for optimizer in both:
            optimizer.step()
        keep = min(0.998, step / (step + 10))
        for name, value in model.network.state_dict().items():
            average[name].lerp_(value, 1 - keep)
        step += 1
        elapsed = time.monotonic() - began
        done = max(step / recipe.steps, elapsed / 60 / recipe.minutes)
        if step % 50 == 0:
            print(
                f"{step:6d} {elapsed:6.0f} s {recipe.batch * 50 / (elapsed - shown):5.0f} pictures/s"
                f" answer {answer_loss.item():.4f} patch {patch_loss.item():.4f}",
                flush=True,
            )
            shown = elapsed
        if step % 500 == 0 or done >= 1:
            batches.shares = check(model, average, checks)
    model.network.load_state_dict(average)


def distraction(vocabulary: Vocabulary, rng: random.Random) -> str:
    """Up to 25 pieces of text in no order, to be ignored."""
    words = [vocabulary.pieces.id_to_piece(rng.randrange(261, len(vocabulary))) for _ in range(rng.randint(1, 25))]
    return "".join(words).replace("▁", " ").strip() or "a"


def check(model: SelfTestModel, average: dict[str, torch.Tensor], checks: dict[Kind, Pictures]) -> dict[Kind, float]:
    """Print the exact rates of the averaged weights, save them, and return how to share out the next batches."""
    trained = {name: value.clone() for name, value in model.network.state_dict().items()}
    model.network.load_state_dict(average)
    wrong: dict[Kind, float] = {}
    for kind, pictures in checks.items():
        answers = model.answers(pictures.tensor(np.arange(len(pictures.texts))))
        right = sum(answer == text for answer, text in zip(answers, pictures.texts, strict=True))
        wrong[kind] = 1 - right / len(answers)
    print("       exact " + "  ".join(f"{kind} {1 - wrong[kind]:.0%}" for kind in KINDS), flush=True)
    CHECKPOINT.parent.mkdir(parents=True, exist_ok=True)
    unfinished = CHECKPOINT.with_suffix(".part")
    torch.save(average, unfinished)
    unfinished.replace(CHECKPOINT)
    write_pair(model, PACKAGE)
    model.network.load_state_dict(trained)
    weights = {kind: 0.5 * FIRST_SHARES[kind] + 0.5 * wrong[kind] / (sum(wrong.values()) + 1e-9) for kind in KINDS}
    return {kind: weight / sum(weights.values()) for kind, weight in weights.items()}


def main() -> None:
    """Train, export, and record the held-out pictures with torch's answers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--minutes", type=float, default=70.0, help="the schedule ends here at the latest")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--pool", type=int, default=120_000, help="pictures drawn ahead of the training")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=2e-3)
    parser.add_argument("--eager", dest="compiled", action="store_false", help="do without torch.compile")
    parser.add_argument("--weights", type=Path, help="train nothing: export this checkpoint")
    arguments = vars(parser.parse_args())
    weights: Path | None = arguments.pop("weights")
    recipe = Recipe(**arguments)
    random.seed(SEED)
    torch.manual_seed(SEED)
    vocabulary = make_vocabulary()
    model = SelfTestModel(vocabulary)
    size = sum(parameter.numel() for parameter in model.network.parameters())
    print(f"{size / 1e6:.2f} million parameters, {len(vocabulary)} pieces, prompt of {len(vocabulary.prompt())} tokens")
    if weights is None:
        train(model, recipe)
    else:
        model.network.load_state_dict(torch.load(weights, weights_only=True))
    write_pair(model, PACKAGE)
    write_held_out(model, PACKAGE / "heldout.zip")


if __name__ == "__main__":
    main()
