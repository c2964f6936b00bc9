"""GGUF files with one thing wrong: what a damaged download, a careless converter or a stranger makes of a good one.

There are four areas: the header's fields, the table of tensors, the vocabulary, and the chat template. A projector has
the first two.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import header, templates, tensors, vocabulary
from .file import File, Key, Tensor, parse

__all__ = ["AREAS", "File", "Key", "Mutant", "Tensor", "mutant", "parse"]

AREAS: Mapping[str, Mapping[str, Callable[[File, random.Random], str | None]]] = {
    "header": header.KINDS,
    "tensors": tensors.KINDS,
    "vocabulary": vocabulary.KINDS,
    "template": templates.KINDS,
}
"""What can be wrong, by area and name. Each changes the file and says how, or gives None where it has no such thing."""
_OF_PROJECTORS = ("header", "tensors")


@dataclass(frozen=True)
class Mutant:
    """A file with one thing wrong."""

    area: str
    kind: str
    detail: str
    data: bytes


def mutant(original: File, rng: random.Random) -> Mutant:
    """One that `rng` chooses: any area as often as another, and any kind of it that the file allows."""
    is_projector = any(key.name == "general.architecture" and key.value == "clip" for key in original.keys)
    before = original.write()
    while True:
        area = rng.choice(_OF_PROJECTORS if is_projector else tuple(AREAS))
        kind = rng.choice(sorted(AREAS[area]))
        file = copy.deepcopy(original)
        detail = AREAS[area][kind](file, rng)
        if detail is not None and (data := file.write()) != before:
            return Mutant(area, kind, detail, data)
