"""Changes to a GGUF file in memory that are each one fault, and a pair of files of which one has it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from localalt.errors import ModelFormatError
from localalt.models.files import read_files
from scripts.checks.gguf_mutants import File, Key, Tensor, parse

WEIGHTS, MMPROJ = 0, 1

Change: TypeAlias = Callable[[File], None]


def change(name: str, **changes: Any) -> Change:
    """Of one tensor or key: its fields."""

    def mutate(file: File) -> None:
        things: list[Tensor | Key] = [*file.tensors, *file.keys]
        thing = next(each for each in things if each.name == name)
        for field, value in changes.items():
            setattr(thing, field, value)

    return mutate


def without(name: str) -> Change:
    """A tensor or key that is not there."""

    def mutate(file: File) -> None:
        file.tensors = [each for each in file.tensors if each.name != name]
        file.keys = [each for each in file.keys if each.name != name]

    return mutate


def both(first: Change, second: Change) -> Change:
    """One change and then another."""

    def mutate(file: File) -> None:
        first(file)
        second(file)

    return mutate


def with_key(name: str, kind: int, value: Any, element: int = 0) -> Change:
    """A key more, or another in its place."""

    def mutate(file: File) -> None:
        without(name)(file)
        file.keys.append(Key(name, kind, value, element))

    return mutate


def with_tensor(name: str, shape: list[int], kind: int = 0) -> Change:
    """A tensor of zeros more, F32 or F16."""

    def mutate(file: File) -> None:
        file.tensors.append(Tensor(name, list(shape), kind, bytes(math.prod(shape) * (2 if kind else 4))))

    return mutate


def with_tokens(new: Callable[[list[str]], list[str]]) -> Change:
    """`new(tokens)` in place of the list of tokens."""

    def mutate(file: File) -> None:
        key = next(each for each in file.keys if each.name == "tokenizer.ggml.tokens")
        key.value = new(list(key.value))

    return mutate


def broken(pair: tuple[Path, Path], which: int, mutate: Change, folder: Path) -> tuple[Path, Path]:
    """(weights, mmproj), of which one was changed."""
    file = parse(pair[which].read_bytes())
    mutate(file)
    path = folder / "broken.gguf"
    path.write_bytes(file.write())
    return (path, pair[MMPROJ]) if which == WEIGHTS else (pair[WEIGHTS], path)


def assert_refused(pair: tuple[Path, Path], which: int, mutate: Change, folder: Path, message: str) -> None:
    """What native code would have ended the process at is refused by name, with what to do."""
    with pytest.raises(ModelFormatError, match=message) as caught:
        read_files("broken", *broken(pair, which, mutate, folder))
    assert "broken.gguf" in str(caught.value)
    assert "ownload it again" in str(caught.value)
