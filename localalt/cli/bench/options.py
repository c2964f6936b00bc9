"""The options that `bench` and `bench sweep` share, and numbers as they are written in options."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["add_run_options", "numbers"]


def add_run_options(parser: argparse.ArgumentParser, *, n_runs: int) -> None:
    """Add what to measure and how: `n_runs` times by default."""
    what = parser.add_argument_group("what to measure")
    what.add_argument(
        "--model", action="append", default=[], metavar="NAME", help="a downloaded model, or a GGUF file; repeatable"
    )
    what.add_argument("--mmproj", type=Path, metavar="FILE", help="the projector that belongs to a GGUF file")
    what.add_argument(
        "--shape",
        action="append",
        default=[],
        metavar="NAME[:QUANT]",
        help="random weights of a catalog model's shape; repeatable",
    )
    what.add_argument(
        "--device",
        action="append",
        default=[],
        metavar="NAME",
        help='a device as "localalt devices" names it; repeatable (default: all)',
    )
    what.add_argument(
        "--pictures",
        default="8",
        metavar="N|FOLDER",
        help="a number of drawn pictures, or a folder of your own (default: %(default)s)",
    )
    what.add_argument(
        "--tokens",
        type=int,
        metavar="N",
        help="tokens in each answer (default: 48 with --shape; with --model, until the model ends)",
    )
    how = parser.add_argument_group("how to measure")
    how.add_argument(
        "--runs", type=_count, default=n_runs, help="runs of each setup, each in a new process (default: %(default)s)"
    )
    how.add_argument(
        "--folder", type=Path, help="folder for random weights and drawn pictures (default: in the user's cache)"
    )
    how.add_argument(
        "--out", type=Path, metavar="FILE", help="JSON or JSONL file for results; results in it are not measured again"
    )
    how.add_argument(
        "--append", type=Path, metavar="FOLDER", help="folder for results: a new file is named after the time"
    )
    how.add_argument("--json", action="store_true", help="print JSON instead of a table")


def numbers(text: str) -> list[int]:
    """Whole numbers of 1 or more, separated by commas: each once, from low to high."""
    return sorted({_count(part) for part in text.split(",")})


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)
