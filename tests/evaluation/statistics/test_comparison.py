"""Means, rates and differences against SciPy, and against tables that were worked by hand."""

import itertools
import math

import pytest
from hypothesis import given, settings, strategies as st

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
from tests.support.scores import FEW, by_picture

np = pytest.importorskip("numpy")
stats = pytest.importorskip("scipy.stats")
pytest.importorskip("choix")


SCORE = st.sampled_from([0, 1, 2, 2.5, 3, 3.3, 4, 5])


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


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20), st.integers(0, 9))
def test_an_interval_holds_its_estimate(values, seed):
    found = mean_interval(values, seed=seed, n_resamples=FEW)
    assert found.low <= found.estimate <= found.high
    assert min(values) <= found.low
    assert found.high <= max(values)


@pytest.mark.slow
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


def test_data_show_their_own_spread():
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
