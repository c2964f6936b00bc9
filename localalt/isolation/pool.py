"""Children that describe pictures for one Describer: started, given work, watched, and replaced when they die."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from localalt.concurrency.waiting import already_closed, closed_meanwhile, timed_out
from localalt.errors import LocalAltError
from localalt.isolation.crashes import at_every_picture, at_this_picture, while_loading
from localalt.isolation.dispatch import Action, Dispatch, Verdict
from localalt.isolation.errands import blame, list_devices
from localalt.isolation.interpreter import Start
from localalt.isolation.jobs import RemoteJob
from localalt.isolation.worker import LoadedChild, Worker
from localalt.types import AltText, DownloadProgress

__all__ = ["LoadRequest", "Pool"]

logger = logging.getLogger(__name__)

MAX_LOADING_DEATHS = 3
"""In a row, of the children of one place."""
TICK_S = 0.5
"""Seconds between two looks at the clock."""
LATE_S = 1.0
"""Seconds that a child has to report a timeout itself: it says better what was missing."""
BLAMING_S = 60.0
"""Seconds that a child has to store a verdict: asking a driver for its version takes a while."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What the children of one place load."""

    device: str
    model: Any
    """As JSON values."""
    options: dict[str, Any]
    """As JSON values, but for the device."""
    n_sharing: int
    folder: str
    """From which the model's relative paths begin."""


@dataclass(eq=False)
class Place:
    """Where one child runs at a time: a device, or a share of the CPU."""

    request: LoadRequest
    worker: Worker | None = None
    is_loading: bool = False
    n_loading_deaths: int = 0
    """In a row."""
    without_gpu: bool = False
    """Whether its next child, or the one that it has, must not use a GPU, because of a suspect."""
    suspected: tuple[tuple[str, ...], str] = ((), "")
    """The GPUs of the last child that died with pictures under way, and the kind of its model."""
    fault: Exception | None = None
    """Why it is of no more use."""
    first: Future[LoadedChild] = field(default_factory=Future)
    """What came of its first child."""


class Pool:
    """Children, each with the model loaded, behind one queue of pictures. Safe to use from any thread.

    Args:
        start: what starts a child.
        on_progress: called with the share that the first children have loaded, from their threads.
        on_download, on_announcement: called as a download goes on, and before it begins.
    """

    def __init__(
        self,
        start: Start,
        *,
        on_progress: Callable[[float], None],
        on_download: Callable[[DownloadProgress], None],
        on_announcement: Callable[[str], None],
    ) -> None:
        self._start = start
        self._on_progress, self._on_download, self._on_announcement = on_progress, on_download, on_announcement
        self._places: list[Place] = []
        self._dispatch: Dispatch[RemoteJob, Worker] = Dispatch()
        self._under_way: dict[int, tuple[RemoteJob, Worker]] = {}
        self._jobs: dict[int, RemoteJob] = {}
        self.fault: Exception | None = None
        """Why none of the children is of any more use."""
        self._is_closed = False
        self._lock = threading.Lock()
        self._owner = 0
        """The thread that has the lock: the garbage collector may close an iterator, or a Describer, while it has."""
        self._withdrawn: queue.SimpleQueue[RemoteJob] = queue.SimpleQueue()
        self._watcher = threading.Thread(target=self._watch, name="localalt-watchdog", daemon=True)
        self._ticking = threading.Event()
        self._watcher.start()

    # --- what the service asks for ---

    def load(self, request: LoadRequest) -> Future[LoadedChild]:
        """Have another place load a model; what comes of its first child. A place that fails is left out."""
        place = Place(request)
        with self._locked():
            self._places.append(place)
            self._start_child(place)
        return place.first

    def list_devices(self) -> list[str]:
        """The names of the GPUs here, from a child that is asked nothing else.

        Raises:
            OptionError: there is none.
            EngineError: it cannot be asked.
        """
        return list_devices(self._start)

    @property
    def loaded(self) -> Sequence[LoadedChild]:
        """What the children say that are ready, in the order of their places."""
        with self._locked():
            workers = [place.worker for place in self._places if place.worker is not None]
            return [worker.loaded for worker in workers if worker.loaded is not None]

    def submit(self, job: RemoteJob) -> None:
        """Bring a picture to whichever child is free first.

        Raises:
            ClosedError: the pool is closed.
            LocalAltError: its children are of no more use.
        """
        with self._locked():
            if self._is_closed:
                raise already_closed()
            if self.fault is not None:
                raise self.fault
            self._jobs[job.number] = job
            self._dispatch.add(job)
            for place in self._places:  # one that died with nothing to do
                if place.worker is None and place.fault is None:
                    self._start_child(place)
            self._give()

    def withdraw(self, job: RemoteJob) -> None:
        """Nobody waits for a picture any more. Safe to call at any time, even by the garbage collector."""
        self._withdrawn.put(job)
        if self._owner != threading.get_ident():
            with self._locked():
                pass  # which does it on leaving

    def close(self) -> None:
        """End all children, and what is under way with ClosedError. Safe to call again."""
        if self._owner == threading.get_ident():  # in the middle of something
            threading.Thread(target=self.close, name="localalt-closing", daemon=True).start()
            return
        with self._locked():
            self._is_closed = True
            workers = [place.worker for place in self._places if place.worker is not None]
            jobs = self._take_all()
        self._ticking.set()
        for job in jobs:
            job.end(closed_meanwhile())
        for worker in workers:
            worker.process.close()
        for place in self._places:
            if not place.first.done():
                place.first.set_exception(already_closed())

    # --- what children report, each from its thread ---

    def on_progress(self, worker: Worker, share: float) -> None:
        """See `Listener`."""
        place = self._place_of(worker)
        if place is not None and not place.first.done():
            self._call_back(place, self._on_progress, share)

    def on_download(self, worker: Worker, progress: DownloadProgress) -> None:
        """See `Listener`."""
        place = self._place_of(worker)
        if place is not None:
            self._call_back(place, self._on_download, progress)

    def on_announcement(self, worker: Worker, words: str) -> None:
        """See `Listener`."""
        place = self._place_of(worker)
        if place is not None:
            self._call_back(place, self._on_announcement, words)

    def on_loaded(self, worker: Worker, loaded: LoadedChild) -> None:
        """See `Listener`."""
        with self._locked():
            place = self._place_of(worker)
            if place is None or self._is_closed:
                return
            place.is_loading, place.n_loading_deaths = False, 0
            self._dispatch.join(
                worker,
                capacity=loaded.n_ahead,
                on_gpu=bool(loaded.plan.devices),
                is_stopgap=place.without_gpu,
            )
            is_first = not place.first.done()
            if not is_first:
                self._give()
        if is_first:  # the service goes on in another thread: it must find the child ready
            place.first.set_result(loaded)
            with self._locked():
                self._give()

    def on_failed(self, worker: Worker, error: Exception) -> None:
        """See `Listener`."""
        with self._locked():
            place = self._place_of(worker)
            if place is None or self._is_closed:
                return
            place.worker = None
            verdict, rest = self._cannot_load(place, error)
        worker.process.kill()
        self._go_on(place, worker, verdict, rest)

    def on_text(self, worker: Worker, number: int, text: str | None) -> None:
        """See `Listener`."""
        job = self._jobs.get(number)
        if job is not None:
            job.hear(text)

    def on_done(self, worker: Worker, number: int, result: AltText | Exception) -> None:
        """See `Listener`."""
        with self._locked():
            entry = self._under_way.pop(number, None)
            if entry is None:
                return
            job = entry[0]
            verdict = self._dispatch.finish(worker, job, has_text=not isinstance(result, Exception))
            self._jobs.pop(number, None)
            if verdict.gpu_at_fault:
                self._blame_through(worker)
            self._give()
        if isinstance(result, Exception):
            job.end(result)
        else:
            job.finish(result)

    def on_end(self, worker: Worker) -> None:
        """See `Listener`."""
        if worker.loaded is None:
            self._loading_ended(worker)
            return
        with self._locked():
            place = self._place_of(worker)
            if place is None or self._is_closed:
                return
            place.worker = None
            verdict = self._picture_ended(place, worker)
        self._go_on(place, worker, verdict, [])

    def _loading_ended(self, worker: Worker) -> None:
        """A child died while it loaded: another try, or the end of its place."""
        with self._locked():
            place = self._place_of(worker)
            if place is None or self._is_closed:
                return
            place.worker, place.is_loading = None, False
            place.n_loading_deaths += 1
            logger.warning("The process for the model ended while it loaded (%s).", worker.ending)
            if place.n_loading_deaths < MAX_LOADING_DEATHS:
                self._start_child(place)
                return
        if worker.devices:
            blame(self._start, worker.devices, worker.kind)
        with self._locked():
            verdict, rest = self._cannot_load(place, while_loading(worker, place.n_loading_deaths))
        self._go_on(place, worker, verdict, rest)

    def _go_on(self, place: Place, worker: Worker, verdict: Verdict[RemoteJob], rest: list[RemoteJob]) -> None:
        """End the jobs that a child's end ends, and start another child, if there is work for one."""
        for job in verdict.guilty:
            job.end(at_this_picture(worker))
        with self._locked():
            if verdict.is_hopeless and self.fault is None:
                self.fault = at_every_picture(worker)
                rest = self._take_all()
            elif not self._is_closed and place.fault is None and place.worker is None and self._dispatch.n_waiting:
                self._start_child(place)
            if not self._is_closed:
                self._give()
        for job in rest:
            assert self.fault is not None
            job.end(self.fault)

    # --- with the lock ---

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock:
            self._owner = threading.get_ident()
            try:
                yield
            finally:
                with contextlib.suppress(queue.Empty):
                    while True:
                        self._discard(self._withdrawn.get_nowait())
                self._owner = 0

    def _discard(self, job: RemoteJob) -> None:
        if self._jobs.pop(job.number, None) is None:
            return
        self._dispatch.discard(job)
        under_way = self._under_way.get(job.number)
        if under_way is not None:
            under_way[1].cancel(job.number)

    def _place_of(self, worker: Worker) -> Place | None:
        return next((place for place in self._places if place.worker is worker), None)

    def _start_child(self, place: Place) -> None:
        request = place.request
        try:
            place.worker = worker = Worker(self._start, self)
        except LocalAltError as error:
            self._leave_out(place, error)
            return
        place.is_loading = True
        device = "cpu" if place.without_gpu else request.device
        options = {**request.options, "device": device}
        worker.load(request.model, {"dict": list(options.items())}, n_sharing=request.n_sharing, folder=request.folder)

    def _give(self) -> None:
        """Give every child what it can take."""
        n_starting = sum(place.is_loading for place in self._places)
        for place in self._places:
            worker = place.worker
            while worker is not None and worker.loaded is not None and not place.is_loading:
                action, job = self._dispatch.next_action(worker, n_starting=n_starting)
                if action is Action.NOTHING:
                    break
                if action is Action.GIVE:
                    assert job is not None
                    self._send(worker, job)
                    continue
                place.without_gpu = action is Action.RESTART_ON_CPU
                self._replace(place, worker)
                n_starting += 1
                break

    def _send(self, worker: Worker, job: RemoteJob) -> None:
        frame = job.frame()
        if frame is None:  # it has ended meanwhile
            self._dispatch.finish(worker, job, has_text=False)
            self._jobs.pop(job.number, None)
            return
        self._under_way[job.number] = job, worker
        worker.describe(job.number, frame)

    def _replace(self, place: Place, worker: Worker) -> None:
        """Start a fresh child in the place of one that has nothing to do."""
        self._dispatch.leave(worker)
        self._start_child(place)
        threading.Thread(target=worker.process.close, name="localalt-closing", daemon=True).start()

    def _picture_ended(self, place: Place, worker: Worker) -> Verdict[RemoteJob]:
        """A child died with pictures under way, or with nothing to do."""
        place.without_gpu = False
        if worker.devices:
            place.suspected = worker.devices, worker.kind
        verdict = self._dispatch.leave(worker)
        for number, (_, own) in list(self._under_way.items()):
            if own is worker:
                del self._under_way[number]
        logger.warning("The process for the model ended (%s): its pictures are tried again.", worker.ending)
        return verdict

    def _cannot_load(self, place: Place, error: Exception) -> tuple[Verdict[RemoteJob], list[RemoteJob]]:
        """A child cannot load the model: the guilty pictures, and the jobs that end with the last place."""
        if not place.without_gpu:
            return Verdict(), self._leave_out(place, error)
        # The CPU was only to show whether the GPU is at fault, and cannot.
        place.without_gpu, place.is_loading = False, False
        return self._dispatch.convict_untried(), []

    def _leave_out(self, place: Place, error: Exception) -> list[RemoteJob]:
        """A place is of no more use. The jobs that end with the last one."""
        place.fault, place.is_loading = error, False
        if not place.first.done():
            place.first.set_exception(error)
            if not any(other.first.done() and other.fault is None for other in self._places):
                return []
        if any(other.fault is None for other in self._places):
            logger.warning("%s is left out: %s", place.request.device, error)
            return []
        self.fault = error
        return self._take_all()

    def _take_all(self) -> list[RemoteJob]:
        self._dispatch.drain()
        jobs, self._jobs = list(self._jobs.values()), {}
        self._under_way.clear()
        return jobs

    def _blame_through(self, worker: Worker) -> None:
        """Store that GPUs are at fault, through a child that has described on the CPU what crashed there."""
        place = self._place_of(worker)
        if place is not None and place.suspected[0]:
            worker.blame(*place.suspected)
            names = ", ".join(place.suspected[0])
            logger.warning("A picture crashes on %s, and not on the CPU: such models avoid it from now on.", names)

    # --- without it ---

    def _call_back(self, place: Place, call: Callable[[Any], None], value: Any) -> None:  # noqa: ANN401
        """Call what a caller handed in. What it raises ends the loading."""
        try:
            call(value)
        except BaseException as error:
            with self._locked():
                worker = place.worker
                place.fault, place.is_loading = RuntimeError("ended by a callback"), False
                if not place.first.done():
                    place.first.set_exception(error)
            if worker is not None:
                worker.process.kill()

    def _watch(self) -> None:
        """The watchdog's thread: hung children, and pictures whose time is over."""
        before = time.monotonic()
        while not self._ticking.wait(TICK_S):
            now = time.monotonic()
            # No more than two ticks: this process may have been stopped, and its children with it.
            elapsed_s, before = min(now - before, 2 * TICK_S), now
            with self._locked():
                busy = {worker for _, worker in self._under_way.values()}
                workers = [(place, place.worker) for place in self._places if place.worker is not None]
                hung = [
                    worker
                    for place, worker in workers
                    if worker.watch.is_hung(elapsed_s, is_busy=place.is_loading or worker in busy)
                ]
                clock = time.perf_counter()
                late = [
                    job
                    for number, job in self._jobs.items()
                    if job.deadline is not None
                    and clock > job.deadline + (LATE_S if number in self._under_way else 0.0)
                ]
            for worker in hung:
                worker.give_up()
            for job in late:
                job.end(timed_out())
