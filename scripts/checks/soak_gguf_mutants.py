"""GGUF files of every family with one thing wrong: how many are refused, and how many kill the process.

Half of the mutants are weights and half are projectors. What the headers betray is refused before native code
sees it, and is counted here without starting anything; the rest is loaded and asked in child processes. At most one
in a hundred may kill its process or hang, of all and of the projectors alone.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from localalt import selftest
from localalt.errors import LocalAltError
from localalt.models.files import read_files

from .gguf_mutants import File, mutant, parse
from .outcome import Outcome

__all__ = ["COUNT", "MAX_DEADLY", "soak"]

COUNT = 1600
MAX_DEADLY = 0.01
"""Share of the mutants that may kill a process or hang."""
WEIGHTS, MMPROJ = 0, 1


@dataclass(frozen=True)
class _Pair:
    name: str
    picture: Path
    paths: tuple[Path, Path]
    files: tuple[File, File]


def soak(count: int = COUNT, *, seed: int = 0, loads: bool = True) -> Outcome:
    """Make and try `count` mutants; without `loads` only their headers are read."""
    rng = random.Random(seed)
    tally: Counter[tuple[int, str]] = Counter()
    by_kind: dict[str, Counter[str]] = {}
    deadly, faults = [], []
    with tempfile.TemporaryDirectory() as folder, _child() as child:
        pairs = list(_pairs(Path(folder)))
        for number in range(count):
            pair, which = pairs[number // 2 % len(pairs)], number % 2
            made = mutant(pair.files[which], rng)
            path = Path(folder, "mutant.gguf")
            path.write_bytes(made.data)
            weights, mmproj = (path, pair.paths[1]) if which == WEIGHTS else (pair.paths[0], path)
            name = f"{pair.name} {'mmproj' if which else 'weights'} {made.kind}: {made.detail:.100}"
            outcome = _refusal(weights, mmproj) or (child.try_out(weights, mmproj, pair.picture) if loads else "passed")
            tally[which, outcome] += 1
            by_kind.setdefault(made.kind, Counter())[outcome] += 1
            if outcome in ("killed", "hung"):
                deadly.append(f"{name} ({outcome})")
            elif outcome == "fault":
                faults.append(f"{name} (not a LocalAltError)")
    figures = [*_figures(tally, count), *(f"{kind:15} {_listed(by_kind[kind])}" for kind in sorted(by_kind))]
    return Outcome(count, (*faults, *(deadly if _too_many(tally) else ())), (*figures, *deadly))


def _refusal(weights: Path, mmproj: Path) -> str:
    """ "refused" where reading the headers is enough, else ""."""
    try:
        read_files("mutant", weights, mmproj).spec(max_tokens=6)
    except LocalAltError:
        return "refused"
    except Exception:
        return "fault"
    return ""


def _too_many(tally: Counter[tuple[int, str]]) -> bool:
    return any(_deadly(tally, of) > MAX_DEADLY * _total(tally, of) for of in ((WEIGHTS, MMPROJ), (MMPROJ,)))


def _total(tally: Counter[tuple[int, str]], of: tuple[int, ...]) -> int:
    return sum(number for (which, _), number in tally.items() if which in of)


def _deadly(tally: Counter[tuple[int, str]], of: tuple[int, ...]) -> int:
    return sum(tally[which, outcome] for which in of for outcome in ("killed", "hung"))


def _figures(tally: Counter[tuple[int, str]], count: int) -> Iterator[str]:
    for name, of in (("all", (WEIGHTS, MMPROJ)), ("weights", (WEIGHTS,)), ("mmproj", (MMPROJ,))):
        total = max(1, _total(tally, of))
        each: Counter[str] = Counter()
        for (which, outcome), number in tally.items():
            each[outcome] += number * (which in of)
        deadly = 100 * _deadly(tally, of) / total
        yield f"{name:8} {_total(tally, of)} of {count}: {_listed(each)}; deadly {deadly:.1f} %"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common() if number)


def _pairs(folder: Path) -> Iterator[_Pair]:
    for family in selftest.families():
        own = folder / family.name
        own.mkdir()
        weights, mmproj = selftest.unpack_family(family.name, own)
        # The smallest picture: it is what the random weights make of it that would take the time.
        picture = min((own / name for name in family.pictures), key=lambda path: path.stat().st_size)
        yield _Pair(family.name, picture, (weights, mmproj), (parse(weights.read_bytes()), parse(mmproj.read_bytes())))


class _Child:
    """A process that loads models in forks of its own; started at the first."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def try_out(self, weights: Path, mmproj: Path, picture: Path) -> str:
        """What became of loading and asking it: "answered", "error", "fault", "killed" or "hung"."""
        if self._process is None:
            command = [sys.executable, "-m", "scripts.checks.gguf_mutants_child"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(weights), str(mmproj), str(picture)]) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip() or "killed"

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()


@contextmanager
def _child() -> Iterator[_Child]:
    child = _Child()
    try:
        yield child
    finally:
        child.close()
