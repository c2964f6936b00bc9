"""Judges: models that answer questions about texts, from the words alone or with the picture before them.

Any GGUF of text weights can be asked, and any model that describes pictures. A judge answers one question at a time in
JSON that a grammar holds. Must not know what is asked, nor whether its answers can be trusted (`validation`).
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from localalt.describer.text_model import TextModel
from localalt.errors import ContextTooLongError, OptionError, WorkerCrashedError
from localalt.evaluation.cases import Case
from localalt.evaluation.runner import file_digest
from localalt.isolation.text_model import IsolatedTextModel
from localalt.prompting.builtin import PROMPTS
from localalt.types import Isolation

if TYPE_CHECKING:
    from typing_extensions import Self

    from localalt.describer.describer import Describer

__all__ = ["AtOnce", "Judge", "TextJudge", "VisionJudge"]

N_CTX = 4096
"""Tokens of a question and its answer: a page of text."""
MAX_TOKENS = 200
"""Of an answer."""
AT_ONCE = "all criteria in one question"
"""How the names of judges end that are asked so. It stands in records: never to be changed."""


class Judge(Protocol):
    """Who answers."""

    name: str
    digest: str
    family: str
    """Its architecture: a judge prefers texts of its own family (arXiv 2604.11589)."""
    sees: bool
    """Whether it sees the picture."""

    def ask(self, question: str, grammar: str, case: Case) -> str:
        """Its answer, which follows the grammar unless it was cut off."""

    def close(self) -> None:
        """Free it."""


class TextJudge:
    """Text weights in a GGUF file, planned and loaded like every other model.

    A file without a chat template, such as one of a base model, is asked in plain words.

    Args:
        weights: the file.
        isolation: where it is loaded: see `LoadOptions`.

    Raises:
        ModelError: the file cannot be loaded, or does not fit the machine.
    """

    sees = False

    def __init__(self, weights: Path, *, isolation: Isolation = "none") -> None:
        model_in = IsolatedTextModel if isolation == "process" else TextModel
        self._model = model_in(weights, n_text_cells=N_CTX - MAX_TOKENS, max_tokens=MAX_TOKENS)
        self.name, self.family = weights.stem, self._model.architecture
        self.digest = file_digest(weights)

    def ask(self, question: str, grammar: str, case: Case) -> str:
        """Its answer; "" where its process crashes at it.

        Raises:
            OptionError: the question is longer than the context.
        """
        del case  # of which it sees nothing
        try:
            return self._model.ask(question, grammar)
        except WorkerCrashedError as error:
            return _unanswered(error)
        except ContextTooLongError as error:
            raise OptionError(
                f"A question to the judge {self.name} does not fit its context, which is {self._model.n_ctx_seq} "
                "tokens with the answer: leave out the longest texts."
            ) from error

    def close(self) -> None:
        """Free the model. Safe to call again."""
        self._model.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class VisionJudge:
    """A model that describes pictures, asked about one. Takes the Describer over and closes it."""

    sees = True

    def __init__(self, describer: Describer) -> None:
        model = describer.model
        self.name, self.family = model.name, model.architecture
        self.digest = f"{file_digest(Path(model.weights))}+{file_digest(Path(model.mmproj))}"
        self._describer = describer

    def ask(self, question: str, grammar: str, case: Case) -> str:
        """Its answer, with the picture before it; "" where its process crashes at it."""
        plain = PROMPTS["plain"]
        prompt = dataclasses.replace(plain, name="judge", instruction=question, grammar=grammar)
        try:
            return self._describer.describe(case.picture, prompt=prompt, checks="off").raw
        except WorkerCrashedError as error:
            return _unanswered(error)

    def close(self) -> None:
        """Free the model. Safe to call again."""
        self._describer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AtOnce:
    """A judge that is asked about several criteria in one question. It has a name of its own, and so its verdicts stand
    apart from those that the same model gives to one question for each. Closing it closes the judge."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.name, self.digest, self.family = f"{judge.name} ({AT_ONCE})", judge.digest, judge.family
        self.sees = judge.sees

    def ask(self, question: str, grammar: str, case: Case) -> str:
        """See `Judge`."""
        return self._judge.ask(question, grammar, case)

    def close(self) -> None:
        """See `Judge`."""
        self._judge.close()


def _unanswered(error: WorkerCrashedError) -> str:
    """The answer to a question at which a process crashed: the others have theirs, unless it crashes at all of them."""
    if error.is_final:
        raise error
    return ""
