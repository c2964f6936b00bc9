"""How commands load a model: in a child process, which starts while there is other work to do, or in this process."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from localalt.cli.streams import show_warnings
from localalt.cli.terminal import names_in, say
from localalt.errors import EngineError
from localalt.first_imports import import_once

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from localalt.describer.describer import Describer
    from localalt.drafting.options import LoadOptions
    from localalt.isolation.early import EarlyChild
    from localalt.types import ImageSource, ModelSource

__all__ = ["check_device", "check_readable", "child_of", "distinct_models", "load_model", "load_options"]


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

    if not (arguments.quiet or getattr(arguments, "verbose", 0)):
        show_warnings("localalt.isolation")  # a child that ends, and what is tried again
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


def check_device(child: EarlyChild | None, arguments: argparse.Namespace) -> None:
    """Look whether there is the device that the options name, before anything else is done.

    Raises:
        OptionError: there is no such device, or the options contradict each other.
        EngineError: it cannot be asked for.
    """
    _lineup((), child, arguments)


def distinct_models(named: Sequence[str], child: EarlyChild | None, arguments: argparse.Namespace) -> list[ModelSource]:
    """The models of `named`, all of them resolved before anything runs; one that is named twice is reported.

    Raises:
        OptionError: there is no such device.
        ModelError: see `models.lineup.distinct`.
        EngineError: they cannot be asked for.
    """
    return _lineup(named, child, arguments)


def _lineup(named: Sequence[str], child: EarlyChild | None, arguments: argparse.Namespace) -> list[ModelSource]:
    device = load_options(arguments)["device"]
    if child is not None:
        from localalt.isolation import errands

        return errands.distinct_models(child, named, device, offline=arguments.offline, on_same=_say_same)
    if not arguments.in_process:  # no child can be started, as whoever loads the first model hears
        return list(named)
    from localalt.machine import this_machine
    from localalt.models.lineup import distinct

    assert isinstance(device, str)  # each of several has a process of its own
    return distinct(named, this_machine(device=device), offline=arguments.offline, on_same=_say_same)


def _say_same(model: ModelSource, first: ModelSource) -> None:
    say(f"{model} is the model {first}: it is used once." if model != first else f"{model} is named twice.")
