"""Many pictures: images per second of `describe_many`, of its peers, and of one picture after the other.

    pip install '.[bench]'
    python benchmarks/throughput.py [--shapes gemma3-270m,...] [--widths 1,4,8] [--pictures 64]
                                    [--tokens 48] [--rounds 3] [--ways localalt,...] [--json FILE]

Ways to describe the same files with the same model (benchmarks/peers.py):

    localalt    `Describer.describe_many` with as many slots as the width says
    xllamacpp   llama-server inside the process, with as many slots
    xllamacpp-native  another copy of it, from the folder given with --native: see below
    handler     llama-cpp-python's MTMDChatHandler, which does one picture at a time
    describe    a plain loop over `Describer.describe`

Same work: the same prompt, greedily the same number of tokens out, the same limits of image tokens, as many
threads as there are physical cores. Each way runs alone in a process of its own: it loads, describes two
pictures that are not among the measured ones, and then all of those; only these are timed, from the first
file read to the last answer. The order of the ways is shuffled in each round, and ratios are of one round,
so that what happens on the machine meanwhile hits all alike; the column "others" is the most that other
programs took of the processor during a run, which should be next to nothing (`--others 0.05` repeats a run
during which it was more). A way that fails is shown and left out.

On a machine that others use too, wall time is noisy; processor time on one core, where no thread spins, is
less so. Time in which a way waits without working does not count in it:

    taskset -c 0 python benchmarks/throughput.py --cpu-time

Shapes (how fast a model is depends on no weight's value):

    gemma3-270m    real Gemma 3 270M text weights and a random SigLIP of 224 pixels: 49 image tokens each
    qwen3.5-0.8b   random weights of the true shape, Q4_K_M; 64 to 256 image tokens a picture in place of
                   localalt's 1,024 and llama.cpp's 4,096 at most, so that a CPU does it in time
    smolvlm-256m   random weights of the true shape, Q8_0; pictures brought to 512 pixels a side in place of
                   2,048, so that they are one tile and the whole and not up to 17 (20 s a picture on two
                   cores), which the mmproj file says to all ways alike: 128 image tokens each

llama.cpp scales a picture to its limit and then rounds both sides down, where localalt takes the nearest
shape within the limit; with the limit that Qwen's peers get here both come to the same grid for every size
among the pictures. Prompts are compared picture by picture, and where they differ, it is told.

What is not the same: a peer may come with another version of llama.cpp (printed), and built for another
processor (told, where its instructions differ). xllamacpp from PyPI uses AVX2 and nothing newer, so that on a
newer processor much of what it loses is this; it asks people to build it themselves for speed. To have both:

    CMAKE_ARGS="-DLLAMA_LLGUIDANCE=OFF -DLLAMA_BUILD_BORINGSSL=OFF" pip install --no-deps --no-binary xllamacpp \
        --target FOLDER xllamacpp
    python benchmarks/throughput.py --native FOLDER

(a C++ compiler; what is left out plays no part here). Peak memory depends on the room for text, too: localalt's
plan leaves 1,536 tokens for the author's notes beside the largest picture that the model takes, and the
peers have 2,048 tokens for everything.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pair
import peers
import pictures
from peers import limit_image_tokens

from localalt import machine
from localalt.presets import PRESETS

__all__ = [
    "INSTRUCTION",
    "SHAPES",
    "Run",
    "Shape",
    "limit_image_tokens",
    "main",
    "measure",
    "pair_of",
    "report",
    "sweep",
]

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

N_WARM_UP = 2
MAX_TRIES = 5
"""Of a run that other programs disturb."""
TOLERANCE = 0.02
"""Prompts that differ by more than this share are told."""
PACKAGES = ("llama-cpp-python", "xllamacpp", "pillow", "numpy")
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Shape:
    """A model to measure with, and the text around its pictures."""

    quant: str
    """Of random weights; "" for the ones of `pair`."""
    opening: str
    closing: str
    image_tokens: tuple[int, int] | None = None
    """Least and most of one picture, for localalt; and for its peers:"""
    peer_image_tokens: tuple[int, int] | None = None
    longest_edge: int | None = None
    """Pixels of a tiled picture's longer side, in place of the projector's own."""


SHAPES: Mapping[str, Shape] = {
    "gemma3-270m": Shape("", PRESETS["gemma3"].opening, PRESETS["gemma3"].closing),
    "qwen3.5-0.8b": Shape(
        "Q4_K_M",
        PRESETS["qwen3.5"].opening,
        PRESETS["qwen3.5"].closing,
        image_tokens=(64, 256),
        peer_image_tokens=(64, 270),
    ),
    "smolvlm-256m": Shape(
        "Q8_0",
        "<|im_start|>user\n",  # as its own template in the file has it
        "<|im_end|>\n<|im_start|>assistant\n",
        longest_edge=512,
    ),
}
INSTRUCTION = PRESETS["gemma3"].instruction
"""The same for every family."""


@dataclass(frozen=True, slots=True)
class Run:
    """One way at one width, to be measured in a process of its own."""

    way: str
    width: int
    """Pictures at a time; 0 for a way that does one after the other."""

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.way}, {self.width} at a time" if self.width else self.way


# --- the child: one way, measured ---


def measure(
    way: str, job: peers.Job, warm_up: Sequence[Path], paths: Sequence[Path], *, by_cpu_time: bool
) -> dict[str, Any]:
    """Load, warm up, describe all, and tell what it took. To be run in a process of its own."""
    started = time.perf_counter()
    describe = peers.WAYS[way](job)
    load_s = time.perf_counter() - started
    describe(warm_up)
    started, started_cpu, started_busy = time.perf_counter(), time.process_time(), _busy_s()
    tokens = describe(paths)
    elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    others = None if started_busy is None else (_busy_s() or 0.0) - started_busy - cpu_s
    return {
        "images_per_s": len(paths) / (cpu_s if by_cpu_time else elapsed_s),
        "elapsed_s": elapsed_s,
        "cpu_s": cpu_s,
        "others_share": None if others is None else max(0.0, others) / elapsed_s / (os.cpu_count() or 1),
        "load_s": load_s,
        "peak_rss_bytes": _peak_rss(),
        "n_prompt_tokens": [each.prompt for each in tokens],
        "n_output_tokens": [each.output for each in tokens],
        "kernels": peers.kernels(way),
    }


def _busy_s() -> float | None:
    """Seconds that all cores together have been busy with anything, since the machine started."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:  # not Linux
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _peak_rss() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _child(text: str) -> None:
    """What `_start` started: the work is in `text`, and the result goes to the last line of standard output."""
    work = json.loads(text)
    files = {key: Path(path) for key in ("weights", "mmproj", "native") if (path := work["job"][key]) is not None}
    job = peers.Job(**work["job"] | files)
    warm_up, paths = ([Path(path) for path in work[key]] for key in ("warm_up", "paths"))
    result = measure(work["way"], job, warm_up, paths, by_cpu_time=work["by_cpu_time"])
    print(f"\n{json.dumps(result)}", flush=True)
    os._exit(0)  # a peer that hangs or crashes while it unloads has been measured all the same


# --- the parent ---


def _start(run: Run, job: peers.Job, paths: Sequence[Path], by_cpu_time: bool) -> dict[str, Any]:
    """The result of a child, or {"error": why there is none}."""
    work = {
        "way": run.way,
        "job": dataclasses.asdict(job),
        "warm_up": paths[-N_WARM_UP:],
        "paths": paths[:-N_WARM_UP],
        "by_cpu_time": by_cpu_time,
    }
    command = [sys.executable, __file__, "--child", json.dumps(work, default=str)]
    child = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if child.returncode == 0:
        result: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
        return result
    lines = [line for line in child.stderr.splitlines() if line.strip()]
    return {"error": f"exit status {child.returncode}: {lines[-1] if lines else 'it said nothing'}"}


def pair_of(name: str) -> tuple[Path, Path]:
    """(weights, mmproj) of a shape, made on first use and kept in the temporary folder."""
    shape = SHAPES[name]
    if not shape.quant:
        return pair.gemma3_pair()
    from random_pair import pair_paths, write_pair

    weights, mmproj = pair_paths(name, shape.quant, pair.FOLDER)
    if not (weights.exists() and mmproj.exists()):
        write_pair(name, shape.quant, pair.FOLDER)
    return weights, mmproj if shape.longest_edge is None else _with_longest_edge(mmproj, shape.longest_edge)


def _with_longest_edge(mmproj: Path, pixels: int) -> Path:
    """A copy of a projector that brings pictures to this size before it cuts them into tiles."""
    copy = mmproj.with_name(f"{mmproj.stem}-edge-{pixels}.gguf")
    if not copy.exists():
        data = bytearray(mmproj.read_bytes())
        key = b"clip.vision.preproc_image_size"
        # A GGUF file holds a key, its type as four bytes, and its value, here four bytes too.
        struct.pack_into("<I", data, data.index(key) + len(key) + 4, pixels)
        part = copy.with_suffix(".part")
        part.write_bytes(data)
        part.replace(copy)
    return copy


def _runs(ways: Sequence[str], widths: Sequence[int]) -> Iterator[Run]:
    for way in ways:
        for width in widths if way in peers.BATCHED else [0]:
            yield Run(way, width)


Results = dict[Run, list[dict[str, Any]]]
"""One result per round."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to measure, the same for every run."""

    n_tokens: int
    n_rounds: int
    by_cpu_time: bool
    others: float | None
    """The most that other programs may take of the processor during a run, or it is repeated."""
    native: Path | None
    """See `peers.Job`."""


def sweep(name: str, runs: Sequence[Run], paths: Sequence[Path], settings: Settings) -> Results:
    """All runs of one shape, in another order in each round."""
    weights, mmproj = pair_of(name)
    shape = SHAPES[name]
    results: Results = {run: [] for run in runs}
    for number in range(settings.n_rounds):
        for run in random.sample(runs, len(runs)):
            job = peers.Job(
                weights=weights,
                mmproj=mmproj,
                opening=shape.opening,
                instruction=INSTRUCTION,
                closing=shape.closing,
                n_tokens=settings.n_tokens,
                n_slots=max(1, run.width),
                n_threads=machine.physical_cores(),
                image_tokens=shape.image_tokens,
                peer_image_tokens=shape.peer_image_tokens,
                native=settings.native,
            )
            results[run].append(_undisturbed(f"{name}, round {number + 1}: {run.label}", run, job, paths, settings))
    return results


def _undisturbed(label: str, run: Run, job: peers.Job, paths: Sequence[Path], settings: Settings) -> dict[str, Any]:
    """The result of the first try that others left alone, or of the one they disturbed least."""
    tries: list[dict[str, Any]] = []
    while len(tries) < MAX_TRIES:
        result = _start(run, job, paths, settings.by_cpu_time)
        if "error" in result:
            print(f"{label}: {result['error']}", file=sys.stderr, flush=True)
            return result
        tries.append(result)
        share = result["others_share"] or 0.0
        print(f"{label}: {result['images_per_s']:.3f} images/s, others {share:.0%}", file=sys.stderr, flush=True)
        if settings.others is None or share <= settings.others:
            break
    return min(tries, key=lambda result: result["others_share"] or 0.0)


# --- what is printed ---


def report(name: str, results: Results, n_tokens: int) -> None:
    """Tables and notes for one shape."""
    print(f"\n{name}\n")
    columns = f"{'images/s':>10}  {'(from to)':16}{'tokens in':>10}{'out':>7}{'peak MiB':>10}{'others':>8}"
    print(f"{'way':18}{'slots':>6}{columns}")
    for run, rounds in results.items():
        print(_row(run, rounds))
    widths = sorted({run.width for run in results if run.way == "localalt"})
    if widths and len(results) > len(widths):
        print("\nlocalalt over       " + "".join(f"{f'{width} at a time':>24}" for width in widths))
        for way in dict.fromkeys(run.way for run in results if run.way != "localalt"):
            cells = [_ratio(results, way, width) for width in widths]
            print(f"  {way:18}" + "".join(f"{cell:>24}" for cell in cells))
    for note in _notes(results, n_tokens):
        print(f"note: {note}")
    sys.stdout.flush()


def _good(rounds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [result for result in rounds if "error" not in result]


def _row(run: Run, rounds: Sequence[dict[str, Any]]) -> str:
    good = _good(rounds)
    start = f"{run.way:18}{run.width or '-':>6}"
    if not good:
        return f"{start}  failed: {rounds[0]['error']}"
    speeds = [result["images_per_s"] for result in good]
    spread = f"({min(speeds):.3f} {max(speeds):.3f})"
    n_in, n_out = (sum(good[0][key]) for key in ("n_prompt_tokens", "n_output_tokens"))
    peaks = [result["peak_rss_bytes"] for result in good if result["peak_rss_bytes"]]
    peak = f"{max(peaks) / MIB:.0f}" if peaks else "-"
    shares = [result["others_share"] for result in good if result["others_share"] is not None]
    others = f"{max(shares):.0%}" if shares else "-"
    row = f"{start}{statistics.median(speeds):10.3f}  {spread:16}{n_in:10d}{n_out:7d}{peak:>10}{others:>8}"
    return row if len(good) == len(rounds) else f"{row}  failed in {len(rounds) - len(good)} of {len(rounds)} rounds"


def _ratio(results: Results, way: str, width: int) -> str:
    """How many times as fast localalt is, in the same round: median, least and most."""
    own = results[Run("localalt", width)]
    other = results[Run(way, width if way in peers.BATCHED else 0)]
    ratios = [
        mine["images_per_s"] / theirs["images_per_s"]
        for mine, theirs in zip(own, other, strict=True)
        if "error" not in mine and "error" not in theirs
    ]
    if not ratios:
        return "-"
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} {max(ratios):.2f})"


def _notes(results: Results, n_tokens: int) -> Iterator[str]:
    """What makes the comparison uneven."""
    firsts = {run: good[0] for run, rounds in results.items() if (good := _good(rounds))}
    reference = next((first for run, first in firsts.items() if run.way == "localalt"), None)
    told: set[str] = set()
    for run, first in firsts.items():
        short = sum(n != n_tokens for n in first["n_output_tokens"])
        if short:
            yield f"{run.label} wrote another number of tokens than {n_tokens} for {short} pictures"
        if reference is None or run.way in told:
            continue
        told.add(run.way)
        yield from _uneven(run.way, first, reference)


def _uneven(way: str, result: Mapping[str, Any], reference: Mapping[str, Any]) -> Iterator[str]:
    pairs = list(zip(result["n_prompt_tokens"], reference["n_prompt_tokens"], strict=True))
    far = sum(abs(theirs / mine - 1) > TOLERANCE for theirs, mine in pairs)
    if far:
        share = sum(theirs for theirs, _ in pairs) / sum(mine for _, mine in pairs)
        yield (
            f"{way} has prompts that differ from localalt's by more than {TOLERANCE:.0%} for {far} of {len(pairs)} "
            f"pictures; over all pictures it reads {share:.3f} times as many tokens"
        )
    theirs, mine = set(result["kernels"].split()), set(reference["kernels"].split())
    if theirs != mine:
        lacks, has = " ".join(sorted(mine - theirs)), " ".join(sorted(theirs - mine))
        yield f"{way} is built for another processor: without {lacks or 'nothing'}, with {has or 'nothing more'}"


def _versions() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "-"
    return versions


def _names(known: Sequence[str]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return list(dict.fromkeys(names))

    return parse


def _widths(text: str) -> list[int]:
    widths = sorted({int(width) for width in text.split(",")})
    if widths[0] < 1:
        raise argparse.ArgumentTypeError("a width is 1 or more")
    return widths


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", type=_names(list(SHAPES)), default=list(SHAPES), help="of models, with commas")
    parser.add_argument("--ways", type=_names(list(peers.WAYS)), help="with commas")
    parser.add_argument("--native", type=Path, metavar="FOLDER", help="with an xllamacpp built for this machine")
    parser.add_argument("--widths", type=_widths, default=[1, 4, 8], help="pictures at a time, with commas")
    parser.add_argument("--pictures", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu-time", action="store_true", help="per second of processor time in place of wall time")
    parser.add_argument("--others", type=float, metavar="SHARE", help="repeat what was disturbed more than this (0.05)")
    parser.add_argument("--json", type=Path, help="write all results to this file")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.child:
        _child(arguments.child)
    ways = arguments.ways or [way for way in peers.WAYS if arguments.native or way != "xllamacpp-native"]
    if "xllamacpp-native" in ways and arguments.native is None:
        parser.error("xllamacpp-native needs --native FOLDER")
    paths = pictures.collect(arguments.pictures + N_WARM_UP)
    runs = list(_runs(ways, arguments.widths))
    settings = Settings(arguments.tokens, arguments.rounds, arguments.cpu_time, arguments.others, arguments.native)
    known = {
        "versions": _versions(),
        "n_threads": machine.physical_cores(),
        "n_pictures": arguments.pictures,
        **dataclasses.asdict(settings),
    }
    print(json.dumps(known, default=str))
    everything: dict[str, Any] = {**known, "shapes": {}}
    for name in arguments.shapes:
        results = sweep(name, runs, paths, settings)
        report(name, results, arguments.tokens)
        everything["shapes"][name] = [{**dataclasses.asdict(run), "rounds": rounds} for run, rounds in results.items()]
        if arguments.json:  # after each shape: a sweep takes long
            arguments.json.write_text(json.dumps(everything, indent=1, default=str))


if __name__ == "__main__":
    main()
