"""`python -m localalt.selftest`: describes every held-out picture and compares the texts with what is known.

With each trained model, or with those that are named. Runs through the public API, as any caller
would. Exit status 0 when at least 97 % of the required texts are exact and at least 99 % of all
texts equal those of the model in torch.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

import localalt
from localalt.console import OutputError, print_line, say
from localalt.selftest import MODELS, UNSEEN, held_out

EXACT = 0.97
AGREEMENT = 0.99


def main() -> int:
    """Print the rates; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m localalt.selftest", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("model", nargs="*", help=f"out of {', '.join(MODELS)}; all of them unless named")
    names = parser.parse_args().model
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        parser.error(f"there is no trained model {unknown[0]}: there are {', '.join(MODELS)}")
    return max(0 if _is_right(name) else 1 for name in names or MODELS)


def _is_right(name: str) -> bool:
    pictures = held_out()
    with localalt.load(name) as describer:
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


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OutputError as error:
        say(f"The rates cannot be written ({error}): write them elsewhere.")
        sys.exit(4)
