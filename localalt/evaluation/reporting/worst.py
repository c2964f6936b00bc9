"""The texts that a person should look at first: those with the most against them. Computes no interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from localalt.evaluation.cases import Case
from localalt.evaluation.judging.verdicts import JudgeVerdict
from localalt.evaluation.measures import MEASURES
from localalt.evaluation.outputs import Output
from localalt.evaluation.reporting.results import Objection, WorstText

__all__ = ["worst_texts"]

N_WORST = 12
"""Texts that are shown, the worst first."""
_WEIGHTS = {"invented": 3.0, "misled": 3.0, "errors": 1.0}
"""Of measures, where texts are ranked from the worst on."""
_OMISSION = Objection("Leaves out what must be mentioned")
_CONTRADICTION = Objection("A sentence is contradicted, says the judge", is_judged=True)


def worst_texts(
    cases: Mapping[str, Case], scored: Sequence[tuple[Output, Mapping[str, float]]], verdicts: Iterable[JudgeVerdict]
) -> tuple[WorstText, ...]:
    """The texts with the most against them, one of each arm and case, and what that is.

    Args:
        cases: by id.
        scored: texts, each with its measures.
        verdicts: of judges, of which contradicted sentences count.
    """
    contradicted = Counter(
        (verdict.arm, verdict.case, verdict.seed)
        for verdict in verdicts
        if verdict.criterion == "claims" and verdict.value == 1
    )
    ranked: dict[tuple[str, str], tuple[float, Output, tuple[Objection, ...]]] = {}
    for output, values in scored:
        against = _objections(values, contradicted[output.arm, output.case, output.seed])
        weight = sum(against.values())
        if weight > ranked.get((output.arm, output.case), (0.0, output, ()))[0]:
            ranked[output.arm, output.case] = weight, output, tuple(against)
    worst = sorted(ranked.items(), key=lambda each: (-each[1][0], each[0]))[:N_WORST]
    return tuple(_shown(cases[case], output, against) for (_, case), (_, output, against) in worst)


def _objections(found: Mapping[str, float], n_contradicted: int) -> dict[Objection, float]:
    """What speaks against a text, each with a weight: a wrong detail harms more than a missing one."""
    weights = {Objection(MEASURES[name].title): weight * found.get(name, 0.0) for name, weight in _WEIGHTS.items()}
    weights[_OMISSION] = 2 * (1 - found.get("mentioned", 1.0))
    weights[_CONTRADICTION] = float(n_contradicted)
    return {objection: weight for objection, weight in weights.items() if weight}


def _shown(case: Case, output: Output, against: tuple[Objection, ...]) -> WorstText:
    return WorstText(
        arm=output.arm,
        case=case.id,
        type=case.type,
        language=case.language,
        picture=str(case.picture),
        text=output.text,
        reference=case.references[0] if case.references else "",
        against=against,
    )
