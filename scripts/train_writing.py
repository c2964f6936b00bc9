"""Trains the network that looks for a line of writing in a photograph, and writes localalt/image/writing_weights.py.

    pip install -e ".[train]"
    python -m scripts.train_writing PHOTOGRAPHS --fonts FONTS

PHOTOGRAPHS is a folder with photographs without writing, FONTS one with TrueType fonts. Half of the photographs, by
their names, are only tested with. Every other one is taken as it is, in three crops, and five times with a line of
writing drawn on: a plate, or letters with an outline. Of those, which band of the picture the writing is in is not
said: the likeliest one is taken, again after each training.
"""

from __future__ import annotations

import argparse
import io
import random
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from localalt.image.detail import measure, tier_of
from localalt.image.tiers import MEASURED_PX
from localalt.image.writing import bands

from . import ROOT

TARGET = ROOT / "localalt" / "image" / "writing_weights.py"
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
N_CROPS, N_WRITTEN, N_ROUNDS, N_HIDDEN = 3, 5, 5, 16
LETTERS_PX = (8, 16)
"""Height of capitals at `MEASURED_PX`."""
TEXTS = (
    "B 4711 XK",
    "Bakery & Coffee",
    "Exit 24 North",
    "OPEN 9-18",
    "Platform 3",
    "Room 214",
    "Аптека 24",
    "Οδός Ερμού",
)
PLATES = (
    ((250, 250, 245), (10, 10, 10)),
    ((240, 200, 30), (20, 20, 20)),
    ((20, 60, 140), (250, 250, 250)),
    ((15, 110, 50), (250, 250, 250)),
    ((170, 20, 30), (255, 255, 255)),
    ((60, 60, 60), (230, 230, 230)),
)
"""(ground, ink)"""

Grey = npt.NDArray[np.uint8]


def main() -> None:
    """Train, print the rates on both halves, and write the weights."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.train_writing", description="Train what looks for a line of writing in a photograph."
    )
    parser.add_argument("photographs", type=Path, help="folder of photographs without writing")
    parser.add_argument("--fonts", type=Path, required=True, help="folder of TrueType fonts")
    parser.add_argument("--output", type=Path, default=TARGET, help="file of the weights")
    arguments = parser.parse_args()
    fonts = sorted(map(str, arguments.fonts.rglob("*.ttf")))
    photographs = sorted(path for path in arguments.photographs.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not fonts or not photographs:
        parser.error("both folders must have files: photographs, and TrueType fonts")
    halves = [[path for path in photographs if zlib.crc32(path.name.encode()) % 2 == half] for half in (0, 1)]
    fitted = _train([_samples(path, fonts) for path in halves[0]])
    arguments.output.write_text(_source(fitted, len(halves[0])), encoding="utf-8")
    for name, half in zip(("trained with", "tested with"), halves, strict=True):
        plain = [_grey(_opened(path)) for path in half]
        written = [picture for path in half for picture in _written(path, fonts)]
        counts = (_n_high(plain), len(plain), len(written) - _n_high(written), len(written))
        print("{}: {} of {} without writing get the high tier, {} of {} with it the low one".format(name, *counts))


def _n_high(pictures: list[Grey]) -> int:
    """By the weights that are installed: run it again after they were written."""
    return sum(tier_of(measure(picture)) == "high" for picture in pictures)


def _opened(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def _grey(image: Image.Image) -> Grey:
    grey = image.convert("L")
    grey.thumbnail((MEASURED_PX, MEASURED_PX), Image.Resampling.BOX)
    return np.asarray(grey)


def _samples(path: Path, fonts: list[str]) -> tuple[list[Grey], list[Grey]]:
    """Pictures without and with writing made of one photograph."""
    rng, image = random.Random(path.name), _opened(path)
    plain = [_grey(image)]
    for _ in range(N_CROPS):
        share = rng.uniform(0.5, 0.9)
        width, height = int(image.width * share), int(image.height * share)
        left, top = rng.randrange(image.width - width + 1), rng.randrange(image.height - height + 1)
        plain.append(_grey(image.crop((left, top, left + width, top + height))))
    return plain, list(_written(path, fonts))


def _written(path: Path, fonts: list[str]) -> Iterator[Grey]:
    """Copies of a photograph with a line of writing at twice the size that is measured, compressed as cameras do."""
    for number in range(N_WRITTEN):
        rng, image = random.Random(f"{path.name} {number}"), _opened(path)
        scale = 2 * MEASURED_PX / max(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
        sign = _sign(rng, ImageFont.truetype(rng.choice(fonts), round(2 * rng.uniform(*LETTERS_PX) / 0.7)))
        if sign.width > image.width or sign.height > image.height:
            continue
        at = rng.randrange(image.width - sign.width + 1), rng.randrange(image.height - sign.height + 1)
        image.paste(sign, at, sign)
        if rng.random() < 0.3:
            image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 2)))
        file = io.BytesIO()
        image.save(file, "JPEG", quality=rng.randrange(60, 95))
        yield _grey(Image.open(file))


def _sign(rng: random.Random, font: ImageFont.FreeTypeFont) -> Image.Image:
    """A line of writing: on a plate three times of four, otherwise with an outline; half of them at a slant."""
    text = rng.choice(TEXTS)
    left, top, right, bottom = map(int, font.getbbox(text))
    margin = max(2, round(0.35 * font.size))
    sign = Image.new("RGBA", (right - left + 2 * margin, bottom - top + 2 * margin), (0, 0, 0, 0))
    draw, at = ImageDraw.Draw(sign), (margin - left, margin - top)
    if rng.random() < 0.75:
        ground, ink = rng.choice(PLATES)
        draw.rectangle((0, 0, *sign.size), fill=ground)
        draw.text(at, text, font=font, fill=ink)
    else:
        draw.text(at, text, font=font, fill="white", stroke_width=max(1, round(font.size / 15)), stroke_fill="black")
    angle = rng.uniform(-8, 8) if rng.random() < 0.5 else 0.0
    return sign.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)


def _train(samples: list[tuple[list[Grey], list[Grey]]]) -> Any:  # noqa: ANN401 (a pipeline of scikit-learn)
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    without = np.concatenate([bands(picture) for plain, _ in samples for picture in plain])
    each = [found for _, written in samples for picture in written if len(found := bands(picture))]
    chosen = np.array([found[np.argmax(found[:, 0])] for found in each])
    fitted = None
    for _ in range(N_ROUNDS):
        # A quarter of all, so that they weigh something beside the many bands without.
        repeated = np.concatenate([chosen] * max(1, len(without) // len(chosen) // 4))
        fitted = make_pipeline(StandardScaler(), MLPClassifier((N_HIDDEN,), alpha=0.1, max_iter=300, random_state=1))
        fitted.fit(np.concatenate([without, repeated]), np.repeat([0, 1], [len(without), len(repeated)]))
        likelihood: Callable[[npt.NDArray[np.float64]], Any] = fitted.predict_proba
        chosen = np.array([found[np.argmax(likelihood(found)[:, 1])] for found in each])
    return fitted


def _source(fitted: Any, n_photographs: int) -> str:  # noqa: ANN401 (a pipeline of scikit-learn)
    scaler, network = fitted
    rows = ", ".join(map(_row, network.coefs_[0]))
    return f'''"""Weights of the network in `writing`: data, written by `scripts.train_writing`.

Trained on {n_photographs} photographs without writing, {N_CROPS} crops of each, and {N_WRITTEN} copies of each with a
line of writing drawn on. benchmarks/NOTES.md has the rates on others.
"""

from __future__ import annotations

__all__ = ["BIAS", "HIDDEN_BIAS", "HIDDEN_WEIGHTS", "MEANS", "SCALES", "WEIGHTS"]

MEANS = {_row(scaler.mean_)}
"""Of each measure of a band."""

SCALES = {_row(scaler.scale_)}
"""Standard deviation of each measure."""

HIDDEN_WEIGHTS = ({rows})
"""(measures, hidden)"""

HIDDEN_BIAS = {_row(network.intercepts_[0])}
WEIGHTS = {_row(network.coefs_[1][:, 0])}
"""(hidden,)"""

BIAS = {network.intercepts_[1][0]:.4g}
'''


def _row(values: npt.NDArray[np.float64]) -> str:
    return f"({', '.join(f'{value:.4g}' for value in values)})"


if __name__ == "__main__":
    main()
