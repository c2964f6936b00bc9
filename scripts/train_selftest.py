"""Trains the self-test model and writes what localalt ships of it.

    pip install -e ".[train]"
    python scripts/train_selftest.py

needs no network. The shipped files took 3 minutes of drawing and 55 of training on two cores
of an AMD EPYC (Zen 4) that other programs used as well: the time ended the schedule after
about 4600 of the 7000 steps, 440,000 pictures. Where cores are shared, OMP_WAIT_POLICY=PASSIVE
in the environment (it was set then) lets torch's threads sleep while they wait for each other.
Both GGUF files are written again at every check, so a usable pair lies in localalt/selftest
from the first minutes on. Knows the schedule and the files; the drawing, the model, the file
format and the held-out set have their own modules beside this.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from selftest_pictures import KINDS, LETTERS, SIDE_PX, Kind, draw, to_input
from train_selftest_gguf import write_pair
from train_selftest_heldout import write_held_out
from train_selftest_model import QUESTION, SelfTestModel, Vocabulary

PACKAGE = Path(__file__).resolve().parent.parent / "localalt" / "selftest"
CHECKPOINT = Path(__file__).resolve().parent.parent / "build" / "selftest" / "checkpoint.pt"

Weights: TypeAlias = "dict[str, torch.Tensor]"

SEED = 20_260
"""Training draws upwards from this many thousand millions; checks, held-out set and examples have their own ranges."""
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


@dataclass(frozen=True, slots=True)
class Batch:
    """One step's pictures, their answers as tokens and the labels of their patches."""

    pixels: torch.Tensor
    answers: list[list[int]]
    labels: torch.Tensor


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

    def aim(self, wrong: dict[Kind, float]) -> None:
        """Give half of the coming batches to what is still wrong."""
        total = sum(wrong.values())
        self.shares = {
            kind: (FIRST_SHARES[kind] + wrong[kind] / total) / 2 if total else FIRST_SHARES[kind] for kind in KINDS
        }

    def __next__(self) -> Batch:
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
        return Batch(seen, answers, torch.cat(labels))

    def __iter__(self) -> Iterator[Batch]:
        return self


class Gradients:
    """Computes gradients in bfloat16, on a copy: the weights themselves stay float32."""

    def __init__(self, model: SelfTestModel, *, compiled: bool) -> None:
        self.vocabulary = model.vocabulary
        self.copy = SelfTestModel(model.vocabulary)
        self.copy.network.bfloat16()
        self.copy.heads.bfloat16()
        self.own = [*model.network.parameters(), *model.heads.parameters()]
        self.lent = [*self.copy.network.parameters(), *self.copy.heads.parameters()]
        self.losses: Any = torch.compile(self.copy.losses) if compiled else self.copy.losses

    def compute(self, batch: Batch, context: str, patch_weight: float) -> tuple[float, float]:
        """Leave the gradients at the model's parameters; return the losses of the answers and of the patches."""
        with torch.no_grad():
            for parameter, copy in zip(self.own, self.lent, strict=True):
                copy.copy_(parameter)
                copy.grad = None
        prompt = self.vocabulary.prompt(context)
        tokens = torch.zeros(len(batch.answers), len(prompt) + ANSWER_ROOM, dtype=torch.long)
        for row, answer in enumerate(batch.answers):
            tokens[row, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        # A context has any length: compiling for each would cost more than it saves.
        losses = self.copy.losses if context else self.losses
        answer_loss, patch_loss = losses(batch.pixels, tokens, len(prompt), batch.labels)
        (answer_loss + patch_weight * patch_loss).backward()
        for parameter, copy in zip(self.own, self.lent, strict=True):
            parameter.grad = None if copy.grad is None else copy.grad.float()
        return answer_loss.item(), patch_loss.item()


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


def train(model: SelfTestModel, recipe: Recipe, save: Callable[[Weights], None]) -> None:
    """Train in place; the model ends with the averaged weights, which `save` gets at every check."""
    started = time.monotonic()
    pool = draw_pool(recipe.pool)
    n_drawn = sum(len(part.texts) for part in pool.values())
    print(f"drew {n_drawn} pictures in {time.monotonic() - started:.0f} s", flush=True)
    checks = {kind: draw_many(kind, CHECK_SEED * 1_000_000_000, 100, False) for kind in KINDS}
    batches = Batches(pool, model.vocabulary, recipe.batch)
    gradients = Gradients(model, compiled=recipe.compiled)
    both = optimizers(model, recipe)
    peaks = [optimizer.param_groups[0]["lr"] for optimizer in both]
    average: Weights = {name: value.detach().clone() for name, value in model.network.state_dict().items()}
    rng = random.Random(SEED)
    began = time.monotonic()
    shown = 0.0
    done = 0.0
    step = 0
    while done < 1:
        for optimizer, peak in zip(both, peaks, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = peak * min(1.0, (step + 1) / 200, (1 - done) / 0.7 + 1e-3)
        context = distraction(model.vocabulary, rng) if rng.random() < 0.03 else ""
        patch_weight = max(0.05, 0.5 * (1 - 1.25 * done))
        answer_loss, patch_loss = gradients.compute(next(batches), context, patch_weight)
        for optimizer in both:
            optimizer.step()
        keep = min(0.998, step / (step + 10))
        for name, value in model.network.state_dict().items():
            average[name].lerp_(value, 1 - keep)
        step += 1
        elapsed = time.monotonic() - began
        done = max(step / recipe.steps, elapsed / 60 / recipe.minutes)
        if step % 50 == 0:
            speed = recipe.batch * 50 / (elapsed - shown)
            shown = elapsed
            print(
                f"{step:6d} {elapsed:6.0f} s {speed:5.0f} pictures/s answer {answer_loss:.4f} patch {patch_loss:.4f}",
                flush=True,
            )
        if step % 500 == 0 or done >= 1:
            trained = {name: value.clone() for name, value in model.network.state_dict().items()}
            model.network.load_state_dict(average)
            batches.aim(check(model, checks))
            save(average)
            if done < 1:
                model.network.load_state_dict(trained)


def distraction(vocabulary: Vocabulary, rng: random.Random) -> str:
    """Up to 25 pieces of text in no order, to be ignored."""
    words = [vocabulary.pieces.id_to_piece(rng.randrange(261, len(vocabulary))) for _ in range(rng.randint(1, 25))]
    return "".join(words).replace("▁", " ").strip() or "a"


def check(model: SelfTestModel, checks: dict[Kind, Pictures]) -> dict[Kind, float]:
    """Print the exact rates; return the share of wrong texts per kind."""
    wrong: dict[Kind, float] = {}
    for kind, pictures in checks.items():
        answers = model.answers(pictures.tensor(np.arange(len(pictures.texts))))
        wrong[kind] = sum(answer != text for answer, text in zip(answers, pictures.texts, strict=True)) / len(answers)
    print("       exact " + "  ".join(f"{kind} {1 - wrong[kind]:.0%}" for kind in KINDS), flush=True)
    return wrong


def main() -> None:
    """Train, export, and record the held-out pictures with torch's answers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--minutes", type=float, default=55.0, help="the schedule ends here at the latest")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--pool", type=int, default=80_000, help="pictures drawn ahead of the training")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=2e-3)
    parser.add_argument("--eager", dest="compiled", action="store_false", help="do without torch.compile")
    parser.add_argument("--folder", type=Path, default=PACKAGE, help="for the GGUF files and the held-out set")
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT, help="for the weights as torch keeps them")
    parser.add_argument("--no-training", action="store_true", help="export the checkpoint as it is")
    options = vars(parser.parse_args())
    folder: Path = options.pop("folder")
    checkpoint: Path = options.pop("checkpoint")
    no_training: bool = options.pop("no_training")
    torch.manual_seed(SEED)
    vocabulary = make_vocabulary()
    model = SelfTestModel(vocabulary)
    size = sum(parameter.numel() for parameter in model.network.parameters())
    print(f"{size / 1e6:.2f} million parameters, {len(vocabulary)} pieces, prompt of {len(vocabulary.prompt())} tokens")

    def save(weights: Weights) -> None:
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        unfinished = checkpoint.with_suffix(".part")
        torch.save(weights, unfinished)
        unfinished.replace(checkpoint)
        write_pair(model, folder)

    folder.mkdir(parents=True, exist_ok=True)
    if no_training:
        model.network.load_state_dict(torch.load(checkpoint, weights_only=True))
        write_pair(model, folder)
    else:
        train(model, Recipe(**options), save)
    write_held_out(model, folder / "heldout.zip")


if __name__ == "__main__":
    main()
