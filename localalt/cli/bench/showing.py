"""What `bench` and `bench sweep` show: progress on standard error, results on standard output, how they end."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from localalt.cli import signals
from localalt.cli.terminal import NO_MODEL, SOME_FAILED, USAGE
from localalt.console import Forecast, print_json, print_lines, say
from localalt.errors import BackendMissingError, LocalAltError, ModelError

if TYPE_CHECKING:
    from localalt.bench.record import Result
    from localalt.bench.setup import Setup

__all__ = ["RunProgress", "guarded", "print_results"]


def guarded(command: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """A command whose errors become a sentence on standard error and an exit status."""

    @functools.wraps(command)
    def guarded(arguments: argparse.Namespace) -> int:
        try:
            return command(arguments)
        except KeyboardInterrupt as stop:
            has_file = arguments.out or arguments.append
            say("Stopped. The results measured so far are in the file." if has_file else "Stopped.")
            return signals.status_of(stop)
        except LocalAltError as error:
            say(error.in_command)
            return NO_MODEL if isinstance(error, (ModelError, BackendMissingError)) else USAGE
        except OSError as error:
            say(f"The results cannot be written ({error}): free some space, or name another file.")
            return SOME_FAILED

    return guarded


def print_results(arguments: argparse.Namespace, results: Sequence[Result]) -> None:
    """Print the results as a table, or as JSON."""
    from localalt.bench import report

    if arguments.json:
        print_json([result.as_json() for result in results], indent=1)
    elif results:
        print_lines(report.table(results))


class RunProgress:
    """How many runs there are, a line for each, and how long the rest takes, on standard error.

    Args:
        n_all: runs, at the most.
        what: the end of the first sentence.
        n_least: runs at the least, where the number is not certain.
    """

    def __init__(self, n_all: int, what: str, *, n_least: int | None = None) -> None:
        self._n_all = n_all
        self._forecast = Forecast(n_all, "runs", say, n_least=n_least)
        self._forecast.begin(what)

    def __call__(self, setup: Setup, number: int, run: Mapping[str, Any]) -> None:
        """Say what the run `number` of a setup came to."""
        outcome = run["error"] if "error" in run else f"{run['metrics']['images_per_min']:.2f} images/min"
        say(f"{self._forecast.n_done + 1} of {self._n_all}: {setup.label}, run {number}: {outcome}")
        self._forecast.done()
