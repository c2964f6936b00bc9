"""The one place where tests of other rooms look into a real engine: what it is at work on, and a hand on its steps."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from localalt.engine.engine import Engine
from localalt.engine.prefill import Prefill
from localalt.engine.sequence import Sequence


class EngineProbe:
    """An engine that was handed to a Describer, seen from inside.

    Args:
        engine: as `localalt.loading.load_model` gives it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._step = engine.step

    @property
    def n_under_way(self) -> int:
        """Questions that it was asked and has not finished."""
        return self._engine.n_unfinished

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way, and nothing was sent that it has not taken in."""
        return self._engine.is_idle

    @property
    def lock(self) -> Any:
        """What every caller takes for a moment."""
        return self._engine._wake

    @property
    def thread(self) -> threading.Thread:
        """Its thread."""
        return self._engine._thread

    def hold(self, step: Callable[[], None] = lambda: time.sleep(0.001)) -> None:
        """Do nothing in place of steps, or `step`: what arrives waits, and can be cancelled, until `open`."""
        self._engine.step = step  # type: ignore[method-assign]

    def open(self) -> None:
        """Go on."""
        self._engine.step = self._step  # type: ignore[method-assign]


def before_the_second(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Call `work` as the second of all questions from now on begins, in the engine's thread; it may raise."""
    begin, n_begun = Prefill.begin, itertools.count()

    def begin_all(prefill: Prefill, sequence: Sequence) -> None:
        if next(n_begun) == 1:
            work()
        begin(prefill, sequence)

    monkeypatch.setattr(Prefill, "begin", begin_all)


def recorded(monkeypatch: pytest.MonkeyPatch, where: str, kind: Callable[..., Any]) -> list[Any]:
    """All that a module makes of a class from now on; `where` is the name that the module knows it by."""
    made: list[Any] = []

    def make(*arguments: object, **options: object) -> object:
        made.append(kind(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(where, make)
    return made
