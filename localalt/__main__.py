"""`python -m localalt` and the `localalt` command: Ctrl-C ends it without a traceback from the first import on."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

__all__ = ["main"]


def _end(number: int, _frame: FrameType | None) -> None:
    os._exit(128 + number)  # nothing is open yet


def main() -> int:
    """Run the command. Returns the exit status."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, _end)
    from localalt.cli import main as command, streams

    streams.take_over()
    return command()


if __name__ == "__main__":
    sys.exit(main())
