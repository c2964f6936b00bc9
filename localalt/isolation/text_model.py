"""Weights that are asked about text alone, in a child: what crashes at a question costs its answer."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localalt.errors import EngineError
from localalt.isolation.crashes import at_this_question, while_loading
from localalt.isolation.early import EarlyChild
from localalt.isolation.interpreter import MODULE, start_of, working_folder

if TYPE_CHECKING:
    from localalt.isolation.worker import Worker

__all__ = ["IsolatedTextModel"]

logger = logging.getLogger(__name__)

PATIENCE_S = 900.0
"""Seconds for loading, and for an answer of some hundred tokens: a slow machine takes minutes."""
MAX_DEATHS = 3
"""While it loads in a row, or at one question: the first child may have been broken before, two fresh ones were not."""


class IsolatedTextModel:
    """`describer.text_model.TextModel` in a process of its own.

    Args:
        weights, n_text_cells, max_tokens: see there.

    Raises:
        ModelError, EngineError: see there.
        WorkerCrashedError: the child ends whenever it loads the model.
    """

    def __init__(self, weights: Path, *, n_text_cells: int, max_tokens: int) -> None:
        self._wanted: dict[str, Any] = {
            "weights": os.fspath(weights),
            "n_text_cells": n_text_cells,
            "max_tokens": max_tokens,
            "folder": working_folder(),
        }
        self._child = EarlyChild(start_of(MODULE))
        try:
            loaded = self._load()
        except BaseException:
            self.close()
            raise
        self.architecture: str = loaded["architecture"]
        self.n_ctx_seq: int = loaded["n_ctx_seq"]

    def ask(self, question: str, grammar: str) -> str:
        """The answer, which follows the grammar unless it was cut off.

        Raises:
            ContextTooLongError: the question is longer than the context.
            WorkerCrashedError: two fresh children ended at this question.
            EngineError: llama.cpp failed at it.
        """
        for _ in range(MAX_DEATHS):
            try:
                reply = self._child.ask("answer", patience_s=PATIENCE_S, question=question, grammar=grammar)
                return str(reply["text"])
            except EngineError as error:
                dead = self._dead(error)
            logger.warning("The process for the text model ended (%s).", dead.ending)
            self._load()  # for the next question, too
        raise at_this_question(dead, MAX_DEATHS)

    def close(self) -> None:
        """End the child. Safe to call again."""
        self._child.close()

    def _load(self) -> dict[str, Any]:
        for _ in range(MAX_DEATHS):
            try:
                return self._child.ask("load_text", patience_s=PATIENCE_S, **self._wanted)
            except EngineError as error:
                dead = self._dead(error)
            logger.warning("The process for the text model ended while it loaded (%s).", dead.ending)
        raise while_loading(dead, MAX_DEATHS, is_blamed=False)

    def _dead(self, error: EngineError) -> Worker:
        """The child that has ended, which is why there is this error; raises it where it has another cause."""
        dead = self._child.dead
        if dead is None:
            raise error
        return dead
