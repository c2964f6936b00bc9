"""What an evaluation found, as values: every table of a report, and the JSON that programs read.

All figures come with n and an interval. Computes nothing (`tables` does) and renders nothing (`blocks` does).
`to_json` is the only place where results become JSON: a field stands there under its own name, in its own place,
unless its metadata say otherwise.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from localalt.evaluation.cases import Split
from localalt.evaluation.recipes.recipe import Recipe
from localalt.evaluation.reporting.words import Text, plain
from localalt.evaluation.statistics.intervals import Interval

__all__ = [
    "SCHEMA",
    "ArmDifference",
    "ArmInterval",
    "ArmScore",
    "ArmSummary",
    "BaselineComparison",
    "BestArm",
    "ControlResult",
    "CriteriaAverages",
    "JudgeResult",
    "Objection",
    "Outcome",
    "PictureGrade",
    "Results",
    "ScoreTable",
    "SignTest",
    "Strata",
    "Stratum",
    "WorstText",
    "as_json_value",
    "to_json",
]

SCHEMA = 1

Outcome: TypeAlias = Literal["better", "worse", "no difference shown"]

_INLINE: dict[str, object] = {"json": "inline"}
"""A mapping whose entries stand beside the other fields."""
_OPTIONAL: dict[str, object] = {"json": "optional"}
"""A field that is left out where it is None."""
_INTERNAL: dict[str, object] = {"json": "internal"}
"""A field that is not part of the JSON."""
_SENTENCES: dict[str, object] = {"json": "sentences"}
"""A field of texts, each of which is one string in the JSON."""


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """What one arm wrote, in numbers."""

    arm: str
    n: int
    """Pictures about which it wrote a text."""
    n_failed: int
    """Texts that it failed to write."""
    details: Mapping[str, Any] = field(default_factory=dict, metadata=_INLINE)
    """What its first record says of it, some of `ARM_DETAILS`: another system's record may hold anything."""


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """An arm against the baseline by one measure, on the pictures that both have. Differences are the arm's less the
    baseline's."""

    difference: float | None
    low: float | None
    high: float | None
    n: int
    p: float
    p_holm: float
    """The p value, corrected by Holm for the number of arms in the table."""
    verdict: Outcome
    detectable: float | None
    """The smallest difference that so many pictures show in four of five experiments."""
    wins: int
    ties: int
    losses: int


@dataclass(frozen=True, slots=True)
class ArmScore:
    """The mean of an arm by one measure, and how it compares."""

    arm: str
    interval: Interval
    against_baseline: BaselineComparison | None
    """None for the baseline itself, and where nothing is compared."""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """One measure, or one criterion of a judge, of all arms."""

    name: str
    title: str
    higher_is_better: bool | None
    """None where neither is."""
    rows: tuple[ArmScore, ...]


@dataclass(frozen=True, slots=True)
class ArmInterval:
    """One figure of an arm."""

    arm: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class ControlResult:
    """How often a judge got a control right."""

    name: str
    least: float
    """What the lower end of the interval has to reach."""
    passed: bool
    interval: Interval


@dataclass(frozen=True, slots=True)
class CriteriaAverages:
    """Several criteria of a judge for one arm, and their average."""

    arm: str
    scores: Mapping[str, Interval] = field(metadata=_INLINE)
    """By the name of the criterion."""
    overall: Interval
    letter: str | None = field(default=None, metadata=_OPTIONAL)
    """The grade of the average, where criteria have grades."""


@dataclass(frozen=True, slots=True)
class PictureGrade:
    """The letter of one arm's text about one picture."""

    case: str
    arm: str
    letter: str


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """What one judge said of all arms, and whether it can be trusted."""

    judge: str
    validated: bool
    reasons: tuple[str, ...]
    """Why it is not validated; empty where it is."""
    controls: tuple[ControlResult, ...]
    kappa: Interval | None
    """Agreement with people beyond chance; None where it was never compared with them."""
    length_correlation: Interval | None
    """Rank correlation of its scores with the lengths of the texts."""
    same_family: tuple[str, ...]
    """Arms whose model is of the judge's own family."""
    n_unanswered: int
    criteria: tuple[ScoreTable, ...]
    four: tuple[CriteriaAverages, ...]
    letters: tuple[CriteriaAverages, ...]
    grades: tuple[PictureGrade, ...]
    """Of single pictures, by the criteria that have letters."""
    strengths: tuple[ArmInterval, ...]
    """Bradley-Terry strengths from its verdicts on pairs, the strongest arm first."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One arm on the pictures of one type."""

    type: str
    arm: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Strata:
    """One measure by the type of picture."""

    measure: str
    """Its name, and the judge's where a judge said it."""
    rows: tuple[Stratum, ...]
    judge: str | None = field(default=None, metadata=_INTERNAL)
    """None for a measure without a judge."""


@dataclass(frozen=True, slots=True)
class SignTest:
    """How many of `n` pictures an arm must win."""

    n: int
    wins_needed: int | None
    """None where winning all of them is too little."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that speaks against a text."""

    title: str
    is_judged: bool = False
    """Whether a judge said so."""


@dataclass(frozen=True, slots=True)
class WorstText:
    """A text with much against it."""

    arm: str
    case: str
    type: str
    language: str
    picture: str
    text: str
    reference: str
    against: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class ArmDifference:
    """By how much the best arm is ahead of another one, in the direction in which more is better."""

    arm: str
    difference: float | None
    low: float | None
    high: float | None
    n: int
    p: float
    """Times the number of pairs of arms (Bonferroni), 1 at the most."""
    beaten: bool


@dataclass(frozen=True, slots=True)
class BestArm:
    """The arm with the best mean by the measure that decides."""

    arm: str
    title: str
    """Of the measure."""
    judge: str | None
    """Who said so; None for a measure without a judge."""
    mean: float
    others: tuple[ArmDifference, ...]
    shown: bool
    """Whether it beats every other arm beyond chance."""


@dataclass(frozen=True, slots=True)
class Results:
    """All that a report says."""

    summary: tuple[Text, ...] = field(metadata=_SENTENCES)
    """Which arm is best, what is known of the judge, and what to look at first."""
    schema: int
    created: str
    """ISO 8601, UTC."""
    localalt: str
    """The version that computed this."""
    seed: int
    split: Split
    n_cases: int
    types: Mapping[str, int]
    """Cases by the type of picture, the most frequent type first."""
    baseline: str
    arms: tuple[ArmSummary, ...]
    measures: tuple[ScoreTable, ...]
    consistency: tuple[ArmInterval, ...]
    judges: tuple[JudgeResult, ...]
    strata: Strata
    sign_test: SignTest
    worst: tuple[WorstText, ...]
    best: BestArm | None
    recipe: Recipe | None = field(default=None, metadata=_OPTIONAL)
    """The published experiment that is shown beside what was measured, and is no part of any figure above."""


def to_json(results: Results) -> str:
    """The results for programs: numbers or null, never NaN, and in ASCII, which every terminal and file takes."""
    return json.dumps(as_json_value(results), indent=2, allow_nan=False)


def as_json_value(value: Any) -> Any:  # noqa: ANN401 (whatever JSON can hold)
    """A value of this module, or anything that a record may hold, as what `json` takes."""
    if isinstance(value, Objection):
        return value.title
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found: dict[str, Any] = {}
        for each in dataclasses.fields(value):
            own, rule = getattr(value, each.name), each.metadata.get("json")
            if rule == "sentences":
                found[each.name] = [plain(sentence) for sentence in own]
            elif rule == "inline":
                found |= as_json_value(own)
            elif rule is None or (rule == "optional" and own is not None):
                found[each.name] = as_json_value(own)
        return found
    if isinstance(value, Mapping):
        return {key: as_json_value(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json_value(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
