"""Processes that tests start, look for and end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "children",
    "is_running",
    "living_children",
    "needs_ps",
    "patience",
    "run_code",
    "start_code",
    "wait_for_child",
    "wait_until_gone",
]

needs_ps = pytest.mark.skipif(os.name == "nt", reason="no ps on this platform")


PATIENCE_S = 60
"""Seconds for what takes a moment, on a machine that others use."""


def start_code(
    code: str,
    *arguments: str,
    python: Sequence[str] = (sys.executable,),
    **options: Any,
) -> subprocess.Popen[str]:
    """Start a Python program whose text is `code`, with pipes."""
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    return subprocess.Popen([*python, "-c", code, *arguments], **options)


def run_code(
    code: str,
    *arguments: str,
    python: Sequence[str] = (sys.executable,),
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> str:
    """What a Python program prints whose text is `code`, once it has ended well."""
    run: subprocess.CompletedProcess[str] = subprocess.run(
        [*python, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
        **options,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def is_running(pid: int) -> bool:
    """Whether there is a process, and not what nobody has reaped of one."""
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x00100000, False, pid)  # SYNCHRONIZE
        if not handle:
            return False
        state = ctypes.windll.kernel32.WaitForSingleObject(handle, 0)
        ctypes.windll.kernel32.CloseHandle(handle)
        return state != 0
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in ("", "Z")


def children(pid: int | None = None) -> dict[int, str]:
    """{number: state} of a process's children, by default this one's; "Z" is one that is not reaped. Not on Windows."""
    with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid=,stat="], stdout=subprocess.PIPE, text=True) as ps:
        rows = [line.split() for line in ps.communicate()[0].splitlines()]
    parent = str(pid or os.getpid())
    return {int(own): state[:1] for own, its, state in rows if its == parent and own != str(ps.pid)}


def living_children(pid: int) -> list[int]:
    """Process numbers of the children that are not zombies."""
    return [own for own, state in children(pid).items() if state != "Z"]


def wait_for_child(pid: int, *, other_than: Collection[int] = ()) -> int:
    """The first living child that is none of `other_than`."""
    found: list[int] = []

    def is_there() -> bool:
        found[:] = [child for child in living_children(pid) if child not in other_than]
        return bool(found)

    assert patience(is_there), f"no child of {pid} came"
    return found[0]


def wait_until_gone(pid: int) -> None:
    """Wait until a process has ended."""
    assert patience(lambda: not is_running(pid)), f"{pid} still runs"


def patience(is_so: Callable[[], bool]) -> bool:
    """Whether something comes true, for which there is time."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return False
