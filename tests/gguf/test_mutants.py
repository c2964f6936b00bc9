"""Files with one thing wrong, loaded in a child: an error or a text comes of each, and the gate saves children."""

import random

import pytest

from localalt import selftest
from localalt.isolation import service
from scripts.checks import soak_gguf_mutants
from scripts.checks.gguf_mutants import AREAS, Mutant, mutant, parse
from scripts.checks.soak_gguf_mutants import MMPROJ, UNGATED, WEIGHTS, soak
from tests.support.gguf_changes import without

FAMILIES = [family.name for family in selftest.families()]


def test_a_file_that_is_read_and_written_again_is_the_same(pairs):
    for pair in pairs.values():
        for path in pair:
            assert parse(path.read_bytes()).write() == path.read_bytes()


@pytest.mark.slow
def test_every_kind_is_made_of_the_weights_of_some_family_and_half_of_them_of_projectors(pairs):
    made = {WEIGHTS: set(), MMPROJ: set()}
    rng = random.Random(18)
    for which, found in made.items():
        for name in FAMILIES:
            original = parse(pairs[name][which].read_bytes())
            for _ in range(40):
                one = mutant(original, rng)
                assert one.data != pairs[name][which].read_bytes()
                found.add((one.area, one.kind))
    kinds = {(area, kind) for area in AREAS for kind in AREAS[area]}
    assert made[WEIGHTS] == kinds
    assert made[MMPROJ] == {(area, kind) for area, kind in kinds if area in ("header", "tensors")}


@pytest.mark.slow
def test_an_error_or_a_text_comes_of_every_mutant():
    outcome = soak(12, seed=18)
    assert outcome.n_cases == 12
    # A single one may cost children in so few: the full count holds the bound of one in a hundred.
    assert len(outcome.failures) <= 1
    assert not [each for each in outcome.failures if "fault" in each]


def fatal(original, rng):
    """Always the same: llama.cpp ends the process at it."""
    file = parse(original.write())
    without("v.patch_embd.weight")(file)
    without("token_embd.weight")(file)
    return Mutant("tensors", "tensor-missing", "it is gone", file.write())


@pytest.mark.slow
def test_what_the_gate_saves_is_counted(monkeypatch):
    monkeypatch.setattr(soak_gguf_mutants, "mutant", fatal)
    outcome = soak(2)
    assert outcome.failures == ()
    (projectors,) = [line for line in outcome.figures if line.startswith("mmproj")]
    assert "1 refused by the gate; cost children: 0.0 %, without the gate 100.0 %" in projectors
    # The picture is tried again in two fresh children.
    assert "children that died: 0; without the gate, where it refuses: 3" in outcome.figures


@pytest.mark.slow
def test_the_count_fails_where_mutants_cost_children(monkeypatch):
    monkeypatch.setattr(soak_gguf_mutants, "mutant", fatal)
    monkeypatch.setattr(service, "MODULE", UNGATED)
    outcome = soak(2)
    assert [each for each in outcome.failures if each.endswith("mmproj tensor-missing: it is gone (crashed)")]
    assert "children that died: 3; without the gate, where it refuses: 3" in outcome.figures
