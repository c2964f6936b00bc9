"""Judges: models that answer questions about texts, from the words alone or with the picture before them.

Any GGUF of text weights can be asked, and any model that describes pictures. A judge answers one question at a time in
JSON that a grammar holds. Whether it is to be believed is `trust`'s business.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from localalt import native
from localalt.engine.detokenizer import Detokenizer
from localalt.engine.loop_detector import LoopDetector
from localalt.errors import OptionError, TemplateError
from localalt.evaluation.cases import Case
from localalt.evaluation.runner import file_digest
from localalt.gguf.reader import read_header
from localalt.machine import this_machine
from localalt.prompting.builtin import PROMPTS
from localalt.prompting.chat_template import preset_from_template
from localalt.prompting.presets import PRESETS
from localalt.prompting.prompt import Prompt
from localalt.request import GREEDY

if TYPE_CHECKING:
    from typing_extensions import Self

    from localalt.describer import Describer

__all__ = ["Judge", "TextJudge", "VisionJudge"]

N_CTX = 4096
"""Tokens of a question and its answer: a page of text."""
MAX_TOKENS = 200


class Judge(Protocol):
    """Who answers."""

    name: str
    digest: str
    family: str
    """Its architecture: a judge prefers texts of its own family (arXiv 2604.11589)."""
    sees: bool
    """Whether it sees the picture."""

    def ask(self, question: str, grammar: str, case: Case) -> str:
        """Its answer, which keeps to the grammar unless it was cut off."""

    def close(self) -> None:
        """Free it."""


class TextJudge:
    """Text weights in a GGUF file, on the CPU or, where llama.cpp has one, a GPU.

    A file without a chat template, such as one of a base model, is asked in plain words.

    Raises:
        ModelError: the file cannot be loaded.
    """

    sees = False

    def __init__(self, weights: Path) -> None:
        header = read_header(weights)
        self.name, self.family = weights.stem, header.architecture
        self.digest = file_digest(weights)
        machine = this_machine()
        devices = tuple(device.name for device in machine.devices)
        n_gpu_layers = 999 if devices else 0
        self._model = native.Model(weights, n_gpu_layers=n_gpu_layers, devices=devices)
        self._context = native.Context(
            self._model,
            [native.Sampler(self._model, GREEDY)],
            n_ctx_seq=N_CTX,
            n_batch=512,
            n_ubatch=512,
            n_threads=machine.n_cores,
            use_gpu=bool(devices),
        )
        template = header.metadata.get("tokenizer.chat_template")
        try:
            special = dataclasses.replace(self._model.special_tokens, adds_bos=True)
            preset = preset_from_template(str(template or ""), special, base=PRESETS["generic"])
            self._opening, self._closing, self._stop = preset.opening, preset.closing, preset.stop
        except TemplateError:
            self._opening, self._closing, self._stop = "", "\n", ()

    def ask(self, question: str, grammar: str, case: Case) -> str:
        """Its answer.

        Raises:
            OptionError: the question is longer than the context.
        """
        del case  # of which it sees nothing
        self._context.clear(0)
        self._context.draw(0, GREEDY, seed=0, grammar=grammar)
        parts = ((self._opening, True), (question, False), (self._closing, True))
        tokens = [token for text, special in parts for token in self._model.tokenize(text, special=special)]
        if self._model.adds_bos:
            tokens.insert(0, self._model.bos)
        if len(tokens) + MAX_TOKENS > N_CTX:
            raise OptionError(f"A question to the judge has {len(tokens)} tokens, and {N_CTX - MAX_TOKENS} fit.")
        self._context.decode_text(tokens, 0, 0, want_logits=True)
        answer, loop = Detokenizer(self._stop, None), LoopDetector()
        for n_past in range(len(tokens), len(tokens) + MAX_TOKENS):
            token = self._context.sample(0, -1)
            if self._model.is_end(token) or answer.feed(self._model.piece(token)) or loop.feed(token):
                break
            self._context.decode([token], [n_past], [0])
        return answer.end()

    def close(self) -> None:
        """Free the model. Safe to call again."""
        self._context.close()
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
        """Its answer, with the picture before it."""
        plain = PROMPTS["plain"]
        prompt: Prompt = dataclasses.replace(plain, name="judge", instruction=question, grammar=grammar)
        return self._describer.describe(case.picture, prompt=prompt, checks="off").raw

    def close(self) -> None:
        """Free the model. Safe to call again."""
        self._describer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
