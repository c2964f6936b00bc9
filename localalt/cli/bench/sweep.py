"""`localalt bench sweep`: finds the fastest settings of this machine; shows, stores and forgets them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from localalt.cli.bench.options import add_run_options, numbers
from localalt.cli.bench.showing import RunProgress, guarded, print_results
from localalt.cli.bench.work import devices_of, prepare, setup_of
from localalt.cli.terminal import OK, SOME_FAILED
from localalt.console import print_line, say

if TYPE_CHECKING:
    from localalt.bench.setup import Setup
    from localalt.bench.stats import Metric
    from localalt.bench.sweep import Goal, SweepResult

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `run` reads to a parser."""
    add_run_options(parser, n_runs=3)
    parser.add_argument(
        "--widths",
        type=numbers,
        default=[1, 2, 4, 8],
        metavar="N,...",
        help="numbers of pictures at a time, separated by commas (default: 1,2,4,8)",
    )
    parser.add_argument(
        "--threads",
        type=numbers,
        metavar="N,...",
        help="threads of the CPU, separated by commas (default: half of the cores, all, and one more)",
    )
    parser.add_argument(
        "--ubatch",
        type=numbers,
        default=[256, 512, 1024],
        metavar="N,...",
        help="tokens in one graph, separated by commas (default: 256,512,1024)",
    )
    parser.add_argument(
        "--image-tokens",
        type=numbers,
        default=[],
        metavar="N,...",
        help="most image tokens for a picture, separated by commas; shown and never stored, because they change texts",
    )
    parser.add_argument(
        "--store",
        choices=("latency", "throughput"),
        help="store the best settings for every later plan, if further runs on a quiet machine confirm them",
    )
    done = parser.add_mutually_exclusive_group()
    done.add_argument("--show", action="store_true", help="show what is stored; measure nothing")
    done.add_argument(
        "--forget",
        action="store_true",
        help="forget what is stored and measured (settings, slots, seconds per picture), for --model and --shape, or "
        "for all models; measure nothing",
    )


@guarded
def run(arguments: argparse.Namespace) -> int:
    """Search for each model, device and goal; or show or forget what earlier searches stored."""
    from localalt.bench import runner, stored_settings, sweep

    devices = devices_of(arguments.device)
    if arguments.show or arguments.forget:
        for line in stored_settings.shown() if arguments.show else _forget(arguments, devices):
            print_line(line)
        return OK
    targets, pictures, store = prepare(arguments)
    choices = []
    setups: list[Setup] = []
    goals: Sequence[Goal] = ("throughput", "latency")
    counts = [sweep.n_setups(goal, _values(arguments, device)) for goal in goals for device in devices]
    least, most = (len(targets) * arguments.runs * sum(count[end] for count in counts) for end in (0, 1))
    confirming = 2 * sweep.N_CONFIRMING * len(targets) * len(devices) if arguments.store else 0
    progress = RunProgress(most + confirming, ", each in a process of its own", n_least=least)

    def score(setup: Setup) -> Metric | None:
        setups.append(setup)
        if runner.measure([setup], store, n_runs=arguments.runs, on_run=progress):
            return None
        result = store.result(setup)
        return None if result is None else result.metrics["images_per_min"]

    try:
        for target in targets:
            for device in devices:
                first = setup_of(arguments, target, device, min(4, max(arguments.widths)), pictures)
                for goal in goals:
                    choice = sweep.search(first, goal, _values(arguments, device), score)
                    if choice is None:
                        say(f"{first.label} could not be measured, so there is nothing to find.")
                    else:
                        choices.append(choice)
    finally:
        print_results(arguments, store.results(list(dict.fromkeys(setups))))
    show = say if arguments.json else print_line
    for choice in choices:
        show(_in_words(choice))
        if choice.goal == arguments.store:
            show(stored_settings.store(choice, on_run=progress))
    return OK if choices else SOME_FAILED


def _forget(arguments: argparse.Namespace, devices: Sequence[str]) -> list[str]:
    from localalt.bench import stored_settings, targets

    folder = arguments.folder or targets.cache_folder()
    found = stored_settings.found_targets(lambda name: targets.of_model(name, arguments.mmproj), arguments.model)
    found += stored_settings.found_targets(lambda name: targets.written_shape(name, folder), arguments.shape)
    return stored_settings.forget([*arguments.model, *arguments.shape], found, devices)


def _values(arguments: argparse.Namespace, device: str) -> dict[str, Sequence[int | bool]]:
    """The values of each setting to be tried on a device."""
    from localalt.machine import compute_threads

    n_cores = compute_threads().n
    values: dict[str, Sequence[int | bool]] = {
        "n_seq_max": arguments.widths,
        "n_threads": arguments.threads or sorted({max(1, n_cores // 2), n_cores, n_cores + 1}),
        "n_ubatch": arguments.ubatch,
        "flash_attn": (True, False),
    }
    if device != "cpu":
        values["projector_on_gpu"] = (True, False)
        del values["n_threads"]
    if arguments.image_tokens:
        values["n_image_tokens"] = arguments.image_tokens
    return values


def _in_words(choice: SweepResult) -> str:
    gain = choice.gain
    if choice.setup == choice.first:
        found = "the settings that the search began with: nothing else was faster beyond the spread of the runs"
    else:
        found = (
            f"{gain.value:.2f} times as fast ({gain.low:.2f} to {gain.high:.2f}) as what the search began with, "
            f"{choice.first.label}; the best of many looks better than it is"
        )
    return f"Best for {choice.goal}: {choice.setup.label}: {choice.images_per_min:.1f} images/min, {found}."
