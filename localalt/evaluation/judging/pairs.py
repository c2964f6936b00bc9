"""Pairs of texts -> which one a judge prefers, asked in both orders.

Answers are stored under a key of their content, and what came of each pair with them. Must not know what follows from
the verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from localalt.evaluation.cases import Case
from localalt.evaluation.judging import criteria
from localalt.evaluation.judging.judge import Judge
from localalt.evaluation.judging.questions import parse_answer
from localalt.evaluation.outputs import content_key
from localalt.evaluation.records import Records
from localalt.evaluation.statistics.pairwise import PairVerdict, Preference, is_preference
from localalt.prompting.fence import fenced

__all__ = ["PairOutcome", "judge_pair", "open_pair", "read_arm_pairs", "record_pair"]


class PairOutcome(NamedTuple):
    """What a judge said of two texts in both orders."""

    better: Preference
    """ "tie" where the orders disagree (arXiv 2406.07791)."""
    is_agreed: bool
    """Whether both orders agree."""


def open_pair(judge: Judge, case: Case, first: str, second: str, records: Records) -> set[str]:
    """The keys of the questions that `judge_pair` would ask, without those that are answered in `records`."""
    return {_pair_key(judge, case, question) for question in _both_orders(judge, case, first, second)} - records.keys


def judge_pair(
    judge: Judge,
    case: Case,
    first: str,
    second: str,
    records: Records,
    *,
    on_done: Callable[[], None] = lambda: None,
) -> PairOutcome:
    """Which of two texts is better, asked in both orders; `on_done` is called for each answer that was not recorded."""
    one, other = (_better(judge, case, each, records, on_done) for each in _both_orders(judge, case, first, second))
    return PairOutcome(one, True) if one == _TURNED[other] else PairOutcome("tie", False)


_TURNED: Mapping[Preference, Preference] = {"first": "second", "second": "first", "tie": "tie"}
"""What a verdict is when the texts change places."""


def _both_orders(judge: Judge, case: Case, first: str, second: str) -> Iterator[str]:
    for a, b in ((first, second), (second, first)):
        template = criteria.PAIR_OF_PICTURE if judge.sees else criteria.PAIR
        known = fenced(case.references[0]) if case.references else ""
        yield template.format(known=known, first=fenced(a), second=fenced(b))


def record_pair(judge: Judge, case: Case, pair_of: str, outcome: PairOutcome, records: Records, **more: str) -> None:
    """Record what came of a pair, once.

    Args:
        pair_of: "order" and "people" are controls, "arms" are compared.
        more: which texts they are.
    """
    said = {"better": outcome.better, "agreed": outcome.is_agreed}
    record = {"judge": judge.name, "case": case.id, "pair_of": pair_of, **said, **more}
    key = content_key(digest=judge.digest, picture=case.sha256, **record)
    if key not in records.keys:
        records.add({"key": key, **record})


def read_arm_pairs(records: Iterable[Mapping[str, Any]]) -> list[tuple[str, PairVerdict]]:
    """(judge, verdict) of the pairs of arms that were compared."""
    found: dict[tuple[str, ...], tuple[str, PairVerdict]] = {}
    for record in records:
        if record.get("pair_of") == "arms":
            case, first, second = (str(record.get(name, "")) for name in ("case", "first", "second"))
            verdict = PairVerdict(case, first, second, cast("Preference", record.get("better")))  # refuses others
            found[str(record.get("judge")), case, first, second] = str(record.get("judge")), verdict
    return list(found.values())


def _pair_key(judge: Judge, case: Case, question: str) -> str:
    return content_key(picture=case.sha256, judge=judge.digest, question=question, criterion="pair")


def _better(judge: Judge, case: Case, question: str, records: Records, on_done: Callable[[], None]) -> Preference:
    key = _pair_key(judge, case, question)
    found = records.get(key)
    if found is not None:
        known = found.get("better")
        return known if is_preference(known) else "tie"
    answer = judge.ask(question, criteria.PAIR_GRAMMAR, case)
    said = parse_answer(answer).get("better")
    better: Preference = said if is_preference(said) else "tie"
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
    return better
