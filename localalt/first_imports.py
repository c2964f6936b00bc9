"""Late imports, which are never made while this process is forked.

A fork copies the locks that Python holds while it imports, and not the thread that would release them: a child that
needs the same module waits for ever. So late imports are made under one lock, which a fork waits for. Must not be
used by a module while it is imported itself: another thread may hold the lock, and wait for that module.
"""

from __future__ import annotations

# A fork's hooks run in the reverse order of their registration. Those of these two hold locks that an import may need
# meanwhile, so they are registered before ours.
import concurrent.futures.thread  # noqa: F401
import importlib
import logging  # noqa: F401
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["PATIENCE_S", "import_once", "importing"]

PATIENCE_S = 30.0
"""Seconds that a fork waits for imports in other threads; then it goes ahead, as it would have without this module."""

_lock = threading.RLock()
_mine = threading.local()
_done: set[str] = set()


@contextmanager
def importing() -> Iterator[None]:
    """Around imports that a fork in another thread must not fall into."""
    with _lock:
        yield


def import_once(*names: str) -> None:
    """Import the modules `names`, each once; whoever needs one that is missing or broken says so."""
    if _done.issuperset(names):
        return
    with importing():
        for name in names:
            with suppress(Exception):
                importlib.import_module(name)
            _done.add(name)


def _before_fork() -> None:
    _mine.is_held = False
    _mine.is_held = _lock.acquire(timeout=PATIENCE_S)


def _after_fork_in_parent() -> None:
    if _mine.is_held:
        _mine.is_held = False
        _lock.release()


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
