"""The place of one child at a time: a device, or a share of the CPU. Its children's lives, one after the other.

Knows nothing of pictures. Only the pool's thread changes a place; what its child answers goes to that thread.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localalt.devices import Share
from localalt.errors import EngineError, WorkerCrashedError
from localalt.isolation.interpreter import Start
from localalt.isolation.listener import Listener
from localalt.isolation.worker import LoadedChild, Worker

if TYPE_CHECKING:
    from localalt.isolation.early import EarlyChild

__all__ = ["LoadRequest", "Place", "State"]

MAX_LOADING_DEATHS = 3
"""In a row."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What the children of one place load."""

    name: str
    """For people: what is left out where it cannot go on."""
    device: str
    model: Any
    """As JSON values."""
    options: dict[str, Any]
    """As JSON values, but for the device."""
    share: Share
    folder: str
    """From which the model's relative paths begin."""


class State(enum.Enum):
    """Of a place."""

    EMPTY = enum.auto()
    LOADING = enum.auto()
    READY = enum.auto()
    """Its child takes pictures."""
    ENDING = enum.auto()
    """Its child is ended, and a fresh one comes once it is gone: two would not fit into the memory of one."""
    LEFT_OUT = enum.auto()
    """It is of no more use."""


class Place:
    """Where one child runs at a time.

    Args:
        request: what its children load.
        start: what starts them.
        early: the first one, if it runs already.
    """

    def __init__(self, request: LoadRequest, start: Start, early: EarlyChild | None = None) -> None:
        self.request = request
        self._early = early
        self._start = start
        self.state = State.EMPTY
        self.worker: Worker | None = None
        self.first: Future[LoadedChild] = Future()
        """What came of its first child."""
        self.loaded: LoadedChild | None = None
        """What the latest child says that was ready, but for stopgaps."""
        self.failure: BaseException | None = None
        """Why its child, which is being ended, cannot load."""
        self.fault: Exception | None = None
        """Why it is left out."""
        self.is_stopgap = False
        """Whether its child uses no GPU, because of a suspect."""
        self.devices: frozenset[str] = frozenset()
        """GPUs that its children have used."""
        self.ruled_out: frozenset[str] = frozenset()
        """Those of them that are at fault."""
        self.has_had_text = False
        self.n_loading_deaths = 0
        """In a row."""
        self._failed: dict[tuple[str, str], int] = {}
        """By device and model, the bytes that did not fit: see `Share.failed`."""
        self._never_gpu = False
        self._ending_s = 0.0

    @property
    def is_starting(self) -> bool:
        """Whether a fresh child comes soon."""
        return self.state in (State.LOADING, State.ENDING)

    def start(self, listener: Listener, *, on_cpu: bool) -> None:
        """Start a child, and have it load the model; `on_cpu` for a suspect's sake.

        Raises:
            EngineError: it cannot be started.
        """
        self.is_stopgap = on_cpu and bool(self.devices) and not self._never_gpu
        self.failure, self._ending_s = None, 0.0
        early, self._early = self._early, None
        self.worker = (early and early.release(listener)) or Worker(self._start, listener)
        self.state = State.LOADING
        request = self.request
        device = "cpu" if on_cpu or self._never_gpu else request.device
        options = {**request.options, "device": device}
        # A stopgap has one picture to describe, and nothing to measure for.
        share = dataclasses.replace(request.share, n_slots=1) if self.is_stopgap else request.share
        share = dataclasses.replace(share, failed=tuple((*key, n_bytes) for key, n_bytes in self._failed.items()))
        self.worker.load(request.model, {"dict": list(options.items())}, share=share, folder=request.folder)

    @property
    def has_loaded(self) -> bool:
        """Whether its first child loaded the model."""
        return self.first.done() and self.first.exception() is None

    def restart_with(self, environment: Mapping[str, str]) -> None:
        """Have the next child, and those after it, started with these variables, which its plan needs: a GPU computes
        right only with them, and llama.cpp reads them as it starts."""
        if environment.items() <= self._start.environment.items():
            self.fail(EngineError(f"A process could not be started with {', '.join(environment)}: report this."))
            return
        self._start = dataclasses.replace(self._start, environment={**self._start.environment, **environment})
        self.replace()

    def take(self, loaded: LoadedChild) -> bool:
        """Take the child that has loaded this. Not one on a GPU that is at fault: so where that could not be stored."""
        self.n_loading_deaths = 0
        if self.ruled_out.intersection(loaded.plan.devices):
            self._never_gpu = True
            self.replace()
            return False
        self.devices |= frozenset(loaded.plan.devices)
        if not self.is_stopgap:
            self.loaded = loaded
            # The next one has the same part of the machine, and must not measure while others compute.
            share = dataclasses.replace(self.request.share, free_bytes=loaded.free_bytes, n_slots=loaded.plan.n_seq_max)
            self.request = dataclasses.replace(self.request, share=share)
        self.state = State.READY
        return True

    def replace(self) -> None:
        """End its child, for a fresh one. It has nothing to do, and nothing to save."""
        assert self.worker is not None
        self.state = State.ENDING
        self.worker.kill()

    def fail(self, error: BaseException) -> None:
        """Its child cannot load, which shows once it is gone."""
        if self.failure is None:
            self.failure = error
        if self.worker is not None:
            self.worker.kill()

    def count_loading_death(self, *, on_gpu: bool) -> int | None:
        """A child died while it loaded. How often that happened, where it is not tried again.

        Where it was GPUs every time, and none was asked for, the last try is one without.
        """
        self.n_loading_deaths += 1
        if self.n_loading_deaths < MAX_LOADING_DEATHS:
            return None
        if on_gpu and self.request.device.lower() == "auto" and not self._never_gpu:
            self._never_gpu = True
            return None
        n_deaths, self.n_loading_deaths = self.n_loading_deaths, 0
        return n_deaths

    def note_shortage(self, worker: Worker) -> None:
        """Memory of its GPUs ran out: the next child takes less of them."""
        for name in worker.devices:
            key = name, worker.load_key
            self._failed[key] = min(worker.gpu_bytes, self._failed.get(key, worker.gpu_bytes))

    def leave_out(self, error: BaseException) -> None:
        """It is of no more use."""
        self.state = State.LEFT_OUT
        self.fault = error if isinstance(error, Exception) else WorkerCrashedError(repr(error))
        if not self.first.done():
            self.first.set_exception(error)

    def is_stuck(self, elapsed_s: float, patience_s: float) -> bool:
        """Let time pass. Whether its child was killed, and is not gone after so many seconds: a driver holds it."""
        if self.worker is None or not self.worker.is_given_up:
            return False
        self._ending_s += elapsed_s
        return self._ending_s > patience_s
