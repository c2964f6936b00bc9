"""The order of what is computed with a generated pair: which rows of logits, from which steps of which sequences.

Tokens are given, not drawn, so that rounding at one step changes nothing at the next. The picture and a long text are
put into one sequence; every other one begins with a copy of it and goes on with tokens of its own (its script).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localalt.doctor.pairs.shapes import N_VOCAB

__all__ = ["N_PROMPT_ROWS", "N_SCRIPTS", "N_STEPS", "PROMPT", "SHORT_PROMPT", "UBATCH", "Group", "groups", "token"]

UBATCH = 512
"""`n_ubatch`: what localalt uses, and what the delta net's chunks are shared out over."""
WIDTHS = (1, 4, 8, 9, 16, 32)
"""Sequences in a batch: kernels for a few columns end at 8 (CUDA's and Vulkan's products of quantized matrices and
vectors), others begin there, and from 16 and 32 on tiles are full."""
N_SCRIPTS = max(WIDTHS)
N_STEPS = 3
IN_GRAPH_WIDTH = 8

_FIRST_TOKEN = 400
"""From here on a vocabulary has pieces of text only: control tokens and single bytes come first."""


def token(script: int, step: int) -> int:
    """The token at a place of a script, any integer: far from its neighbours' in the vocabulary."""
    return _FIRST_TOKEN + (101 * script + 37 * step + 13 * script * step) % (N_VOCAB - _FIRST_TOKEN)


PROMPT: Sequence[Sequence[int]] = tuple(
    tuple(token(7, step) for step in range(start, end)) for start, end in ((0, 8), (8, UBATCH + 8), (UBATCH + 8, 560))
)
"""After the first picture, a row of logits for each part: a few tokens, which still see the picture above all; one
whole graph; and some more."""
SHORT_PROMPT: Sequence[Sequence[int]] = (tuple(token(11, step) for step in range(8)),)
"""After the second picture."""
N_PROMPT_ROWS = len(PROMPT) + len(SHORT_PROMPT)


@dataclass(frozen=True, slots=True)
class Group:
    """Scripts that are computed alike."""

    width: int
    """How many at a time."""
    n_scripts: int
    in_graph: bool = False
    """With samplers inside the graph, which leaves tokens and no logits."""

    @property
    def name(self) -> str:
        """In words."""
        return f"{self.width} at a time" + (", samplers in the graph" if self.in_graph else "")

    @property
    def rows(self) -> Sequence[tuple[int, int]]:
        """(script, step) of each row, in the order in which they are computed."""
        return [
            (script, step)
            for start in range(0, self.n_scripts, self.width)
            for step in range(N_STEPS)
            for script in range(start, start + self.width)
        ]


def groups(n_seq: int) -> Sequence[Group]:
    """What is computed with up to `n_seq` sequences: all scripts one at a time, or the first ones at every width."""
    if n_seq == 1:
        return [Group(1, N_SCRIPTS), Group(1, 4, in_graph=True)]
    widths = [width for width in WIDTHS if width <= n_seq]
    in_graph = min(IN_GRAPH_WIDTH, widths[-1])
    return [*(Group(width, width) for width in widths), Group(in_graph, in_graph, in_graph=True)]
