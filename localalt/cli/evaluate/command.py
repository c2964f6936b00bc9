"""The command `eval`: its steps, each with its options, and what becomes of errors."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from localalt.cli.evaluate import arguments as options
from localalt.cli.evaluate.judge import compare_arms, judge_texts
from localalt.cli.evaluate.preparing import add_pictures, add_sheet, list_recipes, write_cases, write_sheet
from localalt.cli.evaluate.report import lint_texts, report
from localalt.cli.evaluate.run import run_cases, tune_arms
from localalt.cli.terminal import NO_MODEL, OK, SOME_FAILED, USAGE, say
from localalt.errors import LocalAltError, OptionError

__all__ = ["add_parser"]

EPILOG = """\
one evening, in five commands (pip install 'localalt[eval]'):
  localalt eval run --models qwen3.5-2b,gemma-4-e4b --prompts plain,typed --out outputs.jsonl
  localalt eval lint outputs.jsonl
  localalt eval judge outputs.jsonl --judge qwen3-8b.gguf --pairs labelled.jsonl --out verdicts.jsonl
  localalt eval report outputs.jsonl --verdicts verdicts.jsonl --format html > report.html
  localalt eval tune --models qwen3.5-2b --prompts plain,typed,brief --budget 300 --out tuning.jsonl

Cases of your own: JSON lines with id, picture, references, must_mention, must_not, text, questions (--cases).
Texts of other systems: JSON lines with a case's id and "text"; name their files beside localalt's own outputs.
Published experiments, to do again: localalt eval recipes
To continue a run that was stopped, give the same command again. Texts that a crash cost are tried again, too.
Fields: docs/cases.md, docs/pairs.md, docs/verdicts.md
"""

Action: TypeAlias = Callable[[argparse.Namespace], int]
AddOptions: TypeAlias = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True, slots=True)
class _Step:
    """One of the words after `localalt eval`."""

    name: str
    about: str
    """One line of help."""
    run: Action
    options: tuple[AddOptions, ...]
    """In the order of the help text."""


STEPS = (
    _Step("recipes", "list published experiments that can be done again here", list_recipes, ()),
    _Step("cases", "begin a file of cases with pictures of your own", write_cases, (add_pictures,)),
    _Step(
        "run",
        "describe all cases with models and prompts",
        run_cases,
        (options.add_recipe, options.add_cases, options.add_arms, options.add_out),
    ),
    _Step(
        "lint",
        "measure texts without a model: rules, wording, transcription, length",
        lint_texts,
        (options.add_cases, options.add_outputs, options.add_baseline),
    ),
    _Step(
        "judge",
        "let a local model judge the texts, and check whether it can be trusted",
        judge_texts,
        (
            *(options.add_recipe, options.add_cases, options.add_outputs),
            *(options.add_out, options.add_judge, options.add_judging),
        ),
    ),
    _Step(
        "sheet",
        "write the texts into a table that a person grades",
        write_sheet,
        (options.add_recipe, options.add_cases, options.add_outputs, add_sheet),
    ),
    _Step(
        "compare",
        "find out which arm writes better texts, by a judge's verdicts on pairs of texts",
        compare_arms,
        (options.add_cases, options.add_outputs, options.add_out, options.add_judge, options.add_pair_of_arms),
    ),
    _Step(
        "report",
        "print all tables as Markdown, JSON or one HTML page",
        report,
        (options.add_recipe, options.add_cases, options.add_outputs, options.add_report, options.add_baseline),
    ),
    _Step(
        "tune",
        "find the best prompt, sampling and image budget with a fixed number of texts",
        tune_arms,
        (options.add_cases, options.add_arms, options.add_out, options.add_budget),
    ),
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of the parser."""
    evaluate = commands.add_parser(
        "eval",
        help="measure which model and prompt writes the best alt text",
        description="Measure the texts of models, prompts and people on pictures with references.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = evaluate.add_subparsers(metavar="STEP", required=True)
    for step in STEPS:
        parser = steps.add_parser(step.name, help=step.about, description=f"{step.about[0].upper()}{step.about[1:]}.")
        parser.set_defaults(run=lambda arguments, action=step.run: _guarded(action, arguments))
        for add in step.options:
            add(parser)


def _guarded(action: Action, arguments: argparse.Namespace) -> int:
    arguments.n_problems = 0
    try:
        status = action(arguments)
        return SOME_FAILED if status == OK and arguments.n_problems else status
    except KeyboardInterrupt:
        if getattr(arguments, "out", None):
            say(f"What is done is in {arguments.out}. To continue, give the same command again.")
        raise
    except OptionError as error:
        # These steps take several values where `describe` takes one.
        say(re.sub(r"^--detail\b", "--details", error.in_command))
        return USAGE
    except LocalAltError as error:
        say(error.in_command)
        return NO_MODEL
