"""`localalt bench compare`: options, tables on standard output, and what is wrong on standard error."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localalt import suggest
from localalt.bench.metrics import DEFAULT_METRICS, METRICS
from localalt.cli.terminal import OK, SOME_FAILED, USAGE
from localalt.console import print_json, print_lines, say
from localalt.errors import LocalAltError

if TYPE_CHECKING:
    from localalt.bench.compare import ResultTable
    from localalt.bench.result_files import Entry

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `run` reads to a parser."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILES", help="files that localalt bench wrote, or folders of them"
    )
    parser.add_argument(
        "--baseline", default="", metavar="TEXT", help="part of a device's or a file's name (default: the first file)"
    )
    parser.add_argument(
        "--metric",
        action="append",
        metavar="NAME",
        help=f"what to compare; repeatable (default: {', '.join(DEFAULT_METRICS)})",
    )
    parser.add_argument("--plot", type=Path, metavar="FOLDER", help="also draw PNG and SVG files into this folder")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--force", action="store_true", help="also compare results of different work, and mark them")


def run(arguments: argparse.Namespace) -> int:
    """Print a table for each kind of work on standard output, and what is wrong on standard error.

    Returns 0; 1 where something could not be read, was refused, or has a footnote that questions it;
    2 where no two results could be compared.
    """
    from localalt.bench.compare_text import as_json, as_markdown
    from localalt.bench.same_work import refusals

    try:
        groups, sets, wrong = _compared(arguments)
    except LocalAltError as error:
        say(error.in_command)
        return USAGE
    refused = refusals(sets)
    for sentence in refused:
        say(sentence)
    if arguments.json:
        shown = {"groups": [as_json(group) for group in groups], "refused": list(refused), "wrong": list(wrong)}
        print_json(shown, indent=1)
    else:
        print_lines("\n".join(as_markdown(group) for group in groups).rstrip("\n"))
    is_flagged = bool(wrong or refused) or any(group.is_flagged for group in groups)
    if arguments.plot is not None:
        is_flagged |= not _plotted(groups, arguments.plot)
    if not any(group.n_compared for group in groups):
        say("No two results could be compared: name results of the same work, with as many pictures at a time.")
        return USAGE
    return SOME_FAILED if is_flagged else OK


def _compared(
    arguments: argparse.Namespace,
) -> tuple[list[ResultTable], tuple[tuple[Entry, ...], ...], tuple[str, ...]]:
    """(a comparison for each kind of work, their results, a sentence for each file that cannot be used).

    Raises:
        CompareError: there is nothing to compare.
    """
    from localalt.bench.compare import CompareError, compare
    from localalt.bench.result_files import load, newest
    from localalt.bench.same_work import grouped

    metrics = tuple(dict.fromkeys(arguments.metric or DEFAULT_METRICS))
    unknown = [name for name in metrics if name not in METRICS]
    if unknown:
        raise CompareError(f"There is no metric {unknown[0]}: {suggest.advice(unknown[0], METRICS)}")
    entries, wrong = load(arguments.files)
    for sentence in wrong:
        say(sentence)
    if not entries:
        raise CompareError("There is no result to compare: run localalt bench first, or name other files.")
    latest, replaced = newest(entries)
    sets = grouped(latest, force=arguments.force)
    groups = [compare(each, metrics, baseline=arguments.baseline, replaced=replaced) for each in sets]
    if not any(group.baseline for group in groups):
        names = "; ".join(dict.fromkeys(name for group in groups for name in group.series))
        raise CompareError(f'No result fits --baseline "{arguments.baseline}": write a part of one of {names}.')
    return groups, sets, wrong


def _plotted(groups: Sequence[ResultTable], folder: Path) -> bool:
    from localalt.bench.plots import write_plots

    try:
        written = write_plots(groups, folder)
    except LocalAltError as error:
        say(error.in_command)
        return False
    say(f"{len(written)} plots are in {folder}.")
    return True
