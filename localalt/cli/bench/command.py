"""`localalt bench`, `bench compare` and `bench sweep`: options, what is measured, what is printed and written."""

from __future__ import annotations

import argparse
import datetime
import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.cli import signals
from localalt.console import Forecast, print_json, print_line, print_lines, say
from localalt.errors import BackendMissingError, LocalAltError, ModelError, OptionError

if TYPE_CHECKING:
    from localalt.bench.pictures import PictureSet
    from localalt.bench.runner import Ledger
    from localalt.bench.setup import Setup
    from localalt.bench.stats import Metric
    from localalt.bench.sweep import Choice, Goal
    from localalt.bench.targets import Target

__all__ = ["DESCRIPTION", "EPILOG", "add_arguments"]

OK, SOME_FAILED, USAGE, NO_MODEL = 0, 1, 2, 3

DESCRIPTION = """\
Measure how fast models describe pictures here, each run in a process of its own, in shuffled order: reading,
encoding, prompt, tokens, first token, pictures a minute, memory, energy, and the share of what the device
could do at best. Nothing is downloaded: --shape writes random weights of a model's true shape, which are as
fast as the real ones, since speed does not depend on the values of weights.
"""
EPILOG = """\
examples:
  localalt bench --shape qwen3.5-0.8b --widths 1,4 --append results
  localalt bench compare results/here.jsonl results/there.jsonl --plot plots
  localalt bench sweep --shape qwen3.5-0.8b --store throughput

exit status:
  0    everything was measured
  1    some of it could not be
  2    wrong usage, or nothing that can be compared
  3    a model is not here, does not fit, or llama-cpp-python is missing
  130  stopped by Ctrl-C: what was measured is kept
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `localalt bench` and of its two further commands."""
    _add_run_options(parser, runs=5)
    parser.add_argument("--widths", type=_numbers, default=[1, 4], help="pictures at a time, by commas (1,4)")
    parser.add_argument(
        "--image-tokens", type=_numbers, default=[None], metavar="N,...", help="the most of a picture, by commas"
    )
    parser.set_defaults(run=_bench)
    actions = parser.add_subparsers(metavar="[compare | sweep]", required=False)
    compare = actions.add_parser("compare", help="put results side by side", description="Put results side by side.")
    from localalt.cli.bench import compare as own

    own.add_arguments(compare)
    compare.set_defaults(run=own.run)
    sweep = actions.add_parser(
        "sweep",
        help="find the settings that are best here",
        description="Find the settings that are best here, for one picture soon and for many a minute.",
    )
    _add_run_options(sweep, runs=3)
    sweep.add_argument("--widths", type=_numbers, default=[1, 2, 4, 8], help="pictures at a time, by commas")
    sweep.add_argument("--threads", type=_numbers, help="of the CPU, by commas (half, all and one more of the cores)")
    sweep.add_argument("--ubatch", type=_numbers, default=[256, 512, 1024], help="tokens in one graph, by commas")
    sweep.add_argument(
        "--image-tokens", type=_numbers, default=[], metavar="N,...", help="shown, and never stored: text depends on it"
    )
    sweep.add_argument(
        "--store",
        choices=("latency", "throughput"),
        help="store the best settings for it, where further runs on a quiet machine confirm them, for every later plan",
    )
    done = sweep.add_mutually_exclusive_group()
    done.add_argument("--show", action="store_true", help="show what is stored, and measure nothing")
    done.add_argument(
        "--forget",
        action="store_true",
        help="forget what is stored and measured (settings, slots, seconds a picture), for --model and --shape, or for "
        "all models; measure nothing",
    )
    sweep.set_defaults(run=_sweep)


def _add_run_options(parser: argparse.ArgumentParser, *, runs: int) -> None:
    what = parser.add_argument_group("what to measure")
    what.add_argument("--model", action="append", default=[], metavar="NAME", help="a downloaded one, or a GGUF file")
    what.add_argument("--mmproj", type=Path, metavar="FILE", help="the projector that belongs to a GGUF file")
    what.add_argument(
        "--shape", action="append", default=[], metavar="NAME[:QUANT]", help="random weights of a catalog model's shape"
    )
    what.add_argument(
        "--device", action="append", default=[], metavar="NAME", help='as "localalt devices" has it (default: all)'
    )
    what.add_argument("--pictures", default="8", metavar="N|FOLDER", help="drawn ones, or your own (%(default)s)")
    what.add_argument("--tokens", type=int, metavar="N", help="of each answer (48; with --model its own ending)")
    how = parser.add_argument_group("how")
    how.add_argument("--runs", type=_count, default=runs, help="of each setup, each in a new process (%(default)s)")
    how.add_argument("--folder", type=Path, help="for random weights and drawn pictures (in the user's cache)")
    how.add_argument("--out", type=Path, metavar="FILE", help="JSON or JSONL; what it has is not measured again")
    how.add_argument("--append", type=Path, metavar="FOLDER", help="add a file named after the time to a folder")
    how.add_argument("--json", action="store_true", help="print JSON in place of a table")


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _numbers(text: str) -> list[int]:
    return sorted({_count(part) for part in text.split(",")})


# --- the commands ---


def _guarded(command: Any) -> Any:  # noqa: ANN401 (a decorator of two functions)
    @functools.wraps(command)
    def guarded(arguments: argparse.Namespace) -> int:
        try:
            status: int = command(arguments)
            return status
        except KeyboardInterrupt as stop:
            say("Stopped. What was measured is kept." if arguments.out or arguments.append else "Stopped.")
            return signals.status_of(stop)
        except (ModelError, BackendMissingError) as error:
            say(error.in_command)
            return NO_MODEL
        except LocalAltError as error:
            say(error.in_command)
            return USAGE
        except OSError as error:
            say(f"The results cannot be written ({error}): free some space, or name a file.")
            return SOME_FAILED

    return guarded


@_guarded
def _bench(arguments: argparse.Namespace) -> int:
    from localalt.bench import picture_seconds, report, runner

    devices = _devices(arguments.device)
    targets, pictures, ledger = _prepared(arguments)
    setups = [
        _setup(arguments, target, device, width, pictures, n_image_tokens)
        for target in targets
        for device in devices
        for n_image_tokens in arguments.image_tokens
        for width in arguments.widths
    ]
    n_left = [max(0, arguments.runs - ledger.n_runs(setup)) for setup in setups]
    progress = _Progress(sum(n_left), f" of {len(setups)} setups, each in a process of its own")
    failed: Mapping[Setup, str] = {}
    try:
        failed = runner.measure(setups, ledger, n_runs=arguments.runs, on_run=progress)
    finally:
        results = ledger.results(setups)
        _print(arguments, results, report.table(results))
    for setup, n_new in zip(setups, n_left, strict=True):
        result = ledger.result(setup) if n_new and setup not in failed else None
        stored = "" if result is None else picture_seconds.store(setup, result)
        if stored:
            say(stored)
    for setup, reason in failed.items():
        say(f"{setup.label} could not be measured: {reason}")
    return SOME_FAILED if failed else OK


@_guarded
def _sweep(arguments: argparse.Namespace) -> int:
    from localalt.bench import report, runner, settings, sweep

    devices = _devices(arguments.device)
    if arguments.show or arguments.forget:
        for line in settings.shown() if arguments.show else _forgotten(arguments, devices):
            print_line(line)
        return OK
    targets, pictures, ledger = _prepared(arguments)
    choices = []
    setups: list[Setup] = []
    goals: Sequence[Goal] = ("throughput", "latency")
    counts = [sweep.n_setups(goal, _values(arguments, device)) for goal in goals for device in devices]
    least, most = (len(targets) * arguments.runs * sum(count[end] for count in counts) for end in (0, 1))
    confirming = 2 * sweep.N_CONFIRMING * len(targets) * len(devices) if arguments.store else 0
    progress = _Progress(most + confirming, ", each in a process of its own", n_least=least)

    def score(setup: Setup) -> Metric | None:
        setups.append(setup)
        if runner.measure([setup], ledger, n_runs=arguments.runs, on_run=progress):
            return None
        result = ledger.result(setup)
        return None if result is None else result.metrics["images_per_min"]

    try:
        for target in targets:
            for device in devices:
                first = _setup(arguments, target, device, min(4, max(arguments.widths)), pictures, None)
                for goal in goals:
                    choice = sweep.search(first, goal, _values(arguments, device), score)
                    if choice is None:
                        say(f"{first.label} could not be measured, so there is nothing to find.")
                    else:
                        choices.append(choice)
    finally:
        results = ledger.results(list(dict.fromkeys(setups)))
        _print(arguments, results, report.table(results))
    tell = say if arguments.json else print_line
    for choice in choices:
        tell(_words(choice))
        if choice.goal == arguments.store:
            tell(settings.store(choice, on_run=progress))
    return OK if choices else SOME_FAILED


def _forgotten(arguments: argparse.Namespace, devices: Sequence[str]) -> list[str]:
    from localalt.bench import settings, targets

    folder = arguments.folder or targets.cache_folder()
    found = settings.found_targets(lambda name: targets.of_model(name, arguments.mmproj), arguments.model)
    found += settings.found_targets(lambda name: targets.written_shape(name, folder), arguments.shape)
    return settings.forget([*arguments.model, *arguments.shape], found, devices)


# --- what is measured ---


def _prepared(arguments: argparse.Namespace) -> tuple[list[Target], PictureSet, Ledger]:
    from localalt.bench import runner, targets
    from localalt.lineup import distinct
    from localalt.machine import this_machine

    if not (arguments.model or arguments.shape):
        raise OptionError("There is nothing to measure: write --shape qwen3.5-0.8b, or --model and a downloaded one.")
    folder = arguments.folder or targets.cache_folder()
    # All names and files first: a shape's weights are written in minutes and take gigabytes.
    output = _output(arguments)
    for name in arguments.shape:
        targets.shape_named(name)
    _devices(arguments.device)
    if arguments.mmproj is not None and len(arguments.model) != 1:
        raise OptionError("--mmproj belongs to one --model with a file of weights: name that one alone.")
    if arguments.mmproj is None:
        named = distinct(arguments.model, this_machine(), offline=True, on_same=_say_same)
    else:
        named = arguments.model
    found = [targets.of_model(str(name), arguments.mmproj) for name in named]
    pictures = _pictures(arguments.pictures, folder)
    found += [targets.of_shape(name, folder=folder, say=say) for name in dict.fromkeys(arguments.shape)]
    return found, pictures, runner.Ledger(output)


def _say_same(model: object, first: object) -> None:
    say(f"{model} is the model {first}: it is measured once.")


def _pictures(text: str, folder: Path) -> PictureSet:
    from localalt.bench import pictures

    if text.isdigit():
        return pictures.drawn(max(1, int(text)), folder)
    return pictures.of_folder(Path(text), tell=say)


def _output(arguments: argparse.Namespace) -> Path | None:
    if arguments.out is None and arguments.append is None:
        return None
    if arguments.out is not None:
        path: Path = arguments.out
        if path.suffix not in (".json", ".jsonl"):
            raise OptionError(f"--out {path} must end with .json or .jsonl.")
        return path
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d-%H%M%S")
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join([*arguments.model, *arguments.shape]))[:80]
    folder: Path = arguments.append
    return folder / f"{now}-{name}.jsonl"


def _devices(named: Sequence[str]) -> list[str]:
    """What was named, or the CPU and every GPU.

    Raises:
        OptionError: there is no such device.
    """
    from localalt import native
    from localalt.machine import devices_named

    here = [device for device in native.devices() if device.kind != "accelerator"]
    found = devices_named(named, here) if named else here
    return ["cpu" if device.kind == "cpu" else device.name for device in found]


def _setup(
    arguments: argparse.Namespace,
    target: Target,
    device: str,
    width: int,
    pictures: PictureSet,
    n_image_tokens: int | None,
) -> Setup:
    from localalt.bench.setup import Setup
    from localalt.types import Tuning

    n_tokens: int | None = arguments.tokens
    if n_tokens is None and target.kind == "random":  # what they say never ends by itself
        n_tokens = 48
    tuning = Tuning(n_image_tokens=n_image_tokens)
    return Setup(target, device, width, pictures.name, pictures.digest, pictures.paths, n_tokens, tuning)


def _values(arguments: argparse.Namespace, device: str) -> dict[str, Sequence[int | bool]]:
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


# --- what is printed ---


def _words(choice: Choice) -> str:
    gain = choice.gain
    if choice.setup == choice.first:
        told = "what the search began with: nothing else was faster beyond the spread of the runs"
    else:
        told = (
            f"{gain.value:.2f} times ({gain.low:.2f} to {gain.high:.2f}) what the search began with, "
            f"{choice.first.label}: the best of many looks better than it is"
        )
    return f"Best for {choice.goal}: {choice.setup.label}: {choice.images_per_min:.1f} images/min, {told}."


def _print(arguments: argparse.Namespace, results: Sequence[Any], text: str) -> None:
    if arguments.json:
        print_json([result.as_json() for result in results], indent=1)
    elif results:
        print_lines(text)


class _Progress:
    """How many runs there are, a line for each, and how long the rest takes, on standard error."""

    def __init__(self, n_all: int, what: str, *, n_least: int | None = None) -> None:
        self._n_all = n_all
        self._forecast = Forecast(n_all, "runs", say, n_least=n_least)
        self._forecast.begin(what)

    def __call__(self, setup: Setup, number: int, run: Mapping[str, Any]) -> None:
        told = run["error"] if "error" in run else f"{run['metrics']['images_per_min']:.2f} images/min"
        say(f"{self._forecast.n_done + 1} of {self._n_all}: {setup.label}, run {number}: {told}")
        self._forecast.done()
