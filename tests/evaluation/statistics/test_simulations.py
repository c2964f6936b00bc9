"""What was planted in simulated experiments is found, and what was not is not."""

import itertools
import math

import pytest

from localalt.evaluation.reporting.summary import best_of
from localalt.evaluation.statistics.comparison import (
    compare,
    mean_interval,
    smallest_detectable,
)
from localalt.evaluation.statistics.pairwise import PairVerdict, strengths
from tests.support.scores import FEW, by_picture

np = pytest.importorskip("numpy")
stats = pytest.importorskip("scipy.stats")
pytest.importorskip("choix")

pytestmark = pytest.mark.slow


N_PICTURES = 60


N_RUNS = 300


RESAMPLES = 500
"""Fewer cost power: by 200 the least p value is 0.01, before any correction."""


def simulated(generator, effects):
    """Scores of arms that find the same pictures hard, and are better by their effects."""
    hardness = generator.normal(size=N_PICTURES)
    return {
        arm: by_picture((hardness + effect + generator.normal(scale=math.sqrt(0.5), size=N_PICTURES)).tolist())
        for arm, effect in effects.items()
    }


def decided(effects, run=compare, **options):
    """In each simulated experiment, which arms were found to differ."""
    generator = np.random.default_rng(2024)
    return [
        {each.arm: each for each in run(simulated(generator, effects), seed=seed, n_resamples=RESAMPLES, **options)}
        for seed in range(N_RUNS)
    ]


def at_most(rate):
    """The most of N_RUNS that an event of this chance reaches but once in a thousand times."""
    return int(stats.binom.ppf(0.999, N_RUNS, rate))


def at_least(rate):
    return int(stats.binom.ppf(0.001, N_RUNS, rate))


def test_an_arm_that_is_half_a_deviation_better_is_found():
    power = stats.nct.sf(stats.t.ppf(0.975, N_PICTURES - 1), N_PICTURES - 1, 0.5 * math.sqrt(N_PICTURES))  # 0.968
    runs = decided({"base": 0, "better": 0.5}, baseline="base")
    assert sum(run["better"].is_better for run in runs) >= at_least(power - 0.01)  # 500 resamples cost a little
    assert not any(run["better"].is_worse for run in runs)


def test_the_smallest_detectable_difference_is_found_in_four_of_five():
    runs = decided({"base": 0, "worse": -smallest_detectable(N_PICTURES, 1)}, baseline="base")
    assert at_least(0.78) <= sum(run["worse"].is_worse for run in runs) <= at_most(0.82)


def test_an_equal_arm_is_called_different_as_seldom_as_alpha_says():
    runs = decided({"base": 0, "equal": 0}, baseline="base")
    wrong = sum(run["equal"].is_better or run["equal"].is_worse for run in runs)
    assert at_least(0.03) <= wrong <= at_most(0.05)


def test_of_four_equal_arms_any_is_called_different_as_seldom():
    runs = decided({"base": 0, "a": 0, "b": 0, "c": 0}, baseline="base")
    wrong = sum(any(each.is_better or each.is_worse for each in run.values()) for run in runs)
    assert 0 < wrong <= at_most(0.05)
    uncorrected = sum(any(each.difference.p <= 0.05 for each in run.values()) for run in runs)
    assert uncorrected > at_most(0.05)  # so that the correction is what does it


def test_a_better_arm_among_equals_is_found_alone():
    runs = decided({"base": 0, "a": 0, "better": 0.5, "c": 0}, baseline="base")
    assert sum(run["better"].is_better for run in runs) >= at_least(0.88)  # 0.91 of 1000 with 500 resamples
    assert sum(any(run[arm].is_better or run[arm].is_worse for arm in "ac") for run in runs) <= at_most(0.05)


def test_all_pairs_of_four_equal_arms_too():
    generator = np.random.default_rng(5)
    wrong = 0
    for seed in range(N_RUNS):
        arms = simulated(generator, dict.fromkeys("abcd", 0))
        found = best_of("wins", True, arms, judge=None, seed=seed, n_resamples=RESAMPLES)
        wrong += any(each.beaten for each in found.others)
    assert wrong <= at_most(0.05)


@pytest.mark.parametrize("of", ["normal", "scores"])
def test_means_lie_in_their_intervals_as_often_as_these_say(of):
    generator = np.random.default_rng(11)
    shares = [0.02, 0.05, 0.08, 0.25, 0.6]  # of scores from 1 to 5
    mean = 0 if of == "normal" else np.dot(range(1, 6), shares)
    held = 0
    for seed in range(1000):
        values = generator.normal(size=60) if of == "normal" else generator.choice(range(1, 6), size=60, p=shares)
        found = mean_interval(values.tolist(), seed=seed, n_resamples=500)
        held += found.low <= mean <= found.high
    assert stats.binom.ppf(0.001, 1000, 0.935) <= held <= stats.binom.ppf(0.999, 1000, 0.955)


def test_strengths_lie_in_their_intervals_as_often():
    generator = np.random.default_rng(13)
    true = {"a": 0.8, "b": 0.0, "c": -0.8}
    held = 0
    for seed in range(N_RUNS // 3):
        some = [
            PairVerdict(str(index), *pair, "first" if generator.random() < 1 / (1 + math.exp(gap)) else "second")
            for index in range(30)
            for pair in itertools.combinations(true, 2)
            for gap in [true[pair[1]] - true[pair[0]]]
        ]
        found = strengths(some, seed=seed, n_resamples=FEW)
        held += sum(each.low <= true[arm] <= each.high for arm, each in found.items())
    assert held / N_RUNS == pytest.approx(0.935, abs=0.045)  # 0.939 of 900 with 300 resamples
