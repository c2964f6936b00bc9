"""`localalt bench`: measures models on devices."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from localalt.cli.bench.options import add_run_options, numbers
from localalt.cli.bench.showing import RunProgress, guarded, print_results
from localalt.cli.bench.work import devices_of, prepare, setup_of
from localalt.cli.terminal import OK, SOME_FAILED
from localalt.console import say

if TYPE_CHECKING:
    from localalt.bench.setup import Setup

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `run` reads to a parser."""
    add_run_options(parser, n_runs=5)
    parser.add_argument(
        "--widths",
        type=numbers,
        default=[1, 4],
        metavar="N,...",
        help="numbers of pictures at a time, separated by commas (default: 1,4)",
    )
    parser.add_argument(
        "--image-tokens",
        type=numbers,
        default=[None],
        metavar="N,...",
        help="most image tokens for a picture, separated by commas (default: what the plan takes)",
    )


@guarded
def run(arguments: argparse.Namespace) -> int:
    """Measure every setup, print the results, and store the seconds per picture where the machine was quiet."""
    from localalt.bench import picture_seconds, runner

    devices = devices_of(arguments.device)
    targets, pictures, store = prepare(arguments)
    setups = [
        setup_of(arguments, target, device, width, pictures, n_image_tokens)
        for target in targets
        for device in devices
        for n_image_tokens in arguments.image_tokens
        for width in arguments.widths
    ]
    n_left = [max(0, arguments.runs - store.n_runs(setup)) for setup in setups]
    progress = RunProgress(sum(n_left), f" of {len(setups)} setups, each in a process of its own")
    failed: Mapping[Setup, str] = {}
    try:
        failed = runner.measure(setups, store, n_runs=arguments.runs, on_run=progress)
    finally:
        print_results(arguments, store.results(setups))
    for setup, n_new in zip(setups, n_left, strict=True):
        result = store.result(setup) if n_new and setup not in failed else None
        stored = "" if result is None else picture_seconds.store(setup, result)
        if stored:
            say(stored)
    for setup, reason in failed.items():
        say(f"{setup.label} could not be measured: {reason}")
    return SOME_FAILED if failed else OK
