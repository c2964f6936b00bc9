"""The child process itself, and the threads that write to it, read from it, and see its end.

Knows nothing of pictures, nor of what the frames say.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable

from localalt.console import visible
from localalt.errors import EngineError
from localalt.errors.wording import either
from localalt.isolation.frames import Frame, FrameReader, FrameWriter, widen
from localalt.isolation.interpreter import Start
from localalt.isolation.piped_process import PipedProcess
from localalt.isolation.shared_memory import SharedMemory

__all__ = ["ChildProcess"]

N_LINES = 12
"""Of what it said last: an assertion of ggml's is one or two."""
MAX_LINE_BYTES = 500
CLOSING_S = 1.0
"""Seconds that it has to end by itself."""
KILLING_S = 5.0
"""Seconds that its end is waited for: one that a driver holds up inside the system ends later."""
LAST_WORDS_S = 1.0
"""Seconds that its last words are waited for, where a process of its own can still say some."""


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
        self._process: PipedProcess | None = None
        if _exit.is_near:
            raise EngineError("No process can be started for the model, since this one is ending: load it earlier.")
        started: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        # The thread that starts it lives as long as it does: to Linux, a parent is a thread (PR_SET_PDEATHSIG).
        self._thread = threading.Thread(target=self._main, args=(start, started), name="localalt-worker", daemon=True)
        self._writer = threading.Thread(target=self._write, name="localalt-worker-writer", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="localalt-worker-log", daemon=True)
        try:
            self._thread.start()
            error = started.get()
        except RuntimeError as no_thread:
            error = no_thread
        except BaseException:  # Ctrl-C: nobody will know of it
            self.end()
            raise
        if error is not None:
            raise EngineError(
                f"The process for the model cannot be started ({error}): check the interpreter {start.command[0]!r}, "
                + either('or load with isolation="none".', "or add --in-process.")
            ) from error

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

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

    @property
    def memory(self) -> SharedMemory:
        """Where pictures are put for it."""
        assert self._process is not None
        return self._process.memory

    def kill(self) -> None:
        """End it at once, whatever it does."""
        if os.getpid() == self._pid and self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """Ask it to end. Does not wait."""
        self._outbox.put(Frame({"op": "close"}))

    def close(self) -> None:
        """End it, and wait until it is gone. Safe to call again, and from any thread."""
        if os.getpid() != self._pid:
            return
        self.end()
        if threading.current_thread() in (
            self._thread,
            self._writer,
            self._listener,
        ):  # by the garbage collector, in between
            self.kill()
            return
        self._thread.join(CLOSING_S)
        if self._thread.is_alive():
            self.kill()
            self._thread.join(KILLING_S)

    # --- the thread that has it ---

    def _main(self, start: Start, started: queue.SimpleQueue[BaseException | None]) -> None:
        try:
            process = self._process = PipedProcess(start)
        except BaseException as error:
            started.put(error)
            return
        try:
            self._writer.start()
            self._listener.start()
        except RuntimeError as no_thread:
            process.kill()
            self._finish(process, 0.0)
            started.put(no_thread)
            return
        _alive.add(self)
        started.put(None)
        for pipe in (process.commands, process.answers):
            widen(pipe.fileno())
        patience_s = 0.0
        try:
            if self._read(process):
                patience_s = CLOSING_S
        finally:
            self._finish(process, patience_s)
            _alive.discard(self)
            if not _exit.is_near:
                self._on_end()

    def _read(self, process: PipedProcess) -> bool:
        """Hand on what it sends until its pipe ends, or, with False, until it sends what is not a frame."""
        reader = FrameReader(process.answers)
        while True:
            try:
                frame = reader.read()
                if frame is None:
                    return True
                self._on_frame(frame)
                del frame
            except (ValueError, MemoryError):  # not a frame, or not one of localalt's
                self._ending = "it sent what is not a message"
                return False

    def _finish(self, process: PipedProcess, patience_s: float) -> None:
        ending = process.wait(patience_s)
        self._ending = self._ending or ending
        self._outbox.put(None)
        process.answers.close()
        for thread, pipe in ((self._writer, process.commands), (self._listener, process.words)):
            if thread.ident is None:  # it could not be started
                pipe.close()
            else:
                thread.join(LAST_WORDS_S)
        if self._writer.ident is None:
            process.memory.close()

    def _write(self) -> None:
        process = self._process
        assert process is not None
        if hasattr(signal, "pthread_sigmask"):
            # A pipe that nobody reads any more is an error here, even where the host has SIGPIPE end the process.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
        with process.commands as pipe, contextlib.closing(process.memory):
            writer = FrameWriter(pipe.fileno(), process.memory)
            while (frame := self._outbox.get()) is not None:
                try:
                    writer.write(frame)
                except OSError:  # it is gone, which the reader notices
                    return
                del frame

    def _listen(self) -> None:
        assert self._process is not None
        unfinished = b""
        with self._process.words as pipe:
            while chunk := pipe.read(1 << 16):
                *lines, unfinished = (unfinished + chunk).split(b"\n")
                self._hear(lines)
                unfinished = unfinished[-MAX_LINE_BYTES:]
        self._hear([unfinished])

    def _hear(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            text = line[:MAX_LINE_BYTES].decode("utf-8", errors="replace").strip()
            if text:
                self._said.append(visible(text))


class _Exit:
    """The end of the interpreter: what still runs then belongs to a thread that nobody waits for."""

    is_near = False

    def __call__(self) -> None:
        self.is_near = True
        for child in tuple(_alive):
            child.kill()
        for child in tuple(_alive):
            child.close()


_alive: set[ChildProcess] = set()
_exit = _Exit()
atexit.register(_exit)
