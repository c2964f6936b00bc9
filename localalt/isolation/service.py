"""`IsolatedService`: what a Describer has its pictures described by when the model is in processes of its own.

A process that is forked from this one starts children of its own at its first picture.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.concurrency.reader_pool import ReaderPool
from localalt.concurrency.waiting import already_closed, wait
from localalt.console import DownloadBar
from localalt.devices import Share
from localalt.drafting.options import DescribeOptions, LoadOptions
from localalt.errors import (
    BackendMissingError,
    ClosedError,
    EngineError,
    LocalAltError,
    ModelLoadError,
    NotEnoughMemoryError,
    OptionError,
)
from localalt.first_imports import import_once, importing
from localalt.isolation.codec import encode
from localalt.isolation.interpreter import MODULE, start_of, working_folder
from localalt.isolation.place import LoadRequest
from localalt.isolation.pool import Pool
from localalt.isolation.worker import LoadedChild

if TYPE_CHECKING:
    from localalt.drafting.picture_job import MakeJob, PictureJob
    from localalt.isolation.early import EarlyChild
    from localalt.isolation.jobs import Call, RemoteJob
    from localalt.planning.plan import Plan
    from localalt.types import ImageSource, ModelIdentity, ModelSource, Notice

__all__ = ["IsolatedService"]

logger = logging.getLogger(__name__)

_HERE_ONLY = ("progress", "on_download", "isolation", "workers", "python", "device")
"""Options that mean nothing to a child."""
_NEEDED_LATER = ("localalt.isolation.jobs", "localalt.planning.plan")
"""What takes long to import and is not needed to start a child: it is imported while the child does the same."""


class IsolatedService:
    """The `Service` of a model in processes of its own.

    Args:
        model, options: see `Describer`; the options are validated.
        early: the first child, if it runs already.

    Raises:
        LocalAltError: see `Describer`.
    """

    def __init__(self, model: ModelSource, options: LoadOptions, *, early: EarlyChild | None = None) -> None:
        if not isinstance(model, str | os.PathLike):
            with importing():
                from localalt.models.local import local_pair
            pair = local_pair(model)
            assert pair is not None
            model = pair
        self._model = encode(model if isinstance(model, str | tuple) else _path(model))
        self._options = options
        self._folder = working_folder()
        self._start = start_of(MODULE, options.get("python"))
        self._is_closed = False
        self._early = early
        self._opened: dict[int, Future[_Opened]] = {}
        """By process: a forked one opens its own."""
        self._here()

    @property
    def identity(self) -> ModelIdentity:
        """See `Service`."""
        return self._here().first.identity

    @property
    def load_s(self) -> float:
        """See `Service`."""
        return self._here().first.load_s

    @property
    def plan(self) -> Plan:
        """See `Service`: that of the first child."""
        return self._here().loaded[0].plan

    @property
    def plans(self) -> tuple[Plan, ...]:
        """See `Service`."""
        return tuple(each.plan for each in self._here().loaded)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """See `Service`."""
        return self._here().notices

    @property
    def n_ahead(self) -> int:
        """See `Service`."""
        return sum(each.n_ahead for each in self._here().loaded)

    def check(self) -> None:
        """See `Service`: a process that was forked opens children of its own."""

    def jobs(self, options: DescribeOptions) -> MakeJob:
        """See `Service`."""
        with importing():
            from localalt.isolation.jobs import call_of
        is_exact, is_here = self._options.get("exact_tokens") is not None, self._options.get("python") is None
        call = call_of(options, exact=is_exact, is_here=is_here)
        return functools.partial(self._job, call)

    def start(self, job: PictureJob) -> None:
        """See `Service`."""
        self._here().readers.submit(job)

    def is_over(self, error: BaseException) -> bool:
        """See `Service`."""
        if isinstance(error, ClosedError):
            return True
        here = self._opened.get(os.getpid())
        return here is not None and here.done() and here.exception() is None and error is here.result().pool.fault

    def close(self) -> None:
        """See `Service`."""
        self._is_closed = True
        here = self._opened.get(os.getpid())
        if here is not None and here.done() and here.exception() is None:
            here.result().close()

    def _job(
        self,
        call: Call,
        image: ImageSource,
        *,
        on_text: Callable[[str | None], None] | None = None,
        started: float | None = None,
    ) -> RemoteJob:
        from localalt.isolation.jobs import RemoteJob

        return RemoteJob(image, call, self._here(), on_text=on_text, started=started)

    def _here(self) -> _Opened:
        """What was opened in this process, by whoever asked first."""
        if self._is_closed and os.getpid() not in self._opened:
            raise already_closed()
        mine: Future[_Opened] = Future()
        opening = self._opened.setdefault(os.getpid(), mine)
        if opening is mine:
            try:
                mine.set_result(self._open())
            except BaseException as error:
                del self._opened[os.getpid()]
                mine.set_exception(error)
                raise
        return wait(opening)

    def _open(self) -> _Opened:
        options = self._options
        with _download_bar(options) as (on_download, on_announcement):
            pool = Pool(
                self._start,
                on_progress=options.get("progress") or (lambda _: None),
                on_download=on_download,
                on_announcement=on_announcement,
            )
            try:
                return _Opened(pool, self._load(pool))
            except BaseException:
                pool.close()
                raise

    def _load(self, pool: Pool) -> LoadedChild:
        """Load the model everywhere: in one place first, which downloads and measures, and then in the others."""
        early, self._early = self._early, None  # not for a process that is forked from this one
        waiting = self._requests(pool)
        is_one_device = len({request.device for request in waiting}) == 1
        pool.progress.n_expected = len(waiting)
        first: LoadedChild | None = None
        while first is None:
            loading = pool.load(waiting.pop(0), early=early)
            import_once(*_NEEDED_LATER)
            try:
                first = wait(loading)
            except LocalAltError as error:
                if not waiting or is_one_device or not _is_of_one_device(error):
                    raise
                logger.warning("%s is left out: %s", *pool.left_out[-1])
        # On the same device the others would measure while this one computes, and each other.
        n_slots = first.plan.n_seq_max if is_one_device else None
        rest = []
        for request in waiting:
            share = dataclasses.replace(request.share, free_bytes=first.free_bytes, n_slots=n_slots)
            rest.append(pool.load(dataclasses.replace(request, share=share)))
        for loading in rest:
            try:
                wait(loading)
            except OptionError:  # there is no such device
                raise
            except LocalAltError:
                pass  # `Pool.left_out` has it
        pool.progress.end()
        return first

    def _requests(self, pool: Pool) -> list[LoadRequest]:
        """What each place is to load. The devices take turns."""
        device, workers = self._options.get("device", "auto"), self._options.get("workers", 1)
        if not isinstance(device, str):
            devices = list(device)
        else:
            devices = pool.list_devices() if device.lower() == "all" else [device]
        n_places = len(devices) * workers
        options = {name: encode(value) for name, value in self._options.items() if name not in _HERE_ONLY}
        share = Share(n_processes=n_places, n_on_device=workers)
        return [
            LoadRequest(
                name if len(devices) > 1 else f"One of {n_places} processes",
                device=name,
                model=self._model,
                options=options,
                share=share,
                folder=self._folder,
            )
            for _ in range(workers)
            for name in devices
        ]


class _Opened:
    """The children of one process, and the threads that make pictures ready for them."""

    def __init__(self, pool: Pool, first: LoadedChild) -> None:
        self.pool, self.first = pool, first
        self.readers = ReaderPool()
        self.submit, self.withdraw = pool.submit, pool.withdraw
        self._left_out: dict[str, Notice] = {}
        """By what each says: the same object every time, which is how callers know it in a result."""

    @property
    def loaded(self) -> Sequence[LoadedChild]:
        """What the children say, one for each place that is of use, and at least one."""
        return self.pool.loaded or [self.first]

    @property
    def notices(self) -> tuple[Notice, ...]:
        """See `Service`."""
        from localalt.types import Notice

        for name, fault in self.pool.left_out:
            what = f"{name} is left out. {fault}"
            self._left_out.setdefault(what, Notice("device-left-out", what))
        return (*self.first.notices, *self._left_out.values())

    def geometry(self) -> Any:  # noqa: ANN401
        """See `jobs.Carrier`."""
        # A picture that is made ready here fits whichever child takes it.
        return min((each.geometry for each in self.loaded), key=lambda each: each.max_tokens)

    def close(self) -> None:
        """End the threads and the children."""
        self.readers.close()
        self.pool.close()


def _is_of_one_device(error: LocalAltError) -> bool:
    """Whether another device may do better."""
    return isinstance(error, EngineError | ModelLoadError | NotEnoughMemoryError) and not isinstance(
        error, BackendMissingError
    )


def _path(model: os.PathLike[str]) -> Any:  # noqa: ANN401
    return Path(os.fspath(model))


@contextlib.contextmanager
def _download_bar(options: LoadOptions) -> Iterator[tuple[Any, Callable[[str], None]]]:
    on_download = options.get("on_download")
    if on_download is not None:
        yield on_download, lambda _: None
        return
    with DownloadBar() as bar:
        yield bar, bar.announce
