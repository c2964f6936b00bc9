"""The child processes of a process, as the system lists them."""

import os
import subprocess
import time
from collections.abc import Collection

import pytest

needs_ps = pytest.mark.skipif(os.name == "nt", reason="no ps on this platform")


def children_of(pid: int) -> list[int]:
    """Process numbers of the children that live, not those of zombies."""
    listed = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(own) for own, parent, state in rows if int(parent) == pid and not state.startswith("Z")]


def wait_for_child(pid: int, *, other_than: Collection[int] = (), patience_s: float = 60.0) -> int:
    """The first child that is none of `other_than`."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        found = [child for child in children_of(pid) if child not in other_than]
        if found:
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"no child of {pid} came within {patience_s} s")


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def wait_until_gone(pid: int, *, patience_s: float = 60.0) -> None:
    """Wait until a process has ended."""
    deadline = time.monotonic() + patience_s
    while is_alive(pid):
        assert time.monotonic() < deadline, f"{pid} still runs"
        time.sleep(0.01)
