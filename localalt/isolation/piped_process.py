"""A process and three pipes: what it is sent, what it answers, and what it says on standard error; and memory to share.

Knows descriptors, signals and forks. Knows nothing of threads that read, nor of what is sent.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from io import FileIO
from typing import Any

from localalt.isolation.interpreter import Start
from localalt.isolation.shared_memory import SharedMemory
from localalt.isolation.signals import OF_THE_GROUP

__all__ = ["PipedProcess"]

LEAST_PAUSE_S, MOST_PAUSE_S = 0.0005, 0.05
"""Seconds between two looks whether it is gone: as a rule it is, once its pipe has ended."""
_N_STANDARD_STREAMS = 3


class PipedProcess:
    """A process that was started with three pipes and memory to share, which no other process gets.

    These are closed by whoever uses them, each in its own thread: a number that is closed while another thread
    waits at it may be another file's by then.

    Args:
        start: what starts it; the number of this process becomes its last argument.

    Raises:
        OSError: it cannot be started.
    """

    commands: FileIO
    """To write to."""
    answers: FileIO
    """To read from."""
    words: FileIO
    """What it says on standard error, to read from."""
    memory: SharedMemory
    """To put pictures into."""

    def __init__(self, start: Start) -> None:
        ours: list[int] = []
        theirs: list[int] = []
        memory: SharedMemory | None = None
        with _turns.turn:
            try:
                for is_read_here in (False, True, True):
                    read, write = _pipe()
                    ours.append(read if is_read_here else write)
                    theirs.append(write if is_read_here else read)
                memory = self.memory = SharedMemory()
                self._popen = _popen(start, theirs, memory.descriptors)
            except BaseException:
                for fd in ours:
                    os.close(fd)
                if memory is not None:
                    memory.close()
                raise
            finally:
                for fd in theirs:
                    os.close(fd)
            self.commands = FileIO(ours[0], "wb")
            self.answers, self.words = FileIO(ours[1], "rb"), FileIO(ours[2], "rb")
            self._lock = threading.RLock()  # the garbage collector may close it in between
            self._how = ""
            self.pid = self._popen.pid
            _here.add(self)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        with self._lock:  # not once it is reaped: the number may be another process's
            if self._popen.returncode is None:
                with contextlib.suppress(OSError):
                    if sys.platform == "win32":
                        self._popen.kill()
                    else:
                        os.kill(self.pid, signal.SIGKILL)

    def wait(self, patience_s: float) -> str:
        """Wait until it is gone, reap it, and say how it ended, such as "SIGSEGV" or "exit status 1".

        Args:
            patience_s: seconds until it is killed.
        """
        killing_at = time.monotonic() + patience_s
        pause_s = LEAST_PAUSE_S
        while not self._reap():
            if not self._how and time.monotonic() > killing_at:
                self._how = "it closed its pipe and went on"
                self.kill()
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, MOST_PAUSE_S)
        with _turns.turn:
            _here.discard(self)
        return self._how or _in_words(self._popen.returncode)

    def _reap(self) -> bool:
        """Whether it is gone."""
        with self._lock:
            if sys.platform == "win32":
                return self._popen.poll() is not None
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # subprocess would call this exit status 0
                self._popen.returncode, self._how = 0, self._how or "other code here collected its exit status"
                return True
            if pid:
                self._popen.returncode = os.waitstatus_to_exitcode(status)
            return pid != 0

    def forget(self) -> None:
        """Leave it to the process that this one was forked from."""
        self.memory.forget()
        for pipe in (self.commands, self.answers, self.words):
            with contextlib.suppress(OSError):
                pipe.close()
        self._popen.returncode = 0  # subprocess would warn that it still runs


class _Turns:
    """One process is started at a time, and none while this one forks: a copy of an end of a pipe in a process that
    knows nothing of it would hide the end of the other side."""

    def __init__(self) -> None:
        self.turn = threading.RLock()  # reentrant: the garbage collector may have a fork made in between

    def before_fork(self) -> None:
        self.turn.acquire()

    def after_fork_here(self) -> None:
        self.turn.release()

    def after_fork_there(self) -> None:
        self.turn = threading.RLock()
        for process in _here:
            process.forget()
        _here.clear()


_turns = _Turns()
_here: set[PipedProcess] = set()
"""Processes of this one that are not reaped yet."""


def _pipe() -> tuple[int, int]:
    """Its end to read from and its end to write to, neither of which is a standard stream's.

    Where this process's standard streams are closed a new file may get their number, and whatever is printed.
    """
    ends = list(os.pipe())
    try:
        if sys.platform != "win32":
            import fcntl

            for index, fd in enumerate(ends):
                if fd < _N_STANDARD_STREAMS:
                    ends[index] = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _N_STANDARD_STREAMS)
                    os.close(fd)
    except BaseException:
        for fd in ends:
            os.close(fd)
        raise
    read, write = ends
    return read, write


def _popen(start: Start, pipes: Sequence[int], others: Sequence[int]) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {}
    before = None
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    else:
        options["pass_fds"] = others
        # Ctrl-C reaches the whole group of processes. The mask is inherited: until the child ignores it, it waits.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_GROUP)
    try:
        return subprocess.Popen(
            (*start.command, str(os.getpid())),
            stdin=pipes[0],
            stdout=pipes[1],
            stderr=pipes[2],
            cwd=start.folder,
            env=start.environment,
            **options,
        )
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_words(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_turns.before_fork,
        after_in_parent=_turns.after_fork_here,
        after_in_child=_turns.after_fork_there,
    )
