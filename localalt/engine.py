"""From requests to generated text: encode, prefill, decode, in steps on one thread.

The engine's thread makes, uses and frees every native handle. Callers hand in requests
from any thread and get futures. One picture and ten thousand take the same path. Knows
nothing of files, prompts or alt text.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent import futures
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from localalt.answer import Answer
from localalt.request import Sampling
from localalt.embeddings import digest
from localalt.encoder import CACHE_BYTES, Encoder, Prepared
from localalt.errors import (
    CacheFullError,
    ClosedError,
    ContextTooLongError,
    EngineError,
    LocalAltError,
    TimedOutError,
)
from localalt.loop import LoopDetector
from localalt.native import Context, Model, Projector, Sampler, release_free_memory
from localalt.plan import Plan
from localalt.scheduler import Scheduler
from localalt.sequence import Prefix, Sequence
from localalt.request import Question, Request
from localalt.types import ImageGeometry, ProgressCallback
from localalt.wording import either, option

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Engine", "Generation", "Ticket", "late", "wait"]

T = TypeVar("T")

logger = logging.getLogger(__name__)

WEIGHTS_SHARE = 0.9
"""Of the loading bar; the projector has the rest."""
ENCODED_AHEAD = 4
"""Pictures that are encoded together, or before a slot is free for them: their embeddings wait in memory."""
N_TOKENIZED = 64
"""Texts whose tokens are kept: the instruction and the template's, and the latest contexts."""


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
    """A question inside the engine."""

    def __init__(self, sequence: Sequence, deadline: float | None, on_text: Callable[[str], None] | None) -> None:
        self.sequence = sequence
        self.deadline = deadline
        self.is_follow_up = False
        self.future: Future[Generation] = Future()
        self.future.set_running_or_notify_cancel()  # only the engine ends it; Future.cancel() has no effect
        self.answer = Answer(sequence.question.stop, on_text)
        self.loop = LoopDetector()
        self.arrived = time.perf_counter()
        self.first_token_at = 0.0


class Engine:
    """A loaded model and the thread that owns it.

    Args:
        weights, mmproj: the two GGUF files.
        plan: sizes and devices.
        settle: called in the engine's thread with the loaded weights, for the plan to go on with: one of
            other slots, such as a measurement of the model finds, that leaves the weights where they are.
        geometry: what the projector makes of a picture.
        sampling: how tokens are drawn where a question does not say.
        seed: of the random draws; every question without one of its own starts from it.
        reuse: whether embeddings, tokens and the cache of a prompt's first words serve later pictures; without it
            every picture costs what the first one does.
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
        settle: Callable[[Model], Plan] | None = None,
        geometry: ImageGeometry,
        sampling: Sampling,
        seed: int = 0,
        reuse: bool = True,
        progress: ProgressCallback | None = None,
    ) -> None:
        self._weights, self._mmproj = weights, mmproj
        self.plan, self._settle, self._geometry = plan, settle, geometry
        self._sampling, self._seed, self._reuse = sampling, seed, reuse
        self._progress = progress
        self._tickets: dict[Sequence, Ticket] = {}
        self._inbox: list[Ticket] = []
        self._cancelled: list[Ticket] = []
        self._released: list[Prefix] = []
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

    def submit(
        self,
        request: Request,
        on_text: Callable[[str], None] | None = None,
        on_dropped: Callable[[], None] | None = None,
    ) -> list[Ticket]:
        """Queue a request; the tickets are those of its questions, in their order.

        From the engine's thread, `on_text` is called with each new piece of the first answer, and
        `on_dropped` once, when the pixels are no longer held: they are in the cache, or not wanted.

        Raises:
            ClosedError: the engine is closed.
            EngineError: this process was forked from the one that loaded the model.
        """
        self.check_process()
        prefix = Prefix(
            request.head,
            request.pixels,
            digest(request.pixels),
            n_unasked=len(request.questions) + request.is_held,
            deadline=request.deadline,
            on_dropped=on_dropped,
        )
        tickets = [
            Ticket(Sequence(prefix, question), request.deadline, None if index else on_text)
            for index, question in enumerate(request.questions)
        ]
        self._send(tickets)
        return tickets

    def ask(self, prefix: Prefix, questions: Iterable[Question]) -> list[Ticket]:
        """Queue more questions about a picture that is held, before all that waits.

        Raises:
            ClosedError: the engine is closed.
        """
        tickets = [Ticket(Sequence(prefix, question), prefix.deadline, None) for question in questions]
        for ticket in tickets:
            ticket.is_follow_up = True
        self._send(tickets)
        return tickets

    def release(self, prefix: Prefix) -> None:
        """Let go of a picture that was held: no more will be asked."""
        if os.getpid() != self._pid:
            return
        with self._wake:
            self._released.append(prefix)
            self._wake.notify()

    def _send(self, tickets: list[Ticket]) -> None:
        with self._wake:
            if self._closing:
                raise ClosedError("This Describer is closed: load a new one.")
            self._inbox += tickets
            self._wake.notify()

    def check_process(self) -> None:
        """Raises EngineError in a process that was forked from the one that loaded the model."""
        if os.getpid() != self._pid:
            raise EngineError(
                "The model was loaded before this process was forked, and its threads stayed behind: "
                "load it after the fork, or start processes with the spawn method."
            )

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
            handles.callback(release_free_memory)  # once all of them are closed
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
        plan = self.plan
        self._model = model = Model(
            self._weights,
            n_gpu_layers=plan.n_gpu_layers,
            devices=plan.devices,
            repack=plan.repacks_weights,
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
            in_bf16=plan.projector_in_bf16,
            flash_attn=plan.projector_flash_attn,
            progress=self._report(WEIGHTS_SHARE, 1.0),
        )
        if self._settle is not None:
            self.plan = plan = self._settle(model)
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
            flash_attn=plan.flash_attn,
        )
        self._scheduler = Scheduler(plan.n_seq_max)
        self._encoder = Encoder(model, self._projector, cache_bytes=CACHE_BYTES if self._reuse else 0)
        n_kept = N_TOKENIZED if self._reuse else 0
        self._tokenize = functools.lru_cache(n_kept)(lambda text, special: model.tokenize(text, special=special))
        self._head: tuple[list[int], npt.NDArray[np.uint8]] | None = None
        """The latest head of a prompt: its tokens, and what the cache holds of them."""
        self._encoding: ThreadPoolExecutor | None = None
        if plan.encodes_apart:
            self._encoding = ThreadPoolExecutor(1, thread_name_prefix="localalt-encoder")
            handles.callback(self._encoding.shutdown)  # before the projector is closed
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
            while self._has_no_news() and self._scheduler.idle:
                self._wake.wait()
            arrived, self._inbox = self._inbox, []
            cancelled, self._cancelled = self._cancelled, []
            released, self._released = self._released, []
        for ticket in arrived:
            self._tickets[ticket.sequence] = ticket
            if ticket.is_follow_up:
                ticket.sequence.prefix.n_unasked += 1
                self._scheduler.add_first(ticket.sequence)
            else:
                self._scheduler.add(ticket.sequence)
        for prefix in released:
            self._asked(prefix)
        for ticket in cancelled:
            if ticket.sequence in self._tickets:
                self._finish(ticket, CancelledError())
        now = time.perf_counter()
        for ticket in list(self._tickets.values()):
            if ticket.deadline is not None and now >= ticket.deadline:
                self._finish(ticket, late())
        return not self._closing

    def _has_no_news(self) -> bool:
        return not (self._inbox or self._cancelled or self._released or self._closing)

    def step(self) -> None:
        """Admit one waiting sequence, if a slot is free, and decode a token for each that runs."""
        if self._encoding is not None:
            self._encode_ahead(self._encoding)
        step = self._scheduler.next_step(self._is_ready)
        for move in step.moves:
            self._context.move(move.source, move.target)
        if step.admitted is not None:
            self._admit(self._tickets[step.admitted])
            if step.admitted.slot is not None and self._scheduler.is_filling:
                return  # not after one that failed: damaged pictures must not hold up those that run
        running = self._scheduler.running
        if running:
            self._decode([self._tickets[sequence] for sequence in running])

    def _encode_ahead(self, encoding: ThreadPoolExecutor) -> None:
        """Have the next pictures encoded on their device while others are decoded on theirs."""
        fresh = self._unprepared()
        if fresh:
            task = encoding.submit(self._encoder.prepare, fresh)
            for prefix in fresh:
                prefix.prepared = task

    def _unprepared(self) -> list[Prefix]:
        """The pictures among the next few that wait which nobody has begun to encode."""
        coming = itertools.islice(dict.fromkeys(each.prefix for each in self._scheduler.waiting), ENCODED_AHEAD)
        return [prefix for prefix in coming if prefix.prepared is None and prefix.state is None]

    def _is_ready(self, sequence: Sequence) -> bool:
        task = sequence.prefix.prepared
        # With nothing to decode meanwhile, the engine waits for the encoder.
        return not isinstance(task, Future) or task.done() or not self._scheduler.running

    def _prepared(self, prefix: Prefix) -> Prepared:
        if prefix.prepared is None:
            # On a CPU, one by one is as fast, and holds nobody up.
            others = self._unprepared() if self.plan.projector_on_gpu else []
            for each, outcome in self._encoder.prepare(list(dict.fromkeys([prefix, *others]))).items():
                each.prepared = outcome
        elif isinstance(prefix.prepared, Future):
            prefix.prepared = wait(prefix.prepared)[prefix]
        outcome = prefix.prepared
        if isinstance(outcome, Exception):
            raise outcome
        prepared: Prepared = outcome
        return prepared

    def _admit(self, ticket: Ticket) -> None:
        sequence = ticket.sequence
        sequence.queue_s = time.perf_counter() - ticket.arrived
        try:
            self._begin(sequence)
        except CacheFullError as error:
            if len(self._scheduler.running) == 1:
                self._finish(ticket, error)
                return
            logger.warning("The KV cache is full: a picture waits until another one is done.")
            assert sequence.slot is not None
            self._context.clear(sequence.slot)
            self._scheduler.put_back(sequence)
            return
        except Exception as error:  # fails alone: the others have nothing to do with it
            self._finish(ticket, _explained(error))
            return
        ticket.first_token_at = time.perf_counter()
        sequence.ttft_s = ticket.first_token_at - ticket.arrived
        self._take(ticket, row=-1)

    def _begin(self, sequence: Sequence) -> None:
        """Bring a sequence's whole prompt into the cache."""
        prefix, slot = sequence.prefix, sequence.slot
        assert slot is not None
        asked = sequence.question
        self._context.draw(slot, asked.sampling or self._sampling, seed=asked.seed or self._seed, grammar=asked.grammar)
        question = [token for part in sequence.question.parts for token in self._tokenize(*part)]
        if prefix.state is None:
            prepared = self._prepared(prefix)
            self._check_fits(prepared.n_tokens + len(prepared.tail) + len(question), sequence.question.max_tokens)
            self._prefill(prefix, prepared, slot)
            sequence.encode_s, sequence.prefill_s = prefix.encode_s, prefix.prefill_s
            if prefix.n_unasked > 1:
                prefix.state = self._context.save(slot)
        else:
            self._check_fits(prefix.n_tokens + len(prefix.tail) + len(question), sequence.question.max_tokens)
            self._context.restore(slot, prefix.state)
        started = time.perf_counter()
        tokens = [*prefix.tail, *question]
        self._context.decode_text(tokens, prefix.n_past, slot, want_logits=True)
        self._context.synchronize()
        sequence.prefill_s += time.perf_counter() - started
        sequence.prefilled(len(tokens))
        self._asked(prefix)

    def _asked(self, prefix: Prefix) -> None:
        """One question of a picture less: drop what only the next one would need."""
        prefix.n_unasked -= 1
        if prefix.state is not None or not prefix.n_unasked:
            prefix.drop()
        if not prefix.n_unasked:
            prefix.state = None

    def _check_fits(self, n_prompt: int, max_tokens: int) -> None:
        n_ctx_seq = self._context.n_ctx_seq
        if n_prompt + max_tokens > n_ctx_seq:
            raise ContextTooLongError(
                f"Picture, instruction and context take {n_prompt} tokens and the answer up to {max_tokens}, "
                f"but {n_ctx_seq} fit: shorten {either('the context', '--context')}."
            )

    def _prefill(self, prefix: Prefix, prepared: Prepared, slot: int) -> None:
        """Bring a prompt up to its picture into the cache."""
        context = self._context
        prefix.n_past = prefix.n_tokens = prefix.n_image_tokens = 0  # not so after a full cache
        prefix.tail = prepared.tail
        embeddings = iter(prepared.embeddings)
        started = time.perf_counter()
        for index, chunk in enumerate(prepared.chunks):
            if chunk.tokens is None:
                context.decode_image(self._projector, chunk, next(embeddings), prefix.n_past, slot)
            elif index == 0:
                self._prefill_head(list(chunk.tokens), slot)
            else:
                context.decode_text(chunk.tokens, prefix.n_past, slot, want_logits=False)
            prefix.prefilled(chunk.n_tokens, chunk.n_pos, image=chunk.tokens is None)
        context.synchronize()
        prefix.prefill_s = time.perf_counter() - started

    def _prefill_head(self, tokens: list[int], slot: int) -> None:
        """The prompt's words before the picture, the same for most pictures: computed once, then copied."""
        if self._head is not None and self._head[0] == tokens:
            self._context.restore(slot, self._head[1])
            return
        self._context.decode_text(tokens, 0, slot, want_logits=False)
        if self._reuse:
            self._head = tokens, self._context.save(slot)

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
                logger.warning("A batch of %d sequences failed and is tried one by one: %s", len(tickets), error)
                for ticket in tickets:  # whoever is at fault fails alone
                    assert ticket.sequence.slot is not None
                    self._context.cut(ticket.sequence.slot, ticket.sequence.n_past)  # what a part of the batch left
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
        exact = sequence.question.exact
        if self._model.is_end(token) and not exact:
            sequence.finish_reason = "stop"
        else:
            sequence.append(token)
            if ticket.answer.feed(self._model.piece(token)) and not exact:
                sequence.finish_reason = "stop"
            elif ticket.loop.feed(token) and not exact:
                sequence.finish_reason = "loop"
            elif ticket.answer.is_full and not exact:
                sequence.finish_reason = "length"
        sequence.decode_s = time.perf_counter() - ticket.first_token_at
        if sequence.finished:
            self._finish(ticket)

    def _finish(self, ticket: Ticket, error: BaseException | None = None) -> None:
        """Free a sequence's slot and cells, and hand its text or `error` to whoever waits."""
        sequence = ticket.sequence
        slot = self._scheduler.remove(sequence)
        if slot is not None:
            self._context.clear(slot)
        self._tickets.pop(sequence, None)
        if not sequence.n_past:  # it never began
            self._asked(sequence.prefix)
        if error is not None:
            ticket.future.set_exception(error)
            return
        ticket.future.set_result(Generation(ticket.answer.end(), sequence))

    def _fail(self, tickets: list[Ticket], error: BaseException) -> None:
        for ticket in tickets:
            self._finish(ticket, error)


def wait(future: Future[T], deadline: float | None = None) -> T:
    """The result of `future`, waited for in a way that Ctrl-C interrupts on every platform.

    Raises:
        TimedOutError: `deadline`, on the clock of `time.perf_counter`, came first.
    """
    while not future.done():  # an untimed wait cannot be interrupted on Windows
        left = 0.5 if deadline is None else min(0.5, deadline - time.perf_counter())
        if left <= 0:
            raise late()
        futures.wait((future,), timeout=left)
    return future.result()


def late() -> TimedOutError:
    """The error of a picture whose time is over."""
    return TimedOutError(
        f"The time for this picture ({option('timeout_s')}) was over before its text was done: allow more time."
    )


def _explained(error: Exception) -> LocalAltError:
    """`error` itself if it was raised on purpose; otherwise what to do about a fault of localalt's."""
    if isinstance(error, LocalAltError):
        return error
    logger.error("The engine failed", exc_info=error)
    failure = EngineError(f"The engine failed unexpectedly ({type(error).__name__}: {error}): please report this.")
    failure.__cause__ = error
    return failure
