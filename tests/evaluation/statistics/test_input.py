"""What all statistics have in common: wrong input is refused, results are plain, and a seed fixes them."""

import json
import math
import os
import subprocess
import sys

import pytest

from localalt.errors import OptionError
from localalt.evaluation.judging.criteria import grade
from localalt.evaluation.judging.pairs import read_arm_pairs
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
from localalt.evaluation.statistics.pairwise import PairVerdict, agreement, bradley_terry, strengths
from tests.support.scores import FEW, by_picture, pair_verdicts

np = pytest.importorskip("numpy")
stats = pytest.importorskip("scipy.stats")
pytest.importorskip("choix")


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
    some = pair_verdicts(2, 4)
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
    some = pair_verdicts(6, 9)
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
