"""Options of the steps of `eval`, and what they name: cases, outputs, arms."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localalt.cli.loading import check_device, distinct_models
from localalt.cli.terminal import add_device_option, add_isolation_option, names_in, say
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.evaluation.arms import Arm
    from localalt.evaluation.cases import Case
    from localalt.evaluation.outputs import Output
    from localalt.evaluation.recipes.recipe import Recipe
    from localalt.isolation.early import EarlyChild

__all__ = [
    "add_arms",
    "add_baseline",
    "add_budget",
    "add_cases",
    "add_judge",
    "add_judging",
    "add_out",
    "add_outputs",
    "add_pair_of_arms",
    "add_recipe",
    "add_report",
    "chosen_arms",
    "chosen_cases",
    "chosen_outputs",
    "chosen_recipe",
    "report_problem",
]


def add_cases(step: argparse.ArgumentParser) -> None:
    """Options that choose cases, and how much is said on the way."""
    step.add_argument("--cases", metavar="FILE", help="cases of your own (default: the project's)")
    step.add_argument(
        "--split",
        choices=("dev", "held-out", "all"),
        default="all",
        help="use one half of the cases, or all (default: %(default)s)",
    )
    step.add_argument("--limit", type=int, metavar="N", help="use only the first N cases")
    step.add_argument("--seed", type=int, default=0, help="seed of intervals and tests (default: %(default)s)")
    step.add_argument("-q", "--quiet", action="store_true", help="do not report progress")


def add_recipe(step: argparse.ArgumentParser) -> None:
    """The published experiment that is done again."""
    step.add_argument(
        "--recipe",
        metavar="NAME",
        help="do a published experiment again: what is asked, and what is shown beside it (localalt eval recipes)",
    )


def add_arms(step: argparse.ArgumentParser) -> None:
    """Options that name arms, and how their texts are written."""
    step.add_argument(
        "--models", required=True, metavar="A,B", help='models: names from "localalt models", or as --model of describe'
    )
    step.add_argument("--prompts", default="plain", metavar="A,B", help="prompts, or files (default: %(default)s)")
    step.add_argument(
        "--sampling", default="greedy", metavar="A,B", help="ways of sampling: greedy, card (default: %(default)s)"
    )
    step.add_argument(
        "--details", default="auto", metavar="A,B", help="image tokens: auto, low, high (default: %(default)s)"
    )
    step.add_argument(
        "--checks",
        default="full",
        metavar="NAME",
        help="checks of the drafts: full, lint or off (default: %(default)s)",
    )
    step.add_argument(
        "--seeds",
        type=int,
        default=1,
        metavar="N",
        help="texts of each case; more than 1 needs card sampling (default: %(default)s)",
    )
    step.add_argument("--no-context", action="store_true", help="do not give the models what the cases' authors supply")
    step.add_argument("--transcribe", action="store_true", help="also ask for the text in the pictures")
    add_device_option(step)
    add_isolation_option(step)
    step.add_argument("--offline", action="store_true", help="do not connect to the network")


def add_outputs(step: argparse.ArgumentParser) -> None:
    """The files of texts."""
    step.add_argument("outputs", nargs="+", metavar="FILE", help="texts by localalt or by other systems")
    step.add_argument(
        "--with-author", action="store_true", help="treat the first reference of each case as a system of its own"
    )


def add_out(step: argparse.ArgumentParser) -> None:
    """The file of records."""
    step.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        help="file to add the records to; records that it already has are not made again",
    )


def add_judge(step: argparse.ArgumentParser) -> None:
    """The options that name a judge."""
    step.add_argument(
        "--judge",
        metavar="GGUF",
        help="a file of text weights, which judges by the references",
    )
    step.add_argument(
        "--vision-judge", metavar="MODEL", help="a model that describes pictures, which judges by the pictures"
    )
    add_isolation_option(step)
    step.set_defaults(device="auto", offline=False)


def add_judging(step: argparse.ArgumentParser) -> None:
    """What a judge is asked, and what it is examined with."""
    step.add_argument("--pairs", metavar="FILE", help="pairs that people labelled, to compare the judge with")
    step.add_argument(
        "--criteria",
        metavar="A,B",
        help='criteria to judge by (default: all, one in a question; "four" asks about four in one question)',
    )


def add_pair_of_arms(step: argparse.ArgumentParser) -> None:
    """Which arms are compared."""
    step.add_argument("--arms", metavar="A|B", help="two arms, separated by | (default: all pairs)")


def add_report(step: argparse.ArgumentParser) -> None:
    """What a report is made of, and its format."""
    step.add_argument(
        "--verdicts", nargs="*", default=[], metavar="FILE", help="what eval judge and eval compare recorded"
    )
    step.add_argument(
        "--grades", nargs="*", default=[], metavar="FILE", help="sheets that people graded (localalt eval sheet)"
    )
    step.add_argument(
        "--format",
        choices=("markdown", "json", "html"),
        default="markdown",
        help="what is printed (default: %(default)s)",
    )


def add_baseline(step: argparse.ArgumentParser) -> None:
    """The arm that others are compared with."""
    step.add_argument(
        "--baseline", metavar="ARM", help="the arm that the others are compared with (default: the first)"
    )


def add_budget(step: argparse.ArgumentParser) -> None:
    """How many texts are written."""
    step.add_argument(
        "--budget", type=int, default=200, metavar="N", help="texts to write on the dev half (default: %(default)s)"
    )


def report_problem(arguments: argparse.Namespace) -> Callable[[str], None]:
    """Says what cannot be read, so that the rest goes on and the exit status shows it."""

    def report(message: str) -> None:
        say(message)
        arguments.n_problems += 1

    return report


def chosen_cases(arguments: argparse.Namespace) -> list[Case]:
    """The cases that the options name.

    Raises:
        OptionError: the file cannot be used, or none of its cases is chosen.
    """
    from localalt.evaluation.cases import SHIPPED, read_cases

    path = SHIPPED if arguments.cases is None else Path(arguments.cases)
    cases = read_cases(path, split=arguments.split, unreadable=report_problem(arguments))[: arguments.limit]
    if not cases:
        half = "" if arguments.split == "all" else f"{arguments.split} "
        raise OptionError(f"There are no {half}cases in {path}: name another file with --cases.")
    return cases


def chosen_recipe(arguments: argparse.Namespace) -> Recipe | None:
    """The recipe that the options name, if they name one.

    Raises:
        OptionError: there is no such recipe.
    """
    from localalt.evaluation.recipes.recipe import recipe_named
    from localalt.evaluation.recipes.shipped import RECIPES

    return None if arguments.recipe is None else recipe_named(arguments.recipe, RECIPES)


def chosen_outputs(arguments: argparse.Namespace, cases: Sequence[Case]) -> list[Output]:
    """The texts about `cases` in the files that the options name.

    Raises:
        OptionError: none of the files can be used.
    """
    from localalt.evaluation.outputs import of_authors, read_outputs

    problems: list[OptionError] = []
    found = read_outputs([Path(path) for path in arguments.outputs], cases, unreadable=problems.append)
    for problem in problems if found else problems[:-1]:
        report_problem(arguments)(problem.in_command)
    if not found:
        raise problems[-1]
    return [*found, *of_authors(cases)] if arguments.with_author else found


def chosen_arms(arguments: argparse.Namespace, child: EarlyChild | None = None, *, resolved: bool = True) -> list[Arm]:
    """The arms that the options name; `resolved` once their models have been looked up, by a child where there is one.

    Raises:
        OptionError: there is no such device, prompt or way of sampling.
        ModelError: a model cannot be found.
    """
    from localalt.evaluation.arms import arms_of

    if not resolved:
        check_device(child, arguments)  # before anything is written
    return arms_of(
        distinct_models(names_in(arguments.models), child, arguments) if resolved else names_in(arguments.models),
        names_in(arguments.prompts),
        samplings=names_in(arguments.sampling),
        details=names_in(arguments.details),  # type: ignore[arg-type]  # `describe` refuses a wrong one
        checks=arguments.checks,
        seeds=arguments.seeds,
    )
