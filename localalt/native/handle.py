"""Ownership of C pointers, and of the callbacks that C makes while it loads."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from localalt.errors import ClosedError
from localalt.types import ProgressCallback

__all__ = ["Handle", "LoadProgress"]

MANY_CHILDREN = 64
"""With so many, those that are freed already are dropped: a model outlives thousands of samplers and pictures."""

H = TypeVar("H", bound="Handle")


def _free(pointer: Any, free: Callable[[Any], object], children: list[weakref.finalize[Any, Any]], pid: int) -> None:
    for child in reversed(children):
        child()  # a finalizer runs once, however often it is called
    children.clear()
    # After a fork the child shares the handles' memory but not their threads: leave them to the parent.
    if os.getpid() == pid:
        free(pointer)


class Handle:
    """Owns one C pointer; frees what was made from it first, then itself, once."""

    def __init__(self, pointer: Any, free: Callable[[Any], object], parent: Handle | None = None) -> None:
        self._pointer = pointer
        self._parent = parent  # a child keeps its parent alive
        self._children: list[weakref.finalize[Any, Any]] = []
        self._finalizer = weakref.finalize(self, _free, pointer, free, self._children, os.getpid())
        if parent is not None:
            parent._adopt(self._finalizer)

    def _adopt(self, child: weakref.finalize[Any, Any]) -> None:
        """Free a child before this handle."""
        if len(self._children) >= MANY_CHILDREN:
            self._children[:] = [each for each in self._children if each.alive]
        self._children.append(child)

    @property
    def pointer(self) -> Any:
        """The C pointer; raises ClosedError after `close()`."""
        if not self._finalizer.alive:
            raise ClosedError(f"This {type(self).__name__} is closed: make a new one.")
        return self._pointer

    def close(self) -> None:
        """Free the handle and all that was made from it. Safe to call again."""
        self._finalizer()

    def __enter__(self: H) -> H:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LoadProgress:
    """A native progress callback that can carry an exception, Ctrl-C included, back out of C."""

    def __init__(self, report: ProgressCallback | None) -> None:
        self._report = report
        self.error: BaseException | None = None

    def __call__(self, progress: float, _user_data: int | None) -> bool:
        """Report `progress`; False, which ends the loading, if that raised."""
        try:
            if self._report is not None:
                self._report(progress)
        except BaseException as error:
            self.error = error
            return False
        return True
