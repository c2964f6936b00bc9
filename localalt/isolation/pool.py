"""Children that describe pictures for one Describer: given work, watched, and replaced when they die.

One thread has all of it and does one thing after the other. What callers ask for and what children report is put into
its inbox, which takes no lock that Ctrl-C could leave behind or the garbage collector could want twice.
"""

from __future__ import annotations

import functools
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from localalt.concurrency.waiting import POLL_S, already_closed, closed_meanwhile, timed_out
from localalt.errors import ClosedError, EngineError, LocalAltError
from localalt.first_imports import importing
from localalt.isolation.crashes import (
    at_every_picture,
    at_this_picture,
    lacks_memory,
    lacks_ram,
    ruled_out,
    while_loading,
)
from localalt.isolation.dispatch import Action, Dispatch, Verdict
from localalt.isolation.errands import blame, limit, list_devices
from localalt.isolation.interpreter import Start
from localalt.isolation.place import LoadRequest, Place, State
from localalt.isolation.place_listener import PlaceListener
from localalt.isolation.places_progress import PlacesProgress
from localalt.isolation.worker import LoadedChild, Worker

if TYPE_CHECKING:
    from localalt.isolation.early import EarlyChild
    from localalt.isolation.jobs import RemoteJob
    from localalt.types import AltText, DownloadProgress

__all__ = ["Pool"]

logger = logging.getLogger(__name__)

TICK_S = 0.5
"""Seconds between two looks at the clock."""
LATE_S = 1.0
"""Seconds that a child has to report a timeout itself: it says better what was missing."""
ABANDONED_S = 30.0
"""Seconds after which a killed child that is not gone, since a driver holds it, is no longer waited for."""


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
        self.progress = PlacesProgress(on_progress)
        self.on_download, self.on_announcement = on_download, on_announcement
        self._places: list[Place] = []
        self._dispatch: Dispatch[int, Worker] = Dispatch()
        """Of jobs by their numbers."""
        self._jobs: dict[int, RemoteJob] = {}
        """All that have no end yet."""
        self._n_errands = 0
        """Verdicts that are being stored: no child plans meanwhile."""
        self.fault: Exception | None = None
        """Why none of the children is of any more use."""
        self._is_closed = False
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._main, name="localalt-pool", daemon=True)
        self._thread.start()

    # --- what the service asks for, from any thread ---

    def load(self, request: LoadRequest, *, early: EarlyChild | None = None) -> Future[LoadedChild]:
        """Have another place load a model; what comes of its first child, which may be `early`.

        A place that fails is left out.

        Raises:
            ClosedError: the pool is closed.
        """
        if self._is_closed:
            raise already_closed()
        place = Place(request, self._start, early)
        self.tell(self._add_place, place)
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
        """What the latest child of each place says, but for those that are left out. In the order of the places."""
        places = [place for place in tuple(self._places) if place.state is not State.LEFT_OUT]
        return [place.loaded for place in places if place.loaded is not None]

    @property
    def left_out(self) -> Sequence[tuple[str, Exception]]:
        """Places that are of no more use, for people, and why. In the order of the places."""
        places = [(place.request.name, place.fault) for place in tuple(self._places)]
        return [(name, fault) for name, fault in places if fault is not None and not isinstance(fault, ClosedError)]

    def submit(self, job: RemoteJob) -> None:
        """Bring a picture to whichever child is free first.

        Raises:
            ClosedError: the pool is closed.
            LocalAltError: its children are of no more use.
        """
        if self._is_closed:
            raise already_closed()
        if self.fault is not None:
            raise self.fault
        self.tell(self._add, job)
        if self._is_closed:  # meanwhile, and perhaps nobody looks into the inbox any more
            job.end(closed_meanwhile())

    def withdraw(self, job: RemoteJob) -> None:
        """Nobody waits for a picture any more. Safe to call at any time, even by the garbage collector."""
        self.tell(self._discard, job)

    def close(self) -> None:
        """End all children, and what is under way with ClosedError. Safe to call again."""
        self._is_closed = True
        self._inbox.put(None)
        # One of localalt's own threads, such as a child's that runs somebody's callback or the garbage collector, may
        # be one that the end waits for.
        if not threading.current_thread().name.startswith("localalt-"):
            while self._thread.is_alive():
                self._thread.join(POLL_S)

    def tell(self, what: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401
        """Have this done by the pool's thread."""
        self._inbox.put(functools.partial(what, *arguments))

    # --- the thread that has it ---

    def _main(self) -> None:
        before = time.monotonic()
        while True:
            try:
                message = self._inbox.get(timeout=None if self._is_idle else TICK_S)
            except queue.Empty:
                message = self._nothing
            if message is None:
                break
            try:
                message()
                now = time.monotonic()
                if now - before >= TICK_S:
                    # No more than two ticks: this process may have been stopped, and its children with it.
                    self._watch(min(now - before, 2 * TICK_S))
                    before = now
            except Exception as error:  # nobody must wait for ever for a fault of ours
                logger.error("The pool of processes failed", exc_info=error)
                failure = EngineError(f"localalt failed unexpectedly ({type(error).__name__}: {error}): report this.")
                failure.__cause__ = error
                self._end_all(failure)
        self._end_all(closed_meanwhile())
        for worker in [place.worker for place in self._places if place.worker is not None]:
            worker.process.close()

    @property
    def _is_idle(self) -> bool:
        """Whether there is nothing to watch."""
        busy = (place.is_starting or (place.worker and self._dispatch.is_busy(place.worker)) for place in self._places)
        return not self._jobs and not any(busy)

    def _nothing(self) -> None:
        """Look at the clock alone."""

    def _add_place(self, place: Place) -> None:
        self._places.append(place)
        self.progress.add(place)
        if self._is_closed or self.fault is not None:
            place.leave_out(self.fault or already_closed())
        self._go_on()

    def _add(self, job: RemoteJob) -> None:
        if self.fault is not None:
            job.end(self.fault)
        elif not job.done.done():
            self._jobs[job.number] = job
            self._dispatch.add(job.number)
            self._go_on()

    def _discard(self, job: RemoteJob) -> None:
        if self._jobs.pop(job.number, None) is None:
            return
        worker = self._dispatch.child_of(job.number)
        self._dispatch.discard(job.number)
        if worker is not None:
            worker.cancel(job.number)
        self._go_on()

    # --- what children report ---

    def on_loaded(self, place: Place, worker: Worker, loaded: LoadedChild) -> None:
        """See `Listener`; as are the others, in the pool's thread."""
        if place.worker is not worker or place.state is not State.LOADING or not place.take(loaded):
            return
        capacity, on_gpu = loaded.n_ahead, bool(loaded.plan.devices)
        self._dispatch.join(worker, capacity=capacity, on_gpu=on_gpu, is_stopgap=place.is_stopgap)
        if not place.first.done():
            place.first.set_result(loaded)
        self._go_on()

    def on_restart(self, place: Place, worker: Worker, environment: Mapping[str, str]) -> None:
        """It can load only in a process that is started with these variables."""
        if place.worker is worker and place.state is State.LOADING:
            settings = ", ".join(f"{name}={value}" for name, value in environment.items())
            logger.info("The process for the model starts again with %s, as localalt doctor found right.", settings)
            place.restart_with(environment)

    def on_failed(self, place: Place, worker: Worker, error: BaseException) -> None:
        """It cannot load, or somebody's callback raised this."""
        if place.worker is worker and place.state is State.LOADING:
            place.fail(error)

    def on_begun(self, number: int) -> None:
        """A picture is read. Not in the pool's thread: it changes nothing here."""
        job = self._jobs.get(number)
        if job is not None:
            job.begin()

    def on_text(self, number: int, text: str | None) -> None:
        """A piece of an answer. Not in the pool's thread: it changes nothing here."""
        job = self._jobs.get(number)
        if job is not None:
            job.hear(text)

    def on_done(self, place: Place, worker: Worker, number: int, result: AltText | Exception) -> None:
        """A picture has its text, or an error."""
        if self._dispatch.child_of(number) is not worker:
            return
        has_text = not isinstance(result, Exception)
        place.has_had_text |= has_text
        verdict = self._dispatch.finish(worker, number, has_text=has_text)
        job = self._jobs.pop(number, None)
        if job is not None:
            if isinstance(result, Exception):
                job.end(result)
            else:
                job.finish(result, worker.loaded.notices if worker.loaded is not None else ())
        self._judge(verdict)
        self._go_on()

    def on_end(self, place: Place, worker: Worker) -> None:
        """It is gone."""
        if place.worker is not worker:
            return
        state, place.worker = place.state, None
        if state is State.LEFT_OUT:
            return
        place.state = State.EMPTY
        if place.failure is not None:
            self._cannot_load(place, place.failure)
        elif state is State.LOADING:
            self._loading_ended(place, worker)
        elif state is State.READY:
            again = ", and its pictures are tried again" if self._dispatch.is_busy(worker) else ""
            logger.warning("The process for the model ended (%s)%s.", worker.ending, again)
            verdict = self._dispatch.leave(worker)
            self._judge(verdict)
        self._go_on()

    def _loading_ended(self, place: Place, worker: Worker) -> None:
        """A child died while it loaded: another try, or the end of its place."""
        logger.warning("The process for the model ended while it loaded (%s).", worker.ending)
        is_blamed = self._is_blamed([worker])
        is_first = place.n_loading_deaths == 0
        n_deaths = place.count_loading_death(on_gpu=is_blamed)
        error = None if n_deaths is None else while_loading(worker, n_deaths, is_blamed=is_blamed)
        # One death may have been chance, unless it says that memory ran out.
        if is_blamed and (not is_first or lacks_memory(worker)):
            place.state = State.EMPTY if error is None else State.ENDING
            self._blame([worker], self._nothing if error is None else lambda: self._cannot_load(place, error))
        elif error is not None:
            self._cannot_load(place, error)

    def _cannot_load(self, place: Place, error: BaseException) -> None:
        if place.is_stopgap:  # it was only to show whether the GPU is at fault, and cannot
            place.failure, place.is_stopgap, place.state = None, False, State.EMPTY
            self._judge(self._dispatch.convict_untried())
        else:
            self._leave_out(place, error)

    # --- what follows ---

    def _go_on(self) -> None:
        """Start the children that are wanted, and give every one what it can take."""
        if self._is_closed or self.fault is not None:
            return
        for place in self._places:
            is_wanted = self._dispatch.n_waiting or not place.first.done()
            if place.state is State.EMPTY and is_wanted and not self._n_errands:
                self._start_child(place)
        while self.fault is None and self._act():
            pass

    def _act(self) -> bool:
        """Have one child take one picture, or be replaced: the one with the least to do that can. Whether one could."""
        n_starting = sum(place.is_starting for place in self._places)
        ready = [(place, place.worker) for place in self._places if place.state is State.READY and place.worker]
        for place, worker in sorted(ready, key=lambda each: self._dispatch.busyness(each[1])):
            action, number = self._dispatch.next_action(worker, n_starting=n_starting)
            if action is Action.NOTHING:
                continue
            if action is Action.RESTART:
                self._dispatch.leave(worker)
                place.replace()
            elif number is not None:
                self._send(worker, number)
            return True
        return False

    def _start_child(self, place: Place) -> None:
        others = [each for each in self._places if each is not place and each.state is not State.LEFT_OUT]
        if place.ruled_out and others:
            self._leave_out(place, ruled_out(place.ruled_out))
            return
        is_coming = any(each.is_stopgap and each.is_starting for each in others)
        try:
            place.start(PlaceListener(self, place), on_cpu=self._dispatch.needs_cpu and not is_coming)
        except LocalAltError as error:
            self._leave_out(place, error)

    def _send(self, worker: Worker, number: int) -> None:
        job = self._jobs.get(number)
        frame = None if job is None else job.frame()
        if frame is None:  # it has ended meanwhile
            self._jobs.pop(number, None)
            self._dispatch.finish(worker, number, has_text=False)
        else:
            worker.describe(number, frame)

    def _judge(self, verdict: Verdict[int, Worker]) -> None:
        """Do what a death, or a text, has shown."""
        for number, worker in verdict.guilty:
            job = self._jobs.pop(number, None)
            if job is not None:
                job.end(at_this_picture(worker))
        if self._is_blamed(verdict.gpu_deaths):
            self._blame(verdict.gpu_deaths, self._nothing)
        if verdict.is_hopeless:
            self._end_all(at_every_picture(verdict.guilty[-1][1]))
        elif verdict.wants_probe:
            with importing():
                from localalt.isolation.probe import make_probe
            probe = make_probe()
            self._jobs[probe.number] = probe
            self._dispatch.probe(probe.number)

    def _is_blamed(self, workers: Sequence[Worker]) -> bool:
        """Whether it was GPUs that ended these children."""
        return any(map(_ended_by_gpu, workers))

    def _blame(self, workers: Sequence[Worker], then: Callable[[], None]) -> None:
        """Store that GPUs are at fault, or lack memory, which takes a while, and go on `then`."""
        guilty = [worker for worker in workers if _ended_by_gpu(worker)]
        short = [worker for worker in guilty if lacks_memory(worker)]
        faulty = [worker for worker in guilty if worker not in short]
        for worker in short:
            for place in self._places:
                place.note_shortage(worker)
        devices = tuple(dict.fromkeys(name for worker in faulty for name in worker.devices))
        self._n_errands += 1

        def end(usable: tuple[str, ...]) -> None:
            self._n_errands -= 1
            for place in self._places:
                place.ruled_out |= place.devices.intersection(set(devices) - set(usable))
            if not self._is_closed and self.fault is None:
                then()
                self._go_on()

        def run() -> None:
            usable: tuple[str, ...] = ()
            try:
                for lack in dict.fromkeys((each.devices, each.load_key, each.gpu_bytes) for each in short):
                    limit(self._start, *lack)
                if faulty:
                    usable = blame(self._start, devices, faulty[-1].kind)
            finally:
                self.tell(end, usable)

        threading.Thread(target=run, name="localalt-errand", daemon=True).start()

    def _leave_out(self, place: Place, error: BaseException) -> None:
        """A place is of no more use, and with the last one all pictures end. While it opens, the service decides."""
        place.leave_out(error)
        if any(other.state is not State.LEFT_OUT for other in self._places):
            logger.warning("%s is left out: %s", place.request.name, error)
        elif any(other.has_loaded for other in self._places):
            self._end_all(place.fault or already_closed())

    def _end_all(self, error: Exception) -> None:
        """The end of all pictures, and of all children."""
        self.fault = error
        self._dispatch.drain()
        jobs, self._jobs = list(self._jobs.values()), {}
        for place in self._places:
            if place.worker is not None and not self._is_closed:
                place.worker.kill()
            place.leave_out(error)
        for job in jobs:
            job.end(error)

    # --- the watchdog ---

    def _watch(self, elapsed_s: float) -> None:
        """Look for hung children, and for pictures whose time is over."""
        for place in self._places:
            worker = place.worker
            if worker is None:
                continue
            is_busy = place.is_starting or self._dispatch.is_busy(worker)
            if place.is_stuck(elapsed_s, ABANDONED_S):
                self.on_end(place, worker)
            elif worker.is_hung(elapsed_s, is_busy=is_busy, was_warm=place.has_had_text):
                worker.give_up()
        clock = time.perf_counter()
        for number, job in list(self._jobs.items()):
            late_s = LATE_S if self._dispatch.child_of(number) is not None else 0.0
            if job.deadline is not None and clock > job.deadline + late_s:
                job.end(timed_out())


def _ended_by_gpu(worker: Worker) -> bool:
    """Whether it was its GPUs: not somebody who killed it, such as the system, and not for want of RAM."""
    return bool(worker.devices) and not worker.was_killed and not lacks_ram(worker)
