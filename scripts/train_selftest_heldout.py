"""Draws the held-out pictures of the self-test and records what the torch model answers to each.

One zip file: a PNG of at most 64 colours per picture and an index in JSON, so that the package
needs neither fonts nor torch to use them. Knows nothing of training.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from selftest_pictures import KINDS, UNSEEN_WORDS, WORDS, Kind, draw, to_input
from train_selftest_model import SelfTestModel

from localalt.selftest import UNSEEN

__all__ = ["HELD_OUT_SEED", "write_held_out"]

HELD_OUT_SEED = 7_000_000
N_PER_KIND = 125
N_UNSEEN = 100
SIDES = (128, 192)
"""Small canvases, to keep the file small; examples/ has large ones."""
MAX_COLOURS = 64


def write_held_out(model: SelfTestModel, path: Path) -> None:
    """Write the archive and print the torch model's exact rates."""
    archive_bytes = io.BytesIO()
    index = []
    with zipfile.ZipFile(archive_bytes, "w") as archive:
        plans: list[tuple[str, Kind, int, Sequence[str]]] = [(kind, kind, N_PER_KIND, WORDS) for kind in KINDS]
        plans.append((UNSEEN, "word", N_UNSEEN, UNSEEN_WORDS))
        for number, (label, kind, count, words) in enumerate(plans):
            files = []
            texts = []
            for row in range(count):
                drawing = draw(HELD_OUT_SEED + number * 10_000 + row, kind, words, sides=SIDES)
                files.append(_png(drawing.picture))
                texts.append(drawing.text)
            answers = _answers(model, files)
            right = sum(answer == text for answer, text in zip(answers, texts, strict=True))
            print(f"held out, torch: {label} {right} of {count} exact", flush=True)
            for row, (file, text, answer) in enumerate(zip(files, texts, answers, strict=True)):
                name = f"{label.replace(' ', '-')}-{row:03d}.png"
                # A fixed date: the same pictures make the same archive.
                archive.writestr(zipfile.ZipInfo(name), file)
                index.append({"name": name, "kind": label, "text": text, "torch_text": answer})
        listing = zipfile.ZipInfo("index.json")
        listing.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(listing, json.dumps(index, indent=0))
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(archive_bytes.getvalue())
    unfinished.replace(path)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.quantize(MAX_COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _answers(model: SelfTestModel, files: Sequence[bytes]) -> list[str]:
    """Torch's answers to the pictures as their files hold them."""
    inputs = [np.asarray(to_input(Image.open(io.BytesIO(file)).convert("RGB"))) for file in files]
    pixels = torch.from_numpy(np.stack(inputs)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return model.answers(pixels)
