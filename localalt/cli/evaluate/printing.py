"""What the steps of `eval` print alike: progress, and intervals in sentences."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from localalt.cli.terminal import say
from localalt.console import Forecast, counting_bar, is_terminal

if TYPE_CHECKING:
    from localalt.evaluation.statistics.intervals import Interval

__all__ = ["counted", "in_sentence", "progress_of"]


@contextlib.contextmanager
def progress_of(
    arguments: argparse.Namespace,
    n_all: int,
    unit: str,
    about: str,
    *,
    n_least: int | None = None,
    loads: bool = True,
) -> Iterator[Forecast]:
    """Says how many there are and how long they take; at a terminal there is a bar below that."""
    report = (lambda _: None) if arguments.quiet else say
    forecast = Forecast(n_all, unit, report, n_least=n_least, counts_start=not loads)
    forecast.begin(about)
    if arguments.quiet or not is_terminal("stderr"):
        yield forecast
        return
    with counting_bar(n_all, unit.removesuffix("s")) as bar:

        def above(sentence: str) -> None:
            with bar.above():
                say(sentence)

        forecast.show(report=above, on_done=bar.advance)
        yield forecast


def counted(count: int, unit: str) -> str:
    """A number of things: "1 arm", "2 arms"."""
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def in_sentence(interval: Interval, *more: str) -> str:
    """An estimate with its interval, n, and what else is said of it: "0.50 (0.32 to 0.68, n 20)"."""
    from localalt.evaluation.numbers import estimate_texts

    estimate, ends = estimate_texts(interval)
    return f"{estimate} ({', '.join((ends, f'n {interval.n}', *more))})"
