"""How commands load a model: in a child process, which starts while there is other work to do, or in this process."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from localalt.cli.terminal import names_in
from localalt.errors import EngineError
from localalt.first_imports import import_once

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from localalt.describer.describer import Describer
    from localalt.drafting.options import LoadOptions
    from localalt.isolation.early import EarlyChild
    from localalt.types import ImageSource, ModelSource

__all__ = ["check_readable", "child_of", "load_model", "load_options"]


@contextlib.contextmanager
def child_of(arguments: argparse.Namespace) -> Iterator[EarlyChild | None]:
    """A child that starts now and that `load_model` takes over; None where the model is to be loaded in this process.

    One that cannot be started is None, too: whoever loads the model hears why.
    """
    if arguments.in_process:
        yield None
        return
    from localalt.isolation.early import EarlyChild
    from localalt.isolation.interpreter import MODULE, start_of

    child = None
    with contextlib.suppress(EngineError):
        child = EarlyChild(start_of(MODULE))
    try:
        yield child
    finally:
        if child is not None:
            child.close()


def load_options(arguments: argparse.Namespace) -> LoadOptions:
    """What the command's options say about loading.

    Raises:
        OptionError: they contradict each other.
    """
    device: str = arguments.device
    options: LoadOptions = {
        "device": names_in(device) if "," in device else device,
        "isolation": "none" if arguments.in_process else "process",
    }
    from localalt.drafting.option_checks import check_load_options

    check_load_options(options)
    return options


def load_model(
    model: ModelSource, child: EarlyChild | None, arguments: argparse.Namespace, **options: Unpack[LoadOptions]
) -> Describer:
    """Load a model as the command's options say. A child that runs already is taken over.

    Raises:
        LocalAltError: see `localalt.load`.
    """
    from localalt.describer.describer import Describer, open_service

    own: LoadOptions = {**load_options(arguments), "offline": arguments.offline, **options}
    return Describer.from_service(open_service(model, own, early=child))


def check_readable(image: ImageSource, child: EarlyChild | None) -> None:
    """Raises what reading `image` would raise; nothing where the child dies of it: describing it shows what is wrong.

    Raises:
        ImageError: it cannot be used.
    """
    if child is None:
        from localalt.image.readable import check_readable as check

        check(image)
        return
    from localalt.isolation.errands import check_readable as ask

    import_once("localalt.describer.describer", "localalt.isolation.service")  # while the child imports as much
    with contextlib.suppress(EngineError):
        ask(child, image)
