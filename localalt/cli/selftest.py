"""`python -m localalt.selftest`: describes every held-out picture and compares the texts with what is known.

With each known-answer model, or with those that are named, through the functions of the package as any caller would.
Exit status 0 when at least 97 % of the required texts are exact and at least 99 % of all texts equal those of the
model in torch.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence

from localalt.api import load
from localalt.cli.terminal import NO_OUTPUT, OK, SOME_FAILED
from localalt.console import OutputError, print_line, say
from localalt.selftest import MODELS, UNSEEN, held_out

__all__ = ["main"]

EXACT = 0.97
"""Of the required texts, exactly what the picture shows."""
AGREEMENT = 0.99
"""Of all texts, the same as the model's in torch."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the rates of each model; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m localalt.selftest",
        description="Describe every held-out picture with the known-answer models, and compare the texts with what is "
        "known.",
    )
    parser.add_argument(
        "model", nargs="*", metavar="MODEL", help=f"one or more of {', '.join(MODELS)} (default: all of them)"
    )
    names = parser.parse_args(argv).model
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        parser.error(f"there is no known-answer model {unknown[0]}: write one of {', '.join(MODELS)}")
    try:
        n_wrong = sum(not _is_right(name) for name in names or MODELS)
    except OutputError as error:
        say(f"The rates cannot be written ({error}): write them to a file or a pipe.")
        return NO_OUTPUT
    return SOME_FAILED if n_wrong else OK


def _is_right(name: str) -> bool:
    pictures = held_out()
    with load(name, isolation="process") as describer:  # a GPU that crashes is stepped down, and not the end
        # The first call pays for warming up.
        describer.describe(pictures[0].picture)
        started = time.perf_counter()
        texts = [alt.text for alt in describer.describe_many(picture.picture for picture in pictures)]
        seconds = time.perf_counter() - started

    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    agreeing = 0
    for picture, text in zip(pictures, texts, strict=True):
        total[picture.kind] += 1
        right[picture.kind] += text == picture.text
        agreeing += text == picture.torch_texts[name]

    required = [kind for kind in total if kind != UNSEEN]
    n_exact, n_required = sum(right[kind] for kind in required), sum(total[kind] for kind in required)
    print_line(name)
    print_line(f"  {'exact':<14}{_rate(n_exact, n_required)}")
    for kind in required:
        print_line(f"    {kind:<12}{_rate(right[kind], total[kind])}")
    print_line(f"  {'as in torch':<14}{_rate(agreeing, len(pictures))}")
    print_line(f"  {UNSEEN + 's':<14}{_rate(right[UNSEEN], total[UNSEEN])}  (measured, not required)")
    print_line(f"  {'speed':<14}{len(pictures) / seconds:6.1f} pictures/s")
    return n_exact >= EXACT * n_required and agreeing >= AGREEMENT * len(pictures)


def _rate(part: int, whole: int) -> str:
    return f"{part / max(1, whole):6.1%}  {part} of {whole}"
