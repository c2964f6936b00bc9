"""Small questions to a child that loads no model: which GPUs there are, whether a picture can be read."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future
from typing import Any

from localalt.concurrency.waiting import wait
from localalt.errors import EngineError, OptionError, TimedOutError
from localalt.isolation.errors_as_data import decode_error
from localalt.isolation.frames import Frame
from localalt.isolation.interpreter import Start
from localalt.isolation.process import ChildProcess

__all__ = ["blame", "list_devices"]

logger = logging.getLogger(__name__)

PATIENCE_S = 60.0
"""Seconds for an errand: asking a driver for its version takes a while."""


def list_devices(start: Start) -> list[str]:
    """The names of the GPUs here.

    Raises:
        OptionError: there is none.
        EngineError: they cannot be asked for.
    """
    names: list[str] = _run(start, {"op": "devices"})["names"]
    if not names:
        raise OptionError('The device "all" was asked for, and no GPU can be used here: take the device "auto".')
    return names


def blame(start: Start, devices: tuple[str, ...], kind: str) -> None:
    """Store that models of a kind crash on these devices, so that the next plan avoids them."""
    try:
        _run(start, {"op": "blame", "devices": devices, "kind": kind})
    except EngineError as error:  # even to ask for the device's driver may crash
        logger.warning("It cannot be stored that %s crashes: %s", ", ".join(devices), error)
    else:
        logger.warning("Such models crash on %s and avoid it from now on.", ", ".join(devices))


def _run(start: Start, body: dict[str, Any]) -> dict[str, Any]:
    """What a child replies that is asked this, and nothing else."""
    reply: Future[dict[str, Any]] = Future()
    reply.set_running_or_notify_cancel()

    def hear(frame: Frame) -> None:
        if frame.body["event"] == "reply" and not reply.done():
            reply.set_result(frame.body)

    def end() -> None:
        if not reply.done():
            reply.set_exception(
                EngineError(f"a process that was asked for it ended ({child.ending}): run localalt doctor")
            )

    child = ChildProcess(start, hear, end)
    child.send(Frame({"op": "hello", "import_path": start.import_path, "log_level": logging.WARNING}))
    child.send(Frame(body))
    try:
        value = wait(reply, time.perf_counter() + PATIENCE_S)
    except TimedOutError:
        raise EngineError(
            f"a process that was asked for it did not answer within {PATIENCE_S:.0f} seconds: run localalt doctor"
        ) from None
    finally:
        child.close()
    if value.get("error") is not None:
        raise decode_error(value["error"])
    return value
