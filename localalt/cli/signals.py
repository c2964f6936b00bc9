"""How the command stops: Ctrl-C, SIGTERM and SIGHUP end it alike, the first in good order, the second at once.

The first is an exception in the main thread, so that what is open is closed on the way: a JSON array, a file, a bar.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

__all__ = ["Stopped", "held_back", "status_of", "stopping"]

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Stopped(KeyboardInterrupt):
    """The process was asked to end by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def status_of(stop: KeyboardInterrupt) -> int:
    """The exit status of a process that was stopped, as shells count: 130 for Ctrl-C, 143 for SIGTERM."""
    return 128 + (stop.number if isinstance(stop, Stopped) else int(signal.SIGINT))


class _State:
    """Of this process's one main thread."""

    def __init__(self) -> None:
        self.n_asked = 0
        self.is_held = False
        self.waiting: int | None = None
        """A signal that came while it was held back."""


_state = _State()


def _ask(number: int, _frame: FrameType | None) -> None:
    _state.n_asked += 1
    if _state.n_asked > 1:
        os._exit(128 + number)
    if _state.is_held:
        _state.waiting = number
        return
    raise Stopped(number)


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Signals end the block with `Stopped`, but those that whoever started the process wants ignored (nohup)."""
    before = {}
    _state.__init__()  # type: ignore[misc]
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        with contextlib.suppress(ValueError, OSError):  # not in the main thread: whose affair it is, then
            before[number] = signal.signal(number, _ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Let a result be written whole before a signal ends the command; a second signal gets through."""
    outer, _state.is_held = _state.is_held, True
    try:
        yield
    finally:
        _state.is_held = outer
    if not outer and _state.waiting is not None:
        number, _state.waiting = _state.waiting, None
        raise Stopped(number)
