"""Which results are of the same work, so that a ratio of them says something. Pure.

A ratio is taken only of two results with the same model, pictures, tokens and width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from localalt.bench.record import Identity
from localalt.bench.result_files import Entry

__all__ = ["MUST_BE_EQUAL", "as_text", "grouped", "refusals", "unequal_fields", "work_of"]

MUST_BE_EQUAL = (
    "model",
    "weights",
    "model_digest",
    "model_size",
    "picture_digest",
    "n_pictures",
    "n_gen",
    "n_image_tokens",
    "image_tokens_max",
)
"""Fields of an identity without which two results are of different work."""


def grouped(entries: Sequence[Entry], *, force: bool = False) -> tuple[tuple[Entry, ...], ...]:
    """Results of the same work, in the order in which they come; all in one group with `force`."""
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(() if force else work_of(entry.identity), []).append(entry)
    return tuple(tuple(group) for group in groups.values())


def refusals(groups: Sequence[Sequence[Entry]]) -> tuple[str, ...]:
    """One sentence for each group but the first: in what it differs from the earlier group that is most like it."""
    sentences = []
    for index, group in enumerate(groups[1:], start=1):
        own = group[0].identity
        nearest = min(groups[:index], key=lambda other: len(unequal_fields(own, other[0].identity)))
        other = nearest[0].identity
        differences = ", ".join(
            f"{name} is {as_text(name, getattr(own, name))} and {as_text(name, getattr(other, name))}"
            for name in unequal_fields(own, other)
        )
        mine, theirs = _names(group), _names(nearest)
        what = f"Results in {mine} differ" if mine == theirs else f"{mine} is not compared with {theirs}"
        sentences.append(f"{what}: {differences} (--force puts them in one table).")
    return tuple(sentences)


def work_of(identity: Identity) -> tuple[Any, ...]:
    """The values of `MUST_BE_EQUAL`: equal for results of the same work."""
    # Random weights are drawn anew on each machine, and speed does not depend on their values.
    is_random = identity.weights == "random"
    return tuple("" if is_random and name == "model_digest" else getattr(identity, name) for name in MUST_BE_EQUAL)


def unequal_fields(own: Identity, other: Identity) -> tuple[str, ...]:
    """The names of `MUST_BE_EQUAL` in which two results differ."""
    pairs = zip(MUST_BE_EQUAL, work_of(own), work_of(other), strict=True)
    # A digest beside "random" says nothing that "weights" does not say.
    skipped = {"model_digest"} if own.weights != other.weights else set()
    return tuple(name for name, mine, theirs in pairs if mine != theirs and name not in skipped)


def _names(group: Sequence[Entry]) -> str:
    files = list(dict.fromkeys(entry.file for entry in group))
    return ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")


def as_text(name: str, value: object) -> str:
    """A field's value for people: digests are shortened."""
    if name.endswith("_digest"):
        return str(value)[:12] or "unknown"
    return str(value) if value != "" else "unknown"
