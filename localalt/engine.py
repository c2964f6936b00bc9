"""From requests to generated text: encode, prefill, decode, in steps on one thread.

The engine's thread makes, uses and frees every native handle. Callers hand in requests
from any thread and get futures. One picture and ten thousand take the same path. Knows
nothing of files, prompts or alt text.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from localalt.answer import Answer
from localalt.errors import ClosedError, ContextTooLongError, EngineError, LocalAltError
from localalt.loop import LoopDetector
from localalt.native import Chunk, Context, Model, Projector, Sampler
from localalt.plan import Plan
from localalt.presets import Sampling
from localalt.scheduler import Scheduler
from localalt.sequence import Request, Sequence
from localalt.types import ImageGeometry, ProgressCallback

__all__ = ["Engine", "Generation", "Ticket", "wait"]

T = TypeVar("T")

logger = logging.getLogger(__name__)

WEIGHTS_SHARE = 0.9
"""Of the loading bar; the projector has the rest."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What the model wrote, and the finished sequence with its counts and times."""

    text: str
    sequence: Sequence


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """What a chat template needs to know of a vocabulary; "" for a token that it lacks."""

    bos: str
    eos: str
    adds_bos: bool


class Ticket:
    """A request inside the engine."""

    def __init__(self, sequence: Sequence, on_text: Callable[[str], None] | None) -> None:
        self.sequence = sequence
        self.future: Future[Generation] = Future()
        self.future.set_running_or_notify_cancel()  # only the engine ends it; Future.cancel() has no effect
        self.answer = Answer(sequence.request.stop, on_text)
        self.loop = LoopDetector()
        self.arrived = time.perf_counter()
        self.first_token_at = 0.0


class Engine:
    """A loaded model and the thread that owns it.

    Args:
        weights, mmproj: the two GGUF files.
        plan: sizes and devices.
        geometry: what the projector makes of a picture.
        sampling: how tokens are drawn, the same for every request.
        seed: of the random draws; every request starts from it.
        progress: called from the engine's thread with 0.0 to 1.0 while loading.

    Raises:
        ModelError, EngineError: the model cannot be loaded. Nothing is left behind.
    """

    def __init__(
        self,
        weights: Path,
        mmproj: Path,
        *,
        plan: Plan,
        geometry: ImageGeometry,
        sampling: Sampling,
        seed: int = 0,
        progress: ProgressCallback | None = None,
    ) -> None:
        self._weights, self._mmproj = weights, mmproj
        self._plan, self._geometry = plan, geometry
        self._sampling, self._seed = sampling, seed
        self._progress = progress
        self._scheduler = Scheduler(plan.n_seq_max)
        self._tickets: dict[Sequence, Ticket] = {}
        self._inbox: list[Ticket] = []
        self._cancelled: list[Ticket] = []
        self._wake = threading.Condition()
        self._closing = False
        self._pid = os.getpid()
        loaded: Future[None] = Future()
        self._thread = threading.Thread(target=self._main, args=(loaded,), name="localalt-engine", daemon=True)
        self._thread.start()
        try:
            wait(loaded)
        except BaseException:  # Ctrl-C while loading, or the loading itself
            self.close()
            raise
        finally:
            self._progress = None

    # --- called from any thread ---

    def submit(self, request: Request, on_text: Callable[[str], None] | None = None) -> Ticket:
        """Queue a request. `on_text` is called from the engine's thread with each new piece of the answer.

        Raises:
            ClosedError: the engine is closed.
            EngineError: this process was forked from the one that loaded the model.
        """
        if os.getpid() != self._pid:
            raise EngineError(
                "The model was loaded before this process was forked, and its threads stayed behind: "
                "load it after the fork, or start processes with the spawn method."
            )
        ticket = Ticket(Sequence(request), on_text)
        with self._wake:
            if self._closing:
                raise ClosedError("This Describer is closed: load a new one.")
            self._inbox.append(ticket)
            self._wake.notify()
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Stop working on a request and free its slot. Its future ends with CancelledError."""
        if os.getpid() != self._pid:
            return
        with self._wake:
            self._cancelled.append(ticket)
            self._wake.notify()

    def close(self) -> None:
        """End the thread and free the model. Requests under way end with ClosedError. Safe to call again."""
        if os.getpid() != self._pid:
            return  # the thread, and perhaps a held lock, belong to the process that forked this one
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not threading.current_thread():
            self._thread.join()

    # --- the engine's thread ---

    def _main(self, loaded: Future[None]) -> None:
        with contextlib.ExitStack() as handles:
            try:
                self._load(handles)
            except BaseException as error:
                handles.close()  # before anybody hears of it: the next try may need the memory
                loaded.set_exception(error)
                return
            loaded.set_result(None)
            while self._receive():
                try:
                    self.step()
                except Exception as error:  # a fault of this module must not leave callers waiting
                    self._fail(list(self._tickets.values()), _explained(error))
            with self._wake:
                arrived, self._inbox = self._inbox, []
            closed = ClosedError("The Describer was closed before this picture was done.")
            self._fail([*self._tickets.values(), *arrived], closed)

    def _load(self, handles: contextlib.ExitStack) -> None:
        plan = self._plan
        self._model = model = Model(
            self._weights,
            n_gpu_layers=plan.n_gpu_layers,
            devices=plan.devices,
            progress=self._report(0.0, WEIGHTS_SHARE),
        )
        handles.callback(model.close)  # and with it all that is made from it
        self.special_tokens = SpecialTokens(
            bos=model.token_text(model.bos), eos=model.token_text(model.eos), adds_bos=model.adds_bos
        )
        self._projector = Projector(
            self._mmproj,
            model,
            device=plan.devices[0] if plan.projector_on_gpu else None,
            n_threads=plan.n_threads,
            progress=self._report(WEIGHTS_SHARE, 1.0),
        )
        n_batch, n_ubatch = plan.n_batch, plan.n_ubatch
        if self._projector.non_causal:
            # All tokens of a picture see each other, so they must be in one graph.
            n_ubatch = max(n_ubatch, self._geometry.max_tokens)
            n_batch = max(n_batch, n_ubatch)
        samplers = [Sampler(model, self._sampling, seed=self._seed) for _ in range(plan.n_seq_max)]
        self._context = Context(
            model,
            samplers,
            n_ctx_seq=plan.n_ctx_seq,
            n_batch=n_batch,
            n_ubatch=n_ubatch,
            n_threads=plan.n_threads,
            use_gpu=plan.n_gpu_layers != 0,
        )
        self._report(1.0, 1.0)(1.0)

    def _report(self, start: float, end: float) -> ProgressCallback:
        def report(share: float) -> None:
            if self._closing:
                raise CancelledError
            if self._progress is not None:
                self._progress(start + (end - start) * share)

        return report

    def _receive(self) -> bool:
        """Take in what callers sent; sleep while there is nothing to do. False when closing."""
        with self._wake:
            while not (self._inbox or self._cancelled or self._closing) and self._scheduler.idle:
                self._wake.wait()
            arrived, self._inbox = self._inbox, []
            cancelled, self._cancelled = self._cancelled, []
        for ticket in arrived:
            self._tickets[ticket.sequence] = ticket
            self._scheduler.add(ticket.sequence)
        for ticket in cancelled:
            if ticket.sequence in self._tickets:
                self._finish(ticket, CancelledError())
        return not self._closing

    def step(self) -> None:
        """Admit one waiting sequence, if a slot is free, and decode a token for each that was running."""
        step = self._scheduler.next_step()
        if step.admitted is not None:
            self._admit(self._tickets[step.admitted])
        if step.running:
            self._decode([self._tickets[sequence] for sequence in step.running])

    def _admit(self, ticket: Ticket) -> None:
        ticket.sequence.queue_s = time.perf_counter() - ticket.arrived
        try:
            with self._projector.tokenize(ticket.sequence.request.parts) as chunks:
                prompt = list(chunks)
                self._check_fits(ticket.sequence.request, prompt)
                self._prefill(ticket.sequence, prompt)
        except Exception as error:  # fails alone: the others have nothing to do with it
            self._finish(ticket, _explained(error))
            return
        ticket.first_token_at = time.perf_counter()
        ticket.sequence.ttft_s = ticket.first_token_at - ticket.arrived
        self._take(ticket, row=-1)

    def _check_fits(self, request: Request, prompt: list[Chunk]) -> None:
        n_prompt = sum(chunk.n_tokens for chunk in prompt)
        n_ctx_seq = self._context.n_ctx_seq
        if n_prompt + request.max_tokens > n_ctx_seq:
            raise ContextTooLongError(
                f"Picture, instruction and context take {n_prompt} tokens and the answer up to {request.max_tokens}, "
                f"but {n_ctx_seq} fit: shorten the context."
            )

    def _prefill(self, sequence: Sequence, prompt: list[Chunk]) -> None:
        context = self._context
        assert sequence.slot is not None
        for chunk in prompt:
            started = time.perf_counter()
            if chunk.tokens is not None:
                context.decode_text(chunk.tokens, sequence.n_past, sequence.slot, want_logits=chunk is prompt[-1])
            else:
                embeddings = self._projector.encode(chunk)
                encoded = time.perf_counter()
                sequence.encode_s += encoded - started
                started = encoded
                context.decode_image(self._projector, chunk, embeddings, sequence.n_past, sequence.slot)
            context.synchronize()
            sequence.prefill_s += time.perf_counter() - started
            sequence.prefilled(chunk.n_tokens, chunk.n_pos, image=chunk.tokens is None)

    def _decode(self, tickets: list[Ticket]) -> None:
        sequences = [ticket.sequence for ticket in tickets]
        try:
            self._context.decode(
                [sequence.tokens[-1] for sequence in sequences],
                [sequence.n_past for sequence in sequences],
                [sequence.slot for sequence in sequences if sequence.slot is not None],
            )
        except EngineError as error:
            if len(tickets) == 1:
                self._finish(tickets[0], error)
            else:
                for ticket in tickets:  # whoever is at fault fails alone
                    self._decode([ticket])
            return
        for row, ticket in enumerate(tickets):
            ticket.sequence.fed()
            self._take(ticket, row)

    def _take(self, ticket: Ticket, row: int) -> None:
        """Sample the next token of a sequence, and finish it if that was its last."""
        sequence = ticket.sequence
        assert sequence.slot is not None
        token = self._context.sample(sequence.slot, row)
        exact = sequence.request.exact
        if self._model.is_end(token) and not exact:
            sequence.finish_reason = "stop"
        else:
            sequence.append(token)
            if ticket.answer.feed(self._model.piece(token)) and not exact:
                sequence.finish_reason = "stop"
            elif ticket.loop.feed(token) and not exact:
                sequence.finish_reason = "loop"
        sequence.decode_s = time.perf_counter() - ticket.first_token_at
        if sequence.finished:
            self._finish(ticket)

    def _finish(self, ticket: Ticket, error: BaseException | None = None) -> None:
        """Free a sequence's slot and cells, and hand its text or `error` to whoever waits."""
        slot = self._scheduler.remove(ticket.sequence)
        if slot is not None:
            self._context.clear(slot)
        self._tickets.pop(ticket.sequence, None)
        if error is not None:
            ticket.future.set_exception(error)
            return
        ticket.future.set_result(Generation(ticket.answer.end(), ticket.sequence))

    def _fail(self, tickets: list[Ticket], error: BaseException) -> None:
        for ticket in tickets:
            self._finish(ticket, error)


def wait(future: Future[T]) -> T:
    """The result of `future`, waited for in a way that Ctrl-C interrupts on every platform."""
    while not future.done():  # an untimed wait cannot be interrupted on Windows
        futures.wait((future,), timeout=0.5)
    return future.result()


def _explained(error: Exception) -> LocalAltError:
    """`error` itself if it was raised on purpose; otherwise what to do about a fault of localalt's."""
    if isinstance(error, LocalAltError):
        return error
    logger.error("The engine failed", exc_info=error)
    failure = EngineError(f"The engine failed unexpectedly ({type(error).__name__}: {error}): please report this.")
    failure.__cause__ = error
    return failure
