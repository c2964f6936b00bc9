"""Cases, outputs and verdicts -> results: the tables of a report.

Arms are compared on the pictures that both have, and several arms are corrected for. Renders nothing.
"""

from __future__ import annotations

import datetime
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from localalt import suggest
from localalt._version import __version__
from localalt.errors import OptionError
from localalt.evaluation.cases import Case, Split
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.validation import JudgeValidation, is_control
from localalt.evaluation.judging.verdicts import JudgeVerdict
from localalt.evaluation.measures import MEASURES, consistency, measured
from localalt.evaluation.outputs import Output
from localalt.evaluation.recipes.recipe import Recipe
from localalt.evaluation.reporting.results import (
    SCHEMA,
    ArmInterval,
    ArmScore,
    ArmSummary,
    BaselineComparison,
    BestArm,
    ControlResult,
    CriteriaAverages,
    JudgeResult,
    PictureGrade,
    Results,
    ScoreTable,
    SignTest,
    Strata,
    Stratum,
)
from localalt.evaluation.reporting.summary import best_of, sentences
from localalt.evaluation.reporting.worst import worst_texts
from localalt.evaluation.statistics import comparison, pairwise
from localalt.evaluation.statistics.comparison import Comparison
from localalt.evaluation.statistics.intervals import N_RESAMPLES, Interval
from localalt.evaluation.statistics.pairwise import PairVerdict

__all__ = ["ARM_DETAILS", "results_of"]

JUDGED = ("accuracy", *(name for name in criteria.SCORES if name != "accuracy"))
"""Of a judge's criteria, the one that decides which arm is best, and the next where it was not asked about."""
DECIDING = ("mentioned", "invented", "misled", "errors")
"""The same of the measures without a judge."""
ARM_DETAILS = ("architecture", "model", "prompt", "model_digest", "versions")
"""What is shown of an arm, where its records say so."""

SHARES = {
    "questions": ("Questions answered right from the text alone", True),
    "claims": ("Sentences that are contradicted", False),
    "facts": ("Sentences of the reference that the text supports", True),
}
"""Criteria that are shares: title, and whether more is better."""

Values: TypeAlias = "Mapping[str, Mapping[str, float]]"
"""Arm -> case -> value."""


def results_of(
    cases: Sequence[Case],
    outputs: Sequence[Output],
    verdicts: Sequence[JudgeVerdict] = (),
    validations: Sequence[JudgeValidation] = (),
    pairs: Sequence[tuple[str, PairVerdict]] = (),
    *,
    split: Split = "all",
    baseline: str | None = None,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
    recipe: Recipe | None = None,
) -> Results:
    """All tables of a report.

    Args:
        verdicts: of all judges, on single texts.
        validations: of each judge, in the order of the report.
        pairs: (judge, verdict) on pairs of arms.
        baseline: the arm that the others are compared with; the first by default.
        recipe: what was published of an experiment, to be shown beside the tables. No figure depends on it.

    Raises:
        OptionError: there are no outputs about the cases, or no such baseline.
    """
    by_id = {case.id: case for case in cases}
    own = [output for output in outputs if output.case in by_id]
    arms = list(dict.fromkeys(output.arm for output in own))
    if not own:
        raise OptionError("There is no text about any of these cases: run some first (localalt eval run).")
    if baseline is not None and baseline not in arms:
        raise OptionError(f"There is no arm {baseline!r}: {suggest.advice(baseline, arms)}")
    about_texts = [verdict for verdict in verdicts if not is_control(verdict.arm)]
    tables = _Tables(by_id, own, arms, baseline or arms[0], seed, n_resamples)
    scores = tables.measured()
    judges = []
    for validation in validations:
        said = [verdict for verdict in about_texts if verdict.judge == validation.judge]
        family = next((verdict.judge_family for verdict in verdicts if verdict.judge == validation.judge), "")
        of_pairs = [verdict for judge, verdict in pairs if judge == validation.judge]
        judges.append(tables.judged(validation, said, of_pairs, family))
    arm_rows = tuple(map(tables.arm, arms))
    measures = tuple(tables.measure(name, scores[name]) for name in MEASURES if name in scores)
    worst, best = worst_texts(by_id, tables.scored, verdicts), tables.best(scores, about_texts, validations)
    return Results(
        summary=sentences(arms=arm_rows, measures=measures, judges=judges, worst=worst, best=best),
        schema=SCHEMA,
        created=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        localalt=__version__,
        seed=seed,
        split=split,
        n_cases=len(cases),
        types=dict(Counter(case.type for case in cases).most_common()),
        baseline=baseline or arms[0],
        arms=arm_rows,
        measures=measures,
        consistency=tables.consistency(),
        judges=tuple(judges),
        strata=tables.strata(scores, about_texts),
        sign_test=_sign_test(len(cases)),
        worst=worst,
        best=best,
        recipe=recipe,
    )


@dataclass(frozen=True, slots=True)
class _Deciding:
    """A measure by which an arm may be called the best."""

    title: str
    higher_is_better: bool
    scores: Values
    judge: str | None = None


class _Tables:
    """The tables of one report."""

    def __init__(
        self,
        cases: Mapping[str, Case],
        outputs: Sequence[Output],
        arms: Sequence[str],
        baseline: str,
        seed: int,
        n_resamples: int,
    ) -> None:
        self._cases, self._outputs, self._arms, self._baseline = cases, outputs, arms, baseline
        self._seed, self._n_resamples = seed, n_resamples
        self.scored = [(each, measured(cases[each.case], each)) for each in outputs if not each.error]
        """Each text, with the measures that apply to it."""

    def arm(self, name: str) -> ArmSummary:
        own = [output for output in self._outputs if output.arm == name]
        details = own[0].details
        return ArmSummary(
            arm=name,
            n=len({output.case for output in own if output.text}),
            n_failed=sum(1 for output in own if output.error),
            details={key: details[key] for key in ARM_DETAILS if key in details},
        )

    def measured(self) -> dict[str, dict[str, dict[str, float]]]:
        """Measure -> arm -> case -> value, the mean over seeds."""
        return _means(
            (name, output.arm, output.case, value) for output, values in self.scored for name, value in values.items()
        )

    def measure(self, name: str, scores: Values) -> ScoreTable:
        measure = MEASURES[name]
        return self._table(name, measure.title, measure.higher_is_better, scores)

    def consistency(self) -> tuple[ArmInterval, ...]:
        """How far the texts of several seeds agree."""
        shares: dict[str, list[float]] = defaultdict(list)
        for (arm, _), share in consistency(self._outputs).items():
            shares[arm].append(share)
        return tuple(ArmInterval(arm, self._interval(values)) for arm, values in shares.items())

    def judged(
        self,
        validation: JudgeValidation,
        verdicts: Sequence[JudgeVerdict],
        pairs: Sequence[PairVerdict],
        family: str,
    ) -> JudgeResult:
        """What a judge said, from its verdicts on texts and on pairs."""
        own = [verdict for verdict in verdicts if verdict.case in self._cases]
        by_criterion = _by_criterion(own)
        tables = []
        for name, scores in by_criterion.items():
            title, better = SHARES.get(name, (criteria.SCORES[name].title if name in criteria.SCORES else name, True))
            tables.append(self._table(name, title, better, scores))
        return JudgeResult(
            judge=validation.judge,
            validated=validation.is_validated,
            reasons=validation.reasons,
            controls=tuple(
                ControlResult(each.name, each.least, each.passed, each.share) for each in validation.controls
            ),
            kappa=validation.kappa,
            length_correlation=validation.length,
            same_family=tuple(sorted(arm for arm in self._arms if family and self._family(arm) == _maker(family))),
            n_unanswered=len({verdict.key for verdict in own if verdict.value is None}),
            criteria=tuple(tables),
            four=self._together(by_criterion, criteria.FOUR, has_letters=False),
            letters=self._together(by_criterion, criteria.LETTERS, has_letters=True),
            grades=tuple(self._grades(by_criterion, criteria.LETTERS)),
            strengths=self._strengths(pairs),
        )

    def strata(self, scores: Mapping[str, Values], verdicts: Sequence[JudgeVerdict]) -> Strata:
        """By the type of picture, one measure: what a judge says of accuracy, or what has to be mentioned."""
        about = [each for each in verdicts if each.criterion == "accuracy"]
        first = about[0].judge if about else ""  # scores of two judges are not one measure
        judged = _by_criterion(each for each in about if each.judge == first).get("accuracy")
        chosen = judged or scores.get("mentioned") or {}
        types = {case.id: case.type for case in self._cases.values()}
        known = {arm: {case: v for case, v in values.items() if case in types} for arm, values in chosen.items()}
        found = comparison.strata(known, types, seed=self._seed, n_resamples=self._n_resamples) if known else {}
        rows = (Stratum(kind, arm, interval) for kind, arms in found.items() for arm, interval in arms.items())
        if judged:
            return Strata(f"accuracy, says {first}", tuple(rows), judge=first)
        return Strata("mentioned", tuple(rows))

    def best(
        self, scores: Mapping[str, Values], verdicts: Sequence[JudgeVerdict], validations: Sequence[JudgeValidation]
    ) -> BestArm | None:
        """The best arm, by the scores of a judge that is validated, or else by a measure without one."""
        for each in self._deciding(scores, verdicts, validations):
            of_arms = {arm: each.scores[arm] for arm in self._arms if each.scores.get(arm)}
            if len(of_arms) > 1:
                return best_of(
                    each.title,
                    each.higher_is_better,
                    of_arms,
                    judge=each.judge,
                    seed=self._seed,
                    n_resamples=self._n_resamples,
                )
        return None

    def _deciding(
        self, scores: Mapping[str, Values], verdicts: Sequence[JudgeVerdict], validations: Sequence[JudgeValidation]
    ) -> Iterable[_Deciding]:
        """What may decide which arm is best, what counts more before what counts less."""
        for validation in validations:
            if validation.is_validated:
                judged = _by_criterion(
                    each for each in verdicts if each.judge == validation.judge and each.case in self._cases
                )
                for name in JUDGED:
                    if name in judged:
                        yield _Deciding(criteria.SCORES[name].title, True, judged[name], validation.judge)
        for name in DECIDING:
            if name in scores:
                yield _Deciding(MEASURES[name].title, MEASURES[name].higher_is_better is True, scores[name])

    def _table(self, name: str, title: str, better: bool | None, scores: Values) -> ScoreTable:
        present = [arm for arm in self._arms if scores.get(arm)]
        compared: dict[str, BaselineComparison] = {}
        if better is not None and self._baseline in present and len(present) > 1:
            # Comparisons want more to be better.
            signed = {arm: {case: v if better else -v for case, v in scores[arm].items()} for arm in present}
            for each in comparison.compare(signed, self._baseline, seed=self._seed, n_resamples=self._n_resamples):
                compared[each.arm] = _against_baseline(each, higher_is_better=better)
        rows = (ArmScore(arm, self._interval(scores[arm].values()), compared.get(arm)) for arm in present)
        return ScoreTable(name, title, better, tuple(rows))

    def _strengths(self, pairs: Sequence[PairVerdict]) -> tuple[ArmInterval, ...]:
        """Of arms by a judge's verdicts on pairs of their texts (Bradley-Terry), the strongest first."""
        own = [verdict for verdict in pairs if verdict.picture in self._cases]
        found = pairwise.strengths(own, seed=self._seed) if own else {}
        return tuple(ArmInterval(arm, interval) for arm, interval in found.items())

    def _together(
        self, by_criterion: Mapping[str, Values], names: Sequence[str], *, has_letters: bool
    ) -> tuple[CriteriaAverages, ...]:
        """One row for each arm that has all criteria, with their average, and its letter."""
        rows = []
        for arm in self._arms:
            values = {name: by_criterion.get(name, {}).get(arm) or {} for name in names}
            if not all(values.values()):
                continue
            cases = sorted(set.intersection(*(set(each) for each in values.values())))
            averages = [sum(each[case] for each in values.values()) / len(names) for case in cases]
            overall = self._interval(averages)
            is_graded = has_letters and overall.estimate is not None
            rows.append(
                CriteriaAverages(
                    arm=arm,
                    scores={name: self._interval(each.values()) for name, each in values.items()},
                    overall=overall,
                    letter=criteria.grade(overall.estimate) if is_graded and overall.estimate is not None else None,
                )
            )
        return tuple(rows)

    def _grades(self, by_criterion: Mapping[str, Values], names: Sequence[str]) -> Iterator[PictureGrade]:
        """The letter of each text that has all criteria, one picture after the other."""
        for case, arm in itertools.product(self._cases, self._arms):
            values = [by_criterion.get(name, {}).get(arm, {}).get(case) for name in names]
            known = [value for value in values if value is not None]
            if len(known) == len(names):
                yield PictureGrade(case, arm, criteria.grade(sum(known) / len(known)))

    def _family(self, arm: str) -> str:
        own = (str(each.details.get("architecture", "")) for each in self._outputs if each.arm == arm)
        return _maker(next(own, ""))

    def _interval(self, values: Iterable[float]) -> Interval:
        return comparison.mean_interval(values, seed=self._seed, n_resamples=self._n_resamples)


def _against_baseline(compared: Comparison, *, higher_is_better: bool) -> BaselineComparison:
    """A comparison whose differences have the sign of the measure itself again."""
    found, sign = compared.difference, 1 if higher_is_better else -1
    ends = [None if end is None else sign * end for end in (found.mean.low, found.mean.high)]
    low, high = ends if higher_is_better else ends[::-1]
    return BaselineComparison(
        difference=None if found.mean.estimate is None else sign * found.mean.estimate,
        low=low,
        high=high,
        n=found.n,
        p=found.p,
        p_holm=compared.p_holm,
        verdict="better" if compared.is_better else "worse" if compared.is_worse else "no difference shown",
        detectable=found.detectable,
        wins=found.wins,
        ties=found.ties,
        losses=found.losses,
    )


def _sign_test(n: int) -> SignTest:
    return SignTest(n, comparison.wins_needed(n) if n else None)


def _maker(architecture: str) -> str:
    """What an architecture's name begins with, such as "qwen" of "qwen3vlmoe"."""
    return "".join(itertools.takewhile(str.isalpha, architecture.lower())).removesuffix("vl")


def _by_criterion(verdicts: Iterable[JudgeVerdict]) -> dict[str, dict[str, dict[str, float]]]:
    """Criterion -> arm -> case -> value, the mean over its parts and seeds."""
    return _means((each.criterion, each.arm, each.case, each.value) for each in verdicts if each.value is not None)


def _means(values: Iterable[tuple[str, str, str, float]]) -> dict[str, dict[str, dict[str, float]]]:
    """(name, arm, case, value) -> name -> arm -> case -> the mean of the values."""
    found: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for name, arm, case, value in values:
        found[name][arm][case].append(value)
    return {
        name: {arm: {case: sum(each) / len(each) for case, each in cases.items()} for arm, cases in arms.items()}
        for name, arms in found.items()
    }
