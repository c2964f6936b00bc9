"""Verdicts on pairs: strengths, and how far two judges agree, against numbers that were worked by hand."""

import math

import pytest
from hypothesis import given, settings, strategies as st

from localalt.evaluation.statistics.comparison import (
    rate_interval,
)
from localalt.evaluation.statistics.pairwise import PairVerdict, agreement, bradley_terry, strengths
from tests.support.scores import FEW, pair_verdicts

np = pytest.importorskip("numpy")
stats = pytest.importorskip("scipy.stats")
pytest.importorskip("choix")


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
    found = strengths([*pair_verdicts(5, 6), *tied], seed=1, n_resamples=FEW)
    assert found["a"].estimate == pytest.approx(bradley_terry({("a", "b"): 7, ("b", "a"): 3})["a"])


@pytest.mark.slow
def test_of_two_arms_the_interval_is_jeffreys():
    # Beta(9.5, 1.5) from 2.5 to 97.5 %, as log odds, of which each arm has half.
    found = strengths(pair_verdicts(9, 10), seed=1, n_resamples=4000)["a"]
    low, high = (math.log(rate / (1 - rate)) / 2 for rate in stats.beta(9.5, 1.5).ppf([0.025, 0.975]))
    assert found.low == pytest.approx(low, abs=0.06)
    assert found.high == pytest.approx(high, abs=0.2)


@pytest.mark.slow
def test_who_wins_everything_is_neither_infinitely_strong_nor_surely_so():
    found = strengths(pair_verdicts(5, 5), seed=1, n_resamples=2000)
    assert list(found) == ["a", "b"]
    assert found["a"].estimate == pytest.approx(math.log(5.5 / 0.5) / 2)
    assert found["a"].low < 0.4  # 63 % of the time; resampled, it would win always
    assert 3 < found["a"].high < 10


@pytest.mark.slow
def test_an_estimate_stays_inside_where_the_draws_are_skewed():
    found = strengths(pair_verdicts(5, 5), seed=1, n_resamples=2000, level=0.01)["a"]
    assert found.low <= found.estimate <= found.high


@pytest.mark.slow
def test_arms_that_never_met_are_not_distinguished():
    found = strengths([*pair_verdicts(18, 30), *pair_verdicts(30, 30, "c", "d")], seed=1, n_resamples=500)
    assert all(math.isfinite(bound) for each in found.values() for bound in (each.low, each.high))
    assert found["a"].low < found["c"].low < found["a"].high
    together = strengths(pair_verdicts(18, 30), seed=1, n_resamples=500)
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
    usual = [*pair_verdicts(7, 10), *pair_verdicts(6, 10, "b", "c"), *pair_verdicts(8, 10, "a", "c")]
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


@pytest.mark.slow
def test_kappa_is_1_of_the_same_0_of_chance_and_below_it_of_opposites():
    assert agreement("abcabc", "abcabc", seed=1).kappa.estimate == 1
    assert agreement("aabb", "abab", seed=1).kappa.estimate == 0
    assert agreement("ab", "ba", seed=1).kappa.estimate == -1


@pytest.mark.parametrize("same", ["", "aaaa"])
def test_kappa_is_not_defined_where_nothing_could_differ(same):
    found = agreement(same, same, seed=1)
    assert (found.kappa.estimate, found.kappa.low, found.kappa.n) == (None, None, len(same))
