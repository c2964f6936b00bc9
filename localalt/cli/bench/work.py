"""What the options name: models, devices, pictures, the file of results. Nothing is measured here."""

from __future__ import annotations

import argparse
import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localalt.console import say
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.bench.pictures import PictureSet
    from localalt.bench.runner import ResultStore
    from localalt.bench.setup import Setup
    from localalt.bench.targets import Target

__all__ = ["devices_of", "prepare", "setup_of"]

N_TOKENS = 48
"""Of an answer by random weights, which never ends by itself."""


def devices_of(named: Sequence[str]) -> list[str]:
    """The devices of these names, or the CPU and every GPU where there are no names.

    Raises:
        OptionError: there is no such device.
    """
    from localalt import native
    from localalt.machine import devices_named

    here = [device for device in native.devices() if device.kind != "accelerator"]
    found = devices_named(named, here) if named else here
    return ["cpu" if device.kind == "cpu" else device.name for device in found]


def prepare(arguments: argparse.Namespace) -> tuple[list[Target], PictureSet, ResultStore]:
    """Models, pictures and the file of results; random weights and drawn pictures are written where they are missing.

    Raises:
        OptionError: a name is wrong, or there is no model.
        ModelError: a model is not here, or is damaged.
        ResultError: the file of results cannot be read.
    """
    from localalt.bench import runner, targets

    if not (arguments.model or arguments.shape):
        raise OptionError("There is nothing to measure: add --shape qwen3.5-0.8b, or --model with a downloaded model.")
    folder = arguments.folder or targets.cache_folder()
    # All names and files first: a shape's weights are written in minutes and take gigabytes.
    output = _output(arguments)
    for name in arguments.shape:
        targets.shape_named(name)
    devices_of(arguments.device)
    found = [targets.of_model(str(name), arguments.mmproj) for name in _models(arguments)]
    pictures = _pictures(arguments.pictures, folder)
    found += [targets.of_shape(name, folder=folder, say=say) for name in dict.fromkeys(arguments.shape)]
    return found, pictures, runner.ResultStore(output)


def setup_of(
    arguments: argparse.Namespace,
    target: Target,
    device: str,
    width: int,
    pictures: PictureSet,
    n_image_tokens: int | None = None,
) -> Setup:
    """One model on one device, `width` pictures at a time, with at most `n_image_tokens` for a picture."""
    from localalt.bench.setup import Setup
    from localalt.planning.tuning import Tuning

    n_tokens: int | None = arguments.tokens
    if n_tokens is None and target.kind == "random":
        n_tokens = N_TOKENS
    tuning = Tuning(n_image_tokens=n_image_tokens)
    return Setup(target, device, width, pictures.name, pictures.digest, pictures.paths, n_tokens, tuning)


def _models(arguments: argparse.Namespace) -> Sequence[object]:
    from localalt.machine import this_machine
    from localalt.models.lineup import distinct

    named: list[str] = arguments.model
    if arguments.mmproj is None:
        return distinct(named, this_machine(), offline=True, on_same=_say_same)
    if len(named) != 1:
        raise OptionError("--mmproj belongs to one --model with a file of weights: name only that one.")
    return named


def _say_same(model: object, first: object) -> None:
    say(f"{model} is the model {first}: it is measured once.")


def _pictures(text: str, folder: Path) -> PictureSet:
    from localalt.bench import pictures

    if text.isdigit():
        return pictures.drawn(max(1, int(text)), folder)
    return pictures.of_folder(Path(text), say=say)


def _output(arguments: argparse.Namespace) -> Path | None:
    if arguments.out is None and arguments.append is None:
        return None
    if arguments.out is not None:
        path: Path = arguments.out
        if path.suffix not in (".json", ".jsonl"):
            raise OptionError(f"--out {path} must end with .json or .jsonl.")
        return path
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d-%H%M%S")
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join([*arguments.model, *arguments.shape]))[:80]
    folder: Path = arguments.append
    return folder / f"{now}-{name}.jsonl"
