"""A model that is loaded in this process, and the threads around its engine."""

from __future__ import annotations

import functools
from collections.abc import Callable

from localalt.concurrency.reader_pool import N_DECIDERS, N_READERS, ReaderPool
from localalt.concurrency.semaphore import FairSemaphore
from localalt.describer.loading import LoadedModel
from localalt.describer.run_log import log_tiles
from localalt.drafting.job import Job
from localalt.drafting.options import DescribeOptions
from localalt.drafting.picture_job import MakeJob, PictureJob
from localalt.drafting.result import build_result
from localalt.drafting.task import Task, make_task
from localalt.errors import ClosedError, EngineError
from localalt.image.processor import Picture
from localalt.image.reader import PictureReader
from localalt.image.source import Named
from localalt.planning.plan import Plan
from localalt.recognition.look import look_with
from localalt.recognition.recognizer import Recognizer
from localalt.text.language import identifier
from localalt.types import ImageSource, ModelIdentity, Notice

__all__ = ["InProcess"]


class InProcess:
    """The `Service` of a model that is loaded in this process.

    Args:
        loaded: the model, which closing this closes.
    """

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self.engine = loaded.engine
        self.permits = FairSemaphore(loaded.engine.plan.n_seq_max + N_READERS + 1)
        self.readers = ReaderPool()
        self._deciders = ReaderPool(N_DECIDERS, "localalt-decider")
        self._tile_readers = ReaderPool(1, "localalt-tile-reader")
        self._recognizer = Recognizer(loaded.engine.plan.n_threads)
        self._lookers = ReaderPool(1, "localalt-ocr")
        """One, since an OCR engine reads one picture at a time."""

    @property
    def identity(self) -> ModelIdentity:
        """See `Service`."""
        return self._loaded.identity

    @property
    def load_s(self) -> float:
        """See `Service`."""
        return self._loaded.load_s

    @property
    def plan(self) -> Plan:
        """See `Service`."""
        return self.engine.plan

    @property
    def plans(self) -> tuple[Plan, ...]:
        """See `Service`."""
        return (self.plan,)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """See `Service`."""
        return self._loaded.notices

    @property
    def n_ahead(self) -> int:
        """See `Service`."""
        return self._loaded.n_ahead

    def check(self) -> None:
        """See `Service`."""
        self.engine.check_process()

    def jobs(self, options: DescribeOptions) -> MakeJob:
        """See `Service`."""
        exact_tokens = self._loaded.exact_tokens
        task = make_task(options, self._loaded.preset, max_tokens=exact_tokens, exact=exact_tokens is not None)
        if task.language is not None:
            identifier()  # which takes half a second to load: not in the engine's thread
        return functools.partial(self._job, task)

    def start(self, job: PictureJob) -> None:
        """See `Service`."""
        self.readers.submit(job)

    def is_over(self, error: BaseException) -> bool:
        """See `Service`."""
        return isinstance(error, ClosedError)

    def close(self) -> None:
        """See `Service`."""
        try:
            self.engine.check_process()
        except EngineError:
            return  # the threads, and perhaps held locks, belong to the process that forked this one
        self.permits.close()
        self.readers.close()
        self._deciders.close()
        self._tile_readers.close()
        self._lookers.close()
        self._recognizer.close()
        self.engine.close()

    def _log_tiles(self, picture: Picture) -> None:
        log_tiles(picture.source, len(picture.tiles), self.plan.n_image_tokens, self._loaded.tile_s)

    def _job(
        self,
        task: Task,
        image: ImageSource | Named | Picture,
        *,
        on_text: Callable[[str | None], None] | None = None,
        started: float | None = None,
    ) -> Job:
        reader = PictureReader(
            image,  # ready, where it was with its owner, in another process
            self._loaded.geometry,
            detail=task.detail,
            wants_hints=task.wants_metadata,
            small_writing=task.small_writing,
            is_read_again=task.ocr != "off",
            on_tiles=self._log_tiles,
        )
        look = None if task.ocr == "off" else (functools.partial(look_with, self._recognizer), self._lookers)
        build = functools.partial(build_result, model=self.identity, notices=self.notices, load_s=self.load_s)
        return Job(
            reader,
            task,
            self.engine,
            self.permits,
            self._deciders,
            self._tile_readers,
            build,
            look=look,
            on_text=on_text,
            started=started,
        )
