"""The child as a program: its pipes and signals are in order before anything else is imported."""

from __future__ import annotations

import os
import signal
import sys
from io import FileIO

from localalt.isolation.signals import OF_THE_GROUP
from localalt.worker.parent import end_with_parent

__all__ = ["main"]


def main() -> int:
    """Serve the parent, whose number is the only argument, until it closes the pipe. Returns the exit status."""
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        from localalt.console import say

        say('This program is started by localalt.load(isolation="process"): call that.')
        return 2
    end_with_parent(int(sys.argv[1]))
    for number in OF_THE_GROUP:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a parent that ignores it hands that on
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
