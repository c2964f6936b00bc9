"""What the engine's thread does: in each step it admits a question, and decodes a token for each that runs.

All of it happens in one thread. Knows nothing of threads, nor of who asks.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import CancelledError

from localalt.concurrency.waiting import timed_out
from localalt.engine.encoder import CACHE_BYTES, Encoder
from localalt.engine.handles import ModelHandles
from localalt.engine.lookahead import Lookahead
from localalt.engine.prefill import Prefill
from localalt.engine.scheduler import Scheduler
from localalt.engine.sequence import Sequence
from localalt.engine.ticket import Generation, Ticket
from localalt.errors import CacheFullError, EngineError, LocalAltError, NotFiniteError
from localalt.errors.wording import either

__all__ = ["Runner"]

logger = logging.getLogger(__name__)


class Runner:
    """Answers questions, several at a time.

    Args:
        handles: the model.
        reuse: whether embeddings, tokens and the cache of a prompt's first words serve later pictures; without it
            every picture costs what the first one does.
    """

    def __init__(self, handles: ModelHandles, *, reuse: bool) -> None:
        plan, projector = handles.plan, handles.projector
        self._model, self._context = handles.model, handles.context
        self._tickets: dict[Sequence, Ticket] = {}
        self._scheduler = Scheduler(plan.n_seq_max)
        self._device = " and ".join(plan.devices) or "The CPU"
        self._lookahead: Lookahead | None = None
        if projector is not None:
            encoder = Encoder(
                handles.model,
                projector,
                cache_bytes=CACHE_BYTES if reuse else 0,
                device=plan.devices[0] if plan.devices and plan.projector_on_gpu else "the CPU",
                on_cpu=handles.projector_on_cpu,
            )
            self._lookahead = Lookahead(
                encoder,
                self._scheduler,
                on_its_own_thread=plan.encodes_apart,
                in_batches=plan.projector_on_gpu,
            )
        self._prefill = Prefill(handles, self._lookahead, reuse=reuse)

    @property
    def n_unfinished(self) -> int:
        """Questions that wait or run."""
        return len(self._tickets)

    def add(self, ticket: Ticket) -> None:
        """Queue a question; one about a picture that is held, or about the rest of one, comes before all others."""
        self._tickets[ticket.sequence] = ticket
        if ticket.is_follow_up:
            ticket.sequence.prefix.add_question()
        if ticket.goes_first:
            self._scheduler.add_first(ticket.sequence)
        else:
            self._scheduler.add(ticket.sequence)

    def cancel(self, ticket: Ticket) -> None:
        """End a question with CancelledError, unless it has ended."""
        if ticket.sequence in self._tickets:
            self._finish(ticket, CancelledError())

    def expire(self) -> None:
        """End the questions whose time is over."""
        now = time.perf_counter()
        for ticket in list(self._tickets.values()):
            if ticket.deadline is not None and now >= ticket.deadline:
                self._finish(ticket, timed_out())

    def fail_all(self, error: BaseException) -> None:
        """End all questions with `error`."""
        for ticket in list(self._tickets.values()):
            self._finish(ticket, error)

    def close(self) -> None:
        """Wait for the encoder's thread: before the projector is closed."""
        if self._lookahead is not None:
            self._lookahead.close()

    def step(self) -> None:
        """Admit one waiting question, if a slot is free, and decode a token for each that runs.

        A fault that belongs to no question, such as one of localalt's own, ends all of them.
        """
        try:
            self._step()
        except Exception as error:
            self.fail_all(_explained(error))

    def _step(self) -> None:
        if self._lookahead is not None:
            self._lookahead.start()
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

    def _is_ready(self, sequence: Sequence) -> bool:
        return self._lookahead is None or self._lookahead.is_ready(sequence)

    def _admit(self, ticket: Ticket) -> None:
        sequence = ticket.sequence
        sequence.queue_s = time.perf_counter() - ticket.submitted_at
        try:
            self._prefill.begin(sequence)
        except CacheFullError as error:
            if len(self._scheduler.running) == 1:
                self._finish(ticket, error)
                return
            logger.warning("The KV cache is full: a picture waits until another one is finished.")
            assert sequence.slot is not None
            self._context.clear(sequence.slot)
            self._scheduler.put_back(sequence)
            return
        except Exception as error:  # fails alone: the others have nothing to do with it
            self._finish(ticket, _explained(error))
            return
        assert sequence.slot is not None
        try:
            token = self._context.sample(sequence.slot, -1)
        except NotFiniteError as error:
            self._begin_again([(ticket, error)])
            return
        sequence.begin()
        ticket.first_token_at = time.perf_counter()
        sequence.ttft_s = ticket.first_token_at - ticket.submitted_at
        self._take(ticket, token)

    def _decode(self, tickets: list[Ticket]) -> None:
        """Decode the last token of each sequence and take the next."""
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
        spoiled = []
        for row, (ticket, sequence) in enumerate(zip(tickets, sequences, strict=True)):
            sequence.count_decoded()
            assert sequence.slot is not None
            try:
                token = self._context.sample(sequence.slot, row)
            except NotFiniteError as error:
                spoiled.append((ticket, error))
            else:
                self._take(ticket, token)
        if spoiled:
            self._begin_again(spoiled)

    def _begin_again(self, spoiled: list[tuple[Ticket, NotFiniteError]]) -> None:
        """Wipe what a device spoiled out of the cache, and ask once more; after the second time it is an error.

        Those that run beside them go on where they were.
        """
        for ticket, error in spoiled:
            logger.warning("%s", error)
            slot = self._scheduler.remove(ticket.sequence)
            assert slot is not None
            self._context.clear(slot)
        self._prefill.forget()
        self._context.wipe([each.slot for each in self._scheduler.running if each.slot is not None])
        for ticket, error in reversed(spoiled):
            if ticket.n_begun_again:
                self._finish(ticket, self._spoiled_twice(error))
                continue
            ticket.begin_again(f"{self._device} computed numbers that are not finite, so this picture was asked again.")
            self._scheduler.add_first(ticket.sequence)

    def _spoiled_twice(self, error: NotFiniteError) -> NotFiniteError:
        on_cpu = either('device="cpu"', "--device cpu")
        failure = NotFiniteError(
            f"{self._device} computed numbers that are not finite for this picture, twice: run localalt doctor, or use "
            f"{on_cpu}.",
            call=error.call,
        )
        failure.__cause__ = error
        return failure

    def _take(self, ticket: Ticket, token: int) -> None:
        """Take the next token of a sequence, and finish it if that was its last."""
        sequence = ticket.sequence
        exact = sequence.question.exact
        if self._model.is_end(token) and not exact:
            sequence.finish_reason = "stop"
        else:
            sequence.append(token)
            if ticket.detokenizer.feed(self._model.piece(token)) and not exact:
                sequence.finish_reason = "stop"
            elif ticket.loop_detector.feed(token) and not exact:
                sequence.finish_reason = "loop"
            elif ticket.detokenizer.is_full and not exact:
                sequence.finish_reason = "length"
        sequence.decode_s = time.perf_counter() - ticket.first_token_at
        if sequence.is_finished:
            self._finish(ticket)

    def _finish(self, ticket: Ticket, error: BaseException | None = None) -> None:
        """Free a sequence's slot and cells, and hand its text or `error` to whoever waits."""
        sequence = ticket.sequence
        slot = self._scheduler.remove(sequence)
        if slot is not None:
            self._context.clear(slot)
        self._tickets.pop(sequence, None)
        sequence.end()
        if error is not None:
            ticket.future.set_exception(error)
            return
        ticket.future.set_result(Generation(ticket.detokenizer.end(), sequence))


def _explained(error: Exception) -> LocalAltError:
    """`error` itself if it was raised on purpose; otherwise what to do about a fault of localalt's."""
    if isinstance(error, LocalAltError):
        return error
    logger.error("The engine failed", exc_info=error)
    failure = EngineError(f"The engine failed unexpectedly ({type(error).__name__}: {error}): please report this.")
    failure.__cause__ = error
    return failure
