"""Ten thousand pictures through one Describer: do memory, threads or open files grow, and are the texts the same?

    python benchmarks/memory.py [--pictures 10000] [--slots 8]

Describes the selftest model's own held-out pictures one at a time, then the same again and again
by `describe_many`, in batches. Every text must be the one from before. Prints resident memory, threads
and open files on the way, and what they grew by from the 500th picture to the last. Linux only (it reads
/proc). Pictures differ from one pass to the next by a few corner pixels, so that none is known from before.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

import localalt
from localalt import selftest

SETTLED = 500
"""Pictures after which caches are full and pools have their threads."""
LIMIT_MB = 20


@dataclass(frozen=True)
class Usage:
    """What this process holds."""

    resident_mb: float
    """10^6 bytes."""
    n_threads: int
    n_files: int

    @classmethod
    def now(cls) -> Usage:
        """As /proc has it."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        resident_mb = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        return cls(resident_mb, _n_entries("/proc/self/task"), _n_entries("/proc/self/fd"))

    def __str__(self) -> str:
        return f"{self.resident_mb:7.1f} MB, {self.n_threads} threads, {self.n_files} open files"


def _n_entries(folder: str) -> int:
    return sum(1 for _ in Path(folder).iterdir())


def marked(pixels: npt.NDArray[np.uint8], number: int) -> npt.NDArray[np.uint8]:
    """A copy that no other pass has: `number` in the colours of three corner pixels, one level at most from before."""
    copy: npt.NDArray[np.uint8] = pixels.copy()
    bits = np.array([number >> bit & 1 for bit in range(36)], np.uint8).reshape(12, 3)
    corner = copy[0, :12]
    copy[0, :12] = np.where(corner < 255, corner + bits, corner - bits)
    return copy


def endless(pictures: Sequence[npt.NDArray[np.uint8]]) -> Iterator[npt.NDArray[np.uint8]]:
    """The pictures in turn, no two of them equal."""
    number = 0
    while True:
        for picture in pictures:
            yield marked(picture, number)
        number += 1


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print; status 1 where something grew or a text changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--slots", type=int, default=8)
    arguments = parser.parse_args(argv)
    pictures = [np.asarray(Image.open(io.BytesIO(case.picture)).convert("RGB")) for case in selftest.held_out()]
    settled = last = Usage.now()
    n_different = 0
    with localalt.load("selftest", n_seq_max=arguments.slots) as describer:
        alone = [describer.describe(picture).text for picture in pictures]
        texts = describer.describe_many(endless(pictures))
        for count, alt in enumerate(texts, start=1):
            n_different += alt.text != alone[(count - 1) % len(alone)]
            if count == SETTLED:
                settled = Usage.now()
            if count % max(1, arguments.pictures // 10) == 0:
                print(f"after {count:6}: {Usage.now()}", flush=True)
            if count == arguments.pictures:
                break
        last = Usage.now()
    grown_mb = last.resident_mb - settled.resident_mb
    n_threads, n_files = last.n_threads - settled.n_threads, last.n_files - settled.n_files
    print(f"from the {SETTLED}th to the last: {grown_mb:+.1f} MB (limit {LIMIT_MB}), {n_threads:+} threads,", end=" ")
    print(f"{n_files:+} open files; {n_different} of {arguments.pictures} texts differ from one at a time")
    sys.exit(grown_mb > LIMIT_MB or n_threads > 0 or n_files > 0 or n_different > 0)


if __name__ == "__main__":
    main()
