"""The pictures that localalt hands to a projector against those that the models' own processors make.

    python benchmarks/fidelity.py [--pictures 26] [--sizes 2000] [--record FILE]

Needs the extras `train` (transformers, torch), torchvision and `bench` (whose pictures are read, see `pictures.py`).
Two things are compared with transformers' image processors, for each family and each of its budgets:

- grids: of how many of `--sizes` drawn sizes the columns and rows of image tokens are the same. Gemma 4's must be the
  same for all. Qwen's processors round each side for itself and then down; localalt keeps the shape that is nearest
  to the picture's, so that grids differ by a row or a column.
- pixels: of pictures with the same grid, the mean difference of their pixels, in levels of 255: the median and the
  most of all pictures. Processors resize with a bicubic filter (Gemma 3: bilinear), localalt with a Lanczos one from
  JPEG files that are decoded at a part of their size.

`--record FILE` writes the sizes and grids that tests/image/test_reference_grids.py holds localalt to.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pictures import collect
from PIL import Image

from localalt.gguf.mmproj import geometry
from localalt.image.processor import load_picture
from localalt.image.resize import fit

if TYPE_CHECKING:
    from localalt.types import ImageGeometry

FAMILIES = {
    "gemma4": ("gemma4v", 224, 16, 3, (70, 140, 280, 560, 1120)),
    "qwen3.5": ("qwen3vl_merger", 768, 16, 2, (256, 576, 1024, 4096)),
    "gemma3": ("gemma3", 896, 14, 4, (256,)),
}
"""Name -> (projector, image_px, patch_px, merge, budgets in image tokens)."""
RECORDED_SIZES = 200
LONGEST_PX = 12_000


def geometries() -> Iterator[tuple[str, int, ImageGeometry]]:
    """(family, budget, geometry with that budget as its most)."""
    import dataclasses

    for name, (kind, image_px, patch_px, merge, budgets) in FAMILIES.items():
        own = geometry(kind, image_px=image_px, patch_px=patch_px, merge=merge)
        for most in budgets:
            yield name, most, own if own.square else dataclasses.replace(own, max_tokens=most)


def sizes(count: int) -> list[tuple[int, int]]:
    """(width, height), the same ones on every run: common ones first, then drawn evenly over their logarithms."""
    common = [(512, 512), (300, 400), (640, 480), (1920, 1080), (4032, 3024), (3024, 4032), (48, 48), (1, 1)]
    narrow = [(16, 4000), (4000, 16), (1, 1000), (9000, 90), (47, 49), (12_000, 12)]
    rng = random.Random("sizes of pictures")
    drawn = [(_side(rng), _side(rng)) for _ in range(count)]
    return (common + narrow + drawn)[:count]


def _side(rng: random.Random) -> int:
    return round(math.exp(rng.uniform(math.log(8), math.log(LONGEST_PX))))


def reference_grid(name: str, size: tuple[int, int], most: int, wanted: ImageGeometry) -> tuple[int, int] | None:
    """(columns, rows) of the family's own processor; None where it refuses such a picture."""
    width, height = size
    px = wanted.token_px
    try:
        if name == "gemma4":
            from transformers.models.gemma4.image_processing_gemma4 import get_aspect_ratio_preserving_size

            rows, columns = get_aspect_ratio_preserving_size(height, width, 16, most * 9, 3)
        elif name == "gemma3":
            return wanted.square // px, wanted.square // px  # type: ignore[operator]
        else:
            from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

            bounds = {"min_pixels": wanted.min_tokens * px**2, "max_pixels": most * px**2}
            rows, columns = smart_resize(height, width, factor=px, **bounds)
    except ValueError:
        return None
    return columns // px, rows // px


def reference_pixels(name: str, image: Image.Image, canvas: tuple[int, int]) -> npt.NDArray[np.float64]:
    """A picture as the family's processor resizes it, its levels from 0 to 255, before it moves them."""
    import torch
    from torchvision.transforms.v2 import InterpolationMode, functional

    pixels = torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)
    mode = InterpolationMode.BILINEAR if name == "gemma3" else InterpolationMode.BICUBIC
    resized = functional.resize(pixels, size=[canvas[1], canvas[0]], interpolation=mode, antialias=True)
    found: npt.NDArray[np.float64] = resized.permute(1, 2, 0).numpy().astype(np.float64)
    return found


def compare_grids(count: int) -> None:
    """Print, for each family and budget, how many grids are the same."""
    for name, most, wanted in geometries():
        same = there = 0
        for size in sizes(count):
            reference = reference_grid(name, size, most, wanted)
            if reference is None:
                continue
            canvas = fit(*size, wanted).canvas
            there += 1
            same += (canvas[0] // wanted.token_px, canvas[1] // wanted.token_px) == reference
        print(f"{name}, {most} image tokens: {same} of {there} grids are the same ({count - there} sizes refused)")


def compare_pixels(count: int) -> None:
    """Print, for each family and budget, how far pixels are apart where grids are the same."""
    paths = collect(count)
    for name, most, wanted in geometries():
        apart = []
        for path in paths:
            with Image.open(path) as image:
                reference = reference_grid(name, image.size, most, wanted)
                ours = load_picture(path, wanted, detail="max").pixels
                columns, rows = ours.shape[1] // wanted.token_px, ours.shape[0] // wanted.token_px
                if reference == (columns, rows):
                    theirs = reference_pixels(name, image, (ours.shape[1], ours.shape[0]))
                    apart.append(float(np.abs(ours - theirs).mean()))
        if apart:
            print(
                f"{name}, {most} image tokens: {len(apart)} of {count} pictures with the same grid, pixels "
                f"{statistics.median(apart):.2f} of 255 apart in the median, {max(apart):.2f} at most"
            )


def record(path: Path) -> None:
    """Write Gemma 4's grids for the test suite."""
    import transformers

    grids: dict[str, Any] = {
        "source": f"transformers {transformers.__version__}, models/gemma4/image_processing_gemma4.py, "
        "get_aspect_ratio_preserving_size; written by benchmarks/fidelity.py",
        "budgets": list(FAMILIES["gemma4"][-1]),
        "sizes": {},
    }
    wanted = {most: each for name, most, each in geometries() if name == "gemma4"}
    for size in sizes(10 * RECORDED_SIZES):
        found = [reference_grid("gemma4", size, most, each) for most, each in wanted.items()]
        if None not in found and len(grids["sizes"]) < RECORDED_SIZES:
            grids["sizes"]["{}x{}".format(*size)] = found
    lines = ",\n".join(f"  {json.dumps(size)}: {json.dumps(found)}" for size, found in grids["sizes"].items())
    source, budgets = json.dumps(grids["source"]), json.dumps(grids["budgets"])
    path.write_text(
        f'{{\n "source": {source},\n "budgets": {budgets},\n "grids": {{\n{lines}\n }}\n}}\n', encoding="utf-8"
    )


def main() -> None:
    """Compare grids and pixels, or record grids."""
    parser = argparse.ArgumentParser(description="Compare pictures with those of the models' own processors.")
    parser.add_argument("--pictures", type=int, default=26, help="pictures whose pixels are compared (default: 26)")
    parser.add_argument("--sizes", type=int, default=2000, help="sizes whose grids are compared (default: 2000)")
    parser.add_argument("--record", type=Path, help="write Gemma 4's grids to this file, and end")
    arguments = parser.parse_args()
    if arguments.record:
        record(arguments.record)
        return
    compare_grids(arguments.sizes)
    compare_pixels(arguments.pictures)


if __name__ == "__main__":
    main()
