"""`eval lint` and `eval report`: what is measured of texts, and what judges said of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.cli.evaluate.arguments import chosen_cases, chosen_outputs, chosen_recipe, report_problem
from localalt.cli.layout import print_table
from localalt.cli.terminal import OK, say
from localalt.console import print_document, print_line
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.evaluation.reporting.results import BaselineComparison, ScoreTable

__all__ = ["lint_texts", "report"]


def lint_texts(arguments: argparse.Namespace) -> int:
    """The step `lint`. Returns the exit status."""
    from localalt.evaluation.reporting.tables import results_of

    cases = chosen_cases(arguments)
    outputs = chosen_outputs(arguments, cases)
    results = results_of(cases, outputs, split=arguments.split, baseline=arguments.baseline, seed=arguments.seed)
    for table in results.measures:
        _print_table(table)
    return OK


def _print_table(table: ScoreTable) -> None:
    from localalt.evaluation.numbers import count, estimate_texts

    print_line(table.title)
    lines = [("  ARM", "MEAN", "95 % INTERVAL", "N", "AGAINST THE BASELINE")]
    for row in table.rows:
        estimate, ends = estimate_texts(row.interval)
        lines.append((f"  {row.arm}", estimate, ends, count(row.interval.n), _verdict(row.against_baseline)))
    print_table(lines, right=(1, 3))
    print_line()


def _verdict(against: BaselineComparison | None) -> str:
    from localalt.evaluation.numbers import p_value_text

    return "" if against is None else f"{against.verdict}, {p_value_text(against.p_holm)}"


def report(arguments: argparse.Namespace) -> int:
    """The step `report`. Returns the exit status."""
    from localalt.evaluation.judging.pairs import read_arm_pairs
    from localalt.evaluation.judging.sheets import read_sheet
    from localalt.evaluation.judging.validation import JudgeValidation, validation_of
    from localalt.evaluation.judging.verdicts import read_verdicts
    from localalt.evaluation.records import read_records
    from localalt.evaluation.reporting.html import page
    from localalt.evaluation.reporting.markdown import markdown
    from localalt.evaluation.reporting.results import to_json
    from localalt.evaluation.reporting.tables import results_of

    cases = chosen_cases(arguments)
    recipe = chosen_recipe(arguments)
    outputs = chosen_outputs(arguments, cases)
    records: list[dict[str, Any]] = []
    for path in arguments.verdicts:
        try:
            records += read_records(Path(path))
        except OptionError as error:
            report_problem(arguments)(error.in_command)
    graded = [read_sheet(Path(path), outputs) for path in arguments.grades]
    for path, grades in zip(arguments.grades, graded, strict=True):
        if grades.n_empty and not arguments.quiet:
            say(f"{path}: {grades.n_empty} of {grades.n_empty + len(grades.verdicts)} grades are empty, and left out.")
    if len({grades.judge for grades in graded}) < len(graded):
        raise OptionError("Two sheets of grades have one name: rename one of them, since the report names people so.")
    judges = list(dict.fromkeys(str(record["judge"]) for record in records if "judge" in record))
    results = results_of(
        cases,
        outputs,
        [*read_verdicts(records), *(verdict for grades in graded for verdict in grades.verdicts)],
        [
            *(JudgeValidation(grades.judge, ()) for grades in graded),
            *(validation_of(name, records, outputs, seed=arguments.seed) for name in judges),
        ],
        read_arm_pairs(records),
        split=arguments.split,
        baseline=arguments.baseline,
        seed=arguments.seed,
        recipe=recipe,
    )
    if arguments.format == "json":
        print_document(to_json(results), is_json=True)
    elif arguments.format == "html":
        print_document(page(results, pictures={case.id: case.picture for case in cases}))
    else:
        print_document(markdown(results))
    return OK
