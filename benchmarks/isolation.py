"""What a child process costs: `isolation="process"` against `isolation="none"`, in turn.

    pip install '.[bench]'
    python benchmarks/isolation.py [throughput,width4,pictures,startup,workers] [--rounds N] [--json FILE]

    throughput  pictures per second of `describe_many` through a child over those in this process, for Qwen3.5-0.8B's
                shape with random weights, at most 256 image tokens and 48 tokens out, at widths 1 and 4: at least 0.97
    width4      the same at width 4 alone
    pictures    milliseconds that one picture costs over one in this process, by what is handed over, with the selftest
                model and one token out: at most 3 for an array of one megapixel
    startup     milliseconds from `load` to a model that is ready, over those in this process, each in a new process:
                at most 150
    workers     pictures per second of several children on one CPU over those of one child, with as many slots

On a machine that others use, too, only what was measured within the same seconds can be compared. So both ways are
loaded at the same time, work on the same few pictures one after the other, and change the order each time; a figure
is the median over such pairs, with its quartiles and the range in which the median lies with 95 % (by the binomial
distribution: no assumption on the noise). Processor time of this process and its children, which others disturb less,
is compared in the same way where the system shows it (Linux).
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pair
import pictures
from peers.shapes import SHAPES, pair_of

import localalt
from localalt import Describer, Tuning

__all__ = ["main"]

SHAPE = "qwen3.5-0.8b"
N_TOKENS = 48
WAYS = ("none", "process")
WIDTHS = (1, 4)
N_PICTURES = 32
BLOCK = 4
"""Pictures of one turn: seconds, in which a machine changes little."""
LEAST_RATIO, MOST_PICTURE_MS, MOST_STARTUP_MS = 0.97, 3.0, 150.0
FILE_BYTES = 10_000_000

STARTUP = """
import sys, time
import localalt
started = time.perf_counter()
describer = localalt.load("selftest", isolation=sys.argv[1], offline=True)
ready = time.perf_counter() - started
describer.describe(sys.argv[2])
print(ready, time.perf_counter() - started)
describer.close()
"""


@dataclass(frozen=True)
class Figure:
    """A median with its spread."""

    what: str
    unit: str
    median: float
    quartiles: tuple[float, float]
    median_95: tuple[float, float]
    n: int

    def __str__(self) -> str:
        low, high = self.quartiles
        least, most = self.median_95
        value = f"{self.median:7.3f}" if self.unit == "" else f"{self.median:+7.2f} {self.unit}"
        return (
            f"{self.what:52} {value}   quartiles {low:.3f} to {high:.3f}, "
            f"median within {least:.3f} to {most:.3f}, n = {self.n}"
        )


def figure(what: str, unit: str, values: Sequence[float]) -> Figure:
    """The median of some values, its quartiles, and where it lies with 95 %."""
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    least, most = _median_range(sorted(values))
    return Figure(what, unit, median, (low, high), (least, most), len(values))


def _median_range(values: Sequence[float]) -> tuple[float, float]:
    n, below = len(values), 0.0
    for rank in range(n // 2):
        below += math.comb(n, rank) / 2**n
        if below > 0.025:
            return values[rank], values[n - 1 - rank]
    return values[0], values[-1]


# --- what is measured ---


def throughput(rounds: int, n_pictures: int, widths: Sequence[int] = WIDTHS) -> Iterator[Figure]:
    """Pictures per second through a child over those in this process."""
    paths = pictures.collect(n_pictures)
    blocks = [paths[first : first + BLOCK] for first in range(0, n_pictures, BLOCK)]
    for width in widths:
        wall: list[tuple[float, float]] = []
        cpu: list[tuple[float, float]] = []
        for number in range(rounds):
            # Which is loaded first changes: the memory that comes second may be another kind.
            order = WAYS if number % 2 else WAYS[::-1]
            with contextlib.ExitStack() as stack:
                ways = {way: stack.enter_context(_loaded(way, n_seq_max=width)) for way in order}
                for describer in ways.values():
                    list(describer.describe_many(paths[:2]))
                more_wall, more_cpu = _in_turn(ways, blocks)
            print(f"  {order[0]} was loaded first: {_median(more_wall):.3f}", file=sys.stderr)
            wall, cpu = [*wall, *more_wall], [*cpu, *more_cpu]
        yield figure(f"throughput, width {width}", "", [before / after for before, after in wall])
        if cpu:
            yield figure(f"processor time, width {width}", "", [after / before for before, after in cpu])


def _median(pairs: Sequence[tuple[float, float]]) -> float:
    return statistics.median(before / after for before, after in pairs)


def workers(rounds: int, n_pictures: int) -> Iterator[Figure]:
    """Pictures per second of two children over those of one, both with four slots."""
    paths = pictures.collect(n_pictures)
    with (
        _loaded("process", n_seq_max=4) as one,
        _loaded("process", workers=2, n_seq_max=2) as two,
        _loaded("process", workers=2, n_seq_max=1) as two_of_one,
    ):
        ways = {"1 x 4": one, "2 x 2": two, "2 x 1": two_of_one}
        for describer in ways.values():
            list(describer.describe_many(paths[:4]))
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(rounds * n_pictures // BLOCK):
            block = [paths[(turn * BLOCK + index) % n_pictures] for index in range(BLOCK)]
            names = list(ways)
            for name in names[turn % 3 :] + names[: turn % 3]:
                started = time.perf_counter()
                list(ways[name].describe_many(block))
                seconds[name].append(time.perf_counter() - started)
            print(f"  {', '.join(f'{values[-1]:.2f} s {name}' for name, values in seconds.items())}", file=sys.stderr)
    for name in ("2 x 2", "2 x 1"):
        ratios = [before / after for before, after in zip(seconds["1 x 4"], seconds[name], strict=True)]
        yield figure(f"throughput, {name} slots over 1 x 4", "", ratios)


def one_picture(rounds: int, _: int) -> Iterator[Figure]:
    """Milliseconds that a picture costs over one in this process, by what is handed over."""
    from PIL import Image

    pixels = _noise(1000, 1000)
    image = Image.fromarray(pixels)
    big = _file_of(FILE_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one-megapixel.jpg"
        image.save(path, quality=85)
        kinds: dict[str, tuple[Any, int]] = {
            "an array of one megapixel": (pixels, 100),
            "a file's path, one megapixel": (path, 60),
            "a file's bytes, one megapixel": (path.read_bytes(), 60),
            f"a file's bytes, {len(big) / 1e6:.0f} MB": (big, 12),
            "a PIL image of one megapixel": (image, 60),
        }
        options: Any = {"n_seq_max": 1, "device": "cpu", "exact_tokens": 1, "reuse": False}
        with (
            localalt.load("selftest", isolation="none", **options) as here,
            localalt.load("selftest", isolation="process", **options) as there,
        ):
            for what, (source, count) in kinds.items():
                over: list[float] = []
                each: dict[Describer, list[float]] = {here: [], there: []}
                for turn in range(count * rounds + 2):
                    seconds = {}
                    for describer in (here, there) if turn % 2 else (there, here):
                        started = time.perf_counter()
                        describer.describe(source, checks="off")
                        seconds[describer] = time.perf_counter() - started
                        each[describer].append(seconds[describer] * 1e3)
                    if turn >= 2:
                        over.append((seconds[there] - seconds[here]) * 1e3)
                yield figure(what, "ms", over)
                undisturbed = [statistics.quantiles(values, n=10)[0] for values in (each[here], each[there])]
                print(f"  fastest tenth: {undisturbed[0]:.2f} ms here, {undisturbed[1] - undisturbed[0]:+.2f} ms there")


def startup(rounds: int, _: int) -> Iterator[Figure]:
    """Milliseconds from `load` to a model that is ready, over those in this process."""
    picture = pair.photographs(1, 640, 480)[0]
    here: dict[str, list[float]] = {"ready": [], "the first text": []}
    there: dict[str, list[float]] = {"ready": [], "the first text": []}
    for turn in range(20 * rounds + 1):
        for way in WAYS if turn % 2 else WAYS[::-1]:
            for values, seconds in zip(
                (here if way == "none" else there).values(), _startup_s(way, picture), strict=True
            ):
                values.append(seconds * 1e3)
    for what, values in here.items():
        pairs = list(zip(values, there[what], strict=True))[1:]  # the first wrote compiled modules
        yield figure(f"load to {what}, over that in this process", "ms", [after - before for before, after in pairs])
        yield figure(f"load to {what}, in this process", "ms", values[1:])


def _startup_s(way: str, picture: Path) -> list[float]:
    """Seconds from `load` to a model that is ready, and to the text of a picture."""
    # An installed package has its modules compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(pair.FOLDER / "pycache")
    done = subprocess.run(
        [sys.executable, "-c", STARTUP, way, str(picture)], check=True, capture_output=True, text=True, env=environment
    )
    return [float(each) for each in done.stdout.split()]


def _loaded(isolation: str, **options: Any) -> Describer:  # noqa: ANN401
    shape = SHAPES[SHAPE]
    assert shape.image_tokens is not None
    return localalt.load(
        pair_of(SHAPE),
        device="cpu",
        isolation=isolation,  # type: ignore[arg-type]
        exact_tokens=N_TOKENS,
        reuse=False,
        tuning=Tuning(n_image_tokens=shape.image_tokens[1]),
        **options,
    )


def _in_turn(
    ways: dict[str, Describer], blocks: Sequence[Sequence[Path]]
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """(seconds here, seconds there) of each block: wall time, and processor time where the system shows it."""
    wall, cpu = [], []
    for turn, block in enumerate(blocks):
        seconds, busy = {}, {}
        for way in WAYS if turn % 2 else WAYS[::-1]:
            started, started_cpu = time.perf_counter(), _cpu_s()
            list(ways[way].describe_many(block))
            seconds[way], busy[way] = time.perf_counter() - started, _cpu_s() - started_cpu
        wall.append((seconds["none"], seconds["process"]))
        cpu.append((busy["none"], busy["process"]))
        print(f"  {seconds['none']:.2f} s here, {seconds['process']:.2f} s there", file=sys.stderr, flush=True)
    return wall, cpu if all(here > 0 for here, _ in cpu) else []


def _cpu_s() -> float:
    """Of this process and of those that it started and that run."""
    total = time.process_time()
    for task in Path("/proc/self/task").glob("*/children"):
        for pid in task.read_text().split():
            # Behind the name, which may hold anything: user and system time are the 12th and 13th.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _noise(width: int, height: int) -> npt.NDArray[np.uint8]:
    from PIL import Image

    coarse = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def _file_of(n_bytes: int) -> bytes:
    """A JPEG file of a sensor's grain, of about so many bytes."""
    from PIL import Image

    buffer = io.BytesIO()
    side = round(math.sqrt(n_bytes / 0.86))
    noise = np.random.default_rng(0).normal(128, 40, (side, side, 3)).clip(0, 255).astype(np.uint8)
    Image.fromarray(noise).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    measurements: dict[str, tuple[Callable[[int, int], Iterator[Figure]], int]] = {
        "startup": (startup, 2),
        "pictures": (one_picture, 2),
        "throughput": (throughput, 3),
        "width4": (functools.partial(throughput, widths=(4,)), 3),
        "workers": (workers, 2),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default=",".join(measurements), help="separated by commas (default: all)")
    parser.add_argument("--rounds", type=int, help="more of them make the range of a median smaller")
    parser.add_argument("--pictures", type=int, default=N_PICTURES, help="of throughput and workers, for each round")
    parser.add_argument("--json", type=Path, help="append the figures to this file, one a line")
    arguments = parser.parse_args(argv)
    unknown = [name for name in arguments.what.split(",") if name not in measurements]
    if unknown:
        parser.error(f"{unknown[0]} is none of {', '.join(measurements)}")
    for name in arguments.what.split(","):
        measure, rounds = measurements[name]
        for each in measure(arguments.rounds or rounds, arguments.pictures):
            print(each, flush=True)
            if arguments.json is not None:
                with arguments.json.open("a") as file:
                    file.write(json.dumps({"measurement": name, **asdict(each)}) + "\n")


if __name__ == "__main__":
    main()
