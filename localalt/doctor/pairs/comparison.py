"""A device's answers to a generated pair against the CPU's. Pure.

There is no truth but the CPU's: the tokens that it chose are compared where its choice is sure, which is where its
first token leads the second by more than rounding changes; elsewhere the logits alone say whether it computes right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localalt.doctor.answers import Answers
from localalt.doctor.pairs.rows import N_PROMPT_ROWS, N_SCRIPTS, N_STEPS, Group, groups

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["SURE", "Difference", "compare", "is_sure", "off"]

SURE = 0.25
"""Of the lead of the first token over the second, in standard deviations of all logits. An error of 5 % in all of them
changes a lead by 0.07 (times the root of two)."""
ONE_ROW = 0.1
"""Of a row's error: more than what rounding makes of the least lucky of a hundred rows, which is twice their root mean
square."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a device's answers are off."""

    embeddings: float
    """Of the picture that is further off, as a share of the CPU's (L2 norms); infinity where numbers are none."""
    logits: float
    """Likewise of a group of rows, their root mean square; or of one row that alone is off by more than `ONE_ROW`."""
    wrong: str
    """The first token that is another than the CPU's where that one is sure, in words; "" for none."""


def compare(answers: Answers, reference: Answers, n_seq: int) -> Difference:
    """What a try with `n_seq` sequences computed, against the CPU's answers one at a time."""
    by_place = _by_place(reference)
    rows = [answers.logits[:N_PROMPT_ROWS]]
    known = [list(reference.logits[:N_PROMPT_ROWS])]
    left = list(answers.logits[N_PROMPT_ROWS:])
    for group in groups(n_seq):
        if not group.in_graph:
            known.append([by_place[place] for place in group.rows])
            rows.append([left.pop(0) for _ in group.rows])
    return Difference(
        max(map(off, answers.embeddings, reference.embeddings)),
        max(_off_together(*each) for each in zip(rows, known, strict=True)),
        next(_wrong_tokens(answers, reference, n_seq), ""),
    )


def off(own: npt.NDArray[np.float32], reference: npt.NDArray[np.float32]) -> float:
    """How far numbers are from those they should be; infinity where they are none, or of another shape.

    Of logits, which have one dimension, what is added to all of them changes nothing.
    """
    import numpy as np

    if own.shape != reference.shape or not np.isfinite(own).all():
        return float("inf")
    if own.ndim == 1:
        own, reference = own - own.mean(), reference - reference.mean()
    return float(np.linalg.norm(own - reference) / np.linalg.norm(reference))


def _off_together(rows: Sequence[npt.NDArray[np.float32]], known: Sequence[npt.NDArray[np.float32]]) -> float:
    each = [off(*pair) for pair in zip(rows, known, strict=True)]
    worst = max(each)
    return worst if worst > ONE_ROW else math.sqrt(sum(error**2 for error in each) / len(each))


def is_sure(logits: npt.NDArray[np.float32]) -> bool:
    """Whether rounding leaves the likeliest token as it is."""
    import numpy as np

    second, first = np.partition(logits, -2)[-2:]
    return bool(first - second > SURE * logits.std())


def _wrong_tokens(answers: Answers, reference: Answers, n_seq: int) -> Iterator[str]:
    by_place = _by_place(reference)
    prompt, *others = [list(map(int, text.split())) for text in answers.texts]
    for index, (own, logits) in enumerate(zip(prompt, reference.logits[:N_PROMPT_ROWS], strict=True)):
        if is_sure(logits) and own != logits.argmax():
            yield f"token {own} in place of {logits.argmax()} at prompt {index}"
    for group, tokens in zip(groups(n_seq), others, strict=True):
        yield from _wrong_in(group, tokens, by_place)


def _wrong_in(
    group: Group, tokens: list[int], by_place: dict[tuple[int, int], npt.NDArray[np.float32]]
) -> Iterator[str]:
    for (script, step), own in zip(group.rows, tokens, strict=True):
        logits = by_place[script, step]
        if is_sure(logits) and own != logits.argmax():
            yield f"token {own} in place of {logits.argmax()}, {group.name}, sequence {script}, step {step}"


def _by_place(reference: Answers) -> dict[tuple[int, int], npt.NDArray[np.float32]]:
    rows = Group(1, N_SCRIPTS).rows
    assert len(rows) == N_SCRIPTS * N_STEPS
    return dict(zip(rows, reference.logits[N_PROMPT_ROWS:], strict=True))
