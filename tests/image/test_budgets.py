"""How many image tokens each tier grants."""

from __future__ import annotations

import dataclasses
import io

import pytest
from PIL import Image

from localalt.image import loading, processor
from localalt.image.budgets import Tier, budget
from localalt.types import ImageGeometry

FREE = ImageGeometry(None, token_px=32, min_tokens=8, max_tokens=4096, low_tokens=256, high_tokens=1024)


@pytest.mark.parametrize(("tier", "most"), [("low", 256), ("high", 1024), ("max", 4096)])
def test_each_tier_grants_its_own_tokens(tier: Tier, most: int):
    assert budget(FREE, tier) == dataclasses.replace(FREE, max_tokens=most)


@pytest.mark.parametrize("tier", ["low", "high", "max"])
def test_a_small_budget_is_not_raised(tier: Tier):
    small = dataclasses.replace(FREE, max_tokens=100)
    assert budget(small, tier) == small


def test_the_budget_stays_above_the_least():
    assert budget(dataclasses.replace(FREE, min_tokens=300), "low").max_tokens == 300
    assert budget(dataclasses.replace(FREE, min_tokens=2048), "high").max_tokens == 2048


@pytest.mark.parametrize(
    "fixed",
    [ImageGeometry(896, 56, 256, 256), ImageGeometry(None, 1, 4096, 4_000_000)],
    ids=["square", "tiles"],
)
def test_what_is_fixed_stays(fixed):
    assert budget(fixed, "low") is fixed


@pytest.mark.parametrize(
    ("detail", "wanted"),
    [("low", (2304, 1728)), ("auto", (2304, 1728)), ("high", (2304, 1728)), ("max", (4672, 3520))],
)
def test_a_large_photograph_is_decoded_for_the_most_detail_only_where_that_is_asked_for(detail, wanted, monkeypatch):
    asked = []

    def load_file(file, label, at_least):
        asked.append(at_least((8064, 6048)))
        return loading.load_file(file, label, at_least)

    monkeypatch.setattr(processor, "load_file", load_file)
    file = io.BytesIO()
    Image.new("RGB", (403, 302), "navy").save(file, "JPEG")
    processor.load_picture(file.getvalue(), FREE, detail=detail)
    assert asked == [wanted]
