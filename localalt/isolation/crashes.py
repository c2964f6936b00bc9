"""What a dead child means, as errors for people: what ended it, what llama.cpp said last, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from localalt.errors import WorkerCrashedError
from localalt.errors.wording import either
from localalt.isolation.worker import Worker

__all__ = [
    "at_every_picture",
    "at_this_picture",
    "at_this_question",
    "lacks_memory",
    "lacks_ram",
    "ruled_out",
    "while_loading",
]

N_LAST = 6
"""Lines of the log that a cause is looked for in: CUDA says four before it ends a process (ggml-cuda.cu:101)."""
N_SHOWN = 3
"""Lines of the log in a message; `WorkerCrashedError.log` has more."""
_SHORT_OF_MEMORY = "close other programs, or choose a smaller model"
_OTHER_PICTURE = "save the picture anew, or leave it out; if that does not help, please report this with the log"


def at_this_picture(worker: Worker) -> WorkerCrashedError:
    """The error of a picture that two fresh children died of."""
    return _error(
        worker,
        "The process that describes pictures ended twice with this picture alone",
        _SHORT_OF_MEMORY if worker.was_killed else _OTHER_PICTURE,
    )


def at_this_question(worker: Worker, n_deaths: int) -> WorkerCrashedError:
    """The error of a question that so many children died of, one after the other."""
    return _error(
        worker,
        f"The process for the text model ended {n_deaths} times at one question",
        _SHORT_OF_MEMORY if worker.was_killed else "leave out the texts that it is about",
    )


def at_every_picture(worker: Worker) -> WorkerCrashedError:
    """The error of a model that no picture can be described with."""
    return _error(
        worker,
        "The process that describes pictures ended at every picture",
        f"run localalt doctor, {_other_device(worker)}or install llama-cpp-python again",
        is_final=True,
    )


def while_loading(worker: Worker, n_deaths: int, *, is_blamed: bool) -> WorkerCrashedError:
    """The error of a model that cannot be loaded; `is_blamed` where its GPUs are avoided from now on."""
    if not worker.has_greeted:
        advice = f"check that {worker.command!r} is a Python interpreter that has localalt installed"
        return _error(worker, f"The process for the model ended {n_deaths} times as it started", advice, is_final=True)
    if is_blamed:
        advice = f"load it again, which takes more care with {', '.join(worker.devices)}; or update the driver"
    elif worker.was_killed:
        advice = _SHORT_OF_MEMORY
    else:
        advice = f"{_other_device(worker)}download the model again or choose another one, or run localalt doctor"
    return _error(worker, f"The process for the model ended {n_deaths} times while it loaded", advice, is_final=True)


def lacks_memory(worker: Worker) -> bool:
    """Whether memory ran out before it ended, by llama.cpp's last words."""
    from localalt.native import lacks_memory

    return lacks_memory("\n".join(worker.process.log[-N_LAST:]))


def lacks_ram(worker: Worker) -> bool:
    """Whether that was RAM, for which no GPU is to blame."""
    from localalt.native import lacks_ram

    return lacks_memory(worker) and lacks_ram("\n".join(worker.process.log[-N_LAST:]))


def ruled_out(devices: Iterable[str]) -> WorkerCrashedError:
    """Why a place is left out whose GPUs crash."""
    return WorkerCrashedError(
        f"Pictures crash on {', '.join(sorted(devices))} and not on the CPU: update its driver, "
        "and then run localalt doctor.",
        is_final=True,
    )


def _other_device(worker: Worker) -> str:
    return either('take device="cpu", ', "add --device cpu, ") if worker.devices else ""


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
