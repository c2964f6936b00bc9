"""One child as its parent sees it: what it is asked, what it answers, and in which state it is."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localalt import switches
from localalt._version import __version__
from localalt.errors import EngineError, TimedOutError
from localalt.isolation.codec import decode
from localalt.isolation.errors_as_data import decode_error
from localalt.isolation.frames import PROTOCOL, Frame
from localalt.isolation.interpreter import Start
from localalt.isolation.listener import Listener
from localalt.isolation.process import ChildProcess
from localalt.isolation.watch import ProgressWatch

if TYPE_CHECKING:
    from localalt.devices import Share
    from localalt.planning.plan import Plan
    from localalt.types import ImageGeometry, ModelIdentity, Notice

__all__ = ["LoadedChild", "Worker"]

logging.getLogger("localalt").addHandler(logging.NullHandler())  # as where llama.cpp is loaded in this process
_FROM_OUTSIDE = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")


@dataclass(frozen=True, slots=True)
class LoadedChild:
    """What a child says of the model that it has loaded."""

    identity: ModelIdentity
    notices: tuple[Notice, ...]
    plan: Plan
    geometry: ImageGeometry
    load_s: float
    n_ahead: int
    """Pictures that it may have at once with nobody idle."""
    free_bytes: dict[str, int]
    """What it had of the machine as it planned: see `devices.Share`."""


class Worker:
    """A child process for one Describer's pictures.

    Args:
        start: what starts it.
        listener: hears what it answers.
        process: the process, if it runs already; whoever started it hands its frames to `hear`.

    Raises:
        EngineError: it cannot be started.
    """

    def __init__(self, start: Start, listener: Listener, process: ChildProcess | None = None) -> None:
        self.listener = listener
        """Another one may take its place: see `early`."""
        self._watch = ProgressWatch()
        self._n_signs = self._n_texts = 0
        """Of progress, and pictures that are done. Changed by its own thread alone."""
        self._n_steps = -1
        self._picture_s = 0.0
        self._cancelled: set[int] = set()
        self.loaded: LoadedChild | None = None
        self.devices: tuple[str, ...] = ()
        """The GPUs that it was about to use, or uses."""
        self.kind = ""
        """Of its model: `devices.model_kind`."""
        self.load_key = ""
        """The same, of the model itself: `ModelSpec.load_key`."""
        self.gpu_bytes = 0
        """What its plan takes of each of the GPUs."""
        self.has_greeted = False
        """Whether it is localalt that was started."""
        self.is_given_up = False
        self._hung = ""
        self.command = start.command[0]
        self._log_level = _log_level()
        self.process = process or ChildProcess(start, self.hear, lambda: self.listener.on_end(self))
        offer = self.process.memory.offer
        self.ask("hello", import_path=start.import_path, log_level=self._log_level, memory=offer)

    @property
    def ending(self) -> str:
        """How it ended, in words for a message."""
        return self._hung or self.process.ending

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended it, such as the system for want of memory: no device is to blame for that."""
        return not self._hung and self.process.ending in _FROM_OUTSIDE

    def ask(self, operation: str, *, buffers: Sequence[bytes | bytearray | memoryview] = (), **body: Any) -> None:  # noqa: ANN401
        """Ask it a small question, which it answers with a reply."""
        self.process.send(Frame({"op": operation, **body}, buffers))

    def load(self, model: Any, options: Any, *, share: Share, folder: str) -> None:  # noqa: ANN401 (JSON values)
        """Have it load a model, whose relative paths begin in `folder`."""
        self.ask("load", model=model, options=options, share=dataclasses.asdict(share), folder=folder)

    def describe(self, number: int, frame: Frame) -> None:
        """Have it describe a picture. What comes of it has the same number."""
        level = _log_level()
        if level != self._log_level:
            self._log_level = level
            self.ask("log", level=level)
        self.process.send(Frame({"op": "describe", "id": number, **frame.body}, frame.buffers, owner=number))

    def cancel(self, number: int) -> None:
        """Have it stop working on a picture."""
        self._cancelled.add(number)
        self.ask("cancel", id=number)

    def is_hung(self, elapsed_s: float, *, is_busy: bool, was_warm: bool) -> bool:
        """Let time pass: see `ProgressWatch`.

        Args:
            elapsed_s, is_busy: see there.
            was_warm: whether another child of this model has had a text from the same devices: what they compile is
                stored.
        """
        is_warm = self.loaded is not None and (was_warm or not self.devices or self._n_texts > 0)
        return self._watch.is_hung(elapsed_s, n_signs=self._n_signs, is_busy=is_busy, is_warm=is_warm)

    def give_up(self) -> None:
        """End it, since it makes no progress."""
        if not self.is_given_up:
            self._hung = f"no progress for {self._watch.pause_s:.0f} seconds"
        self.kill()

    def kill(self) -> None:
        """End it at once. Its end is reported as any other."""
        self.is_given_up = True
        self.process.kill()

    def hear(self, frame: Frame) -> None:
        """Take a frame from it.

        Raises:
            ValueError: it is not one of localalt's.
        """
        try:
            self._take(frame.body["event"], frame.body)
        except Exception as error:  # somebody else's words
            raise ValueError("not an answer") from error

    def _take(self, event: str, body: dict[str, Any]) -> None:
        if event == "begun":
            self._n_signs += 1
            self.listener.on_begun(self, body["id"])
        elif event == "text":
            self._n_signs += 1
            self.listener.on_text(self, body["id"], body["text"])
        elif event == "done":
            self._n_signs += 1
            self._n_texts += 1
            self.process.memory.free(body["id"])
            self.listener.on_done(self, body["id"], decode(body["result"]))
        elif event == "error":
            error = decode_error(body["error"])
            if body["id"] not in self._cancelled and not isinstance(error, TimedOutError):
                self._n_signs += 1
            self._cancelled.discard(body["id"])
            self.process.memory.free(body["id"])
            self.listener.on_done(self, body["id"], error)
        elif event == "log":
            logger = logging.getLogger(body["name"])
            if logger.isEnabledFor(body["level"]):
                with contextlib.suppress(Exception):  # somebody's filter: nothing of the child's
                    logger.log(body["level"], "%s", body["message"])
        elif event == "beat":
            if body["n_steps"] != self._n_steps:
                self._n_steps = body["n_steps"]
                self._n_signs += 1
        elif event == "progress":
            self._n_signs += 1
            self.listener.on_progress(self, body["share"])
        elif event == "download":
            self._n_signs += 1
            self.listener.on_download(self, decode(body["progress"]))
        elif event == "announcement":
            self.listener.on_announcement(self, body["words"])
        elif event == "planned":
            self._n_signs += 1
            self.devices, self.kind = tuple(body["devices"]), body["kind"]
            self.load_key, self.gpu_bytes = body["load_key"], body["gpu_bytes"]
            self._picture_s = body["picture_s"]
            self._watch.plan(self._picture_s)
        elif event == "loaded":
            self._n_signs += 1
            values = {name: decode(body[name]) for name in LoadedChild.__dataclass_fields__}
            loaded = LoadedChild(**values)
            self._watch.plan(self._picture_s, is_memory_short=loaded.plan.missing_bytes > 0)
            self.loaded = loaded
            self.listener.on_loaded(self, loaded)
        elif event == "restart":
            self._n_signs += 1
            environment = switches.merged((name, value) for name, value in body["environment"])
            if not environment or not all(switches.is_known(*pair) for pair in environment):
                raise ValueError("variables that are none of localalt's")
            self.listener.on_restart(self, dict(environment))
        elif event == "failed":
            self.listener.on_failed(self, decode_error(body["error"]))
        elif event == "reply":
            self.listener.on_reply(self, body)
        elif event == "hello":
            self._check_versions(body)
        elif event == "mapped":
            self.process.memory.begin()

    def _check_versions(self, body: dict[str, Any]) -> None:
        self.has_greeted = True
        if (body["protocol"], body["localalt"]) != (PROTOCOL, __version__):
            error = EngineError(
                f"{self.command} has localalt {body['localalt']}, and this process {__version__}: "
                "install the same version there."
            )
            self.listener.on_failed(self, error)


def _log_level() -> int:
    """The least level at which anything of localalt's is logged."""
    known = logging.root.manager.loggerDict
    loggers = (known[name] for name in _own_names(len(known)))
    levels = (logger.getEffectiveLevel() for logger in loggers if isinstance(logger, logging.Logger))
    return min(levels, default=logging.WARNING)


@functools.lru_cache(1)
def _own_names(_n_loggers: int) -> tuple[str, ...]:
    """Of localalt's loggers. A host may have thousands: they are looked through when there are more, not each time."""
    return tuple(name for name in tuple(logging.root.manager.loggerDict) if f"{name}.".startswith("localalt."))
