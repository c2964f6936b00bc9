"""Describer: a loaded model that turns pictures into drafts of alt text.

Puts the parts together: picture, prompt, engine, cleaned text. Safe to call from many
threads; concurrent calls share the engine's batches.
"""

from __future__ import annotations

import asyncio
import difflib
import itertools
import os
import queue
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

from localalt import hardware, models
from localalt.console import DownloadBar
from localalt.engine import Engine, Generation, Ticket, wait
from localalt.errors import LocalAltError, NotEnoughMemoryError, OptionError
from localalt.image import load_picture
from localalt.machine import this_machine
from localalt.model import ModelFiles
from localalt.plan import Plan
from localalt.presets import PRESETS, Preset
from localalt.prompt import TextPart, build_prompt
from localalt.sequence import Request
from localalt.template import fit_preset, preset_from_template
from localalt.text import clean
from localalt.types import (
    AltText,
    DescribeOptions,
    ImageSource,
    LoadOptions,
    Machine,
    ModelIdentity,
    ModelSource,
    Notice,
    Timings,
)
from localalt.units import amount

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

__all__ = ["Describer", "Stream", "describe", "describe_many", "load", "stream"]

MAX_SLOTS = 64
MAX_TOKENS = 4096
N_READERS = 2
"""Threads that read and resize pictures ahead of the engine."""

INSTRUMENT = Notice(
    "instrument",
    "The selftest model proves that the installation works; it knows drawn test pictures only. "
    "Its text says nothing about a real picture.",
)


@dataclass(frozen=True, slots=True)
class _Job:
    """A picture inside the engine, with what is needed to finish its text."""

    source: str
    notices: tuple[Notice, ...]
    ticket: Ticket
    max_chars: int | None
    started: float
    prepare_s: float


class Describer:
    """A loaded model. Close it, or use it in a `with` block.

    Args:
        model: a name of the catalog, "owner/repository:QUANT" on the hub, a pair of local GGUF files
            (weights, mmproj), "selftest", or "auto": the best model that is downloaded and runs well
            here, or else the best one of the catalog that does. What is not here is downloaded.
        options: see `LoadOptions`.

    Raises:
        OptionError: an option is unknown or out of range.
        ModelError: the model is not there, cannot be downloaded, is damaged, mismatched or unsupported,
            or does not fit the machine.
        EngineError: the backend or its memory does not suffice.
    """

    def __init__(self, model: ModelSource = "auto", **options: Unpack[LoadOptions]) -> None:
        _check_known(options, LoadOptions)
        device = options.get("device", "auto")
        n_seq_max = options.get("n_seq_max")
        if device not in ("auto", "cpu", "gpu"):
            raise OptionError(f'There is no device {device!r}: write "auto", "cpu" or "gpu".')
        if n_seq_max is not None and (type(n_seq_max) is not int or not 1 <= n_seq_max <= MAX_SLOTS):
            raise OptionError(f"n_seq_max is {n_seq_max!r}: it must be a whole number from 1 to {MAX_SLOTS}.")
        progress, on_download = options.get("progress"), options.get("on_download")
        if progress is not None and not callable(progress):
            raise OptionError(f"progress is {progress!r}: pass a function of one number, or None.")
        if on_download is not None and not callable(on_download):
            raise OptionError(f"on_download is {on_download!r}: pass a function of one DownloadProgress, or None.")
        exact_tokens = options.get("exact_tokens")
        if exact_tokens is not None and (type(exact_tokens) is not int or not 1 <= exact_tokens <= MAX_TOKENS):
            raise OptionError(f"exact_tokens is {exact_tokens!r}: it must be a whole number from 1 to {MAX_TOKENS}.")
        machine = this_machine(gpu=device != "cpu")
        if device == "gpu" and not machine.devices:
            raise OptionError(
                'device="gpu", but the installed llama-cpp-python can use none here: '
                'build it for your GPU, or write device="auto".'
            )
        files = _open(model, machine, options)
        started = time.perf_counter()  # a download is no part of loading
        preset = PRESETS[files.family]
        self._exact = exact_tokens is not None
        self._max_tokens = exact_tokens or preset.max_tokens
        candidate = files.candidate(max_tokens=self._max_tokens)
        self._plan = plan = hardware.plan(candidate, machine, n_seq_max=n_seq_max)
        if device == "gpu" and not plan.devices:
            raise NotEnoughMemoryError(
                f'device="gpu", but no layer of {files.name} fits the memory that is free there: '
                'choose a smaller model, or write device="auto".'
            )
        self._geometry = plan.limit(candidate.geometry)
        self._engine = Engine(
            files.weights.path,
            files.mmproj.path,
            plan=plan,
            geometry=self._geometry,
            sampling=preset.sampling,
            progress=progress,
        )
        self._finalizer = weakref.finalize(self, self._engine.close)
        try:
            self._preset = self._complete(preset, files.chat_template)
        except BaseException:
            self.close()
            raise
        self._identity = files.identity(self._preset)
        self._notices = tuple(_notices(files, plan))
        self.load_s = time.perf_counter() - started
        """Seconds that loading took."""

    @property
    def model(self) -> ModelIdentity:
        """Which files this Describer runs."""
        return self._identity

    @property
    def plan(self) -> Plan:
        """The settings that it runs with, and why."""
        return self._plan

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Warnings that every result of this model carries."""
        return self._notices

    def describe(self, image: ImageSource, **options: Unpack[DescribeOptions]) -> AltText:
        """Draft the alt text of one picture.

        Raises:
            ImageError: the picture cannot be used; the Describer still can.
            OptionError: an option is unknown or out of range, or the context is too long.
            EngineError: llama.cpp failed at this picture.
            ClosedError: the Describer is closed.
        """
        job = self._submit(image, options)
        try:
            return self._result(job, wait(job.ticket.future))
        except BaseException:  # Ctrl-C: the slot is wanted by others
            self._engine.cancel(job.ticket)
            raise

    async def adescribe(self, image: ImageSource, **options: Unpack[DescribeOptions]) -> AltText:
        """`describe` for asyncio: reading the picture and waiting block no event loop. Cancelling frees the slot."""
        job = await asyncio.get_running_loop().run_in_executor(None, lambda: self._submit(image, options))
        try:
            return self._result(job, await asyncio.wrap_future(job.ticket.future))
        except BaseException:
            self._engine.cancel(job.ticket)
            raise

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

    def describe_many(
        self,
        images: Iterable[ImageSource],
        *,
        on_error: Literal["raise", "return"] = "raise",
        **options: Unpack[DescribeOptions],
    ) -> Iterator[AltText | LocalAltError]:
        """Draft the alt texts of many pictures, in their order, several at a time.

        `images` may be endless: only a few are read ahead. With `on_error="return"` a picture
        that fails gives its error in place of its text and the others go on.
        """
        if isinstance(images, (str, bytes, bytearray, os.PathLike)):
            raise OptionError(
                f"describe_many takes several pictures, not {images!r:.60}: pass a list, or use describe."
            )
        if on_error not in ("raise", "return"):
            raise OptionError(f'on_error is {on_error!r}: write "raise" or "return".')
        self._parts(options)  # a wrong option is told at the call, not at the first picture
        return self._describe_many(iter(images), on_error == "return", options)

    def _describe_many(
        self, images: Iterator[ImageSource], return_errors: bool, options: DescribeOptions
    ) -> Iterator[AltText | LocalAltError]:
        ahead = self._plan.n_seq_max + N_READERS
        pending: deque[Future[_Job]] = deque()
        readers = ThreadPoolExecutor(N_READERS, thread_name_prefix="localalt-reader")
        try:
            while True:
                for image in itertools.islice(images, ahead - len(pending)):
                    pending.append(readers.submit(self._submit, image, options))
                if not pending:
                    return
                outcome: AltText | LocalAltError
                try:
                    job = wait(pending[0])
                    outcome = self._result(job, wait(job.ticket.future))
                except LocalAltError as error:
                    if not return_errors:
                        raise
                    outcome = error
                pending.popleft()
                yield outcome
        finally:
            for submitted in pending:
                if not submitted.cancel():
                    submitted.add_done_callback(self._cancel_submitted)
            readers.shutdown(wait=False)  # Ctrl-C must not wait for a large picture to be read

    def _cancel_submitted(self, submitted: Future[_Job]) -> None:
        if submitted.exception() is None:
            self._engine.cancel(submitted.result().ticket)

    def stream(self, image: ImageSource, **options: Unpack[DescribeOptions]) -> Stream:
        """The answer in pieces as the model writes it; the finished, cleaned text is `Stream.result`."""
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        job = self._submit(image, options, pieces)
        return Stream(self, job, pieces)

    def close(self) -> None:
        """Free the model. Calls under way end with ClosedError. Safe to call again."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "loaded" if self._finalizer.alive else "closed"
        return f"<Describer {self._identity.name} ({state})>"

    def _complete(self, preset: Preset, template: str) -> Preset:
        """The preset as the file's own chat template wants it."""
        if preset.family == "selftest":
            return preset
        special = self._engine.special_tokens
        bos, eos, adds_bos = special.bos, special.eos, special.adds_bos
        if preset.family == "generic":
            return preset_from_template(template, bos=bos, eos=eos, base=preset, adds_bos=adds_bos)
        return fit_preset(preset, template, bos=bos, eos=eos, adds_bos=adds_bos)

    def _parts(self, options: DescribeOptions) -> tuple[Any, ...]:
        _check_known(options, DescribeOptions)
        return build_prompt(self._preset, **options)

    def _submit(
        self, image: ImageSource, options: DescribeOptions, pieces: queue.SimpleQueue[str | None] | None = None
    ) -> _Job:
        started = time.perf_counter()
        parts = self._parts(options)
        picture = load_picture(image, self._geometry)
        request = Request(
            tuple((part.text, part.special) if isinstance(part, TextPart) else picture.pixels for part in parts),
            max_tokens=self._max_tokens,
            stop=self._preset.stop,
            exact=self._exact,
        )
        prepare_s = time.perf_counter() - started
        ticket = self._engine.submit(request, on_text=pieces.put if pieces is not None else None)
        if pieces is not None:
            ticket.future.add_done_callback(lambda _: pieces.put(None))
        return _Job(picture.source, picture.notices, ticket, options.get("max_chars"), started, prepare_s)

    def _result(self, job: _Job, generation: Generation) -> AltText:
        sequence = generation.sequence
        assert sequence.finish_reason is not None
        cleaned = clean(generation.text, finish_reason=sequence.finish_reason, max_chars=job.max_chars)
        return AltText(
            text=cleaned.text,
            source=job.source,
            finish_reason=sequence.finish_reason,
            warnings=(*self._notices, *job.notices, *cleaned.notices),
            timings=Timings(
                load_s=self.load_s,
                prepare_s=job.prepare_s,
                queue_s=sequence.queue_s,
                encode_s=sequence.encode_s,
                prefill_s=sequence.prefill_s,
                decode_s=sequence.decode_s,
                ttft_s=sequence.ttft_s,
                total_s=time.perf_counter() - job.started,
                n_prompt_tokens=sequence.n_prompt_tokens,
                n_image_tokens=sequence.n_image_tokens,
                n_output_tokens=len(sequence.tokens),
            ),
            model=self._identity,
            raw=generation.text,
        )


class Stream:
    """Pieces of one answer as they are written. Closing it early stops the model.

    The pieces are the model's own words, before any check; show `result.text` once it is there.
    """

    def __init__(self, describer: Describer, job: _Job, pieces: queue.SimpleQueue[str | None]) -> None:
        self._describer = describer
        self._job = job
        self._pieces = pieces
        self._result: AltText | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while not self._job.ticket.future.done() or not self._pieces.empty():
            try:
                piece = self._pieces.get(timeout=0.5)  # timed, so that Ctrl-C gets through everywhere
            except queue.Empty:
                continue
            if piece is None:
                break
            return piece
        _ = self.result  # an error that ended the answer is raised here
        raise StopIteration

    @property
    def result(self) -> AltText:
        """The finished text; waits for it. Raises what `Describer.describe` raises."""
        if self._result is None:
            self._result = self._describer._result(self._job, wait(self._job.ticket.future))
        return self._result

    def close(self) -> None:
        """Stop the model if it is still writing. Safe to call again."""
        self._describer._engine.cancel(self._job.ticket)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# --- the functions of the package, on Describers shared by the process -------------------


def load(model: ModelSource = "auto", **options: Unpack[LoadOptions]) -> Describer:
    """Load a model: see `Describer`."""
    return Describer(model, **options)


def describe(image: ImageSource, *, model: ModelSource = "auto", **options: Unpack[DescribeOptions]) -> AltText:
    """Draft the alt text of one picture: see `Describer.describe`.

    The model is loaded on first use and stays loaded until the process ends.
    """
    return _shared(model).describe(image, **options)


def describe_many(
    images: Iterable[ImageSource], *, model: ModelSource = "auto", **options: Unpack[DescribeOptions]
) -> Iterator[AltText]:
    """Draft the alt texts of many pictures, in their order: see `Describer.describe_many`."""
    return _shared(model).describe_many(images, **options)


def stream(image: ImageSource, *, model: ModelSource = "auto", **options: Unpack[DescribeOptions]) -> Stream:
    """The answer in pieces as the model writes it: see `Describer.stream`."""
    return _shared(model).stream(image, **options)


_describers: dict[tuple[int, object], Describer] = {}
_loading = threading.Lock()


def _shared(model: ModelSource) -> Describer:
    """This process's Describer of `model`. Keyed by process too: a forked one loads its own."""
    try:
        key = (os.getpid(), model if isinstance(model, str) else tuple(os.fspath(path) for path in model))
    except TypeError:
        return Describer(model)  # which says what is wrong with it
    with _loading:
        if key not in _describers:
            _describers[key] = Describer(model)
        return _describers[key]


def _open(model: ModelSource, machine: Machine, options: LoadOptions) -> ModelFiles:
    offline, on_download = options.get("offline", False), options.get("on_download")
    if on_download is not None:
        return models.open_model(model, machine, offline=offline, on_download=on_download)
    with DownloadBar() as bar:
        return models.open_model(model, machine, offline=offline, on_download=bar, announce=bar.announce)


def _notices(files: ModelFiles, plan: Plan) -> Iterator[Notice]:
    if files.is_instrument:
        yield INSTRUMENT
    if plan.missing_bytes:
        yield Notice(
            "memory-short",
            f"{amount(plan.missing_bytes)} of RAM are missing for this model: close other programs, "
            "or choose a smaller one.",
        )


def _check_known(options: Mapping[str, object], known: type) -> None:
    for name in options:
        if name not in known.__annotations__:
            near = difflib.get_close_matches(name, known.__annotations__, n=1)
            advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(known.__annotations__)}."
            raise OptionError(f"There is no option {name}: {advice}")
