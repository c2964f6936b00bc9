"""Writes a tiny random pair of weights and mmproj for each model family, with torch's answers to pictures.

    python -m scripts.make_family_pairs --source UNPACKED_SOURCE_PACKAGE [family …]

transformers builds each model with its architecture's own sizes made small, llama.cpp's
converter writes it, and torch says in float32 what it answers. tests/describer/test_families.py holds
the engine to those answers, token for token. Needs the extra "train" and the source package
of llama-cpp-python (`pip download --no-deps --no-binary :all: llama-cpp-python`, unpacked).
The same versions of Python, torch, transformers and the package write the same bytes.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

from scripts import ROOT

MODULES = (
    "qwen",
    "gemma",
    "gemma4",
    "mistral",
    "smolvlm",
    "glm",
    "lfm2",
)
"""Each has FAMILIES, a tuple."""
OUTPUT = ROOT / "localalt" / "selftest" / "families"


def main() -> None:
    """Write the pairs that the command line names, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.make_family_pairs", description="Write tiny known-answer pairs of each model family."
    )
    parser.add_argument("--source", type=Path, required=True, help="the unpacked source package of llama-cpp-python")
    parser.add_argument(
        "--output", type=Path, default=OUTPUT, help="folder of the results (default: those of the package)"
    )
    parser.add_argument("families", nargs="*", metavar="family", help="families to write (default: all)")
    arguments = parser.parse_args()
    try:
        from .files import SourcePackage, write_family

        families = {
            family.name: family
            for module in MODULES
            for family in importlib.import_module(f".{module}", __package__).FAMILIES
        }
        source = SourcePackage(arguments.source)
    except ModuleNotFoundError as error:
        parser.error(f"{error.name} is missing: install localalt with the extra train (pip install -e '.[train]')")
    except FileNotFoundError as error:
        parser.error(str(error))
    if unknown := set(arguments.families) - set(families):
        parser.error(f"there is no family {', '.join(sorted(unknown))}: choose from {', '.join(families)}")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name in arguments.families or families:
        started = time.perf_counter()
        known = write_family(families[name], source, arguments.output)
        size = (arguments.output / f"{name}.tar.xz").stat().st_size
        print(
            f"{name}: {size:,} bytes, smallest margin {known['smallest_margin']}, {time.perf_counter() - started:.0f} s"
        )
        for picture, answer in known["pictures"].items():
            print(f"  {picture}: {answer['text']!r} margin {answer['margin']}, ends after {answer['ends_after']}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
