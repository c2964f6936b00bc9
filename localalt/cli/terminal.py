"""What the commands share: exit statuses, the options that name a model, and manners at a terminal."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from localalt.console import say
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.types import ModelSource

__all__ = [
    "INTERRUPTED",
    "NO_BACKEND",
    "NO_MODEL",
    "NO_OUTPUT",
    "OK",
    "SOME_FAILED",
    "USAGE",
    "add_model_options",
    "ctrl_c_held_back",
    "leave_now",
    "model_of",
    "names_in",
    "never_fail_to_print",
    "print_columns",
    "print_document",
    "say",
]

OK, SOME_FAILED, USAGE, NO_MODEL, NO_OUTPUT, INTERRUPTED = 0, 1, 2, 3, 4, 130
NO_BACKEND = NO_MODEL
"""Nothing to describe with, either way."""


def add_model_options(group: argparse._ActionsContainer) -> None:
    """The options that complete a model: its projector, and where it runs."""
    group.add_argument("--mmproj", metavar="FILE", help="the projector that belongs to a GGUF file of weights")
    group.add_argument(
        "--device",
        metavar="NAME",
        default="auto",
        help='where to compute: auto, cpu, gpu, or a GPU as "localalt devices" names it (default: %(default)s)',
    )


def names_in(text: str) -> list[str]:
    """Names that commas part.

    Raises:
        OptionError: there are none.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise OptionError("A list of names is empty: write them as a,b.")
    return names


def model_of(arguments: argparse.Namespace) -> ModelSource:
    """The model that the options name.

    Raises:
        OptionError: there is a projector without a file of weights.
    """
    if arguments.mmproj is None:
        model: str = arguments.model
        return model
    if not arguments.model.endswith(".gguf"):
        raise OptionError(
            "--mmproj belongs to weights in a local file: write --model weights.gguf --mmproj mmproj.gguf."
        )
    return arguments.model, arguments.mmproj


@contextlib.contextmanager
def ctrl_c_held_back() -> Iterator[None]:
    """Let a result be written whole before Ctrl-C ends the command; a second Ctrl-C gets through."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    pressed = False

    def note(*_: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt


def never_fail_to_print() -> None:
    """Print what a terminal or file cannot hold as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def leave_now(status: int) -> int:
    """End the process without waiting for the engine's thread, which may be seconds deep in native code."""
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def print_document(text: str) -> None:
    """Print a page or a report in UTF-8, whatever the terminal's encoding: it says of itself that it is."""
    data = f"{text}\n".encode("utf-8", errors="replace")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def print_columns(lines: Sequence[Sequence[str]], *, right: tuple[int, ...]) -> None:
    """A table; the columns with these numbers end at the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
