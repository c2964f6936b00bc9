"""A question inside the engine, and the answer that comes of it. Knows no thread and no slot."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from localalt.engine.detokenizer import Detokenizer
from localalt.engine.embedding_cache import digest
from localalt.engine.loop_detector import LoopDetector
from localalt.engine.sequence import Prefix, Sequence
from localalt.request import Request

__all__ = ["Generation", "Ticket", "tickets_of"]


@dataclass(frozen=True, slots=True)
class Generation:
    """What the model wrote, and the finished sequence with its counts and times."""

    text: str
    sequence: Sequence


class Ticket:
    """A question inside the engine. Its end is the end of `future`.

    Args:
        sequence: the question's state.
        on_text: called from the engine's thread with each new piece of the answer.
        is_follow_up: whether its picture is already in the cache, so that it comes before all that waits.
        goes_first: whether it comes before all that waits, although it has a picture of its own.
    """

    def __init__(
        self,
        sequence: Sequence,
        on_text: Callable[[str], None] | None = None,
        *,
        is_follow_up: bool = False,
        goes_first: bool = False,
    ) -> None:
        self.sequence = sequence
        self.deadline = sequence.prefix.deadline
        self.is_follow_up = is_follow_up
        self.goes_first = goes_first or is_follow_up
        self.future: Future[Generation] = Future()
        self.future.set_running_or_notify_cancel()  # only the engine ends it; Future.cancel() has no effect
        self._on_text = on_text
        self.detokenizer = Detokenizer(sequence.question.stop, on_text)
        self.loop_detector = LoopDetector()
        self.submitted_at = time.perf_counter()
        self.first_token_at = 0.0
        self.n_begun_again = 0
        """How often the device spoiled the answer, so that it was begun from its first token."""

    def begin_again(self, fault: str) -> None:
        """Forget the answer so far, which is asked for once more; what was streamed of it is not streamed again.

        Args:
            fault: why, in a sentence for people.
        """
        self.n_begun_again += 1
        self.sequence.begin_again(fault)
        n_sent = self.detokenizer.n_sent
        self.detokenizer = Detokenizer(self.sequence.question.stop, self._on_text, n_sent=n_sent)
        self.loop_detector = LoopDetector()


def tickets_of(
    request: Request,
    on_text: Callable[[str], None] | None = None,
    on_dropped: Callable[[], None] | None = None,
    *,
    goes_first: bool = False,
) -> list[Ticket]:
    """A ticket for each question of a request, in their order; all share its picture.

    Args:
        request: what is asked.
        on_text: see `Ticket`; of the first question alone.
        on_dropped: see `Prefix`.
        goes_first: see `Ticket`; several keep no order among themselves.
    """
    pixels = request.pixels
    prefix = Prefix(
        request.head,
        pixels,
        b"" if pixels is None else digest(pixels),
        n_unasked=len(request.questions) + request.is_held,
        deadline=request.deadline,
        on_dropped=on_dropped,
        is_text=pixels is None,
    )
    return [
        Ticket(Sequence(prefix, question), None if index else on_text, goes_first=goes_first)
        for index, question in enumerate(request.questions)
    ]
