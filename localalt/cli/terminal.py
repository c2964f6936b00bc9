"""What the commands share: exit statuses, and the options that name models."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from localalt.console import say
from localalt.errors import OptionError

if TYPE_CHECKING:
    from localalt.types import ModelSource

__all__ = [
    "NO_BACKEND",
    "NO_MODEL",
    "NO_OUTPUT",
    "OK",
    "SOME_FAILED",
    "USAGE",
    "add_device_option",
    "add_isolation_option",
    "add_model_options",
    "leave_now",
    "model_of",
    "names_in",
    "say",
]

OK, SOME_FAILED, USAGE, NO_MODEL, NO_OUTPUT = 0, 1, 2, 3, 4
NO_BACKEND = NO_MODEL
"""Nothing to describe with, either way."""


def add_model_options(group: argparse._ActionsContainer, *, takes_several: bool = True) -> None:
    """The options that complete a model: its projector, and where it runs."""
    group.add_argument("--mmproj", metavar="FILE", help="the projector that belongs to a GGUF file of weights")
    add_device_option(group, takes_several=takes_several)


def add_device_option(group: argparse._ActionsContainer, *, takes_several: bool = True) -> None:
    """The option that says where a model runs."""
    several = "; all, or several names separated by commas, load the model on each of those GPUs" * takes_several
    group.add_argument(
        "--device",
        metavar="NAME",
        default="auto",
        help=f'where to compute: auto, cpu, gpu, or a GPU as "localalt devices" names it{several} '
        "(default: %(default)s)",
    )


def add_isolation_option(group: argparse._ActionsContainer) -> None:
    """The option to do without a child process."""
    group.add_argument(
        "--in-process",
        action="store_true",
        help="load the model in the command's own process. Otherwise it has a process of its own, so that a crash of "
        "llama.cpp, a driver or an image library costs one picture, and not the run",
    )


def names_in(text: str) -> list[str]:
    """Names separated by commas.

    Raises:
        OptionError: there are none.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise OptionError("A list of names is empty: write names separated by commas, such as a,b.")
    return names


def model_of(arguments: argparse.Namespace) -> ModelSource:
    """The model that the options name.

    Raises:
        OptionError: there is a projector without a file of weights.
    """
    if arguments.mmproj is None:
        model: str = arguments.model
        return model
    from localalt.models.paths import looks_like_path

    if not os.path.lexists(arguments.model) and not looks_like_path(arguments.model):
        raise OptionError(
            f"--mmproj belongs to weights in a local file, and {arguments.model} is not a file: "
            "write --model weights.gguf --mmproj mmproj.gguf."
        )
    return arguments.model, arguments.mmproj


def leave_now(status: int) -> int:
    """End the process without waiting for the engine's thread, which may be seconds deep in native code."""
    # What was printed is flushed already; what could not be would only be tried again.
    os._exit(status)
