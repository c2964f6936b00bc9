"""How much a function does, counted and not timed: lines of Python, characters that are searched or copied."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from localalt.text.pairs import Finder

__all__ = ["count_work"]

_WHOLE = ("count", "split", "splitlines", "replace", "casefold", "lower", "upper", "encode", "translate", "isprintable")
"""Methods of `str` that look at all of it."""
_SEARCHES = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")


class _Counter:
    """Work so far."""

    def __init__(self) -> None:
        self.n = 0


class _Counted:
    """A pattern that counts the characters which it is given to search."""

    def __init__(self, pattern: re.Pattern[Any], counter: _Counter) -> None:
        self._pattern, self._counter = pattern, counter

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        found = getattr(self._pattern, name)
        return found if name not in _SEARCHES else _counting(name, found, self._counter)


def _counting(name: str, method: Callable[..., Any], counter: _Counter) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if name in ("sub", "subn", "split"):
            counter.n += len(args[0] if name == "split" else args[1])
            return method(*args, **kwargs)
        text = args[0]
        start, end = (args[1] if len(args) > 1 else 0), (args[2] if len(args) > 2 else len(text))
        found = method(*args, **kwargs)
        reached = end
        if name in ("search", "match", "fullmatch"):  # how far it looked is not known, but how far it found
            reached = found.end() if found is not None else (end if name == "search" else start)
        counter.n += max(0, min(reached, len(text)) - start) + 1
        return found

    return call


def count_work(call: Callable[[], object]) -> int:
    """What `call` does, in lines and characters."""
    counter = _Counter()

    def trace(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401
        if "localalt" not in frame.f_code.co_filename:
            return None
        counter.n += event == "line"
        return trace

    def profile(_: FrameType, event: str, called: Any) -> None:  # noqa: ANN401
        if event == "c_call" and isinstance(getattr(called, "__self__", None), str) and called.__name__ in _WHOLE:
            counter.n += len(called.__self__)

    with _counted_patterns(counter):
        sys.settrace(trace)
        sys.setprofile(profile)
        try:
            call()
        finally:
            sys.setprofile(None)
            sys.settrace(None)
    return counter.n


@contextlib.contextmanager
def _counted_patterns(counter: _Counter) -> Iterator[None]:
    """All patterns of the package's modules in place of which others count."""
    undo: list[tuple[Any, str, Any]] = []
    for name, module in list(sys.modules.items()):
        if name.startswith("localalt"):
            for variable, value in list(vars(module).items()):
                counted = _replaced(value, counter)
                if counted is not value:
                    undo.append((module, variable, value))
                    setattr(module, variable, counted)
    try:
        yield
    finally:
        for module, variable, value in undo:
            setattr(module, variable, value)


def _replaced(value: Any, counter: _Counter) -> Any:  # noqa: ANN401
    if isinstance(value, re.Pattern):
        return _Counted(value, counter)
    if isinstance(value, Finder):
        copy = object.__new__(Finder)
        copy.__dict__.update({name: _replaced(each, counter) for name, each in vars(value).items()})
        return copy
    if type(value) is tuple:
        parts = tuple(_replaced(each, counter) for each in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    if type(value) is dict:
        items = {name: _replaced(each, counter) for name, each in value.items()}
        return value if all(items[name] is value[name] for name in value) else items
    return value
