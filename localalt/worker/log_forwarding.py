"""What this process logs, handed to the parent, and llama.cpp's words in the parent's hands before a crash."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from typing import Any

__all__ = ["forward_log", "set_level"]

LLAMA_CPP = "localalt.llama_cpp"


def forward_log(level: int, send: Callable[[dict[str, Any]], None]) -> None:
    """Send what localalt logs from `level` on, and write what llama.cpp says to standard error as well.

    The parent holds on to the last lines there: they are in its pipe at once, whatever becomes of this process.
    """
    log = logging.getLogger("localalt")
    log.propagate = False
    log.addHandler(_Forwarding(send))
    llama_cpp = logging.getLogger(LLAMA_CPP)
    llama_cpp.propagate = False
    llama_cpp.addHandler(_ToStandardError(logging.INFO))
    llama_cpp.addHandler(_Forwarding(send, as_of=log))
    set_level(level)


def set_level(level: int) -> None:
    """Send what localalt logs from `level` on."""
    logging.getLogger("localalt").setLevel(level)
    # llama.cpp says more than a thousand lines of DEBUG while it loads a model, and three for each token: those that
    # nobody hears cost as little as in a process without a parent.
    logging.getLogger(LLAMA_CPP).setLevel(min(level, logging.INFO))


class _Forwarding(logging.Handler):
    def __init__(self, send: Callable[[dict[str, Any]], None], as_of: logging.Logger | None = None) -> None:
        super().__init__()
        self._send, self._as_of = send, as_of

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record."""
        if self._as_of is not None and not self._as_of.isEnabledFor(record.levelno):
            return
        try:
            self._send({"event": "log", "name": record.name, "level": record.levelno, "message": self.format(record)})
        except Exception:
            self.handleError(record)


class _ToStandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, unbuffered."""
        with contextlib.suppress(OSError):
            os.write(2, f"{record.getMessage()}\n".encode("utf-8", errors="replace"))
