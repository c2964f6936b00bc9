"""Children are killed at random, one for every ten pictures: every picture has its text, the same as alone.

The selftest model in a child, asked by describe_many, as_completed, and by several threads at the same time. Kills come
while children load, read, encode and write. None is aimed at a picture that is tried again alone, which would prove
that picture guilty, nor at three children in a row that load, which would be the end.
"""

from __future__ import annotations

import itertools
import logging
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import localalt
from localalt import selftest
from localalt.describer.describer import Describer
from localalt.errors import LocalAltError
from localalt.isolation.place import State
from localalt.isolation.pool import Pool

from .outcome import Outcome

__all__ = ["COUNT", "soak"]

COUNT = 5000
"""Pictures."""
N_PER_KILL = 10
N_PICTURES = 100
"""Different ones: their texts alone are asked for first."""
N_A_CALL = 40
N_THREADS = 3
LEAST_SHARE = 0.9
"""Of the kills: the last ones may come too late."""
MAX_PAUSE_S = 0.3
"""Between two kills: a text takes a fraction of that."""


def soak(count: int = COUNT, *, seed: int = 0) -> Outcome:
    """Describe `count` pictures while a tenth as many children are killed."""
    rng = random.Random(seed)
    pictures = [case.picture for case in rng.sample(selftest.held_out(), min(N_PICTURES, count))]
    with localalt.load("selftest", device="cpu") as describer:
        alone = [describer.describe(picture, checks="off").text for picture in pictures]
    order = list(itertools.islice(_shuffled(len(pictures), rng), count))
    failures: list[str] = []
    n_texts = 0
    logging.getLogger("localalt").addHandler(logging.NullHandler())  # of each death there is a line
    with localalt.load("selftest", device="cpu", isolation="process", n_seq_max=2) as describer:
        with _Killer(describer, count // N_PER_KILL, rng) as killer:
            while order:
                indices, order = order[:N_A_CALL], order[N_A_CALL:]
                killer.n_allowed = (count - len(order)) // N_PER_KILL
                ask = rng.choice((_in_order, _as_completed, _by_threads))
                results = ask(describer, [pictures[index] for index in indices])
                for index, result in zip(indices, results, strict=True):
                    n_texts += isinstance(result, str)
                    if result != alone[index]:
                        failures.append(f"picture {index}, {ask.__name__.strip('_')}: {result!r}, not {alone[index]!r}")
        figures = [f"{killer.n_killed:,} children killed, {n_texts:,} of {count:,} pictures have their texts"]
        figures += [f"  {n:,} {state}" for state, n in sorted(killer.states.items())]
    if killer.n_killed < int(LEAST_SHARE * (count // N_PER_KILL)):
        failures.append(f"only {killer.n_killed:,} children were killed")
    return Outcome(count, tuple(failures), tuple(figures))


def _shuffled(n: int, rng: random.Random) -> Iterator[int]:
    """All numbers below `n` in random order, again and again."""
    while True:
        yield from rng.sample(range(n), n)


def _in_order(describer: Describer, pictures: Sequence[bytes]) -> list[str | LocalAltError]:
    return [_text(each) for each in describer.describe_many(pictures, on_error="return", checks="off")]


def _as_completed(describer: Describer, pictures: Sequence[bytes]) -> list[str | LocalAltError]:
    found = [(index, _text(each)) for index, each in describer.as_completed(pictures, on_error="return", checks="off")]
    assert len({index for index, _ in found}) == len(found)
    return [text for _, text in sorted(found, key=lambda pair: pair[0])]


def _by_threads(describer: Describer, pictures: Sequence[bytes]) -> list[str | LocalAltError]:
    with ThreadPoolExecutor(N_THREADS) as threads:
        return list(threads.map(lambda picture: _describe(describer, picture), pictures))


def _describe(describer: Describer, picture: bytes) -> str | LocalAltError:
    try:
        return describer.describe(picture, checks="off").text
    except LocalAltError as error:
        return error


def _text(result: localalt.AltText | LocalAltError) -> str | LocalAltError:
    return result if isinstance(result, LocalAltError) else result.text


class _Killer:
    """A thread that kills a Describer's children at random moments, up to so many."""

    def __init__(self, describer: Describer, n_wanted: int, rng: random.Random) -> None:
        self.n_allowed = 0
        """So far: they are to be spread over all pictures."""
        self.n_killed = 0
        self.states: Counter[str] = Counter()
        """In which the children were."""
        self._pool: Pool = describer._service._opened[os.getpid()].result().pool  # type: ignore[attr-defined]
        self._n_wanted, self._rng = n_wanted, random.Random(rng.random())
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._kill, name="killer")

    def __enter__(self) -> _Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _kill(self) -> None:
        n_loading = 0
        while not self._is_over.wait(self._rng.uniform(0.0, MAX_PAUSE_S)):
            (place,) = self._pool._places
            worker, state = place.worker, place.state
            if worker is None or worker.process.ending or self.n_killed >= min(self.n_allowed, self._n_wanted):
                continue
            if state is State.LOADING and n_loading < 2:
                n_loading += 1
                what = "while they loaded"
            elif state is State.READY and not self._pool._dispatch.is_alone(worker):
                n_loading = 0
                is_busy = self._pool._dispatch.is_busy(worker)
                what = "with pictures under way" if is_busy else "with nothing to do"
            else:
                continue
            worker.process.kill()
            while not worker.process.ending:
                time.sleep(0.001)
            self.states[what] += 1
            self.n_killed += 1
