"""A native abort at one picture in 200, which gets one WorkerCrashedError: the other 199 have their texts.

The child is `tests.support.misbehaving_child`, whose process ends as at a GGML_ASSERT when it encodes the planted
picture. Each batch of 200 is asked for in another way: at widths from 1 to 4, in order and as completed.
"""

from __future__ import annotations

import itertools
import logging
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import localalt
from localalt import selftest
from localalt.describer.describer import Describer
from localalt.errors import LocalAltError, WorkerCrashedError
from tests.support.misbehaving_child import MARK, planted

from .outcome import Outcome

__all__ = ["COUNT", "soak"]

COUNT = 1200
"""Pictures."""
N_A_BATCH = 200
N_PICTURES = 50
"""Different ones: their texts alone are asked for first."""
WIDTHS = (1, 2, 3, 4)


def soak(count: int = COUNT, *, seed: int = 0) -> Outcome:
    """Describe `count` pictures, in batches with one that ends the child in each."""
    rng = random.Random(seed)
    figures, failures = [], []
    logging.getLogger("localalt").addHandler(logging.NullHandler())  # of each death there is a line
    with (
        tempfile.TemporaryDirectory(prefix="localalt-") as name,
        planted("encoding", "assertion", counted_in=Path(name)),
    ):
        folder = Path(name)
        paths = _write(folder, rng, min(N_PICTURES, count))
        alone = _alone(paths)
        ways = itertools.cycle(itertools.product(("describe_many", "as_completed"), WIDTHS))
        for start, (way, width) in zip(range(0, count, N_A_BATCH), ways, strict=False):
            batch = [rng.choice(paths) for _ in range(min(N_A_BATCH, count - start))]
            guilty = rng.randrange(len(batch))
            planted_path = folder / f"{MARK}.bmp"
            shutil.copyfile(batch[guilty], planted_path)
            asked = [*batch[:guilty], planted_path, *batch[guilty + 1 :]]
            with localalt.load("selftest", device="cpu", isolation="process", n_seq_max=width) as describer:
                results = _ask(describer, way, asked)
            label = f"{way}, width {width}, the picture {guilty} of {len(batch)}"
            failures += [f"{label}: {each}" for each in _faults(results, [alone[path] for path in batch], guilty)]
            n_texts = sum(isinstance(each, str) for each in results)
            figures.append(f"{label} ends the process: {n_texts} texts, {len(results) - n_texts} errors")
    return Outcome(count, tuple(failures), tuple(figures))


def _write(folder: Path, rng: random.Random, n: int) -> list[Path]:
    paths = []
    for case in rng.sample(selftest.held_out(), n):
        paths.append(folder / case.name)
        paths[-1].write_bytes(case.picture)
    return paths


def _alone(paths: Sequence[Path]) -> dict[Path, str]:
    with localalt.load("selftest", device="cpu") as describer:
        return {path: describer.describe(path, checks="off").text for path in paths}


def _ask(describer: Describer, way: str, paths: Sequence[Path]) -> list[str | LocalAltError]:
    results: dict[int, str | LocalAltError] = {}
    found: Iterator[tuple[int, localalt.AltText | LocalAltError]]
    if way == "as_completed":
        found = describer.as_completed(paths, on_error="return", checks="off")
    else:
        found = enumerate(describer.describe_many(paths, on_error="return", checks="off"))
    for index, result in found:
        results[index] = result if isinstance(result, LocalAltError) else result.text
    return [results[index] for index in sorted(results)]


def _faults(results: Sequence[str | LocalAltError], alone: Sequence[str], guilty: int) -> Iterator[str]:
    if len(results) != len(alone):
        yield f"{len(results)} results"
        return
    for index, (result, text) in enumerate(zip(results, alone, strict=True)):
        if index == guilty:
            if not (isinstance(result, WorkerCrashedError) and result.ending == "SIGABRT" and not result.is_final):
                yield f"the planted picture has {result!r}"
        elif result != text:
            yield f"picture {index} has {result!r}, not {text!r}"
