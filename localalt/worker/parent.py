"""The parent's life, which this process must not outlive: neither as an orphan, nor in the middle of a picture.

The end of the pipe shows the parent's end, but not where another process has inherited it. So each system is asked in
its own way, too.
"""

from __future__ import annotations

import os
import sys
import threading
import time

__all__ = ["end_with_parent"]

POLL_S = 0.25
"""Seconds between two looks: this process may outlive its parent by a second."""
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9
_SYNCHRONIZE, _INFINITE = 0x00100000, 0xFFFFFFFF


def end_with_parent(pid: int) -> None:
    """End this process at once when the process `pid` ends, which started it. Returns immediately."""
    if sys.platform == "linux":
        # Even while native code holds Python's lock. Its "parent" is the thread that started this one.
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    watch = _watch_handle if sys.platform == "win32" else _watch_parent
    threading.Thread(target=watch, args=(pid,), name="localalt-parent", daemon=True).start()


def _watch_parent(pid: int) -> None:
    # Linux and macOS give an orphan another parent. macOS's is not run where this was written, but in the workflows.
    # Where a script stands between the two, which was named as the interpreter, both are looked at.
    own = os.getppid()
    while os.getppid() == own and (own == pid or _is_there(pid)):
        time.sleep(POLL_S)
    os._exit(0)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _watch_handle(pid: int) -> None:
    # Windows leaves an orphan its parent's number, which may be another process's soon: the handle stays this one's.
    # Not run where this was written; the workflows run it on Windows.
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    kernel.WaitForSingleObject.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
    if handle:
        kernel.WaitForSingleObject(handle, _INFINITE)
    os._exit(0)
