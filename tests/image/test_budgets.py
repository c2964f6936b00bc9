"""How many image tokens each tier grants."""

from __future__ import annotations

import dataclasses

import pytest

from localalt.image.budgets import LOW_TOKENS, budget
from localalt.types import ImageGeometry

FREE = ImageGeometry(square=None, token_px=32, min_tokens=8, max_tokens=1024)


def test_the_low_tier_lowers_the_most_tokens():
    assert budget(FREE, "low") == dataclasses.replace(FREE, max_tokens=LOW_TOKENS)
    assert budget(FREE, "high") is FREE
    assert budget(FREE, "max") is FREE


def test_a_small_budget_is_not_raised():
    small = dataclasses.replace(FREE, max_tokens=100)
    assert budget(small, "low") == small


def test_the_budget_stays_above_the_least():
    assert budget(dataclasses.replace(FREE, min_tokens=300), "low").max_tokens == 300
    assert budget(dataclasses.replace(FREE, min_tokens=1024), "low").max_tokens == 1024


@pytest.mark.parametrize(
    "fixed",
    [ImageGeometry(896, 56, 256, 256), ImageGeometry(None, 1, 4096, 4_000_000)],
    ids=["square", "tiles"],
)
def test_what_is_fixed_stays(fixed):
    assert budget(fixed, "low") is fixed
