"""Cases, outputs and verdicts -> results: every table of the report as plain JSON.

All figures come with n and an interval, arms are compared on the pictures that both have, and several arms are
corrected for. Renders nothing.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from localalt._version import __version__
from localalt.errors import OptionError
from localalt.evaluation.cases import Case, Split
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.validation import Trust
from localalt.evaluation.judging.verdicts import Verdict
from localalt.evaluation.measures import MEASURES, Measure, consistency, measured
from localalt.evaluation.outputs import Output
from localalt.evaluation.reporting.summary import best_of, sentences
from localalt.evaluation.reporting.words import plain
from localalt.evaluation.statistics import comparison, pairwise
from localalt.evaluation.statistics.intervals import N_RESAMPLES, Interval

__all__ = ["SCHEMA", "results_of"]

SCHEMA = 1
JUDGED = ("accuracy", *(name for name in criteria.SCORES if name != "accuracy"))
"""Of a judge's criteria, the one that decides which arm is best, and the next where it was not asked about."""
DECIDING = ("mentioned", "invented", "misled", "errors")
"""The same of the measures without a judge."""
N_WORST = 12
"""Texts that are shown, the worst first."""
CONTROL = "control: "
_OF_AN_ARM = ("architecture", "model", "prompt", "model_digest", "versions")
_WEIGHTS = {"invented": 3.0, "misled": 3.0, "errors": 1.0}
"""Of measures, where texts are ranked from the worst on."""

SHARES = {
    "questions": ("Questions answered right from the text alone", True),
    "claims": ("Sentences that are contradicted", False),
    "facts": ("Sentences of the reference that the text supports", True),
}
"""Criteria that are shares: title, and whether more is better."""


def results_of(
    cases: Sequence[Case],
    outputs: Sequence[Output],
    verdicts: Sequence[Verdict] = (),
    trusts: Sequence[Trust] = (),
    pairs: Sequence[tuple[str, pairwise.Verdict]] = (),
    *,
    split: Split = "all",
    baseline: str | None = None,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> dict[str, Any]:
    """The results as JSON.

    Raises:
        OptionError: there are no outputs about the cases, or no such baseline.
    """
    by_id = {case.id: case for case in cases}
    own = [output for output in outputs if output.case in by_id]
    arms = list(dict.fromkeys(output.arm for output in own))
    if not own:
        raise OptionError("There is no text about any of these cases: run some first (localalt eval run).")
    if baseline is not None and baseline not in arms:
        raise OptionError(f"There is no arm {baseline!r}: there are {', '.join(arms)}.")
    base = baseline or arms[0]
    tables = _Tables(by_id, own, arms, base, seed, n_resamples)
    scores = tables.measured()
    results = {
        "schema": SCHEMA,
        "created": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "localalt": __version__,
        "seed": seed,
        "split": split,
        "n_cases": len(cases),
        "types": dict(Counter(case.type for case in cases).most_common()),
        "baseline": base,
        "arms": [tables.arm(arm) for arm in arms],
        "measures": [tables.table(MEASURES[name], scores[name]) for name in MEASURES if name in scores],
        "consistency": tables.consistency(),
        "judges": [
            {
                **tables.judged(trust, [each for each in verdicts if each.judge == trust.judge]),
                "strengths": tables.strengths([verdict for judge, verdict in pairs if judge == trust.judge]),
            }
            for trust in trusts
        ],
        "strata": tables.strata(scores, verdicts),
        "sign_test": tables.sign_test(len(cases)),
        "worst": tables.worst(verdicts),
        "best": tables.best(scores, verdicts, trusts),
    }
    return {"summary": [plain(sentence) for sentence in sentences(results)], **results}


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
        self._measured = [(each, measured(cases[each.case], each)) for each in outputs if not each.error]

    def arm(self, name: str) -> dict[str, Any]:
        own = [output for output in self._outputs if output.arm == name]
        details = own[0].details
        return {
            "arm": name,
            "n": len({output.case for output in own if output.text}),
            "n_failed": sum(1 for output in own if output.error),
            **{key: details[key] for key in _OF_AN_ARM if key in details},
        }

    def measured(self) -> dict[str, dict[str, dict[str, float]]]:
        """Measure -> arm -> case -> value, the mean over seeds."""
        found: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        for output, values in self._measured:
            for name, value in values.items():
                found[name][output.arm][output.case].append(value)
        return {name: _means(arms) for name, arms in found.items()}

    def table(self, measure: Measure, scores: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
        better = measure.higher_is_better
        return {
            "name": measure.name,
            "title": measure.title,
            "higher_is_better": better,
            "rows": self._rows(scores, better),
        }

    def consistency(self) -> list[dict[str, Any]]:
        shares: dict[str, list[float]] = defaultdict(list)
        for (arm, _), share in consistency(self._outputs).items():
            shares[arm].append(share)
        return [{"arm": arm, "interval": self._interval(values)} for arm, values in shares.items()]

    def judged(self, trust: Trust, verdicts: Sequence[Verdict]) -> dict[str, Any]:
        own = [verdict for verdict in verdicts if verdict.case in self._cases and not verdict.arm.startswith(CONTROL)]
        family = next((str(verdict.details.get("judge_family", "")) for verdict in verdicts), "")
        by_criterion = _by_criterion(own)
        tables = []
        for name, scores in by_criterion.items():
            title, better = SHARES.get(name, (criteria.SCORES[name].title if name in criteria.SCORES else name, True))
            tables.append(
                {"name": name, "title": title, "higher_is_better": better, "rows": self._rows(scores, better)}
            )
        return {
            "judge": trust.judge,
            "validated": trust.is_validated,
            "reasons": list(trust.reasons),
            "controls": [
                {"name": each.name, "least": each.least, "passed": each.passed, "interval": _plain(each.share)}
                for each in trust.controls
            ],
            "kappa": None if trust.kappa is None else _plain(trust.kappa),
            "length_correlation": None if trust.length is None else _plain(trust.length),
            "same_family": sorted(arm for arm in self._arms if family and self._family(arm) == _maker(family)),
            "n_unanswered": sum(1 for verdict in own if verdict.value is None),
            "criteria": tables,
            "four": self._together(by_criterion, criteria.FOUR, letters=False),
            "letters": self._together(by_criterion, criteria.LETTERS, letters=True),
        }

    def strengths(self, verdicts: Sequence[pairwise.Verdict]) -> list[dict[str, Any]]:
        """Of arms by a judge's verdicts on pairs of their texts (Bradley-Terry), the strongest first."""
        own = [verdict for verdict in verdicts if verdict.picture in self._cases]
        if not own:
            return []
        found = pairwise.strengths(own, seed=self._seed)
        return [{"arm": arm, "interval": _plain(interval)} for arm, interval in found.items()]

    def strata(
        self, scores: Mapping[str, Mapping[str, Mapping[str, float]]], verdicts: Sequence[Verdict]
    ) -> dict[str, Any]:
        """By the type of picture, one measure: what a judge says of accuracy, or what has to be mentioned."""
        about = [each for each in verdicts if each.criterion == "accuracy" and not each.arm.startswith(CONTROL)]
        first = about[0].judge if about else ""  # scores of two judges are no one measure
        judged = _by_criterion([each for each in about if each.judge == first]).get("accuracy")
        name = f"accuracy, says {first}" if judged else "mentioned"
        chosen = judged or scores.get("mentioned") or {}
        types = {case.id: case.type for case in self._cases.values()}
        chosen = {arm: {case: v for case, v in values.items() if case in types} for arm, values in chosen.items()}
        found = comparison.strata(chosen, types, seed=self._seed, n_resamples=self._n_resamples) if chosen else {}
        return {
            "measure": name,
            "rows": [
                {"type": kind, "arm": arm, "interval": _plain(interval)}
                for kind, arms in found.items()
                for arm, interval in arms.items()
            ],
        }

    def best(
        self,
        scores: Mapping[str, Mapping[str, Mapping[str, float]]],
        verdicts: Sequence[Verdict],
        trusts: Sequence[Trust],
    ) -> dict[str, Any] | None:
        """The best arm, by the scores of a judge that is validated, or else by a measure without one."""
        found: list[tuple[str, bool, Mapping[str, Mapping[str, float]], str | None]] = []
        for trust in trusts:
            own = [each for each in verdicts if each.judge == trust.judge and not each.arm.startswith(CONTROL)]
            judged = _by_criterion([each for each in own if each.case in self._cases]) if trust.is_validated else {}
            found += [
                (criteria.SCORES[name].title, True, judged[name], trust.judge) for name in JUDGED if name in judged
            ]
        for name in DECIDING:
            if name in scores:
                found.append((MEASURES[name].title, MEASURES[name].higher_is_better is True, scores[name], None))
        for title, better, chosen, judge in found:
            of_arms = {arm: chosen[arm] for arm in self._arms if chosen.get(arm)}
            if len(of_arms) > 1:
                return best_of(title, better, of_arms, judge=judge, seed=self._seed, n_resamples=self._n_resamples)
        return None

    def sign_test(self, n: int) -> dict[str, Any]:
        return {"n": n, "wins_needed": comparison.wins_needed(n) if n else None}

    def worst(self, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
        """The texts with the most against them, one of each arm and case, and what that is."""
        judged: dict[tuple[str, str, int], int] = Counter(
            (verdict.arm, verdict.case, verdict.seed)
            for verdict in verdicts
            if verdict.criterion == "claims" and verdict.value == 1
        )
        ranked: dict[tuple[str, str], tuple[float, Output, list[str]]] = {}
        for output, values in self._measured:
            against = _against(values)
            n_contradicted = judged[output.arm, output.case, output.seed]
            if n_contradicted:
                against["A sentence is contradicted, says the judge"] = float(n_contradicted)
            weight = sum(against.values())
            if weight > ranked.get((output.arm, output.case), (0.0, output, []))[0]:
                ranked[output.arm, output.case] = weight, output, list(against)
        worst = sorted(ranked.items(), key=lambda each: (-each[1][0], each[0]))[:N_WORST]
        return [_shown(self._cases[case], output, against) for (_, case), (_, output, against) in worst]

    def _rows(self, scores: Mapping[str, Mapping[str, float]], better: bool | None) -> list[dict[str, Any]]:
        present = [arm for arm in self._arms if scores.get(arm)]
        # Comparisons want more to be better.
        signed = {arm: {case: -v if better is False else v for case, v in scores[arm].items()} for arm in present}
        compared: dict[str, dict[str, Any]] = {}
        if better is not None and self._baseline in signed and len(present) > 1:
            for each in comparison.compare(signed, self._baseline, seed=self._seed, n_resamples=self._n_resamples):
                sign = -1 if better is False else 1
                mean = each.difference.mean
                ends = [None if end is None else sign * end for end in (mean.low, mean.high)]
                low, high = ends[::-1] if sign < 0 else ends
                compared[each.arm] = {
                    "difference": None if mean.estimate is None else sign * mean.estimate,
                    "low": low,
                    "high": high,
                    "n": each.difference.n,
                    "p": each.difference.p,
                    "p_holm": each.p_holm,
                    "verdict": "better" if each.is_better else "worse" if each.is_worse else "no difference shown",
                    "detectable": each.difference.detectable,
                    "wins": each.difference.wins,
                    "ties": each.difference.ties,
                    "losses": each.difference.losses,
                }
        return [
            {"arm": arm, "interval": self._interval(scores[arm].values()), "against_baseline": compared.get(arm)}
            for arm in present
        ]

    def _together(
        self, by_criterion: Mapping[str, Mapping[str, Mapping[str, float]]], names: Sequence[str], *, letters: bool
    ) -> list[dict[str, Any]]:
        """One row for each arm that has all criteria, with their average, and its letter."""
        rows = []
        for arm in self._arms:
            values = [by_criterion.get(name, {}).get(arm) for name in names]
            if not all(values):
                continue
            cases = set.intersection(*(set(each or {}) for each in values))
            averages = [sum((each or {})[case] for each in values) / len(names) for case in sorted(cases)]
            overall = self._interval(averages)
            row = {
                "arm": arm,
                **{name: self._interval((each or {}).values()) for name, each in zip(names, values, strict=True)},
                "overall": overall,
            }
            if letters and overall["estimate"] is not None:
                row["letter"] = criteria.grade(overall["estimate"])
            rows.append(row)
        return rows

    def _family(self, arm: str) -> str:
        own = (str(each.details.get("architecture", "")) for each in self._outputs if each.arm == arm)
        return _maker(next(own, ""))

    def _interval(self, values: Iterable[float]) -> dict[str, Any]:
        return _plain(comparison.mean_interval(values, seed=self._seed, n_resamples=self._n_resamples))


def _against(found: Mapping[str, float]) -> dict[str, float]:
    """What the measures have against a text, each with a weight: a wrong detail harms more than a missing one."""
    told = {MEASURES[name].title: weight * found.get(name, 0.0) for name, weight in _WEIGHTS.items()}
    told["Leaves out what must be mentioned"] = 2 * (1 - found.get("mentioned", 1.0))
    return {title: weight for title, weight in told.items() if weight}


def _shown(case: Case, output: Output, against: Sequence[str]) -> dict[str, Any]:
    return {
        "arm": output.arm,
        "case": case.id,
        "type": case.type,
        "language": case.language,
        "picture": str(case.picture),
        "text": output.text,
        "reference": case.references[0] if case.references else "",
        "against": list(against),
    }


def _maker(architecture: str) -> str:
    """What an architecture's name begins with, such as "qwen" of "qwen3vlmoe"."""
    return "".join(itertools.takewhile(str.isalpha, architecture.lower())).removesuffix("vl")


def _by_criterion(verdicts: Iterable[Verdict]) -> dict[str, dict[str, dict[str, float]]]:
    """Criterion -> arm -> case -> value, the mean over its parts and seeds."""
    found: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for verdict in verdicts:
        if verdict.value is not None:
            found[verdict.criterion][verdict.arm][verdict.case].append(verdict.value)
    return {name: _means(arms) for name, arms in found.items()}


def _means(arms: Mapping[str, Mapping[str, Sequence[float]]]) -> dict[str, dict[str, float]]:
    return {arm: {case: sum(values) / len(values) for case, values in cases.items()} for arm, cases in arms.items()}


def _plain(interval: Interval) -> dict[str, Any]:
    return dataclasses.asdict(interval)
