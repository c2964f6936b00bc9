"""The child as a program: its pipes and signals are in order before anything else is imported."""

from __future__ import annotations

import os
import signal
import sys
from io import FileIO

__all__ = ["main"]


def main() -> int:
    """Serve the parent until it closes the pipe. Returns the exit status."""
    # Ctrl-C and the like reach the whole group of processes: the parent decides, and this process ends with it.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # What libraries print must not get between the frames.
    commands, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    from localalt.worker.session import serve

    return serve(FileIO(commands), answers)


if __name__ == "__main__":
    # Without the interpreter's own ending: some builds of llama.cpp crash there, and nothing is left to be saved.
    os._exit(main())
