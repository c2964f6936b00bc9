"""`eval run` and `eval tune`: texts by arms, about all cases or about as many as a budget allows."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.cli.evaluate.arguments import chosen_arms, chosen_cases, chosen_recipe, report_problem
from localalt.cli.evaluate.printing import counted, in_sentence, progress_of
from localalt.cli.loading import child_of, load_model
from localalt.cli.terminal import OK, say
from localalt.console import print_line
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.evaluation.arms import Arm
    from localalt.evaluation.cases import Case
    from localalt.evaluation.tuning import Rung, Tuned
    from localalt.isolation.early import EarlyChild

__all__ = ["run_cases", "tune_arms"]


def run_cases(arguments: argparse.Namespace) -> int:
    """The step `run`. Returns the exit status."""
    with child_of(arguments) as child:
        return _run_cases(child, arguments)


def _run_cases(child: EarlyChild | None, arguments: argparse.Namespace) -> int:
    from localalt.evaluation.recipes.recipe import n_pictures_note
    from localalt.evaluation.records import Records
    from localalt.evaluation.runner import check, run

    named, cases = chosen_arms(arguments, child, resolved=False), chosen_cases(arguments)  # what needs no model first
    recipe = chosen_recipe(arguments)
    note = None if recipe is None else n_pictures_note(recipe, len(cases))
    if note is not None and not arguments.quiet:
        say(note)
    with_context = not arguments.no_context and (recipe is None or recipe.with_context)
    check(cases, named, with_context=with_context)
    records = Records(Path(arguments.out))
    arms = chosen_arms(arguments, child)
    total = len(cases) * sum(arm.seeds for arm in arms)
    about = f" by {counted(len(arms), 'arm')} about {counted(len(cases), 'case')}"
    crashes = _Crashes(arguments)
    with progress_of(arguments, total, "texts", about) as progress:

        def done(arm: Arm, case: Case, record: Mapping[str, Any]) -> None:
            crashes.look_at(case, record)
            progress.done()

        run(
            cases,
            arms,
            records,
            load=lambda arm: load_model(arm.model, child, arguments, reuse=False),  # outputs have timings
            with_context=with_context,
            transcribes=arguments.transcribe,
            on_known=progress.skip,
            on_done=done,
        )
    crashes.report()
    if not arguments.quiet:
        say(f"{total} texts are in {arguments.out}: `{_report_command(arguments)}` shows them.")
    return OK


def tune_arms(arguments: argparse.Namespace) -> int:
    """The step `tune`. Returns the exit status."""
    with child_of(arguments) as child:
        return _tune_arms(child, arguments)


def _tune_arms(child: EarlyChild | None, arguments: argparse.Namespace) -> int:
    from localalt.evaluation.outputs import read_outputs
    from localalt.evaluation.records import Records
    from localalt.evaluation.runner import check, run
    from localalt.evaluation.tuning import n_texts, score_of, tune

    if arguments.split != "all":
        raise OptionError("tune chooses on the dev half and reports on the other: leave out --split.")
    named, cases = chosen_arms(arguments, child, resolved=False), chosen_cases(arguments)  # what needs no model first
    check(cases, named, with_context=not arguments.no_context)
    records = Records(Path(arguments.out))
    arms = chosen_arms(arguments, child)
    names = [arm.name for arm in arms]
    by_id = {case.id: case for case in cases}

    def report_rung(rung: Rung, means: Mapping[str, float]) -> None:
        if not arguments.quiet:
            say(f"{rung.n_arms} arms on {rung.n_cases} dev cases: best {max(means.values()):.3f}")

    crashes = _Crashes(arguments)
    most, least = n_texts(len(arms), cases, arguments.budget)
    about = f" by {counted(len(arms), 'arm')}, of which {most - least} only if another than the first arm wins"
    with progress_of(arguments, most, "texts", about, n_least=least) as progress:

        def done(arm: Arm, case: Case, record: Mapping[str, Any]) -> None:
            crashes.look_at(case, record)
            progress.done()

        def write(chosen: Sequence[str], about: Sequence[Case]) -> dict[str, dict[str, float]]:
            run(
                about,
                [arm for arm in arms if arm.name in chosen],
                records,
                load=lambda arm: load_model(arm.model, child, arguments, reuse=False),  # outputs have timings
                with_context=not arguments.no_context,
                on_done=done,
            )
            scores: dict[str, dict[str, float]] = {name: {} for name in chosen}
            wanted = {case.id for case in about}
            for output in read_outputs([records.path], cases):
                if output.arm in scores and output.case in wanted:
                    scores[output.arm][output.case] = score_of(by_id[output.case], output)
            return scores

        tuned = tune(names, names[0], cases, write, budget=arguments.budget, seed=arguments.seed, on_rung=report_rung)
    crashes.report()
    _print_tuned(tuned)
    return OK


class _Crashes:
    """The pictures that ended a model's process: reported at the end, once each, below the bar."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._report = report_problem(arguments)
        self._messages: dict[str, None] = {}

    def look_at(self, case: Case, record: Mapping[str, Any]) -> None:
        """Take note of a record, if it says so."""
        if "error" in record and "key" not in record:
            self._messages[f"{case.picture}: {record['error']}"] = None

    def report(self) -> None:
        """Say which there were. They are tried again when the same command is given again."""
        for message in self._messages:
            self._report(message)


def _print_tuned(tuned: Tuned) -> None:
    from localalt.evaluation.numbers import p_value_text

    print_line(f"Best on the dev half: {tuned.winner}")
    if tuned.held_out is None:
        print_line("It is the baseline: nothing beat it.")
        return
    difference = in_sentence(tuned.held_out.mean, p_value_text(tuned.held_out.p))
    print_line(f"On the held-out half, against {tuned.baseline}: {difference}")
    print_line(
        "It is shown to be better." if tuned.is_better else "It is not shown to be better: stay with the baseline."
    )


def _report_command(arguments: argparse.Namespace) -> str:
    """The command that shows what this one wrote, about the same cases."""
    words = ["localalt", "eval", "report", arguments.out]
    if arguments.recipe is not None:
        words += ["--recipe", arguments.recipe]
    if arguments.cases is not None:
        words += ["--cases", arguments.cases]
    if arguments.split != "all":
        words += ["--split", arguments.split]
    if arguments.limit is not None:
        words += ["--limit", str(arguments.limit)]
    return shlex.join(words)
