"""The one place where tests of other rooms look into a real engine: what it is at work on, and a hand on its steps."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from localalt.engine import Engine
from localalt.sequence import Sequence


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

    @property
    def context(self) -> Any:
        """Its llama.cpp context."""
        return self._engine._runner._context

    @property
    def projector(self) -> Any:
        """Its projector."""
        return self._engine._runner._prefill._projector

    @property
    def scheduler(self) -> Any:
        """Its scheduler."""
        return self._engine._runner._scheduler

    @property
    def model(self) -> Any:
        """Its weights."""
        return self._engine._runner._model

    def hold(self, step: Callable[[], None] = lambda: time.sleep(0.001)) -> None:
        """Do nothing in place of steps, or `step`: what arrives waits, and can be cancelled, until `open`."""
        self._engine.step = step  # type: ignore[method-assign]

    def open(self) -> None:
        """Go on."""
        self._engine.step = self._step  # type: ignore[method-assign]

    def before_the_second(self, work: Callable[[], None]) -> None:
        """Call `work` as the second of all questions from now on begins, in the engine's thread; it may raise."""
        prefill = self._engine._runner._prefill
        begin, n_begun = prefill.begin, itertools.count()

        def begin_all(sequence: Sequence) -> None:
            if next(n_begun) == 1:
                work()
            begin(sequence)

        prefill.begin = begin_all  # type: ignore[method-assign]
