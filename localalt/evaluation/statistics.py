"""Which of several arms, that each wrote a text for the same pictures, is better, and how sure that is.

An arm is anything that writes texts: a model, a prompt, a person. Everything is paired by picture and resampled by
picture, since a hard picture is hard for all of them. The same seed gives the same numbers, in whatever order arms
and pictures come. What cannot be told is None: never NaN, which JSON does not have, and never infinite. Knows no
judge, no text and no model, and of a score only that higher is better: negate one of which less is. Two arms with
equal scores are not shown to be equal: `Difference.detectable` says what would have been seen.

SciPy and choix, which fits Bradley-Terry models, come with `pip install 'localalt[eval]'`.
"""

from __future__ import annotations

import hashlib
import math
import re
import statistics
import warnings
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from numbers import Integral, Real
from types import ModuleType
from typing import TYPE_CHECKING, Literal, TypeAlias

from localalt.errors import OptionError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Agreement",
    "Comparison",
    "Difference",
    "Interval",
    "Scores",
    "Verdict",
    "agreement",
    "bradley_terry",
    "compare",
    "compare_pairs",
    "consistency",
    "detectable_win_rate",
    "grade",
    "length_correlation",
    "mean_interval",
    "paired_difference",
    "rate_interval",
    "smallest_detectable",
    "split_of",
    "strata",
    "strengths",
    "wins_needed",
]

Scores: TypeAlias = "Mapping[str, Mapping[str, float]]"
"""A score by arm and picture; a picture that an arm has no score for is left out."""

LEVEL = 0.95
N_RESAMPLES = 10_000
"""A p value near 0.05 of random permutations is then right to 0.005, and 13 pictures are tested exactly."""
N_REFITS = 2_000
"""Where each resample costs a fit: what its percentiles wobble by is still well below the interval's width."""
MIN_RESAMPLES = 100
"""Fewer do not have a tail of 2.5 %."""
_EQUAL = 1e-9
"""Scores that differ by no more are a tie: averages of the same numbers in another order do."""
_LARGEST = 1e100
"""Of a score or a length: what is reckoned with it stays finite."""
_BATCH = 2_000_000
"""Numbers that resamples may occupy at a time: 16 MB."""

PRIOR = 0.5
"""Wins of each arm against each other one that nobody saw. Half a win and half a loss are Jeffreys' prior of a rate
(Brown, Cai and DasGupta, Interval estimation for a binomial proportion, 2001)."""
_LEAST = 1e-6
"""The least of it that is drawn, so that every fit ends."""

GRADES: tuple[tuple[str, float], ...] = (("A", 4.6), ("B", 3.8), ("C", 3.0), ("D", 2.0))
"""The lowest average, of 0 to 5, for each letter; below them F. A published comparison of local models gave 3.4 a C,
4.2 and 4.4 a B, and 4.8 to 5 an A: A and B begin half way between, C as far below B as B below A, D at 2."""
_BEST = 5.0

_SPLIT_SALT = b"localalt evaluation split 1\0"
"""Never to be changed: pictures that a prompt was tuned with would become held out."""
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Interval:
    """What was estimated, and between what it lies."""

    estimate: float | None
    """None where nothing was measured, or where it is not defined."""
    low: float | None
    high: float | None
    """None where they cannot be told: one picture alone says nothing of how pictures vary."""
    n: int
    """Of pictures, or of trials for a rate."""
    level: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one arm is than another, on the pictures that both have."""

    mean: Interval
    p: float
    """Of a sign-flip permutation test, two-sided: how often chance alone gives as large a mean difference."""
    wins: int
    ties: int
    losses: int
    detectable: float | None
    """The smallest mean difference that so many pictures, whose differences vary as these do, show in four of five
    experiments; None with fewer than two pictures."""

    @property
    def n(self) -> int:
        """The pictures that both have."""
        return self.mean.n


@dataclass(frozen=True, slots=True)
class Comparison:
    """One arm against another, among several such comparisons."""

    arm: str
    baseline: str
    difference: Difference
    """Arm minus baseline. Its interval holds for this comparison alone: `is_better` and `is_worse` decide."""
    p_holm: float
    """The p value, corrected for the number of comparisons."""
    alpha: float

    @property
    def is_better(self) -> bool:
        """Whether the arm was shown to be better."""
        return self.p_holm <= self.alpha and (self.difference.mean.estimate or 0) > 0

    @property
    def is_worse(self) -> bool:
        """Whether the arm was shown to be worse."""
        return self.p_holm <= self.alpha and (self.difference.mean.estimate or 0) < 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which of two arms' texts a judge preferred for a picture, in the order in which it was shown them."""

    picture: str
    first: str
    second: str
    outcome: Literal["first", "second", "tie"]

    def __post_init__(self) -> None:
        if self.outcome not in ("first", "second", "tie"):
            raise OptionError(f'outcome is {self.outcome!r:.40}: write "first", "second" or "tie".')
        if self.first == self.second:
            raise OptionError(f"{self.first!r:.60} is compared with itself: name two arms.")

    @property
    def winner(self) -> str | None:
        """The arm that was preferred, if one was."""
        return None if self.outcome == "tie" else self.first if self.outcome == "first" else self.second


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree."""

    kappa: Interval
    """Cohen's: 1 for always, 0 for as often as chance would have it; not defined if both said one same thing only."""
    raw: Interval
    """The share of verdicts that are equal."""


def mean_interval(
    values: Iterable[float], *, seed: int, n_resamples: int = N_RESAMPLES, level: float = LEVEL
) -> Interval:
    """The mean of one value per picture, with a bootstrap interval.

    It is bias-corrected and accelerated (BCa), or of percentiles where that is not defined. A bootstrap knows only
    what it saw: equal values have an interval without width, and of few values it is too narrow. Simulated normal and
    skewed values lay within 95 % intervals in 85 to 91 % of cases with 10 values, 90 to 93 % with 20, 93 to 95 % with
    60.
    """
    _check(n_resamples, level)
    numbers = [_number(value) for value in values]
    n = len(numbers)
    if n < 2:
        return Interval(numbers[0] if numbers else None, None, None, n, level)
    estimate = math.fsum(numbers) / n
    if min(numbers) == max(numbers):
        return Interval(numbers[0], numbers[0], numbers[0], n, level)
    import numpy as np

    spread = max(numbers) - min(numbers)
    centred = (np.array(numbers) - estimate) / spread

    def mean(samples: npt.NDArray[np.float64], axis: int) -> npt.NDArray[np.float64]:
        # BCa asks how many resamples have the very mean that was seen, and few scores make many: rounding may not tell.
        return np.asarray(np.round(np.mean(samples, axis=axis), 12))

    for method in ("BCa", "percentile"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that BCa is not defined: its bounds tell
            bounds = (
                _scipy_stats()
                .bootstrap(
                    (centred,),
                    mean,
                    method=method,
                    n_resamples=n_resamples,
                    confidence_level=level,
                    batch=max(1, _BATCH // n),
                    rng=np.random.default_rng(seed),
                )
                .confidence_interval
            )
        if math.isfinite(bounds.low) and math.isfinite(bounds.high):
            break
    low = max(estimate + spread * float(bounds.low), min(numbers))
    high = min(estimate + spread * float(bounds.high), max(numbers))
    return _interval(estimate, low, high, n, level)


def rate_interval(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """A share, with Wilson's interval; of none, that may be anything from 0 to 1."""
    _check_share(level, "level")
    if not (isinstance(successes, Integral) and isinstance(n, Integral) and 0 <= successes <= n):
        raise OptionError(
            f"{successes!r:.20} of {n!r:.20} is no share: pass two counts, of which the second is not less."
        )
    if not n:
        return Interval(None, 0.0, 1.0, 0, level)
    bounds = _scipy_stats().binomtest(successes, n).proportion_ci(confidence_level=level, method="wilson")
    return _interval(successes / n, float(bounds.low), float(bounds.high), n, level)


def paired_difference(
    a: Mapping[str, float],
    b: Mapping[str, float],
    *,
    seed: int,
    n_resamples: int = N_RESAMPLES,
    level: float = LEVEL,
) -> Difference:
    """How much higher `a` scores than `b`, by picture; pictures that only one of them has are left out."""
    _check(n_resamples, level)
    differences = [_number(a[picture]) - _number(b[picture]) for picture in sorted(a.keys() & b.keys())]
    differences = [0.0 if abs(each) <= _EQUAL else each for each in differences]
    detectable = None
    if len(differences) > 1:
        detectable = smallest_detectable(len(differences), statistics.stdev(differences), alpha=1 - level)
    return Difference(
        mean_interval(differences, seed=seed, n_resamples=n_resamples, level=level),
        _sign_flip_p(differences, seed=seed, n_resamples=n_resamples),
        wins=sum(each > 0 for each in differences),
        ties=sum(each == 0 for each in differences),
        losses=sum(each < 0 for each in differences),
        detectable=detectable,
    )


def compare(
    scores: Scores, baseline: str, *, seed: int, alpha: float = 0.05, n_resamples: int = N_RESAMPLES
) -> list[Comparison]:
    """Every other arm against the baseline, with Holm's correction over them.

    If all are equal, the chance that any is called better or worse is `alpha` at most. An arm that shares no picture
    with the baseline is compared all the same, and nothing is shown of it.
    """
    if baseline not in scores:
        raise OptionError(f"There is no arm {baseline!r:.60}: name one of {', '.join(sorted(scores))}.")
    pairs = [(arm, baseline) for arm in scores if arm != baseline]
    return _comparisons(scores, pairs, seed=seed, alpha=alpha, n_resamples=n_resamples)


def compare_pairs(
    scores: Scores, *, seed: int, alpha: float = 0.05, n_resamples: int = N_RESAMPLES
) -> list[Comparison]:
    """Every arm against every other, with Holm's correction over all pairs: it takes more to show something."""
    return _comparisons(scores, list(combinations(sorted(scores), 2)), seed=seed, alpha=alpha, n_resamples=n_resamples)


def bradley_terry(wins: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The strength of each arm, from how often the first of two beat the second; a tie is half a win for each.

    In log odds around their mean 0: by 1 stronger is to win 73 %, by 2 to win 88 %. `PRIOR` is added to what was
    seen. Arms that won everything, or that were never compared even by way of others, would otherwise be infinitely
    far apart, or anywhere; it draws all of them a little together.
    """
    for (first, second), count in wins.items():
        if first == second:
            raise OptionError(f"{first!r:.60} is compared with itself: leave it out.")
        if _number(count) < 0:
            raise OptionError(f"{first!r:.60} has {count} wins: count from 0.")
    arms = sorted({arm for pair in wins for arm in pair})
    if not arms:
        return {}
    import numpy as np

    table = np.zeros((len(arms), len(arms)))
    for (first, second), count in wins.items():
        table[arms.index(first), arms.index(second)] += count
    return dict(zip(arms, _fit(table + PRIOR).tolist(), strict=True))


def strengths(
    verdicts: Iterable[Verdict], *, seed: int, n_resamples: int = N_REFITS, level: float = LEVEL
) -> dict[str, Interval]:
    """The strength of each arm as `bradley_terry` has it, with an interval over pictures, the strongest first.

    Verdicts in both orders may both be given: where they disagree, they count as a tie. The bootstrap is Bayesian
    (Rubin 1981): pictures get random weights, and so does `PRIOR`. For two arms without ties that is Jeffreys'
    interval, and it stays wide where resampling would see no variation: an arm that won all of five pictures is not
    known to win always, and arms that were never compared may be far apart. `n` is the pictures an arm was judged on.
    """
    _check(n_resamples, level)
    verdicts = list(verdicts)
    arms = sorted({arm for verdict in verdicts for arm in (verdict.first, verdict.second)})
    pictures = sorted({verdict.picture for verdict in verdicts})
    if not arms:
        return {}
    import numpy as np

    arm_index = {arm: index for index, arm in enumerate(arms)}
    picture_index = {picture: index for index, picture in enumerate(pictures)}
    tables = np.zeros((len(pictures), len(arms), len(arms)))
    for verdict in verdicts:
        table = tables[picture_index[verdict.picture]]
        first, second = arm_index[verdict.first], arm_index[verdict.second]
        share = {"first": 1.0, "tie": 0.5, "second": 0.0}[verdict.outcome]
        table[first, second] += share
        table[second, first] += 1 - share
    generator = np.random.default_rng(seed)
    draws = np.empty((n_resamples, len(arms)))
    for draw in draws:
        weights = generator.gamma(1.0, size=len(pictures))
        prior = generator.gamma(PRIOR, size=(len(arms), len(arms))).clip(_LEAST)
        draw[:] = _fit(np.tensordot(weights, tables, axes=1) + prior)
    found = {}
    estimates = _fit(tables.sum(axis=0) + PRIOR)
    for index in sorted(range(len(arms)), key=lambda index: (-round(float(estimates[index]), 9), arms[index])):
        seen = len({verdict.picture for verdict in verdicts if arms[index] in (verdict.first, verdict.second)})
        found[arms[index]] = _percentiles(float(estimates[index]), draws[:, index], seen, level)
    return found


def strata(
    scores: Scores, types: Mapping[str, str], *, seed: int, n_resamples: int = N_RESAMPLES, level: float = LEVEL
) -> dict[str, dict[str, Interval]]:
    """The mean score by type of picture and arm. With many types some differ by chance: these are to look at."""
    missing = sorted({picture for arm in scores.values() for picture in arm} - types.keys())
    if missing:
        raise OptionError(f"The type of {len(missing)} pictures is missing, of {missing[0]!r:.80} for one: add it.")
    used = sorted({types[picture] for arm in scores.values() for picture in arm})
    return {
        kind: {
            arm: mean_interval(
                [each[picture] for picture in sorted(each) if types[picture] == kind],
                seed=seed,
                n_resamples=n_resamples,
                level=level,
            )
            for arm, each in scores.items()
        }
        for kind in used
    }


def smallest_detectable(n: int, sd: float, *, power: float = 0.8, alpha: float = 0.05) -> float | None:
    """The smallest mean difference that `n` pictures show with a chance of `power`; None with fewer than two.

    `sd` is the standard deviation of the differences by picture. As for a paired t test, (t(1-alpha/2) + t(power)) *
    sd / sqrt(n), which the permutation test matches.
    """
    _check_share(power, "power")
    _check_share(alpha, "alpha")
    if _number(sd) < 0:
        raise OptionError(f"sd is {sd}: a standard deviation is 0 at least.")
    if n < 2:
        return None
    t = _scipy_stats().t(n - 1)
    # A power below alpha is had without any difference.
    return max(0.0, float(t.ppf(1 - alpha / 2) + t.ppf(power)) * sd / math.sqrt(n))


def wins_needed(n: int, *, alpha: float = 0.05) -> int | None:
    """How many of `n` pictures, ties left out, an arm must win in a two-sided sign test; None where all is too few."""
    _check_share(alpha, "alpha")
    if n < 0:
        raise OptionError(f"n is {n}: count from 0.")
    needed = int(_scipy_stats().binom.isf(alpha / 2, n, 0.5)) + 1 if n else 1
    return needed if needed <= n else None


def detectable_win_rate(n: int, *, power: float = 0.8, alpha: float = 0.05) -> float | None:
    """How often an arm must really win to win `wins_needed` of `n` pictures with a chance of `power`."""
    _check_share(power, "power")
    needed = wins_needed(n, alpha=alpha)
    # P(X >= k) of n trials at p is the distribution function of Beta(k, n - k + 1) at p.
    return None if needed is None else float(_scipy_stats().beta.ppf(power, needed, n - needed + 1))


def length_correlation(
    scores: Scores,
    lengths: Mapping[str, Mapping[str, float]],
    *,
    seed: int,
    n_resamples: int = N_REFITS,
    level: float = LEVEL,
) -> Interval:
    """Spearman's correlation of scores with the lengths of their texts, over all arms: a judge may reward length.

    All texts of a picture are resampled together. Not defined for fewer than three texts, or where all scores or all
    lengths are equal.
    """
    _check(n_resamples, level)
    by_picture: dict[str, list[tuple[float, float]]] = {}
    for arm in sorted(scores):
        for picture, score in scores[arm].items():
            length = lengths.get(arm, {}).get(picture)
            if length is None:
                raise OptionError(f"The length of {arm:.40}'s text for {picture!r:.80} is missing: add it.")
            by_picture.setdefault(picture, []).append((_number(score), _number(length)))
    import numpy as np

    stats = _scipy_stats()
    texts = [text for picture in sorted(by_picture) for text in by_picture[picture]]
    values = np.array(texts, dtype=float).reshape(-1, 2)
    sizes = [len(by_picture[picture]) for picture in sorted(by_picture)]
    places = np.split(np.arange(len(texts)), np.cumsum(sizes)[:-1]) if sizes else []

    def spearman(chosen: npt.NDArray[np.intp]) -> float | None:
        rows = values[np.concatenate([places[index] for index in chosen])] if len(chosen) else values
        if len(rows) < 3 or (rows == rows[0]).all(axis=0).any():
            return None
        return float(np.corrcoef(stats.rankdata(rows, axis=0), rowvar=False)[0, 1])

    return _resampled(spearman, len(places), seed=seed, n_resamples=n_resamples, level=level)


def agreement(
    a: Sequence[Hashable], b: Sequence[Hashable], *, seed: int, n_resamples: int = N_REFITS, level: float = LEVEL
) -> Agreement:
    """How far two judges agree on the same questions, of which `a` and `b` have the verdicts in the same order.

    Of each picture one question: several would make the intervals too narrow.
    """
    _check(n_resamples, level)
    if len(a) != len(b):
        raise OptionError(f"One judge has {len(a)} verdicts, the other {len(b)}: pass those on the same questions.")
    import numpy as np

    labels = {label: index for index, label in enumerate(dict.fromkeys([*a, *b]))}
    cells = np.array([labels[x] * len(labels) + labels[y] for x, y in zip(a, b, strict=True)], dtype=int)

    def kappa(chosen: npt.NDArray[np.intp]) -> float | None:
        n = len(chosen)
        table = np.bincount(cells[chosen], minlength=len(labels) ** 2).reshape(len(labels), len(labels))
        equal, by_chance = int(np.trace(table)), int(table.sum(axis=0) @ table.sum(axis=1))
        return (n * equal - by_chance) / (n * n - by_chance) if n * n > by_chance else None

    return Agreement(
        _resampled(kappa, len(a), seed=seed, n_resamples=n_resamples, level=level),
        rate_interval(sum(x == y for x, y in zip(a, b, strict=True)), len(a), level=level),
    )


def consistency(verdicts: Iterable[Verdict], *, level: float = LEVEL) -> Interval:
    """The share of pairs, of those judged in both orders, whose outcome stayed the same; `n` is such pairs."""
    found: dict[tuple[str, str, str], str | None] = {}
    for verdict in verdicts:
        key = (verdict.picture, verdict.first, verdict.second)
        if key in found:
            raise OptionError(
                f"{verdict.first:.40} and {verdict.second:.40} are judged twice in the same order for "
                f"{verdict.picture!r:.80}: pass the verdicts on one criterion at a time."
            )
        found[key] = verdict.winner
    both = [
        found[picture, first, second] == found[picture, second, first]
        for picture, first, second in found
        if first < second and (picture, second, first) in found
    ]
    return rate_interval(sum(both), len(both), level=level)


def split_of(sha256_hex: str) -> Literal["dev", "held-out"]:
    """Which set a picture belongs to: "dev", to tune prompts with, or "held-out", for the final score only.

    About half of all pictures are in each. Its file's own digest decides, hashed again with a salt, so that neither
    other pictures nor anybody's wish moves it, and so that it goes with nothing else that a digest decides. Knows
    files, not pictures: the same picture saved again is another file, and may be in the other set.
    """
    if not isinstance(sha256_hex, str) or not _SHA256.fullmatch(sha256_hex):
        raise OptionError(f"{sha256_hex!r:.80} is no SHA-256 digest: pass its 64 hexadecimal digits.")
    return "held-out" if hashlib.sha256(_SPLIT_SALT + bytes.fromhex(sha256_hex)).digest()[0] & 1 else "dev"


def grade(average: float) -> str:
    """The letter, A to F without E, for an average of scores from 0 to 5."""
    if not 0 <= _number(average) <= _BEST:
        raise OptionError(f"An average of {average} has no grade: pass one from 0 to 5.")
    return next((letter for letter, lowest in GRADES if average >= lowest), "F")


def _comparisons(
    scores: Scores, pairs: Collection[tuple[str, str]], *, seed: int, alpha: float, n_resamples: int
) -> list[Comparison]:
    _check_share(alpha, "alpha")
    differences = [
        paired_difference(scores[arm], scores[other], seed=seed, n_resamples=n_resamples, level=1 - alpha)
        for arm, other in pairs
    ]
    corrected = _holm([difference.p for difference in differences])
    return [
        Comparison(arm, other, difference, p_holm, alpha)
        for (arm, other), difference, p_holm in zip(pairs, differences, corrected, strict=True)
    ]


def _holm(p_values: Sequence[float]) -> list[float]:
    """Holm 1979: the smallest times their number, the next times one less, and so on, never falling."""
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda index: p_values[index])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = highest
    return corrected


def _sign_flip_p(differences: Sequence[float], *, seed: int, n_resamples: int) -> float:
    """If neither arm is better, a picture's difference is as likely to have the other sign.

    Exact where all signs are at most `n_resamples` cases, otherwise random with the case that was seen among them
    (Phipson and Smyth 2010), and so never 0.
    """
    # A tie has no sign to flip: leaving it out changes nothing but the number of cases.
    flipped = [each for each in differences if each]
    if len(flipped) < 2:  # either sign is as far from 0
        return 1.0
    import numpy as np

    test = _scipy_stats().permutation_test(
        (np.array(flipped),),
        np.sum,
        permutation_type="samples",
        vectorized=True,
        n_resamples=n_resamples,
        batch=max(1, _BATCH // len(flipped)),
        rng=np.random.default_rng(seed),
    )
    return float(test.pvalue)


def _fit(wins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bradley-Terry log strengths with mean 0. Every arm has won a little against every other: the fit exists."""
    import numpy as np

    table = wins.copy()
    np.fill_diagonal(table, 0)
    fitted: npt.NDArray[np.float64] = _import("choix").ilsr_pairwise_dense(table, max_iter=1000)
    return fitted


def _resampled(
    statistic: Callable[[npt.NDArray[np.intp]], float | None], n: int, *, seed: int, n_resamples: int, level: float
) -> Interval:
    """A bootstrap percentile interval. Resamples for which the statistic is not defined are left out."""
    import numpy as np

    estimate = statistic(np.arange(n))
    if estimate is None or n < 2:
        return Interval(estimate, None, None, n, level)
    generator = np.random.default_rng(seed)
    found = [statistic(generator.integers(n, size=n)) for _ in range(n_resamples)]
    return _percentiles(estimate, np.array([each for each in found if each is not None] or [estimate]), n, level)


def _percentiles(estimate: float, draws: npt.NDArray[np.float64], n: int, level: float) -> Interval:
    import numpy as np

    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return _interval(estimate, float(low), float(high), n, level)


def _interval(estimate: float, low: float, high: float, n: int, level: float) -> Interval:
    """With the estimate inside, which rounding may leave out, or a low level of a skewed bootstrap."""
    return Interval(estimate, min(low, estimate), max(high, estimate), n, level)


def _number(value: float) -> float:
    if not isinstance(value, Real) or not abs(value) <= _LARGEST:
        raise OptionError(f"{value!r:.40} is no number to reckon with: leave out what has no score.")
    return float(value)


def _check(n_resamples: int, level: float) -> None:
    _check_share(level, "level")
    if n_resamples < MIN_RESAMPLES:
        raise OptionError(f"n_resamples is {n_resamples}: take {MIN_RESAMPLES} at least.")


def _check_share(value: float, name: str) -> None:
    if not 0 < value < 1:
        raise OptionError(f"{name} is {value!r:.20}: pass a number between 0 and 1.")


def _scipy_stats() -> ModuleType:
    return _import("scipy.stats")


def _import(name: str) -> ModuleType:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise OptionError(f"Statistics need {package}, which is missing: pip install 'localalt[eval]'.") from error
