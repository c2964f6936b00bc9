"""Describer: a loaded model that turns pictures into drafts of alt text.

Puts the parts together: picture, prompt, engine, cleaned text. Safe to call from many
threads; concurrent calls share the engine's batches.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import os
import queue
import time
import traceback
import weakref
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, overload

from localalt.concurrency.pipeline import Window, adeliver, deliver, notify_loop
from localalt.concurrency.waiting import already_closed, timed_out, wait
from localalt.describer.run_log import log_picture
from localalt.describer.service import Service
from localalt.drafting.option_checks import check_load_options
from localalt.drafting.options import DescribeOptions, LoadOptions, isolation_of
from localalt.drafting.picture_job import MakeJob, PictureJob
from localalt.drafting.signatures import takes_describe_options, takes_load_options
from localalt.drafting.stream import Stream
from localalt.errors import EngineError, LocalAltError, OptionError
from localalt.first_imports import importing
from localalt.types import AltText, ImageSource, ModelIdentity, ModelSource, Notice, OnError

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from localalt.describer.loading import LoadedModel
    from localalt.isolation.early import EarlyChild
    from localalt.planning.plan import Plan

__all__ = ["Describer", "check_images", "open_service", "without_frames"]


MIN_HELD_BACK = 32
"""Results of `describe_many` that may wait for a slow picture before them; with many slots, four for each."""
ONE_PICTURE = (str, bytes, bytearray, memoryview, os.PathLike)


@takes_load_options
class Describer:
    """A loaded model. Close it, or use it in a `with` block.

    Args:
        model: a name of the catalog, "owner/repository:QUANT" on the hub, a pair of local GGUF files
            (weights, mmproj), the path of a folder with one such pair, "selftest", or "auto": the best model that is
            downloaded and runs well here, or else the best one of the catalog that does. What is not here is
            downloaded.

    Raises:
        OptionError: an option is unknown or out of range.
        ModelError: the model is not there, cannot be downloaded, is damaged, mismatched or unsupported,
            or does not fit the machine.
        EngineError: the backend or its memory does not suffice.
    """

    @takes_load_options
    def __init__(self, model: ModelSource = "auto", **options: Unpack[LoadOptions]) -> None:
        """Load `model`: see `Describer`."""
        self._serve(open_service(model, options))

    @classmethod
    def from_loaded(cls, loaded: LoadedModel) -> Self:
        """A Describer of a model that is loaded in this process already, which closing it closes."""
        from localalt.describer.in_process import InProcess

        return cls.from_service(InProcess(loaded))

    @classmethod
    def from_service(cls, service: Service) -> Self:
        """A Describer of a service that is there already, which closing it closes."""
        describer = cls.__new__(cls)
        describer._serve(service)
        return describer

    def _serve(self, service: Service) -> None:
        self._service = service
        self._finalizer = weakref.finalize(self, service.close)
        # At the end of the interpreter finalizers run the newest first: those of native handles that the
        # engine is at work on would come before this one. What atexit is given now comes before them all.
        atexit.register(self._finalizer)

    @property
    def model(self) -> ModelIdentity:
        """Which files this Describer runs."""
        return self._service.identity

    @property
    def load_s(self) -> float:
        """Seconds that loading took, a download left out."""
        return self._service.load_s

    @property
    def plan(self) -> Plan:
        """The settings that it runs with, and why."""
        return self._service.plan

    @property
    def plans(self) -> tuple[Plan, ...]:
        """With several devices or workers, the settings of each process that is in use; else `plan` alone."""
        return self._service.plans

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Warnings that every result of this model carries; and which of several devices are left out, and why."""
        return self._service.notices

    @takes_describe_options
    def describe(self, image: ImageSource, **options: Unpack[DescribeOptions]) -> AltText:
        """Draft the alt text of one picture, and whatever else `also` asks for.

        Safe to call from any number of threads: their pictures share the engine's batches.

        Args:
            image: a path, the bytes of a picture file, an open binary file, a PIL image, or a uint8 array.

        Raises:
            ImageError: the picture cannot be used; the Describer still can.
            OptionError: an option is unknown or out of range, or the context is too long.
            TimedOutError: it took more than `timeout_s` seconds.
            EngineError: llama.cpp failed at this picture, or this process was forked after the model was loaded.
            ClosedError: the Describer is closed.
        """
        job = self._jobs(options)(image)
        try:
            job.run()
            wait(job.done, job.deadline)
        except BaseException:  # Ctrl-C and timeouts too: the slot is wanted by others
            job.cancel()
            raise
        return self._result(job)

    @takes_describe_options
    async def adescribe(self, image: ImageSource, **options: Unpack[DescribeOptions]) -> AltText:
        """`describe` for asyncio: reading the picture and waiting block no event loop. Cancelling frees the slot.

        Raises:
            LocalAltError: see `describe`.
        """
        job = self._jobs(options)(image, started=time.perf_counter())
        done = asyncio.Event()
        notify_loop(job.done, done.set)
        timer = None
        if job.deadline is not None:
            left = max(0.0, job.deadline - time.perf_counter())
            timer = asyncio.get_running_loop().call_later(left, done.set)
        try:
            self._service.start(job)
            await done.wait()
            if not job.done.done():
                raise timed_out()
            job.done.result()
        except BaseException:
            job.cancel()
            raise
        finally:
            if timer is not None:
                timer.cancel()
        return self._result(job)

    @overload
    def describe_many(
        self,
        images: Iterable[ImageSource],
        *,
        on_error: Literal["raise"] = "raise",
        **options: Unpack[DescribeOptions],
    ) -> Iterator[AltText]: ...

    @overload
    def describe_many(
        self, images: Iterable[ImageSource], *, on_error: Literal["return"], **options: Unpack[DescribeOptions]
    ) -> Iterator[AltText | LocalAltError]: ...

    @takes_describe_options
    def describe_many(
        self,
        images: Iterable[ImageSource],
        *,
        on_error: OnError = "raise",
        **options: Unpack[DescribeOptions],
    ) -> Iterator[AltText | LocalAltError]:
        """Draft the alt texts of many pictures, in their order, several at a time.

        `images` may be endless: a few are taken ahead, in the thread that iterates over the
        results, and read in others. With `on_error="return"` a picture that fails gives its
        error in place of its text and the others go on. An error of the iterable's own and the
        Describer's closing are raised at once. However the iteration ends, closed or by an
        error, what is under way is cancelled.

        Raises:
            OptionError: at the call: an option is unknown or out of range, or `images` are not several pictures.
            LocalAltError: at a picture's turn, where `on_error` is "raise": see `describe`.
        """
        make_job, is_raised = self._jobs_of_many(images, on_error, options, Iterable)
        return self._describe_many(iter(images), make_job, is_raised)

    def _describe_many(
        self, images: Iterator[ImageSource], make_job: MakeJob, is_raised: bool
    ) -> Iterator[AltText | LocalAltError]:
        with contextlib.closing(self._deliver(images, make_job, in_order=True)) as delivered:
            for _, job in delivered:
                yield self._outcome(job, is_raised)

    @overload
    def as_completed(
        self,
        images: Iterable[ImageSource],
        *,
        on_error: Literal["raise"] = "raise",
        **options: Unpack[DescribeOptions],
    ) -> Iterator[tuple[int, AltText]]: ...

    @overload
    def as_completed(
        self, images: Iterable[ImageSource], *, on_error: Literal["return"], **options: Unpack[DescribeOptions]
    ) -> Iterator[tuple[int, AltText | LocalAltError]]: ...

    @takes_describe_options
    def as_completed(
        self,
        images: Iterable[ImageSource],
        *,
        on_error: OnError = "raise",
        **options: Unpack[DescribeOptions],
    ) -> Iterator[tuple[int, AltText | LocalAltError]]:
        """`describe_many`, each text as soon as it is there, with the index of its picture in `images`.

        Raises:
            LocalAltError: see `describe_many`.
        """
        make_job, is_raised = self._jobs_of_many(images, on_error, options, Iterable)
        return self._as_completed(iter(images), make_job, is_raised)

    def _as_completed(
        self, images: Iterator[ImageSource], make_job: MakeJob, is_raised: bool
    ) -> Iterator[tuple[int, AltText | LocalAltError]]:
        with contextlib.closing(self._deliver(images, make_job, in_order=False)) as delivered:
            for index, job in delivered:
                yield index, self._outcome(job, is_raised)

    @overload
    def adescribe_many(
        self,
        images: Iterable[ImageSource] | AsyncIterable[ImageSource],
        *,
        on_error: Literal["raise"] = "raise",
        **options: Unpack[DescribeOptions],
    ) -> AsyncGenerator[AltText, None]: ...

    @overload
    def adescribe_many(
        self,
        images: Iterable[ImageSource] | AsyncIterable[ImageSource],
        *,
        on_error: Literal["return"],
        **options: Unpack[DescribeOptions],
    ) -> AsyncGenerator[AltText | LocalAltError, None]: ...

    @takes_describe_options
    def adescribe_many(
        self,
        images: Iterable[ImageSource] | AsyncIterable[ImageSource],
        *,
        on_error: OnError = "raise",
        **options: Unpack[DescribeOptions],
    ) -> AsyncGenerator[AltText | LocalAltError, None]:
        """`describe_many` for asyncio, in order. `images` may be an async iterable too.

        A plain iterable is advanced in the event loop, so it should not block; an async one in
        a task of its own, so that a result never waits for the next picture. Cancelling the
        task or closing the iterator (`aclose`) cancels what is under way.

        Raises:
            LocalAltError: see `describe_many`.
        """
        make_job, is_raised = self._jobs_of_many(images, on_error, options, Iterable, AsyncIterable)
        return self._adescribe_many(images, make_job, is_raised)

    async def _adescribe_many(
        self, images: Iterable[ImageSource] | AsyncIterable[ImageSource], make_job: MakeJob, is_raised: bool
    ) -> AsyncGenerator[AltText | LocalAltError, None]:
        start, window = functools.partial(self._start, make_job), self._window(in_order=True)
        async with contextlib.aclosing(adeliver(images, start, window)) as delivered:
            async for _, job in delivered:
                yield self._outcome(job, is_raised)

    @takes_describe_options
    def stream(self, image: ImageSource, **options: Unpack[DescribeOptions]) -> Stream:
        """The answer in pieces as the model writes it; the finished, cleaned text is `Stream.result`.

        Raises:
            LocalAltError: see `describe`; what goes wrong while the model writes is raised by the stream.
        """
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        job = self._jobs(options)(image, on_text=pieces.put)
        try:
            job.run()
        except BaseException:
            job.cancel()
            raise
        return Stream(job, pieces, self._result, self._check_from_here())

    def close(self) -> None:
        """Free the model. Calls under way end with ClosedError. Safe to call again."""
        self._finalizer()
        atexit.unregister(self._finalizer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "loaded" if self._finalizer.alive else "closed"
        return f"<Describer {self.model.name} ({state})>"

    def _jobs(self, options: DescribeOptions) -> MakeJob:
        """What makes the jobs of a call; wrong options are reported here."""
        self._service.check()
        if not self._finalizer.alive:
            raise already_closed()
        return self._service.jobs(options)

    def _jobs_of_many(
        self, images: object, on_error: object, options: DescribeOptions, *kinds: type
    ) -> tuple[MakeJob, bool]:
        """What makes the jobs of many pictures, and whether errors are raised.

        Wrong options are reported at the call, not at the first picture.
        """
        is_raised = check_images(images, on_error, *kinds)
        return self._jobs(options), is_raised

    def _start(self, make_job: MakeJob, image: ImageSource) -> PictureJob:
        job = make_job(image)
        self._service.start(job)
        return job

    def _window(self, *, in_order: bool) -> Window:
        ahead, n_slots = self._service.n_ahead, sum(plan.n_seq_max for plan in self._service.plans)
        return Window(ahead=ahead, most=max(ahead, 4 * n_slots, MIN_HELD_BACK), in_order=in_order)

    def _deliver(
        self, images: Iterator[ImageSource], make_job: MakeJob, *, in_order: bool
    ) -> Generator[tuple[int, PictureJob], None, None]:
        start, window = functools.partial(self._start, make_job), self._window(in_order=in_order)
        return deliver(images, start, window, check=self._check_from_here())

    def _check_from_here(self) -> Callable[[], None]:
        """What raises EngineError in a process that is forked from here on: who waits there would wait for ever."""
        pid = os.getpid()

        def check() -> None:
            self._service.check()
            if os.getpid() != pid:
                raise EngineError(
                    "These pictures were begun before this process was forked, and go on in the other one: "
                    "have them described anew here."
                )

        return check

    def _outcome(self, job: PictureJob, is_raised: bool) -> AltText | LocalAltError:
        error = job.done.exception()
        if error is None:
            return self._result(job)
        if is_raised or not isinstance(error, LocalAltError) or self._service.is_over(error):
            raise error  # the Describer's end is not a picture's fault, and an endless source would never notice it
        return without_frames(error)

    def _result(self, job: PictureJob) -> AltText:
        assert job.result is not None
        log_picture(job.result)
        return job.result


def check_images(images: object, on_error: object, *kinds: type) -> bool:
    """Whether errors are raised, once `images` are several and `on_error` is one of its values.

    Raises:
        OptionError: they are not.
    """
    if isinstance(images, ONE_PICTURE) or hasattr(images, "read"):
        raise OptionError(f"Several pictures are wanted here, not {images!r:.60}: pass a list, or use describe.")
    if not isinstance(images, kinds) and not hasattr(images, "__getitem__"):
        advice = "use adescribe_many" if isinstance(images, AsyncIterable) else "pass a list"
        raise OptionError(f"Pictures cannot be taken from {type(images).__name__} here: {advice}.")
    if on_error not in ("raise", "return"):
        raise OptionError(f'on_error is {on_error!r}: write "raise" or "return".')
    return on_error == "raise"


def open_service(model: ModelSource, options: LoadOptions, *, early: EarlyChild | None = None) -> Service:
    """What describes pictures with `model`: see `Describer`. In a process of its own, that may be `early`."""
    check_load_options(options)
    if isolation_of(options) == "process":
        with importing():
            from localalt.isolation.service import IsolatedService
        return IsolatedService(model, options, early=early)
    with importing():
        from localalt.describer.in_process import InProcess
        from localalt.describer.loading import load_model
    return InProcess(load_model(model, options))


def without_frames(error: LocalAltError) -> LocalAltError:
    """`error` without what its traceback holds: a list of a thousand errors must not hold a thousand pictures."""
    link: BaseException | None = error
    while link is not None:
        traceback.clear_frames(link.__traceback__)
        link = link.__cause__ or link.__context__
    return error
