"""Draws the held-out pictures of the self-test and records what each model answers in torch.

One solid archive: a bitmap of at most 64 colours per picture and an index in JSON, so that the package
needs neither fonts nor torch to use them. Knows nothing of training.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from localalt.image.resize import fit
from localalt.selftest import UNSEEN
from scripts.archive import pack

from .model import SelfTestModel
from .pictures import KINDS, UNSEEN_WORDS, WORDS, Kind, draw, to_input
from .pool import as_input

__all__ = ["HELD_OUT_SEED", "write_held_out"]

HELD_OUT_SEED = 7_000_000
N_PER_KIND = 125
N_UNSEEN = 100
SIDES = (128, 192)
"""Small canvases, to keep the file small; examples/ has large ones."""
MAX_COLOURS = 64
MAX_DEPARTURE = 1e-3
"""Of logits that are tens apart."""


def write_held_out(model: SelfTestModel, path: Path) -> None:
    """Record the model's answers in the archive, which is drawn where there is none; print its exact rates.

    Raises:
        RuntimeError: transformers' own call computes something else, so that no answer would be known.
    """
    pictures, index = _read(path) if path.exists() else _drawn()
    inputs = [_input(pictures[entry["name"]], model) for entry in index]
    answers = _answers(model, inputs)
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for entry, answer in zip(index, answers, strict=True):
        entry["torch_texts"][model.name] = answer
        total[entry["kind"]] += 1
        right[entry["kind"]] += answer == entry["text"]
    for kind in total:
        print(f"held out, torch: {kind} {right[kind]} of {total[kind]} exact", flush=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(pack({**pictures, "index.json": json.dumps(index, indent=0).encode()}))
    unfinished.replace(path)


def _read(path: Path) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    with tarfile.open(path) as archive:
        files = {member.name: file.read() for member in archive if (file := archive.extractfile(member)) is not None}
    index: list[dict[str, Any]] = json.loads(files.pop("index.json"))
    return files, index


def _drawn() -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """(bitmaps by name, what is known of each), no model's answers yet."""
    plans: list[tuple[str, Kind, int, Sequence[str]]] = [(kind, kind, N_PER_KIND, WORDS) for kind in KINDS]
    plans.append((UNSEEN, "word", N_UNSEEN, UNSEEN_WORDS))
    pictures = {}
    index = []
    for number, (label, kind, count, words) in enumerate(plans):
        for row in range(count):
            drawing = draw(HELD_OUT_SEED + number * 10_000 + row, kind, words, sides=SIDES)
            name = f"{label.replace(' ', '-')}-{row:03d}.bmp"
            pictures[name] = _bitmap(drawing.picture)
            index.append({"name": name, "kind": label, "text": drawing.text, "torch_texts": {}})
    return pictures, index


def _bitmap(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.quantize(MAX_COLOURS, dither=Image.Dither.NONE).save(file, "BMP")
    return file.getvalue()


def _input(file: bytes, model: SelfTestModel) -> npt.NDArray[np.uint8]:
    """The picture as its file holds it, at the size that localalt gives it."""
    picture = Image.open(io.BytesIO(file)).convert("RGB")
    return np.asarray(to_input(picture, fit(*picture.size, model.geometry).canvas))


def _answers(model: SelfTestModel, inputs: Sequence[npt.NDArray[np.uint8]]) -> list[str]:
    """Torch's answers, to pictures of one size at a time."""
    sizes: dict[tuple[int, ...], list[int]] = {}
    for row, pixels in enumerate(inputs):
        sizes.setdefault(pixels.shape, []).append(row)
    answers = [""] * len(inputs)
    for rows in sizes.values():
        pixels = as_input(np.stack([inputs[row] for row in rows]))
        departure = model.departure(pixels)
        if departure > MAX_DEPARTURE:
            raise RuntimeError(f"{model.name}: transformers' own logits are off by up to {departure}")
        for row, answer in zip(rows, model.answers(pixels), strict=True):
            answers[row] = answer
    return answers
