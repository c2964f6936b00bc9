"""What a dead child means, as errors for people: what ended it, what llama.cpp said last, and what to do."""

from __future__ import annotations

import sys

from localalt.errors import WorkerCrashedError
from localalt.isolation.worker import Worker

__all__ = ["at_every_picture", "at_this_picture", "while_loading"]

N_SHOWN = 3
"""Lines of the log in a message; `WorkerCrashedError.log` has more."""


def at_this_picture(worker: Worker) -> WorkerCrashedError:
    """The error of a picture that two fresh children died of."""
    return _error(
        worker,
        "The process that describes pictures ended twice with this picture alone",
        "open the picture and save it anew, or leave it out; if that does not help, please report this with the log",
    )


def at_every_picture(worker: Worker) -> WorkerCrashedError:
    """The error of a model that no picture can be described with."""
    return _error(
        worker,
        "The process that describes pictures ended at every picture",
        f"run localalt doctor, {_other_device(worker)}or install llama-cpp-python again",
        is_final=True,
    )


def while_loading(worker: Worker, n_deaths: int) -> WorkerCrashedError:
    """The error of a model that cannot be loaded."""
    if not worker.has_greeted:
        advice = f"check that {worker.command!r} is a Python interpreter that has localalt installed"
        return _error(worker, "The process for the model ended as it started", advice, is_final=True)
    advice = f"{_other_device(worker)}download the model again or choose another one, or run localalt doctor"
    if worker.devices:
        advice = f"load it again, which avoids {', '.join(worker.devices)} from now on; or update the driver"
    return _error(worker, f"The process for the model ended {n_deaths} times while it loaded", advice, is_final=True)


def _other_device(worker: Worker) -> str:
    return 'take device="cpu", ' if worker.devices else ""


def _error(worker: Worker, what: str, advice: str, *, is_final: bool = False) -> WorkerCrashedError:
    log = worker.process.log
    said = f"; it said last: {' | '.join(log[-N_SHOWN:])}" if log else ""
    return WorkerCrashedError(
        f"{what} ({_in_words(worker.ending)}{said}): {advice}.", ending=worker.ending, log=log, is_final=is_final
    )


def _in_words(ending: str) -> str:
    if ending == "SIGKILL" and sys.platform == "linux":
        return "SIGKILL, as the system does where memory is short"
    return ending
