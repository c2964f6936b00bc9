"""Gemma 4's pictures have the columns and rows of image tokens that its own processor gives them.

tests/data/gemma4_grids.json says where its 200 sizes and their grids come from.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from localalt.gguf.mmproj import geometry
from localalt.image.processor import load_picture
from localalt.image.resize import fit

DATA = json.loads((Path(__file__).parents[1] / "data" / "gemma4_grids.json").read_text(encoding="utf-8"))
GRIDS = {tuple(map(int, size.split("x"))): grids for size, grids in DATA["grids"].items()}
GEMMA4 = geometry("gemma4v", image_px=224, patch_px=16, merge=3)


def grid_of(size, most):
    columns, rows = fit(*size, dataclasses.replace(GEMMA4, max_tokens=most)).canvas
    return [columns / GEMMA4.token_px, rows / GEMMA4.token_px]


def test_there_are_200_sizes_and_gemma_4s_five_budgets():
    assert (len(GRIDS), DATA["budgets"]) == (200, [70, 140, 280, 560, 1120])


@pytest.mark.parametrize(("index", "most"), list(enumerate(DATA["budgets"])))
def test_every_size_has_the_grid_of_the_reference(index, most):
    assert {size: grid_of(size, most) for size in GRIDS} == {size: grids[index] for size, grids in GRIDS.items()}


def test_the_projector_without_a_tower_has_the_same_grids():
    assert geometry("gemma4uv", image_px=224, patch_px=16, merge=3) == GEMMA4


@pytest.mark.parametrize(("detail", "most"), [("low", 280), ("high", 560), ("max", 1120)])
@pytest.mark.parametrize("size", [(512, 512), (300, 400), (1920, 1080)])
def test_a_tiers_picture_has_the_grid_of_its_budget(size, detail, most):
    pixels = load_picture(np.zeros((size[1], size[0], 3), np.uint8), GEMMA4, detail=detail).pixels
    found = [pixels.shape[1] / GEMMA4.token_px, pixels.shape[0] / GEMMA4.token_px]
    assert found == GRIDS[size][DATA["budgets"].index(most)]
