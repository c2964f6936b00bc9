"""Whether a judge can be trusted: controls, which a good judge gets right, put to it among its other work.

Captions of another picture must lose (arXiv 2606.29689), planted errors must cost points, and the order of two texts
must not matter (arXiv 2406.07791); the judge must agree with people's verdicts on pairs, and length must not decide.
A judge that fails one of them, or was never compared with people, is "not validated", and every table says so.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localalt.errors import OptionError
from localalt.evaluation.cases import Case
from localalt.evaluation.judging.judge import Judge
from localalt.evaluation.judging.pairs import judge_pair, open_pair, record_pair
from localalt.evaluation.judging.verdicts import JudgeVerdict, judge_outputs, open_questions, read_verdicts
from localalt.evaluation.numbers import coefficient, percent
from localalt.evaluation.outputs import Output
from localalt.evaluation.records import Records, read_records
from localalt.evaluation.statistics import pairwise
from localalt.evaluation.statistics.comparison import length_correlation, rate_interval
from localalt.evaluation.statistics.intervals import Interval
from localalt.evaluation.statistics.pairwise import is_preference
from localalt.text.platforms import length

__all__ = [
    "Control",
    "ControlKind",
    "JudgeValidation",
    "LabelledPair",
    "examine",
    "is_control",
    "open_controls",
    "planted",
    "read_pairs",
    "validation_of",
]

CONTROL = "control: "
"""What the names of arms begin with under which controls are judged. They stand in records: never to be changed."""
ALONE = ("accuracy",)
"""By which criterion controls are judged."""
RIGHT, WRONG, PLANTED = f"{CONTROL}right", f"{CONTROL}another picture", f"{CONTROL}planted error"


@dataclass(frozen=True, slots=True)
class ControlKind:
    """Something that a good judge gets right."""

    name: str
    """In words for people; programs find it in the JSON of a report."""
    least: float
    """What the lower end of its interval has to reach: this project's, above what chance reaches (0.5)."""


OTHER_PICTURE = ControlKind("captions of another picture lose", 0.75)
PLANTED_ERROR = ControlKind("planted errors cost points", 0.6)
BOTH_ORDERS = ControlKind("both orders agree", 0.7)
PEOPLES_PAIRS = ControlKind("people's pairs are met", 0.6)

MOST_LENGTH = 0.5
"""What a rank correlation of scores with lengths may reach."""
KAPPA = 0.4
"""Agreement with people beyond chance that is called moderate (Landis and Koch 1977)."""
PAIR_KEYS = ("case", "first", "second", "better")
MAX_CONTROLS = 40
"""Cases that controls are made of: enough for intervals of some 0.15, and each costs calls."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two texts about a case, of which people said which is better."""

    case: str
    first: str
    second: str
    better: str
    """"first", "second" or "tie"."""


@dataclass(frozen=True, slots=True)
class Control:
    """A control, and how often this judge got it right."""

    kind: ControlKind
    share: Interval

    @property
    def name(self) -> str:
        """Of its kind."""
        return self.kind.name

    @property
    def least(self) -> float:
        """Of its kind."""
        return self.kind.least

    @property
    def passed(self) -> bool:
        """Whether even the lower end of the interval is enough."""
        return self.share.low is not None and self.share.low >= self.least


@dataclass(frozen=True, slots=True)
class JudgeValidation:
    """What is known of a judge."""

    judge: str
    controls: tuple[Control, ...]
    kappa: Interval | None = None
    """Agreement with people beyond chance; None where there were no pairs of theirs."""
    length: Interval | None = None
    """Rank correlation of its scores with the lengths of the texts."""
    reasons: tuple[str, ...] = ()
    """Why it is not validated; empty where it is."""

    @property
    def is_validated(self) -> bool:
        """Whether tables may be read without a warning."""
        return not self.reasons


def read_pairs(path: Path) -> list[LabelledPair]:
    """Pairs that people labelled, from JSON lines with `case`, `first`, `second` and `better`.

    Raises:
        OptionError: the file cannot be read, has no pairs, or a pair is wrong.
    """
    found = []
    for number, record in enumerate(read_records(path), start=1):
        values = [record.get(name) for name in PAIR_KEYS]
        lacking = [name for name in PAIR_KEYS if name not in record]
        wrong = [name for name in PAIR_KEYS if name in record and not isinstance(record[name], str)]
        where = f"{path}, pair {number}"
        if lacking:
            raise OptionError(f"{where}, has no {' and no '.join(lacking)}: it needs {', '.join(PAIR_KEYS)}.")
        if wrong:
            raise OptionError(
                f"{where}, has {wrong[0]} {json.dumps(record[wrong[0]])[:40]}: write it as text in quotes."
            )
        if not is_preference(values[3]):
            raise OptionError(f'{where}, has better {values[3]!r:.40}: write "first", "second" or "tie".')
        found.append(LabelledPair(*map(str, values)))
    if not found:
        raise OptionError(f"{path} has no pairs: write one JSON object a line, with {', '.join(PAIR_KEYS)}.")
    return found


_SWAPS = (
    *(("left", "right"), ("black", "white"), ("red", "green"), ("blue", "yellow"), ("day", "night"), ("two", "five")),
    *(("three", "seven"), ("one", "four"), ("top", "bottom"), ("rises", "falls"), ("highest", "lowest")),
    *(("up", "down"), ("dog", "horse"), ("cat", "rabbit"), ("man", "child"), ("open", "closed"), ("above", "below")),
)


def planted(text: str, *, seed: int = 0) -> str | None:
    """The text with one word turned into its opposite, or one number into another; None where nothing can be turned."""
    turned = {a: b for pair in _SWAPS for a, b in (pair, pair[::-1])}
    places = [match for match in re.finditer(r"[A-Za-z]+", text) if match[0].lower() in turned]
    numbers = list(re.finditer(r"(?<!\w)\d{1,15}(?!\w)", text))
    if not places and not numbers:
        return None
    chosen = random.Random(seed).choice([*places, *numbers])
    new = turned[chosen[0].lower()] if chosen in places else str(int(chosen[0]) * 2 + 1)
    new = new.capitalize() if chosen[0][0].isupper() else new
    return text[: chosen.start()] + new + text[chosen.end() :]


def examine(
    judge: Judge,
    cases: Sequence[Case],
    records: Records,
    *,
    pairs: Iterable[LabelledPair] = (),
    wanted: Sequence[str] = ALONE,
    on_done: Callable[[], None] = lambda: None,
) -> None:
    """Put all controls to a judge, and record what it says among its other verdicts.

    `wanted` is what it is asked about single texts, from which its verdict on accuracy is taken. `on_done` is called
    for each answer.

    Raises:
        OptionError: the records cannot be written.
    """
    usable, outputs = _controls(cases)
    judge_outputs(judge, usable, outputs, records, wanted=wanted, on_done=lambda _: on_done())
    for case, other in itertools.pairwise(usable):
        first, second = case.references[0], other.references[0]
        outcome = judge_pair(judge, case, first, second, records, on_done=on_done)
        record_pair(judge, case, "order", outcome, records)
    by_id = {case.id: case for case in cases}
    for pair in pairs:
        if pair.case in by_id:
            case = by_id[pair.case]
            outcome = judge_pair(judge, case, pair.first, pair.second, records, on_done=on_done)
            record_pair(judge, case, "people", outcome, records, wanted=pair.better)


def open_controls(
    judge: Judge,
    cases: Sequence[Case],
    records: Records,
    *,
    pairs: Iterable[LabelledPair] = (),
    wanted: Sequence[str] = ALONE,
) -> set[str]:
    """The keys of the questions that `examine` would ask, without those that are answered in `records`."""
    usable, outputs = _controls(cases)
    found = open_questions(judge, usable, outputs, records, wanted=wanted)
    for case, other in itertools.pairwise(usable):
        found |= open_pair(judge, case, case.references[0], other.references[0], records)
    by_id = {case.id: case for case in cases}
    for pair in pairs:
        if pair.case in by_id:
            found |= open_pair(judge, by_id[pair.case], pair.first, pair.second, records)
    return found


def _controls(cases: Iterable[Case]) -> tuple[list[Case], list[Output]]:
    """The cases that controls are made of, and the texts: right ones, those of another picture, and spoilt ones."""
    usable = [case for case in cases if case.references][:MAX_CONTROLS]
    outputs = []
    for case, other in zip(usable, [*usable[1:], *usable[:1]], strict=True):
        # Where there are two references, another one than the judge compares with.
        outputs.append(Output(case.id, RIGHT, case.references[-1]))
        if other.id != case.id:
            outputs.append(Output(case.id, WRONG, other.references[-1]))
        error = planted(case.references[-1])
        if error is not None:
            outputs.append(Output(case.id, PLANTED, error))
    return usable, outputs


def validation_of(
    judge_name: str, records: Iterable[dict[str, Any]], outputs: Iterable[Output], *, seed: int = 0
) -> JudgeValidation:
    """What the records say of a judge."""
    own = [record for record in records if record.get("judge") == judge_name]
    verdicts = read_verdicts(own)
    controls = [
        _control(OTHER_PICTURE, _beaten(verdicts, WRONG)),
        _control(PLANTED_ERROR, _beaten(verdicts, PLANTED)),
        _control(BOTH_ORDERS, [bool(each["agreed"]) for each in own if each.get("pair_of") == "order"]),
    ]
    people = [each for each in own if each.get("pair_of") == "people"]
    kappa = None
    if people:
        controls.append(_control(PEOPLES_PAIRS, [each["better"] == each["wanted"] for each in people]))
        wanted, said = [each["wanted"] for each in people], [each["better"] for each in people]
        kappa = pairwise.agreement(wanted, said, seed=seed).kappa
    by_length = _length(verdicts, outputs, seed)
    return JudgeValidation(judge_name, tuple(controls), kappa, by_length, tuple(_reasons(controls, kappa, by_length)))


def is_control(arm: str) -> bool:
    """Whether the texts of an arm are controls of a judge."""
    return arm.startswith(CONTROL)


def _control(kind: ControlKind, passed: Sequence[bool]) -> Control:
    return Control(kind, rate_interval(sum(passed), len(passed)))


def _beaten(verdicts: Iterable[JudgeVerdict], arm: str) -> list[bool]:
    """For each case whether the right text got more than the control's."""
    scores: dict[str, dict[str, float]] = {RIGHT: {}, arm: {}}
    for verdict in verdicts:
        if verdict.arm in scores and verdict.criterion == "accuracy":
            scores[verdict.arm][verdict.case] = -1.0 if verdict.value is None else verdict.value
    return [scores[RIGHT][case] > value for case, value in scores[arm].items() if case in scores[RIGHT]]


def _length(verdicts: Iterable[JudgeVerdict], outputs: Iterable[Output], seed: int) -> Interval | None:
    scores: dict[str, dict[str, float]] = {}
    for verdict in verdicts:
        if verdict.criterion == "accuracy" and verdict.value is not None and not is_control(verdict.arm):
            scores.setdefault(verdict.arm, {})[verdict.case] = verdict.value
    lengths: dict[str, dict[str, float]] = {}
    for output in outputs:
        if output.case in scores.get(output.arm, {}):
            lengths.setdefault(output.arm, {})[output.case] = float(length(output.text, "graphemes"))
    known = {arm: {case: scores[arm][case] for case in own} for arm, own in lengths.items()}
    return length_correlation(known, lengths, seed=seed) if known else None


def _reasons(controls: Iterable[Control], kappa: Interval | None, by_length: Interval | None) -> Iterable[str]:
    for control in controls:
        if control.share.n == 0:
            yield f"{control.name}: not tried"
        elif not control.passed:
            share = control.share
            sure = f"{percent(share.low)} is sure, {percent(control.least)} is wanted"
            yield f"{control.name}: {percent(share.estimate)} of {share.n}, of which {sure}"
    if kappa is None:
        yield "never compared with people: label pairs of texts, and judge again with them"
    elif kappa.estimate is None or kappa.estimate < KAPPA:
        yield f"agrees with people little more than chance would (kappa {coefficient(kappa.estimate)})"
    if by_length is not None and by_length.estimate is not None and abs(by_length.estimate) > MOST_LENGTH:
        yield f"its scores go with the length of the texts (rank correlation {coefficient(by_length.estimate)})"
