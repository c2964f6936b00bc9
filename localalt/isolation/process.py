"""The child process itself: started, written to, read from, ended and reaped.

Knows pipes and signals. Knows nothing of pictures, nor of what the frames say.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from localalt.console import visible
from localalt.errors import EngineError
from localalt.isolation.frames import Frame, FrameReader, FrameWriter, widen
from localalt.isolation.interpreter import Start

__all__ = ["ChildProcess"]

N_LINES = 12
"""Of what it said last: an assertion of ggml's is one or two."""
MAX_LINE_BYTES = 500
CLOSING_S = 1.0
"""Seconds that it has to end by itself."""

_LOCAL_SIGNALS = {getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)}


class ChildProcess:
    """A child, and the threads that talk with it. It ends with its parent, however that ends.

    Args:
        start: what starts it.
        on_frame: called with each frame that it sends, from a thread of its own.
        on_end: called once it is gone and reaped, from the same thread, after its last frame.

    Raises:
        EngineError: it cannot be started.
    """

    def __init__(self, start: Start, on_frame: Callable[[Frame], None], on_end: Callable[[], None]) -> None:
        self._on_frame, self._on_end = on_frame, on_end
        self._outbox: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._said: deque[str] = deque(maxlen=N_LINES)
        self._ending = ""
        self._pid = os.getpid()
        started: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        # The thread that starts it lives as long as it does: to Linux, a parent is a thread (PR_SET_PDEATHSIG).
        self._thread = threading.Thread(target=self._main, args=(start, started), name="localalt-worker", daemon=True)
        self._thread.start()
        error = started.get()
        if error is not None:
            raise EngineError(
                f"The process for the model cannot be started ({error}): check the interpreter {start.command[0]!r}, "
                'or load with isolation="none".'
            ) from error

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._popen.pid

    @property
    def ending(self) -> str:
        """How it ended, such as "SIGSEGV" or "exit status 1"; "" while it runs."""
        return self._ending

    @property
    def log(self) -> tuple[str, ...]:
        """The last lines that it said on standard error: llama.cpp's log."""
        return tuple(self._said)

    def send(self, frame: Frame) -> None:
        """Queue a frame. One to a child that is gone is dropped: its end is reported to `on_end`."""
        self._outbox.put(frame)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        if os.getpid() == self._pid:
            with contextlib.suppress(OSError):
                self._popen.kill()

    def close(self) -> None:
        """End it, and wait until it is gone. Safe to call again, and from any thread but its own."""
        if os.getpid() != self._pid:
            return
        self._outbox.put(Frame({"op": "close"}))
        self._thread.join(CLOSING_S)
        if self._thread.is_alive():
            self.kill()
            self._thread.join()

    # --- the thread that has it ---

    def _main(self, start: Start, started: queue.SimpleQueue[BaseException | None]) -> None:
        try:
            self._popen = _popen(start)
        except BaseException as error:
            started.put(error)
            return
        popen = self._popen
        assert popen.stdin is not None
        assert popen.stdout is not None
        _running.add(self)
        threads = [
            threading.Thread(target=self._write, name="localalt-worker-writer", daemon=True),
            threading.Thread(target=self._listen, name="localalt-worker-log", daemon=True),
        ]
        for thread in threads:
            thread.start()
        started.put(None)
        for pipe in (popen.stdin, popen.stdout):
            widen(pipe.fileno())
        reader = FrameReader(popen.stdout)  # type: ignore[arg-type]  # unbuffered, a FileIO
        try:
            while (frame := reader.read()) is not None:
                self._on_frame(frame)
        except ValueError:  # half a message, or somebody else's words
            self._ending = "it sent what is not a message"
        finally:
            self.kill()  # where only its pipe ended
            status = popen.wait()
            self._ending = self._ending or _in_words(status)
            self._outbox.put(None)
            for thread in threads:
                thread.join()
            self.drop_pipes()
            _running.discard(self)
            self._on_end()

    def _write(self) -> None:
        assert self._popen.stdin is not None
        writer = FrameWriter(self._popen.stdin.fileno())
        while (frame := self._outbox.get()) is not None:
            try:
                writer.write(frame)
            except OSError:  # it is gone, which the reader notices
                return
            del frame

    def _listen(self) -> None:
        assert self._popen.stderr is not None
        unfinished = b""
        while chunk := os.read(self._popen.stderr.fileno(), 1 << 16):
            *lines, unfinished = (unfinished + chunk).split(b"\n")
            self._hear(lines)
            unfinished = unfinished[-MAX_LINE_BYTES:]
        self._hear([unfinished])

    def _hear(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            text = line[:MAX_LINE_BYTES].decode("utf-8", errors="replace").strip()
            if text:
                self._said.append(visible(text))

    def drop_pipes(self) -> None:
        """Close them: it is gone, or this process was forked from its parent, whose they are."""
        for pipe in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


_running: weakref.WeakSet[ChildProcess] = weakref.WeakSet()


def _popen(start: Start) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {}
    before = None
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    else:
        # Ctrl-C reaches the whole group of processes. The mask is inherited: until the child ignores it, it waits.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _LOCAL_SIGNALS)
    try:
        return subprocess.Popen(
            start.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=start.folder,
            env=start.environment,
            bufsize=0,
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


def _after_fork() -> None:
    for child in list(_running):
        child.drop_pipes()
    _running.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
