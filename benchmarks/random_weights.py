"""Whether random weights are as fast as real ones: Gemma 3 270M's own text weights against a random pair of its shape.

    pip install '.[bench]'
    python benchmarks/random_weights.py [--runs 7] [--pictures 8] [--tokens 48] [--widths 1,4]

Both have the same projector of random weights. Runs of both alternate in shuffled rounds, each in a process of its
own, with the same pictures and as many tokens out. Prints the ratio of each figure with its spread: 1 means that
a value's weight is not worth a download.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pair

from localalt.bench import metrics, pictures, runner
from localalt.bench.setup import Setup
from localalt.bench.stats import ratio
from localalt.bench.targets import Target
from localalt.gguf.hparams import ModelShape, text_shape, vision_shape
from localalt.gguf.reader import read_header
from localalt.random_pair import write_shape

METRICS = ("images_per_min", "encode_tps", "prefill_tps", "decode_tps_all")
QUANT = "Q4_K_M"


def targets(folder: Path) -> tuple[Target, Target]:
    """(real, random) with the same projector file."""
    weights, mmproj = pair.gemma3_pair()
    # A fresh copy: from a file that has been in the page cache for hours the same model ran up to 10 % slower.
    weights = Path(shutil.copy(weights, folder / "real.gguf"))
    header = read_header(weights)
    shape = ModelShape(text_shape(header), vision_shape(read_header(mmproj)))
    random, _ = write_shape(shape, "gemma-3-270m", QUANT, "F16", folder)
    types = {name: tensor.ggml_type for name, tensor in header.tensors.items()}
    own = {name: tensor.ggml_type for name, tensor in read_header(random).tensors.items()}
    for name in sorted(set(types) | set(own)):
        if types.get(name) != own.get(name):
            print(f"{name} has type {types.get(name)} in the real file and {own.get(name)} in the random one")
    return Target("real", weights, mmproj, "real"), Target("random", random, mmproj, "random")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--pictures", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--widths", default="1,4")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="localalt-") as name:
        both = targets(Path(name))
        drawn = pictures.drawn(arguments.pictures, pair.FOLDER)
        for width in map(int, arguments.widths.split(",")):
            setups = [
                Setup(each, "cpu", width, drawn.name, drawn.digest, drawn.paths, arguments.tokens) for each in both
            ]
            store = runner.ResultStore()
            for setup, reason in runner.measure(setups, store, n_runs=arguments.runs).items():
                raise SystemExit(f"{setup.label} could not be measured: {reason}")
            real, random = store.results(setups)
            for metric in METRICS:
                found = ratio(random.metrics[metric], real.metrics[metric])
                print(
                    f"{width} at a time, {metric:16} random over real {found.value:.3f} "
                    f"({found.low:.3f} to {found.high:.3f}): {metrics.METRICS[metric]}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
