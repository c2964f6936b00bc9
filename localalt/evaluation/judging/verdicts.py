"""Outputs -> what a judge says of each: scores, questions answered from the text alone, claims.

One call for each question. Every question and answer is recorded under a key of its content, so that judging goes on
where it stopped and can be read by people. Must not know models: a judge is anything that answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localalt.evaluation.cases import Case
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.judge import Judge
from localalt.evaluation.judging.questions import (
    CRITERIA,
    JudgeQuestion,
    check_criteria,
    parse_answer,
    questions_about,
)
from localalt.evaluation.outputs import Output, content_key
from localalt.evaluation.records import Records

__all__ = ["JudgeVerdict", "judge_outputs", "open_questions", "read_verdicts"]


@dataclass(frozen=True, slots=True)
class JudgeVerdict:
    """What a judge said of an output by one criterion."""

    key: str
    """Of the question, which the verdicts of one answer share."""
    case: str
    arm: str
    seed: int
    judge: str
    criterion: str
    value: float | None
    """None where the answer could not be read."""
    part: str = ""
    """Which of several questions of one criterion."""
    judge_family: str = ""
    """Architecture of the judge's model."""


def judge_outputs(
    judge: Judge,
    cases: Iterable[Case],
    outputs: Iterable[Output],
    records: Records,
    *,
    wanted: Sequence[str] = CRITERIA,
    on_done: Callable[[JudgeVerdict], None] = lambda _: None,
) -> None:
    """Ask a judge about every output, and add its verdicts to `records`; what is there already is left out.

    Raises:
        OptionError: a criterion is unknown, or the records cannot be written.
    """
    check_criteria(wanted)
    for case, output, question in _all(judge, cases, outputs, wanted):
        verdict = _ask(judge, case, output, question, records)
        if verdict is not None:
            on_done(verdict)


def open_questions(
    judge: Judge,
    cases: Iterable[Case],
    outputs: Iterable[Output],
    records: Records,
    *,
    wanted: Sequence[str] = CRITERIA,
) -> set[str]:
    """The keys of the questions that `judge` would ask, without those that are answered in `records`.

    Raises:
        OptionError: a criterion is unknown.
    """
    check_criteria(wanted)
    return {_key(judge, *each) for each in _all(judge, cases, outputs, wanted)} - records.keys


def _all(
    judge: Judge, cases: Iterable[Case], outputs: Iterable[Output], wanted: Sequence[str]
) -> Iterator[tuple[Case, Output, JudgeQuestion]]:
    by_id = {case.id: case for case in cases}
    for output in outputs:
        case = by_id.get(output.case)
        if case is not None and output.text:
            for question in questions_about(case, output, wanted, sees=judge.sees):
                yield case, output, question


def read_verdicts(records: Iterable[Mapping[str, Any]]) -> list[JudgeVerdict]:
    """The verdicts of records, the last one under each key; several under one where an answer has several numbers."""
    found: dict[tuple[str, str], JudgeVerdict] = {}
    for record in records:
        if not isinstance(record.get("criterion"), str) or not isinstance(record.get("key"), str):
            continue
        values = record.get("values")
        if not isinstance(values, dict):
            values = {record["criterion"]: record.get("value")}
        for criterion, value in values.items():
            found[record["key"], criterion] = JudgeVerdict(
                key=record["key"],
                case=str(record.get("case", "")),
                arm=str(record.get("arm", "")),
                seed=record["seed"] if type(record.get("seed")) is int else 0,
                judge=str(record.get("judge", "")),
                criterion=criterion,
                value=_value(criterion, value),
                part=str(record.get("part", "")),
                judge_family=str(record.get("judge_family", "")),
            )
    return list(found.values())


def _value(criterion: str, value: object) -> float | None:
    """A value that the criterion can have, or None: files may come from anywhere."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    score = criteria.SCORES.get(criterion)
    return float(value) if score is None or score.least <= value <= score.most else None


def _key(judge: Judge, case: Case, output: Output, question: JudgeQuestion) -> str:
    return content_key(
        picture=case.sha256,
        text=output.text,
        arm=output.arm,
        seed=output.seed,
        judge=judge.digest,
        question=question.text,
        grammar=question.grammar,
        criterion=question.criterion,
        part=question.part,
    )


def _ask(judge: Judge, case: Case, output: Output, question: JudgeQuestion, records: Records) -> JudgeVerdict | None:
    key = _key(judge, case, output, question)
    if key in records.keys:
        return None
    started = time.perf_counter()
    answer = judge.ask(question.text, question.grammar, case)
    parsed = parse_answer(answer)
    record = {
        "key": key,
        "case": case.id,
        "arm": output.arm,
        "seed": output.seed,
        "judge": judge.name,
        "judge_digest": judge.digest,
        "judge_family": judge.family,
        "judge_sees": judge.sees,
        "criterion": question.criterion,
        "part": question.part,
        "criteria_version": criteria.VERSION,
        "value": question.value_of(parsed),
        **({"values": {name: of(parsed) for name, of in question.values_of.items()}} if question.values_of else {}),
        "question": question.text,
        "answer": answer,
        "seconds": round(time.perf_counter() - started, 3),
    }
    records.add(record)
    return read_verdicts([record])[0]
