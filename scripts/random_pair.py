"""Writes a pair of random weights of a catalog model's true shape: see `localalt.random_pair`.

python -m scripts.random_pair qwen3.5-0.8b:Q4_K_M --out FOLDER [--empty]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from localalt.models.catalog_hparams import SHAPES
from localalt.random_pair import QUANTS, write_pair

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> None:
    """Write a pair and print its paths."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.random_pair", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", help=f"NAME:QUANT, QUANT one of {', '.join(QUANTS)}")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--empty", action="store_true", help="header only, the rest a hole")
    arguments = parser.parse_args(argv)
    name, _, quant = arguments.model.partition(":")
    if name.removesuffix("-qat") not in SHAPES or quant not in QUANTS:
        parser.error(f"{arguments.model} is not NAME:QUANT with one of these names: {', '.join(SHAPES)}")
    for path in write_pair(name, quant, arguments.out, empty=arguments.empty):
        print(path)


if __name__ == "__main__":
    main()
