"""`eval judge` and `eval compare`: a judge's verdicts on texts, and on pairs of texts."""

from __future__ import annotations

import argparse
import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localalt.cli.evaluate.arguments import chosen_cases, chosen_outputs, chosen_recipe
from localalt.cli.evaluate.printing import counted, in_sentence, progress_of
from localalt.cli.layout import print_table
from localalt.cli.loading import load_model, load_options
from localalt.cli.terminal import OK, names_in
from localalt.console import print_line
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.evaluation.cases import Case
    from localalt.evaluation.judging.judge import Judge
    from localalt.evaluation.judging.validation import JudgeValidation
    from localalt.evaluation.outputs import Output
    from localalt.evaluation.statistics.intervals import Interval

__all__ = ["compare_arms", "judge_texts"]


def judge_texts(arguments: argparse.Namespace) -> int:
    """The step `judge`. Returns the exit status."""
    from localalt.evaluation.judging.criteria import SETS
    from localalt.evaluation.judging.judge import AtOnce
    from localalt.evaluation.judging.questions import CRITERIA, check_criteria
    from localalt.evaluation.judging.validation import ALONE, examine, open_controls, read_pairs, validation_of
    from localalt.evaluation.judging.verdicts import judge_outputs, open_questions
    from localalt.evaluation.records import Records, read_records

    cases = chosen_cases(arguments)
    outputs = chosen_outputs(arguments, cases)
    recipe = chosen_recipe(arguments)
    wanted = names_in(arguments.criteria) if arguments.criteria else recipe.asked if recipe else CRITERIA
    check_criteria(wanted)
    sets = [name for name in wanted if name in SETS]
    pairs = read_pairs(Path(arguments.pairs)) if arguments.pairs else []
    records = Records(Path(arguments.out))
    controls = sets[:1] or ALONE  # a judge is examined in the way in which it is asked
    with _judge_of(arguments) as judge:
        if sets:
            judge = AtOnce(judge)
        questions = open_questions(judge, cases, outputs, records, wanted=wanted)
        n_texts = len(questions)
        questions |= open_controls(judge, cases, records, pairs=pairs, wanted=controls)
        about = f" to the judge {judge.name}: {n_texts:,} about texts, the others to examine it"
        with progress_of(arguments, len(questions), "questions", about, loads=False) as progress:
            judge_outputs(judge, cases, outputs, records, wanted=wanted, on_done=lambda _: progress.done())
            examine(judge, cases, records, pairs=pairs, wanted=controls, on_done=progress.done)
        found = validation_of(judge.name, list(read_records(records.path)), outputs, seed=arguments.seed)
    _print_validation(found)
    return OK


def _print_validation(found: JudgeValidation) -> None:
    for control in found.controls:
        outcome = "passed" if control.passed else "failed"
        print_line(f"{control.name}: {in_sentence(control.share)}, at least {control.least} wanted: {outcome}")
    print_line(f"Judge {'validated' if found.is_validated else 'not validated'}: {found.judge}")
    for reason in found.reasons:
        print_line(f"  {reason}")


@dataclass(frozen=True, slots=True)
class _ArmPair:
    """Texts of two arms about one case."""

    case: Case
    arms: tuple[str, str]
    texts: tuple[str, str]


def compare_arms(arguments: argparse.Namespace) -> int:
    """The step `compare`. Returns the exit status."""
    from localalt.evaluation.judging.pairs import judge_pair, open_pair, record_pair
    from localalt.evaluation.records import Records
    from localalt.evaluation.statistics.comparison import rate_interval
    from localalt.evaluation.statistics.pairwise import PairVerdict, strengths

    cases = chosen_cases(arguments)
    outputs = chosen_outputs(arguments, cases)
    compared = list(_pairs_of_texts(cases, outputs, _pairs_of_arms(arguments, outputs)))
    records, verdicts, n_agreed = Records(Path(arguments.out)), [], 0
    with _judge_of(arguments) as judge:
        questions: set[str] = set()
        for each in compared:
            questions |= open_pair(judge, each.case, *each.texts, records)
        about = f" to the judge {judge.name} about {counted(len(compared), 'pair')}, each in both orders"
        with progress_of(arguments, len(questions), "questions", about, loads=False) as progress:
            for each in compared:
                outcome = judge_pair(judge, each.case, *each.texts, records, on_done=progress.done)
                first, second = each.arms
                record_pair(judge, each.case, "arms", outcome, records, first=first, second=second)
                verdicts.append(PairVerdict(each.case.id, first, second, outcome.better))
                n_agreed += outcome.is_agreed
    if not verdicts:
        raise OptionError("No two arms have a text about one case: run them on the same cases.")
    _print_strengths(strengths(verdicts, seed=arguments.seed))
    agreed = in_sentence(rate_interval(n_agreed, len(verdicts)))
    print_line(f"Both orders agree: {agreed}; where they do not it is a tie.")
    print_line("To check whether this judge can be trusted, run localalt eval judge.")
    return OK


def _pairs_of_arms(arguments: argparse.Namespace, outputs: Sequence[Output]) -> list[tuple[str, str]]:
    """The arms to compare.

    Raises:
        OptionError: an arm that is named is not there, or there is only one.
    """
    arms = list(dict.fromkeys(output.arm for output in outputs))
    if not arguments.arms:
        if len(arms) < 2:
            raise OptionError("There is only one arm: name outputs of another, or pass --with-author.")
        return list(itertools.combinations(arms, 2))
    named = [name.strip() for name in arguments.arms.split("|")]
    if len(named) != 2 or not set(named) <= set(arms):
        raise OptionError(f'--arms is {arguments.arms!r}: name two of {", ".join(arms)}, separated by "|".')
    return [(named[0], named[1])]


def _pairs_of_texts(
    cases: Sequence[Case], outputs: Sequence[Output], pairs: Sequence[tuple[str, str]]
) -> Iterator[_ArmPair]:
    texts: Mapping[tuple[str, str], str] = {(output.arm, output.case): output.text for output in outputs if output.text}
    for (first, second), case in itertools.product(pairs, cases):
        if (first, case.id) in texts and (second, case.id) in texts:
            yield _ArmPair(case, (first, second), (texts[first, case.id], texts[second, case.id]))


def _print_strengths(found: Mapping[str, Interval]) -> None:
    from localalt.evaluation.numbers import estimate_texts

    lines = [("ARM", "STRENGTH", "95 % INTERVAL")]
    lines += [(arm, *estimate_texts(interval)) for arm, interval in found.items()]
    print_table(lines, right=(1,))


@contextlib.contextmanager
def _judge_of(arguments: argparse.Namespace) -> Iterator[Judge]:
    from localalt.evaluation.judging.judge import TextJudge, VisionJudge

    if (arguments.judge is None) == (arguments.vision_judge is None):
        raise OptionError("Name one judge: --judge weights.gguf, or --vision-judge MODEL.")
    judge: Judge
    if arguments.judge is not None:
        judge = TextJudge(Path(arguments.judge), isolation=load_options(arguments)["isolation"])
    else:
        judge = VisionJudge(load_model(arguments.vision_judge, None, arguments))
    try:
        yield judge
    finally:
        judge.close()
