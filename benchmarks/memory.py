"""Many pictures in a row through one Describer: does memory grow?

    python benchmarks/memory.py [--pictures 2000]

Runs the selftest model over its own held-out pictures, again and again, and prints the resident
memory after the hundredth picture and after the last. Linux only (it reads /proc).
"""

from __future__ import annotations

import argparse
import itertools
import os
from collections.abc import Sequence
from pathlib import Path

import localalt
from localalt import selftest


def resident_mb() -> float:
    """Resident memory of this process in MB (10^6 bytes)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=2000)
    arguments = parser.parse_args(argv)
    pictures = itertools.cycle([case.picture for case in selftest.held_out()])
    hundredth = 0.0
    with localalt.load("selftest") as describer:
        for count in range(1, arguments.pictures + 1):
            describer.describe(next(pictures))
            if count == 100:
                hundredth = resident_mb()
            if count % 500 == 0:
                print(f"after {count:5} pictures: {resident_mb():7.1f} MB")
        print(f"growth from the 100th to the last: {resident_mb() - hundredth:+.1f} MB (limit 5 MB)")


if __name__ == "__main__":
    main()
