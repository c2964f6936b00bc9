"""Variables that switch kernels off, set in this process as long as llama.cpp has not read them yet.

Python's `os.environ` reaches C's getenv, which ggml asks. Knows the table of `switches`; why one is wanted is not known
here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from localalt.errors import EngineError
from localalt.errors.wording import either
from localalt.switches import SWITCHES, Environment, ReadAt, words_of

__all__ = ["note_reading", "set_switches"]

_read: dict[ReadAt, Mapping[str, str]] = {}
"""What the variables were when ggml read them."""


def note_reading(read_at: ReadAt) -> None:
    """That ggml reads some of them now: called before the backends register, and before a GPU is used."""
    _read.setdefault(read_at, {name: os.environ[name] for name in SWITCHES if name in os.environ})


def set_switches(environment: Environment) -> None:
    """Set them for all that this process loads from now on.

    Raises:
        EngineError: llama.cpp has read one of them already, and it was not set so.
    """
    late = tuple(_late(environment))
    if late:
        settings = " ".join(f"{name}={value}" for name, value in late)
        raise EngineError(
            f"The GPU computes this model right only so, as localalt doctor found: {', '.join(words_of(late))}. But "
            f"llama.cpp runs in this process already, otherwise: "
            + either('load with isolation="process"', "leave out --in-process")
            + f", or start the program with {settings}."
        )
    os.environ.update(environment)


def _late(environment: Environment) -> Iterator[tuple[str, str]]:
    for name, value in environment:
        before = _read.get(SWITCHES[name].read_at)
        if before is not None and before.get(name) != value:
            yield name, value
