"""What the children of a place report, handed on to the pool: `PlaceListener`, the `Listener` of each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from localalt.isolation.listener import Listener

if TYPE_CHECKING:
    from localalt.isolation.place import Place
    from localalt.isolation.pool import Pool
    from localalt.isolation.worker import LoadedChild, Worker
    from localalt.types import AltText, DownloadProgress

__all__ = ["PlaceListener"]


class PlaceListener(Listener):
    """Hears the children of one place, and has the pool's thread do what follows."""

    def __init__(self, pool: Pool, place: Place) -> None:
        self._pool, self._place = pool, place

    def on_progress(self, worker: Worker, share: float) -> None:
        """See `Listener`."""
        self._call(worker, functools.partial(self._pool.progress.report, self._place), share)

    def on_download(self, worker: Worker, progress: DownloadProgress) -> None:
        """See `Listener`."""
        self._call(worker, self._pool.on_download, progress)

    def on_announcement(self, worker: Worker, words: str) -> None:
        """See `Listener`."""
        self._call(worker, self._pool.on_announcement, words)

    def on_loaded(self, worker: Worker, loaded: LoadedChild) -> None:
        """See `Listener`."""
        self._pool.tell(self._pool.on_loaded, self._place, worker, loaded)

    def on_restart(self, worker: Worker, environment: Mapping[str, str]) -> None:
        """See `Listener`."""
        self._pool.tell(self._pool.on_restart, self._place, worker, environment)

    def on_failed(self, worker: Worker, error: Exception) -> None:
        """See `Listener`."""
        self._pool.tell(self._pool.on_failed, self._place, worker, error)

    def on_begun(self, worker: Worker, number: int) -> None:
        """See `Listener`."""
        self._pool.on_begun(number)

    def on_text(self, worker: Worker, number: int, text: str | None) -> None:
        """See `Listener`."""
        self._pool.on_text(number, text)

    def on_done(self, worker: Worker, number: int, result: AltText | Exception) -> None:
        """See `Listener`."""
        self._pool.tell(self._pool.on_done, self._place, worker, number, result)

    def on_end(self, worker: Worker) -> None:
        """See `Listener`."""
        self._pool.tell(self._pool.on_end, self._place, worker)

    def _call(self, worker: Worker, call: Callable[[Any], None], value: Any) -> None:  # noqa: ANN401
        """Call what a caller handed in, as long as somebody waits for the loading. What it raises ends that."""
        if self._place.first.done():
            return
        try:
            call(value)
        except BaseException as error:
            self._pool.tell(self._pool.on_failed, self._place, worker, error)
