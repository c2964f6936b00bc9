"""GGUF files of every family with one thing wrong, loaded in a child: the host lives, and has an error or a text.

Half of the mutants are weights and half are projectors. Each is loaded with `isolation="process"` and, where it loads,
describes one small picture. At most one in a hundred may cost children, of all and of the projectors alone. Those that
the gate refuses (`localalt.gguf.check` and `mmproj_check`) are loaded once more by children without it: what it saves.
"""

from __future__ import annotations

import logging
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import localalt
from localalt import selftest
from localalt.errors import LocalAltError, WorkerCrashedError
from localalt.gguf.check import check_weights
from localalt.gguf.mmproj_check import check_mmproj
from localalt.gguf.reader import read_header
from localalt.isolation import place, pool, service

from .gguf_mutants import AREAS, File, mutant, parse
from .outcome import Outcome

__all__ = ["COUNT", "MAX_COSTLY", "soak"]

COUNT = 2000
MAX_COSTLY = 0.01
"""Share of the mutants that may cost children."""
N_AT_ONCE = 2
UNGATED = "scripts.checks.gguf_mutants.ungated"
WEIGHTS, MMPROJ = 0, 1
ANSWERED, CRASHED, FAULT = "answered", "crashed", "fault"


@dataclass(frozen=True)
class _Pair:
    name: str
    picture: Path
    paths: tuple[Path, Path]
    files: tuple[File, File]


@dataclass(frozen=True)
class _Trial:
    """One mutant, and what came of loading it and asking it."""

    which: int
    area: str
    kind: str
    name: str
    is_refused: bool
    """By the gate."""
    came: str
    """ "answered", "crashed", the name of another error of the tree, or "fault" and an error that is none."""


def soak(count: int = COUNT, *, seed: int = 0) -> Outcome:
    """Make `count` mutants and load each in a child, and those that the gate refuses in one without it too."""
    with tempfile.TemporaryDirectory() as folder:
        mutants = _Mutants(Path(folder), seed)
        with _deaths() as deaths:
            trials = _each(mutants, range(count))
        refused = [number for number, trial in enumerate(trials) if trial.is_refused]
        with _without_gate(), _deaths() as more_deaths:
            saved = dict(zip(refused, _each(mutants, refused), strict=True))
    faults = [f"{trial.name}: {trial.came}" for trial in trials if trial.came.startswith(FAULT)]
    costly = [f"{trial.name} (crashed)" for trial in trials if trial.came == CRASHED]
    without = [saved.get(number, trial) for number, trial in enumerate(trials)]
    died = f"children that died: {deaths.count}; without the gate, where it refuses: {more_deaths.count}"
    figures = (*_shares(trials, without), died, *_by_area_and_kind(trials, without), *costly)
    return Outcome(count, (*faults, *(costly if _is_too_much(trials) else ())), figures)


def _each(mutants: _Mutants, numbers: Iterable[int]) -> list[_Trial]:
    with ThreadPoolExecutor(N_AT_ONCE) as threads:
        return list(threads.map(mutants.try_out, numbers))


@contextmanager
def _without_gate() -> Iterator[None]:
    # One try each: it is known that they crash, and the third try says no more than the first.
    with mock.patch.object(service, "MODULE", UNGATED), mock.patch.object(place, "MAX_LOADING_DEATHS", 1):
        yield


class _Deaths(logging.Handler):
    """Counts the children whose end the pool reports; those whose pictures were tried again with success too."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`; it has a lock around this."""
        self.count += "ended" in record.getMessage()


@contextmanager
def _deaths() -> Iterator[_Deaths]:
    logger, deaths = logging.getLogger(pool.__name__), _Deaths()
    quiet = logging.getLogger("localalt")  # llama.cpp has a word or two on most of these files
    nothing = logging.NullHandler()
    logger.addHandler(deaths)
    quiet.addHandler(nothing)
    try:
        yield deaths
    finally:
        logger.removeHandler(deaths)
        quiet.removeHandler(nothing)


class _Mutants:
    """Those of one seed, by number; safe to use from several threads."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._pairs = list(_pairs(folder))

    def try_out(self, number: int) -> _Trial:
        """Write a mutant, load it in a child, and have it describe a picture."""
        pair, which = self._pairs[number // 2 % len(self._pairs)], number % 2
        made = mutant(pair.files[which], random.Random(f"{self._seed} {number}"))
        path = self._folder / f"mutant{number}.gguf"
        path.write_bytes(made.data)
        weights, mmproj = (path, pair.paths[MMPROJ]) if which == WEIGHTS else (pair.paths[WEIGHTS], path)
        try:
            came = _came_of(weights, mmproj, pair.picture)
            is_refused = _is_refused(weights, mmproj)
        finally:
            path.unlink()
        name = f"{pair.name} {'mmproj' if which else 'weights'} {made.kind}: {made.detail:.100}"
        return _Trial(which, made.area, made.kind, name, is_refused, came)


def _came_of(weights: Path, mmproj: Path, picture: Path) -> str:
    options = {"device": "cpu", "n_seq_max": 2, "exact_tokens": 6}
    try:
        with localalt.load((weights, mmproj), isolation="process", **options) as describer:  # type: ignore[arg-type]
            describer.describe(picture, checks="off")
    except WorkerCrashedError:
        return CRASHED
    except LocalAltError as error:
        return type(error).__name__
    except Exception as error:
        return f"{FAULT} ({error!r:.100})"
    return ANSWERED


def _is_refused(weights: Path, mmproj: Path) -> bool:
    """Whether the gate refuses what can be read."""
    try:
        headers = read_header(weights), read_header(mmproj)
    except LocalAltError:
        return False
    try:
        check_weights(headers[WEIGHTS])
        check_mmproj(headers[MMPROJ])
    except LocalAltError:
        return True
    return False


def _pairs(folder: Path) -> Iterator[_Pair]:
    for family in selftest.families():
        own = folder / family.name
        own.mkdir()
        weights, mmproj = selftest.unpack_family(family.name, own)
        # The smallest picture: it is what the random weights make of it that would take the time.
        picture = min((own / name for name in family.pictures), key=lambda path: path.stat().st_size)
        yield _Pair(family.name, picture, (weights, mmproj), (parse(weights.read_bytes()), parse(mmproj.read_bytes())))


# --- figures ---


def _is_too_much(trials: Sequence[_Trial]) -> bool:
    projectors = [trial for trial in trials if trial.which == MMPROJ]
    return any(_n_crashed(some) > MAX_COSTLY * len(some) for some in (trials, projectors))


def _n_crashed(trials: Iterable[_Trial]) -> int:
    return sum(trial.came == CRASHED for trial in trials)


def _shares(trials: Sequence[_Trial], without: Sequence[_Trial]) -> Iterator[str]:
    for name, wanted in (("all", (WEIGHTS, MMPROJ)), ("weights", (WEIGHTS,)), ("mmproj", (MMPROJ,))):
        some = [trial for trial in trials if trial.which in wanted]
        other = [trial for trial in without if trial.which in wanted]
        yield f"{name:8} {len(some)}: {_listed(map(_outcome, some))}; {_costs(some, other)}"


def _by_area_and_kind(trials: Sequence[_Trial], without: Sequence[_Trial]) -> Iterator[str]:
    both = list(zip(trials, without, strict=True))
    for area, kinds in AREAS.items():
        yield from _line(area, [pair for pair in both if pair[0].area == area])
        for kind in sorted(kinds):
            yield from _line(f"  {kind}", [pair for pair in both if pair[0].kind == kind])


def _line(name: str, pairs: Sequence[tuple[_Trial, _Trial]]) -> Iterator[str]:
    if pairs:
        trials, without = zip(*pairs, strict=True)
        yield f"{name:22} {len(trials):5}: {_listed(map(_outcome, trials))}; {_costs(trials, without)}"


def _outcome(trial: _Trial) -> str:
    if trial.is_refused:
        return "refused by the gate"
    return trial.came.partition(" ")[0]


def _costs(trials: Sequence[_Trial], without: Sequence[_Trial]) -> str:
    total = max(1, len(trials))
    shares = [100 * _n_crashed(some) / total for some in (trials, without)]
    return f"cost children: {shares[0]:.1f} %, without the gate {shares[1]:.1f} %"


def _listed(outcomes: Iterable[str]) -> str:
    return ", ".join(f"{number} {outcome}" for outcome, number in Counter(outcomes).most_common())
