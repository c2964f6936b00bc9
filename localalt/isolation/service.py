"""`IsolatedService`: what a Describer has its pictures described by when the model is in processes of its own.

A process that is forked from this one starts children of its own at its first picture.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.concurrency.reader_pool import ReaderPool
from localalt.concurrency.waiting import already_closed, wait
from localalt.console import DownloadBar
from localalt.drafting.options import DescribeOptions, LoadOptions
from localalt.errors import ClosedError, LocalAltError
from localalt.first_imports import import_once, importing
from localalt.isolation.codec import encode
from localalt.isolation.interpreter import MODULE, start_of
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
        self._folder = str(Path.cwd())
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
        here = self._here()
        return next(iter(here.pool.loaded), here.first).plan

    @property
    def notices(self) -> tuple[Notice, ...]:
        """See `Service`."""
        return self._here().notices

    @property
    def n_ahead(self) -> int:
        """See `Service`."""
        here = self._here()
        return sum(each.n_ahead for each in here.pool.loaded) or here.first.n_ahead

    def check(self) -> None:
        """See `Service`: a process that was forked opens children of its own."""

    def jobs(self, options: DescribeOptions) -> MakeJob:
        """See `Service`."""
        with importing():
            from localalt.isolation.jobs import call_of
        call = call_of(options)
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

    def _load(self, pool: Pool) -> list[LoadedChild | LocalAltError]:
        """Load the model everywhere: in one place first, which downloads and measures, and then in the others."""
        early, self._early = self._early, None  # not for a process that is forked from this one
        workers = self._options.get("workers", 1)
        outcomes: list[LoadedChild | LocalAltError] = []
        waiting = [device for device in self._devices(pool) for _ in range(workers)]
        options = {name: encode(value) for name, value in self._options.items() if name not in _HERE_ONLY}
        request = functools.partial(
            LoadRequest, model=self._model, options=options, n_sharing=workers, folder=self._folder
        )
        first: LoadedChild | None = None
        while waiting and first is None:
            loading = pool.load(request(waiting.pop(0)), early=early)
            import_once(*_NEEDED_LATER)
            outcome = _outcome(loading, is_last=not waiting and not outcomes)
            outcomes.append(outcome)
            if isinstance(outcome, LoadedChild):
                first = outcome
        if first is not None and workers > 1 and "n_seq_max" not in options:
            options["n_seq_max"] = first.plan.n_seq_max  # measured, and the others would measure each other
        outcomes += [_outcome(each, is_last=False) for each in [pool.load(request(device)) for device in waiting]]
        if first is None:
            raise next(each for each in outcomes if isinstance(each, LocalAltError))
        return outcomes

    def _devices(self, pool: Pool) -> list[str]:
        device = self._options.get("device", "auto")
        if not isinstance(device, str):
            return list(device)
        return [device] if device.lower() != "all" else pool.list_devices()


class _Opened:
    """The children of one process, and the threads that make pictures ready for them."""

    def __init__(self, pool: Pool, outcomes: list[LoadedChild | LocalAltError]) -> None:
        self.pool = pool
        self.readers = ReaderPool()
        self.first = next(each for each in outcomes if isinstance(each, LoadedChild))
        with importing():
            from localalt.types import Notice
        self.notices = self.first.notices + tuple(
            Notice("device-left-out", f"One of {len(outcomes)} processes is left out. {each}")
            for each in outcomes
            if isinstance(each, LocalAltError)
        )
        self.submit, self.withdraw = pool.submit, pool.withdraw

    def geometry(self) -> Any:  # noqa: ANN401
        """See `jobs.Carrier`."""
        return self.first.geometry

    def close(self) -> None:
        """End the threads and the children."""
        self.readers.close()
        self.pool.close()


def _outcome(loading: Future[LoadedChild], *, is_last: bool) -> LoadedChild | LocalAltError:
    try:
        return wait(loading)
    except LocalAltError as error:
        if is_last:
            raise
        return error


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
