"""What a child reports, for whoever wants to hear it: `Listener`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localalt.isolation.worker import LoadedChild, Worker
    from localalt.types import AltText, DownloadProgress

__all__ = ["Listener"]


class Listener:
    """Hears what a child answers, from that child's thread: nothing here may wait. Whoever needs less leaves it out."""

    def on_progress(self, worker: Worker, share: float) -> None:
        """So much is loaded, 0.0 to 1.0."""

    def on_download(self, worker: Worker, progress: DownloadProgress) -> None:
        """A download goes on."""

    def on_announcement(self, worker: Worker, words: str) -> None:
        """A download is about to begin."""

    def on_loaded(self, worker: Worker, loaded: LoadedChild) -> None:
        """It is ready for pictures."""

    def on_restart(self, worker: Worker, environment: Mapping[str, str]) -> None:
        """It can load only in a process that is started with these variables."""

    def on_failed(self, worker: Worker, error: Exception) -> None:
        """It could not do what it was started for."""

    def on_begun(self, worker: Worker, number: int) -> None:
        """A picture is read whose pieces are wanted."""

    def on_text(self, worker: Worker, number: int, text: str | None) -> None:
        """A piece of a picture's first answer; None after the last."""

    def on_done(self, worker: Worker, number: int, result: AltText | Exception) -> None:
        """A picture has its text, or an error."""

    def on_reply(self, worker: Worker, body: dict[str, Any]) -> None:
        """It answers a small question."""

    def on_end(self, worker: Worker) -> None:
        """It is gone, and reaped."""
