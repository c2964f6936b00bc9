"""Trains a self-test model and writes what localalt ships of it.

    pip install -e ".[train]"
    python -m scripts.train_selftest selftest

needs no network. The shipped files of Gemma 3's architecture took 3 minutes of drawing and 55 of training
on two cores of an AMD EPYC (Zen 4) that other programs used as well: the time ended the schedule after
about 4600 of the 7000 steps, 440,000 pictures. Those of Qwen3-VL's and Gemma 4's were trained at the same
time on one core each of a Zen 5 that other programs used as well, with --eager --minutes 75: 7000 steps in
70 minutes, and 5450 when the time was over. Compiling takes minutes for each size of pictures, of which they have
three. Where cores are shared, OMP_WAIT_POLICY=PASSIVE in the environment (it was set then) lets torch's
threads sleep while they wait for each other.
Both GGUF files are written again at every check, so a usable pair lies in localalt/selftest
from the first minutes on. Knows the schedule and the files; the drawing, the models, the file
format and the held-out set have their own modules beside this.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch

from scripts import ROOT

from .gemma3 import Gemma3SelfTest
from .gemma4 import Gemma4SelfTest
from .gguf import write_pair
from .heldout import write_held_out
from .model import SelfTestModel, grid_of
from .pictures import KINDS, LETTERS, Kind, draw
from .pool import SEED, Batch, Batches, Pool, draw_checks, draw_pool
from .qwen3vl import Qwen3VLSelfTest
from .vocabulary import QUESTION, PictureMarks, Vocabulary

PACKAGE = ROOT / "localalt" / "selftest"
CHECKPOINTS = ROOT / "build" / "selftest"

MODELS: dict[str, type[SelfTestModel]] = {
    model.name: model for model in (Gemma3SelfTest, Qwen3VLSelfTest, Gemma4SelfTest)
}

Weights: TypeAlias = "dict[str, torch.Tensor]"

ANSWER_ROOM = 28
"""Tokens of the longest answer, with its end: a fixed length keeps the compiled step from compiling again."""
CHECK_EVERY = 500
"""Steps."""


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


def make_vocabulary(marks: PictureMarks) -> Vocabulary:
    """Pieces for the sentences; printed words are left out, so that the model spells them letter by letter."""
    sentences = [re.sub('"[A-Z]+"', '"', draw(seed).text) for seed in range(3000)]
    return Vocabulary([*sentences, *[" ".join(LETTERS)] * 3, *[QUESTION, "user", "model"] * 200], marks)


class Gradients:
    """Computes gradients in bfloat16, on a copy: the weights themselves stay float32."""

    def __init__(self, model: SelfTestModel, *, compiled: bool) -> None:
        self.copy = type(model)(model.vocabulary)
        self.copy.network.bfloat16()
        self.copy.heads.bfloat16()
        # The angles that positions turn by are not weights: rounded, the copy would learn other positions.
        exact = dict(model.network.named_buffers())
        for name, buffer in self.copy.network.named_buffers():
            buffer.data = exact[name].clone()
        self.own = [*model.network.parameters(), *model.heads.parameters()]
        self.lent = [*self.copy.network.parameters(), *self.copy.heads.parameters()]
        self.losses: Any = torch.compile(self.copy.losses, dynamic=False) if compiled else self.copy.losses

    def compute(self, batch: Batch, context: str, patch_weight: float) -> tuple[float, float]:
        """Leave the gradients at the model's parameters; return the losses of the answers and of the patches."""
        with torch.no_grad():
            for parameter, copy in zip(self.own, self.lent, strict=True):
                copy.copy_(parameter)
                copy.grad = None
        prompt = self.copy.prompt(batch.pixels, context)
        tokens = torch.zeros(len(batch.answers), len(prompt) + ANSWER_ROOM, dtype=torch.long)
        for row, answer in enumerate(batch.answers):
            tokens[row, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        # A context has any length: compiling for each would cost more than it saves.
        losses = self.copy.losses if context else self.losses
        self.copy.know(grid_of(batch.pixels))
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
        inside = (".layers." in name or ".blocks." in name) and parameter.ndim == 2
        (hidden if inside else rest).append(parameter)
    return [
        torch.optim.Muon(hidden, lr=recipe.muon_lr, momentum=0.95, weight_decay=0.01),
        torch.optim.AdamW(rest, lr=recipe.adam_lr, betas=(0.9, 0.98), weight_decay=0.01),
    ]


def train(model: SelfTestModel, recipe: Recipe, save: Callable[[Weights], None]) -> None:
    """Train in place; the model ends with the averaged weights, which `save` gets at every check."""
    started = time.monotonic()
    pool = draw_pool(recipe.pool, model.geometry)
    n_drawn = {size: sum(len(pictures.texts) for pictures in kinds.values()) for size, kinds in pool.items()}
    print(f"drew {sum(n_drawn.values())} pictures in {time.monotonic() - started:.0f} s: {n_drawn}", flush=True)
    checks = draw_checks(model.geometry)
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
        if step % CHECK_EVERY == 0 or done >= 1:
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


def check(model: SelfTestModel, checks: Pool) -> dict[Kind, float]:
    """Print the exact rates; return the share of wrong texts per kind."""
    asked: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    wrong: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    for kinds in checks.values():
        for kind, pictures in kinds.items():
            answers = model.answers(pictures.tensor(np.arange(len(pictures.texts))))
            asked[kind] += len(answers)
            wrong[kind] += sum(answer != text for answer, text in zip(answers, pictures.texts, strict=True))
    shares = {kind: wrong[kind] / asked[kind] for kind in KINDS}
    print("       exact " + "  ".join(f"{kind} {1 - shares[kind]:.0%}" for kind in KINDS), flush=True)
    return shares


def main() -> None:
    """Train, export, and record torch's answers to the held-out pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.train_selftest", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--minutes", type=float, default=55.0, help="the schedule ends here at the latest")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--pool", type=int, default=80_000, help="pictures drawn ahead of the training")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=2e-3)
    parser.add_argument("--eager", dest="compiled", action="store_false", help="do without torch.compile")
    parser.add_argument("--folder", type=Path, default=PACKAGE, help="for the GGUF files and the held-out set")
    parser.add_argument("--checkpoint", type=Path, help="for the weights as torch keeps them")
    parser.add_argument("--no-training", action="store_true", help="export the checkpoint as it is")
    options = vars(parser.parse_args())
    name: str = options.pop("model")
    folder: Path = options.pop("folder")
    checkpoint: Path = options.pop("checkpoint") or CHECKPOINTS / f"{name}.pt"
    no_training: bool = options.pop("no_training")
    torch.manual_seed(SEED)
    kind = MODELS[name]
    vocabulary = make_vocabulary(kind.marks)
    model = kind(vocabulary)
    size = sum(parameter.numel() for parameter in model.network.parameters())
    print(f"{size / 1e6:.2f} million parameters, {len(vocabulary)} pieces")

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
    write_held_out(model, folder / "heldout.tar.xz")


if __name__ == "__main__":
    main()
