"""Statistics against SciPy, against tables that were worked by hand, and against what was planted in simulations."""

import hashlib
import itertools
import json
import math
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings, strategies as st

from localalt.errors import OptionError
from localalt.evaluation.cases import split_of
from localalt.evaluation.judging.criteria import GRADES, grade
from localalt.evaluation.judging.pairs import read_arm_pairs
from localalt.evaluation.reporting.summary import best_of
from localalt.evaluation.statistics.comparison import (
    compare,
    length_correlation,
    mean_interval,
    paired_difference,
    rate_interval,
    smallest_detectable,
    strata,
    wins_needed,
)
from localalt.evaluation.statistics.intervals import Interval
from localalt.evaluation.statistics.pairwise import PairVerdict, agreement, bradley_terry, strengths

np = pytest.importorskip("numpy")
stats = pytest.importorskip("scipy.stats")
pytest.importorskip("choix")

FEW = 200  # resamples where only the shape of a result matters
SCORE = st.sampled_from([0, 1, 2, 2.5, 3, 3.3, 4, 5])


def by_picture(values):
    return {f"picture {index}": value for index, value in enumerate(values)}


# Means.


def test_a_mean_has_scipys_bca_interval():
    values = [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 5]
    bounds = stats.bootstrap((np.array(values),), np.mean, n_resamples=10_000, rng=np.random.default_rng(7))
    found = mean_interval(values, seed=7)
    assert (found.estimate, found.n, found.level) == (3.5, 12, 0.95)
    assert (found.low, found.high) == pytest.approx(bounds.confidence_interval)


def test_without_values_nothing_is_known_and_of_one_nothing_of_how_they_vary():
    assert mean_interval([], seed=1) == Interval(None, None, None, 0, 0.95)
    assert mean_interval([3], seed=1) == Interval(3, None, None, 1, 0.95)


def test_equal_values_have_no_width():
    assert mean_interval([0.1] * 9, seed=1) == Interval(0.1, 0.1, 0.1, 9, 0.95)


def test_where_bca_is_not_defined_percentiles_are_taken(monkeypatch):
    values = [1, 2, 2, 3, 5]
    bounds = stats.bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(1)).confidence_interval
    bootstrap = stats.bootstrap

    def without_bca(data, *rest, method, **options):
        # Equal values are what BCa is not defined for.
        return bootstrap((np.zeros(5),) if method == "BCa" else data, *rest, method=method, **options)

    monkeypatch.setattr(stats, "bootstrap", without_bca)
    found = mean_interval(values, seed=1)
    assert (found.low, found.high) == pytest.approx(bounds)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20), st.integers(0, 9))
def test_an_interval_holds_its_estimate(values, seed):
    found = mean_interval(values, seed=seed, n_resamples=FEW)
    assert found.low <= found.estimate <= found.high
    assert min(values) <= found.low
    assert found.high <= max(values)


@settings(deadline=None, max_examples=40)
@given(st.lists(SCORE, min_size=2, max_size=20), st.integers(-5, 5))
def test_a_higher_scale_moves_the_mean_with_its_interval(values, shift):
    here = mean_interval(values, seed=1, n_resamples=FEW)
    there = mean_interval([value + shift for value in values], seed=1, n_resamples=FEW)
    for name in ("estimate", "low", "high"):
        assert getattr(there, name) == pytest.approx(getattr(here, name) + shift, abs=1e-6)


def test_a_higher_level_is_wider():
    values = [1, 2, 3, 4, 5, 5, 2, 1]
    narrow, wide = (mean_interval(values, seed=1, level=level) for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


# Rates.


def test_a_rate_has_wilsons_interval():
    # 8 of 10, z = 1.95996, z² = 3.84146: the middle is (0.8 + 3.84146 / 20) / (1 + 0.384146) = 0.71674,
    # half the width 1.95996 * sqrt(0.16 / 10 + 3.84146 / 400) / 1.384146 = 0.22658.
    found = rate_interval(8, 10)
    assert (found.estimate, found.n) == (0.8, 10)
    assert (found.low, found.high) == pytest.approx((0.71674 - 0.22658, 0.71674 + 0.22658), abs=1e-5)


def test_rates_of_none_and_all_are_neither_impossible_nor_certain():
    assert rate_interval(0, 20).low == 0
    assert 0.1 < rate_interval(0, 20).high < 0.2
    assert 0.8 < rate_interval(20, 20).low < rate_interval(20, 20).high == 1


def test_a_rate_of_nothing_may_be_anything():
    assert rate_interval(0, 0) == Interval(None, 0, 1, 0, 0.95)


@given(st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_rate_lies_in_its_interval(counts):
    successes, n = counts
    found = rate_interval(successes, n)
    assert 0 <= found.low <= (successes / n if n else 0.5) <= found.high <= 1


# Two arms.


def test_a_difference_is_of_the_pictures_that_both_have():
    found = paired_difference({"a": 4, "b": 3, "c": 5, "only": 0}, {"c": 4, "b": 3, "a": 5, "other": 5}, seed=1)
    assert (found.n, found.mean.estimate) == (3, 0)
    assert (found.wins, found.ties, found.losses) == (1, 1, 1)


def test_the_signs_of_three_differences_are_tried_in_all_eight_ways():
    # 1, 2 and 3: of the sums 6 4 2 0 0 -2 -4 -6 two are as far from 0 as 6.
    assert paired_difference(by_picture([2, 4, 6]), by_picture([1, 2, 3]), seed=1).p == 0.25
    # -1, 2 and 3: the sum 4 or farther has four.
    assert paired_difference(by_picture([0, 2, 3]), by_picture([1, 0, 0]), seed=1).p == 0.5


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(SCORE, SCORE), max_size=9))
def test_few_differences_are_tested_exactly(pairs):
    differences = [a - b for a, b in pairs]
    ways = itertools.product((1, -1), repeat=len(pairs))
    sums = [sum(s * d for s, d in zip(signs, differences, strict=True)) for signs in ways]
    exact = sum(abs(each) >= abs(sum(differences)) - 1e-9 for each in sums) / len(sums)
    found = paired_difference(by_picture([a for a, _ in pairs]), by_picture([b for _, b in pairs]), seed=1)
    assert found.p == pytest.approx(exact)


@pytest.mark.parametrize(("wins", "losses"), [(9, 4), (12, 1), (7, 6), (6, 0)])
def test_equal_steps_are_a_sign_test(wins, losses):
    found = paired_difference(by_picture([1] * wins + [0] * losses), by_picture([0] * wins + [1] * losses), seed=1)
    assert found.p == pytest.approx(stats.binomtest(wins, wins + losses).pvalue)


def test_random_permutations_are_near_the_exact_test_and_never_give_0():
    exact = stats.binomtest(43, 68).pvalue
    found = paired_difference(by_picture([1] * 43 + [0] * 25), by_picture([0] * 43 + [1] * 25), seed=3)
    assert found.p == pytest.approx(exact, abs=0.006)
    certain = paired_difference(by_picture([1] * 68), by_picture([0] * 68), seed=3, n_resamples=999)
    assert certain.p == pytest.approx(2 / 1000)  # (0 + 1) / (999 + 1) on either side


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(SCORE, SCORE), max_size=30), st.integers(0, 9))
def test_p_values_are_above_0_and_the_other_way_round_is_the_mirror(pairs, seed):
    a, b = by_picture([a for a, _ in pairs]), by_picture([b for _, b in pairs])
    here, there = (paired_difference(*both, seed=seed, n_resamples=FEW) for both in ((a, b), (b, a)))
    assert 0 < here.p == there.p <= 1
    assert (here.wins, here.ties, here.losses) == (there.losses, there.ties, there.wins)
    assert here.wins + here.ties + here.losses == here.n == len(pairs)
    if here.n > 1:
        assert (here.mean.low, here.mean.high) == pytest.approx((-there.mean.high, -there.mean.low), abs=1e-6)


def test_pictures_may_come_in_any_order():
    a, b = by_picture([1, 4, 2, 5, 3, 3, 3.5]), by_picture([2, 2, 2, 2, 3, 1, 1])
    turned = dict(reversed(a.items()))
    assert paired_difference(a, b, seed=5) == paired_difference(turned, b, seed=5)


def test_pairing_finds_what_hard_pictures_would_hide():
    a, b = by_picture(range(100, 2100, 100)), by_picture(range(99, 2099, 100))
    found = paired_difference(a, b, seed=1)
    assert found.p < 0.001
    assert (found.mean.low, found.mean.high) == (1, 1)


def test_rounding_makes_no_winner():
    found = paired_difference(by_picture([0.1 + 0.2] * 3), by_picture([0.3] * 3), seed=1)
    assert (found.ties, found.p, found.mean.low, found.mean.high) == (3, 1, 0, 0)


def test_without_a_common_picture_nothing_is_shown():
    found = paired_difference({"a": 5}, {"b": 1}, seed=1)
    assert (found.n, found.p, found.mean.estimate, found.detectable) == (0, 1, None, None)
    assert paired_difference({"a": 5}, {"a": 1}, seed=1).p == 1


# Several arms.


def arms_with(p_values):
    """Arms whose sign tests against "none" have these p values, with the number of wins that gives them."""
    arms = {"none": by_picture([0] * 10)}
    for arm, wins in p_values.items():
        arms[arm] = by_picture([1] * wins + [-1] * (10 - wins))
    return arms


def test_holms_correction_over_arms():
    # Of ten: 10 wins have p 2/1024, 9 have 22/1024, 8 have 112/1024, 7 have 352/1024. By Holm times 4, 3, 2 and 1:
    # 8/1024, 66/1024, 224/1024, 352/1024.
    found = compare(arms_with({"eight": 8, "ten": 10, "seven": 7, "nine": 9}), "none", seed=1)
    assert [each.arm for each in found] == ["eight", "ten", "seven", "nine"]
    assert [each.p_holm * 1024 for each in found] == pytest.approx([224, 8, 352, 66])
    assert [each.is_better for each in found] == [False, True, False, False]  # nine's own p is 0.021
    assert not any(each.is_worse for each in found)


def test_holms_correction_never_falls_and_never_passes_1():
    # Thrice 8 of 10: 0.109 times 3 for the first; times 2 and 1 would be less, and are not.
    found = compare(arms_with({"a": 8, "b": 8, "c": 8}), "none", seed=1)
    assert [each.p_holm * 1024 for each in found] == pytest.approx([336, 336, 336])
    assert [each.p_holm for each in compare(arms_with({"a": 5, "b": 6}), "none", seed=1)] == [1, 1]


def test_a_worse_arm_is_worse():
    found = compare(arms_with({"bad": 0, "even": 5}), "none", seed=1)
    assert [(each.is_better, each.is_worse) for each in found] == [(False, True), (False, False)]
    assert found[0].difference.mean.estimate == -1


def test_alpha_decides_and_the_intervals_go_with_it():
    arms = arms_with({"nine": 9})
    assert compare(arms, "none", seed=1)[0].is_better
    strict = compare(arms, "none", seed=1, alpha=0.01)[0]
    assert (strict.is_better, strict.alpha, strict.difference.mean.level) == (False, 0.01, 0.99)


def test_all_pairs_are_corrected_together():
    found = best_of("wins", True, arms_with({"ten": 10, "five": 5}), judge=None, seed=1, n_resamples=5000)
    assert (found.arm, [each.arm for each in found.others]) == ("ten", ["none", "five"])
    none = found.others[0]
    assert none.beaten
    assert none.p * 1024 == pytest.approx(6)  # three pairs


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(st.permutations(["a", "b", "c", "none"]), st.integers(0, 5))
def test_arms_may_come_in_any_order(order, seed):
    arms = arms_with({"a": 9, "b": 3, "c": 7})
    turned = {arm: arms[arm] for arm in order}
    usual = {each.arm: each for each in compare(arms, "none", seed=seed, n_resamples=FEW)}
    assert {each.arm: each for each in compare(turned, "none", seed=seed, n_resamples=FEW)} == usual
    best, other = (best_of("wins", True, each, judge=None, seed=seed, n_resamples=FEW) for each in (arms, turned))
    assert (best.arm, set(best.others)) == (other.arm, set(other.others))


def test_one_arm_has_nothing_to_be_compared_with():
    assert compare({"a": {"p": 1}}, "a", seed=1) == []
    alone = best_of("wins", True, {"a": {"p": 1}}, judge=None, seed=1, n_resamples=FEW)
    assert (alone.others, alone.shown) == ((), False)


def test_types_of_pictures_have_their_own_means():
    scores = {"a": {"1": 5, "2": 3, "3": 1}, "b": {"1": 4}}
    found = strata(scores, {"1": "photo", "2": "photo", "3": "chart", "4": "art"}, seed=1)
    assert list(found) == ["chart", "photo"]
    assert [(kind, arm, each.estimate, each.n) for kind, arms in found.items() for arm, each in arms.items()] == [
        ("chart", "a", 1, 1),
        ("chart", "b", None, 0),
        ("photo", "a", 4, 2),
        ("photo", "b", 4, 1),
    ]
    assert found["photo"]["a"].low == 3


# How many pictures it takes.


def test_what_60_pictures_show():
    # (t(0.975, 59) + t(0.8, 59)) / sqrt(60) = (2.00100 + 0.84782) / 7.74597
    assert smallest_detectable(60, 1) == pytest.approx(0.36778, abs=1e-5)
    assert smallest_detectable(60, 2) == pytest.approx(2 * 0.36778, abs=1e-4)
    assert smallest_detectable(60, 0) == 0
    assert smallest_detectable(240, 1) == pytest.approx(0.36778 / 2, rel=0.02)
    assert smallest_detectable(1, 1) is None


@pytest.mark.parametrize("n", [5, 20, 60, 500])
def test_it_is_a_t_tests_power(n):
    limit = stats.t.ppf(0.975, n - 1)
    power = stats.nct.sf(limit, n - 1, smallest_detectable(n, 1) * math.sqrt(n))
    assert power == pytest.approx(0.8, abs=0.02)


def test_data_tell_their_own_spread():
    found = paired_difference(by_picture([1, 2, 3, 4, 5]), by_picture([3] * 5), seed=1)
    assert found.detectable == pytest.approx(smallest_detectable(5, math.sqrt(2.5)))


@pytest.mark.parametrize(("n", "needed"), [(0, None), (5, None), (6, 6), (68, 43), (200, 115)])
def test_wins_that_a_sign_test_needs(n, needed):
    # 43 of 68: p = 0.038; 42: 0.068. 115 of 200 (57.5 %): 0.040; 114: 0.056.
    assert wins_needed(n) == needed


@given(st.integers(1, 200), st.sampled_from([0.01, 0.05, 0.1]))
def test_one_win_fewer_does_not_do(n, alpha):
    needed = wins_needed(n, alpha=alpha)
    if needed is None:
        assert stats.binomtest(n, n).pvalue > alpha
    else:
        assert stats.binomtest(needed, n).pvalue <= alpha < stats.binomtest(needed - 1, n).pvalue


def test_more_power_or_fewer_pictures_take_a_larger_difference():
    # (t(0.975, 67) + t(0.9, 67)) / sqrt(68) = (1.99601 + 1.29432) / 8.24621
    assert smallest_detectable(68, 1, power=0.9) == pytest.approx(0.39901, abs=1e-4)
    assert smallest_detectable(68, 1, power=0.9) > smallest_detectable(68, 1) > smallest_detectable(200, 1)
    assert smallest_detectable(68, 1, alpha=0.01) > smallest_detectable(68, 1)


# Verdicts.


def verdicts(won, of, first="a", second="b", start=0):
    return [
        PairVerdict(f"picture {start + index}", first, second, "first" if index < won else "second")
        for index in range(of)
    ]


def test_two_arms_are_as_far_apart_as_their_odds():
    # 9 to 1 and half a win each: log(9.5 / 1.5) = 1.8458 between them.
    assert bradley_terry({("a", "b"): 9, ("b", "a"): 1}) == pytest.approx({"a": 0.9229, "b": -0.9229}, abs=1e-4)


def test_strengths_explain_the_wins_that_were_seen():
    wins = {("a", "b"): 6, ("b", "a"): 4, ("b", "c"): 8, ("c", "b"): 2, ("a", "c"): 7.5, ("c", "a"): 2.5}
    found = bradley_terry(wins)
    assert sum(found.values()) == pytest.approx(0)
    for arm in found:
        others = [other for other in found if other != arm]
        seen = sum(wins[arm, other] + 0.5 for other in others)
        assert seen == pytest.approx(sum(11 / (1 + math.exp(found[other] - found[arm])) for other in others))


def test_ties_are_half_wins():
    tied = [PairVerdict(f"picture {index}", "a", "b", "tie") for index in range(10, 14)]
    found = strengths([*verdicts(5, 6), *tied], seed=1, n_resamples=FEW)
    assert found["a"].estimate == pytest.approx(bradley_terry({("a", "b"): 7, ("b", "a"): 3})["a"])


@pytest.mark.slow
def test_of_two_arms_the_interval_is_jeffreys():
    # Beta(9.5, 1.5) from 2.5 to 97.5 %, as log odds, of which each arm has half.
    found = strengths(verdicts(9, 10), seed=1, n_resamples=4000)["a"]
    low, high = (math.log(rate / (1 - rate)) / 2 for rate in stats.beta(9.5, 1.5).ppf([0.025, 0.975]))
    assert found.low == pytest.approx(low, abs=0.06)
    assert found.high == pytest.approx(high, abs=0.2)


@pytest.mark.slow
def test_who_wins_everything_is_neither_infinitely_strong_nor_surely_so():
    found = strengths(verdicts(5, 5), seed=1, n_resamples=2000)
    assert list(found) == ["a", "b"]
    assert found["a"].estimate == pytest.approx(math.log(5.5 / 0.5) / 2)
    assert found["a"].low < 0.4  # 63 % of the time; resampled, it would win always
    assert 3 < found["a"].high < 10


@pytest.mark.slow
def test_an_estimate_stays_inside_where_the_draws_are_skewed():
    found = strengths(verdicts(5, 5), seed=1, n_resamples=2000, level=0.01)["a"]
    assert found.low <= found.estimate <= found.high


@pytest.mark.slow
def test_arms_that_never_met_are_not_told_apart():
    found = strengths([*verdicts(18, 30), *verdicts(30, 30, "c", "d")], seed=1, n_resamples=500)
    assert all(math.isfinite(bound) for each in found.values() for bound in (each.low, each.high))
    assert found["a"].low < found["c"].low < found["a"].high
    together = strengths(verdicts(18, 30), seed=1, n_resamples=500)
    assert found["a"].high - found["a"].low > 3 * (together["a"].high - together["a"].low)


@pytest.mark.slow
def test_verdicts_on_one_picture_count_as_one_picture():
    # Ten judges of the same three pictures know no more pictures than one does.
    one = [PairVerdict(f"picture {index}", "a", "b", "first" if index else "second") for index in range(3)]
    alone = strengths(one, seed=1, n_resamples=2000)["a"]
    crowd = strengths(one * 10, seed=1, n_resamples=2000)["a"]
    assert (alone.n, crowd.n) == (3, 3)
    assert crowd.high - crowd.low > 0.5 * (alone.high - alone.low)


@pytest.mark.slow
def test_verdicts_may_come_in_any_order_and_either_way_round():
    usual = [*verdicts(7, 10), *verdicts(6, 10, "b", "c"), *verdicts(8, 10, "a", "c")]
    turned = [
        PairVerdict(each.picture, each.second, each.first, "second" if each.outcome == "first" else "first")
        for each in reversed(usual)
    ]
    assert strengths(usual, seed=1, n_resamples=FEW) == strengths(turned, seed=1, n_resamples=FEW)
    assert list(strengths(usual, seed=1, n_resamples=FEW)) == ["a", "b", "c"]


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.builds(
            lambda picture, pair, outcome: PairVerdict(str(picture), *pair, outcome),
            st.integers(0, 5),
            st.permutations(["a", "b", "c", "d"]).map(lambda arms: arms[:2]),
            st.sampled_from(["first", "second", "tie"]),
        ),
        max_size=12,
    )
)
def test_strengths_are_finite_whatever_was_compared(some):
    found = strengths(some, seed=1, n_resamples=100)
    assert set(found) == {arm for each in some for arm in (each.first, each.second)}
    for each in found.values():
        assert -30 < each.low <= each.estimate <= each.high < 30
    assert sum(each.estimate for each in found.values()) == pytest.approx(0, abs=1e-6)


def test_pairs_of_arms_that_were_recorded_are_read_once_each_the_last_one_last():
    pair = {"pair_of": "arms", "judge": "j", "case": "1", "first": "a", "second": "b", "better": "tie"}
    records = [
        pair,
        {**pair, "better": "first"},  # judged again
        {**pair, "pair_of": "people", "second": "c"},
        {**pair, "judge": "other"},
        {"criterion": "accuracy", "case": "1"},
    ]
    assert read_arm_pairs(records) == [
        ("j", PairVerdict("1", "a", "b", "first")),
        ("other", PairVerdict("1", "a", "b", "tie")),
    ]


def test_kappa_takes_chance_off():
    # 20 both yes, 15 both no, 5 and 10 apart: 35 of 50 equal. By chance (25 * 30 + 25 * 20) / 2500 = 0.5 are:
    # (0.7 - 0.5) / (1 - 0.5) = 0.4.
    a = ["yes"] * 25 + ["no"] * 25
    b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = agreement(a, b, seed=1)
    assert found.kappa.estimate == pytest.approx(0.4)
    assert found.raw == rate_interval(35, 50)
    # Its standard error by hand is about 0.13.
    assert found.kappa.low == pytest.approx(0.4 - 1.96 * 0.13, abs=0.04)
    assert found.kappa.high == pytest.approx(0.4 + 1.96 * 0.13, abs=0.04)


def test_kappa_is_1_of_the_same_0_of_chance_and_below_it_of_opposites():
    assert agreement("abcabc", "abcabc", seed=1).kappa.estimate == 1
    assert agreement("aabb", "abab", seed=1).kappa.estimate == 0
    assert agreement("ab", "ba", seed=1).kappa.estimate == -1


@pytest.mark.parametrize("same", ["", "aaaa"])
def test_kappa_is_not_defined_where_nothing_could_differ(same):
    found = agreement(same, same, seed=1)
    assert (found.kappa.estimate, found.kappa.low, found.kappa.n) == (None, None, len(same))


# Lengths.


@pytest.mark.slow
def test_lengths_that_go_with_scores_are_found():
    scores = {"a": by_picture([1, 2, 3, 4, 5, 2, 3]), "b": by_picture([2, 3, 3, 5, 5])}
    lengths = {arm: {picture: 10 * score**2 for picture, score in each.items()} for arm, each in scores.items()}
    found = length_correlation(scores, lengths, seed=1)
    assert (found.estimate, found.n) == (pytest.approx(1), 7)
    against = {arm: {picture: -each for picture, each in of.items()} for arm, of in lengths.items()}
    assert length_correlation(scores, against, seed=1).estimate == pytest.approx(-1)


@pytest.mark.slow
def test_the_correlation_is_scipys():
    generator = np.random.default_rng(1)
    scores, lengths = by_picture(generator.integers(0, 6, 80).tolist()), by_picture(generator.normal(size=80).tolist())
    found = length_correlation({"a": scores}, {"a": lengths}, seed=1)
    assert found.estimate == pytest.approx(stats.spearmanr([*scores.values()], [*lengths.values()]).statistic)
    assert found.low < 0 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 / math.sqrt(79), rel=0.2)


@pytest.mark.slow
def test_texts_of_a_picture_are_resampled_together():
    scores, lengths = by_picture([1, 2, 3, 4, 2, 5, 3, 1]), by_picture([5, 1, 4, 6, 2, 9, 2, 3])
    alone = length_correlation({"a": scores}, {"a": lengths}, seed=1)
    copied = length_correlation(dict.fromkeys("abcd", scores), dict.fromkeys("abcd", lengths), seed=1)
    assert copied.n == 8
    assert copied.high - copied.low == pytest.approx(alone.high - alone.low)


@pytest.mark.parametrize("scores", [{}, {"a": {}}, {"a": by_picture([1, 2])}, {"a": by_picture([3, 3, 3, 3])}])
def test_no_correlation_of_too_few_or_equal_scores(scores):
    lengths = {"a": by_picture([1, 2, 3, 4])}
    assert length_correlation(scores, lengths, seed=1, n_resamples=FEW).estimate is None


# Splits and grades.


def test_a_picture_stays_in_its_set():
    # Whoever changes these moves pictures that prompts were tuned with into the set that judges them.
    digests = [hashlib.sha256(str(index).encode()).hexdigest() for index in range(12)]
    assert "".join(split_of(digest)[0] for digest in digests) == "hdddhdhhhddd"
    assert [split_of(digest.upper()) for digest in digests] == [split_of(digest) for digest in digests]


def test_half_of_the_pictures_are_held_out_whatever_their_digest_begins_with():
    digests = [hashlib.sha256(str(index).encode()).hexdigest() for index in range(4000)]
    for begins in ("", "0", "f"):
        chosen = [split_of(digest) for digest in digests if digest.startswith(begins)]
        held_out = sum(each == "held-out" for each in chosen)
        assert stats.binomtest(held_out, len(chosen)).pvalue > 0.001


@pytest.mark.parametrize("wrong", ["", "a" * 63, "g" * 64, "a" * 65, "a" * 64 + "\n", None, b"a" * 64])
def test_what_is_no_digest_has_no_set(wrong):
    with pytest.raises(OptionError, match="64 hexadecimal"):
        split_of(wrong)


@pytest.mark.parametrize(
    ("average", "letter"),
    [
        (3.4, "C"),
        (4.2, "B"),
        (4.4, "B"),
        (4.8, "A"),
        (5, "A"),
        (4.6, "A"),
        (4.59, "B"),
        (2, "D"),
        (1.99, "F"),
        (0, "F"),
    ],
)
def test_averages_have_the_grades_that_others_gave_them(average, letter):
    assert grade(average) == letter


def test_grades_fall():
    assert [lowest for _, lowest in GRADES] == sorted((lowest for _, lowest in GRADES), reverse=True)


# What is wrong, and what is missing.


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean_interval([1, math.nan], seed=1),
        lambda: mean_interval([1, math.inf], seed=1),
        lambda: mean_interval([1, 1e200], seed=1),
        lambda: mean_interval([1, "2"], seed=1),
        lambda: mean_interval([1, None], seed=1),
        lambda: mean_interval([1, 2], seed=1, n_resamples=10),
        lambda: mean_interval([1, 2], seed=1, level=95),
        lambda: paired_difference({"a": 1}, {"a": 2}, seed=1, level=95),
        lambda: rate_interval(3, 2),
        lambda: rate_interval(-1, 2),
        lambda: rate_interval(1.5, 2),
        lambda: rate_interval(1, 2, level=1),
        lambda: compare({"a": {}}, "b", seed=1),
        lambda: compare({"a": {}}, "a", seed=1, alpha=0),
        lambda: compare({"a": {"p": math.nan}, "b": {"p": 1}}, "b", seed=1),
        lambda: strata({"a": {"p": 1}}, {}, seed=1),
        lambda: smallest_detectable(9, -1),
        lambda: smallest_detectable(9, 1, power=1),
        lambda: smallest_detectable(9, 1, alpha=5),
        lambda: wins_needed(-1),
        lambda: wins_needed(9, alpha=0),
        lambda: smallest_detectable(9, 1, power=80),
        lambda: length_correlation({"a": {"p": 1}}, {}, seed=1),
        lambda: length_correlation({"a": {"p": 1}}, {"a": {"p": math.nan}}, seed=1),
        lambda: agreement("aa", "a", seed=1),
        lambda: read_arm_pairs([{"pair_of": "arms", "case": "p", "first": "a", "second": "b", "better": "both"}]),
        lambda: PairVerdict("p", "a", "a", "tie"),
        lambda: PairVerdict("p", "a", "b", "a"),
        lambda: bradley_terry({("a", "a"): 1}),
        lambda: bradley_terry({("a", "b"): -1}),
        lambda: grade(5.1),
        lambda: grade(math.nan),
    ],
)
def test_wrong_input_is_refused_with_the_next_step(call):
    with pytest.raises(OptionError, match=r": |\.$"):
        call()


def test_a_missing_package_is_named(monkeypatch):
    for name in ("scipy.stats", "choix"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(OptionError, match=r"need scipy.*localalt\[eval\]"):
        rate_interval(1, 2)
    with pytest.raises(OptionError, match=r"need choix.*localalt\[eval\]"):
        bradley_terry({("a", "b"): 1})


@pytest.mark.slow
def test_results_are_plain_numbers_that_json_takes():
    import dataclasses

    scores = {"a": by_picture([1, 2, 3, 5]), "b": by_picture([2, 2, 5, 5]), "c": {}}
    some = verdicts(2, 4)
    results = [
        *compare(scores, "a", seed=1),
        rate_interval(1, 3),
        agreement("abab", "abba", seed=1),
        length_correlation(scores, scores, seed=1),
        *strengths(some, seed=1, n_resamples=FEW).values(),
        *strata(scores, dict.fromkeys(by_picture(range(4)), "photo"), seed=1)["photo"].values(),
    ]
    text = json.dumps([dataclasses.asdict(each) for each in results], allow_nan=False)
    assert "np." not in text
    json.dumps([bradley_terry({("a", "b"): 1}), smallest_detectable(9, 1.0), wins_needed(9)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_a_seed_fixes_every_number(seed):
    scores = {"a": by_picture(range(20)), "b": by_picture([each**1.1 - 1 for each in range(20)])}
    assert compare(scores, "a", seed=seed) == compare(scores, "a", seed=seed)
    assert compare(scores, "a", seed=seed) != compare(scores, "a", seed=seed + 1)
    some = verdicts(6, 9)
    assert strengths(some, seed=seed, n_resamples=FEW) == strengths(some, seed=seed, n_resamples=FEW)


@pytest.mark.slow
def test_numbers_are_the_same_in_every_process():
    program = """
from localalt.evaluation.statistics.comparison import *
from localalt.evaluation.statistics.pairwise import *
scores = {arm: {f"picture {i}": (i * step) % 11 for i in range(15)} for arm, step in {"a": 3, "b": 4}.items()}
outcomes = ("first", "second", "first", "tie")
some = [PairVerdict(f"picture {i}", *("ab", "bc", "ca")[i % 3], outcomes[i % 4]) for i in range(9)]
print(compare(scores, "b", seed=1, n_resamples=200), strengths(some, seed=1, n_resamples=200))
print(length_correlation(scores, scores, seed=1, n_resamples=200), agreement("abcab", "abbab", seed=1))
print(strata(scores, {f"picture {i}": "xy"[i % 2] for i in range(15)}, seed=1, n_resamples=200))
"""
    # Strings hash to other numbers in each process, and so sets of them have another order.
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in "123"
    }
    assert len(outputs) == 1


# What was planted is found, and what was not is not: 60 pictures, the differences of two arms have sd 1.

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


@pytest.mark.slow
def test_an_arm_that_is_half_a_deviation_better_is_found():
    power = stats.nct.sf(stats.t.ppf(0.975, N_PICTURES - 1), N_PICTURES - 1, 0.5 * math.sqrt(N_PICTURES))  # 0.968
    runs = decided({"base": 0, "better": 0.5}, baseline="base")
    assert sum(run["better"].is_better for run in runs) >= at_least(power - 0.01)  # 500 resamples cost a little
    assert not any(run["better"].is_worse for run in runs)


@pytest.mark.slow
def test_the_smallest_detectable_difference_is_found_in_four_of_five():
    runs = decided({"base": 0, "worse": -smallest_detectable(N_PICTURES, 1)}, baseline="base")
    assert at_least(0.78) <= sum(run["worse"].is_worse for run in runs) <= at_most(0.82)


@pytest.mark.slow
def test_an_equal_arm_is_called_different_as_seldom_as_alpha_says():
    runs = decided({"base": 0, "equal": 0}, baseline="base")
    wrong = sum(run["equal"].is_better or run["equal"].is_worse for run in runs)
    assert at_least(0.03) <= wrong <= at_most(0.05)


@pytest.mark.slow
def test_of_four_equal_arms_any_is_called_different_as_seldom():
    runs = decided({"base": 0, "a": 0, "b": 0, "c": 0}, baseline="base")
    wrong = sum(any(each.is_better or each.is_worse for each in run.values()) for run in runs)
    assert 0 < wrong <= at_most(0.05)
    uncorrected = sum(any(each.difference.p <= 0.05 for each in run.values()) for run in runs)
    assert uncorrected > at_most(0.05)  # so that the correction is what does it


@pytest.mark.slow
def test_a_better_arm_among_equals_is_found_alone():
    runs = decided({"base": 0, "a": 0, "better": 0.5, "c": 0}, baseline="base")
    assert sum(run["better"].is_better for run in runs) >= at_least(0.88)  # 0.91 of 1000 with 500 resamples
    assert sum(any(run[arm].is_better or run[arm].is_worse for arm in "ac") for run in runs) <= at_most(0.05)


@pytest.mark.slow
def test_all_pairs_of_four_equal_arms_too():
    generator = np.random.default_rng(5)
    wrong = 0
    for seed in range(N_RUNS):
        arms = simulated(generator, dict.fromkeys("abcd", 0))
        found = best_of("wins", True, arms, judge=None, seed=seed, n_resamples=RESAMPLES)
        wrong += any(each.beaten for each in found.others)
    assert wrong <= at_most(0.05)


@pytest.mark.slow
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


@pytest.mark.slow
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
