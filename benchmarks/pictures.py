"""Real pictures of mixed sizes to measure with, cut from photographs and scans that PyPI packages carry.

Sources, all in the `bench` extra; nothing is downloaded by this module and no picture is committed:

- scikit-image: astronaut (NASA), moon (public domain), hubble_deep_field (NASA), rocket (SpaceX), coins, page
  and text (no known restrictions or public domain), retina, chelsea (a cat), coffee, camera (a man with a
  camera), brick, gravel and grass (CC0).
- scikit-learn: china (by danielbuechele, CC BY 2.0) and flower (by vultilion, CC BY 2.0).
- matplotlib: grace_hopper (US Navy, public domain).

They are small (384 to 1411 pixels wide), so each picture is a crop of one of them brought to a size that
people really have: a phone's 12 megapixels, a camera's, a screen, a web page, a thumbnail, upright and
across. Enlarged ones get a sensor's grain, since a smooth picture would make a far smaller file than a
phone's and decode faster. Three in thirteen have 9 or 12 megapixels. Any beginning of the collection is mixed.

JPEG, and PNG where people would use it; no WebP, which llama.cpp's own reader (the peers') does not know.
The same pixels on every run and machine with the same versions of the sources and of Pillow.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pair import FOLDER

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["collect"]

SOURCES = (
    *(("skimage", f"data/{name}.png") for name in ("astronaut", "coffee", "chelsea", "camera", "coins", "page")),
    *(("skimage", f"data/{name}.jpg") for name in ("rocket", "retina", "hubble_deep_field")),
    *(("sklearn", f"datasets/images/{name}.jpg") for name in ("china", "flower")),
    ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
    *(("skimage", f"data/{name}.png") for name in ("brick", "moon", "text", "gravel", "grass")),
)
"""(package, file inside it), 17 of them."""

DISTRIBUTIONS = {"skimage": "scikit-image", "sklearn": "scikit-learn", "matplotlib": "matplotlib"}

SIZES = (
    *((1600, 1200), (4032, 3024), (640, 480), (1080, 1350), (320, 240), (1920, 1080), (3024, 4032)),
    *((800, 600), (1024, 768), (768, 1024), (4000, 2250), (1280, 720), (360, 640)),
)
"""(width, height), 13 of them: prime to the number of sources, so that the first 221 pictures all differ."""

ZOOMS = (1.0, 0.8, 0.65)
"""Share of the largest crop's side."""

PNG_PIXELS = 1_000_000
"""Most pixels of a PNG: larger photographs are rarely kept as one."""

GRAIN = 4.0
"""Standard deviation, in grey levels of 255, of the grain on an enlarged picture."""


def collect(count: int) -> list[Path]:
    """Files of the first `count` pictures, written on first use to the temporary folder.

    Raises:
        SystemExit: a package that carries some of them is not installed.
    """
    folder = FOLDER / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return [_picture(folder, index) for index in range(count)]


def _picture(folder: Path, index: int) -> Path:
    source = _source(*SOURCES[index % len(SOURCES)])
    width, height = SIZES[index % len(SIZES)]
    kind = "png" if index % 4 == 2 and width * height <= PNG_PIXELS else "jpg"
    path = folder / f"{index:03}-{source.stem}-{width}x{height}.{kind}"
    if not path.exists():
        part = path.with_suffix(".part")
        image = _cut(source, index, width, height)
        if kind == "png":
            image.save(part, "PNG")
        else:
            image.save(part, "JPEG", quality=88)
        part.replace(path)
    return path


def _source(package: str, name: str) -> Path:
    # Found without being imported: importing these takes seconds, and nothing of their code is needed.
    found = importlib.util.find_spec(package)
    path = Path(found.origin).parent / name if found is not None and found.origin else None
    if path is None or not path.exists():
        raise SystemExit(f"{name} of {DISTRIBUTIONS[package]} is missing: pip install '.[bench]'")
    return path


def _cut(source: Path, index: int, width: int, height: int) -> PIL.Image.Image:
    """A crop of the source in the shape of (width, height), at that size."""
    from PIL import Image

    rng = np.random.default_rng(index)
    with Image.open(source) as opened:
        image = opened.convert("RGB")
    zoom = ZOOMS[index % len(ZOOMS)] * min(image.width / width, image.height / height)
    across, down = round(width * zoom), round(height * zoom)
    left = int(rng.integers(0, image.width - across + 1))
    top = int(rng.integers(0, image.height - down + 1))
    box = (left, top, left + across, top + down)
    resized: PIL.Image.Image = image.resize((width, height), Image.Resampling.LANCZOS, box=box)
    if zoom >= 1.0:
        return resized
    grain = rng.standard_normal((height, width, 1), dtype=np.float32) * GRAIN
    pixels = (np.asarray(resized, dtype=np.float32) + grain).round().clip(0, 255)
    return Image.fromarray(pixels.astype(np.uint8))
