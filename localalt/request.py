"""What a model is asked: a picture, questions about it, and how the tokens of their answers are drawn.

Values only, which prompting makes and the engine takes. Knows neither of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["GREEDY", "Question", "Request", "Sampling", "TextParts"]

TextParts: TypeAlias = tuple[tuple[str, bool], ...]
"""Pieces of text, each with whether control tokens in it are parsed. Each piece is tokenized by itself."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. The ranges are `localalt.limits.SAMPLING_RANGES`."""

    temperature: float
    """0.0 takes the likeliest token; every other field then has no effect."""
    top_k: int
    """0 is off."""
    top_p: float
    """1.0 is off."""
    min_p: float
    """0.0 is off."""
    presence_penalty: float
    """0.0 is off."""


# Greedy by default: a draft should be the same twice, and a wrong detail does blind readers
# more harm than a missing one (arXiv 2605.01733), so nothing is gained by drawing an unlikely
# word. No evidence favours the vendors' sampling for alt text (`presets.VENDOR_SAMPLING`).
GREEDY = Sampling(temperature=0.0, top_k=0, top_p=1.0, min_p=0.0, presence_penalty=0.0)
"""The likeliest token, always."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a picture, and what ends the answer."""

    parts: TextParts
    """The prompt's text after the picture."""
    max_tokens: int
    """The most tokens of the answer, 1 or more."""
    stop: tuple[str, ...] = ()
    """Texts that end the answer; they are left out of it."""
    exact: bool = False
    """Generate exactly `max_tokens`, whatever they say: for benchmarks."""
    sampling: Sampling | None = None
    """How its tokens are drawn; None as the engine draws by default."""
    seed: int = 0
    """Of random draws, up to `localalt.limits.MAX_SEED`; 0 is the engine's own."""
    grammar: str = ""
    """GBNF that the answer follows; "" for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A picture, or only text, and what is asked about it: each question gets an answer of its own."""

    head: TextParts
    """The prompt's text before the picture."""
    pixels: npt.NDArray[np.uint8] | None
    """RGB, uint8 of shape (height, width, 3); None where the prompt is text alone."""
    questions: tuple[Question, ...]
    """One or more."""
    deadline: float | None = None
    """When, on the clock of `time.perf_counter`, it is too late for an answer."""
    is_held: bool = False
    """Whether more may be asked once there are answers: the picture then stays until `Engine.release`."""
