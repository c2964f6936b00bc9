"""`localalt bench compare`: options, tables on standard output, and what is wrong on standard error."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from localalt.bench.compare import DEFAULT_METRICS, CompareError, Group, compared, grouped, load, newest, refusals
from localalt.bench.compare_text import as_json, as_markdown
from localalt.bench.record import METRICS
from localalt.console import print_json, print_lines, say
from localalt.errors import LocalAltError

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
        help=f"what to compare; again for more (default: {', '.join(DEFAULT_METRICS)})",
    )
    parser.add_argument("--plot", type=Path, metavar="FOLDER", help="also draw PNG and SVG files into this folder")
    parser.add_argument("--json", action="store_true", help="print JSON in place of tables")
    parser.add_argument("--force", action="store_true", help="compare results of different work too, and mark them")


def run(arguments: argparse.Namespace) -> int:
    """Print a table for each kind of work on standard output, and what is wrong on standard error.

    Returns 0; 1 where something could not be read, was refused, or has a footnote that questions it;
    2 where no result was set against another.
    """
    metrics = tuple(dict.fromkeys(arguments.metric or DEFAULT_METRICS))
    try:
        _check_metrics(metrics)
        entries, wrong = load(arguments.files)
        for sentence in wrong:
            say(sentence)
        if not entries:
            raise CompareError("There is no result to compare: run localalt bench first, or name other files.")
        kept, told = newest(entries)
        sets = grouped(kept, force=arguments.force)
        groups = [compared(each, metrics, baseline=arguments.baseline, told=told) for each in sets]
        if not any(group.baseline for group in groups):
            labels = "; ".join(dict.fromkeys(name for group in groups for name in group.series))
            raise CompareError(f'No result fits --baseline "{arguments.baseline}": name a part of one of {labels}.')
    except LocalAltError as error:
        say(error.in_command)
        return 2
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
        say("No result was set against another: name results of the same work, with as many pictures at a time.")
        return 2
    return 1 if is_flagged else 0


def _check_metrics(names: Iterable[str]) -> None:
    unknown = [name for name in names if name not in METRICS]
    if unknown:
        raise CompareError(f"There is no metric {', '.join(unknown)}: there are {', '.join(METRICS)}.")


def _plotted(groups: Sequence[Group], folder: Path) -> bool:
    from localalt.bench.plot import write_plots

    try:
        written = write_plots(groups, folder)
    except LocalAltError as error:
        say(error.in_command)
        return False
    say(f"{len(written)} plots are in {folder}.")
    return True
