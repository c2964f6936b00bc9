"""Successive halving: what it costs, and what it may call better."""

import dataclasses
import hashlib
import itertools
import random

import pytest

import localalt
from localalt.evaluation.tuning import rungs_of, score_of, tune
from tests.support.evaluation import DOG, output


@pytest.mark.parametrize(
    ("n_arms", "n_cases", "budget"), [(8, 30, 240), (3, 20, 60), (2, 100, 50), (1, 10, 20), (16, 40, 640)]
)
def test_rounds_halve_the_arms_and_stay_within_the_budget(n_arms, n_cases, budget):
    rungs = rungs_of(n_arms, n_cases, budget)
    assert rungs[0].n_arms == n_arms
    assert all(after.n_cases >= before.n_cases for before, after in itertools.pairwise(rungs))
    assert all(2 * after.n_arms <= before.n_arms + 1 for before, after in itertools.pairwise(rungs))
    seen, spent = 0, 0
    for rung in rungs:
        spent, seen = spent + rung.n_arms * (rung.n_cases - seen), rung.n_cases
        assert rung.n_cases <= n_cases
    assert spent <= budget


def test_a_budget_that_pays_for_nothing_is_refused_with_what_is_needed():
    with pytest.raises(localalt.OptionError, match="8 arms need at least 96 texts, not 20"):
        rungs_of(8, 30, 20)


def simulated(better, seed, n=80):
    """Arms whose texts have noisy scores of which one arm's may be higher; scores of a text are the same each time."""
    cases = [
        dataclasses.replace(DOG, id=str(i), sha256=hashlib.sha256(f"{seed}{i}".encode()).hexdigest()) for i in range(n)
    ]
    hard = {case.id: random.Random(f"{seed} {case.id}").gauss(0, 1) for case in cases}

    def write(arms, about):
        def score(arm, case):
            return hard[case.id] + random.Random(f"{seed} {arm} {case.id}").gauss(better if arm == "b" else 0.0, 0.5)

        return {arm: {case.id: score(arm, case) for case in about} for arm in arms}

    return tune(["a", "b", "c", "d"], "a", cases, write, budget=160, seed=seed)


@pytest.mark.slow
def test_a_planted_better_prompt_wins_and_is_shown_to_be_better_on_the_held_out_half():
    found = [simulated(0.6, seed) for seed in range(100)]
    assert sum(each.winner == "b" for each in found) >= 95
    assert sum(each.is_better for each in found if each.winner == "b") >= 95


@pytest.mark.slow
def test_planted_equal_prompts_are_not_shown_to_be_better():
    """At most one in twenty, two-sided and so one in forty this way round, whichever arm won the dev half by luck."""
    found = [simulated(0.0, seed) for seed in range(200)]
    assert sum(each.is_better for each in found) <= 11  # of a binomial with 1/40: 11 or more once in 70 such tests
    assert {each.winner for each in found} == set("abcd")


def test_what_is_chosen_is_chosen_on_the_dev_half_alone():
    seen = []

    def write(arms, about):
        seen.append((tuple(arms), {case.split for case in about}))
        return {arm: {case.id: float(arm == "b") for case in about} for arm in arms}

    cases = [dataclasses.replace(DOG, id=str(i), sha256=hashlib.sha256(str(i).encode()).hexdigest()) for i in range(40)]
    tuned = tune(["a", "b", "c"], "a", cases, write, budget=60)
    assert [splits for _, splits in seen] == [{"dev"}] * (len(seen) - 1) + [{"held-out"}]
    assert seen[-1][0] == ("b", "a")
    assert tuned.winner == "b"


def test_a_score_takes_more_for_an_invention_than_for_an_omission():
    right = score_of(DOG, output("A brown dog sleeps on a red sofa by a window."))
    missing = score_of(DOG, output("A brown dog sleeps by a tall and open window."))
    invented = score_of(DOG, output("A brown dog and a cat sleep on a red sofa here."))
    assert right == 1.0
    assert right > missing > invented
    assert score_of(DOG, output("")) == -1.0
