"""The small questions to a child that has no model: which GPUs there are, which models are meant, what can be read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from localalt.errors import EngineError, ImageError
from localalt.first_imports import importing
from localalt.isolation.codec import decode, encode
from localalt.isolation.early import EarlyChild
from localalt.isolation.interpreter import Start, working_folder

if TYPE_CHECKING:
    from localalt.types import ImageGeometry, ImageSource, ModelSource

__all__ = ["blame", "check_readable", "distinct_models", "limit", "list_devices"]

logger = logging.getLogger(__name__)

NOT_AT_ALL = "not at all"
"""How a device is used that is of no use: see `DeviceVerdict.words`."""
LOOKING_UP_S = 900.0
"""Seconds for looking models up: a slow hub is asked for several, and files of gigabytes are compared."""


def list_devices(start: Start) -> list[str]:
    """The names of the GPUs here.

    Raises:
        OptionError: there is none.
        EngineError: they cannot be asked for.
    """
    return _names(_run(start, "devices"))


def blame(start: Start, devices: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """Store that models of a kind crash on these devices, so that the next plan uses them in another way, or not at
    all; those of them that the next plan may use."""
    try:
        ways: dict[str, list[str]] = _run(start, "blame", devices=devices, kind=kind)["ways"]
    except EngineError as error:  # even to ask for the device's driver may crash
        logger.warning("It cannot be stored that %s crashes: %s", ", ".join(devices), error)
        return ()
    for name, words in ways.items():
        logger.warning("Such models crash on %s. From now on it is used: %s.", name, ", ".join(words))
    return tuple(name for name, words in ways.items() if words != [NOT_AT_ALL])


def limit(start: Start, devices: tuple[str, ...], load_key: str, gpu_bytes: int) -> None:
    """Store that so many bytes of a model, by a plan's estimate, did not fit each of these devices."""
    try:
        _run(start, "limit", devices=devices, load_key=load_key, gpu_bytes=gpu_bytes)
    except EngineError as error:
        logger.warning("It cannot be stored what does not fit %s: %s", ", ".join(devices), error)


def check_readable(child: EarlyChild, image: ImageSource) -> None:
    """Raises what reading `image` would raise, as the child finds out.

    Raises:
        ImageError: it cannot be used.
        EngineError: the child has ended: whoever describes the picture finds out why.
    """
    with importing():
        from localalt.isolation.sources import pack

    message = pack(image, _no_geometry, detail="auto", wants_hints=False)
    child.ask("check", buffers=message.buffers, picture=message.body)


def distinct_models(
    child: EarlyChild,
    named: Sequence[ModelSource],
    device: str | Sequence[str],
    *,
    offline: bool = False,
    on_same: Callable[[ModelSource, ModelSource], None] = lambda *_: None,
) -> list[ModelSource]:
    """`models.lineup.distinct` for the first of the devices that an option names, as the child finds out.

    Raises:
        OptionError: there is no such device.
        ModelError: see `distinct`.
        EngineError: the child has ended.
    """
    if not isinstance(device, str):
        devices = list(device)
    else:
        devices = _names(child.ask("devices")) if device.lower() == "all" else [device]
    found = child.ask(
        "lineup",
        patience_s=LOOKING_UP_S,
        named=encode(list(named)),
        devices=devices,
        offline=offline,
        folder=working_folder(),
    )
    for model, first in decode(found["same"]):
        on_same(model, first)
    models: list[ModelSource] = decode(found["models"])
    return models


def _names(reply: dict[str, Any]) -> list[str]:
    names: list[str] = reply["names"]
    return names


def _run(start: Start, operation: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON values)
    """What a child replies that is asked this, and nothing else."""
    child = EarlyChild(start, will_load=False)
    try:
        return child.ask(operation, **body)
    finally:
        child.close()


def _no_geometry() -> ImageGeometry:
    raise ImageError("Only files, bytes and arrays are read by a child.")
