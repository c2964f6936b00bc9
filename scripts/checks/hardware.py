"""What this project has run on real GPUs: read from benchmarks/results, said in README, docs and `localalt devices`.

    python -m scripts.checks.hardware            says whether all of them say it
    python -m scripts.checks.hardware --write    brings them up to date

tests/project/test_hardware.py holds them to it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from localalt.bench.result_files import Entry, load
from localalt.machine import hardware_runs
from localalt.machine.hardware_runs import Run, label
from scripts import ROOT

__all__ = ["PAGES", "entries", "main", "runs", "sentence", "stale"]

RESULTS = ROOT / "benchmarks" / "results"
PAGES = (ROOT / "README.md", ROOT / "docs" / "gpu.md")
BEGIN, END = "<!--hardware-->", "<!--/hardware-->"
BACKENDS = ("CUDA", "ROCm", "MTL", "Vulkan")
"""That localalt has presets for, as ggml calls them."""
WIDTH = 128


def entries(folder: Path = RESULTS) -> tuple[Entry, ...]:
    """The results in a folder.

    Raises:
        ValueError: a file cannot be read.
    """
    found, wrong = load([folder])
    if wrong:
        raise ValueError(" ".join(wrong))
    return found


def runs(found: Iterable[Entry]) -> list[Run]:
    """The GPUs that are no programs, by backend and name, each with its newest result."""
    newest: dict[tuple[str, str], Run] = {}
    for each in sorted(found, key=lambda each: each.identity.test_time):
        own = each.identity
        if own.backend in BACKENDS and not own.is_software:
            newest[own.backend, own.gpu_info] = Run(own.backend, own.gpu_info, own.test_time[:10], each.file)
    return [newest[key] for key in sorted(newest, key=lambda key: (BACKENDS.index(key[0]), key[1]))]


def sentence(found: Sequence[Entry]) -> str:
    """What has run on real GPUs, on software devices alone, and never, for people."""
    real = runs(found)
    by_backend = {each.backend for each in real}
    software = {each.identity.backend for each in found if each.identity.is_software} - by_backend
    never = [label(each) for each in BACKENDS if each not in by_backend | software]
    alone = [label(each) for each in BACKENDS if each in software]
    rest = [f"{_listed(alone)} ran on a software device only"] if alone else []
    rest += [f"{_listed(never)} never ran"] if never else []
    last = f" {', and '.join(rest)}." if rest else ""
    if not real:
        return f"No GPU has run this code yet:{last}"
    gpus = "; ".join(f"{label(each.backend)} on {each.gpu} ({each.date})" for each in real)
    return f"These GPUs have run this code: {gpus}.{last}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def stale(found: Sequence[Entry], *, write: bool = False) -> list[Path]:
    """The files that say something else than the results; `write` brings them up to date."""
    own = sentence(found)
    wanted = {hardware_runs.FILE: json.dumps([dataclasses.asdict(each) for each in runs(found)], indent=1) + "\n"}
    wanted |= {page: _with_sentence(page.read_text(encoding="utf-8"), own) for page in PAGES}
    old = [path for path, text in wanted.items() if path.read_text(encoding="utf-8") != text]
    for path in old if write else ():
        path.write_text(wanted[path], encoding="utf-8")
    return old


def _with_sentence(page: str, text: str) -> str:
    """A page whose paragraph with the marks has the text between them, wrapped anew where that changes it."""
    paragraphs = page.split("\n")
    begin = next(index for index, line in enumerate(paragraphs) if BEGIN in line)
    end = next(index for index, line in enumerate(paragraphs) if END in line)
    block = " ".join(line.strip() for line in paragraphs[begin : end + 1])
    between = re.search(f"{BEGIN}(.*?){END}", block)
    if between is None or between[1] == text:
        return page
    changed = block[: between.start(1)] + text + block[between.end(1) :]
    indent = "  " if changed.startswith("- ") else ""
    lines = textwrap.wrap(changed, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*paragraphs[:begin], *lines, *paragraphs[end + 1 :]])


def main(argv: Sequence[str] | None = None) -> int:
    """Say which files are out of date, or change them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="bring the files up to date")
    arguments = parser.parse_args(argv)
    found = entries()
    print(sentence(found))
    old = stale(found, write=arguments.write)
    for path in old:
        print(f"{path.relative_to(ROOT)}: {'written' if arguments.write else 'says something else: add --write'}")
    return 0 if arguments.write or not old else 1


if __name__ == "__main__":
    sys.exit(main())
