"""An engine without a model, to be handed to a Describer: it says what a test wants it to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from localalt import selftest
from localalt.describer.loading import LoadedModel
from localalt.devices import Machine
from localalt.engine.sequence import Prefix, Sequence
from localalt.engine.ticket import Generation, Ticket
from localalt.errors import ClosedError
from localalt.models.files import read_files
from localalt.planning import planner
from localalt.prompting.presets import PRESETS
from localalt.request import Question, Request
from localalt.types import Notice

if TYPE_CHECKING:
    from localalt.engine.engine import Engine

MACHINE = Machine(ram_free_bytes=8_000_000_000, ram_total_bytes=16_000_000_000, n_cores=2)
"""One that has room for the selftest model, whatever this one has."""


class FakeEngine:
    """Answers every question at once, in the thread that asks, and keeps what it was asked.

    Args:
        answer: makes the text of a question, or raises what the question's future is to end with.
    """

    def __init__(self, answer: Callable[[Question], str] = lambda _: "A red kite above a beach.") -> None:
        files = read_files("fake", selftest.WEIGHTS, selftest.MMPROJ)
        self.plan = planner.plan(files.spec(max_tokens=64), MACHINE)
        self.answer = answer
        self.requests: list[Request] = []
        self.later: list[Question] = []
        """Questions about a picture that was held."""
        self.n_held = 0
        """Pictures that are held for more questions."""
        self.is_closed = False

    @property
    def n_asked(self) -> int:
        """Questions in all."""
        return sum(len(request.questions) for request in self.requests) + len(self.later)

    def check_process(self) -> None:
        """See `Engine`."""

    def submit(
        self,
        request: Request,
        on_text: Callable[[str], None] | None = None,
        on_dropped: Callable[[], None] | None = None,
        *,
        goes_first: bool = False,
    ) -> list[Ticket]:
        """See `Engine`."""
        if self.is_closed:
            raise ClosedError("This fake engine is closed.")
        self.requests.append(request)
        self.n_held += request.is_held
        prefix = Prefix(request.head, request.pixels, b"", n_unasked=1, on_dropped=on_dropped)
        prefix.remove_question()
        return self._answer(prefix, request.questions, on_text)

    def ask(self, prefix: Prefix, questions: Iterable[Question]) -> list[Ticket]:
        """See `Engine`."""
        asked = tuple(questions)
        self.later += asked
        return self._answer(prefix, asked)

    def release(self, prefix: Prefix) -> None:
        """See `Engine`."""
        self.n_held -= 1

    def cancel(self, ticket: Ticket) -> None:
        """See `Engine`: all that was asked is answered, so that nothing can be cancelled."""

    def close(self) -> None:
        """See `Engine`."""
        self.is_closed = True

    def _answer(
        self, prefix: Prefix, questions: Iterable[Question], on_text: Callable[[str], None] | None = None
    ) -> list[Ticket]:
        tickets: list[Ticket] = []
        for question in questions:
            sequence = Sequence(prefix, question, finish_reason="stop", tokens=[1])
            ticket = Ticket(sequence)
            try:
                text = self.answer(question)
            except Exception as error:
                ticket.future.set_exception(error)
            else:
                if on_text is not None and not tickets:
                    on_text(text)
                ticket.future.set_result(Generation(text, sequence))
            tickets.append(ticket)
        return tickets


def fake_model(engine: FakeEngine, *, notices: tuple[Notice, ...] = (), family: str = "generic") -> LoadedModel:
    """A loaded model of a fake engine: `Describer.from_loaded(fake_model(FakeEngine()))` describes."""
    files = read_files("fake", selftest.WEIGHTS, selftest.MMPROJ)
    preset = PRESETS[family]
    geometry = files.spec(max_tokens=64).geometry
    return LoadedModel(cast("Engine", engine), geometry, preset, files.identity(preset), notices)
