"""The command's streams: whatever speaks on them is visible, and a closed one cannot be taken for another file.

Other libraries speak, too: warnings, logging of last resort, tracebacks. Their words may hold a stranger's.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sys
import threading
import traceback
import warnings
from typing import IO, TYPE_CHECKING, NoReturn

from localalt.cli import signals
from localalt.console import above_bars, print_lines, say, visible
from localalt.console.output import write_to_error

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["FULL", "Parser", "VisibleHandler", "show_log", "show_warnings", "take_over"]

FULL = {errno.ENOSPC, errno.EFBIG, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""What a file system says that takes no more."""


class Parser(argparse.ArgumentParser):
    """An argument parser that prints as the rest of the command does: its errors repeat what was written."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong with it, and end the process with status 2."""
        write_to_error(f"{self.format_usage()}{self.prog}: error: {visible(message)}\n")
        raise SystemExit(2)

    def print_help(self, file: IO[str] | None = None) -> None:  # type: ignore[override]
        """Print the help to standard output."""
        self._print_message(self.format_help(), file)

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:  # type: ignore[override]
        # The version's way to standard output, which is None where there is none.
        if file is None or file is sys.stdout:
            print_lines(message.rstrip("\n"))
        else:
            write_to_error(visible(message, keeps_lines=True))


class VisibleHandler(logging.Handler):
    """Log records on standard error, whatever that is at the time, one line each but for tracebacks."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            write_to_error(f"{visible(self.format(record), keeps_lines=record.exc_info is not None)}\n")
        except Exception:
            self.handleError(record)


def show_log(level: int) -> None:
    """Show what localalt logs from `level` on, and other libraries from WARNING on."""
    logging.basicConfig(handlers=[VisibleHandler()], level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("localalt").setLevel(level)


def show_warnings(name: str) -> None:
    """Show what a logger warns of as the command's own sentences, above its bars."""
    logger = logging.getLogger(name)
    if not any(isinstance(handler, _WarningHandler) for handler in logger.handlers):
        logger.addHandler(_WarningHandler(logging.WARNING))


class _WarningHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Say a warning."""
        try:
            with above_bars():
                say(record.getMessage())
        except Exception:
            self.handleError(record)


def take_over() -> None:
    """For the rest of this process: closed streams lead nowhere, and what libraries say is shown visibly."""
    for number in (0, 1, 2):  # a free number is given to the next file that is opened, and C libraries print to it
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    warnings.showwarning = _show_warning
    logging.lastResort = VisibleHandler(logging.WARNING)
    sys.excepthook = _show_exception
    threading.excepthook = _show_thread_exception
    sys.unraisablehook = _show_unraisable


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    say(f"{category.__name__}: {message}")


def _show_exception(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
    write_to_error(visible("".join(traceback.format_exception(kind, error, frames)), keeps_lines=True))


def _show_thread_exception(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None and not issubclass(found.exc_type, SystemExit):
        _show_exception(found.exc_type, found.exc_value, found.exc_traceback)


def _show_unraisable(found: sys.UnraisableHookArgs) -> None:
    if isinstance(found.exc_value, KeyboardInterrupt):  # it came while C called back, and would be lost
        say("Stopped.")
        os._exit(signals.status_of(found.exc_value))
    if found.exc_value is not None:
        _show_exception(found.exc_type, found.exc_value, found.exc_traceback)
