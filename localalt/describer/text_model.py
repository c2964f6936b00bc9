"""Weights that are asked about text alone, one question at a time: `TextModel`."""

from __future__ import annotations

from pathlib import Path

from localalt.concurrency.waiting import wait
from localalt.describer.text_loading import load_text_model
from localalt.request import Question, Request

__all__ = ["TextModel"]


class TextModel:
    """Text weights in a GGUF file, planned and loaded in this process like every other model.

    Args:
        weights: a GGUF file.
        n_text_cells: the most tokens of a question.
        max_tokens: the most tokens of an answer.

    Raises:
        ModelError: the file cannot be loaded, or does not fit the machine.
        EngineError: the backend or its memory does not suffice.
    """

    def __init__(self, weights: Path, *, n_text_cells: int, max_tokens: int) -> None:
        model = load_text_model(weights, n_text_cells=n_text_cells, max_tokens=max_tokens)
        self._engine, self._preset, self._max_tokens = model.engine, model.preset, max_tokens
        self.architecture = model.architecture

    @property
    def n_ctx_seq(self) -> int:
        """Tokens of a question and its answer."""
        return self._engine.plan.n_ctx_seq

    def ask(self, question: str, grammar: str) -> str:
        """The answer, which follows the grammar unless it was cut off.

        Raises:
            ContextTooLongError: the question is longer than the context.
            EngineError: llama.cpp failed at it.
        """
        preset = self._preset
        words = Question(
            parts=((question, False), (preset.closing, True)),
            max_tokens=self._max_tokens,
            stop=preset.stop,
            grammar=grammar,
        )
        (ticket,) = self._engine.submit(Request(((preset.opening, True),), None, (words,)))
        try:
            return wait(ticket.future).text
        except BaseException:  # Ctrl-C
            self._engine.cancel(ticket)
            raise

    def close(self) -> None:
        """Free the model. Safe to call again."""
        self._engine.close()
