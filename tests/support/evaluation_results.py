"""Results of an evaluation that nobody ran, for tests of what reads them."""

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localalt.evaluation.cases import Case
from localalt.evaluation.judging.criteria import FOUR, LETTERS
from localalt.evaluation.judging.validation import OTHER_PICTURE, Control, JudgeValidation
from localalt.evaluation.judging.verdicts import JudgeVerdict
from localalt.evaluation.outputs import Output
from localalt.evaluation.reporting.results import Results
from localalt.evaluation.reporting.tables import results_of
from localalt.evaluation.statistics.comparison import Interval

HOSTILE = '<script>alert("x")</script> | `a` *b* [c](d) \\| &amp; $e$\nsecond\r\n\u202eturned\u202c\x07 \ud800'
REASONS = ("captions of another picture lose: 50 % of 8", "never compared with people")

BAD = JudgeValidation("j", (Control(OTHER_PICTURE, Interval(0.5, 0.2152, 0.7848, 8, 0.95)),), reasons=REASONS)
GOOD = JudgeValidation(
    "j",
    (Control(OTHER_PICTURE, Interval(1.0, 0.9124, 1.0, 40, 0.95)),),
    Interval(0.6, 0.4, 0.8, 30, 0.95),
    Interval(0.1, -0.1, 0.3, 30, 0.95),
)


def invented(
    *,
    trusts: Sequence[JudgeValidation] = (BAD,),
    arms: Sequence[str] = ("plain", "typed"),
    n: int = 8,
    seeds: int = 1,
    name: str = "case",
    text: str = "A cat.",
    judge: str = "j",
) -> Results:
    """Results in which the second arm is much worse than the first."""
    cases = [
        Case(
            f"{name}{index}",
            Path("nobody-opens-it.png"),
            f"{index:064x}",
            references=("A brown dog.",) if index % 2 else (),
            must_mention=(("dog",),),
            must_not=("cat",),
            type=("photo", "chart")[index % 2],
        )
        for index in range(n)
    ]
    outputs, verdicts = [], []
    for place, arm in enumerate(arms):
        for case in cases:
            written = text if place else "A brown dog."
            outputs += [Output(case.id, arm, written, seed=seed, total_s=1.0 + place) for seed in range(seeds)]
            for criterion in (*FOUR, *LETTERS, "claims") if trusts else ():
                value = float(place) if criterion == "claims" else 4.0 - 2 * place
                verdicts.append(JudgeVerdict(f"{arm}{case.id}{criterion}", case.id, arm, 0, judge, criterion, value))
    return results_of(cases, outputs, verdicts, trusts, n_resamples=100)


@functools.cache
def a_small_one() -> Results:
    """Results of two cases; computed once."""
    return invented(n=2)


def changed(value: Any, *path: str | int, **changes: object) -> Any:
    """A copy of results in which what lies at `path` has other fields."""
    if not path:
        return dataclasses.replace(value, **changes)
    step, *rest = path
    if isinstance(step, int):
        return (*value[:step], changed(value[step], *rest, **changes), *value[step + 1 :])
    return dataclasses.replace(value, **{step: changed(getattr(value, step), *rest, **changes)})
