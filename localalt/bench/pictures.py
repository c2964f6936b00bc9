"""Pictures to measure with: drawn ones in the sizes that people have, or the user's own.

How fast a model is depends on a picture's size alone, and reading one on what its file holds: the drawn ones
are smooth shades with a sensor's grain, which as JPEG are about as large as photographs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localalt.errors import ImageNotFoundError
from localalt.files.kinds import PICTURES
from localalt.files.search import Problem, Search

__all__ = ["DRAWN", "PictureSet", "drawn", "of_folder"]

DRAWN = "drawn-1"
"""Name of the drawn set: another number where what is drawn changes."""
SIZES = ((1600, 1200), (4032, 3024), (1080, 1350), (1920, 1080), (3024, 4032), (800, 600), (1280, 960), (768, 1024))
"""(width, height): a phone's, a screen's and web sites' pictures, upright and across."""
GRAIN = 4.0
"""Standard deviation in grey levels of 255."""


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Files in the order in which they are described."""

    name: str
    digest: str
    """SHA-256 of what decides the speed: the sizes of drawn ones, the bytes of others."""
    paths: tuple[Path, ...]


def drawn(count: int, folder: Path) -> PictureSet:
    """`count` drawn pictures in JPEG, written to `folder` unless they are there. 1 or more."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [SIZES[index % len(SIZES)] for index in range(count)]
    paths = []
    for index, (width, height) in enumerate(sizes):
        path = folder / f"{DRAWN}-{index:03d}-{width}x{height}.jpg"
        if not path.exists():
            _draw(index, width, height, path)
        paths.append(path)
    digest = hashlib.sha256(f"{DRAWN} {sizes}".encode()).hexdigest()
    return PictureSet(DRAWN, digest, tuple(paths))


def of_folder(folder: Path, count: int | None = None, *, say: Callable[[str], None] = lambda _: None) -> PictureSet:
    """The first `count` pictures of a folder and those below, by name, or all of them.

    `say` gets a sentence for each picture that cannot be read, which is left out, and one for what was skipped.

    Raises:
        ImageNotFoundError: there is no such folder, or no picture in it that can be read.
    """
    search = Search([str(folder)], PICTURES)
    digest = hashlib.sha256()
    chosen: list[Path] = []
    for found in search:
        if len(chosen) == count:
            break
        try:
            if isinstance(found, Problem):
                say(found.message)
                continue
            digest.update(Path(found).read_bytes())
        except (OSError, ValueError) as error:
            say(f"{found} cannot be read ({getattr(error, 'strerror', None) or error}): it is left out.")
        else:
            chosen.append(Path(found))
    if search.skipped:
        say(f"Skipped: {search.skipped}.")
    if not chosen:
        raise ImageNotFoundError(f"{folder} has no pictures that can be read: name another folder.")
    return PictureSet("own", digest.hexdigest(), tuple(chosen))


def _draw(seed: int, width: int, height: int, path: Path) -> None:
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
    shades = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    grained = shades + rng.normal(0, GRAIN, (height, width, 1)).astype(np.float32)
    unfinished = path.with_suffix(".part")
    Image.fromarray(np.clip(grained, 0, 255).astype(np.uint8)).save(unfinished, "JPEG", quality=90)
    unfinished.replace(path)
