"""The engine: a loaded model, and the thread that owns it.

The thread makes, uses and frees every native handle. Callers hand in requests from any
thread and get futures. One picture and ten thousand take the same path. Knows nothing of
files, prompts or alt text.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future

from localalt.concurrency.waiting import already_closed, closed_meanwhile, wait
from localalt.engine.handles import ModelHandles, OpenHandles
from localalt.engine.runner import Runner
from localalt.engine.sequence import Prefix, Sequence
from localalt.engine.ticket import Ticket, tickets_of
from localalt.errors import EngineError
from localalt.planning.plan import Plan
from localalt.request import Question, Request
from localalt.types import ProgressCallback, SpecialTokens

__all__ = ["Engine"]


class Engine:
    """A loaded model and the thread that owns it.

    Args:
        open_handles: loads the model, in the engine's thread: `handles.open_handles` with its files and plan.
        reuse: whether embeddings, tokens and the cache of a prompt's first words serve later pictures; without it
            every picture costs what the first one does.
        progress: called from the engine's thread with 0.0 to 1.0 while loading.

    Raises:
        ModelError, EngineError: the model cannot be loaded. Nothing is left behind.
    """

    plan: Plan
    """Sizes and devices of the loaded model."""
    special_tokens: SpecialTokens
    """Of its vocabulary."""

    def __init__(
        self, open_handles: OpenHandles, *, reuse: bool = True, progress: ProgressCallback | None = None
    ) -> None:
        self._open_handles, self._reuse, self._progress = open_handles, reuse, progress
        self._inbox: list[Ticket] = []
        self._cancelled: list[Ticket] = []
        self._released: list[Prefix] = []
        self._wake = threading.Condition()
        self._closing = False
        self.n_steps = 0
        """Steps so far: whoever watches sees that it goes on."""
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
        *,
        goes_first: bool = False,
    ) -> list[Ticket]:
        """Queue a request; the tickets are those of its questions, in their order.

        One that `goes_first` comes before all that waits: the rest of a picture that somebody has waited for.

        From the engine's thread, `on_text` is called with each new piece of the first answer, and
        `on_dropped` once, when the pixels are no longer held: they are in the cache, or not wanted.

        Raises:
            ClosedError: the engine is closed.
            EngineError: this process was forked from the one that loaded the model, or there is a picture and the
                model has no projector.
        """
        self.check_process()
        if request.pixels is not None and not self._sees_pictures:
            raise EngineError("This model was loaded without a projector and sees no pictures: load its mmproj file.")
        tickets = tickets_of(request, on_text, on_dropped, goes_first=goes_first)
        self._send(tickets)
        return tickets

    def ask(self, prefix: Prefix, questions: Iterable[Question]) -> list[Ticket]:
        """Queue more questions about a picture that is held, before all that waits.

        Raises:
            ClosedError: the engine is closed.
        """
        tickets = [Ticket(Sequence(prefix, question), is_follow_up=True) for question in questions]
        self._send(tickets)
        return tickets

    def release(self, prefix: Prefix) -> None:
        """Let go of a picture that was held: no more will be asked."""
        if os.getpid() != self._pid:
            return
        with self._wake:
            self._released.append(prefix)
            self._wake.notify()

    def cancel(self, ticket: Ticket) -> None:
        """Stop working on a request and free its slot. Its future ends with CancelledError."""
        if os.getpid() != self._pid:
            return
        with self._wake:
            self._cancelled.append(ticket)
            self._wake.notify()

    def check_process(self) -> None:
        """Raises EngineError in a process that was forked from the one that loaded the model."""
        if os.getpid() != self._pid:
            raise EngineError(
                "The model was loaded before this process was forked, and its threads stayed behind: "
                "load it after the fork, or start processes with the spawn method."
            )

    @property
    def n_unfinished(self) -> int:
        """Questions that have arrived, wait or run."""
        with self._wake:
            return len(self._inbox) + self._runner.n_unfinished

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        with self._wake:
            return not (self.n_unfinished or self._cancelled or self._released)

    def close(self) -> None:
        """End the thread and free the model. Requests under way end with ClosedError. Safe to call again."""
        if os.getpid() != self._pid:
            return  # the thread, and perhaps a held lock, belong to the process that forked this one
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _send(self, tickets: list[Ticket]) -> None:
        with self._wake:
            if self._closing:
                raise already_closed()
            self._inbox += tickets
            self._wake.notify()

    # --- the engine's thread ---

    def _main(self, loaded: Future[None]) -> None:
        with contextlib.ExitStack() as stack:
            try:
                self._begin(stack.enter_context(self._open_handles(self._report)))
                stack.callback(self._runner.close)
            except BaseException as error:
                stack.close()  # before anybody hears of it: the next try may need the memory
                loaded.set_exception(error)
                return
            loaded.set_result(None)
            while self._receive():
                self.step()
            self._runner.fail_all(closed_meanwhile())

    def _begin(self, handles: ModelHandles) -> None:
        self.plan, self.special_tokens = handles.plan, handles.model.special_tokens
        self._sees_pictures = handles.projector is not None
        self._runner = Runner(handles, reuse=self._reuse)

    def _report(self, share: float) -> None:
        if self._closing:
            raise CancelledError
        if self._progress is not None:
            self._progress(share)

    def _receive(self) -> bool:
        """Take in what callers sent; sleep while there is nothing to do. False when closing."""
        with self._wake:
            while self.is_idle and not self._closing:
                self._wake.wait()
            arrived, self._inbox = self._inbox, []
            cancelled, self._cancelled = self._cancelled, []
            released, self._released = self._released, []
            for ticket in arrived:
                self._runner.add(ticket)
            is_closing = self._closing  # seen together with all that was sent before it
        for prefix in released:
            prefix.remove_question()
        for ticket in cancelled:
            self._runner.cancel(ticket)
        self._runner.expire()
        return not is_closing

    def step(self) -> None:
        """Admit one waiting question, if a slot is free, and decode a token for each that runs."""
        self._runner.step()
        self.n_steps += 1
