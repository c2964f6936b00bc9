"""A device's answers to a generated pair against the CPU's. Pure.

There is no truth but the CPU's: the tokens that it chose are compared where its choice is sure, which is where its
first token leads the second by more than rounding changes; elsewhere the logits alone say whether it computes right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from localalt.doctor.answers import Answers
from localalt.doctor.difference import Difference, off
from localalt.doctor.pairs.rows import N_PROMPT_ROWS, N_SCRIPTS, N_STEPS, Group, groups

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["SURE", "compare", "is_sure"]

SURE = 0.25
"""Of the lead of the first token over the second, in standard deviations of all logits. An error of 5 % in all of them
changes a lead by 0.07 (times the root of two)."""
ONE_ROW = 0.1
"""Of a row's error: more than what rounding makes of the least lucky of a hundred rows, which is twice their root mean
square."""


def compare(answers: Answers, reference: Answers, n_seq: int) -> Difference:
    """What a try with `n_seq` sequences computed, against the CPU's answers one at a time.

    Of the logits it is the root mean square of a group's rows, or the error of one row that is off by more than
    `ONE_ROW`.
    """
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
