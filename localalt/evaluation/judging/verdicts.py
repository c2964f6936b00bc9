"""Outputs -> what a judge says of each: scores, questions answered from the text alone, claims.

One call for each criterion. Every question and answer is kept, under a key of its content, so that a judgement goes on
where it stopped and can be read by people. Knows no models: a judge is anything that answers.
"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from localalt.endings import sentence_ends
from localalt.errors import OptionError
from localalt.evaluation.cases import Case
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.judge import Judge
from localalt.evaluation.outputs import Output, content_key
from localalt.evaluation.records import Records
from localalt.evaluation.statistics import pairwise
from localalt.fence import fenced

__all__ = [
    "CRITERIA",
    "Verdict",
    "asked_of",
    "judge",
    "judge_pair",
    "keep_pair",
    "open_pair",
    "open_questions",
    "read_arm_pairs",
    "read_verdicts",
]

CRITERIA = (*criteria.SCORES, "questions", "claims", "facts")
"""What a judge can be asked. "questions": those of the case, answered from the text alone (arXiv 2511.21025).
"claims": sentences of the text that the reference, or the picture, contradicts. "facts": sentences of the reference
that the text supports."""

MAX_CLAIMS = 6
"""Sentences of a text that are asked about: a long text has more, and they cost a call each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a judge, and what its answer is worth."""

    criterion: str
    question: str
    grammar: str
    value_of: Callable[[Mapping[str, Any]], float | None]
    part: str = ""
    """Which of several of one criterion."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge said of an output by one criterion."""

    key: str
    case: str
    arm: str
    seed: int
    judge: str
    criterion: str
    value: float | None
    """None where the answer was no answer."""
    details: Mapping[str, Any] = field(default_factory=dict)


def asked_of(case: Case, output: Output, wanted: Sequence[str], *, sees: bool) -> Iterator[Asked]:
    """The questions about an output by the criteria that are wanted and apply."""
    reference = None if sees else (case.references[0] if case.references else None)
    for name in wanted:
        if name in criteria.SCORES and (sees or reference is not None):
            score = criteria.SCORES[name]
            yield Asked(name, score.prompt(output.text, reference=reference), score.grammar, _number("score"))
        elif name == "questions" and not sees:
            yield from _questions(case, output)
        elif name == "claims":
            for index, sentence in enumerate(_sentences(output.text)):
                question = _claim(sentence, reference, sees=sees)
                if question is not None:
                    yield Asked(name, question, criteria.CLAIM_GRAMMAR, _is("verdict", "contradicted"), str(index))
        elif name == "facts" and reference is not None:
            for index, sentence in enumerate(_sentences(reference)):
                question = criteria.CLAIM.format(known=fenced(output.text), claim=fenced(sentence))
                yield Asked(name, question, criteria.CLAIM_GRAMMAR, _is("verdict", "supported"), str(index))


def judge(
    judge: Judge,
    cases: Iterable[Case],
    outputs: Iterable[Output],
    records: Records,
    *,
    wanted: Sequence[str] = CRITERIA,
    on_done: Callable[[Verdict], None] = lambda _: None,
) -> None:
    """Ask a judge about every output, and add its verdicts to `records`; what is there already is left out.

    Raises:
        OptionError: a criterion is unknown, or the records cannot be written.
    """
    _check(wanted)
    for case, output, asked in _all(judge, cases, outputs, wanted):
        verdict = _ask(judge, case, output, asked, records)
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
    _check(wanted)
    return {_key(judge, *each) for each in _all(judge, cases, outputs, wanted)} - records.keys


def open_pair(judge: Judge, case: Case, first: str, second: str, records: Records) -> set[str]:
    """The same of a pair, for `judge_pair`."""
    return {_pair_key(judge, case, question) for question in _both_orders(judge, case, first, second)} - records.keys


def _check(wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in CRITERIA:
            raise OptionError(f"There is no criterion {name!r:.40}: there are {', '.join(CRITERIA)}.")


def _all(
    judge: Judge, cases: Iterable[Case], outputs: Iterable[Output], wanted: Sequence[str]
) -> Iterator[tuple[Case, Output, Asked]]:
    by_id = {case.id: case for case in cases}
    for output in outputs:
        case = by_id.get(output.case)
        if case is not None and output.text:
            for asked in asked_of(case, output, wanted, sees=judge.sees):
                yield case, output, asked


def judge_pair(
    judge: Judge,
    case: Case,
    first: str,
    second: str,
    records: Records,
    *,
    on_done: Callable[[], None] = lambda: None,
) -> tuple[str, bool]:
    """Which of two texts is better, asked in both orders: ("first", "second" or "tie", whether both orders agree).

    Where the orders disagree it is a tie (arXiv 2406.07791).
    """
    said = [_better(judge, case, question, records, on_done) for question in _both_orders(judge, case, first, second)]
    turned = {"first": "second", "second": "first"}.get(said[1], said[1])
    return (said[0], True) if said[0] == turned else ("tie", False)


def _both_orders(judge: Judge, case: Case, first: str, second: str) -> Iterator[str]:
    for a, b in ((first, second), (second, first)):
        template = criteria.PAIR_OF_PICTURE if judge.sees else criteria.PAIR
        known = fenced(case.references[0]) if case.references else ""
        yield template.format(known=known, first=fenced(a), second=fenced(b))


def keep_pair(judge: Judge, case: Case, pair_of: str, better: str, agreed: bool, records: Records, **more: str) -> None:
    """Keep what came of a pair: "order" and "people" are controls, "arms" are compared; `more` says which they are."""
    record = {"judge": judge.name, "case": case.id, "pair_of": pair_of, "better": better, "agreed": agreed, **more}
    key = content_key(digest=judge.digest, picture=case.sha256, **record)
    if key not in records.keys:
        records.add({"key": key, **record})


def read_arm_pairs(records: Iterable[Mapping[str, Any]]) -> list[tuple[str, pairwise.Verdict]]:
    """(judge, verdict) of the pairs of arms that were compared."""
    found: dict[tuple[str, ...], tuple[str, pairwise.Verdict]] = {}
    for record in records:
        if record.get("pair_of") == "arms":
            case, first, second = (str(record.get(name, "")) for name in ("case", "first", "second"))
            verdict = pairwise.Verdict(case, first, second, record["better"])
            found[str(record.get("judge")), case, first, second] = str(record.get("judge")), verdict
    return list(found.values())


def read_verdicts(records: Iterable[Mapping[str, Any]]) -> list[Verdict]:
    """The verdicts of records, the last one under each key."""
    found: dict[str, Verdict] = {}
    for record in records:
        if not isinstance(record.get("criterion"), str) or not isinstance(record.get("key"), str):
            continue
        value = record.get("value")
        found[record["key"]] = Verdict(
            key=record["key"],
            case=str(record.get("case", "")),
            arm=str(record.get("arm", "")),
            seed=record["seed"] if type(record.get("seed")) is int else 0,
            judge=str(record.get("judge", "")),
            criterion=record["criterion"],
            value=float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None,
            details=record,
        )
    return list(found.values())


def _key(judge: Judge, case: Case, output: Output, asked: Asked) -> str:
    return content_key(
        picture=case.sha256,
        text=output.text,
        arm=output.arm,
        seed=output.seed,
        judge=judge.digest,
        question=asked.question,
        grammar=asked.grammar,
        criterion=asked.criterion,
        part=asked.part,
    )


def _ask(judge: Judge, case: Case, output: Output, asked: Asked, records: Records) -> Verdict | None:
    key = _key(judge, case, output, asked)
    if key in records.keys:
        return None
    started = time.perf_counter()
    answer = judge.ask(asked.question, asked.grammar, case)
    value = asked.value_of(_parsed(answer))
    record = {
        "key": key,
        "case": case.id,
        "arm": output.arm,
        "seed": output.seed,
        "judge": judge.name,
        "judge_digest": judge.digest,
        "judge_family": judge.family,
        "judge_sees": judge.sees,
        "criterion": asked.criterion,
        "part": asked.part,
        "criteria_version": criteria.VERSION,
        "value": value,
        "question": asked.question,
        "answer": answer,
        "seconds": round(time.perf_counter() - started, 3),
    }
    records.add(record)
    return read_verdicts([record])[0]


def _pair_key(judge: Judge, case: Case, question: str) -> str:
    return content_key(picture=case.sha256, judge=judge.digest, question=question, criterion="pair")


def _better(judge: Judge, case: Case, question: str, records: Records, on_done: Callable[[], None]) -> str:
    key = _pair_key(judge, case, question)
    found = records.get(key)
    if found is not None:
        return str(found.get("better", "tie"))
    answer = judge.ask(question, criteria.PAIR_GRAMMAR, case)
    better = _parsed(answer).get("better")
    better = better if better in ("first", "second", "tie") else "tie"
    records.add(
        {
            "key": key,
            "case": case.id,
            "judge": judge.name,
            "criterion": "pair",
            "better": better,
            "question": question,
            "answer": answer,
        }
    )
    on_done()
    return str(better)


def _questions(case: Case, output: Output) -> Iterator[Asked]:
    for index, choice in enumerate(case.questions):
        # Judges prefer some letters: the place of the right answer is drawn, the same each time.
        drawn = random.Random(f"{case.sha256} {choice.question}").sample(choice.options, len(choice.options))
        options = [*drawn, criteria.NOT_TOLD]
        letters = [chr(ord("A") + number) for number in range(len(options))]
        listed = "\n".join(f"{letter}: {option}" for letter, option in zip(letters, options, strict=True))
        question = criteria.QUESTION.format(text=fenced(output.text), question=choice.question, options=listed)
        grammar = criteria.question_grammar(len(options))
        yield Asked(
            "questions",
            question,
            grammar,
            _is("answer", letters[drawn.index(choice.options[choice.answer])]),
            str(index),
        )


def _claim(sentence: str, reference: str | None, *, sees: bool) -> str | None:
    claim = fenced(sentence)
    if sees:
        return criteria.CLAIM_OF_PICTURE.format(claim=claim)
    return None if reference is None else criteria.CLAIM.format(known=fenced(reference), claim=claim)


def _sentences(text: str) -> list[str]:
    ends = [0, *sentence_ends(text)]
    if ends[-1] < len(text.rstrip()):
        ends.append(len(text))
    found = [text[start:end].strip() for start, end in itertools.pairwise(ends)]
    return [sentence for sentence in found if sentence][:MAX_CLAIMS]


def _parsed(answer: str) -> Mapping[str, Any]:
    """The JSON object in an answer; what stands around it, or is none, is left out."""
    start, end = answer.find("{"), answer.rfind("}")
    try:
        value = json.loads(answer[start : end + 1]) if 0 <= start < end else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _number(name: str) -> Callable[[Mapping[str, Any]], float | None]:
    def value(parsed: Mapping[str, Any]) -> float | None:
        found = parsed.get(name)
        return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None

    return value


def _is(name: str, wanted: str) -> Callable[[Mapping[str, Any]], float | None]:
    def value(parsed: Mapping[str, Any]) -> float | None:
        return float(parsed[name] == wanted) if name in parsed else None

    return value
