"""`eval recipes`, `eval cases` and `eval sheet`: what there is to do, and files that a person fills in."""

from __future__ import annotations

import argparse
from pathlib import Path

from localalt import suggest
from localalt.cli.evaluate.arguments import chosen_cases, chosen_outputs, chosen_recipe, report_problem
from localalt.cli.evaluate.printing import counted
from localalt.cli.layout import print_paragraph
from localalt.cli.pictures import PictureSearch
from localalt.cli.terminal import OK, USAGE, names_in, say
from localalt.console import print_line
from localalt.errors import ImageError, OptionError

__all__ = ["add_pictures", "add_sheet", "list_recipes", "write_cases", "write_sheet"]


def add_pictures(step: argparse.ArgumentParser) -> None:
    """The pictures of new cases, and what they have in common."""
    step.add_argument("pictures", nargs="+", metavar="IMAGE", help="picture, folder or glob")
    step.add_argument("--out", required=True, metavar="FILE", help="file to add the cases to")
    step.add_argument(
        "--type", default="photo", metavar="TYPE", help="what they show, as in docs/cases.md (default: %(default)s)"
    )
    step.add_argument("--language", default="en", metavar="TAG", help="language of the texts (default: %(default)s)")
    step.add_argument("-q", "--quiet", action="store_true", help="do not report progress")


def add_sheet(step: argparse.ArgumentParser) -> None:
    """The file that a person fills in."""
    step.add_argument("--out", required=True, metavar="CSV", help="file to write, which must not be there yet")
    step.add_argument(
        "--criteria", metavar="A,B", help="criteria to grade (default: those of the recipe, or elements,mood,care)"
    )


def list_recipes(arguments: argparse.Namespace) -> int:
    """The step `recipes`. Returns the exit status."""
    from localalt.evaluation.recipes.shipped import RECIPES

    del arguments  # it has none
    for recipe in RECIPES:
        print_line(f"{recipe.name}: {recipe.n_pictures} pictures")
        print_paragraph(f"{recipe.title}. Step by step: {recipe.page}. Published at {recipe.address}", indent="  ")
    return OK


def write_cases(arguments: argparse.Namespace) -> int:
    """The step `cases`. Returns the exit status."""
    from localalt.evaluation.cases import TYPES
    from localalt.evaluation.templates import add_cases
    from localalt.image.readable import check_readable
    from localalt.text.language_tag import check_language

    check_language(arguments.language)
    if arguments.type not in TYPES:
        raise OptionError(f"There is no type {arguments.type!r:.40}: {suggest.advice(arguments.type, TYPES)}")
    pictures = PictureSearch(arguments.pictures)
    paths = []
    for found in pictures:
        if not isinstance(found, str):
            report_problem(arguments)(found.message)
            continue
        try:
            check_readable(found)
            paths.append(Path(found))
        except ImageError as error:
            report_problem(arguments)(error.in_command)
    if pictures.skipped and not arguments.quiet:
        say(f"Skipped: {pictures.skipped}.")
    if not paths:
        return USAGE
    out = Path(arguments.out)
    n_added, n_all = add_cases(out, paths, kind=arguments.type, language=arguments.language)
    if not arguments.quiet:
        say(f"{counted(n_all, 'case')} in {out}, {n_added} of them new. Add what is right about each: docs/cases.md.")
    return OK


def write_sheet(arguments: argparse.Namespace) -> int:
    """The step `sheet`. Returns the exit status."""
    from localalt.evaluation.judging import criteria, sheets

    recipe = chosen_recipe(arguments)
    names = names_in(arguments.criteria) if arguments.criteria else recipe.criteria if recipe else criteria.LETTERS
    for name in names:
        if name not in criteria.SCORES:
            raise OptionError(f"{name!r:.40} has no grades: choose from {', '.join(criteria.SCORES)}.")
    cases = chosen_cases(arguments)
    outputs = chosen_outputs(arguments, cases)
    n_texts = sheets.write_sheet(Path(arguments.out), cases, outputs, names, seed=arguments.seed)
    if not arguments.quiet:
        say(f"{counted(n_texts, 'text')} in {arguments.out}. Fill in the columns, and save it as CSV.")
        for words in dict.fromkeys(map(sheets.choices, names)):
            columns = ", ".join(name for name in names if sheets.choices(name) == words)
            say(f"Into {columns} goes {words}.")
    return OK
